import { describe, expect, test } from "vitest";
import { exitStatus, judge, type VerifyRun } from "../../../src/verify/index.js";

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
    // (3 · 0.1 / 0.1)² times as many.
    expect(trialsToDecide).toBeCloseTo(9000, -1);
    expect(reason).toMatch(/9,00\d trials would decide/);
    expect(judge(prediction, measured(1.02, 0.0333)).verdict).toBe("agrees");
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
      expect(judgement.reason).toMatch(/3s = 0\.0300 and single precision's .* 0\.0710 hide .* 0\.100;/);
      // Then 3s is the 0.029 that the floor leaves.
      expect(judgement.trialsToDecide).toBe(Math.ceil(1000 * (0.03 / 0.029) ** 2));
    });

    test("asks for trials as long as they are what lacks", () => {
      const judgement = judge(prediction, rounded(1, 0.05, 0.001));
      expect(judgement).toMatchObject({ verdict: "inconclusive" });
      expect(judgement.needsPrecision).toBeUndefined();
      // So many that 3s is the 0.099 that the floor leaves.
      expect(judgement.trialsToDecide).toBe(Math.ceil(1000 * (0.15 / 0.099) ** 2));
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

  test("diverged trials disagree, and so does what is not finite", () => {
    const judgement = judge(prediction, measured(1, 0.01, 1000, 3));
    expect(judgement.verdict).toBe("disagrees");
    expect(judgement.reason).toContain("3 of 1000 trials diverged");
    expect(judge(prediction, measured(Number.NaN, Number.NaN)).verdict).toBe("disagrees");
    expect(judge({ ...prediction, predicted: Number.POSITIVE_INFINITY }, measured(1, 0.1)).verdict).toBe(
      "disagrees",
    );
  });

  test("one trial has no standard error", () => {
    expect(judge({ ...prediction, truncation: 1 }, measured(1, Number.NaN, 1)).verdict).toBe("inconclusive");
    expect(judge({ ...prediction, truncation: 1 }, measured(1, Number.POSITIVE_INFINITY, 1)).verdict).toBe(
      "inconclusive",
    );
  });
});

test("the exit status: 1 beats 3 beats 0", () => {
  const runs = (...verdicts: VerifyRun["verdict"][]) => verdicts.map((verdict) => ({ verdict }) as VerifyRun);
  expect(exitStatus(runs("agrees", "agrees"))).toBe(0);
  expect(exitStatus(runs("agrees", "inconclusive"))).toBe(3);
  expect(exitStatus(runs("inconclusive", "disagrees"))).toBe(1);
});
