import { describe, expect, test } from "vitest";
import { elementaryFunctions, expandLandscape } from "../../../src/landscape/index.js";
import {
  directions,
  gradientProgram,
  type LiftedProgram,
  liftProgram,
  lowerLandscape,
  powerSeries,
  sizeOf,
  type TensorExpression,
  TensorInterpreter,
  type TensorLandscape,
  type TensorProgram,
} from "../../../src/tensors/index.js";
import { alongScalars } from "./along.js";
import { cases, shapes, w } from "./cases.js";
import { add, apply, call, datum, landscapeOf, numbers, raised, rowsOf, times } from "./make.js";

/** Where each function is tried, from a vector of numbers between −0.8 and 0.8. */
const places: Readonly<Record<string, (v: TensorExpression) => TensorExpression>> = {
  log: (v) => add(1.5, v),
  log2: (v) => add(1.5, v),
  log10: (v) => add(1.5, v),
  sqrt: (v) => add(1.5, v),
  cbrt: (v) => add(-1.5, v),
  acosh: (v) => add(2.5, v),
  abs: (v) => add(-1.5, v),
};

const tried: (readonly [string, TensorExpression])[] = [
  ...cases.map(([name, expression]) => [name, expression] as const),
  ...elementaryFunctions.map((name) => [name, apply(name, places[name]?.(w("v")) ?? w("v"))] as const),
  ["sqrt by a power", raised(add(1.5, w("v")), 0.5)],
  ["a power of a number", raised(2, w("v"))],
  ["a square times itself", times(call("square", [w("v")]), w("v"), w("v"))],
];

/** The loss that a tensor is tried in: it bends in every entry, and each counts differently. */
function lossOf(tensor: TensorExpression): TensorExpression {
  const flat = call("flatten", [tensor]);
  return call("sum", [times(apply("sin", flat), datum("factors", ...flat.shape))], undefined);
}

/** The landscape of one row in which a tensor is tried: the expected loss is the loss. */
function landscapeFor(tensor: TensorExpression): TensorLandscape {
  const size = sizeOf(tensor.shape);
  const row = rowsOf(1, {
    label: { shape: [], values: [2] },
    labels: { shape: [3], values: [3, 0, 1] },
    shares: { shape: [4], values: [0.1, 0.2, 0.3, 0.4] },
    factors: { shape: [size], values: numbers(size, 4) },
  });
  return landscapeOf(lossOf(tensor), shapes, [row]);
}

/** Tensors in the shapes of all inputs. */
type Inputs = readonly Float64Array[];

/** A direction in the weights. */
function direction(net: TensorLandscape, seed: number): Inputs {
  return net.weights.map(({ shape }, i) => numbers(sizeOf(shape), seed + 0.37 * i));
}

function inputsAt(net: TensorLandscape): Inputs {
  const data = net.data.flatMap((source) => (source.kind === "rows" ? source.columns : []));
  return [...net.weights.map(({ start }) => start), ...data.map(({ values }) => Float64Array.from(values))];
}

function run(program: TensorProgram, inputs: Inputs): Inputs {
  return new TensorInterpreter(
    program,
    program.inputs.map(() => false),
    1,
  )
    .run(inputs)
    .map((output) => output.slice());
}

/** Runs a lifted program with components for each input. @returns the components of each output; zeros are missing. */
function runLifted(
  { program, inputs, outputs }: LiftedProgram,
  components: readonly (readonly (Float64Array | undefined)[])[],
): (Float64Array | undefined)[][] {
  const given: Float64Array[] = [];
  inputs.forEach((numbersOf, input) => {
    numbersOf.forEach((number, component) => {
      if (number >= 0) {
        given[number] = components[input]![component]!;
      }
    });
  });
  const found = run(program, given);
  return outputs.map((places) => places.map((place) => found[place]));
}

const inner = (one: Inputs, other: Inputs): number =>
  one.reduce((total, own, i) => total + own.reduce((sum, x, k) => sum + x * other[i]![k]!, 0), 0);

