import { beforeAll, describe, expect, test } from "vitest";
import { machineFuses } from "../../src/compile/fused.js";
import { loadAssembler } from "../../src/engines/wasm/assembler.js";
import { carriersInLoops } from "../../src/engines/wasm/loops/carrier.js";
import { type MakeCarrier, RowDerivatives, type TensorLandscape } from "../../src/tensors/index.js";
import {
  add,
  apply,
  call,
  datum,
  landscapeOf,
  matrixProduct,
  numbers,
  rowsOf,
  times,
  weight,
} from "../unit/tensors/make.js";
import { nets } from "../unit/tensors/networks.js";

let carrierOf: MakeCarrier;
beforeAll(async () => {
  carrierOf = carriersInLoops(await loadAssembler(), machineFuses());
});

/** Single precision, through some tens of operations. */
const tolerance = 1e-4;

function expectNear(found: ArrayLike<number>, right: ArrayLike<number>): void {
  const scale = Array.from(right, Math.abs).reduce((most, one) => Math.max(most, one), 1e-300);
  expect(found.length).toBe(right.length);
  const off = Array.from(right, (own, place) => Math.abs(found[place]! - own) / scale);
  expect(off.filter((share) => !(share < tolerance))).toEqual([]);
}

/** Derivatives in loops, and those that are interpreted in doubles. */
function both(net: TensorLandscape) {
  const at = Float64Array.from(net.weights.flatMap(({ start }) => [...start]));
  return {
    right: new RowDerivatives(net, at),
    single: new RowDerivatives(net, at, net.loss, carrierOf),
  };
}

describe("derivatives along directions by loops in WebAssembly", () => {
  test.each(nets)("of %s are the interpreter's to single precision", (_, make) => {
    const { right, single } = both(make());
    // Five rows are a group of four lanes and one alone.
    const rows = Array.from({ length: 5 }, (_, place) => (place * 2) % right.rows);
    const each = numbers(rows.length * right.dimension, 3);
    const one = numbers(right.dimension, 4);
    expectNear(single.rowValues(rows), right.rowValues(rows));
    for (const directions of [[], [each], [one], [each, one], [one, one], [each, each]]) {
      expectNear(single.rowGradients(rows, directions), right.rowGradients(rows, directions));
      const [all, wanted] = [single, right].map((derivatives) =>
        derivatives.rowGradientsOfAll(rows, directions),
      );
      all!.forEach((found, set) => {
        expectNear(found, wanted![set]!);
      });
    }
    expectNear(
      single.gradients(2, [numbers(2 * right.dimension, 5)]),
      right.gradients(2, [numbers(2 * right.dimension, 5)]),
    );
  });

  test("are single precision, and not doubles", () => {
    const { right, single } = both(nets[0]![1]());
    expect(single.rowGradients([0], [])).not.toEqual(right.rowGradients([0], []));
  });

  test.each([1e-30, 1e30])("along directions of size %s are in range", (size) => {
    const { right, single } = both(nets[0]![1]());
    const [one, other] = [4, 5].map((seed) => numbers(right.dimension, seed).map((value) => size * value));
    expectNear(single.rowGradients([0, 1], [one!, other!]), right.rowGradients([0, 1], [one!, other!]));
    expectNear(
      single.rowGradientsOfAll([0, 1], [one!, one!])[3]!,
      right.rowGradientsOfAll([0, 1], [one!, one!])[3]!,
    );
  });

  test("of what is not written as loops are the interpreter's, in pieces of what it may hold", () => {
    // A product in a stack that is too large for loops.
    const product = matrixProduct(weight("A", 70, 16, 16), times(datum("x"), weight("B", 70, 16, 16)));
    const stacks = landscapeOf(call("sum", [apply("tanh", product)]), { A: [70, 16, 16], B: [70, 16, 16] }, [
      rowsOf(9, { x: { shape: [], values: numbers(9, 2) } }),
    ]);
    const { right, single } = both(stacks);
    const rows = Array.from({ length: 9 }, (_, row) => row);
    const along = numbers(right.dimension, 3);
    expect(single.rowValues(rows)).toEqual(right.rowValues(rows));
    expectNear(single.rowGradients(rows, [along]), right.rowGradients(rows, [along]));
  });

  test("are each weight's where two weights' are the same number", () => {
    const loss = apply("exp", times(add(weight("u"), weight("v")), datum("x")));
    const { right, single } = both(
      landscapeOf(loss, { u: [], v: [] }, [rowsOf(3, { x: { shape: [], values: numbers(3, 2) } })]),
    );
    const along = Float64Array.of(300, 500);
    for (const [set, found] of single.rowGradientsOfAll([0, 1, 2], [along, along]).entries()) {
      expectNear(found, right.rowGradientsOfAll([0, 1, 2], [along, along])[set]!);
    }
  });
});
