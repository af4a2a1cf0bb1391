import {
  DefaultLexer,
  DefaultLexerErrorMessageProvider,
  type LexerResult,
  type TokenizeOptions,
} from "langium";
import { counted } from "../../printable/index.js";
import { repairDeclarations } from "./declarations.js";
import { shownSigns, spelledOut } from "./symbols.js";
import type { Token, TokenKind } from "./token.js";

/** Larger files are refused; a file of diagrams that someone wrote has a few kilobytes. */
export const largestText = 2_000_000;
/** More words and signs than this are refused: each costs about a kilobyte while a file is read. */
export const mostTokens = 250_000;

/** An error found before parsing. */
export type LexingError = LexerResult["errors"][number] & {
  /** It stands between declarations and is in none. */
  readonly stray?: boolean;
};

/**
 * The lexer, and what must be known before parsing: texts that are no `.diag` file are refused in one
 * error, and declarations are set apart so that a broken one cannot swallow the next.
 */
export class DiagLexer extends DefaultLexer {
  override tokenize(text: string, options?: TokenizeOptions): LexerResult {
    const refusal = refusalOf(text);
    if (refusal) {
      return refused(refusal.message, refusal.offset, text);
    }
    const result = super.tokenize(text, options);
    if (result.tokens.length > mostTokens) {
      return refused(
        `this file has ${result.tokens.length} words and signs, more than the ${mostTokens} that are read; split it into several files`,
        0,
        text,
      );
    }
    const tokens = result.tokens as unknown as Token[];
    const errors: LexingError[] = [
      ...result.errors,
      ...unclosedErrors(tokens, result.hidden as unknown as Token[]),
    ];
    const kinds = this.definition as unknown as Record<string, TokenKind>;
    const repaired = repairDeclarations(
      tokens,
      { open: kinds["{"]!, close: kinds["}"]! },
      (token, message, stray = false) => errors.push({ ...errorAt(token, message), stray }),
    );
    return {
      ...result,
      tokens: repaired as unknown as LexerResult["tokens"],
      errors: errors.sort((one, other) => one.offset - other.offset),
    };
  }
}

/** Messages for characters that begin no word or sign. */
export class DiagLexerMessages extends DefaultLexerErrorMessageProvider {
  override buildUnexpectedCharactersMessage(text: string, start: number, length: number): string {
    const found = text.slice(start, start + length).trim();
    const shown = shownSigns(found);
    if (found === ">") {
      return "unexpected `>`: an edge is written `->`";
    }
    const written = spelledOut(found);
    if (written === '"') {
      return `unexpected \`${shown}\`: strings stand in double quotes; write \`"\``;
    }
    const advice = written === undefined ? "remove it" : `write \`${shownSigns(written)}\``;
    return `unexpected \`${shown}\`: no part of the language; ${advice}`;
  }
}

function refusalOf(text: string): { message: string; offset: number } | undefined {
  if (text.length > largestText) {
    const size = (text.length / 1e6).toFixed(1);
    return {
      message: `this file has ${size} million characters, more than the ${largestText / 1e6} million that are read; split it into several files`,
      offset: 0,
    };
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    return { message: "this is not a text file: it contains a NUL character", offset: nul };
  }
  const undecodable = text.match(/\uFFFD/g)?.length ?? 0;
  if (undecodable > 10 && undecodable > text.length / 1000) {
    return {
      message: `this is not a UTF-8 text file: ${counted(undecodable, "character")} cannot be read; save it as UTF-8`,
      offset: text.indexOf("\uFFFD"),
    };
  }
  return undefined;
}

function refused(message: string, offset: number, text: string): LexerResult {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - (before.lastIndexOf("\n") + 1) + 1;
  return {
    tokens: [],
    hidden: [],
    errors: [{ offset, line, column, length: text.length > offset ? 1 : 0, message }],
  };
}

function unclosedErrors(tokens: readonly Token[], hidden: readonly Token[]): LexingError[] {
  const errors: LexingError[] = [];
  for (const token of tokens) {
    if (token.tokenType.name === "STRING" && (token.image.length < 2 || !token.image.endsWith('"'))) {
      errors.push(errorAt(token, 'this string is not closed; put `"` at its end'));
    }
  }
  const last = hidden.at(-1);
  if (last?.image.startsWith("/*") && (last.image.length < 4 || !last.image.endsWith("*/"))) {
    errors.push({ ...errorAt(last, "this comment is not closed; put `*/` at its end"), length: 2 });
  }
  return errors;
}

function errorAt(token: Token, message: string): LexingError {
  return {
    offset: token.startOffset,
    line: token.startLine!,
    column: token.startColumn!,
    length: token.image.length,
    message,
  };
}
