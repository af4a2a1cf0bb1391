import {
  DefaultDocumentValidator,
  type LangiumDocument,
  type ParseResult,
  type ValidationOptions,
} from "langium";
import { beginning, type Faults, faultProblem } from "../faults.js";
import type { DiagServices } from "../services.js";
import { type SyntaxError as Found, mostSyntaxErrors, syntaxErrors } from "./syntax-errors.js";

type Diagnostics = NonNullable<LangiumDocument["diagnostics"]>;

/**
 * Reports syntax errors with the code `syntax`. Names that lead nowhere are reported by the checks of the
 * declarations, which know what was meant.
 */
export class DiagDocumentValidator extends DefaultDocumentValidator {
  private readonly faults: Faults;

  constructor(services: DiagServices) {
    super(services);
    this.faults = services.validation.Faults;
  }

  override async validateDocument(
    document: LangiumDocument,
    ...rest: [ValidationOptions?, Parameters<DefaultDocumentValidator["validateDocument"]>[2]?]
  ): Promise<Diagnostics> {
    const diagnostics: Diagnostics = [];
    const [options = {}] = rest;
    if (!options.categories || options.categories.includes("built-in")) {
      const errors = this.syntaxErrors(document);
      errors.slice(0, mostSyntaxErrors).forEach(({ range, message }, index) => {
        const omitted = index === mostSyntaxErrors - 1 ? errors.length - mostSyntaxErrors : 0;
        diagnostics.push({
          severity: 1,
          code: "syntax",
          source: this.metadata.languageId,
          range,
          message: omitted > 0 ? `${message} (and ${omitted} more syntax errors)` : message,
        });
      });
    }
    return [...diagnostics, ...(await super.validateDocument(document, ...rest))];
  }

  private syntaxErrors(document: LangiumDocument): readonly Pick<Found, "range" | "message">[] {
    try {
      return syntaxErrors(document);
    } catch (thrown) {
      this.faults.tell("the search for syntax errors", thrown);
      return [faultProblem("the syntax of this file", beginning, thrown)];
    }
  }

  protected override processLexingErrors(): void {}

  protected override processParsingErrors(_result: ParseResult): void {}

  protected override processLinkingErrors(): void {}

  /** The file's check reaches every declaration; walking the nodes below would find no other. */
  protected override validateSingleNodeOptions(): { validateNode: boolean; validateChildren: boolean } {
    return { validateNode: true, validateChildren: false };
  }
}
