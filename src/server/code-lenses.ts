import type { LangiumDocument } from "langium";
import type { CodeLensProvider } from "langium/lsp";
import type { CodeLens } from "vscode-languageserver";
import { type DiagFile, isDiagramDeclaration, isVerifyDeclaration } from "../language/generated/ast.js";
import { rangeOf } from "../language/problem.js";
import { simulationProblem } from "../verify/specification.js";
import type { DiagLspServices } from "./services.js";

/** Beside the words that do nothing while a declaration is wrong. */
const whileWrong = "once its errors are gone";

/**
 * Preview and evaluate each diagram, verify and evaluate each verification: commands of the extension, so
 * only for an editor that says it has them. What cannot be simulated has no lens for it; where the workspace is not trusted, a
 * verification has the way to trust in place of what needs it. While
 * a declaration has errors its lenses stay as words without a command, so that no line of the text moves while it is written.
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
      if (!isDiagram && !isVerifyDeclaration(declaration)) {
        continue;
      }
      const isWrong = checker.check(declaration).value === undefined;
      const isSimulated =
        !isDiagram && (isWrong || simulationProblem(checker.verify(declaration).value!) === undefined);
      const named: (readonly [title: string, command: string])[] = [
        ...(isDiagram ? ([["Preview", "diag.preview"]] as const) : []),
        ...(isSimulated && Preferences.trusted ? ([["Verify", "diag.verify"]] as const) : []),
        ...(Preferences.trusted ? ([["Evaluate", "diag.evaluate"]] as const) : []),
        ...(isDiagram || Preferences.trusted
          ? []
          : ([[`Trust this workspace to ${isSimulated ? "verify" : "evaluate"}`, "diag.trust"]] as const)),
      ];
      const range = rangeOf(declaration, "name");
      if (!isWrong) {
        const own = [uri, declaration.name];
        lenses.push(
          ...named.map(([title, command]) => ({ range, command: { title, command, arguments: own } })),
        );
      } else if (named.length > 0) {
        const words = [...named.map(([title]) => title), whileWrong];
        // A command without a name is shown as words that cannot be pressed.
        lenses.push(...words.map((title) => ({ range, command: { title, command: "" } })));
      }
    }
    return lenses;
  }
}
