import { describe, expect, test } from "vitest";
import {
  elementAt,
  type PreviewDiagram,
  type TextPosition,
  type TextRange,
  textOf,
} from "../../../src/preview/index.js";

const text = `diagram drift {
  a, b -> j -> out
  part P = {a, b}
}
diagram pair = (01-2)(02-12)
diagram three = (0-1-2)(01-12)diagram four = (0-1)(01)
`;

const lines = text.split("\n");

/** The place of a text in a line, the given occurrence of it. */
function range(line: number, words: string, occurrence = 0): TextRange {
  let at = -1;
  for (let found = 0; found <= occurrence; found++) {
    at = lines[line]!.indexOf(words, at + 1);
  }
  if (at === -1) {
    throw new Error(`${words} is not in line ${line}`);
  }
  return { start: { line, character: at }, end: { line, character: at + words.length } };
}

const start = (one: TextRange): TextPosition => one.start;
const cursor = (position: TextPosition): TextRange => ({ start: position, end: position });
const node = (...ranges: TextRange[]): PreviewDiagram["nodes"][number] => ({ name: "n", ranges });

const rest = { key: "", marks: [], broken: false, shortForm: false, facts: "" };

const drift: PreviewDiagram = {
  ...rest,
  name: "drift",
  id: "drift",
  range: { start: { line: 0, character: 0 }, end: { line: 3, character: 1 } },
  nameRange: range(0, "drift"),
  nodes: [
    node(range(1, "a"), range(2, "a", 1)),
    node(range(1, "b"), range(2, "b")),
    node(range(1, "j")),
    node(range(1, "out")),
  ],
  edges: [
    { child: 0, parent: 2, range: range(1, "a, b -> j") },
    { child: 1, parent: 2, range: range(1, "b -> j") },
    { child: 2, parent: 3, range: range(1, "j -> out") },
  ],
  parts: [{ name: "P", nodes: [0, 1], range: range(2, "part P = {a, b}") }],
};
const pair: PreviewDiagram = {
  ...rest,
  name: "pair",
  id: "pair",
  range: range(4, lines[4]!),
  nameRange: range(4, "pair"),
  nodes: [node(range(4, "0"), range(4, "0", 1)), node(range(4, "1")), node(range(4, "2"))],
  edges: [
    { child: 0, parent: 2, range: range(4, "02") },
    { child: 1, parent: 2, range: range(4, "12", 0) },
  ],
  parts: [{ nodes: [0, 1], range: range(4, "01") }, { nodes: [2] }],
};
const bare = (name: string, words: string): PreviewDiagram => ({
  ...rest,
  name,
  id: name,
  range: range(5, words),
  nameRange: range(5, name),
  nodes: [],
  edges: [],
  parts: [],
});
const file = {
  diagrams: [
    drift,
    pair,
    bare("three", "diagram three = (0-1-2)(01-12)"),
    bare("four", "diagram four = (0-1)(01)"),
  ],
};

const at = (selection: TextRange): unknown => elementAt(file, selection)?.element;

describe("the element at a place in the text", () => {
  test("is the node whose name it is, wherever the diagram names it", () => {
    expect(at(cursor(start(range(1, "a"))))).toEqual({ kind: "node", index: 0 });
    expect(at(cursor(start(range(2, "a", 1))))).toEqual({ kind: "node", index: 0 });
    expect(at(cursor(range(1, "out").end))).toEqual({ kind: "node", index: 3 });
  });

  test("is the shortest edge around an arrow", () => {
    expect(at(cursor(start(range(1, "> j"))))).toEqual({ kind: "edge", index: 1 });
    expect(at(cursor(start(range(1, "> out"))))).toEqual({ kind: "edge", index: 2 });
    expect(at(cursor(start(range(1, " b"))))).toEqual({ kind: "edge", index: 0 });
    expect(at(range(1, ", b"))).toEqual({ kind: "edge", index: 0 });
  });

  test("is the part where the part is written", () => {
    expect(at(cursor(start(range(2, "P"))))).toEqual({ kind: "part", index: 0 });
    expect(at(range(2, "{a, b}"))).toEqual({ kind: "part", index: 0 });
  });

  test("is, between names that touch, the one behind the cursor", () => {
    expect(at(cursor(start(range(4, "1"))))).toEqual({ kind: "node", index: 1 });
    expect(at(cursor(range(4, "1").end))).toEqual({ kind: "node", index: 1 });
  });

  test("is the edge or part when all of its text is selected", () => {
    expect(at(range(4, "02"))).toEqual({ kind: "edge", index: 0 });
    expect(at(range(4, "01"))).toEqual({ kind: "part", index: 0 });
  });

  test("is the diagram elsewhere in it, and nothing outside", () => {
    expect(at(cursor(start(drift.nameRange)))).toEqual({ kind: "diagram" });
    expect(at({ start: drift.range.start, end: pair.range.end })).toBeUndefined();
    expect(at(cursor({ line: 6, character: 0 }))).toBeUndefined();
  });

  test("is of the next diagram where one ends and the next begins", () => {
    expect(elementAt(file, cursor(start(range(5, "diagram four"))))?.id).toBe("four");
    expect(elementAt(file, cursor(start(range(5, ")d"))))?.id).toBe("three");
  });
});

describe("the text of an element", () => {
  test("is what the contract says: name, first naming, edge, part", () => {
    expect(textOf(drift, { kind: "diagram" })).toEqual(drift.nameRange);
    expect(textOf(drift, { kind: "node", index: 0 })).toEqual(range(1, "a"));
    expect(textOf(drift, { kind: "edge", index: 1 })).toEqual(range(1, "b -> j"));
    expect(textOf(drift, { kind: "part", index: 0 })).toEqual(range(2, "part P = {a, b}"));
  });

  test("of a part that is not written is its node's", () => {
    expect(textOf(pair, { kind: "part", index: 1 })).toEqual(range(4, "2"));
  });

  test("leads back to the element", () => {
    for (const diagram of [drift, pair]) {
      const elements = [
        ...diagram.nodes.map((_, index) => ({ kind: "node" as const, index })),
        ...diagram.edges.map(({ child }) => ({ kind: "edge" as const, index: child })),
      ];
      for (const element of elements) {
        expect(at(textOf(diagram, element)!)).toEqual(element);
      }
    }
  });

  test("is not there for elements that are not there", () => {
    expect(textOf(drift, { kind: "node", index: 9 })).toBeUndefined();
    expect(textOf(drift, { kind: "edge", index: 3 })).toBeUndefined();
    expect(textOf(drift, { kind: "part", index: 4 })).toBeUndefined();
  });
});
