import type { FileSystemNode, FileSystemProvider, URI } from "langium";
import { askFor } from "../files.js";

/** What is used of `langium/node`, by the editor's file systems. */
export class NodeFileSystemProvider implements FileSystemProvider {
  async stat(uri: URI): Promise<FileSystemNode> {
    const answer = await askFor({ ask: "stat", path: uri.path });
    const kind = "facts" in answer ? answer.facts.kind : "other";
    return { isFile: kind === "file", isDirectory: kind === "folder", uri };
  }

  async exists(uri: URI): Promise<boolean> {
    return this.stat(uri).then(
      () => true,
      () => false,
    );
  }

  async readDirectory(uri: URI): Promise<FileSystemNode[]> {
    const answer = await askFor({ ask: "list", path: uri.path });
    const entries = "entries" in answer ? answer.entries : [];
    return entries.map(([name, { kind }]) => ({
      isFile: kind === "file",
      isDirectory: kind === "folder",
      uri: uri.with({ path: `${uri.path.replace(/\/$/, "")}/${name}` }),
    }));
  }

  statSync(): never {
    return refuse();
  }
  existsSync(): boolean {
    return false;
  }
  readDirectorySync(): never {
    return refuse();
  }
  readBinary(): never {
    return refuse();
  }
  readBinarySync(): never {
    return refuse();
  }
  readFile(): never {
    return refuse();
  }
  readFileSync(): never {
    return refuse();
  }
}

function refuse(): never {
  throw new Error("nothing waits for a file in a browser");
}
