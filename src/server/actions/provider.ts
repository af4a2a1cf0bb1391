import type { LangiumDocument } from "langium";
import type { CodeActionProvider } from "langium/lsp";
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
  type Range,
} from "vscode-languageserver";
import type { DiagFile } from "../../language/generated/ast.js";
import { lastOnesBefore } from "../../language/references/declared.js";
import type { DiagLspServices } from "../services.js";
import { contractAll, fixAllKind } from "./fix-all.js";
import { quickFixes } from "./quick-fixes.js";
import { refactorings } from "./refactorings.js";

/** The kinds of actions, as the server declares them. */
export const codeActionKinds: readonly string[] = [
  CodeActionKind.QuickFix,
  CodeActionKind.RefactorRewrite,
  CodeActionKind.RefactorExtract,
  `${CodeActionKind.Refactor}.insert`,
  fixAllKind,
];

/** Quick fixes for diagnostics, other ways to write a declaration, and one fix for all links. */
export class DiagCodeActionProvider implements CodeActionProvider {
  private createsFiles = true;

  constructor(private readonly services: DiagLspServices) {
    services.shared.lsp.LanguageServer.onInitialize(({ capabilities }) => {
      const edit = capabilities.workspace?.workspaceEdit;
      this.createsFiles =
        edit?.documentChanges === true && (edit.resourceOperations ?? []).includes("create");
    });
  }

  getCodeActions(document: LangiumDocument, { range, context }: CodeActionParams): CodeAction[] {
    const file = document as LangiumDocument<DiagFile>;
    const wants = (kind: string): boolean =>
      context.only === undefined || context.only.some((one) => kind === one || kind.startsWith(`${one}.`));
    const actions: CodeAction[] = [];
    if (wants(CodeActionKind.QuickFix)) {
      let read = 0;
      for (const diagnostic of document.diagnostics ?? []) {
        if (read < mostRead && touches(diagnostic.range, range)) {
          const fixes = quickFixes(file, diagnostic, this.services);
          actions.push(...fixes);
          read += Math.max(1, fixes.length) * lengthAround(file, diagnostic.range);
        }
      }
    }
    if (context.only?.some((kind) => fixAllKind.startsWith(kind))) {
      actions.push(...contractAll(file, this.services));
    }
    if (context.only === undefined || context.only.some((kind) => kind.startsWith(CodeActionKind.Refactor))) {
      const offset = document.textDocument.offsetAt(range.start);
      // Where there is nothing to rewrite no light is lit for what may be inserted anywhere: it is there for who asks.
      const isAsked = context.only !== undefined || context.triggerKind !== CodeActionTriggerKind.Automatic;
      actions.push(
        ...refactorings(file, offset, this.services, {
          createsFiles: this.createsFiles,
          insertsAnywhere: isAsked,
        }).filter(({ kind }) => wants(kind ?? "")),
      );
    }
    return actions;
  }
}

/**
 * Characters that may be read to see what fixes make of their declarations: a long diagram on one line has a hundred
 * diagnostics, and nobody looks through the fixes of all.
 */
const mostRead = 100_000;

/** How long the declaration is in which something is. */
function lengthAround({ parseResult, textDocument }: LangiumDocument<DiagFile>, { start }: Range): number {
  const [declaration] = lastOnesBefore(parseResult.value, textDocument.offsetAt(start) + 1, 1);
  return declaration?.$cstNode?.length ?? 0;
}

function touches(one: Range, other: Range): boolean {
  return isBefore(one.start, other.end) && isBefore(other.start, one.end);
}

function isBefore(one: Range["start"], other: Range["start"]): boolean {
  return one.line < other.line || (one.line === other.line && one.character <= other.character);
}
