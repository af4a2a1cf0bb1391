import type { LangiumDocument } from "langium";
import type { DocumentLinkProvider } from "langium/lsp";
import type { DocumentLink } from "vscode-languageserver";
import type { DiagFile } from "../../language/generated/ast.js";
import { pathsOf } from "../names/navigation.js";
import { addressBeside } from "../workspace/import-index.js";

/** The paths of imports and of tables of data lead to their files. */
export class DiagLinkProvider implements DocumentLinkProvider {
  getDocumentLinks(document: LangiumDocument): DocumentLink[] {
    return pathsOf(document as LangiumDocument<DiagFile>).flatMap(({ node, path, isImport }) => {
      const target = addressBeside(document.uri, path)?.toString();
      const { start, end } = node.range;
      // Between the quotes.
      const range = {
        start: { line: start.line, character: start.character + 1 },
        end: { line: end.line, character: Math.max(start.character + 1, end.character - 1) },
      };
      return target
        ? [{ range, target, tooltip: isImport ? "Open the imported file" : "Open the data" }]
        : [];
    });
  }
}
