import { describe, expect, test } from "vitest";
import {
  type ConcludedRun,
  conclusionOf,
  conclusionText,
  type RunPoint,
  type RunState,
  type Verdict,
} from "../../../src/runs/index.js";

const point = (given: Partial<RunPoint> = {}): RunPoint => ({
  ...{ eta: 0.1, observable: "test_loss", predicted: 0.508, measured: 0.50823, standardError: 0.00019 },
  ...{ trials: 2000, diverged: 0, truncation: 0.001, verdict: "agrees", steps: 2000, stepsPerSecond: 1 },
  reason: "orders 0 to 3 agree; 1.3 % of what was measured beyond order 0 is left over",
  ...given,
});

const run = (given: Partial<ConcludedRun> = {}): ConcludedRun => ({
  ...{ kind: "verification", state: "done", etas: [0.1], observables: ["test_loss"], prediction: "order 3" },
  ...{ trials: 2000, points: [point()], partial: [], terms: [] },
  ...given,
});

const samples: Readonly<Record<string, Partial<RunPoint>>> = {
  agrees: {},
  disagrees: {
    verdict: "disagrees",
    reason: "order 2 disagrees: measured 0.0210 ± 0.000500, predicted 0.0125, where 3.20 errors are allowed",
    wrongOrder: 2,
    orders: [
      { order: 0, predicted: 0.5, measured: 0.5, standardError: 0 },
      { order: 1, predicted: -0.01, measured: -0.01, standardError: 1e-4 },
      { order: 2, predicted: 0.0125, measured: 0.021, standardError: 5e-4 },
    ],
  },
  "disagrees in total": { verdict: "disagrees", reason: "0.0002 off, more than 3s + τ", orders: null },
  "few trials": {
    verdict: "inconclusive",
    reason:
      "order 3 is 0.00100, less than three standard errors of what was measured, 0.00200; about 9,000 trials would do",
    trialsToDecide: 9000,
  },
  "large eta": {
    verdict: "inconclusive",
    reason:
      "order 3 does not carry what was measured at this eta: 60 % of it is left over; lower eta to 0.02",
    etaToDecide: 0.02,
  },
  "low order": {
    verdict: "inconclusive",
    reason: "order 1 does not carry it; predict order 4",
    orderToDecide: 4,
  },
  "single precision": { verdict: "inconclusive", reason: "single precision decides", needsPrecision: true },
  diverged: {
    ...{ verdict: "inconclusive", measured: null, standardError: null, diverged: 2000 },
    reason: "2000 of 2000 trials diverged, so there is no mean to compare; lower eta",
  },
  "one trial": {
    verdict: "inconclusive",
    reason: "one trial has no standard error; run more trials",
    trials: 1,
  },
  unpredicted: { verdict: null, reason: "", predicted: null, truncation: null },
};
const states: readonly RunState[] = ["done", "running", "cancelled", "failed", "interrupted"];

