import { type LangiumDocument, type ValidationOptions, WorkspaceCache } from "langium";
import type { Diagnostic } from "vscode-languageserver";
import type { DiagFile } from "../../language/generated/ast.js";
import { rangeOf } from "../../language/problem.js";
import { DiagDocumentValidator } from "../../language/validation/document-validator.js";
import type { DiagLspServices } from "../services.js";
import { trialsWarnings } from "./trials-limit.js";

/** Where the codes of diagnostics are explained, when the server knows. */
let reference: string | undefined;

/** Sets the page whose headings are the codes, such as `file:///…/docs/language.md`. */
export function explainCodesAt(page: string | undefined): void {
  reference = page;
}

/** An imported file with more errors shows the first ones at its import. */
const mostRelated = 10;

/** Diagnostics as an editor shows them: with explanations, and with one error at the import of a faulty file. */
export class EditorDocumentValidator extends DiagDocumentValidator {
  private readonly services: DiagLspServices;
  private readonly own: WorkspaceCache<LangiumDocument, Promise<Diagnostic[]>>;

  constructor(services: DiagLspServices) {
    super(services);
    this.services = services;
    this.own = new WorkspaceCache(services.shared);
  }

  override async validateDocument(
    document: LangiumDocument,
    ...rest: [ValidationOptions?, Parameters<DiagDocumentValidator["validateDocument"]>[2]?]
  ): Promise<Diagnostic[]> {
    const own = await super.validateDocument(document, ...rest);
    this.own.set(document, Promise.resolve(own));
    const { editor, validation } = this.services;
    const diagnostics = [
      ...own,
      ...(await this.importDiagnostics(document)),
      ...trialsWarnings(
        document,
        validation.DeclarationChecker,
        editor.Preferences.mostTrials,
        this.metadata.languageId,
      ),
    ];
    for (const diagnostic of diagnostics) {
      if (reference !== undefined && diagnostic.code !== undefined) {
        diagnostic.codeDescription = { href: `${reference}#${diagnostic.code}` };
      }
    }
    return diagnostics;
  }

  private async importDiagnostics(document: LangiumDocument): Promise<Diagnostic[]> {
    const file = document.parseResult.value as DiagFile;
    const found: Diagnostic[] = [];
    const seen = new Set<LangiumDocument>([document]);
    for (const statement of file.imports) {
      const imported = this.services.references.DeclarationFinder.imported(statement);
      if (!imported || seen.has(imported)) {
        continue;
      }
      seen.add(imported);
      const problems = await this.own.get(imported, () => super.validateDocument(imported));
      const errors = problems.filter(({ severity }) => severity === 1);
      const [first] = errors;
      if (first) {
        const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
        found.push({
          severity: 1,
          code: "unresolved",
          source: this.metadata.languageId,
          range: rangeOf(statement, "path"),
          message: `"${statement.path}" has ${count}, at line ${first.range.start.line + 1}: ${String(first.message)}`,
          relatedInformation: errors.slice(0, mostRelated).map(({ range, message }) => ({
            location: { uri: imported.uri.toString(), range },
            message: String(message),
          })),
        });
      }
    }
    return found;
  }
}
