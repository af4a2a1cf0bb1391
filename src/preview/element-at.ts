import type { ElementReference, PreviewDiagram, PreviewFile, TextPosition, TextRange } from "./model.js";

/** An element of one of a file's diagrams. */
export interface PlacedElement {
  readonly id: string;
  readonly element: ElementReference;
}

/**
 * The element that a selection in the text is in: of those whose text holds all of it the one with the shortest,
 * and of equals a node before an edge before a part. Between two names that touch, the one behind counts.
 * @param selection of no length where there is only a cursor.
 * @returns `undefined` when the selection is in no diagram.
 */
export function elementAt(
  file: Pick<PreviewFile, "diagrams">,
  selection: TextRange,
): PlacedElement | undefined {
  // Where one declaration ends and the next begins, the cursor is in the next.
  const diagram = file.diagrams.findLast(({ range }) => holds(range, selection));
  if (diagram === undefined) {
    return undefined;
  }
  let best: { readonly element: ElementReference; readonly range: TextRange } | undefined;
  for (const candidate of elementsOf(diagram)) {
    if (
      holds(candidate.range, selection) &&
      (best === undefined || isCloser(candidate.range, best.range, selection))
    ) {
      best = candidate;
    }
  }
  return { id: diagram.id, element: best?.element ?? { kind: "diagram" } };
}

/** The text that a click on an element selects; `undefined` when the diagram has no such element. */
export function textOf(diagram: PreviewDiagram, element: ElementReference): TextRange | undefined {
  switch (element.kind) {
    case "diagram":
      return diagram.nameRange;
    case "node":
      return diagram.nodes[element.index]?.ranges[0];
    case "edge":
      return (
        diagram.strays?.[element.index - diagram.nodes.length] ??
        diagram.edges.find(({ child }) => child === element.index)
      )?.range;
    case "part": {
      const part = diagram.parts[element.index];
      return part?.range ?? diagram.nodes[part?.nodes[0] ?? -1]?.ranges[0];
    }
  }
}

function* elementsOf(
  diagram: PreviewDiagram,
): Generator<{ readonly element: ElementReference; readonly range: TextRange }> {
  for (const [index, { ranges }] of diagram.nodes.entries()) {
    for (const range of ranges) {
      yield { element: { kind: "node", index }, range };
    }
  }
  for (const { child, range } of diagram.edges) {
    yield { element: { kind: "edge", index: child }, range };
  }
  for (const [index, { range }] of (diagram.strays ?? []).entries()) {
    yield { element: { kind: "edge", index: diagram.nodes.length + index }, range };
  }
  for (const [index, { range }] of diagram.parts.entries()) {
    if (range !== undefined) {
      yield { element: { kind: "part", index }, range };
    }
  }
}

/** Whether, of two ranges that hold the selection, the first is meant rather than the second. */
function isCloser(one: TextRange, other: TextRange, selection: TextRange): boolean {
  // A range inside another is shorter by this measure, also where both end in one line.
  const lines = (range: TextRange): number => range.end.line - range.start.line;
  const characters = (range: TextRange): number => range.end.character - range.start.character;
  const longer = lines(one) - lines(other) || characters(one) - characters(other);
  if (longer !== 0) {
    return longer < 0;
  }
  return compare(one.end, selection.end) > 0 && compare(other.end, selection.end) === 0;
}

/** Whether a range holds all of another, ends included. */
function holds(range: TextRange, other: TextRange): boolean {
  return compare(range.start, other.start) <= 0 && compare(other.end, range.end) <= 0;
}

function compare(one: TextPosition, other: TextPosition): number {
  return one.line - other.line || one.character - other.character;
}
