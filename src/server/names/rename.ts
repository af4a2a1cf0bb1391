import { AstUtils, type LangiumDocument } from "langium";
import type { RenameProvider } from "langium/lsp";
import {
  LSPErrorCodes,
  type Range,
  type RenameParams,
  ResponseError,
  type TextDocumentPositionParams,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import {
  type DataStatement,
  isColumn,
  isPartStatement,
  isSymbolReference,
} from "../../language/generated/ast.js";
import { tableUse } from "../../language/references/data-uses.js";
import { firstMentions, landscapeSymbols } from "../../language/references/declared.js";
import { kindOf } from "../../language/validation/checker.js";
import type { DiagLspServices } from "../services.js";
import { documentOf, documentsSeeing, type Named, namedAt, occurrencesOf } from "./occurrences.js";

const reserved = new Set(["import", "diagram", "landscape", "verify"]);

/** Renames what authors name, wherever it is named; refuses names that would mean something else. */
export class DiagRenameProvider implements RenameProvider {
  constructor(private readonly services: DiagLspServices) {}

  prepareRename(document: LangiumDocument, { position }: TextDocumentPositionParams): Range {
    const found = namedAt(document, document.textDocument.offsetAt(position));
    if (!found) {
      throw refusal(
        "only names of diagrams, nodes, parts, landscapes, weights, data, params, lets and verifies can be renamed",
      );
    }
    const problem = this.fixedName(found.named);
    if (problem) {
      throw refusal(problem);
    }
    return found.range;
  }

  rename(document: LangiumDocument, { position, newName }: RenameParams): WorkspaceEdit | undefined {
    const found = namedAt(document, document.textDocument.offsetAt(position));
    if (!found) {
      return undefined;
    }
    const { named } = found;
    if (newName === named.name) {
      return { changes: {} };
    }
    const problem = nameProblem(newName) ?? this.fixedName(named) ?? this.clash(named, newName);
    if (problem) {
      throw refusal(problem);
    }
    const changes: Record<string, TextEdit[]> = {};
    for (const { document: place, range } of occurrencesOf(named, this.services)) {
      const uri = place.uri.toString();
      changes[uri] = [...(changes[uri] ?? []), { range, newText: newName }];
    }
    return { changes };
  }

  /** Why a name cannot change at all. */
  private fixedName(named: Named): string | undefined {
    if (named.kind !== "symbol" || !isColumn(named.node)) {
      return undefined;
    }
    const statement = named.node.$container as DataStatement;
    const use = tableUse(documentOf(named).uri, statement);
    const read = use && this.services.workspace.DataTables.known(use);
    const table = typeof read === "object" && "table" in read ? read.table : undefined;
    const header = table && "header" in table ? table.header : undefined;
    return header?.includes(named.name)
      ? `\`${named.name}\` is named by the header of "${statement.path}"; rename it there`
      : undefined;
  }

  private clash(named: Named, newName: string): string | undefined {
    switch (named.kind) {
      case "node":
        return firstMentions(named.diagram).has(newName)
          ? `\`${newName}\` is a node of \`${named.diagram.name}\` already`
          : undefined;
      case "part":
        return named.diagram.statements.some((one) => isPartStatement(one) && one.name === newName)
          ? `\`${newName}\` is a part of \`${named.diagram.name}\` already`
          : undefined;
      case "symbol":
        if (landscapeSymbols(named.landscape).some(({ name }) => name === newName)) {
          return `\`${newName}\` is declared in \`${named.landscape.name}\` already`;
        }
        return AstUtils.streamAst(named.landscape).some(
          (node) => isSymbolReference(node) && node.symbol.$refText === newName,
        )
          ? `\`${newName}\` is a constant that \`${named.landscape.name}\` uses, and would be hidden`
          : undefined;
      case "declaration": {
        for (const document of documentsSeeing(documentOf(named), this.services)) {
          const taken = this.services.references.DeclarationFinder.visible(document.parseResult.value).get(
            newName,
          );
          if (taken) {
            const where =
              document === documentOf(named)
                ? "here"
                : `in ${document.uri.path.split("/").at(-1)}, which imports this file`;
            return `there is a ${kindOf(taken)} \`${newName}\` ${where} already`;
          }
        }
        return undefined;
      }
    }
  }
}

/** Why a word is no name. */
export function nameProblem(name: string): string | undefined {
  if (!/^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(name)) {
    return `\`${name}\` is no name: one begins with a letter or \`_\`, and has letters, digits and \`_\``;
  }
  return reserved.has(name) ? `\`${name}\` begins a declaration and cannot be a name` : undefined;
}

function refusal(message: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
