import { describe, expect, test } from "vitest";
import { type Expansion, expandLandscape } from "../../../src/landscape/index.js";
import {
  gradientProgram,
  inputsOf,
  liftProgram,
  lowerLandscape,
  powerSeries,
  sizeOf,
  type TensorExpression,
  TensorInterpreter,
  unfoldLandscape,
} from "../../../src/tensors/index.js";
import { apply, call, datum, landscapeOf, numbers, rowsOf, times, weight } from "./make.js";
import { allData, nets, softmaxRegression, tanh } from "./networks.js";

const order = 4;

/** `E l(θ₀ + ε a)` as a power series, by all derivatives along `a`. */
function seriesAlong(expansion: Expansion): number[] {
  let factorial = 1;
  return Array.from({ length: order + 1 }, (_, k) => {
    factorial *= Math.max(1, k);
    return expansion.cumulant([expansion.derivative(new Array<number>(k).fill(0))]) / factorial;
  });
}

describe("networks are the same as programs and as scalars", () => {
  test.each(nets)("%s", (_, make) => {
    const net = make();
    const count = net.weights.length;
    const { inputs: data, probabilities } = allData(net);
    const starts = net.weights.map(({ start }) => start);
    const mean = (values: Float64Array, size = 1, entry = 0): number =>
      probabilities.reduce((total, share, item) => total + share * values[item * size + entry]!, 0);

    const unfolded = unfoldLandscape(net);
    const first = expandLandscape(unfolded, { order: 1, partSize: 1 });

    // over all that the data can be: the loss and its gradient
    const gradient = gradientProgram(
      lowerLandscape(net),
      starts.map((__, i) => i),
    );
    const overRows = new TensorInterpreter(
      gradient,
      inputsOf(net).map(({ kind }) => kind === "datum"),
      probabilities.length,
    );
    const [losses, ...slopes] = overRows.run([...starts, ...data]);
    expect(mean(losses!)).toBeCloseTo(first.loss, 13);
    let place = 0;
    net.weights.forEach(({ shape }, i) => {
      const size = sizeOf(shape);
      for (let entry = 0; entry < size; entry++) {
        const found = overRows.varies[1 + i]! ? mean(slopes[i]!, size, entry) : slopes[i]![entry]!;
        expect(found).toBeCloseTo(first.cumulant([first.derivative([place++])]), 12);
      }
    });

    // as a power series along a direction
    const steps = net.weights.map(({ shape }, i) => numbers(sizeOf(shape), 3.3 + i));
    const lifted = liftProgram(
      lowerLandscape(net),
      powerSeries(order),
      inputsOf(net).map(({ kind }) => (kind === "weight" ? [1] : [])),
    );
    const series = new TensorInterpreter(
      lifted.program,
      lifted.inputs.flatMap((components, input) =>
        components.filter((number) => number >= 0).map(() => input >= count),
      ),
      probabilities.length,
    );
    const coefficients = series.run([...starts.flatMap((start, i) => [start, steps[i]!]), ...data]);
    const along = seriesAlong(
      expandLandscape(unfolded, {
        order,
        partSize: 1,
        basis: [steps.flatMap((step) => [...step])],
      }),
    );
    along.forEach((wanted, k) => {
      const output = lifted.outputs[0]![k]!;
      const found =
        output < 0 ? 0 : series.varies[output]! ? mean(coefficients[output]!) : coefficients[output]![0]!;
      expect(found).toBeCloseTo(wanted, 12);
    });
  });

  test.each(nets)("%s in trials that have weights of their own", (_, make) => {
    const net = make();
    const { inputs: data } = allData(net);
    const program = gradientProgram(
      lowerLandscape(net),
      net.weights.map((__, i) => i),
    );
    const sizes = program.inputs.map(sizeOf);
    const trials = 5;
    /** Weights of a trial, and a datum of its own. */
    const inputsOfTrial = (trial: number): Float64Array[] =>
      sizes.map((size, i) => {
        const own = data[i - net.weights.length];
        return own === undefined
          ? numbers(size, trial + 0.3 * i)
          : own.slice(trial * size, (trial + 1) * size);
      });
    const one = new TensorInterpreter(
      program,
      sizes.map(() => false),
      1,
    );
    const alone = Array.from({ length: trials }, (__, trial) =>
      one.run(inputsOfTrial(trial)).map((output) => [...output]),
    );
    const batch = new TensorInterpreter(
      program,
      sizes.map(() => true),
      3,
    );
    // a whole batch, then one that is not full
    for (const [from, to] of [
      [0, 3],
      [3, 5],
    ] as const) {
      const own = Array.from({ length: to - from }, (__, k) => inputsOfTrial(from + k));
      const inputs = sizes.map((___, i) => Float64Array.from(own.flatMap((trial) => [...trial[i]!])));
      const outputs = batch.run(inputs, to - from);
      outputs.forEach((output, i) => {
        expect([...output]).toEqual(alone.slice(from, to).flatMap((trial) => trial[i]!));
      });
    }
  });

  test("what does not vary is one for all items", () => {
    const net = softmaxRegression();
    const program = gradientProgram(
      lowerLandscape({
        ...net,
        loss: times(2, weight("w")),
        weights: [{ name: "w", shape: [], start: Float64Array.of(3) }],
      }),
      [0],
    );
    const interpreter = new TensorInterpreter(program, [false, true, true], 4);
    expect(interpreter.varies).toEqual([false, false]);
    const outputs = interpreter.run([Float64Array.of(3), new Float64Array(8), new Float64Array(4)]);
    expect(outputs.map((output) => [...output])).toEqual([[6], [2]]);
  });
});