describe("what a run says", () => {
  test.each([
    [[{}], "The prediction holds."],
    [[{}, {}], "The prediction holds at both learning rates."],
    [[{}, {}, {}], "The prediction holds at all 3 learning rates."],
    [[samples.disagrees!], "The prediction does not hold."],
    [[samples.disagrees!, samples.disagrees!], "The prediction does not hold at any of 2 learning rates."],
    [
      [{}, {}, samples.disagrees!, samples["large eta"]!],
      "The prediction does not hold at 1 of 4 learning rates; at 2 it does, and 1 is undecided.",
    ],
    [[{}, samples["few trials"]!], "The prediction holds at 1 of 2 learning rates; 1 is undecided."],
    [[samples["few trials"]!], "It is not decided whether the prediction holds."],
    [
      [samples["low order"]!, samples["large eta"]!],
      "It is not decided at any of 2 learning rates whether the prediction holds.",
    ],
    [[samples.diverged!], "It is not decided whether the prediction holds, since trials diverge."],
    [[samples.unpredicted!], "Nothing is predicted; 1 number is measured."],
    [[samples.unpredicted!, samples.unpredicted!], "Nothing is predicted; 2 numbers are measured."],
  ])("begins with whether the prediction holds: of %j", (points, answer) => {
    const etas = points.map((_, place) => 0.1 * 2 ** place);
    const all = points.map((one, place) => point({ ...one, eta: etas[place]! }));
    expect(conclusionOf(run({ etas, points: all })).answer).toBe(answer);
  });

  test.each([
    [
      "agrees",
      "test_loss at eta = 0.1 is predicted to be 0.50800 and measured to be 0.50823(19): orders 0 to 3 agree; 1.3 % of what was measured beyond order 0 is left over.",
    ],
    [
      "disagrees",
      "Order 2 of test_loss at eta = 0.1 is 17 standard errors from its prediction: order 2 disagrees: measured 0.0210 ± 0.000500, predicted 0.0125, where 3.20 errors are allowed.",
    ],
    [
      "disagrees in total",
      "test_loss at eta = 0.1 is predicted to be 0.50800 and measured to be 0.50823(19), 1.21 standard errors apart: 0.0002 off, more than 3s + τ.",
    ],
    [
      "diverged",
      "test_loss at eta = 0.1 has no finite mean: 2000 of 2000 trials diverged, so there is no mean to compare; lower eta.",
    ],
    ["unpredicted", "test_loss at eta = 0.1 is measured to be 0.50823(19)."],
  ])("goes on with how well, of a point that %s", (name, evidence) => {
    expect(conclusionOf(run({ points: [point(samples[name]!)] })).evidence).toBe(evidence);
  });

  test.each([
    ["agrees", "Nothing more needs to be run."],
    [
      "disagrees",
      "Next: run it with another seed; if it disagrees again, see in its contributions which diagrams of that order add to it, and whether the file lacks one.",
    ],
    ["few trials", "Next: run it with 9,000 trials."],
    ["large eta", "Next: lower eta = 0.1 to 0.02."],
    ["low order", "Next: predict order 4."],
    ["single precision", "Next: run it in double precision."],
    ["diverged", "Next: lower eta until no trial diverges."],
    ["one trial", "Next: change what the reason names, and run it again."],
    ["unpredicted", "Add a line such as predict order 2 to compare it with diagrams."],
  ])("ends with what to do, of a point that %s", (name, next) => {
    expect(conclusionOf(run({ points: [point(samples[name]!)] })).next).toBe(next);
  });

  test("tells of an error of rounding alone in words", () => {
    const evidenceAt = (standardError: number) =>
      conclusionOf(run({ points: [point({ measured: 0.588164894, standardError })] })).evidence;
    expect(evidenceAt(6.5e-17)).toContain("measured to be 0.58816489, exact but for rounding: orders 0 to 3");
    expect(evidenceAt(1e-9)).not.toContain("rounding");
  });

  test("tells why a run has no verdict", () => {
    const text = (given: Partial<ConcludedRun>) =>
      conclusionText(conclusionOf(run({ points: [], ...given })));
    const partial = [
      { eta: 0.1, observable: "test_loss", measured: 0.5, standardError: 0.01, trials: 200, diverged: 0 },
    ];
    expect(text({ state: "failed", message: "no memory." })).toBe(
      "The run failed: no memory. Nothing was measured. Mend what it says, and run it again.",
    );
    expect(text({ state: "running" })).toBe("Nothing is measured yet.");
    expect(text({ state: "cancelled", partial })).toBe(
      "The run was stopped before its end. No learning rate is done yet. test_loss at eta = 0.1 was measured to be 0.500(10) in 200 of 2,000 trials. Resume it to have the rest.",
    );
    expect(text({ state: "interrupted", message: "the window closed" })).toBe(
      "The run was interrupted: the window closed. Nothing was measured. Resume it to have the rest.",
    );
    expect(text({ state: "interrupted", resumable: false })).toBe(
      "The run was interrupted. Nothing was measured. Run it again to have all of it.",
    );
    expect(conclusionOf(run({ state: "running", etas: [0.1, 0.2] })).answer).toBe(
      "So far the prediction holds. 1 of 2 learning rates is done.",
    );
  });

  test.each([
    [
      [{ cancelled: true, trials: 800 }],
      "So far the prediction holds. None of 2 learning rates is done. The run was stopped before its end. At eta = 0.1 it was stopped after 800 trials of 2,000.",
    ],
    [
      [{ cancelled: true, trials: 800, verdict: "disagrees" }],
      "So far the prediction does not hold. None of 2 learning rates is done. The run was stopped before its end. At eta = 0.1 it was stopped after 800 trials of 2,000.",
    ],
    [
      [{}, { cancelled: true, trials: 800 }],
      "The prediction holds. 1 of 2 learning rates is done. The run was stopped before its end. At eta = 0.2 it was stopped after 800 trials of 2,000, by which the prediction holds so far.",
    ],
    [
      [{}, { cancelled: true, trials: 1, verdict: "disagrees" }],
      "The prediction holds. 1 of 2 learning rates is done. The run was stopped before its end. At eta = 0.2 it was stopped after 1 trial of 2,000, by which the prediction does not hold there.",
    ],
    [
      [{}, { cancelled: true, trials: 800, verdict: "inconclusive" }],
      "The prediction holds. 1 of 2 learning rates is done. The run was stopped before its end. At eta = 0.2 it was stopped after 800 trials of 2,000, by which it is not decided there.",
    ],
  ] as [Partial<RunPoint>[], string][])(
    "never takes a learning rate that was stopped for done: of %j",
    (given, answer) => {
      const etas = [0.1, 0.2];
      const points = given.map((one, place) => point({ ...one, eta: etas[place]! }));
      expect(conclusionOf(run({ state: "cancelled", etas, points })).answer).toBe(answer);
    },
  );

  test("says of a run of one learning rate that was stopped that it is not done", () => {
    const points = [point({ cancelled: true, trials: 800 })];
    expect(conclusionOf(run({ state: "cancelled", points })).answer).toBe(
      "So far the prediction holds. No learning rate is done. The run was stopped before its end. At eta = 0.1 it was stopped after 800 trials of 2,000.",
    );
  });

  test("tells what an evaluation predicts", () => {
    const terms = [0.05, 0.1].map((eta) => ({
      ...{ eta, observable: "test_loss" },
      terms: [0.5, 0.0082].map((value, edges) => ({
        ...{ diagram: `(${edges})()`, edges, automorphisms: 1, embeddings: 1, value },
      })),
    }));
    expect(conclusionText(conclusionOf(run({ kind: "evaluation", points: [], terms })))).toBe(
      "test_loss at eta = 0.1 is predicted to be 0.5082, by order 3. Verify it to see whether SGD does that.",
    );
    const nothing = conclusionOf(run({ kind: "evaluation", points: [], state: "failed", message: "no" }));
    expect(nothing.answer).toBe("The run failed: no.");
  });
});

