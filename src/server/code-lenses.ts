import type { LangiumDocument } from "langium";
import type { CodeLensProvider } from "langium/lsp";
import type { CodeLens } from "vscode-languageserver";
import { type DiagFile, isDiagramDeclaration, isVerifyDeclaration } from "../language/generated/ast.js";
import { rangeOf } from "../language/problem.js";
import { simulationProblem } from "../verify/specification.js";
import type { DiagLspServices } from "./services.js";

/**
 * Preview and evaluate each diagram, verify and evaluate each verification: commands of the extension, so
 * only for an editor that says it has them. What has errors, cannot be simulated, or must not be evaluated, has no lens for it.
 */
export class DiagCodeLensProvider implements CodeLensProvider {
  constructor(private readonly services: DiagLspServices) {}

  async provideCodeLens(document: LangiumDocument): Promise<CodeLens[]> {
    const { Preferences } = this.services.editor;
    if (!(await Preferences.codeLenses())) {
      return [];
    }
    const checker = this.services.validation.DeclarationChecker;
    const uri = document.uri.toString();
    const lenses: CodeLens[] = [];
    for (const declaration of (document.parseResult.value as DiagFile).declarations) {
      const isDiagram = isDiagramDeclaration(declaration);
      if (
        (!isDiagram && !isVerifyDeclaration(declaration)) ||
        checker.check(declaration).value === undefined
      ) {
        continue;
      }
      const add = (title: string, command: string) =>
        lenses.push({
          range: rangeOf(declaration, "name"),
          command: { title, command, arguments: [uri, declaration.name] },
        });
      if (isDiagram) {
        add("Preview", "diag.preview");
      } else if (Preferences.trusted && simulationProblem(checker.verify(declaration).value!) === undefined) {
        add("Verify", "diag.verify");
      }
      if (Preferences.trusted) {
        add("Evaluate", "diag.evaluate");
      }
    }
    return lenses;
  }
}