describe("far out", () => {
  const far = (kind: string, loss: TensorExpression): [string, TensorExpression] => [kind, loss];
  const u = weight("u", 3);
  test.each([
    far("cross_entropy", call("cross_entropy", [u, datum("label")])),
    far("softmax", call("dot", [call("softmax", [u]), datum("shares", 3)])),
    far("log_softmax", call("dot", [call("log_softmax", [u]), datum("shares", 3)])),
    far("logsumexp", call("logsumexp", [u, times(-1, u), call("square", [times(0.001, u)])])),
    ...(["tanh", "sigmoid", "softplus", "logcosh", "erf", "atan", "asinh", "sin"] as const).map((name) =>
      far(name, apply(name, u)),
    ),
    far("a Gaussian", apply("exp", times(-1, call("square", [u])))),
  ])("%s and its derivatives are finite", (_, tensor) => {
    const net = landscapeOf(call("sum", [tensor], undefined), { u: [3] }, [
      rowsOf(1, { label: { shape: [], values: [1] }, shares: { shape: [3], values: [0.2, 0.5, 0.3] } }),
    ]);
    const gradient = gradientProgram(lowerLandscape(net), [0]);
    const { program, inputs } = liftProgram(gradient, powerSeries(3), [[1]]);
    expect(inputs[0]).toEqual([0, 1, -1, -1]);
    const interpreter = new TensorInterpreter(
      program,
      program.inputs.map(() => false),
      1,
    );
    for (const start of [
      [1e4, -1e4, 1e4 - 1],
      [-1e4, -1e4, -1e4],
      [1e4, 0, -1],
    ]) {
      const outputs = interpreter.run([
        Float64Array.from(start),
        Float64Array.of(1, -2, 3),
        Float64Array.of(1),
        Float64Array.of(0.2, 0.5, 0.3),
      ]);
      for (const output of outputs) {
        for (const value of output) {
          expect(Number.isFinite(value)).toBe(true);
        }
      }
    }
  });

  test("what is small beside something large keeps its digits", () => {
    // the second derivative of logsumexp(t, −t) is 1/cosh(t)², of tanh is −2 tanh(t)/cosh(t)²
    const t = weight("t");
    for (const [loss, wanted] of [
      [call("logsumexp", [t, times(-1, t)]), 1 / Math.cosh(18) ** 2],
      [tanh(t), (-2 * Math.tanh(18)) / Math.cosh(18) ** 2],
    ] as const) {
      const { program, outputs } = liftProgram(lowerLandscape(landscapeOf(loss, { t: [] })), powerSeries(2), [
        [1],
      ]);
      const interpreter = new TensorInterpreter(program, [false, false], 1);
      const found = interpreter.run([Float64Array.of(18), Float64Array.of(1)]);
      expect((2 * found[outputs[0]![2]!]![0]!) / wanted).toBeCloseTo(1, 12);
    }
  });
});
