import type { Landscape } from "../../src/landscape/index.js";
import { numbersOf } from "../../src/observables/index.js";
import type { SpaceTime } from "../../src/optimisers/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { discrete, landscapeOf, normal, uniform } from "../unit/landscape/read.js";

type Loss = (theta: readonly number[]) => number;

export interface Case {
  readonly what: string;
  readonly landscape: Landscape;
  readonly spacetime: SpaceTime;
  readonly eta: number;
  readonly loss: Loss;
  /** E|l_x| or something like it, where the loss itself is no measure. */
  readonly scale?: Loss;
}

const gd = (N: number, T: number): SpaceTime => ({ optimiser: "gd", parameters: { N, T } });
const sgd = (N: number, E = 1): SpaceTime => ({
  optimiser: "sgd",
  parameters: { N, E, B: 1, shuffle: "same" },
});

export const cases: readonly Case[] = [
  {
    what: "a bell that narrows, all trials at 6",
    landscape: landscapeOf("-6*u + u^2/2 + exp(-(u*x)^2/2)", { u: 0 }, [normal("x")]),
    spacetime: gd(1, 1),
    eta: 1,
    loss: ([u]) => -6 * u! + u! ** 2 / 2 + 1 / Math.sqrt(1 + u! ** 2),
  },
  {
    what: "a wave that quickens",
    landscape: landscapeOf("-3*u + cos(u*x)", { u: 0 }, [normal("x")]),
    spacetime: gd(1, 1),
    eta: 1,
    loss: ([u]) => -3 * u! + Math.exp(-(u! ** 2) / 2),
  },
  {
    what: "a bell, trials spread over tens",
    landscape: landscapeOf("3*x*u + u^2/20 + exp(-(u*x)^2/2)", { u: 1 }, [normal("x")]),
    spacetime: sgd(12),
    eta: 1,
    loss: ([u]) => u! ** 2 / 20 + 1 / Math.sqrt(1 + u! ** 2),
    scale: () => 1,
  },
  {
    what: "an exponential, trials on both sides",
    landscape: landscapeOf("x*u + (u^2 - 4*u)/2 + exp(u*x)/1000", { u: 0 }, [normal("x")]),
    spacetime: sgd(3),
    eta: 0.5,
    loss: ([u]) => (u! ** 2 - 4 * u!) / 2 + Math.exp(u! ** 2 / 2) / 1000,
    scale: ([u]) => Math.exp(u! ** 2 / 2) / 1000,
  },
  {
    what: "a rare datum that carries few trials far",
    landscape: landscapeOf("-u*k*20 + u^2/2 + cos(u*x)", { u: 0 }, [
      normal("x"),
      discrete("k", { "1": 1 / 512, "0": 511 / 512 }),
    ]),
    spacetime: sgd(2),
    eta: 1,
    loss: ([u]) => (-20 / 512) * u! + u! ** 2 / 2 + Math.exp(-(u! ** 2) / 2),
    scale: () => 0.5,
  },
  {
    what: "uniform data",
    landscape: landscapeOf("-u*8 + x*u + u^2/2 + cos(u*x)", { u: 0 }, [uniform("x", 0, 1)]),
    spacetime: sgd(4),
    eta: 0.7,
    loss: ([u]) => -7.5 * u! + u! ** 2 / 2 + (u === 0 ? 1 : Math.sin(u!) / u!),
  },
  {
    what: "two data that do not separate and two weights",
    landscape: landscapeOf("u^2/2 - 3*u + v^2/2 + 2*v + x*u - y*v + exp(-(u*x + v*y)^2/2)", { u: 0, v: 0 }, [
      normal("x"),
      normal("y"),
    ]),
    spacetime: sgd(3),
    eta: 0.5,
    loss: ([u, v]) => u! ** 2 / 2 - 3 * u! + v! ** 2 / 2 + 2 * v! + 1 / Math.sqrt(1 + u! ** 2 + v! ** 2),
  },
  {
    what: "a normal and a uniform datum, away from 0",
    landscape: landscapeOf("u^2/2 - 2*u + y*u + cos(u*x + y)", { u: 0 }, [
      normal("x", 0.5, 2),
      uniform("y", 0, 1),
    ]),
    spacetime: sgd(4),
    eta: 0.5,
    loss: ([u]) =>
      u! ** 2 / 2 - 1.5 * u! + Math.exp(-2 * u! ** 2) * (Math.sin(0.5 * u! + 1) - Math.sin(0.5 * u!)),
    scale: () => 0.5,
  },
];

/** A request that measures all that there is to compare. */
export function requestOf(
  { landscape, spacetime, eta }: Pick<Case, "landscape" | "spacetime" | "eta">,
  trials = 400,
): SimulationRequest {
  return {
    landscape,
    spacetime,
    eta,
    numbers: [
      { name: "test_loss", weights: [] },
      { name: "gen_gap", weights: [] },
      { name: "train_loss", weights: [] },
      { name: "displacement", weights: landscape.weights.map((_, weight) => weight) },
    ].flatMap((observable) => numbersOf(observable, landscape)),
    trials,
    seed: 3,
  };
}

/** @param values what each trial measured less the centers, the test loss first and the displacements from the fourth list on. @returns for each trial how far its test loss is from what it should be, as a share of the scale. */
export function errors(
  { landscape, loss, scale = loss }: Case,
  values: readonly (readonly number[])[],
  center: number,
): number[] {
  const [test, , , ...moved] = values;
  return test!.map((value, trial) => {
    const theta = landscape.weights.map(({ start }, weight) => start + moved[weight]![trial]!);
    const size = Math.max(Math.abs(loss(theta)), Math.abs(scale(theta)));
    return Math.abs(value + center - loss(theta)) / size;
  });
}
