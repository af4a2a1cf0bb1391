import type { CompositeCstNode, ParseResult } from "langium";
import type { Token } from "../../language/parsing/token.js";

/** What Langium's nodes of the concrete tree store of their places; only {@link moveNodes} writes it. */
export interface MovableNode {
  container: CompositeCstNode | undefined;
  readonly offset: number;
  readonly content?: readonly MovableNode[];
  _offset?: number;
  _startLine: number;
  _endLine: number;
  _rangeCache?: unknown;
}

/** Moves trees by characters and lines; columns stay, since whole lines move. */
export function moveNodes(nodes: readonly MovableNode[], characters: number, lines: number): void {
  if (lines === 0) {
    if (characters !== 0) {
      moveWithinLines(nodes, characters);
    }
    return;
  }
  for (const node of nodes) {
    if (node.content) {
      node._rangeCache = undefined;
      moveNodes(node.content, characters, lines);
    } else {
      node._offset! += characters;
      node._startLine += lines;
      node._endLine += lines;
    }
  }
}

/** Most keys add no line: ranges, which are lines and columns, stay what they are. */
function moveWithinLines(nodes: readonly MovableNode[], characters: number): void {
  for (const node of nodes) {
    if (node.content) {
      moveWithinLines(node.content, characters);
    } else {
      node._offset! += characters;
    }
  }
}

/** The place that the message of an unclosed brace tells. */
const openedAt = /(?<=the `\{` of line )\d+/;

/** Moves the places of syntax errors. */
export function moveTokens(
  { lexerErrors, parserErrors }: Pick<ParseResult, "lexerErrors" | "parserErrors">,
  characters: number,
  lines: number,
): void {
  for (const error of lexerErrors) {
    error.offset += characters;
    if (error.line !== undefined) {
      error.line += lines;
    }
    error.message = error.message.replace(openedAt, (line) => String(Number(line) + lines));
  }
  const tokens = new Set<Token>();
  for (const error of parserErrors) {
    const { token, previousToken } = error as unknown as { token: Token; previousToken?: Token };
    tokens.add(token);
    if (previousToken) {
      tokens.add(previousToken);
    }
  }
  for (const token of tokens) {
    // The end of the text and tokens that stand in none have no place.
    if (token.startOffset >= 0) {
      token.startOffset += characters;
      token.endOffset! += characters;
      token.startLine! += lines;
      token.endLine! += lines;
    }
  }
}
