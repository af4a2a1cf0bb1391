import { type FileSystemProvider, URI } from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import type { DataSource } from "../../data/index.js";
import { type Addresses, TextLoader } from "../../language/loader/index.js";
import { Disk } from "./disk.js";

/** The loader of the language server: what the editor has open, before the disk. */
export function editorLoader({ workspace }: LangiumSharedServices, addresses?: Addresses): TextLoader {
  const files: FileSystemProvider = workspace.FileSystemProvider;
  return new TextLoader(
    {
      readText: (path) => files.readFile(URI.file(path)),
      ...(files instanceof Disk
        ? {
            readTable: (path: string, names: readonly string[], isWanted: () => boolean) =>
              files.readTable(URI.file(path), names, isWanted),
            readData: (source: DataSource, isWanted: () => boolean) => files.readData(source, isWanted),
            readTensor: (path: string, name: string | undefined, isWanted: () => boolean) =>
              files.readTensor(URI.file(path), name, isWanted),
            takesLong: (path: string) => files.takesLong(URI.file(path)),
          }
        : {}),
    },
    {
      get: (uri) => workspace.TextDocuments.get(uri)?.getText(),
      uris: () => workspace.TextDocuments.keys(),
    },
    addresses,
  );
}
