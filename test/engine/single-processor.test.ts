/**
 * A processor that has trials of some requests in single precision: its floors are its own trials beside its own in double precision, and trials
 * of both are never joined. It is this processor, but pretends to round.
 */
import { expect, test } from "vitest";
import { machineRounding } from "../../src/compile/index.js";
import type { EngineSource } from "../../src/engines/index.js";
import type { BackendChoice, Run } from "../../src/runs/index.js";
import { isSingle } from "../../src/verify/engine-keys.js";
import {
  type EngineNote,
  evaluatorFor,
  runVerification,
  type VerifySpecification,
} from "../../src/verify/index.js";
import { memoryStore } from "./memory-store.js";
import { type Pretence, pretended } from "./pretended-engines.js";
import { gauss, sgd } from "./simulate-landscapes.js";

const specification: VerifySpecification = {
  ...{ name: "rounded", landscape: gauss, spacetime: sgd(10), etas: [0.1], sum: "exact", seed: 3 },
  observables: [{ name: "test_loss", weights: [] }],
  prediction: { kind: "order", order: 2 },
};
const evaluator = evaluatorFor(specification);
const single = (error: number): Pretence => ({ isSingle: true, error });
const bits = `rounding ${machineRounding()}`;

interface Verified {
  readonly run: Run;
  readonly notes: readonly EngineNote[];
  readonly resumed: readonly number[];
  readonly setAside: readonly string[];
}

async function verify(
  engines: EngineSource,
  trials: number,
  backend: BackendChoice = "auto",
  { store } = memoryStore(),
): Promise<Verified> {
  const notes: EngineNote[] = [];
  const resumed: number[] = [];
  const setAside: string[] = [];
  const [run] = await runVerification(specification, {
    ...{ engines, evaluator, trials, backend, checkpoints: store, resume: true },
    onEngine: (note) => notes.push(note),
    onResume: (_, done) => resumed.push(done),
    onSetAside: (_, reason) => setAside.push(reason),
    onSettle: (settle) => void settle(true),
  });
  return { run: run!, notes, resumed, setAside };
}

test.each(["auto", "cpu"] as const)(
  "its floor is measured, %s or not, for controlled numbers too, and is kept",
  async (backend) => {
    const kept = memoryStore();
    const { run } = await verify(pretended({ cpu: single(1e-9) }), 150_000, backend, kept);
    expect(run.backend).toBe("cpu");
    expect(run.roundingFloor).toBeCloseTo(1e-9, 15);
    const precise = await verify(pretended({ cpu: {} }), 150_000, backend);
    expect(precise.run.roundingFloor).toBeUndefined();
    expect(precise.run.measured).not.toBe(precise.run.plain!.measured);
    expect([run.measured, run.plain]).toEqual([precise.run.measured, precise.run.plain]);
    const more = await verify(pretended({ cpu: single(1e-9) }), 160_000, backend, kept);
    expect(more.resumed).toEqual([150_000]);
  },
);

test.each(["auto", "cpu"] as const)(
  "a verdict that rounding decides is inconclusive: there is nothing else (%s)",
  async (backend) => {
    const { run, notes } = await verify(pretended({ cpu: single(0.1) }), 3000, backend);
    expect(run).toMatchObject({ backend: "cpu", verdict: "inconclusive" });
    expect(run.needsPrecision).toBeUndefined();
    expect(run.reason).toMatch(
      /^single precision errs by up to .*; there are no trials of tensors in double precision, so take a larger eta$/,
    );
    expect(notes).toHaveLength(1);
  },
);

test("what it has done in one precision is not gone on with in the other, and both are kept", async () => {
  const kept = memoryStore();
  const double = pretended({ cpu: {} });
  const rounded = pretended({ cpu: single(1e-9) });
  await verify(double, 500, "cpu", kept);
  const other = await verify(rounded, 600, "auto", kept);
  expect(other.resumed).toEqual([]);
  expect(other.setAside).toEqual([
    `500 trials that cpu ${bits} had done are done anew, since another engine simulates now`,
  ]);
  for (const [engines, before] of [
    [rounded, 600],
    [double, 500],
  ] as const) {
    const { resumed, run } = await verify(engines, 700, "auto", kept);
    expect(resumed).toEqual([before]);
    expect(run.roundingFloor === undefined).toBe(engines === double);
  }
  const rows = kept
    .all()
    .flatMap((text) => (JSON.parse(text) as { results: { engines: string[] }[] }).results);
  expect(new Set(rows.map(({ engines }) => engines.join()))).toEqual(
    new Set([`cpu ${bits}`, `cpu single ${bits}`]),
  );
  expect(
    [`cpu ${bits}`, `cpu single ${bits}`, "native single rounding once", "tfjs wasm"].map(isSingle),
  ).toEqual([false, true, true, true]);
});

test("where it goes on for a device that was lost, the floor is the wider of both", async () => {
  for (const [own, device] of [
    [1e-6, 1e-8],
    [1e-8, 1e-6],
  ] as const) {
    const engines = pretended({ cpu: single(own), webgpu: { error: device, lostAfter: 1 } });
    const { run } = await verify(engines, 500_000, "webgpu");
    expect(run.backend).toBe("webgpu+cpu");
    expect(run.roundingFloor).toBeCloseTo(1e-6, 12);
  }
});