const scalar = (component: Float64Array | undefined): number => component?.[0] ?? 0;

/** All that our programs say of the derivatives along three directions. */
function derivativesAlong(net: TensorLandscape, [a, b, c]: readonly [Inputs, Inputs, Inputs]) {
  const loss = lowerLandscape(net);
  const count = net.weights.length;
  const weightInputs = net.weights.map((_, i) => i);
  const gradient = gradientProgram(loss, weightInputs);
  const at = inputsAt(net);
  const lifted = (
    program: TensorProgram,
    algebra: ReturnType<typeof directions>,
    parts: (Inputs | undefined)[],
  ) =>
    runLifted(
      liftProgram(
        program,
        algebra,
        at.map((_, i) =>
          i < count ? [...parts.keys()].filter((k) => parts[k] !== undefined).map((k) => k + 1) : [],
        ),
      ),
      at.map((own, i) => [own, ...parts.map((part) => part?.[i])]),
    );
  const [value, ...slopes] = run(gradient, at);
  const [cube] = lifted(loss, directions(3), [a, b, undefined, c]);
  const [, ...curved] = lifted(gradient, directions(2), [a, b]);
  const [series] = lifted(loss, powerSeries(3), [a, b, c]);
  const curvature = (component: number): Inputs =>
    curved.map((own, i) => own[component] ?? new Float64Array(at[i]!.length));
  return {
    value: scalar(value),
    slopes,
    cube: cube!.map(scalar),
    curvature,
    series: series!.map(scalar),
  };
}

const close = (found: number, wanted: number, scale: number, tolerance: number): void => {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(tolerance * (scale + Math.abs(wanted)));
};

describe("derivatives of every operation", () => {
  test.each(tried)("%s", (_, tensor) => {
    const net = landscapeFor(tensor);
    const along = [direction(net, 2.1), direction(net, 5.7), direction(net, 8.3)] as const;
    const [a, b, c] = along;
    const found = derivativesAlong(net, along);

    // the scalar evaluator
    const expansion = expandLandscape(alongScalars(net, along), { order: 3, partSize: 1 });
    const D = (...indices: number[]): number => expansion.cumulant([expansion.derivative(indices)]);
    const scale = 1 + Math.max(...[D(0), D(1), D(0, 1), D(0, 1, 2), D(0, 0, 0)].map(Math.abs));
    const agrees = (own: number, wanted: number): void => close(own, wanted, scale, 1e-11);
    agrees(found.value, expansion.loss);
    agrees(inner(found.slopes, a), D(0));
    agrees(inner(found.slopes, c), D(2));
    for (const [set, indices] of [[0], [1], [0, 1], [2], [0, 2], [1, 2], [0, 1, 2]].entries()) {
      agrees(found.cube[set + 1]!, D(...indices));
    }
    agrees(inner(found.curvature(1), c), D(0, 2));
    agrees(inner(found.curvature(3), c), D(0, 1, 2));
    agrees(inner(found.curvature(3), a), D(0, 0, 1));
    agrees(found.series[1]!, D(0));
    agrees(found.series[2]!, D(1) + D(0, 0) / 2);
    agrees(found.series[3]!, D(2) + D(0, 1) + D(0, 0, 0) / 6);

    // differences, each order by those of the one below
    const h = 1e-4;
    const moved = (step: number): TensorLandscape => ({
      ...net,
      weights: net.weights.map((weight, i) => ({
        ...weight,
        start: weight.start.map((x, k) => x + step * b[i]![k]!),
      })),
    });
    const [before, after] = [derivativesAlong(moved(-h), along), derivativesAlong(moved(h), along)];
    const differs = (own: number, one: number, other: number): void =>
      close(own, (other - one) / (2 * h), scale, 3e-6);
    differs(inner(found.slopes, b), before.value, after.value);
    differs(inner(found.curvature(1), b), inner(before.slopes, a), inner(after.slopes, a));
    differs(inner(found.curvature(3), c), inner(before.curvature(1), c), inner(after.curvature(1), c));
  });
});
