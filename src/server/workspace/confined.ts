import { dirname } from "node:path";
import type { LangiumSharedServices } from "langium/lsp";
import { isWithinFolders } from "../../files/index.js";
import { outsideWorkspace, pathOnDisk, within } from "../../language/loader/index.js";

/** What the editor says of files outside the workspace, at the moment. */
export interface ReadingRights {
  /** Whether the user trusts the workspace. */
  readonly trusted: boolean;
  /** Whether the user allows that files outside it are read. */
  readonly readsOutside: boolean;
}

/** What may be read at a moment. */
export interface Readable {
  /** Folders, with all that is in them; `"all"` where the user allows every file. */
  readonly folders: readonly string[] | "all";
  readonly trusted: boolean;
}

/** Whether all that may be read by `one` may be read by `other`. */
export function isWithinReadable(one: Readable, other: Readable): boolean {
  const { folders } = other;
  return folders === "all" || (one.folders !== "all" && one.folders.every((path) => folders.includes(path)));
}

const untrusted = "is outside this workspace, which is not trusted; move the file into one of its folders";

/**
 * Refuses imports and files of data outside the workspace's folders, also by way of links, unless the user allows more. The
 * folder of a file that is open belongs to them: whoever opens a file by itself has no others.
 */
export class Confinement {
  constructor(
    private readonly shared: LangiumSharedServices,
    private readonly rights: ReadingRights,
  ) {}

  /** @throws UnreadableFile when one of the files may not be read. */
  async check(paths: readonly string[]): Promise<void> {
    const { folders, trusted } = this.readable;
    if (folders !== "all") {
      await within(folders, trusted ? outsideWorkspace : untrusted)(paths);
    }
  }

  /** Whether what is at an address may be read; what is on no disk is nowhere outside. */
  async permits(address: string): Promise<boolean> {
    const { folders } = this.readable;
    const path = pathOnDisk(address);
    return folders === "all" || path === undefined || isWithinFolders(path, folders);
  }

  /** What may be read now. */
  get readable(): Readable {
    const { trusted, readsOutside } = this.rights;
    return { folders: trusted && readsOutside ? "all" : this.folders(), trusted };
  }

  private folders(): string[] {
    const { TextDocuments, WorkspaceManager } = this.shared.workspace;
    const named = (WorkspaceManager.workspaceFolders ?? []).map(({ uri }) => pathOnDisk(uri));
    const opened = [...TextDocuments.keys()].map((uri) => pathOnDisk(uri));
    const all = [
      ...named.flatMap((path) => path ?? []),
      ...opened.flatMap((path) => (path === undefined ? [] : dirname(path))),
    ];
    return [...new Set(all)].sort();
  }
}
