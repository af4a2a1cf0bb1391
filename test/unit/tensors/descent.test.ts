import { expect, test } from "vitest";
import {
  gradientProgram,
  inputsOf,
  liftProgram,
  lowerLandscape,
  powerSeries,
  TensorInterpreter,
  type TensorLandscape,
} from "../../../src/tensors/index.js";
import { allData, nets, rows } from "./networks.js";

/** The loss at the last row after updates by the first ones, at a learning rate, step by step. */
function descended(net: TensorLandscape, eta: number, steps: number): number {
  const count = net.weights.length;
  const program = gradientProgram(
    lowerLandscape(net),
    net.weights.map((_, i) => i),
  );
  const interpreter = new TensorInterpreter(
    program,
    program.inputs.map(() => false),
    1,
  );
  let theta = net.weights.map(({ start }) => start);
  for (let step = 0; step < steps; step++) {
    const [, ...slopes] = interpreter.run([...theta, ...dataOf(net, step)]);
    theta = theta.map((own, i) => own.map((x, k) => x - eta * slopes[i]![k]!));
  }
  expect(theta).toHaveLength(count);
  return interpreter.run([...theta, ...dataOf(net, rows - 1)])[0]![0]!;
}

function dataOf(net: TensorLandscape, row: number): Float64Array[] {
  const { inputs, probabilities } = allData(net);
  // from the end, where more is kept
  const item = probabilities.length - 1 - ((7 * row) % probabilities.length);
  return inputs.map((values) => {
    const size = values.length / probabilities.length;
    return values.slice(item * size, (item + 1) * size);
  });
}

/** The same as a power series in the learning rate: what updates do is a series, and each moves it by one order. */
function seriesOfDescent(net: TensorLandscape, steps: number, order: number): number[] {
  const isWeight = inputsOf(net).map(({ kind }) => kind === "weight");
  const powers = Array.from({ length: order }, (_, k) => k + 1);
  const gradient = liftProgram(
    gradientProgram(
      lowerLandscape(net),
      net.weights.map((_, i) => i),
    ),
    powerSeries(order - 1),
    isWeight.map((own) => (own ? powers.slice(0, -1) : [])),
  );
  const loss = liftProgram(
    lowerLandscape(net),
    powerSeries(order),
    isWeight.map((own) => (own ? powers : [])),
  );
  const run = (
    { program, inputs, outputs }: typeof loss,
    theta: readonly (readonly Float64Array[])[],
    row: number,
  ): Float64Array[][] => {
    const data = dataOf(net, row);
    const given: Float64Array[] = [];
    inputs.forEach((components, input) => {
      components.forEach((number, power) => {
        if (number >= 0) {
          given[number] = theta[input]?.[power] ?? data[input - theta.length]!;
        }
      });
    });
    const found = new TensorInterpreter(
      program,
      program.inputs.map(() => false),
      1,
    ).run(given);
    return outputs.map((places) => places.map((place) => found[place]?.slice() ?? new Float64Array(0)));
  };
  const theta = net.weights.map(({ start }) => [start, ...powers.map(() => start.map(() => 0))]);
  for (let step = 0; step < steps; step++) {
    const [, ...slopes] = run(gradient, theta, step);
    slopes.forEach((series, i) => {
      for (const power of powers) {
        theta[i]![power] = theta[i]![power]!.map((x, k) => x - (series[power - 1]![k] ?? 0));
      }
    });
  }
  return run(loss, theta, rows - 1)[0]!.map((coefficient) => coefficient[0] ?? 0);
}

test.each(nets)("descent on %s is a power series in the learning rate", (_, make) => {
  const net = make();
  const [steps, order] = [4, 3];
  const series = seriesOfDescent(net, steps, order);
  const leftOver = (eta: number): number =>
    descended(net, eta, steps) - series.reduce((sum, coefficient, k) => sum + coefficient * eta ** k, 0);
  // halving the rate divides what is of order 4 and above by 16
  const [one, half] = [leftOver(0.01), leftOver(0.005)];
  expect(Math.abs(one)).toBeLessThan(1e-4);
  expect(one / half).toBeGreaterThan(14);
  expect(one / half).toBeLessThan(18);
});
