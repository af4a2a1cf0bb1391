import { expect, test } from "vitest";
import { simulateLocally } from "../../src/engines/index.js";
import { openCpuEngine } from "../../src/engines/processor/cpu-engine.js";
import { columnsOf, mergeResults, type SimulationResult } from "../../src/simulate/index.js";
import type { AnyRequest, LargeRequest, SimulationRequest } from "../../src/simulate/request.js";
import { add, at, call, datum, landscapeOf, numbers, rowsOf, times, weight } from "../unit/tensors/make.js";
import { nets } from "../unit/tensors/networks.js";
import { gd, gdc, requests } from "./large-requests.js";
import { sgd } from "./simulate-landscapes.js";

/** What each trial measures of each number, in double precision or as runs have it. */
async function measuredOf(request: AnyRequest, isPrecise = true): Promise<number[][]> {
  const engine = openCpuEngine(0);
  const values = await (isPrecise ? engine.preciseValues! : engine.trialValues)(request);
  return columnsOf(request).map(({ center, origin }, column) =>
    values[column]!.map((value) => origin.offset + center + value),
  );
}

/** Both in double precision, and as runs have them: written with scalars in double precision, with tensors in single. */
async function expectSameTrials([written, large]: readonly [AnyRequest, AnyRequest]): Promise<void> {
  const theirs = await measuredOf(written);
  for (const [isPrecise, most] of [
    [true, 1e-12],
    [false, 1e-4],
  ] as const) {
    const own = await measuredOf(large, isPrecise);
    written.numbers.forEach(({ label }, number) => {
      const scale = Math.max(...theirs[number]!.map(Math.abs), 1e-3);
      own[number]!.forEach((value, trial) => {
        const off = Math.abs(value - theirs[number]![trial]!) / scale;
        expect(off, `${label} of trial ${trial}`).toBeLessThan(most);
      });
    });
  }
}

for (const [name, make] of nets) {
  test(`trials of ${name} are those of the same net written with scalars`, async () => {
    await expectSameTrials(requests(make(), sgd(4, 2, 2, "reshuffled")));
  });
}

for (const [name, make] of nets.slice(0, 2)) {
  test(`so are the orders of ${name}, one point a batch or all of them`, async () => {
    await expectSameTrials(requests(make(), sgd(5)));
    for (const keepsCurvature of [false, true]) {
      await expectSameTrials(requests(make(), gd, { order: 2, keepsCurvature }));
      await expectSameTrials(requests(make(), sgd(3, 2), { order: 3, keepsCurvature }));
    }
  });
}

test("so are those of weights that go along each other, one point a batch", async () => {
  const [u, v] = [weight("u"), weight("v", 2)];
  const loss = add(times(u, at(v, 0)), times(at(v, 1), u), times(datum("x"), call("square", [at(v, 0)])));
  const data = [rowsOf(3, { x: { shape: [], values: numbers(3, 1) } })];
  await expectSameTrials(requests(landscapeOf(loss, { u: [], v: [2] }, data), sgd(4)));
  const alone = add(times(u, weight("w")));
  await expectSameTrials(requests(landscapeOf(alone, { u: [], w: [] }, data), sgd(4)));
});

test("so are those from numbers beyond single precision, which stay in double", async () => {
  const loss = call("square", [add(times(weight("w"), 1e-40), times(-1, datum("x")))]);
  const data = [rowsOf(3, { x: { shape: [], values: numbers(3, 1) } })];
  const far = landscapeOf(loss, { w: [] }, data);
  const weights = far.weights.map((one) => ({ ...one, start: Float64Array.of(2e40) }));
  const [, large] = requests({ ...far, weights }, sgd(4));
  const asked = { ...large, eta: 1e78 };
  expect(await measuredOf(asked, false)).toEqual(await measuredOf(asked));
  const { diverged } = await simulateLocally(asked, { workers: 0 });
  expect(diverged).toBe(0);
});

test("so are differences of descents, trial by trial", async () => {
  await expectSameTrials(requests(nets[1]![1](), { first: sgd(4, 2, 2), minus: gd }));
});

