import type { LangiumDocument, URI } from "langium";
import { type DataStatement, type DiagFile, isDataStatement } from "../generated/ast.js";
import { uriBeside } from "../paths.js";
import type { TableUse } from "../read-sources.js";

/** What a document's landscapes take from tables of data; each once. */
export function tableUses(document: LangiumDocument): TableUse[] {
  const file = document.parseResult.value as DiagFile;
  const uses = new Map<string, TableUse>();
  for (const declaration of file.declarations ?? []) {
    if (declaration.$type !== "LandscapeDeclaration") {
      continue;
    }
    for (const statement of declaration.statements.filter(isDataStatement)) {
      const use = tableUse(document.uri, statement);
      if (use) {
        uses.set(JSON.stringify([use.uri.toString(), use.names]), use);
      }
    }
  }
  return [...uses.values()];
}

/** What a statement takes from a table, if it is about one. @param uri of its document. */
export function tableUse(uri: URI, { path, columns }: DataStatement): TableUse | undefined {
  const names = columns.map(({ name }: { readonly name?: string }) => name ?? "");
  return path && names.length > 0 && !names.includes("") ? { uri: uriBeside(uri, path), names } : undefined;
}
