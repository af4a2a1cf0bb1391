import { describe, expect, test } from "vitest";
import { enumerateDiagrams, makeDiagram } from "../../src/diagram/index.js";
import { layoutDrawing } from "../../src/drawing/index.js";
import { cardHeightOf, commonScale, linesOfFacts, rim, sizeOf } from "../../webview/preview/card-sizes.js";
import { columnsOf, gap, gridOf, placeOf, windowOf } from "../../webview/preview/grid-window.js";
import { oneOf } from "../times.js";

type Listed = Parameters<typeof sizeOf>[0];

function listed(
  parents: readonly number[],
  parts: readonly number[],
  nameOf: (node: number) => string,
): Listed {
  return {
    nodes: parents.map((_, node) => ({ name: nameOf(node), ranges: [] })),
    edges: parents.flatMap((parent, child) =>
      parent === -1
        ? []
        : [{ child, parent, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }],
    ),
    parts: [...new Set(parts)].map((part) => ({
      nodes: parts.flatMap((one, node) => (one === part ? [node] : [])),
    })),
  };
}

describe("the sizes of cards", () => {
  test("are told beforehand: a drawing is about as large as was thought", async () => {
    const diagrams = [...enumerateDiagrams(3, {}), ...oneOf(20, [...enumerateDiagrams(5, {})])].map(
      ({ diagram }) => diagram,
    );
    const stars = [2, 5, 10].map(
      (size) => makeDiagram([...Array<number>(size).fill(size), -1], [...Array(size + 1).keys()]).diagram,
    );
    for (const { parents, parts } of [...diagrams, ...stars]) {
      for (const nameOf of [(node: number) => `n${node}`, (node: number) => `a_long_name_${node}`]) {
        const thought = sizeOf(listed(parents, parts, nameOf));
        const drawing = await layoutDrawing({
          diagram: { parents, parts },
          name: "d",
          nodeNames: parents.map((_, node) => nameOf(node)),
          partNames: [],
        });
        expect(drawing.width).toBeLessThan(1.1 * thought.width);
        expect(drawing.width).toBeGreaterThan(0.8 * thought.width);
        // Ties may swing out further.
        expect(drawing.height).toBeLessThan(thought.height + 60);
        expect(drawing.height).toBeGreaterThan(0.45 * thought.height);
      }
    }
  });

  test("have one scale, at which what is legible fits; what is not does not set it", () => {
    const small = { width: 200, height: 100 };
    expect(commonScale([small], 300)).toBe(1);
    expect(commonScale([small, { width: 352.5, height: 100 }], 300)).toBe(0.8);
    expect(commonScale([small, { width: 5000, height: 100 }], 300)).toBe(1);
    expect(commonScale([small, { width: 100, height: 500 }], 300)).toBe(0.75);
    expect(commonScale([], 300)).toBe(1);
  });

  test("make cards as high as their drawings at that scale, within bounds", () => {
    const heightOf = (height: number, scale: number) => cardHeightOf({ width: 100, height }, 300, scale);
    expect(heightOf(50, 1)).toBe(216);
    expect(heightOf(250, 0.8)).toBe(60 + 200 + 2 * rim);
    expect(heightOf(5000, 0.8)).toBe(460);
    expect(cardHeightOf({ width: 2820, height: 400 }, 300, 0.8)).toBe(216);
  });

  test("have a line more for each that their facts need, up to three", () => {
    expect(linesOfFacts("", 300)).toBe(1);
    expect(linesOfFacts("3 edges · |Aut| = 2 · irreducible", 300)).toBe(1);
    const most =
      "10 edges · |Aut| = 3,628,800 · irreducible · breaks the path condition · train · too large to be drawn";
    expect([240, 300, 500, 1000].map((width) => linesOfFacts(most, width))).toEqual([3, 3, 2, 1]);
    expect(linesOfFacts(most.repeat(4), 240)).toBe(3);
    const size = { width: 100, height: 50 };
    expect([1, 2, 3].map((lines) => cardHeightOf(size, 300, 1, lines))).toEqual([216, 233, 250]);
  });

  test("of a broken diagram that goes round in a circle are told too", () => {
    const { width, height } = sizeOf(listed([1, 0, -1], [0, 1, 2], (node) => `n${node}`));
    expect(Number.isFinite(width) && Number.isFinite(height)).toBe(true);
  });
});

describe("the grid of cards", () => {
  const heights = [216, 300, 216, 390, 216, 216, 250];

  test("has rows as high as their highest card, a gap apart", () => {
    const width = 2 * gap + 2 * 300 + gap;
    const grid = gridOf(heights, width);
    expect(columnsOf(width)).toEqual({ columns: 2, cardWidth: 300 });
    expect(heights.map((_, index) => placeOf(grid, index).y)).toEqual([12, 12, 324, 324, 726, 726, 954]);
    expect(heights.map((_, index) => placeOf(grid, index).height)).toEqual([
      300, 300, 390, 390, 216, 216, 250,
    ]);
    expect(placeOf(grid, 1).x).toBe(324);
    expect(grid.height).toBe(954 + 250 + 12);
  });

  test("knows which cards a stretch has, whatever its rows' heights, against all cards one by one", () => {
    const grid = gridOf(heights, 700);
    for (let top = -100; top < 1400; top += 37) {
      const [first, end] = windowOf(grid, heights.length, top, 200);
      heights.forEach((_, index) => {
        const { y, height } = placeOf(grid, index);
        const isSeen = y < top + 200 && y + height > top;
        expect(index >= first && index < end ? true : !isSeen, `card ${index} at ${top}`).toBe(true);
      });
      expect(end - first).toBeLessThanOrEqual(6);
    }
    expect(windowOf(gridOf([], 700), 0, 0, 500)).toEqual([0, 0]);
  });
});
