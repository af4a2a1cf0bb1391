import fc from "fast-check";
import { expect, test } from "vitest";
import { Axis } from "../../../webview/preview/spacetime/axis.js";

const sizes = { smallest: 20, largest: 40 };

test("an axis with room shows all rows, as large as they may be", () => {
  const axis = new Axis({ ...sizes, count: 5, wanted: [], room: 1000 });
  expect(axis.cell).toBe(40);
  expect(axis.places.map(({ start }) => start)).toEqual([0, 40, 80, 120, 160]);
  expect(axis.leftOut).toBe(0);
  expect(axis.middleOf(2)).toBe(100);
});

test("an axis without room shows what is wanted with what is near, and gaps between", () => {
  const axis = new Axis({ ...sizes, count: 1000, wanted: [500], room: 200 });
  const shown = axis.places.map((place) => (place.kind === "gap" ? "gap" : place.index));
  expect(shown).toEqual([0, 1, "gap", 498, 499, 500, 501, "gap", 998, 999]);
});

test("whatever is wanted is shown once, in order, and nothing is left out but in gaps", () => {
  const question = fc.integer({ min: 1, max: 10 ** 15 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      wanted: fc.array(fc.integer({ min: 0, max: count - 1 }), { maxLength: 17 }),
      room: fc.integer({ min: 50, max: 900 }),
    }),
  );
  fc.assert(
    fc.property(question, ({ count, wanted, room }) => {
      const axis = new Axis({ ...sizes, count, wanted, room });
      let next = 0;
      let start = 0;
      for (const place of axis.places) {
        expect(place.start).toBe(start);
        start += place.size;
        expect(place.kind === "gap" ? place.first : place.index).toBe(next);
        next = (place.kind === "gap" ? place.last : place.index) + 1;
        // A gap saves room: it stands for two at least.
        if (place.kind === "gap") {
          expect(place.last).toBeGreaterThan(place.first);
        }
      }
      expect(next).toBe(count);
      const shown = new Set(axis.places.flatMap((place) => (place.kind === "cell" ? [place.index] : [])));
      for (const index of wanted) {
        expect(shown.has(index)).toBe(true);
      }
      expect(shown.size).toBeLessThanOrEqual(Math.max(room / sizes.smallest, 3 * (new Set(wanted).size + 2)));
    }),
  );
});
