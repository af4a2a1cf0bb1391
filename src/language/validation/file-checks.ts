import { AstUtils, GrammarUtils, type LangiumDocument } from "langium";
import { mostSteps } from "../../diagram/index.js";
import type { Declaration, DiagFile, DiagramDeclaration } from "../generated/ast.js";
import { uriBeside } from "../paths.js";
import { type ProblemList, rangeOf } from "../problem.js";
import { namedOf } from "../references/declared.js";
import { comparable } from "../semantics/diagram.js";
import type { DiagServices } from "../services.js";
import { kindOf } from "./checker.js";

/** Imports that lead nowhere, or bring a name that another import brings. */
export function checkImports(file: DiagFile, services: DiagServices, problems: ProblemList): void {
  const { uri } = AstUtils.getDocument(file);
  const finder = services.references.DeclarationFinder;
  const names = new Map<string, Declaration>();
  const seen = new Set<LangiumDocument>();
  for (const statement of file.imports) {
    const place = GrammarUtils.findNodeForProperty(statement.$cstNode, "path");
    if (!place?.text.endsWith('"') || place.length < 2) {
      // A string without its end is a syntax error already.
      continue;
    }
    if (!statement.path) {
      problems.error("unresolved", place.range, "this import names no file");
      continue;
    }
    const document = finder.imported(statement);
    if (!document) {
      const source = services.workspace.MissingSources.get(uriBeside(uri, statement.path));
      const reason = source?.problem ?? "there is no such file";
      problems.error(
        "unresolved",
        rangeOf(statement, "path"),
        `cannot import "${statement.path}": ${reason}`,
        {
          data: { path: statement.path },
        },
      );
      continue;
    }
    if (seen.has(document) || document.parseResult.value === file) {
      continue;
    }
    seen.add(document);
    for (const declaration of namedOf(document.parseResult.value.declarations)) {
      const earlier = names.get(declaration.name);
      if (earlier && AstUtils.getDocument(earlier) === document) {
        continue;
      }
      if (earlier) {
        problems.error(
          "duplicate-name",
          rangeOf(statement, "path"),
          `"${statement.path}" declares \`${declaration.name}\`, which another import brings already; rename one`,
          {
            related: [
              relatedName(earlier, "the one imported first"),
              relatedName(declaration, "the one here"),
            ],
          },
        );
      } else {
        names.set(declaration.name, declaration);
      }
    }
  }
}

/** All declarations of a file and of its imports share one space of names. */
export function checkDeclarationNames(file: DiagFile, services: DiagServices, problems: ProblemList): void {
  const imported = new Map<string, Declaration>();
  for (const document of services.references.DeclarationFinder.importedFiles(file)) {
    for (const declaration of namedOf(document.parseResult.value.declarations)) {
      imported.set(declaration.name, declaration);
    }
  }
  if (imported.size === 0 && !services.references.DeclarationFinder.own(file).hasDuplicates) {
    return;
  }
  const names = new Map<string, Declaration>();
  const document = AstUtils.getDocument<DiagFile>(file);
  const { guesses } = services.validation.DeclarationChecker.brokenSyntax(document);
  for (const declaration of namedOf(file.declarations)) {
    const { name } = declaration;
    if (guesses.has(declaration)) {
      continue;
    }
    const own = names.get(name);
    const earlier = own ?? imported.get(name);
    if (earlier) {
      problems.error(
        "duplicate-name",
        rangeOf(declaration, "name"),
        `\`${name}\` is ${own ? `a ${kindOf(own)} of this file` : `an imported ${kindOf(earlier)}`} already; rename one`,
        { related: [relatedName(earlier, `the ${own ? "first" : "imported"} \`${name}\``)] },
      );
    }
    if (!own) {
      names.set(name, declaration);
    }
  }
}

/** Steps of all searches for symmetries of a file's diagrams, half a second: those left over are not compared. */
const mostStepsInFile = 12 * mostSteps;

/**
 * Diagrams that are the same but for the names of nodes and parts. That some could not be compared is said at the
 * first of them.
 */
export function checkSameDiagrams(file: DiagFile, services: DiagServices, problems: ProblemList): void {
  const imported = services.references.DeclarationFinder.importedFiles(file).flatMap(
    (document) => document.parseResult.value.declarations,
  );
  const checker = services.validation.DeclarationChecker;
  const forms = new Map<string, DiagramDeclaration>();
  const declarations = imported.length === 0 ? file.declarations : [...imported, ...file.declarations];
  let stepsLeft = mostStepsInFile;
  let saidTooSymmetric = false;
  for (const declaration of declarations) {
    if (declaration.$type !== "DiagramDeclaration") {
      continue;
    }
    const { value } = checker.diagram(declaration);
    if (!value) {
      continue;
    }
    const { form, tooSymmetric, steps } = comparable(value.diagram, Math.min(mostSteps, stepsLeft));
    stepsLeft -= steps;
    if (form === undefined) {
      if (tooSymmetric && !saidTooSymmetric && declaration.$container === file && !problems.isFull) {
        saidTooSymmetric = true;
        problems.info(
          "same-diagram",
          value.range,
          `\`${declaration.name}\` is too symmetric to compare, or the diagrams above it are: whether it is the same as another is not known`,
        );
      }
      continue;
    }
    const earlier = forms.get(form);
    if (!earlier) {
      forms.set(form, declaration);
    } else if (declaration.$container === file && problems.isFull) {
      problems.omit();
    } else if (declaration.$container === file) {
      const { name } = earlier;
      problems.info(
        "same-diagram",
        value.range,
        `\`${declaration.name}\` is the same diagram as \`${name}\``,
        {
          related: [
            {
              uri: AstUtils.getDocument(earlier).uri,
              range: checker.diagram(earlier).value!.range,
              message: `\`${name}\` is declared here`,
            },
          ],
          data: { same: name, canonical: form.length > 200 ? undefined : form },
        },
      );
    }
  }
}

/**
 * Whether a name that leads nowhere may be that of a declaration with a syntax error, here or in an imported file.
 * @param kind what it must name, when nothing at all has the name.
 */
export function isLost(
  name: string,
  kind: string | undefined,
  file: DiagFile,
  services: DiagServices,
): boolean {
  const checker = services.validation.DeclarationChecker;
  const documents = [
    AstUtils.getDocument<DiagFile>(file),
    ...services.references.DeclarationFinder.importedFiles(file),
  ];
  return documents.some((document) => {
    const { names, nameless } = checker.brokenSyntax(document);
    return names.has(name) || (kind !== undefined && nameless.has(kind));
  });
}

function relatedName(declaration: Declaration, message: string) {
  return { uri: AstUtils.getDocument(declaration).uri, range: rangeOf(declaration, "name"), message };
}
