import { type FileSystemProvider, URI } from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import {
  type Addresses,
  confinedReader,
  type SourceReader,
  TextLoader,
} from "../../language/loader/index.js";
import type { Confinement } from "./confined.js";
import { Disk } from "./disk.js";

/**
 * The loader of the language server: what the editor has open, before the disk.
 * @param confinement says which files of the disk may be read.
 */
export function editorLoader(
  { workspace }: LangiumSharedServices,
  confinement: Pick<Confinement, "check">,
  addresses?: Addresses,
): TextLoader {
  const files: FileSystemProvider = workspace.FileSystemProvider;
  const fromDisk: SourceReader = {
    readText: (path) => files.readFile(URI.file(path)),
    ...(files instanceof Disk ? dataOn(files) : {}),
  };
  // What is no disk has nothing outside.
  return new TextLoader(
    files instanceof Disk ? confinedReader(fromDisk, (paths) => confinement.check(paths)) : fromDisk,
    {
      get: (uri) => workspace.TextDocuments.get(uri)?.getText(),
      uris: () => workspace.TextDocuments.keys(),
    },
    addresses,
  );
}

function dataOn(disk: Disk): Partial<SourceReader> {
  return {
    readTable: (path, names, isWanted) => disk.readTable(URI.file(path), names, isWanted),
    readData: (source, isWanted) => disk.readData(source, isWanted),
    readTensor: (path, name, isWanted) => disk.readTensor(URI.file(path), name, isWanted),
    takesLong: (path) => disk.takesLong(URI.file(path)),
  };
}
