import { AstUtils, type ValidationAcceptor, type ValidationChecks } from "langium";
import type { DiagServices } from "../diag-module.js";
import type { DiagAstType, DiagFile } from "../generated/ast.js";
import { ProblemList } from "../problem.js";
import { checkDeclarationNames, checkImports, checkSameDiagrams, isLost } from "./file-checks.js";

/** Registers the checks of LANGUAGE.md with Langium. */
export function registerChecks(services: DiagServices): void {
  const checks: ValidationChecks<DiagAstType> = {
    DiagFile: (file, accept) => checkFile(file, services, accept),
  };
  services.validation.ValidationRegistry.register(checks);
}

/** Everything that is wrong with a file whose syntax is sound where it says it. */
function checkFile(file: DiagFile, services: DiagServices, accept: ValidationAcceptor): void {
  const { uri } = AstUtils.getDocument(file);
  const whole = new ProblemList();
  checkImports(file, services, whole);
  checkDeclarationNames(file, services, whole);
  checkSameDiagrams(file, services, whole);
  const declared = file.declarations
    .flatMap((declaration) => services.validation.DeclarationChecker.check(declaration).problems)
    .filter(({ code, data }) => {
      // What a broken declaration has lost is reported there.
      const { name, kind } = (data ?? {}) as { name?: string; kind?: string };
      return code !== "unresolved" || name === undefined || !isLost(name, kind, file, services);
    });
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
