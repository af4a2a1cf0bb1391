import { describe, expect, test } from "vitest";
import type { PreviewDiagram } from "../../src/preview/index.js";
import { hangingFrom, placesWithin, possibleEdits } from "../../webview/preview/edit-rules.js";

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };

/** A diagram by the parent of each node (-1 for none) and the part of each. */
function diagram(parents: readonly number[], parts = parents.map((_, node) => node)): PreviewDiagram {
  return {
    name: "d",
    id: "d",
    key: "d",
    range,
    nameRange: range,
    nodes: parents.map((_, node) => ({ name: `n${node}`, ranges: [range] })),
    edges: parents.flatMap((parent, child) => (parent < 0 ? [] : [{ child, parent, range }])),
    parts: [...new Set(parts)].map((part) => ({
      nodes: parts.flatMap((one, node) => (one === part ? [node] : [])),
    })),
    marks: [],
    broken: false,
    shortForm: false,
    facts: "",
  };
}

describe("what can be done at a node", () => {
  // 0, 1 -> 2 -> 4, 3 -> 4; 0 and 3 are one part.
  const one = diagram([2, 2, 4, 4, -1], [0, 1, 2, 0, 4]);

  test("a node hangs from none of its own, nor from where it hangs", () => {
    expect(possibleEdits(one, 2).newParents).toEqual([3]);
    expect(possibleEdits(one, 0).newParents).toEqual([1, 3, 4]);
    expect(possibleEdits(one, 4).newParents).toEqual([]);
    expect([...hangingFrom(one, 2)].sort()).toEqual([0, 1, 2]);
  });

  test("a link has one child and one parent and is alone", () => {
    const chain = diagram([1, 2, 3, -1], [0, 1, 2, 3]);
    expect(chain.nodes.map((_, node) => possibleEdits(chain, node).contract)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    const shared = diagram([1, 2, 4, 4, -1], [0, 1, 2, 1, 4]);
    expect(possibleEdits(shared, 1)).toMatchObject({ contract: false, ungroup: true });
    expect(possibleEdits(shared, 2)).toMatchObject({ contract: true, ungroup: false });
  });

  test("the root is not removed", () => {
    expect(one.nodes.map((_, node) => possibleEdits(one, node).remove)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  test("a cycle does not hang", () => {
    expect(possibleEdits(diagram([1, 2, 0]), 0).newParents).toEqual([]);
    expect(possibleEdits(diagram([1, 2, 0, -1]), 1).newParents).toEqual([3]);
  });
});

describe("a loop", () => {
  const square = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
    { x: 0, y: 10 },
  ];

  test("goes round what is inside of it", () => {
    const places = [
      { x: 5, y: 5 },
      { x: 15, y: 5 },
      { x: -1, y: 5 },
      { x: 1, y: 9 },
    ];
    expect(placesWithin(square, places)).toEqual([0, 3]);
  });

  test("that turns in leaves out what is in the bay", () => {
    const bay = [...square.slice(0, 3), { x: 5, y: 2 }, square[3]!];
    expect(
      placesWithin(bay, [
        { x: 5, y: 8 },
        { x: 1, y: 5 },
      ]),
    ).toEqual([1]);
  });

  test("of no area goes round nothing", () => {
    expect(placesWithin([], [{ x: 0, y: 0 }])).toEqual([]);
    expect(
      placesWithin(
        [
          { x: 0, y: 0 },
          { x: 9, y: 9 },
        ],
        [{ x: 5, y: 5 }],
      ),
    ).toEqual([]);
  });
});
