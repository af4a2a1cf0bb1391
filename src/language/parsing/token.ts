import { quotedText } from "../../printable/index.js";

/** A token of the lexer, as the parser takes it. */
export interface Token {
  image: string;
  startOffset: number;
  endOffset?: number;
  startLine?: number;
  startColumn?: number;
  endLine?: number;
  endColumn?: number;
  tokenTypeIdx: number;
  tokenType: TokenKind;
  isInsertedInRecovery?: boolean;
  /** The last token of a declaration, its braces made to match. */
  endsDeclaration?: boolean;
}

export interface TokenKind {
  readonly name: string;
  readonly tokenTypeIdx?: number;
}

/** A token that stands in no text: it closes or opens what the text left open. */
export function virtualToken(kind: TokenKind): Token {
  return {
    image: "",
    startOffset: -1,
    endOffset: -1,
    startLine: -1,
    startColumn: -1,
    endLine: -1,
    endColumn: -1,
    tokenTypeIdx: kind.tokenTypeIdx!,
    tokenType: kind,
    isInsertedInRecovery: true,
  };
}

/** A token as messages show it. */
export function describeToken(token: Token): string {
  if (token.tokenType.name === "EOF") {
    return "the end of the file";
  }
  if (token.isInsertedInRecovery) {
    return "the end of the declaration";
  }
  return `\`${quotedText(token.image, 30)}\``;
}
