import { DefaultIndexManager, type LangiumDocument, type URI } from "langium";
import type { DiagFile } from "../../language/generated/ast.js";
import { isNowhere, uriBeside } from "../../language/paths.js";
import { urisOf } from "../../language/read-sources.js";
import { dataUses } from "../../language/references/data-uses.js";

const imports = new WeakMap<DiagFile, ReadonlyMap<string, URI>>();

/** What the imports of a document name, by address, also when there is no such file. */
export function importedUris(document: LangiumDocument): ReadonlyMap<string, URI> {
  const file = document.parseResult.value as DiagFile;
  let found = imports.get(file);
  if (!found) {
    const uris = new Map<string, URI>();
    for (const { path } of file.imports ?? []) {
      const uri = path ? addressBeside(document.uri, path) : undefined;
      if (uri) {
        uris.set(uri.toString(), uri);
      }
    }
    found = uris;
    imports.set(file, found);
  }
  return found;
}

/** The files of data that a document's landscapes read. */
export function dataUris(document: LangiumDocument): URI[] {
  return dataUses(document).flatMap(urisOf);
}

/** The address that a path names; `undefined` where it can name nothing. */
export function addressBeside(uri: URI, path: string): URI | undefined {
  const address = uriBeside(uri, path);
  return isNowhere(address) ? undefined : address;
}

/** Which documents a change concerns: those that import a changed file, and no other. */
export class ImportIndex extends DefaultIndexManager {
  override isAffected(document: LangiumDocument, changedUris: Set<string>): boolean {
    for (const uri of importedUris(document).keys()) {
      if (changedUris.has(uri)) {
        return true;
      }
    }
    return false;
  }
}
