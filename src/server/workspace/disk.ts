import { stat } from "node:fs/promises";
import { type FileSystemNode, type FileSystemProvider, URI, UriUtils } from "langium";
import { NodeFileSystemProvider } from "langium/node";
import type { DataSource, DataTable, ReadTable, Tensor } from "../../data/index.js";
import { diskReader } from "../../language/loader/index.js";
import { ServedTables, smallTable } from "../tables/index.js";

/**
 * The disk, for addresses of the disk. Documents of other kinds (`untitled:`, `vscode-vfs:`) have paths
 * too, which must never be taken for paths of the disk.
 */
export class Disk implements FileSystemProvider {
  private readonly disk = new NodeFileSystemProvider();

  constructor(private readonly tables = new ServedTables()) {}

  async stat(uri: URI): Promise<FileSystemNode> {
    return this.disk.stat(onDisk(uri));
  }

  statSync(uri: URI): FileSystemNode {
    return this.disk.statSync(onDisk(uri));
  }

  async exists(uri: URI): Promise<boolean> {
    return uri.scheme === "file" && this.disk.exists(uri);
  }

  existsSync(uri: URI): boolean {
    return uri.scheme === "file" && this.disk.existsSync(uri);
  }

  /** @throws UnreadableFile. */
  readTable(uri: URI, names: readonly string[], isWanted: () => boolean): Promise<ReadTable> {
    return this.tables.read(onDisk(uri).fsPath, names, isWanted);
  }

  /** @throws UnreadableFile. */
  readData(source: DataSource, isWanted: () => boolean): Promise<DataTable> {
    return this.tables.readData(source, isWanted);
  }

  /** @throws UnreadableFile. */
  readTensor(uri: URI, name: string | undefined, isWanted: () => boolean): Promise<Tensor> {
    return this.tables.readTensor(onDisk(uri).fsPath, name, isWanted);
  }

  /** Whether a table is read in a worker. */
  async takesLong(uri: URI): Promise<boolean> {
    return (await stat(onDisk(uri).fsPath)).size > smallTable;
  }

  readBinary(): Promise<never> {
    throw new Error("files are read as texts");
  }

  readBinarySync(): never {
    throw new Error("files are read as texts");
  }

  async readFile(uri: URI): Promise<string> {
    return diskReader.readText(onDisk(uri).fsPath);
  }

  readFileSync(): never {
    throw new Error("nothing waits for a file");
  }

  async readDirectory(uri: URI): Promise<FileSystemNode[]> {
    return uri.scheme === "file" ? this.disk.readDirectory(uri) : [];
  }

  readDirectorySync(uri: URI): FileSystemNode[] {
    return uri.scheme === "file" ? this.disk.readDirectorySync(uri) : [];
  }
}

function onDisk(uri: URI): URI {
  if (uri.scheme !== "file") {
    throw new Error(`it is not on the disk (${uri.scheme}:${UriUtils.basename(uri)})`);
  }
  return URI.file(uri.fsPath);
}
