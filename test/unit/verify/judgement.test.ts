import { describe, expect, test } from "vitest";
import type { Outlook } from "../../../src/verify/doubts.js";
import { judgeOrders, type MeasuredOrder, type MeasuredOrders } from "../../../src/verify/judgement.js";
import type { PredictedOrder } from "../../../src/verify/predicted-orders.js";

/** Orders whose terms have one sign, or these magnitudes. */
function predict(values: readonly number[], magnitudes: readonly number[] = values): PredictedOrder[] {
  return values.map((predicted, order) => ({ order, predicted, magnitude: Math.abs(magnitudes[order]!) }));
}

const trials = 100_000;

function measure(measured: number, standardError: number, more: Partial<MeasuredOrder> = {}): MeasuredOrder {
  return { measured, standardError, skewness: 0, count: trials, errorExists: true, ...more };
}

/** An order 0 that does not hang on the data is the evaluator's. */
const start = measure(1, 0);

function measurement(
  orders: readonly (MeasuredOrder | null)[],
  more: Partial<MeasuredOrders> = {},
): MeasuredOrders {
  const all = orders[0]?.count ?? trials;
  return {
    orders,
    remainder: { measured: 1e-4, standardError: 1e-6 },
    trials: all,
    diverged: 0,
    statistics: 1,
    ...more,
  };
}

const silent: Outlook = {
  rate: () => undefined,
  order: () => undefined,
  lacking: () => [],
  rounding: () => 0,
};
const judge = (
  predicted: readonly PredictedOrder[],
  measured: MeasuredOrders,
  outlook: Partial<Outlook> = {},
) => judgeOrders(predicted, measured, { ...silent, ...outlook });

/** Of 100,000 trials three errors are Student's 3.00007; nothing here hangs on its fifth digit. */
const orders = predict([1, -0.1, 0.02]);
const within = (errors: number) =>
  measurement([start, measure(-0.1 + errors * 1e-4, 1e-4), measure(0.02, 1e-4)]);

