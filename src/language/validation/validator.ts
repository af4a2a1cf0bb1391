import { AstUtils, type ValidationAcceptor, type ValidationChecks } from "langium";
import { beginning, faultProblem } from "../faults.js";
import type { DiagAstType, DiagFile } from "../generated/ast.js";
import { type Problem, ProblemList } from "../problem.js";
import type { DiagServices } from "../services.js";
import { checkDeclarationNames, checkImports, checkSameDiagrams, isLost } from "./file-checks.js";

/** Registers the checks of LANGUAGE.md with Langium. */
export function registerChecks(services: DiagServices): void {
  const checks: ValidationChecks<DiagAstType> = {
    DiagFile: (file, accept) => checkFile(file, services, accept),
  };
  services.validation.ValidationRegistry.register(checks);
}

const fileChecks = [
  ["what this file imports", checkImports],
  ["the names of this file", checkDeclarationNames],
  ["which diagrams of this file are the same", checkSameDiagrams],
] as const;

/** Everything that is wrong with a file whose syntax is sound where it says it. */
function checkFile(file: DiagFile, services: DiagServices, accept: ValidationAcceptor): void {
  const { uri } = AstUtils.getDocument(file);
  const whole = new ProblemList();
  for (const [what, check] of fileChecks) {
    try {
      check(file, services, whole);
    } catch (thrown) {
      services.validation.Faults.tell(`the check of ${what}`, thrown);
      whole.addAll([faultProblem(what, beginning, thrown)]);
    }
  }
  const checker = services.validation.DeclarationChecker;
  const declared: Problem[] = [];
  for (const declaration of file.declarations) {
    for (const problem of checker.check(declaration).problems) {
      // What a broken declaration has lost is reported there.
      const { name, kind } = (problem.data ?? {}) as { name?: string; kind?: string };
      if (problem.code !== "unresolved" || name === undefined || !isLost(name, kind, file, services)) {
        declared.push(problem);
      }
    }
  }
  for (const { severity, code, message, range, related = [], data } of [...whole.problems, ...declared]) {
    accept(severity, message, {
      node: file,
      range,
      code,
      relatedInformation: related.map((place) => ({
        location: { uri: (place.uri ?? uri).toString(), range: place.range },
        message: place.message,
      })),
      data,
    });
  }
}
