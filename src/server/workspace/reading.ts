import { type FileSystemProvider, URI } from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import { type Addresses, type SourceReader, TextLoader } from "../../language/loader/index.js";
import type { Confinement } from "./confined.js";
import { Disk } from "./disk.js";

/**
 * The loader of the language server: what the editor has open, before the disk.
 * @param confinement says which data may be read.
 */
export function editorLoader(
  { workspace }: LangiumSharedServices,
  confinement: Pick<Confinement, "check">,
  addresses?: Addresses,
): TextLoader {
  const files: FileSystemProvider = workspace.FileSystemProvider;
  return new TextLoader(
    {
      readText: (path) => files.readFile(URI.file(path)),
      ...(files instanceof Disk ? dataOn(files, confinement) : {}),
    },
    {
      get: (uri) => workspace.TextDocuments.get(uri)?.getText(),
      uris: () => workspace.TextDocuments.keys(),
    },
    addresses,
  );
}

function dataOn(disk: Disk, confinement: Pick<Confinement, "check">): Partial<SourceReader> {
  return {
    readTable: async (path, names, isWanted) => {
      await confinement.check([path]);
      return disk.readTable(URI.file(path), names, isWanted);
    },
    readData: async (source, isWanted) => {
      await confinement.check(source.files);
      return disk.readData(source, isWanted);
    },
    readTensor: async (path, name, isWanted) => {
      await confinement.check([path]);
      return disk.readTensor(URI.file(path), name, isWanted);
    },
    takesLong: (path) => disk.takesLong(URI.file(path)),
  };
}
