import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import { elementary } from "../../src/compile/elementary.js";
import { machineFuses } from "../../src/compile/fused.js";
import type { ProgramBuilder, Value } from "../../src/compile/program.js";
import { WasmKernel } from "../../src/engines/wasm/kernel.js";
import { buildKernelModule } from "../../src/engines/wasm/module.js";
import { fusePlan } from "../../src/simulate/fuse-plan.js";
import { simulateTrials } from "../../src/simulate/kernel.js";
import { planSimulation, type SimulationPlan } from "../../src/simulate/plan.js";
import { TwinKernel } from "../../src/simulate/twin.js";
import {
  columnOf,
  dataOf,
  plainPlan,
  programOf,
  quantityColumn,
  registerColumn,
  seed,
} from "./state-plans.js";
import { cases, requestOf } from "./test-loss-cases.js";

/*
 * Trials that carry registers beside their weights: both kernels to the bit, and beside plain numbers.
 */

/** Each trial's columns, after both kernels have given the same bits. */
async function measured(plan: SimulationPlan, trials: number): Promise<readonly (readonly number[])[]> {
  let first: { values: number[][]; chunk: unknown } | undefined;
  for (const fuses of new Set([false, machineFuses()])) {
    const made = fuses ? fusePlan(plan) : plan;
    const results = [
      new TwinKernel(made, seed, 4),
      // as a thread has it that was sent it
      new WasmKernel(await buildKernelModule(made, 16), structuredClone(made), seed),
    ].map((kernel) => {
      const chunk = simulateTrials(kernel, made, 0, trials, () => false);
      return { values: made.columns.map((_, column) => kernel.values(column, 0, trials)), chunk };
    });
    expect(results[1]).toEqual(results[0]);
    first ??= results[0];
  }
  return first!.values;
}

function expectNear(values: readonly (readonly number[])[], expected: (trial: number) => number[]): void {
  values[0]!.forEach((_, trial) => {
    expected(trial).forEach((value, column) => {
      const error = Math.abs(values[column]![trial]! - value);
      expect(error, `trial ${trial}, column ${column}`).toBeLessThan(1e-13 * Math.max(1, Math.abs(value)));
    });
  });
}

