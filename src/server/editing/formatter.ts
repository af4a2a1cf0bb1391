import type { LangiumDocument } from "langium";
import type { Formatter } from "langium/lsp";
import type {
  DocumentFormattingParams,
  DocumentOnTypeFormattingOptions,
  DocumentOnTypeFormattingParams,
  DocumentRangeFormattingParams,
  FormattingOptions,
  Range,
  TextEdit,
} from "vscode-languageserver";
import { type DiagFile, isDiagramDeclaration } from "../../language/generated/ast.js";
import type { ProblemCode } from "../../language/problem.js";
import type { DiagServices } from "../../language/services.js";
import { formattedGaps, type Gap } from "./layout.js";

/** Formats what is between the words and signs of a text; a broken text is left alone. */
export class DiagFormatter implements Formatter {
  constructor(private readonly services: DiagServices) {}

  formatDocument(document: LangiumDocument, { options }: DocumentFormattingParams): TextEdit[] {
    return this.edits(document, options);
  }

  formatDocumentRange(
    document: LangiumDocument,
    { options, range }: DocumentRangeFormattingParams,
  ): TextEdit[] {
    return this.edits(document, options, range);
  }

  /** A closed brace formats its declaration; a new line the line that was left. */
  formatDocumentOnType(document: LangiumDocument, params: DocumentOnTypeFormattingParams): TextEdit[] {
    const { position, ch, options } = params;
    if (ch === "\n") {
      const line = Math.max(0, position.line - 1);
      return this.edits(document, options, {
        start: { line, character: 0 },
        end: { line, character: Number.MAX_SAFE_INTEGER },
      });
    }
    const offset = document.textDocument.offsetAt(position);
    const file = document.parseResult.value as {
      declarations?: { $cstNode?: { offset: number; end: number } }[];
    };
    const closed = file.declarations?.find(({ $cstNode }) => $cstNode?.end === offset);
    return closed?.$cstNode
      ? this.edits(document, options, {
          start: document.textDocument.positionAt(closed.$cstNode.offset),
          end: position,
        })
      : [];
  }

  get formatOnTypeOptions(): DocumentOnTypeFormattingOptions {
    return { firstTriggerCharacter: "}", moreTriggerCharacter: ["\n"] };
  }

  private edits(document: LangiumDocument, options: FormattingOptions, range?: Range): TextEdit[] {
    const { value } = document.parseResult;
    if (!value.$cstNode || this.isBroken(document as LangiumDocument<DiagFile>)) {
      return [];
    }
    const { textDocument } = document;
    const text = textDocument.getText();
    const from = range ? textDocument.offsetAt(range.start) : 0;
    const to = range ? textDocument.offsetAt(range.end) : text.length;
    const unit = options.insertSpaces ? " ".repeat(Math.min(16, Math.max(1, options.tabSize))) : "\t";
    return formattedGaps(value.$cstNode, text, unit)
      .filter(({ start, end }: Gap) => start >= from && end <= to && !(range && end === text.length))
      .filter(({ start, end, text: wanted }: Gap) => text.slice(start, end) !== wanted)
      .map(({ start, end, text: newText }) => ({
        range: { start: textDocument.positionAt(start), end: textDocument.positionAt(end) },
        newText,
      }));
  }

  /** Whether a text has a syntax error, found by the parser or by reading a short form. */
  private isBroken({ parseResult }: LangiumDocument<DiagFile>): boolean {
    const { lexerErrors, parserErrors, value } = parseResult;
    if (lexerErrors.length + parserErrors.length > 0) {
      return true;
    }
    return value.declarations.some((declaration) => {
      if (!isDiagramDeclaration(declaration)) {
        return false;
      }
      const { problems } = this.services.validation.DeclarationChecker.diagram(declaration);
      const broken = declaration.shortForm ? brokenForm : brokenStatements;
      return problems.some(({ severity, code }) => severity === "error" && broken.has(code));
    });
  }
}

/** What the parser lets pass and is no part of the language. */
const brokenStatements: ReadonlySet<ProblemCode> = new Set<ProblemCode>(["syntax"]);
/** In a short form numbers and signs are all there is, so that one that is wrong may be any other. */
const brokenForm: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "syntax",
  "unresolved",
  "cycle",
  "second-parent",
  "many-roots",
  "two-parts",
]);
