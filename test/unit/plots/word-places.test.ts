import { describe, expect, test } from "vitest";
import type { PlotLook } from "../../../src/plots/look.js";
import { screenSizes } from "../../../src/plots/look.js";
import { placedWords, type WordPlace } from "../../../src/plots/word-places.js";

/* Letters are 6 px wide, and lines of 11 px letters 12.1 px high. */
const look = { width: 500, sizes: screenSizes, textWidth: (text: string) => 6 * text.length } as PlotLook;
const room = { left: 2, right: 420, top: 0, bottom: 200 };
const before = { dx: -9, dy: -9, isBefore: true } satisfies WordPlace;
const behind = { dx: 9, dy: 9, isBefore: false } satisfies WordPlace;
const places = [before, behind];
const text = "inconclusive"; // 72 px

describe("words at points", () => {
  test("stand where it is wished first, and on the other side at an end of the room", () => {
    const sideOf = (x: number, wished: readonly WordPlace[]) =>
      placedWords([{ x, y: 100, text, places: wished }], [], [], room, look)[0];
    // Before a point 9 + 72 + 2 px are needed beside the 2 px of the axis.
    expect([84, 86, 419].map((x) => sideOf(x, places))).toEqual([behind, before, before]);
    expect([0, 336, 338].map((x) => sideOf(x, [behind, before]))).toEqual([behind, behind, before]);
  });

  test("have no place where neither side has room, or a place that is no number", () => {
    const small = { ...room, right: 100 };
    const at = (x: number, y: number) => placedWords([{ x, y, text, places }], [], [], small, look);
    expect([at(50, 100), at(Number.NaN, 100), at(90, Number.NaN)]).toEqual([
      [undefined],
      [undefined],
      [undefined],
    ]);
    expect(at(90, 1)).toEqual([undefined]);
  });

  test("keep off what is taken and off each other", () => {
    const sign = { left: 120, right: 132, top: 80, bottom: 96 };
    expect(placedWords([{ x: 200, y: 100, text, places }], [sign], [], room, look)).toEqual([behind]);
    const crowded = [200, 205, 210].map((x) => ({ x, y: 100, text, places }));
    expect(placedWords(crowded, [], [], room, look)).toEqual([before, behind, undefined]);
  });

  test("keep off lines where they can: rising, falling, upright, and those that are no wider than a gap between two places", () => {
    const word = { x: 200, y: 100, text, places: [before, { ...before, dy: 9 }] };
    const placeBeside = (...line: readonly (readonly [number, number])[]) =>
      placedWords([word], [], [line.map(([x, y]) => ({ x, y }))], room, look)[0];
    expect(placeBeside([0, 300], [400, -100])).toEqual(before);
    expect(placeBeside([0, -100], [400, 300])).toEqual({ ...before, dy: 9 });
    expect(placeBeside([150, 60], [150, 95])).toEqual({ ...before, dy: 9 });
    expect(placeBeside([150, 140], [150, 105])).toEqual(before);
    expect(placeBeside()).toEqual(before);
    // Where both cross it, the first is as good.
    expect(placeBeside([150, 60], [150, 140])).toEqual(before);
  });
});
