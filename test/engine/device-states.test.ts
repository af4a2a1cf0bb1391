import { describe, expect, it as test } from "vitest";
import { elementaryCalls } from "../../src/compile/elementary.js";
import type { TrialsDone } from "../../src/device/index.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { shaderOfPlan } from "../../src/engines/webgpu/shader.js";
import type { SimulationPlan } from "../../src/simulate/plan.js";
import { requestOf, sgd } from "./simulate-landscapes.js";
import { describeOnGpu } from "./software-gpu.js";
import {
  columnOf,
  dataOf,
  landscape,
  plainPlan,
  programOf,
  quantityColumn,
  registerColumn,
  seed,
} from "./state-plans.js";
import { startGpu } from "./webgpu-probe.js";

/*
 * Registers on engines of single precision, where programs say what is taken off them, beside plain doubles.
 */

interface Case {
  readonly what: string;
  readonly plan: SimulationPlan;
  /** A trial's columns. */
  readonly expected: (data: readonly number[]) => readonly number[];
}

const trials = 70;
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

const onePoint: Case = {
  what: "a state that is updated once a point, and orders",
  plan: {
    ...plainPlan(7, 2, 1, "calls"),
    states: [{ start: 0.25 }, { start: 0 }, { start: 1000 }, { start: -3 }],
    // the last register stays as it is
    descent: programOf(5, (b, [w, sum, , last, u]) => [
      b.multiply(b.constant(0.125), b.subtract(u!, w!)),
      b.negate(b.multiply(w!, u!)),
      b.multiply(b.constant(0.001), elementaryCalls.exp(b, b.multiply(sum!, last!))),
    ]),
    orders: {
      displacements: [[1]],
      training: programOf(5, (b, [w, sum, , , u]) => [u!, b.multiply(w!, u!), b.multiply(u!, sum!)]),
    },
    ofState: {
      program: programOf(4, (b, [w, sum, , last]) => [b.constant(2), b.multiply(b.add(w!, last!), sum!)]),
      quantities: [0, 1].map((order) => ({ kind: "expected_loss", order })),
    },
    columns: [
      quantityColumn({ kind: "weight_displacement", weight: 0 }),
      quantityColumn({ kind: "weight_displacement", weight: 0, order: 0 }),
      quantityColumn({ kind: "weight_displacement", weight: 0, order: 1 }),
      columnOf([
        { factor: 1, quantity: { kind: "expected_loss", order: 0 } },
        { factor: -0.5, quantity: { kind: "expected_loss", order: 1 } },
      ]),
      quantityColumn({ kind: "training_loss", order: 0 }),
      quantityColumn({ kind: "training_loss", order: 1 }),
      quantityColumn({ kind: "training_loss", order: 2 }),
      quantityColumn({ kind: "training_loss" }),
      registerColumn(2),
      registerColumn(3),
    ],
  },
  expected: (data) => {
    let [w, sum, far] = [0.25, 0, 1000];
    for (const u of [...data, ...data]) {
      const before = w;
      w -= 0.125 * (u - before);
      far -= 0.001 * Math.exp(-3 * sum);
      sum += before * u;
    }
    const mean = (of: (u: number) => number) => total(data.map(of)) / data.length;
    return [
      w - 0.25,
      0,
      sum,
      2 - 0.5 * (w - 3) * sum,
      mean((u) => u),
      mean((u) => w * u),
      mean((u) => u * sum),
      mean((u) => (w * w) / 2 + u * w),
      far,
      -3,
    ];
  },
};

const batches: Case = {
  what: "a state that is updated once a batch, from sums of any number",
  plan: {
    ...plainPlan(12, 2, 3, "calls"),
    states: [{ start: 0.25 }, { start: 0 }, { start: 5 }],
    descent: programOf(4, (b, [w, , , u]) => [
      b.subtract(w!, u!),
      b.multiply(u!, u!),
      b.constant(0.5),
      b.multiply(w!, u!),
    ]),
    // descent with momentum; a register that becomes another's last value
    update: programOf(7, (b, [w, momentum, other, slopes, squares, halves, products]) => [
      b.multiply(b.constant(0.1), b.add(b.multiply(b.constant(0.5), momentum!), slopes!)),
      b.subtract(b.multiply(b.constant(0.5), momentum!), slopes!),
      b.add(b.subtract(other!, w!), b.multiply(halves!, b.subtract(squares!, products!))),
    ]),
    columns: [0, 1, 2].map(registerColumn),
  },
  expected: (data) => {
    let [w, momentum, other] = [0.25, 0, 5];
    for (const at of [0, 3, 6, 9, 0, 3, 6, 9]) {
      const batch = data.slice(at, at + 3);
      const slopes = total(batch.map((u) => w - u));
      other = w - 1.5 * (total(batch.map((u) => u * u)) - total(batch.map((u) => w * u)));
      momentum = 0.5 * momentum + slopes;
      w -= 0.1 * momentum;
    }
    return [w, momentum, other];
  },
};

function expectNear({ plan, expected }: Case, done: TrialsDone): void {
  expect(done.count).toBe(trials);
  for (let trial = 0; trial < trials; trial++) {
    expected(dataOf(trial, plan.points)).forEach((value, column) => {
      const error = Math.abs(done.values![column]![trial]! - value);
      expect(error, `trial ${trial}, column ${column}`).toBeLessThan(3e-6 * Math.max(1, Math.abs(value)));
    });
  }
}

describe("tensors carry", () => {
  test.each([onePoint, batches])("$what", async (one) => {
    const { engine } = await openBundled("cpu");
    const request = requestOf(landscape, sgd(one.plan.points), { seed });
    const simulation = new TensorSimulation(engine, request, one.plan);
    const run = () => simulation.run({ first: 0, trials, values: true }, new AbortController().signal);
    const done = await run();
    // what is left of a run is the numbers of its programs
    const before = engine.tf.memory().numTensors;
    await run();
    expect(engine.tf.memory().numTensors).toBe(before);
    simulation.dispose();
    expectNear(one, done);
  });
});

describeOnGpu("a GPU carries", () => {
  test.each([onePoint, batches])("$what", async (one) => {
    const link = startGpu();
    await link.ask("open", {});
    await link.ask("load", shaderOfPlan(one.plan, { landscape, seed }));
    expectNear(one, await link.ask("run", { first: 0, trials, values: true }));
    link.close();
  });

  test("reshuffled batches as any", async () => {
    const plan = { ...batches.plan, reshuffled: true };
    const link = startGpu();
    await link.ask("open", {});
    await link.ask("load", shaderOfPlan(plan, { landscape, seed }));
    const done = await link.ask("run", { first: 0, trials, values: true });
    const { engine } = await openBundled("cpu");
    const request = requestOf(landscape, sgd(12), { seed });
    const tensors = new TensorSimulation(engine, request, plan);
    const others = await tensors.run({ first: 0, trials, values: true }, new AbortController().signal);
    tensors.dispose();
    done.values!.forEach((values, column) => {
      values.forEach((value, trial) => {
        expect(Math.abs(value! - others.values![column]![trial]!)).toBeLessThan(5e-6);
      });
    });
    link.close();
  });
});