describe("a trial's state", () => {
  const registers = [{ start: 0.25 }, { start: 3 }, { start: 0 }, { start: -1 }, { start: 7 }, { start: 8 }];

  test("is updated once a point, with step constants, and otherwise in later passes", async () => {
    const points = 13;
    const rows = Float64Array.from({ length: 2 * points }, (_, at) => 0.3 + at / 16);
    const plan: SimulationPlan = {
      ...plainPlan(points, 3),
      states: registers,
      // a weight; a counter; a sum of data; the last datum; two that change places
      descent: programOf(9, (b, [w, count, sum, , one, other, u, first, second]) => [
        b.subtract(w!, b.multiply(first!, b.subtract(w!, u!))),
        b.add(count!, b.constant(1)),
        b.add(sum!, b.multiply(second!, u!)),
        u!,
        other!,
        one!,
      ]),
      steps: { rows, width: 2 },
      later: {
        descent: programOf(7, (b, [w, count, , , , , u]) => [
          b.add(w!, b.multiply(b.constant(0.125), u!)),
          b.add(count!, b.constant(10)),
        ]),
      },
      columns: registers.map((_, register) => registerColumn(register)),
    };
    expectNear(await measured(plan, 19), (trial) => {
      const data = dataOf(trial, points);
      let [w, sum] = [0.25, 0];
      data.forEach((u, t) => {
        w -= rows[2 * t]! * (w - u);
        sum += rows[2 * t + 1]! * u;
      });
      for (const u of [...data, ...data]) {
        w += 0.125 * u;
      }
      return [w, 3 + points + 20 * points, sum, data.at(-1)!, 8, 7];
    });
  });

  test("is updated once a batch from sums of any number", async () => {
    const [points, batch] = [12, 3];
    const rows = Float64Array.from([0.5, 0.25, 0.125, 0.75]);
    const plan: SimulationPlan = {
      ...plainPlan(points, 2, batch),
      states: registers,
      descent: programOf(8, (b, [w, count, , , , , u, step]) => [
        b.subtract(w!, u!),
        b.multiply(u!, b.multiply(u!, count!)),
        b.multiply(step!, u!),
      ]),
      update: programOf(10, (b, [w, count, sum, last, one, other, slopes, squares, scaled, step]) => [
        b.subtract(w!, b.multiply(step!, slopes!)),
        b.add(count!, b.constant(1)),
        b.add(sum!, squares!),
        b.subtract(scaled!, last!),
        other!,
        one!,
      ]),
      steps: { rows, width: 1 },
      // what is left to the built-in update: the rate times each sum, off as many registers
      later: { descent: programOf(7, (b, [w, , , , , , u]) => [b.multiply(w!, u!), u!]) },
      rate: 0.375,
      columns: registers.map((_, register) => registerColumn(register)),
    };
    expectNear(await measured(plan, 5), (trial) => {
      const data = dataOf(trial, points);
      let [w, count, sum, last, one, other] = registers.map(({ start }) => start) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const batches = rows.length;
      const of = (t: number) => data.slice(t * batch, (t + 1) * batch);
      const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
      for (let t = 0; t < batches; t++) {
        const slopes = total(of(t).map((u) => w - u));
        sum += total(of(t).map((u) => u * u * count));
        last = total(of(t).map((u) => rows[t]! * u)) - last;
        w -= rows[t]! * slopes;
        count++;
        [one, other] = [other, one];
      }
      for (let t = 0; t < batches; t++) {
        w -= 0.375 * total(of(t).map((u) => w * u));
        count -= 0.375 * total(of(t));
      }
      return [w, count, sum, last, one, other];
    });
  });

  test("is what it would be where elementary functions have to be patched", async () => {
    const plan: SimulationPlan = {
      ...plainPlan(8, 1, 2),
      states: [{ start: 0.25 }, { start: 1000 }],
      descent: programOf(3, (b, [w, large, u]) => [
        elementary.exp(b, b.multiply(w!, u!)),
        elementary.sin(b, b.multiply(large!, u!)),
      ]),
      update: programOf(4, (b, [w, large, one, other]) => [
        b.subtract(w!, b.multiply(b.constant(0.1), one!)),
        b.add(elementary.exp(b, b.subtract(b.constant(-750), w!)), b.add(large!, elementary.cos(b, other!))),
      ]),
      columns: [registerColumn(0), registerColumn(1)],
    };
    expectNear(await measured(plan, 40), (trial) => {
      const data = dataOf(trial, 8);
      let [w, large] = [0.25, 1000];
      for (let at = 0; at < data.length; at += 2) {
        const [one, other] = [data[at]!, data[at + 1]!];
        const grown = Math.exp(w * one) + Math.exp(w * other);
        large = Math.exp(-750 - w) + large + Math.cos(Math.sin(large * one) + Math.sin(large * other));
        w -= 0.1 * grown;
      }
      return [w, large];
    });
  });

  test("has the same bits in both kernels for random programs, large ones too", async () => {
    const plans = fc.record({
      registers: fc.integer({ min: 1, max: 6 }),
      batch: fc.constantFrom(1, 1, 2, 3),
      batches: fc.integer({ min: 1, max: 4 }),
      epochs: fc.integer({ min: 1, max: 2 }),
      width: fc.integer({ min: 0, max: 2 }),
      hasLater: fc.boolean(),
      length: fc.constantFrom(5, 40, 900, 2500),
      salt: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(
        plans,
        async ({ registers, batch, batches, epochs, width, hasLater, length, salt }) => {
          let state = salt >>> 0;
          const below = (most: number) => {
            state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
            return Math.floor((state / 2 ** 32) * most);
          };
          const random = (inputs: number, outputs: number) =>
            programOf(inputs, (b, given) => randomValues(b, given, length, outputs, below));
          const pass = (constants: number) => {
            const sums = batch === 1 ? registers : 1 + below(registers + 2);
            return {
              descent: random(registers + 1 + constants, sums),
              ...(batch === 1 ? {} : { update: random(registers + sums + constants, registers) }),
            };
          };
          const rows = Float64Array.from({ length: batches * width }, () => below(64) / 64);
          const plan: SimulationPlan = {
            ...plainPlan(batch * batches, epochs, batch),
            states: Array.from({ length: registers }, (_, register) => ({ start: (register + 1) / 8 })),
            ...pass(width),
            ...(width === 0 ? {} : { steps: { rows, width } }),
            ...(hasLater ? { later: pass(0) } : {}),
            columns: Array.from({ length: registers }, (_, register) => registerColumn(register)),
          };
          await measured(plan, 5);
        },
      ),
      { numRuns: 25, seed: 3 },
    );
  });
});

/** Some values of a program of so many random instructions, all of them between −1 and 1 for such inputs. */
function randomValues(
  b: ProgramBuilder,
  given: readonly Value[],
  length: number,
  outputs: number,
  below: (most: number) => number,
): readonly Value[] {
  const values = [...given];
  const any = () => values[below(values.length)]!;
  const half = b.constant(0.5);
  for (let made = 0; made < length; made++) {
    const [x, y] = [any(), any()];
    const kinds = [
      () => b.multiply(half, b.add(x, y)),
      () => b.multiply(half, b.subtract(x, b.multiply(y, any()))),
      () => b.multiply(x, y),
      () => b.negate(x),
      () => b.select(b.less(x, y), any(), y),
      () => b.multiply(half, elementary.tanh(b, x)),
    ];
    values.push(kinds[below(made % 16 === 0 ? kinds.length : kinds.length - 1)]!());
  }
  return Array.from(
    { length: outputs },
    () => values[values.length - 1 - below(Math.min(values.length, 12))]!,
  );
}

describe("orders", () => {
  test("are read from the state, and those of training losses averaged over the trial's points", async () => {
    const points = 7;
    const plan: SimulationPlan = {
      ...plainPlan(points),
      states: [{ start: 0.25 }, { start: 0 }, { start: 0 }],
      descent: programOf(4, (b, [w, sum, squares, u]) => [
        b.subtract(w!, b.multiply(b.constant(0.5), u!)),
        b.add(sum!, u!),
        b.add(squares!, b.multiply(u!, u!)),
      ]),
      orders: {
        displacements: [[1, 2]],
        training: programOf(4, (b, [w, sum, , u]) => [
          u!,
          b.multiply(u!, w!),
          b.multiply(b.multiply(u!, u!), sum!),
        ]),
      },
      ofState: {
        program: programOf(3, (b, [w, sum, squares]) => [
          b.constant(4),
          b.multiply(w!, sum!),
          b.multiply(squares!, squares!),
        ]),
        quantities: [0, 1, 2].map((order) => ({ kind: "expected_loss", order })),
      },
      columns: [
        quantityColumn({ kind: "weight_displacement", weight: 0 }),
        quantityColumn({ kind: "weight_displacement", weight: 0, order: 0 }),
        quantityColumn({ kind: "weight_displacement", weight: 0, order: 1 }),
        quantityColumn({ kind: "weight_displacement", weight: 0, order: 2 }),
        quantityColumn({ kind: "expected_loss", order: 0 }),
        quantityColumn({ kind: "training_loss", order: 2 }),
        quantityColumn({ kind: "training_loss" }),
        columnOf([
          { factor: 1, quantity: { kind: "expected_loss", order: 2 } },
          { factor: -3, quantity: { kind: "training_loss", order: 1 } },
          { factor: -1, quantity: { kind: "register", register: 1 } },
        ]),
        { ...columnOf([]), product: [2, 5] },
      ],
    };
    expectNear(await measured(plan, 21), (trial) => {
      const data = dataOf(trial, points);
      const total = (f: (u: number) => number) => data.reduce((sum, u) => sum + f(u), 0);
      const [sum, squares] = [total((u) => u), total((u) => u * u)];
      const w = 0.25 - sum / 2;
      return [
        -sum / 2,
        0,
        sum,
        squares,
        4,
        (squares * sum) / points,
        total((u) => (w * w) / 2 + u * w) / points,
        squares * squares - (3 * w * sum) / points - sum,
        (sum * squares * sum) / points,
      ];
    });
  });

  test("stay with a trial whose expected loss is found elsewhere", async () => {
    const one = cases.find(({ what }) => what.startsWith("a bell, trials spread"))!;
    const plain = planSimulation(requestOf(one, 60));
    const expected = { kind: "expected_loss" } as const;
    const plan: SimulationPlan = {
      ...plain,
      states: [...plain.states, { start: 0 }],
      descent: programOf(3, (b, [u, sum, x]) => [
        b.subtract(u!, b.multiply(b.constant(0.5), x!)),
        b.add(sum!, b.multiply(x!, x!)),
      ]),
      orders: {
        displacements: [[]],
        training: programOf(3, (_, [, , x]) => [x!]),
      },
      ofState: {
        program: programOf(2, (b, [u]) => [b.constant(0), b.multiply(b.constant(2), u!)]),
        quantities: [0, 1].map((order) => ({ ...expected, order })),
      },
      columns: [
        columnOf([{ factor: 1, quantity: expected }], true),
        columnOf(
          [
            { factor: 1, quantity: expected },
            { factor: -1, quantity: { ...expected, order: 1 } },
            { factor: 2, quantity: { kind: "training_loss", order: 0 } },
            { factor: -1, quantity: { kind: "register", register: 1 } },
          ],
          true,
        ),
        quantityColumn({ ...expected, order: 1 }),
        quantityColumn({ kind: "training_loss", order: 0 }),
        registerColumn(1),
      ],
    };
    // the kernels' points are trusted nowhere, so that each trial's loss is found elsewhere
    const nowhere = { ...plan.check!, box: [{ low: 1, high: -1 }] };
    const values = await measured({ ...plan, stored: true, check: nowhere }, 37);
    expectNear([values[1]!], (trial) => [
      values[0]![trial]! - values[2]![trial]! + 2 * values[3]![trial]! - values[4]![trial]!,
    ]);
    expect(new Set(values[0]!.map(Number.isFinite))).toEqual(new Set([true]));
  });
});
