import { describe, expect, test } from "vitest";
import type { ElementReference, PreviewDiagram } from "../../../src/preview/index.js";
import { followElement } from "../../../webview/preview/follow.js";

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

const diagram = (
  names: readonly string[],
  parts: readonly { readonly name?: string; readonly nodes: readonly number[] }[],
): PreviewDiagram =>
  ({
    ...{ id: "d", name: "d", key: "", marks: [], broken: false, shortForm: false, facts: "" },
    nodes: names.map((name) => ({ name, ranges: [] })),
    edges: names.slice(1).map((_, child) => ({ child, parent: names.length - 1, range })),
    ...{ parts, range, nameRange: range },
  }) as unknown as PreviewDiagram;

const names = ["a", "b", "c", "out"];
const parts = [{ name: "P", nodes: [0, 1] }, { name: "Q", nodes: [2] }, { nodes: [3] }];
const known = diagram(names, parts);
const elements: readonly ElementReference[] = [
  ...names.map((_, index) => ({ kind: "node", index }) as const),
  ...[0, 1, 2].map((index) => ({ kind: "edge", index }) as const),
  ...parts.map((_, index) => ({ kind: "part", index }) as const),
];

describe("an element of a diagram", () => {
  test("is the same after any one name is changed, and after that is taken back", () => {
    const renamedNodes = names.map((_, place) =>
      diagram(
        names.map((name, index) => (index === place ? "new" : name)),
        parts,
      ),
    );
    const renamedParts = parts.flatMap((_, place) =>
      [{ name: "new" }, {}].map((given) =>
        diagram(
          names,
          parts.map((part, index) => (index === place ? { nodes: part.nodes, ...given } : part)),
        ),
      ),
    );
    for (const changed of [...renamedNodes, ...renamedParts]) {
      for (const element of elements) {
        expect(followElement(element, known, changed)).toEqual(element);
        expect(followElement(element, changed, known)).toEqual(element);
      }
    }
  });

  test("is gone with its name, where more than that is another", () => {
    const others = [
      diagram(
        ["a", "b", "x", "y"],
        [{ name: "P", nodes: [0, 1] }, { name: "R", nodes: [2] }, { nodes: [3] }],
      ),
      diagram(["a", "b", "out"], [{ name: "P", nodes: [0, 1] }, { nodes: [2] }]),
    ];
    for (const other of others) {
      expect(followElement({ kind: "node", index: 2 }, known, other)).toBeUndefined();
      expect(followElement({ kind: "part", index: 1 }, known, other)).toBeUndefined();
    }
    // A part of another name that has other nodes is another part.
    const moved = diagram(names, [{ name: "P", nodes: [0] }, { name: "R", nodes: [1, 2] }, { nodes: [3] }]);
    expect(followElement({ kind: "part", index: 1 }, known, moved)).toBeUndefined();
  });

  test("keeps its name where that has gone to another place", () => {
    const swapped = diagram(["b", "a", "c", "out"], parts);
    expect(followElement({ kind: "node", index: 0 }, known, swapped)).toEqual({ kind: "node", index: 1 });
  });
});