describe("an order that does not agree", () => {
  test("is further off than z errors", () => {
    expect(judge(orders, within(2.99)).verdict).toBe("agrees");
    expect(judge(orders, within(-2.99)).verdict).toBe("agrees");
    expect(judge(orders, within(3.01)).verdict).toBe("disagrees");
    expect(judge(orders, within(-3.01)).verdict).toBe("disagrees");
  });

  test("may be due to moments that are drawn too coarsely, unless diagrams are lacking", () => {
    const drawing = () => ["moments 3 to 6 of x are off by 0.01 % to 30 %"];
    expect(judge(orders, within(9), { drawing }).reason).toMatch(
      /errors are allowed; this may be no fault of the prediction: in simulations moments 3 to 6 of x are off by 0\.01 % to 30 %, for rare values are not drawn$/,
    );
    expect(judge(orders, within(9), { drawing: () => [] }).reason).toMatch(/errors are allowed$/);
    expect(judge(orders, within(9), { drawing, lacking: () => ["(0-1)(01)"] }).reason).toMatch(
      /lacks \(0-1\)\(01\)$/,
    );
  });

  test("is named with what was measured and what is predicted", () => {
    expect(judge(orders, within(10)).reason).toBe(
      "order 1 disagrees: measured -0.0990 ± 0.000100, predicted -0.100, where 3.00 errors are allowed",
    );
    const both = measurement([start, measure(-0.09, 1e-4), measure(0.03, 1e-4)]);
    expect(judge(orders, both).reason).toContain("order 1 disagrees, and so does order 2: measured -0.0900");
  });

  // Normal quantiles of 1 − 0.0026998 / 2m from a library of statistics.
  test.each([
    [2, 3.2052],
    [9, 3.6153],
    [100, 4.1974],
  ])(
    "among %d numbers of a block takes %d errors, so that all together are as sure",
    (statistics, errors) => {
      const at = (share: number) => judge(orders, { ...within(share * errors), statistics });
      expect(at(0.999).verdict).toBe("agrees");
      expect(at(1.001).verdict).toBe("disagrees");
      expect(at(1.001).reason).toContain(`where ${errors.toPrecision(3)} errors are allowed`);
    },
  );

  // Student's quantiles of 0.99865 with 1, 3 and 9 degrees, from published tables.
  test.each([
    [2, 235.8015],
    [4, 9.21894],
    [10, 4.094255],
  ])("of %d trials takes %d errors, since the error is an estimate too", (count, errors) => {
    const at = (share: number) =>
      judge(
        orders,
        measurement([
          { ...start, count },
          measure(-0.1 + share * errors * 1e-5, 1e-5, { count }),
          measure(0.02, 1e-4, { count }),
        ]),
      );
    expect(at(0.999).verdict).toBe("agrees");
    expect(at(1.001).verdict).toBe("disagrees");
  });

  test("is judged by a statistic corrected for skewness", () => {
    // a = skewness / (6 √n) with n = 10,000 and skewness 6: 0.01. t + 2 a t² + (4/3) a² t³ + a is 3 at 2.8268 and −3 at −3.2117
    // (by Newton's method on the cubic).
    const at = (t: number) =>
      judge(
        orders,
        measurement([
          { ...start, count: 10_000 },
          measure(-0.1 + t * 1e-4, 1e-4, { count: 10_000, skewness: 6 }),
          measure(0.02, 1e-4, { count: 10_000 }),
        ]),
      ).verdict;
    expect([2.82, 2.84].map(at)).toEqual(["agrees", "disagrees"]);
    expect([-3.2, -3.23].map(at)).toEqual(["agrees", "disagrees"]);
  });

  test("hides behind nothing: neither a remainder, nor other orders that are not known", () => {
    const off = [start, measure(-0.09, 1e-4), measure(0.02, 1)];
    expect(judge(orders, measurement(off)).verdict).toBe("disagrees");
    const large = { remainder: { measured: 5, standardError: 1e-3 } };
    expect(
      judge(orders, measurement([start, measure(-0.09, 1e-4), measure(0.02, 1e-4)], large)).verdict,
    ).toBe("disagrees");
    expect(judge(orders, measurement([start, measure(-0.09, 1e-4), null])).verdict).toBe("disagrees");
  });

  test("may be a zero that is measured to be something", () => {
    const zero = predict([1, -0.1, 0]);
    expect(judge(zero, measurement([start, measure(-0.1, 1e-4), measure(3.1e-4, 1e-4)])).verdict).toBe(
      "disagrees",
    );
    // Without any noise nothing but the floor is allowed: 1e-13 of the orders' root mean squares.
    const still = (value: number) =>
      judge(zero, measurement([start, measure(-0.1, 1e-6), measure(value, 0)])).verdict;
    expect(still(0.9e-14)).toBe("agrees");
    expect(still(2e-13)).toBe("disagrees");
  });

  test("may be an order 0 that hangs on the data", () => {
    const off = [measure(1.5, 0.1), measure(-0.1, 1e-4), measure(0.02, 1e-4)];
    expect(judge(orders, measurement(off)).verdict).toBe("disagrees");
    expect(judge(orders, measurement([measure(1.25, 0.1), ...off.slice(1)])).verdict).toBe("agrees");
  });
});