describe("of every mix of points and every state, a run", () => {
  const names = Object.keys(samples);
  const mixes = names.flatMap((one) => [
    [one],
    ...names.flatMap((other) => [
      [one, other],
      [one, other, "agrees"],
    ]),
  ]);

  test("never says that nothing was measured over a measured point, and counts every point once", () => {
    for (const mix of mixes) {
      for (const state of states) {
        const etas = mix.map((_, place) => 0.1 * 2 ** place);
        const points = mix.map((name, place) => point({ ...samples[name], eta: etas[place]! }));
        const said = conclusionOf(run({ state, etas, points }));
        const text = conclusionText(said);
        expect(text).not.toMatch(/nothing (?:is|was) measured/i);
        const own = `${said.answer} ${said.next}`;
        expect(own).not.toMatch(/\b0 (?:of|is|are)|All 1|\b1 (?:points|learning rates|numbers|trials)/);
        expect(text).not.toMatch(/undefined|null|NaN|\.\.|: \.| {2}/);
        expect(text).toMatch(/^[A-Z].*\.$/);
        const verdicts = points.map(({ verdict }) => verdict);
        expectAnswer(said.answer, verdicts);
        if (state === "done") {
          expect(said.next).not.toBe("");
        }
      }
    }
  });

  test("counts only what has all its trials as done, and qualifies the rest", () => {
    for (const mix of mixes) {
      for (let stopped = 1; stopped <= mix.length; stopped++) {
        const etas = mix.map((_, place) => 0.1 * 2 ** place);
        const whole = mix.length - stopped;
        const points = mix.map((name, place) =>
          point({
            ...samples[name],
            eta: etas[place]!,
            ...(place < whole ? {} : { cancelled: true, trials: 9 }),
          }),
        );
        const { answer } = conclusionOf(run({ state: "cancelled", etas, points }));
        const counted = /(\w+) (?:of [\d,]+ )?learning rates? (?:is|are) done\./.exec(answer)?.[1];
        expect(counted).toBe(whole === 0 ? (mix.length === 1 ? "No" : "None") : String(whole));
        expect(/\bso far\b/i.test(answer.split(". ")[0]!)).toBe(whole === 0);
        const isBy = points.slice(whole).some(({ verdict }) => verdict !== null);
        expect(answer.includes(", by which ")).toBe(whole > 0 && isBy);
        expect(answer).not.toMatch(/undefined|null|NaN|\.\.|: \.| {2}/);
      }
    }
  });

  test("counts in its answer what is done of it", () => {
    for (const state of states) {
      const said = conclusionOf(run({ state, etas: [0.1, 0.2, 0.4] }));
      expect(said.answer).toContain("1 of 3 learning rates is done.");
    }
  });
});

function expectAnswer(answer: string, verdicts: readonly (Verdict | null)[]): void {
  const has = (verdict: Verdict | null) => verdicts.includes(verdict);
  expect(answer.includes("does not hold")).toBe(has("disagrees"));
  expect(/prediction holds(?! ?[,.]? ?since)(?=[ .;])/.test(answer) && !answer.includes("whether")).toBe(
    !has("disagrees") && has("agrees"),
  );
  expect(answer.includes("not decided")).toBe(has("inconclusive") && !has("agrees") && !has("disagrees"));
}
