import { type FileSystemProvider, URI } from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import { type Addresses, TextLoader } from "../../loader/index.js";

/** The loader of the language server: what the editor has open, before the disk. */
export function editorLoader({ workspace }: LangiumSharedServices, addresses?: Addresses): TextLoader {
  const files: FileSystemProvider = workspace.FileSystemProvider;
  return new TextLoader(
    { readText: (path) => files.readFile(URI.file(path)) },
    {
      get: (uri) => workspace.TextDocuments.get(uri)?.getText(),
      uris: () => workspace.TextDocuments.keys(),
    },
    addresses,
  );
}
