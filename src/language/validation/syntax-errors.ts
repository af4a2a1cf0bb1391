import type { LangiumDocument } from "langium";
import type { Declaration, DiagFile } from "../generated/ast.js";
import { multiplicationHint } from "../parsing/messages.js";
import type { Token } from "../parsing/token.js";
import type { Range } from "../problem.js";

export interface SyntaxError {
  readonly offset: number;
  readonly range: Range;
  readonly message: string;
  /** Found before parsing: by the lexer, or where declarations are set apart. */
  readonly beforeParsing: boolean;
}

/** A file that is wrong everywhere is not explained line by line. */
export const mostSyntaxErrors = 100;

const known = new WeakMap<LangiumDocument["parseResult"], SyntaxError[]>();

/** All syntax errors of a document in the order of the text, at most one at a place. */
export function syntaxErrors(document: LangiumDocument): readonly SyntaxError[] {
  let errors = known.get(document.parseResult);
  if (!errors) {
    errors = collect(document);
    known.set(document.parseResult, errors);
  }
  return errors;
}

/** The declarations that contain a syntax error, whose meaning is therefore not checked. */
export function brokenDeclarations(document: LangiumDocument<DiagFile>): Set<Declaration> {
  const broken = new Set<Declaration>();
  const errors = syntaxErrors(document);
  const { declarations } = document.parseResult.value;
  let at = 0;
  declarations.forEach((declaration, index) => {
    const start = declaration.$cstNode?.offset ?? 0;
    const end = declaration.$cstNode?.end ?? start;
    const next = declarations[index + 1]?.$cstNode?.offset ?? Number.POSITIVE_INFINITY;
    while (at < errors.length && errors[at]!.offset < start) {
      at++;
    }
    for (let place = at; place < errors.length && errors[place]!.offset < next; place++) {
      const { offset, beforeParsing } = errors[place]!;
      // Stray text behind a declaration is not in it, but what the parser skipped is.
      if (offset < end || !beforeParsing) {
        broken.add(declaration);
        break;
      }
    }
    if (!declaration.name) {
      broken.add(declaration);
    }
  });
  return broken;
}

function collect(document: LangiumDocument): SyntaxError[] {
  const { lexerErrors, parserErrors } = document.parseResult;
  const errors: SyntaxError[] = lexerErrors.map(({ offset, length, message }) => ({
    offset,
    range: { start: positionAt(document, offset), end: positionAt(document, offset + length) },
    message,
    beforeParsing: true,
  }));
  const text = document.textDocument.getText();
  for (const error of parserErrors) {
    const token = error.token as unknown as Token;
    const place = placeOfError(error);
    if (!place) {
      // Stands for what was left open, which has been reported where it happened.
      continue;
    }
    const { startOffset, image } = place;
    const offset = startOffset >= 0 ? startOffset : text.length;
    errors.push({
      offset,
      range: {
        start: positionAt(document, offset),
        end: positionAt(document, startOffset >= 0 ? offset + image.length : offset),
      },
      message: error.message + (place === token ? multiplicationHint(text, offset, token) : ""),
      beforeParsing: false,
    });
  }
  errors.sort((one, other) => one.offset - other.offset);
  return errors.filter((error, index) => index === 0 || error.offset !== errors[index - 1]!.offset);
}

/** The token at which a parser's error is shown; none when the error stands for one reported elsewhere. */
export function placeOfError(
  error: LangiumDocument["parseResult"]["parserErrors"][number],
): Token | undefined {
  const token = error.token as unknown as Token;
  if (token.isInsertedInRecovery) {
    return undefined;
  }
  // What ends too early is wrong at its own end, not where the next declaration begins.
  const previous = (error as { previousToken?: unknown }).previousToken as Token | undefined;
  const early =
    previous?.endsDeclaration && previous.startOffset >= 0 && previous.startOffset < token.startOffset;
  return (early || token.startOffset < 0 ? previous : token) ?? token;
}

function positionAt(document: LangiumDocument, offset: number): Range["start"] {
  return document.textDocument.positionAt(offset);
}
