import { AstUtils, type LangiumDocument } from "langium";
import {
  type Declaration,
  type DiagFile,
  isEtaChoice,
  isLandscapeChoice,
  isPredictChoice,
  isVerifyDeclaration,
  type VerifyDeclaration,
} from "../../language/generated/ast.js";
import { type Problem, ProblemList, rangeOf } from "../../language/problem.js";
import { constantValue } from "../../language/semantics/expression.js";
import { kindOf } from "../../language/validation/checker.js";
import { checkDeclarationNames } from "../../language/validation/file-checks.js";
import { allSyntaxErrors } from "../../language/validation/syntax-errors.js";
import type { DiagLspServices } from "../services.js";
import { dataUris, importedUris } from "../workspace/import-index.js";
import type { FileVerifies, ListedEta, ListedVerify } from "./protocol.js";

/** Whether a document declares a `verify` block, however broken. */
export function hasVerifies(document: LangiumDocument): boolean {
  return verifiesOf(document as LangiumDocument<DiagFile>).length > 0;
}

/** The `verify` blocks of a document whose names are linked; those without a name are left out. */
export function listVerifies(services: DiagLspServices, document: LangiumDocument<DiagFile>): FileVerifies {
  const file = document.parseResult.value;
  const names = new ProblemList();
  checkDeclarationNames(file, services, names);
  return {
    uri: document.uri.toString(),
    verifies: verifiesOf(document).map((declaration) => {
      const error = errorOf(services, declaration, names.problems);
      return {
        name: declaration.name,
        range: rangeOf(declaration),
        nameRange: rangeOf(declaration, "name"),
        etas: etasOf(services, declaration),
        ...(error === undefined ? {} : { error }),
      } satisfies ListedVerify;
    }),
    sources: sourcesOf(services, document),
  };
}

function verifiesOf(document: LangiumDocument<DiagFile>): VerifyDeclaration[] {
  return (document.parseResult.value.declarations ?? [])
    .filter(isVerifyDeclaration)
    .filter(({ name }) => name !== undefined && name !== "");
}

function etasOf(services: DiagLspServices, declaration: VerifyDeclaration): ListedEta[] {
  if (services.validation.DeclarationChecker.isBroken(declaration)) {
    return [];
  }
  const found = new Map<number, ListedEta>();
  for (const expression of declaration.statements.find(isEtaChoice)?.values ?? []) {
    const value = constantValue(expression, () => undefined, new ProblemList());
    if (value !== undefined && value > 0 && !found.has(value)) {
      found.set(value, { value, text: oneLine(expression.$cstNode?.text), range: rangeOf(expression) });
    }
  }
  return [...found.values()];
}

/** Why a block cannot be verified: the first of its own errors, or what is wrong with what it names. */
function errorOf(
  services: DiagLspServices,
  declaration: VerifyDeclaration,
  names: readonly Problem[],
): string | undefined {
  const own = firstError(services, declaration);
  if (own !== undefined) {
    return own;
  }
  const { line, character } = rangeOf(declaration, "name").start;
  const name = names.find(({ range: { start } }) => start.line === line && start.character === character);
  if (name) {
    return oneLine(name.message);
  }
  const { value, isUnread } = services.validation.DeclarationChecker.verify(declaration);
  if (value || isUnread) {
    return undefined;
  }
  for (const named of namedBy(declaration)) {
    const reason = firstError(services, named);
    if (reason !== undefined) {
      return `${kindOf(named)} \`${named.name}\` has an error: ${reason}`;
    }
  }
  return "it has an error; see the problems of this file";
}

function namedBy(declaration: VerifyDeclaration): Declaration[] {
  return declaration.statements
    .flatMap((statement): (Declaration | undefined)[] => {
      if (isLandscapeChoice(statement)) {
        return [statement.landscape?.ref];
      }
      return isPredictChoice(statement) ? statement.diagrams.map(({ diagram }) => diagram?.ref) : [];
    })
    .filter((named) => named !== undefined);
}

/** The first error of a declaration in the order of the text, of its syntax before those of its meaning. */
function firstError(services: DiagLspServices, declaration: Declaration): string | undefined {
  const checker = services.validation.DeclarationChecker;
  if (checker.isBroken(declaration)) {
    const document = AstUtils.getDocument<DiagFile>(declaration);
    const start = declaration.$cstNode?.offset ?? 0;
    const error = allSyntaxErrors(document).find(({ offset }) => offset >= start);
    return oneLine(error?.message ?? "its syntax is broken");
  }
  const errors = checker.check(declaration).problems.filter(({ severity }) => severity === "error");
  const [first] = [...errors].sort(
    ({ range: { start: one } }, { range: { start: other } }) =>
      one.line - other.line || one.character - other.character,
  );
  return first && oneLine(first.message);
}

function sourcesOf(services: DiagLspServices, document: LangiumDocument<DiagFile>): string[] {
  const imported = services.references.DeclarationFinder.importedFiles(document.parseResult.value);
  const data = [document, ...imported].flatMap((one) => dataUris(one).map((uri) => uri.toString()));
  const sources = new Set([...importedUris(document).keys(), ...data]);
  sources.delete(document.uri.toString());
  return [...sources];
}

/** A text without its comments and line breaks. */
function oneLine(text = ""): string {
  return text
    .replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n\r]*/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
