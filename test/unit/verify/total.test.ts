import { describe, expect, test } from "vitest";
import { judgeTotal } from "../../../src/verify/total.js";
import type { MeasuredNumber } from "../../../src/verify/verdict.js";

/** `p_0 = 1`, and beyond it −0.1 of order 1 and 0.02 of order 2, the last that is not zero. */
const prediction = {
  predicted: 0.92,
  start: 1,
  change: -0.08,
  truncation: 0.01,
  last: { order: 2, predicted: 0.02 },
};

const measured = (
  value: number,
  standardError: number,
  more: Partial<MeasuredNumber> = {},
): MeasuredNumber => ({
  ...{ measured: value, start: 1, change: value - 1, standardError, trials: 100_000, diverged: 0 },
  ...more,
});

const silent = { rate: () => undefined, order: () => undefined };
const judge = (one: typeof prediction | Omit<typeof prediction, "last">, measurement: MeasuredNumber) =>
  judgeTotal(one, measurement, silent);

describe("a total beside its prediction", () => {
  test("agrees up to 3s + τ and disagrees beyond", () => {
    expect(judge(prediction, measured(0.92 + 0.0129, 0.001)).verdict).toBe("agrees");
    expect(judge(prediction, measured(0.92 + 0.0131, 0.001)).verdict).toBe("disagrees");
    expect(judge(prediction, measured(0.92 - 0.0131, 0.001)).reason).toBe(
      "measured and predicted differ by 0.0131, more than 3s + τ = 0.0130",
    );
  });

  test("that disagrees may owe it to moments that are drawn too coarsely", () => {
    const drawing = () => ["moment 4 of x is off by 2 %"];
    expect(judgeTotal(prediction, measured(0.92 - 0.0131, 0.001), { ...silent, drawing }).reason).toMatch(
      /; this may be no fault of the prediction: in simulations moment 4 of x is off by 2 %, for rare values are not drawn$/,
    );
  });

  // Student's quantiles of 0.99865 with 1, 3 and 9 degrees, as published tables have them.
  test.each([
    [2, 235.8015],
    [4, 9.21894],
    [10, 4.094255],
  ])("of %d trials takes %d errors in place of three", (trials, errors) => {
    const at = (share: number) =>
      judge(prediction, measured(0.93 + share * errors * 1e-5, 1e-5, { trials })).verdict;
    expect(at(0.999)).toBe("agrees");
    expect(at(1.001)).toBe("disagrees");
  });

  test("is inconclusive where τ is more than a quarter of what is predicted beyond order 0", () => {
    const of = (truncation: number, value = 0.92) =>
      judge({ ...prediction, truncation }, measured(value, 1e-4));
    expect(of(0.0199).verdict).toBe("agrees");
    expect(of(0.0201)).toMatchObject({ verdict: "inconclusive" });
    expect(of(0.0201).reason).toMatch(
      /τ of the orders beyond is 25 % of it; lower eta or predict a higher order$/,
    );
    expect(of(1, 5).verdict).toBe("disagrees");
    for (const truncation of [Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(of(truncation).verdict).toBe("inconclusive");
    }
  });

  test("says the learning rate or the order that would do", () => {
    const advice = (help: { rate?: number; order?: number }) =>
      judgeTotal({ ...prediction, truncation: 0.03 }, measured(0.92, 1e-4), {
        rate: () => help.rate,
        order: () => help.order,
      });
    expect(advice({ rate: 0.02, order: 3 })).toMatchObject({ etaToDecide: 0.02 });
    expect(advice({ order: 3 })).toMatchObject({ orderToDecide: 3 });
  });

  test("is inconclusive where three errors hide the last order that is not zero, and says how many trials would do", () => {
    const coarse = judge(prediction, measured(0.92, 0.02));
    expect(coarse.verdict).toBe("inconclusive");
    expect(coarse.reason).toContain(
      "order 2 is 0.0200, less than 3 standard errors of what was measured, 0.0600; about 990,000 trials would do",
    );
    const { last: _, ...none } = prediction;
    expect(judge(none, measured(0.92, 0.02)).verdict).toBe("agrees");
  });

  test("of trials that diverge, or whose loss is not found, is inconclusive however far off", () => {
    expect(judge(prediction, measured(5, 1e-4, { diverged: 3 }))).toEqual({
      verdict: "inconclusive",
      reason: "3 of 100000 trials diverged, so there is no mean to compare; lower eta",
    });
    const unfound = { trials: 7, reason: "landscape l: the expectation does not exist" };
    expect(judge(prediction, measured(5, 1e-4, { unfound })).verdict).toBe("inconclusive");
    expect(judge(prediction, measured(Number.NaN, Number.NaN, { trials: 1 })).reason).toBe(
      "one trial has no standard error; run more trials",
    );
  });

  test("of single precision is inconclusive where rounding decides", () => {
    const single = (value: number, roundingFloor: number) =>
      judge(prediction, measured(value, 0.001, { roundingFloor }));
    expect(single(0.92 + 0.014, 0.0009).verdict).toBe("disagrees");
    expect(single(0.92 + 0.014, 0.0011)).toMatchObject({ verdict: "inconclusive", needsPrecision: true });
    expect(single(0.92, 0.021)).toMatchObject({ verdict: "inconclusive", needsPrecision: true });
    expect(single(0.92, 0.0169).verdict).toBe("agrees");
    for (const [value, roundingFloor] of [
      [0.92 + 0.014, 0.0011],
      [0.92, 0.021],
    ] as const) {
      const ofTensors = judge(prediction, measured(value, 0.001, { roundingFloor, isSingleOnly: true }));
      expect(ofTensors.verdict).toBe("inconclusive");
      expect(ofTensors.needsPrecision).toBeUndefined();
      expect(ofTensors.reason).toMatch(
        /; there are no trials of tensors in double precision, so take a larger eta$/,
      );
    }
  });

  test("of few trials that all measure the same is not told from others", () => {
    expect(judge(prediction, measured(5, 0, { trials: 99 }))).toMatchObject({
      verdict: "inconclusive",
      trialsToDecide: 100,
    });
    expect(judge(prediction, measured(5, 0, { trials: 100 })).verdict).toBe("disagrees");
  });

  test("is not rounded against where trials start", () => {
    const start = 1e8;
    const far = {
      predicted: start + 2e-5,
      start,
      change: 2e-5,
      truncation: 0,
      last: { order: 1, predicted: 2e-5 },
    };
    const moved = (change: number): MeasuredNumber => ({
      ...measured(start + change, 1e-9),
      ...{ start: start * (1 + 1e-15), change, resolution: 1e-11 },
    });
    expect(judge(far, moved(2e-5 + 2.9e-9)).verdict).toBe("agrees");
    expect(judge(far, moved(2e-5 + 3.1e-9)).verdict).toBe("disagrees");
    expect(judge(far, moved(2e-5 - 3.1e-9)).verdict).toBe("disagrees");
    // Starts that differ by more than rounding are a difference like any other.
    expect(judge(far, { ...moved(2e-5), start: start + 1 }).verdict).toBe("disagrees");
    // What evaluating in doubles may be off by is none.
    const coarse = { ...moved(2e-5 + 1e-8), standardError: 0, resolution: 1.1e-8 };
    expect(judge(far, coarse).verdict).toBe("agrees");
  });
});