describe("floors", () => {
  test("are 1e-10 of the terms' magnitudes, and 1e-13 of the root mean squares of orders 1 and on", () => {
    const cancelling = predict([1, -0.1, 0.02], [1, 1e4, 0.02]);
    // 1e-10 · 1e4 = 1e-6.
    const of = (difference: number) =>
      judge(cancelling, measurement([start, measure(-0.1 + difference, 0), measure(0.02, 1e-6)])).verdict;
    expect(of(0.99e-6)).toBe("agrees");
    expect(of(1.01e-6)).toBe("disagrees");
    // An error of 100 over 10,001 trials is a deviation of 10,000: 1e-13 of it is 1e-9, and that of −0.1 is nothing beside it.
    const count = 10_001;
    const spread = (difference: number) =>
      judge(
        predict([1, 0, 0.02], [1, 0, 0.02]),
        measurement([{ ...start, count }, measure(difference, 0, { count }), measure(0.02, 100, { count })]),
      ).verdict;
    expect(spread(0.99e-9)).toBe("inconclusive");
    expect(spread(1.01e-9)).toBe("disagrees");
  });

  test("of single precision are measured, and added to what the errors allow", () => {
    const single = (difference: number, roundingFloor: number) =>
      judge(
        orders,
        measurement([start, measure(-0.1 + difference, 1e-4, { roundingFloor }), measure(0.02, 1e-4)]),
      ).verdict;
    expect(single(3.9e-4, 1e-4)).toBe("agrees");
    expect(single(4.1e-4, 1e-4)).toBe("disagrees");
  });

  test("of single precision that hide the last order are inconclusive, and double precision would tell", () => {
    const single = (roundingFloor: number) =>
      judge(orders, measurement([start, measure(-0.1, 1e-4), measure(0.02, 1e-4, { roundingFloor })]));
    expect(single(0.0196).verdict).toBe("agrees");
    expect(single(0.021)).toMatchObject({ verdict: "inconclusive", needsPrecision: true });
    expect(single(0.021).reason).toContain(
      "hides order 2's 0.0200; double precision (backend cpu) would tell",
    );
    expect(single(Number.POSITIVE_INFINITY)).toMatchObject({ verdict: "inconclusive", needsPrecision: true });
    // What is left of the order, 0.0002, is two errors: (3 / 2)² times as many trials, and somewhat more.
    expect(single(0.0198)).toMatchObject({ verdict: "inconclusive", trialsToDecide: 250_000 });
  });

  test("of tensors that rounding hides need a larger learning rate: no engine has more precise ones", () => {
    const coarse = measure(0.02, 1e-4, { roundingFloor: 0.021 });
    const hidden = judge(orders, {
      ...measurement([start, measure(-0.1, 1e-4), coarse]),
      isSingleOnly: true,
    });
    expect(hidden.verdict).toBe("inconclusive");
    expect(hidden.needsPrecision).toBeUndefined();
    expect(hidden.reason).toContain(
      "hides order 2's 0.0200; there are no trials of tensors in double precision, so take a larger eta",
    );
  });

  test("leave no more over than single precision may err by", () => {
    const measured = [start, measure(-0.1, 1e-4), measure(0.02, 1e-4)];
    const left = (roundingFloor: number) =>
      judge(orders, {
        ...measurement(measured),
        remainder: { measured: 0.05, standardError: 1e-4, roundingFloor },
      });
    expect(left(0.04).verdict).toBe("inconclusive");
    expect(left(0.06)).toMatchObject({ verdict: "agrees" });
    expect(left(0.06).reason).toContain("what is left over is lost in its noise");
  });

  test("of integrals over times grow by what these differ from sums, without moving what is compared", () => {
    const [zero, one, two] = orders;
    const integral = [zero!, { ...one!, exact: -0.101 }, two!];
    const of = (value: number) =>
      judge(integral, measurement([start, measure(value, 1e-4), measure(0.02, 1e-4)])).verdict;
    expect([-0.1012, -0.0988].map(of)).toEqual(["agrees", "agrees"]);
    expect([-0.1014, -0.0986].map(of)).toEqual(["disagrees", "disagrees"]);
  });
});

