import { CstUtils, type LangiumDocument } from "langium";
import type { FoldingRangeProvider } from "langium/lsp";
import { type FoldingRange, FoldingRangeKind } from "vscode-languageserver";
import type { DiagFile } from "../../language/generated/ast.js";

/** Declarations, comments of several lines, runs of line comments, and groups of imports fold. */
export class DiagFoldingProvider implements FoldingRangeProvider {
  getFoldingRanges(document: LangiumDocument): FoldingRange[] {
    const value = document.parseResult.value as DiagFile;
    const found: FoldingRange[] = [];
    const add = (first: number, last: number, kind?: FoldingRangeKind): void => {
      if (last > first) {
        found.push({ startLine: first, endLine: last, ...(kind ? { kind } : {}) });
      }
    };
    for (const { $cstNode } of value.declarations) {
      if ($cstNode) {
        const { start, end } = $cstNode.range;
        // The closing brace stays in sight.
        add(start.line, $cstNode.text.endsWith("}") ? end.line - 1 : end.line);
      }
    }
    const lines = value.imports.flatMap(({ $cstNode }) => ($cstNode ? [$cstNode.range.start.line] : []));
    groups(lines, (first, last) => add(first, last, FoldingRangeKind.Imports));
    const lineComments: number[] = [];
    for (const leaf of value.$cstNode ? CstUtils.flattenCst(value.$cstNode) : []) {
      if (leaf.hidden && leaf.text.startsWith("/*")) {
        add(leaf.range.start.line, leaf.range.end.line, FoldingRangeKind.Comment);
      } else if (leaf.hidden && leaf.text.startsWith("//")) {
        const { line, character } = leaf.range.start;
        const before = { start: { line, character: 0 }, end: { line, character } };
        if (document.textDocument.getText(before).trim() === "") {
          lineComments.push(line);
        }
      }
    }
    groups(lineComments, (first, last) => add(first, last, FoldingRangeKind.Comment));
    return found;
  }
}

/** Runs of lines that follow each other. */
function groups(lines: readonly number[], take: (first: number, last: number) => void): void {
  lines.forEach((line, index) => {
    if (index === 0 || line > lines[index - 1]! + 1) {
      let last = index;
      while (lines[last + 1] !== undefined && lines[last + 1]! <= lines[last]! + 1) {
        last++;
      }
      take(line, lines[last]!);
    }
  });
}
