import { describe, expect, test } from "vitest";
import type { Run } from "../../../src/runs/index.js";
import { exitStatus, judge } from "../../../src/verify/index.js";

const measured = (value: number, standardError: number, trials = 1000, diverged = 0) => ({
  measured: value,
  standardError,
  trials,
  diverged,
});

describe("the verdict", () => {
  const prediction = { predicted: 1, truncation: 0.01, lower: 0.9 };

  test("agrees up to 3s + τ and disagrees beyond", () => {
    expect(judge(prediction, measured(1.0399, 0.01)).verdict).toBe("agrees");
    expect(judge(prediction, measured(1.0401, 0.01)).verdict).toBe("disagrees");
    expect(judge(prediction, measured(0.9599, 0.01)).verdict).toBe("disagrees");
  });

  test("is inconclusive when 3s hides the last order, and says how many trials would decide", () => {
    const { verdict, trialsToDecide, reason } = judge(prediction, measured(1.02, 0.1));
    expect(verdict).toBe("inconclusive");
    // (3 · 0.1 / 0.1)² times as many, and the 5 more that are due to 9000 not being infinite: Student's quantile is
    // 3 + 7.5 / n.
    expect(Math.abs(trialsToDecide! - 9005)).toBeLessThanOrEqual(1);
    expect(reason).toMatch(/9,00\d trials would decide/);
    expect(judge(prediction, measured(1.02, 0.0332)).verdict).toBe("agrees");
  });

  test("an evident disagreement is not excused by a lack of power", () => {
    expect(judge(prediction, measured(5, 0.1)).verdict).toBe("disagrees");
  });

  test("a last order of zero cannot be told apart by any number of trials", () => {
    const judgement = judge({ predicted: 1, truncation: 0, lower: 1 }, measured(1, 0.1));
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.trialsToDecide).toBeUndefined();
    expect(judgement.reason).toContain("no number of trials");
  });

  test("a prediction of order 0 has no lower one to be told from", () => {
    expect(judge({ predicted: 1, truncation: 0.5 }, measured(1.1, 0.1)).verdict).toBe("agrees");
  });

  describe("of single precision", () => {
    const rounded = (value: number, standardError: number, roundingFloor: number) => ({
      ...measured(value, standardError),
      roundingFloor,
    });

    test("is inconclusive where the floor decides, and offers double precision", () => {
      // 3s + τ = 0.04: a difference of 0.05 disagrees, unless rounding may be the reason.
      expect(judge(prediction, rounded(1.05, 0.01, 0.009)).verdict).toBe("disagrees");
      const judgement = judge(prediction, rounded(1.05, 0.01, 0.011));
      expect(judgement).toMatchObject({ verdict: "inconclusive", needsPrecision: true });
      expect(judgement.reason).toMatch(/single precision errs by up to 0\.0110.*backend cpu/);
      expect(judgement.trialsToDecide).toBeUndefined();
    });

    test("is inconclusive where the floor hides the last order", () => {
      // The last order is 0.1, of which 3s takes 0.03.
      expect(judge(prediction, rounded(1, 0.01, 0.069)).verdict).toBe("agrees");
      const judgement = judge(prediction, rounded(1, 0.01, 0.11));
      expect(judgement).toMatchObject({ verdict: "inconclusive", needsPrecision: true });
      expect(judgement.reason).toContain("hides the last order's 0.100");
      expect(judgement.trialsToDecide).toBeUndefined();
    });

    test("offers trials too where the floor and the noise hide the last order together", () => {
      const judgement = judge(prediction, rounded(1, 0.01, 0.071));
      expect(judgement).toMatchObject({ verdict: "inconclusive", needsPrecision: true });
      expect(judgement.reason).toMatch(/3.01s = 0\.0301 and single precision's .* 0\.0710 hide .* 0\.100;/);
      // Then 3s is the 0.029 that the floor leaves.
      expect(judgement.trialsToDecide! / (1000 * ((0.03 * (1 + 2.5 / 1070)) / 0.029) ** 2)).toBeCloseTo(1, 2);
    });

    test("asks for trials as long as they are what lacks", () => {
      const judgement = judge(prediction, rounded(1, 0.05, 0.001));
      expect(judgement).toMatchObject({ verdict: "inconclusive" });
      expect(judgement.needsPrecision).toBeUndefined();
      // So many that 3s is the 0.099 that the floor leaves.
      expect(judgement.trialsToDecide! / (1000 * ((0.15 * (1 + 2.5 / 2300)) / 0.099) ** 2)).toBeCloseTo(1, 2);
    });

    test("tells trials that diverge from those that are beyond it", () => {
      const beyond = { ...measured(1, 0.01, 1000, 3), roundingFloor: 1e-8 };
      const judgement = judge(prediction, beyond);
      expect(judgement).toMatchObject({ verdict: "inconclusive", needsPrecision: true });
      expect(judgement.reason).toContain("3 of 1000 trials left what single precision can hold");
      expect(judge(prediction, { ...beyond, divergesInDouble: true }).verdict).toBe("disagrees");
    });

    test("knows nothing when the floor is not known", () => {
      expect(judge(prediction, rounded(1, 0.01, Number.POSITIVE_INFINITY)).verdict).toBe("inconclusive");
    });
  });

  test("rounding of a run without noise does not disagree", () => {
    expect(judge({ predicted: 1, truncation: 0, lower: 0.5 }, measured(1 + 4e-16, 0)).verdict).toBe("agrees");
  });

  test("few trials need more errors to be as sure", () => {
    // Student's quantiles of 0.99865 with 1, 2, 3, 9 and 99 degrees, as published tables have them.
    const quantiles = [
      [2, 235.8015],
      [3, 19.20674],
      [4, 9.21894],
      [10, 4.094255],
      [100, 3.077549],
    ] as const;
    for (const [trials, errors] of quantiles) {
      const just = (share: number) =>
        judge({ predicted: 1, truncation: 0.01 }, measured(1.01 + share * errors * 0.01, 0.01, trials));
      expect(just(0.9999).verdict).toBe("agrees");
      expect(just(1.0001).verdict).toBe("disagrees");
      expect(just(1.0001).reason).toContain(`${Number(errors.toPrecision(3))}s + τ`);
    }
    expect(judge({ predicted: 1, truncation: 0.01 }, measured(2, Number.NaN, 1)).verdict).toBe(
      "inconclusive",
    );
  });

  test("a right prediction of few normal trials is called wrong in about 0.27 % of runs", () => {
    let state = 1;
    const uniform = () => {
      // Park and Miller's.
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    for (const trials of [2, 3, 5, 20]) {
      let wrong = 0;
      const runs = 20_000;
      for (let run = 0; run < runs; run++) {
        const values = Array.from({ length: trials }, normal);
        const mean = values.reduce((sum, one) => sum + one, 0) / trials;
        const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
        const error = Math.sqrt(squares / (trials - 1) / trials);
        if (judge({ predicted: 0, truncation: 0 }, measured(mean, error, trials)).verdict === "disagrees") {
          wrong++;
        }
      }
      // 54 are expected; their deviation is 7.3.
      expect(wrong).toBeGreaterThan(54 - 4 * 7.3);
      expect(wrong).toBeLessThan(54 + 4 * 7.3);
    }
  });

  test("few trials that all measured the same do not tell how far they spread", () => {
    const few = judge({ predicted: 1, truncation: 0 }, measured(2, 0, 5));
    expect(few).toMatchObject({ verdict: "inconclusive", trialsToDecide: 100 });
    expect(few.reason).toContain("all 5 trials measured the same");
    expect(judge({ predicted: 1, truncation: 0 }, measured(1, 0, 5)).verdict).toBe("agrees");
    expect(judge({ predicted: 1, truncation: 0 }, measured(2, 0, 100)).verdict).toBe("disagrees");
  });

  test("is not rounded against where trials start", () => {
    const start = 1e8;
    const predicted = { predicted: start + 2e-5, start, change: 2e-5, truncation: 0, lower: 0 };
    const moved = (change: number) => ({
      ...measured(start + change, 1e-9),
      ...{ start: start * (1 + 1e-15), change, resolution: 1e-11 },
    });
    expect(judge(predicted, moved(2e-5 + 2.9e-9)).verdict).toBe("agrees");
    expect(judge(predicted, moved(2e-5 + 3.1e-9)).verdict).toBe("disagrees");
    expect(judge(predicted, moved(2e-5 - 3.1e-9)).verdict).toBe("disagrees");
    // Starts that differ by more than rounding are a difference like any other.
    expect(judge(predicted, { ...moved(2e-5), start: start + 1 }).verdict).toBe("disagrees");
    // What evaluating in doubles may be off by is none.
    const coarse = { ...moved(2e-5 + 1e-8), standardError: 0, resolution: 1.1e-8 };
    expect(judge(predicted, coarse).verdict).toBe("agrees");
  });

  test("without a standard error a run is inconclusive, and says why there is none", () => {
    const reasons = [1, 1000].map((trials) => {
      const { verdict, reason } = judge(prediction, measured(1, Number.POSITIVE_INFINITY, trials));
      expect(verdict).toBe("inconclusive");
      return reason;
    });
    expect(reasons[0]).toBe("one trial has no standard error; run more trials");
    expect(reasons[1]).toMatch(
      /^trials spread so far that their standard error is more than a double can hold/,
    );
  });

  test("diverged trials disagree, and so does what is not finite", () => {
    const judgement = judge(prediction, measured(1, 0.01, 1000, 3));
    expect(judgement.verdict).toBe("disagrees");
    expect(judgement.reason).toContain("3 of 1000 trials diverged");
    expect(judge(prediction, measured(Number.NaN, Number.NaN)).verdict).toBe("disagrees");
    expect(judge({ ...prediction, predicted: Number.POSITIVE_INFINITY }, measured(1, 0.1)).verdict).toBe(
      "disagrees",
    );
  });

  test("trials whose expected loss could not be found are inconclusive, with their number and the reason", () => {
    const unfound = { trials: 7, reason: "landscape l: the expectation does not exist" };
    for (const value of [1, 5, Number.NaN]) {
      expect(judge(prediction, { ...measured(value, 0.01), unfound })).toEqual({
        verdict: "inconclusive",
        reason:
          "for 7 of 1000 trials the expected loss could not be found: landscape l: the expectation does not exist",
      });
    }
    // what diverges is worse
    expect(judge(prediction, { ...measured(1, 0.01, 1000, 3), unfound }).reason).toContain("diverged");
  });

  test("one trial has no standard error", () => {
    expect(judge({ ...prediction, truncation: 1 }, measured(1, Number.NaN, 1)).verdict).toBe("inconclusive");
    expect(judge({ ...prediction, truncation: 1 }, measured(1, Number.POSITIVE_INFINITY, 1)).verdict).toBe(
      "inconclusive",
    );
  });
});

test("the exit status: 1 beats 3 beats 0", () => {
  const runs = (...verdicts: Run["verdict"][]) => verdicts.map((verdict) => ({ verdict }) as Run);
  expect(exitStatus(runs("agrees", "agrees"))).toBe(0);
  expect(exitStatus(runs("agrees", "inconclusive"))).toBe(3);
  expect(exitStatus(runs("inconclusive", "disagrees"))).toBe(1);
});