describe("(a) an order is not known well enough", () => {
  test("when three errors hide the last one, with the trials that would do", () => {
    const coarse = judge(orders, measurement([start, measure(-0.1, 1e-4), measure(0.02, 0.02)]));
    // 9 times as many, and somewhat more.
    expect(coarse).toEqual({
      verdict: "inconclusive",
      reason:
        "order 2 is 0.0200, less than three standard errors of what was measured, 0.0600; about 990,000 trials would do",
      trialsToDecide: 990_000,
    });
    expect(judge(orders, measurement([start, measure(-0.1, 1e-4), measure(0.02, 0.0066)])).verdict).toBe(
      "agrees",
    );
  });

  test("but not when they hide one that is not the last, or the last is zero", () => {
    expect(judge(orders, measurement([start, measure(-0.1, 0.2), measure(0.02, 1e-4)])).verdict).toBe(
      "agrees",
    );
    // Zero by cancellation: 1e-9 of its terms.
    const cancelled = (fourth: number) => predict([1, -0.1, 0.02, fourth], [1, 0.1, 0.02, 1]);
    const noisy = measurement([start, measure(-0.1, 1e-4), measure(0.02, 1e-4), measure(0, 0.1)]);
    expect(judge(cancelled(0.9e-9), noisy).verdict).toBe("agrees");
    expect(judge(cancelled(1.1e-9), noisy).verdict).toBe("inconclusive");
    // Then the one before is the last.
    const before = measurement([start, measure(-0.1, 1e-4), measure(0.02, 0.01), measure(0, 0.1)]);
    expect(judge(cancelled(0), before).reason).toContain("order 2 is 0.0200, less than three");
  });

  test("not where every order is zero, or there is none", () => {
    const zero = predict([1, 0, 0]);
    const still = { remainder: { measured: 0, standardError: 0 } };
    expect(judge(zero, measurement([start, measure(0, 0.1), measure(0, 0.1)], still))).toEqual({
      verdict: "agrees",
      reason: "orders 0 to 2 agree; nothing is left over",
    });
    expect(judge(predict([1]), measurement([start], still)).verdict).toBe("agrees");
  });

  test("when its trials are fewer than ten times its squared skewness", () => {
    const skewed = (skewness: number, more: Partial<MeasuredOrder> = {}) =>
      judge(orders, measurement([start, measure(-0.1, 1e-4, { skewness, ...more }), measure(0.02, 1e-4)]));
    expect([-99.9, 99.9].map((skewness) => skewed(skewness).verdict)).toEqual(["agrees", "agrees"]);
    expect([-100.1, 100.1].map((skewness) => skewed(skewness).verdict)).toEqual([
      "inconclusive",
      "inconclusive",
    ]);
    expect(skewed(200)).toEqual({
      verdict: "inconclusive",
      reason:
        "100,000 trials are too few for the error of order 1 to be trusted; about 440,000 trials would do",
      trialsToDecide: 440_000,
    });
  });

  test("for several reasons, with the trials that would do for all of them, said once", () => {
    const both = (skewness: number, error: number) =>
      judge(
        orders,
        measurement([start, measure(-0.1, 1e-4, { skewness }), measure(0.02, error, { skewness: 0 })]),
      );
    const reason = (trials: string) =>
      "100,000 trials are too few for the error of order 1 to be trusted; order 2 is 0.0200, less than three standard errors " +
      `of what was measured, 0.0600; about ${trials} trials would do`;
    expect(both(200, 0.02)).toMatchObject({ reason: reason("990,000"), trialsToDecide: 990_000 });
    expect(both(400, 0.02)).toMatchObject({ reason: reason("1,800,000"), trialsToDecide: 1_800_000 });
  });

  test("also by the skewness of a pilot, which sees what few trials miss", () => {
    const few = (skewness: number, measured = 0) =>
      judge(
        orders,
        measurement([
          { ...start, count: 300 },
          measure(-0.1 + measured, 1e-4, { count: 300, pilot: { deviation: 1, skewness } }),
          measure(0.02, 1e-4, { count: 300 }),
        ]),
      );
    expect(few(5.4).verdict).toBe("agrees");
    expect(few(5.5)).toMatchObject({ verdict: "inconclusive", trialsToDecide: 340 });
    // However far off it is: its error is not known.
    expect(few(5.4, 1).verdict).toBe("disagrees");
    expect(few(5.5, 1).verdict).toBe("inconclusive");
  });

  test("unless its error is zero or within its floor", () => {
    const skewness = 1e4;
    const quiet = predict([1, -0.1, 0.02], [1, 1e4, 0.02]);
    const of = (standardError: number) =>
      judge(quiet, measurement([start, measure(-0.1, standardError, { skewness }), measure(0.02, 1e-4)]))
        .verdict;
    expect([0, 0.99e-6, 1.01e-6].map(of)).toEqual(["agrees", "agrees", "inconclusive"]);
  });

  test("when all of few trials measure the same, and others would not", () => {
    const alike = (count: number, more: Partial<MeasuredOrder> = {}) =>
      judge(
        orders,
        measurement([
          { ...start, count },
          measure(-0.2, 0, { count, ...more }),
          measure(0.02, 1e-4, { count }),
        ]),
      );
    expect(alike(99)).toMatchObject({ verdict: "inconclusive", trialsToDecide: 110 });
    expect(alike(100).verdict).toBe("disagrees");
    const rare = { pilot: { deviation: 0.1, skewness: 10 } };
    expect(alike(999, rare).verdict).toBe("inconclusive");
    expect(alike(1001, rare).verdict).toBe("disagrees");
    // A pilot that has no other trials either: the error is zero indeed.
    expect(alike(5, { pilot: { deviation: 0, skewness: 0 } }).verdict).toBe("disagrees");
  });

  test("when its error has no finite expectation, or no finite value", () => {
    const heavy = measurement([start, measure(-0.2, 1e-4, { errorExists: false }), measure(0.02, 1e-4)]);
    expect(judge(orders, heavy).verdict).toBe("inconclusive");
    expect(judge(orders, heavy).reason).toBe(
      "the error of order 1 has no finite expectation, so no number of trials would do; " +
        "take data with lighter tails or a lower order",
    );
    const large = measurement([start, measure(-0.1, 1e-4), measure(0.02, Number.POSITIVE_INFINITY)]);
    expect(judge(orders, large).reason).toContain("the error of order 2 is more than a double can hold");
    // Nothing is known of an order whose cubes are more than a double can hold, however far off it is.
    const skewness = Number.NaN;
    for (const more of [{ skewness }, { pilot: { deviation: 1, skewness } }]) {
      const cubes = measurement([start, measure(-5, 1e-4, more), measure(0.02, 1e-4)]);
      expect(judge(orders, cubes).verdict).toBe("inconclusive");
    }
  });

  test("when it was not measured", () => {
    const judgement = judge(orders, measurement([start, measure(-0.1, 1e-4), null]));
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.reason).toBe(
      "order 2 was not measured, since so many weights make it too costly; --measure total compares the total alone",
    );
    // What is left over then holds the order, and is blamed on none.
    const large = measurement([start, measure(-0.1, 1e-4), null], {
      remainder: { measured: 1, standardError: 1e-6 },
    });
    expect(judge(orders, large).reason).toBe(judgement.reason);
  });

  test("when trials that are all alike may have missed the rarest outcome of the data", () => {
    const alike = measurement([start, measure(-0.0999, 0), measure(0.02, 0)]);
    expect(judge(orders, alike).verdict).toBe("disagrees");
    expect(judge(orders, { ...alike, rarest: 1e-5 })).toMatchObject({
      verdict: "inconclusive",
      trialsToDecide: 1_100_000,
    });
    // Often met, it is none that was missed.
    expect(judge(orders, { ...alike, rarest: 1e-3 }).verdict).toBe("disagrees");
  });

  test("when it is too small for its error to be found", () => {
    const small = predict([1, -1e-120, 1e-240]);
    const judgement = judge(small, measurement([start, measure(-1.1e-120, 0), measure(1e-240, 0)]));
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.reason).toContain("the error of order 1 is less than a double can hold; raise eta");
  });

  test("when there is one trial", () => {
    const one = measurement([measure(1, 0, { count: 1 }), measure(-0.1, Number.NaN, { count: 1 })]);
    expect(judge(orders, one)).toEqual({
      verdict: "inconclusive",
      reason: "one trial has no standard error; run more trials",
    });
  });
});

