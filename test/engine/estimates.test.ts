import type { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { rowWords } from "../../src/compile/index.js";
import { prepareEstimates } from "../../src/engines/estimates/index.js";
import { machineEngines } from "../../src/engines/index.js";
import {
  type AskedOfSamples,
  type EstimateOptions,
  EstimatingEvaluator,
  type EvaluationRequest,
  largeLandscape,
} from "../../src/evaluate/index.js";
import { directionalOn } from "../../src/evaluate/valuation-on.js";
import type { Expression } from "../../src/landscape/index.js";
import type { Observable } from "../../src/observables/index.js";
import type { SpaceTime } from "../../src/optimisers/index.js";
import { runTarget } from "../../src/runner/run.js";
import {
  type RunEstimating,
  type RunEvent,
  type RunRecord,
  startedRecord,
  withEvent,
} from "../../src/runs/index.js";
import { nets, softmaxRegression } from "../unit/tensors/networks.js";

const seed = 0;

const square = (name: string): Expression =>
  ({
    kind: "power",
    base: { kind: "symbol", name },
    exponent: { kind: "number", value: 2 },
  }) as Expression;

function evaluatorOf(
  estimate: Omit<EstimateOptions, "words">,
  net = softmaxRegression(),
): EstimatingEvaluator {
  const landscape = largeLandscape(net, "it is not written with scalars");
  return new EstimatingEvaluator(landscape, directionalOn(net, landscape), { order: 3 }, {
    words: rowWords(seed),
    ...estimate,
  } as EstimateOptions);
}

const sgd: SpaceTime = { optimiser: "sgd", parameters: { N: 4, E: 1, B: 2, shuffle: "same" } };

/** Of what evaluations are made of: losses, a function, a covariance, weights; and one order beyond. */
function askedOf(evaluator: EstimatingEvaluator, order: number): AskedOfSamples[] {
  const [first] = evaluator.landscape.weights;
  const observables: Observable[] = [
    { name: "test_loss", weights: [] },
    { name: "gen_gap", weights: [] },
    { name: "bump", weights: [], value: square(first!.name) },
    { name: "covariance", weights: [], operands: [{ name: "test_loss" }, { weight: 0 }] },
    { name: "displacement", weights: [0, 2] },
  ];
  return observables.flatMap((observable) => {
    const request: EvaluationRequest = {
      ...{ spacetime: sgd, eta: 0.3, observable, sum: "exact" },
      selection: { kind: "series", order },
    };
    return [{ request }, { request, order: order + 1 }];
  });
}

/** All numbers of the answers, as they are. */
function answersOf(evaluator: EstimatingEvaluator, asked: readonly AskedOfSamples[]): unknown {
  return asked.map(({ request, order }) =>
    order === undefined ? evaluator.evaluate(request) : evaluator.orderTotal(request, order),
  );
}

const ways: [string, Omit<EstimateOptions, "words">, order: number, threads: readonly number[]][] = [
  ["a number of samples that is given", { samples: 128 }, 2, [0, 1, 2, 5]],
  ["means of draws", { samples: 1024, held: 4 }, 1, [2]],
  ["as many as are needed and may be", { operations: 2e7 }, 1, [2]],
  ["a loss that is estimated too", { operations: 2e3, samples: 64 }, 2, [2]],
];

describe.each(ways)("samples worked out beforehand, %s", (_, estimate, order, counts) => {
  test("are the asking thread's to the last bit, for any number of threads", async () => {
    const alone = evaluatorOf(estimate);
    const asked = askedOf(alone, order);
    const expected = answersOf(alone, asked);
    for (const threads of counts) {
      const evaluator = evaluatorOf(estimate);
      const own = askedOf(evaluator, order);
      const told: RunEstimating[] = [];
      const isWhole = await prepareEstimates(evaluator, own, {
        ...{ seed, threads },
        onProgress: (progress) => told.push(progress),
      });
      expect(isWhole).toBe(true);
      // Everything is known: nothing is worked out by who asks.
      const workOut = evaluator.workOut;
      evaluator.workOut = () => {
        throw new Error("worked out anew");
      };
      expect(answersOf(evaluator, own)).toEqual(expected);
      evaluator.workOut = workOut;
      const last = told.at(-1)!;
      expect(last.samples).toBe(last.totalSamples);
      expect(told[0]!.samples).toBe(0);
      // What the first samples say is how many it takes.
      expect(new Set(told.map(({ totalSamples }) => totalSamples)).size > 1).toBe(
        "operations" in estimate && order === 1,
      );
      expect(told.every((one, place) => place === 0 || one.samples >= told[place - 1]!.samples)).toBe(true);
    }
  });
});

describe("threads that estimate", () => {
  const whole = nets[0]![1];

  test("are started again when they die, and the answer is the same", async () => {
    const alone = evaluatorOf({ samples: 400 }, whole());
    const expected = answersOf(alone, askedOf(alone, 2));
    const evaluator = evaluatorOf({ samples: 400 }, whole());
    const asked = askedOf(evaluator, 2);
    const notes: string[] = [];
    let started = 0;
    const isWhole = await prepareEstimates(evaluator, asked, {
      ...{ seed, threads: 2 },
      onNote: (line) => notes.push(line),
      onThread: (thread) => {
        started += 1;
        if (started === 1) {
          void thread.terminate();
        }
      },
    });
    expect(isWhole).toBe(true);
    expect(notes).toEqual([
      expect.stringMatching(/^a thread that estimates ended with status \d; its sample is worked out again$/),
    ]);
    expect(started).toBe(3);
    expect(answersOf(evaluator, asked)).toEqual(expected);
  });

  test("end the estimate with one line when they die again and again", async () => {
    const evaluator = evaluatorOf({ samples: 400 }, whole());
    const notes: string[] = [];
    await expect(
      prepareEstimates(evaluator, askedOf(evaluator, 2), {
        ...{ seed, threads: 2 },
        onNote: (line) => notes.push(line),
        onThread: (thread) => void thread.terminate(),
      }),
    ).rejects.toThrow(/^a thread that estimates ended with status \d; so did 3 others$/);
    expect(notes).toHaveLength(3);
  });

  test("are ended at once when the estimate is stopped, and nothing goes on", async () => {
    const evaluator = evaluatorOf({ samples: 4_000_000 }, whole());
    const asked = askedOf(evaluator, 2);
    const abort = new AbortController();
    const threads: Worker[] = [];
    const told: RunEstimating[] = [];
    const isWhole = await prepareEstimates(evaluator, asked, {
      ...{ seed, threads: 2, signal: abort.signal },
      onProgress: (progress) => {
        told.push(progress);
        if (progress.samples === 3) {
          abort.abort();
        }
      },
      onThread: (thread) => threads.push(thread),
    });
    expect(isWhole).toBe(false);
    expect(told.at(-1)!.samples).toBe(3);
    expect(told.at(-1)!.totalSamples).toBeGreaterThan(1000);
    await Promise.all(threads.map((thread) => thread.terminate()));
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1, -1]);
    // What was found stands, and the rest is worked out when it is asked for.
    expect(await prepareEstimates(evaluator, asked, { seed, signal: AbortSignal.abort() })).toBe(false);
  });

  test("say in one line what is wrong with what is asked, whichever finds out first", async () => {
    const evaluator = evaluatorOf({ samples: 400 });
    const [{ request }] = askedOf(evaluator, 2) as [AskedOfSamples];
    await expect(prepareEstimates(evaluator, [{ request, order: 4 }], { seed, threads: 2 })).rejects.toThrow(
      /^[^\n]*4 edges[^\n]*$/,
    );
  });
});

