/** Verifications that are prepared, kept as bytes and judged when their trials are there: what a run on this machine tells. */
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { describe, expect, test } from "vitest";
import { simulateLocally } from "../../src/engines/index.js";
import { analyzeFile, diskReader } from "../../src/language/index.js";
import { mergeResults, type SimulationResult } from "../../src/simulate/index.js";
import {
  PreparedJudge,
  type PreparedPoint,
  type PreparedVerification,
  prepareVerification,
  runVerification,
  type VerifySpecification,
  variantsOf,
} from "../../src/verify/index.js";

const examples = join(import.meta.dirname, "../../examples");

async function specificationsOf(file: string): Promise<VerifySpecification[]> {
  const { verifies } = await analyzeFile(join(examples, file), diskReader);
  return [...verifies.values()].flatMap(variantsOf);
}

/** A point's trials in pieces, as others carry them out. */
async function inPieces({ request }: PreparedPoint, cuts: readonly number[]): Promise<SimulationResult> {
  const ends = [...cuts.map((share) => Math.floor(share * request.trials)), request.trials];
  const pieces: SimulationResult[] = [];
  let firstTrial = 0;
  for (const end of ends.filter((one) => one > 0)) {
    if (end > firstTrial) {
      pieces.push(
        await simulateLocally({ ...request, firstTrial, trials: end - firstTrial }, { workers: 0 }),
      );
    }
    firstTrial = end;
  }
  // They come in no order.
  return pieces.reverse().reduce(mergeResults);
}

const comparable = (runs: readonly object[]) =>
  runs.map((run) => ({ ...run, device: "", stepsPerSecond: 0 }));

async function expectAlike(specification: VerifySpecification, trials: number): Promise<void> {
  const options = { trials, workers: 1 };
  const local = await runVerification(specification, { ...options, backend: "cpu" });
  const prepared = (await prepareVerification(specification, options))!;
  const kept = deserialize(serialize(prepared)) as PreparedVerification;
  const judge = new PreparedJudge(kept);
  const judged = [];
  for (const point of kept.points) {
    judged.push(...judge.runsOf(point, await inPieces(point, [0.1, 0.7]), "elsewhere"));
  }
  expect(comparable(judged)).toEqual(comparable(local));
  expect(judged.length).toBeGreaterThan(0);
}

describe("prepared verifications", () => {
  test.each(["gauss.diag", "distributions.diag", "metric.diag"])(
    "tell the same of the blocks of %s",
    async (file) => {
      for (const specification of await specificationsOf(file)) {
        await expectAlike(specification, 600);
      }
    },
  );

  test("tell the same of a covariance", async () => {
    const all = await specificationsOf("covariances.diag");
    await expectAlike(all.find(({ name }) => name === "spread")!, 600);
  });

  test("tell the same of a landscape of tensors, with test points and controls", async () => {
    const [specification] = await specificationsOf("tensors/convolution.diag");
    await expectAlike({ ...specification!, testPoints: 2 }, 64);
    const [dropout] = await specificationsOf("tensors/dropout.diag");
    await expectAlike(dropout!, 64);
  });

  test("judge a part of the trials as a run that was stopped", async () => {
    const [specification] = await specificationsOf("gauss.diag");
    const prepared = (await prepareVerification(specification!, { trials: 1000, workers: 0 }))!;
    const [point] = prepared.points;
    const part = await simulateLocally({ ...point!.request, trials: 400 }, { workers: 0 });
    const [run] = new PreparedJudge(prepared).runsOf(point!, part, "elsewhere");
    expect(run).toMatchObject({ trials: 400, cancelled: true });
  });

  test("are none when they are stopped", async () => {
    const [specification] = await specificationsOf("gauss.diag");
    const signal = AbortSignal.abort();
    expect(await prepareVerification(specification!, { signal })).toBeUndefined();
  });
});