describe("(b) the series does not carry the observable", () => {
  const leaves = (measured: number, standardError: number) =>
    measurement([start, measure(-0.1, 1e-4), measure(0.02, 1e-4)], {
      remainder: { measured, standardError },
    });

  test("when more than a quarter of what was measured beyond order 0 is left over, beyond three errors", () => {
    // Σ m_k = −0.08, so that R = −0.08 / 3 is a quarter of M = Σ m_k + R, and R = 0.016 a quarter of the other.
    expect(judge(orders, leaves(-0.0266, 1e-6)).verdict).toBe("agrees");
    expect(judge(orders, leaves(-0.0268, 1e-6)).verdict).toBe("inconclusive");
    expect(judge(orders, leaves(0.0159, 1e-6)).verdict).toBe("agrees");
    expect(judge(orders, leaves(0.0161, 1e-6)).verdict).toBe("inconclusive");
    expect(judge(orders, leaves(0.0171, 5e-4)).verdict).toBe("agrees");
  });

  test("which says what share is left over and the learning rate that would do", () => {
    const told: number[] = [];
    const outlook = {
      rate: (remainder: number) => {
        told.push(remainder);
        return 0.02;
      },
      order: () => 3,
    };
    // 0.06 of |−0.08 + 0.06|, and 0.12 of 0.2.
    expect(judge(orders, leaves(-0.12, 1e-6), outlook)).toEqual({
      verdict: "inconclusive",
      reason:
        "order 2 does not carry what was measured at this eta: 60 % of it is left over; lower eta to 0.02",
      etaToDecide: 0.02,
    });
    expect(told).toEqual([-0.12]);
    expect(judge(orders, leaves(0.06, 1e-6), outlook).reason).toContain("more than all of it is left over");
  });

  test("or the order to predict, where no learning rate would do", () => {
    const outlook = { order: () => 4 };
    expect(judge(orders, leaves(-0.12, 1e-6), outlook)).toMatchObject({ orderToDecide: 4 });
    expect(judge(orders, leaves(-0.12, 1e-6), outlook).reason).toMatch(/left over; predict order 4$/);
    expect(judge(orders, leaves(-0.12, 1e-6)).reason).toMatch(/lower eta or predict a higher order$/);
  });

  test("or to measure only, where what is predicted is 0", () => {
    const zeros = predict([0, 0, 1e-20], [0, 1e-3, 1e-3]);
    const measured = measurement([measure(0, 0), measure(1e-20, 1e-20), measure(1e-6, 1e-6)], {
      remainder: { measured: 1e-4, standardError: 1e-6 },
    });
    const { verdict, reason } = judge(zeros, measured);
    expect(verdict).toBe("inconclusive");
    expect(reason).toContain("99 % of it is left over; all orders beyond 0 are predicted to be 0");
    expect(reason).toMatch(/; leave `predict` out to measure what is left over$/);
    expect(judge(zeros, measured, { order: () => 3 }).reason).toMatch(/left over; predict order 3$/);
    // What is lost in noise needs no order that carries it.
    const noisy = { ...measured, remainder: { measured: 1e-6, standardError: 5e-7 } };
    expect(judge(zeros, noisy).verdict).toBe("agrees");
  });

  test("also when nothing but order 0 is predicted", () => {
    const some = { remainder: { measured: -0.1, standardError: 1e-3 } };
    expect(judge(predict([1]), measurement([start], some), { order: () => 1 })).toMatchObject({
      verdict: "inconclusive",
      orderToDecide: 1,
    });
    // Nothing that can be told from zero is left over.
    const none = { remainder: { measured: -0.1, standardError: 0.04 } };
    expect(judge(predict([1]), measurement([start], none)).verdict).toBe("agrees");
  });

  test("but not by what rounding leaves", () => {
    // Nothing is beyond order 0 but 1e-14 of it.
    const left = (measured: number) =>
      judge(
        predict([1, 0]),
        measurement([start, measure(0, 0)], { remainder: { measured, standardError: 0 } }),
      );
    expect(left(0.9e-14)).toEqual({ verdict: "agrees", reason: "orders 0 to 1 agree; nothing is left over" });
    expect(left(1.4e-14).verdict).toBe("inconclusive");
  });

  test("beside what (a) says", () => {
    const both = measurement([start, measure(-0.1, 1e-4), measure(0.02, 0.02)], {
      remainder: { measured: -1, standardError: 1e-3 },
    });
    expect(judge(orders, both, { rate: () => 0.01 })).toMatchObject({
      etaToDecide: 0.01,
      trialsToDecide: 990_000,
    });
    expect(judge(orders, both).reason).toMatch(
      /left over; lower eta or .*; order 2 is 0.0200, less than three/,
    );
  });
});

