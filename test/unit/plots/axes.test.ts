import { describe, expect, test } from "vitest";
import { decades, shiftedLabels, ticksBelow, valueDomain } from "../../../src/plots/axes.js";
import type { PlotLook } from "../../../src/plots/look.js";
import { paperSizes, screenSizes } from "../../../src/plots/look.js";
import { axisWords } from "../../../src/plots/tick-words.js";
import { numbersFrom } from "../drawing/inputs.js";

const letter = 6; // px

const lookOf = (width: number) =>
  ({ width, sizes: screenSizes, textWidth: (text: string) => letter * text.length }) as unknown as PlotLook;

/** Ranges of all sizes, some across zero. */
function* ranges(): Generator<readonly [number, number]> {
  const next = numbersFrom(7);
  for (let trial = 0; trial < 300; trial++) {
    const size = 10 ** Math.round(107 * next() - 30);
    const low = next() < 0.5 ? 0 : -size * next();
    yield [low, next() < 0.1 && low < 0 ? 0 : size * (0.1 + next())];
  }
}

describe("numbers below a frame", () => {
  test("are round, hold all values between their ends, and have room beside each other at any width", () => {
    for (const [low, high] of ranges()) {
      for (const frameWidth of [40, 90, 130, 250, 900]) {
        const { ticks, domain } = ticksBelow(6, [low, high], frameWidth, lookOf(1000));
        expect(domain[0]).toBeLessThanOrEqual(low);
        expect(domain[1]).toBeGreaterThanOrEqual(high * (1 - 1e-9));
        expect(domain[1] - domain[0]).toBeLessThan(12 * (high - low));
        const place = (tick: number) => ((tick - domain[0]) / (domain[1] - domain[0])) * frameWidth;
        const words = axisWords(ticks);
        ticks.slice(1).forEach((tick, index) => {
          const between = place(tick) - place(ticks[index]!);
          const halves = (letter * (words[index]!.length + words[index + 1]!.length)) / 2;
          expect(between, `${words} in ${frameWidth} px`).toBeGreaterThan(halves);
        });
        if (ticks.length > 2) {
          const step = ticks[1]! - ticks[0]!;
          expect(Number(step.toExponential(6)[0])).toBeOneOf([1, 2, 5]);
        }
      }
    }
  });

  test("on a logarithmic axis are powers of ten, or their doubles and halves where there are not two", () => {
    expect(decades([3e-5, 2], 4)).toEqual([1e-4, 1e-3, 0.01, 0.1, 1]);
    expect(decades([1e-3, 3], 4)).toEqual([1e-3, 0.01, 0.1, 1]);
    expect(decades([2e-30, 3e77], 4)).toEqual([1e-22, 1, 1e22, 1e44, 1e66]);
    expect(decades([0.3, 8], 4)).toEqual([0.5, 1, 2, 5]);
    for (const [, high] of ranges()) {
      const found = high === 0 ? [1] : decades([high / 12, high], 4);
      expect(found.length).toBeGreaterThanOrEqual(1);
    }
  });
});

describe("words at the foot of a frame", () => {
  test.each([screenSizes, paperSizes])(
    "are in the picture, or the lines around it, right of the axis of values, and over none before them",
    (sizes) => {
      const next = numbersFrom(11);
      for (let trial = 0; trial < 300; trial++) {
        const look = { ...lookOf(300 + 700 * next()), sizes };
        const count = 1 + Math.floor(6 * next());
        const labels = Array.from({ length: count }, () => ({
          x: 0.01 + next(),
          text: "n".repeat(1 + Math.floor(20 * next())),
        })).sort((one, other) => one.x - other.x);
        const ends = [labels[0]!.x * 0.98, labels.at(-1)!.x * 1.02] as const;
        const left = 72;
        const frameWidth = look.width - left - sizes.right;
        let end = Number.NEGATIVE_INFINITY;
        shiftedLabels(labels, ends, false, left, look).forEach(({ dx, isRoomy }, index) => {
          const { x, text } = labels[index]!;
          const middle = left + ((x - ends[0]) / (ends[1] - ends[0])) * frameWidth + dx;
          const half = (letter * text.length) / 2;
          expect(middle - half).toBeGreaterThanOrEqual(left);
          expect(middle + half).toBeLessThanOrEqual(look.width - (sizes.isPaper ? sizes.right : 0));
          if (isRoomy) {
            expect(middle - half).toBeGreaterThan(end);
            end = middle + half;
          }
        });
        expect(shiftedLabels(labels, ends, false, left, look)[0]!.isRoomy).toBe(true);
      }
    },
  );

  test("have a share of the frame without values", () => {
    const [low, high] = valueDomain({ essential: [2, 6], welcome: [] }, 0.1, 0.06);
    expect((2 - low) / (high - low)).toBeGreaterThan(0.1);
    expect((high - 6) / (high - low)).toBeGreaterThan(0.06);
    const [plainLow, plainHigh] = valueDomain({ essential: [2, 6], welcome: [] });
    expect((2 - low) / (high - low) - 0.1).toBeCloseTo((0.84 * (2 - plainLow)) / (plainHigh - plainLow), 9);
  });
});
