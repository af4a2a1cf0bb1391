import { realpath } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";
import { URI } from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import { UnreadableFile } from "../../files/index.js";

/**
 * Refuses files of data outside the folders of a workspace that is not trusted, also by way of links; where there are no folders, nothing
 * is outside.
 */
export class Confinement {
  /** @param isTrusted whether the workspace is, at the moment. */
  constructor(
    private readonly shared: LangiumSharedServices,
    private readonly isTrusted: () => boolean,
  ) {}

  /** @throws UnreadableFile when one of the files may not be read. */
  async check(paths: readonly string[]): Promise<void> {
    const folders = this.isTrusted() ? [] : (this.shared.workspace.WorkspaceManager.workspaceFolders ?? []);
    if (folders.length === 0) {
      return;
    }
    const roots = await Promise.all(folders.map(({ uri }) => realOf(URI.parse(uri).fsPath)));
    for (const path of paths) {
      const real = await realOf(path);
      if (!roots.some((root) => isWithin(root, real))) {
        throw new UnreadableFile(
          "is outside this workspace, which is not trusted; trust it, or move the file",
        );
      }
    }
  }
}

/** A path without links; itself where there is no such file. */
async function realOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !/^\.\.[/\\]/.test(way) && !isAbsolute(way);
}