describe("(c) trials that are in no mean", () => {
  const lost = { count: trials - 3 };
  const partial = [{ ...start, ...lost }, measure(-0.3, 1e-4, lost), measure(0.02, 1e-4, lost)];

  test("diverged, which is inconclusive: the orders of the others are those of a selection", () => {
    const diverged = measurement(partial, { trials, diverged: 3 });
    expect(judge(orders, diverged)).toEqual({
      verdict: "inconclusive",
      reason: "3 of 100000 trials diverged, so there is no mean to compare; lower eta",
    });
  });

  test("but orders of all trials are judged, since they stay finite", () => {
    const whole = [start, measure(-0.3, 1e-4), measure(0.02, 1e-4)];
    expect(judge(orders, measurement(whole, { diverged: 3 })).verdict).toBe("disagrees");
    const right = [start, measure(-0.1, 1e-4), measure(0.02, 1e-4)];
    expect(judge(orders, measurement(right, { diverged: 3 })).verdict).toBe("inconclusive");
  });

  test("left what single precision can hold, so that double precision would tell", () => {
    const beyond = measurement(partial, { trials, diverged: 3, divergesInDouble: false });
    expect(judge(orders, beyond)).toMatchObject({ verdict: "inconclusive", needsPrecision: true });
    expect(judge(orders, { ...beyond, divergesInDouble: true }).reason).toContain(
      "3 of 100000 trials diverged",
    );
    const ofTensors = judge(orders, { ...beyond, isSingleOnly: true });
    expect(ofTensors.needsPrecision).toBeUndefined();
    expect(ofTensors.reason).toContain(
      "left what single precision can hold; there are no trials of tensors in double precision, so lower eta",
    );
  });

  test("have no expected loss that could be found", () => {
    const unfound = { trials: 7, reason: "landscape l: the expectation does not exist" };
    const right = [start, measure(-0.1, 1e-4), measure(0.02, 1e-4)];
    expect(judge(orders, measurement(right, { unfound })).reason).toBe(
      "for 7 of 100000 trials the expected loss could not be found: landscape l: the expectation does not exist",
    );
  });
});

