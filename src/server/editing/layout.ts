import { type CstNode, CstUtils, type LeafCstNode } from "langium";
import {
  isCall,
  isDiagramDeclaration,
  isDistribution,
  isIndex,
  isLandscapeDeclaration,
  isMetricChoice,
  isObservableChoice,
  isPartStatement,
  isPlace,
  isReader,
  isShape,
  isShortForm,
  isSigned,
  isSpaceTimeChoice,
  isVerifyDeclaration,
} from "../../language/generated/ast.js";

/** What stands between two words or signs of a text, and what should. */
export interface Gap {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Piece {
  readonly leaf: LeafCstNode;
  readonly text: string;
  readonly comment: boolean;
}

/** A declaration of one line stays so up to this column. */
const widestLine = 100;

/**
 * The gaps of a sound text as they should be: one statement a line, blocks indented by `unit`, single
 * spaces, at most one empty line. Words, signs and comments are not touched, so that the meaning stays.
 */
export function formattedGaps(
  root: CstNode,
  text: string,
  unit: string,
  newline = text.includes("\r\n") ? "\r\n" : "\n",
): Gap[] {
  const pieces: Piece[] = CstUtils.flattenCst(root)
    .filter((leaf) => leaf.length > 0 && (!leaf.hidden || leaf.text.startsWith("/")))
    .map((leaf) => ({ leaf, text: leaf.text, comment: leaf.hidden }))
    .toArray();
  const starts = statementStarts(root);
  const inline = inlineBlocks(root);
  const gaps: Gap[] = [];
  let depth = 0;
  pieces.forEach((piece, index) => {
    const before = pieces[index - 1];
    const start = before ? before.leaf.end : 0;
    const end = piece.leaf.offset;
    const closes = isBlockBrace(piece, "}");
    if (closes) {
      depth--;
    }
    const breaks = (text.slice(start, end).match(/\r\n|\n|\r/g) ?? []).length;
    let lines: number;
    if (!before) {
      lines = 0;
    } else if (before.text.startsWith("//")) {
      lines = Math.max(1, breaks);
    } else if (piece.comment || before.comment) {
      const must = !piece.comment && starts.has(piece.leaf.offset) && !(breaks === 0 && before.comment);
      lines = must ? Math.max(1, breaks) : breaks;
    } else if (isInline(piece.leaf.offset, inline)) {
      lines = 0;
    } else if (closes || isBlockBrace(before, "{") || starts.has(piece.leaf.offset)) {
      lines = Math.max(1, breaks);
    } else {
      // Within a statement a line break is the author's, behind a comma or before an operator.
      lines = Math.min(1, breaks);
    }
    if (closes || (before && isBlockBrace(before, "{"))) {
      lines = Math.min(1, lines);
    }
    const onTop = depth === 0 && starts.has(piece.leaf.offset);
    const own = starts.has(piece.leaf.offset) || closes || piece.comment;
    const hangs = !own && !onTop ? 1 : 0;
    const level = Math.max(0, depth) + hangs;
    gaps.push({
      start,
      end,
      text:
        lines > 0
          ? newline.repeat(Math.min(2, lines)) + unit.repeat(level)
          : before && isSpaced(before, piece, pieces[index - 2])
            ? " "
            : "",
    });
    if (isBlockBrace(piece, "{")) {
      depth++;
    }
  });
  const last = pieces.at(-1);
  if (last) {
    gaps.push({ start: last.leaf.end, end: text.length, text: newline });
  }
  return gaps;
}

/** Where imports, declarations and statements of blocks begin. */
function statementStarts(root: CstNode): Set<number> {
  const starts = new Set<number>();
  const file = root.astNode as {
    imports?: { $cstNode?: CstNode }[];
    declarations?: { $cstNode?: CstNode }[];
  };
  for (const node of [...(file.imports ?? []), ...(file.declarations ?? [])]) {
    starts.add(node.$cstNode!.offset);
    for (const statement of (node as { statements?: { $cstNode?: CstNode }[] }).statements ?? []) {
      starts.add(statement.$cstNode!.offset);
    }
  }
  return starts;
}

type Span = readonly [start: number, end: number];

/** Blocks that the author wrote on one line, and that fit on one whatever their spaces are. */
function inlineBlocks(root: CstNode): Span[] {
  const file = root.astNode as { declarations?: { $cstNode?: CstNode }[] };
  return (file.declarations ?? []).flatMap(({ $cstNode }): Span[] => {
    const { start, end } = $cstNode!.range;
    if (start.line !== end.line) {
      return [];
    }
    const width = CstUtils.flattenCst($cstNode!)
      .filter((leaf) => leaf.text.trim() !== "")
      .reduce((sum, leaf) => sum + leaf.length + 1, 0);
    return width <= widestLine ? [[$cstNode!.offset, $cstNode!.end]] : [];
  });
}

/** Whether a place lies inside one of the spans, which are in the order of the text. */
function isInline(offset: number, spans: readonly Span[]): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]![0] < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const span = spans[low - 1];
  return span !== undefined && offset < span[1];
}

function isBlockBrace({ leaf, text, comment }: Piece, brace: "{" | "}"): boolean {
  if (comment || text !== brace) {
    return false;
  }
  const node = leaf.astNode;
  return isDiagramDeclaration(node) || isLandscapeDeclaration(node) || isVerifyDeclaration(node);
}

/** Whether a space stands between two pieces on one line. */
function isSpaced(before: Piece, piece: Piece, earlier: Piece | undefined): boolean {
  if (before.comment || piece.comment) {
    return true;
  }
  const [left, right] = [before.text, piece.text];
  const node = piece.leaf.astNode;
  const leftNode = before.leaf.astNode;
  if (isShortForm(node) && isShortForm(leftNode)) {
    // Digits that stand apart would become one number.
    return /[\d.]$/.test(left) && /^[\d.]/.test(right) && before.leaf.end < piece.leaf.offset;
  }
  if (/^[([]$/.test(left) || /^[)\],:;]$/.test(right)) {
    return false;
  }
  if (isPartBrace(before, "{") || isPartBrace(piece, "}")) {
    return false;
  }
  if (left === "^" || right === "^" || left === "**" || right === "**") {
    return false;
  }
  // A sign stands directly before its operand.
  if (isSigned(leftNode) && (left === "-" || left === "+")) {
    return false;
  }
  // A product is close or wide, as the author wrote it on its left; sums are wide.
  if (right === "[" && (isShape(node) || isIndex(node) || isPlace(node))) {
    return false;
  }
  if (right === "*" || right === "/" || right === "@") {
    return before.leaf.end < piece.leaf.offset;
  }
  if (left === "*" || left === "/" || left === "@") {
    // Behind a comment an operator stands apart.
    return earlier !== undefined && (earlier.comment || earlier.leaf.end < before.leaf.offset);
  }
  if (right === "(") {
    const isList =
      isDistribution(node) ||
      isReader(node) ||
      isSpaceTimeChoice(node) ||
      isObservableChoice(node) ||
      isMetricChoice(node);
    return !(isCall(node) || isList);
  }
  if (left === "-" && /^[\d.]/.test(right) && !isSumSign(leftNode)) {
    return false;
  }
  return true;
}

function isSumSign(node: { readonly $type: string }): boolean {
  return node.$type === "Sum";
}

function isPartBrace({ leaf, text }: Piece, brace: "{" | "}"): boolean {
  return text === brace && isPartStatement(leaf.astNode);
}
