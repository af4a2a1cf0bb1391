import { type CstNode, CstUtils, type LangiumDocument } from "langium";
import type { Position, Range, SelectionRange } from "vscode-languageserver";

/** For each position the ranges around it, from the word outward. */
export function selectionRanges(document: LangiumDocument, positions: readonly Position[]): SelectionRange[] {
  const { textDocument, parseResult } = document;
  const whole: SelectionRange = {
    range: { start: { line: 0, character: 0 }, end: textDocument.positionAt(textDocument.getText().length) },
  };
  return positions.map((position) => {
    const offset = textDocument.offsetAt(position);
    const root = parseResult.value.$cstNode;
    const leaf =
      root &&
      (CstUtils.findLeafNodeAtOffset(root, offset) ?? CstUtils.findLeafNodeAtOffset(root, offset - 1));
    const ranges: Range[] = [];
    for (let node: CstNode | undefined = leaf; node && node !== root; node = node.container) {
      const last = ranges.at(-1);
      if (!last || !isSame(last, node.range)) {
        ranges.push(node.range);
      }
    }
    return ranges.reduceRight<SelectionRange>(
      (parent, range) => (isSame(parent.range, range) ? parent : { range, parent }),
      whole,
    );
  });
}

function isSame(one: Range, other: Range): boolean {
  return (
    one.start.line === other.start.line &&
    one.start.character === other.start.character &&
    one.end.line === other.end.line &&
    one.end.character === other.end.character
  );
}