describe("a run whose predictions are estimated", () => {
  const textWith = (samples: number) => `landscape net {
    data keep[3] ~ bernoulli(0.5)
    weights A[20, 3] = randn(1)
    loss sum(tanh(A @ keep)^2)
  }
  verify v { landscape net sgd(N = 4, E = 1, B = 1) eta = 1/1000 observe test_loss predict series 2
    samples = ${samples} trials = 8 }`;

  async function run(samples: number, signal: AbortSignal, heard: (event: RunEvent) => void) {
    let record: RunRecord | undefined;
    await runTarget(
      {
        ...{ id: "1", kind: "verification", target: { kind: "verify", name: "v" } },
        source: { uri: "file:///main.diag", path: "/main.diag", text: textWith(samples) },
      },
      {
        ...{ engines: machineEngines({ workers: 0 }), note: () => undefined, signal },
        tell: (event) => {
          record = event.type === "started" ? startedRecord(event.header) : withEvent(record!, event);
          heard(event);
        },
      },
    );
    return record!;
  }

  test("tells how far the estimates have come before it predicts, and what they take", async () => {
    const events: RunEvent[] = [];
    const record = await run(256, new AbortController().signal, (event) => events.push(event));
    expect(record).toMatchObject({ state: "done" });
    expect(record.points[0]!.predictedError).toBeGreaterThan(0);
    const told = events.flatMap((event) => (event.type === "estimating" ? [event.estimating] : []));
    expect(told[0]).toMatchObject({ samples: 0, totalSamples: 16, rows: 16, share: 0, secondsLeft: null });
    expect(told.at(-1)).toMatchObject({ samples: 16, totalSamples: 16, share: 1, secondsLeft: 0 });
    const types = events.map(({ type }) => type);
    expect(types.lastIndexOf("estimating")).toBeLessThan(types.indexOf("predicted"));
  });

  test("ends as cancelled when it is stopped while it estimates, with nothing predicted", async () => {
    const abort = new AbortController();
    const events: RunEvent[] = [];
    const record = await run(65_000, abort.signal, (event) => {
      events.push(event);
      if (event.type === "estimating" && event.estimating.samples > 0) {
        abort.abort();
      }
    });
    expect(record).toMatchObject({ state: "cancelled", points: [], terms: [] });
    expect(record).not.toHaveProperty("estimating");
    expect(events.map(({ type }) => type)).not.toContain("predicted");
  });
});
