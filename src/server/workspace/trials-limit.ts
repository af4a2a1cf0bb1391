import type { LangiumDocument } from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import type { Diagnostic } from "vscode-languageserver";
import {
  type CountChoice,
  type DiagFile,
  isCountChoice,
  isVerifyDeclaration,
  type VerifyDeclaration,
} from "../../language/generated/ast.js";
import { ProblemList, rangeOf } from "../../language/problem.js";
import { constantValue } from "../../language/semantics/expression.js";
import type { DeclarationChecker } from "../../language/validation/checker.js";
import { mostTrials, trialsOf } from "../../verify/specification.js";
import type { DiagLspServices } from "../services.js";
import type { DiagUpdateHandler } from "./update-handler.js";

/**
 * Warns, while they are written, of more trials than the user's editor runs.
 * @param most by its setting.
 */
export function trialsWarnings(
  document: LangiumDocument,
  checker: DeclarationChecker,
  most: number,
  source: string,
): Diagnostic[] {
  if (most === Number.POSITIVE_INFINITY) {
    return [];
  }
  const { declarations } = document.parseResult.value as DiagFile;
  return declarations.filter(isVerifyDeclaration).flatMap((declaration): Diagnostic[] => {
    if (checker.isBroken(declaration)) {
      return [];
    }
    const choice = declaration.statements.find(
      (statement): statement is CountChoice => isCountChoice(statement) && statement.kind === "trials",
    );
    const trials = trialsAskedFor(declaration, choice, checker);
    if (trials === undefined || trials <= most || trials > mostTrials) {
      return [];
    }
    return [
      {
        severity: 2,
        code: "bad-value",
        source,
        range: choice ? rangeOf(choice, "value") : rangeOf(declaration, "name"),
        message: `${choice ? "" : `without a line \`trials\` \`${declaration.name}\` has ${trials}; `}more than ${most} trials are not run here, by the setting diag.engine.maximumTrials; ${choice ? "lower them" : "ask for fewer"}, or raise the setting`,
      },
    ];
  });
}

/** Where a block is not finished its own number counts. */
function trialsAskedFor(
  declaration: VerifyDeclaration,
  choice: CountChoice | undefined,
  checker: DeclarationChecker,
): number | undefined {
  const { value } = checker.verify(declaration);
  return value === undefined
    ? choice && constantValue(choice.value, () => undefined, new ProblemList())
    : trialsOf(value, undefined);
}

/** Follows the setting: files are checked again when it is another. */
export function followTrialsLimit(shared: LangiumSharedServices, { editor }: DiagLspServices): void {
  const handler = shared.lsp.DocumentUpdateHandler as DiagUpdateHandler;
  editor.Preferences.onDidChangeMostTrials(() => {
    const known = shared.workspace.LangiumDocuments.all.map(({ uri }) => uri).toArray();
    if (known.length > 0) {
      handler.update(known, []);
    }
  });
}