/** Both with one number a name: twice as far along the first weight, and a third along the others. */
function onMetric([written, large]: readonly [SimulationRequest, LargeRequest]): readonly [
  AnyRequest,
  AnyRequest,
] {
  const first = large.landscape.tensors[0]!.name;
  const factors = large.landscape.tensors.map(({ name }) => ({
    weight: name,
    factor: name === first ? 2 : 1 / 3,
  }));
  const diagonal = large.landscape.whole.weights.flatMap(({ name, start }) =>
    Array.from(start, () => (name === first ? 2 : 1 / 3)),
  );
  const metric = diagonal.map((factor, row) => diagonal.map((_, column) => (row === column ? factor : 0)));
  return [
    { ...written, landscape: { ...written.landscape, metric } },
    { ...large, landscape: { ...large.landscape, metric: factors } },
  ];
}

for (const [name, make] of nets) {
  test(`so is descent with a penalty of covariance on ${name}, with a metric too`, async () => {
    await expectSameTrials(requests(make(), gdc));
    await expectSameTrials(onMetric(requests(make(), gdc)));
  });
}

for (const [name, make] of nets.slice(0, 2)) {
  test(`so are its orders on ${name}, and what descents have beyond it`, async () => {
    for (const keepsCurvature of [false, true]) {
      for (const order of [1, 2, 3]) {
        await expectSameTrials(onMetric(requests(make(), gdc, { order, keepsCurvature })));
      }
      const form = { order: 2, keepsCurvature };
      await expectSameTrials(requests(make(), { first: sgd(4), minus: gdc }, form));
      await expectSameTrials(requests(make(), { first: gdc, minus: gd }, form));
    }
  });
}

test("sums do not depend on how the trials are cut, nor on threads", async () => {
  const [, request] = requests(nets[0]![1](), sgd(4, 2));
  const known = ({ statistics, trials, diverged, steps }: SimulationResult) => ({
    statistics,
    trials,
    diverged,
    steps,
  });
  const whole = { ...request, firstTrial: 0, trials: 60 };
  const once = await simulateLocally(whole, { workers: 0 });
  const shards: SimulationResult[] = [];
  for (const [from, to] of [
    [0, 1],
    [1, 35],
    [35, 60],
  ] as const) {
    shards.push(await simulateLocally({ ...whole, firstTrial: from, trials: to - from }, { workers: 0 }));
  }
  expect(known(shards.reverse().reduce(mergeResults))).toEqual(known(once));
  expect(known(await simulateLocally(whole, { workers: 2 }))).toEqual(known(once));
});

test("trials that diverge are in no mean, and all others are", async () => {
  const pair = requests(nets[0]![1](), sgd(40)).map((request) => ({ ...request, trials: 60 }));
  // What leaves single precision at the larger rate does not leave double.
  for (const [eta, backend] of [
    [3, "js"],
    [1, "wasm"],
  ] as const) {
    const [written, large] = await Promise.all(
      pair.map((request) => simulateLocally({ ...request, eta }, { workers: 0, backend })),
    );
    expect(large!.diverged).toBe(written!.diverged);
  }
  const always = await simulateLocally({ ...pair[1]!, eta: 1e200 }, { workers: 0 });
  expect(always).toMatchObject({ trials: 60, diverged: 60 });
  expect(always.statistics[0]!.count).toBe(0);
});

test("trials stop inside a trial that would take half an hour", async () => {
  const [, request] = requests(nets[2]![1](), sgd(20_000_000));
  const stop = new AbortController();
  const run = simulateLocally({ ...request, trials: 1000 }, { signal: stop.signal, workers: 1 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  stop.abort();
  expect(await run).toMatchObject({ cancelled: true, trials: 0 });
});

test("what is not simulated is refused in a line", async () => {
  const loss = call("square", [call("sum", [times(weight("w", 1), datum("x"))])]);
  const data = [rowsOf(2, { x: { shape: [], values: numbers(2, 1) } })];
  const [, request] = requests(landscapeOf(loss, { w: [1] }, data), {
    optimiser: "gd",
    parameters: { N: 2, T: 1, penalty: "stic", rate: 1 },
  });
  await expect(simulateLocally(request)).rejects.toThrow(
    / has no trials on tensors, .*; leave its penalty out$/,
  );
});