describe("a prediction by names", () => {
  test("is judged at every order up to the largest, and the reason says what it lacks", () => {
    const named = predict([1, 0, 0.02]);
    const measured = measurement([start, measure(-0.1, 1e-4), measure(0.02, 1e-4)]);
    const lacking = (order: number) => (order === 1 ? ["(0-1)(01)", "(01)(01)"] : []);
    expect(judge(named, measured, { lacking }).verdict).toBe("disagrees");
    expect(judge(named, measured, { lacking }).reason).toMatch(/; it lacks \(0-1\)\(01\) and \(01\)\(01\)$/);
    const two = measurement([start, measure(-0.1, 1e-4), measure(0.03, 1e-4)]);
    const each = (order: number) => (order === 0 ? [] : [`(${order})`]);
    expect(judge(named, two, { lacking: each }).reason).toMatch(
      /; order 1 lacks \(1\); order 2 lacks \(2\)$/,
    );
  });
});

describe("agreement", () => {
  test("says no share where noise hides what is left over", () => {
    const noisy = measurement([start, measure(-0.1, 1e-4), measure(0.02, 1e-4)], {
      remainder: { measured: 0.01, standardError: 0.05 },
    });
    expect(judge(orders, noisy).reason).toBe("orders 0 to 2 agree; what is left over is lost in its noise");
  });

  test("is not denied by what rounding leaves of larger numbers", () => {
    const zeros = predict([0, 0, 0]);
    const rest = { remainder: { measured: 1e-16, standardError: 0 } };
    const left = measurement([measure(0, 0), measure(5e-18, 0), measure(-2e-18, 1e-20)], rest);
    expect(judge(zeros, left).verdict).toBe("disagrees");
    expect(judge(zeros, left, { rounding: () => 1e-16 }).verdict).toBe("agrees");
    expect(judge(zeros, left, { rounding: () => 1e-18 }).verdict).toBe("disagrees");
  });

  test("is none where what is left over is lost in noise far beyond all orders", () => {
    const far = measurement([start, measure(-0.1, 1e-4), measure(0.02, 1e-4)], {
      remainder: { measured: -5.9e54, standardError: 5.9e54 },
    });
    const judgement = judge(orders, far, { rate: () => 0.01 });
    expect(judgement).toMatchObject({ verdict: "inconclusive", etaToDecide: 0.01 });
    expect(judgement.reason).toContain("what is left over is lost in its noise, 1.77e+55");
  });

  test("says what share is left over", () => {
    // 1e-4 of |−0.08 + 1e-4|.
    expect(judge(orders, within(0)).reason).toBe(
      "orders 0 to 2 agree; 0.13 % of what was measured beyond order 0 is left over",
    );
    const hidden = measurement([start, measure(-0.1, 1e-4), measure(0.02, 1e-4)], {
      remainder: { measured: 1e-4, standardError: 1e-4 },
    });
    expect(judge(orders, hidden).reason).toBe(
      "orders 0 to 2 agree; what is left over is less than 0.5 % of what was measured beyond order 0",
    );
  });
});
