import type { LangiumDocument, URI } from "langium";
import {
  type DataStatement,
  type DiagFile,
  isDataStatement,
  isLandscapeDeclaration,
} from "../generated/ast.js";
import { uriBeside } from "../paths.js";
import type { TableUse } from "../read-sources.js";

/** What a document's landscapes take from tables of data; each once. */
export function tableUses(document: LangiumDocument): TableUse[] {
  const file = document.parseResult.value as DiagFile;
  const uses = (file.declarations ?? [])
    .filter(isLandscapeDeclaration)
    .flatMap((landscape) => landscape.statements.filter(isDataStatement))
    .flatMap((statement) => tableUse(document.uri, statement) ?? []);
  return [...new Map(uses.map((use) => [JSON.stringify([use.uri.toString(), use.names]), use])).values()];
}

/** What a statement takes from a table, if it is about one. @param uri of its document. */
export function tableUse(uri: URI, { path, columns }: DataStatement): TableUse | undefined {
  const names = columns.map(({ name }: { readonly name?: string }) => name ?? "");
  return path && names.length > 0 && !names.includes("") ? { uri: uriBeside(uri, path), names } : undefined;
}
