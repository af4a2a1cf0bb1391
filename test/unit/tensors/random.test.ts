import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateExpression } from "../../../src/landscape/index.js";
import {
  directions,
  gradientProgram,
  liftProgram,
  lowerLandscape,
  type Shape,
  ShapeError,
  sizeOf,
  type TensorExpression,
  TensorInterpreter,
  unfoldLandscape,
} from "../../../src/tensors/index.js";
import { times as often } from "../../times.js";
import {
  add,
  apply,
  at,
  call,
  landscapeOf,
  matrixProduct,
  named,
  negative,
  numbers,
  over,
  times,
  weight,
} from "./make.js";
import { naive } from "./naive.js";

const shapes: Readonly<Record<string, Shape>> = { s: [], v: [3], M: [2, 3], R: [1, 3], T: [2, 3, 2] };

const starts = new Map(
  Object.entries(shapes).map(([name, shape], seed) => [name, numbers(sizeOf(shape), seed + 1, 0.8)]),
);

type Make = (x: TensorExpression, y: TensorExpression, n: number) => TensorExpression;

/** What an expression may be made of two others by. */
const makers: readonly Make[] = [
  (x, y) => add(x, y),
  (x, y) => times(x, y),
  (x, _, n) => times(n - 1.5, x),
  (x, y) => over(x, add(3, apply("tanh", y))),
  (x) => negative(x),
  (x, y, n) => add(x, negative(times(n, y)), x),
  (x) => apply("tanh", x),
  (x) => named("let", apply("sin", x)),
  (x, y) => matrixProduct(x, y),
  (x, y) => matrixProduct(x, call("transpose", [y])),
  (x, _, n) => call("sum", [x], n),
  (x) => call("sum", [x], undefined),
  (x) => call("softmax", [x]),
  (x) => call("transpose", [x]),
  (x, _, n) => at(x, n),
  (x) => call("reshape", [x], sizeOf(x.shape)),
  (x) => call("reshape", [x], sizeOf(x.shape), 1),
  (x, y) => call("concat", [x, y], -1),
];

/** Expressions of random shapes, each step of two that are there; what has no shape is left out. */
const expressions = fc
  .array(fc.record({ make: fc.nat(makers.length - 1), x: fc.nat(30), y: fc.nat(30), n: fc.nat(3) }), {
    minLength: 4,
    maxLength: 14,
  })
  .map((steps) => {
    const known: TensorExpression[] = Object.entries(shapes).map(([name, shape]) => weight(name, ...shape));
    for (const { make, x, y, n } of steps) {
      try {
        // the last ones more often, so that expressions are deep
        const pick = (i: number): TensorExpression =>
          known[Math.max(0, known.length - 1 - (i % known.length))]!;
        const next = makers[make]!(pick(x), pick(y), n);
        if (sizeOf(next.shape) <= 40) {
          known.push(next);
        }
      } catch (error) {
        if (!(error instanceof ShapeError)) {
          throw error;
        }
      }
    }
    const parts = known.slice(-4).map((part) => call("sum", [apply("sin", part)], undefined));
    return add(...parts);
  });

describe("expressions at random", () => {
  test("have the same values by definition, as programs and as scalars, and derivatives to order 3", () => {
    let deep = 0;
    fc.assert(
      fc.property(expressions, (loss) => {
        const net = landscapeOf(loss, shapes);
        const inputs = [...starts.values()];
        const step = Object.values(shapes).map((shape, i) => numbers(sizeOf(shape), 7.7 + i));
        const moved = (by: number): Float64Array[] =>
          inputs.map((start, i) => start.map((x, k) => x + by * step[i]![k]!));
        const valueAt = (own: readonly Float64Array[]): number =>
          naive(loss, new Map([...starts.keys()].map((name, i) => [name, own[i]!])))[0]!;
        const wanted = valueAt(inputs);
        const close = (found: number, right: number, tolerance: number): void => {
          expect(Math.abs(found - right)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(right)));
        };

        const scalars = unfoldLandscape(net);
        close(
          evaluateExpression(scalars.loss, new Map(scalars.weights.map(({ name, start }) => [name, start]))),
          wanted,
          1e-11,
        );

        const program = lowerLandscape(net);
        const gradient = gradientProgram(program, [0, 1, 2, 3, 4]);
        const interpreter = new TensorInterpreter(gradient, [false, false, false, false, false], 1);
        const gradientAt = (own: readonly Float64Array[]): number[] =>
          interpreter.run(own).flatMap((output) => [...output]);
        const [value, ...slopes] = gradientAt(inputs);
        close(value!, wanted, 1e-11);
        const along = step.flatMap((own) => [...own]);
        const inner = (own: readonly number[]): number => own.reduce((sum, x, i) => sum + x * along[i]!, 0);
        // five points: the error is of order h⁴ and of rounding over h
        const h = 2e-3;
        const slope = (f: (by: number) => number): number =>
          (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
        const first = inner(slopes);
        const numeric = slope((by) => valueAt(moved(by)));

        const cube = liftProgram(
          program,
          directions(3),
          inputs.map(() => [1, 2, 4]),
        );
        const lifted = new TensorInterpreter(
          cube.program,
          cube.program.inputs.map(() => false),
          1,
        );
        const found = lifted
          .run(inputs.flatMap((start, i) => [start, step[i]!, step[i]!, step[i]!]))
          .map((output) => output[0]!);
        const component = (set: number): number => found[cube.outputs[0]![set]!] ?? 0;
        close(component(4), first, 1e-10);
        const secondAt = (by: number): number => inner(gradientAt(moved(by)).slice(1));
        const size = Math.abs(component(7)) + Math.abs(component(3)) + Math.abs(first);
        // where derivatives are large, differences do not tell them
        if (size < 1e3) {
          deep++;
          expect(Math.abs(first - numeric)).toBeLessThanOrEqual(1e-5 * (1 + size));
          expect(Math.abs(component(5) - slope(secondAt))).toBeLessThanOrEqual(1e-5 * (1 + size));
          const third = (secondAt(h) - 2 * secondAt(0) + secondAt(-h)) / h ** 2;
          expect(Math.abs(component(7) - third)).toBeLessThanOrEqual(1e-3 * (1 + size));
        }
      }),
      { numRuns: often(150) },
    );
    expect(deep).toBeGreaterThan(often(75));
  });
});
