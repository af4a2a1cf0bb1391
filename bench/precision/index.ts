/**
 * How much sooner numbers less their controls are as precise as plain ones are: variances of both over the same trials, times
 * what a trial of each takes. The time in which controls are found counts as a part of a run of ten seconds.
 */
import { openSimulator } from "../../src/engines/index.js";
import type { Expression } from "../../src/landscape/expression.js";
import type { Landscape } from "../../src/landscape/index.js";
import { numbersOf, type Observable } from "../../src/observables/index.js";
import type { SpaceTime } from "../../src/optimisers/index.js";
import { controlsOf, type SimulationRequest } from "../../src/simulate/index.js";
import { type Figure, milliseconds } from "../figure.js";
import { archimedes, gauss } from "../simulate/landscapes.js";

const run = 10;
const repeats = 5;

const testLoss: Observable = { name: "test_loss", weights: [] };
const sgd = (N: number, E = 1): SpaceTime => ({
  optimiser: "sgd",
  parameters: { N, E, B: 1, shuffle: "same" },
});
const gd = (N: number, T: number): SpaceTime => ({ optimiser: "gd", parameters: { N, T } });

const symbol = (name: string): Expression => ({ kind: "symbol", name });
const times = (...factors: Expression[]): Expression => ({ kind: "product", factors });
const fourth = (name: string): Expression =>
  times(
    { kind: "number", value: 1 / 4 },
    { kind: "power", base: symbol(name), exponent: { kind: "number", value: 4 } },
  );

/** l = uv + u⁴/4 + v⁴/4 + x(u − v²), x ~ N(0, 1): neither convex nor a square. */
const saddle: Landscape = {
  name: "saddle",
  weights: [
    { name: "u", start: 0.5 },
    { name: "v", start: -0.2 },
  ],
  data: [{ kind: "continuous", name: "x", distribution: "normal", parameters: [0, 1] }],
  loss: {
    kind: "sum",
    terms: [
      times(symbol("u"), symbol("v")),
      fourth("u"),
      fourth("v"),
      times(symbol("x"), symbol("u")),
      times({ kind: "number", value: -1 }, symbol("x"), symbol("v"), symbol("v")),
    ],
  },
};

interface Case {
  readonly what: string;
  readonly landscape: Landscape;
  readonly spacetime: SpaceTime;
  readonly eta: number;
  readonly observable: Observable;
  readonly trials: number;
  /** What is asked for. */
  readonly goal: number;
}

const z: Observable = { name: "displacement", weights: [2] };
const cases: readonly Case[] = [
  {
    what: "Gauss, T = 10, eta = 0.05",
    landscape: gauss,
    spacetime: sgd(10),
    eta: 0.05,
    observable: testLoss,
    trials: 400_000,
    goal: 1e4,
  },
  {
    what: "Gauss, T = 100, eta = 0.05",
    landscape: gauss,
    spacetime: sgd(100),
    eta: 0.05,
    observable: testLoss,
    trials: 100_000,
    goal: 1e3,
  },
  {
    what: "Archimedes, T = 1000, z, eta = 0.025",
    landscape: archimedes,
    spacetime: sgd(1000),
    eta: 0.025,
    observable: z,
    trials: 10_000,
    goal: 1e3,
  },
  {
    what: "Archimedes, T = 1000, z, eta = 0.1",
    landscape: archimedes,
    spacetime: sgd(1000),
    eta: 0.1,
    observable: z,
    trials: 10_000,
    goal: 60,
  },
  {
    what: "Gauss, gap, eta = 0.05",
    landscape: gauss,
    spacetime: sgd(10),
    eta: 0.05,
    observable: { name: "gen_gap", weights: [] },
    trials: 200_000,
    goal: 1e4,
  },
  {
    what: "Gauss, E = 2, eta = 0.05",
    landscape: gauss,
    spacetime: sgd(10, 2),
    eta: 0.05,
    observable: testLoss,
    trials: 200_000,
    goal: 1e2,
  },
  {
    what: "Gauss, gd, eta = 0.05",
    landscape: gauss,
    spacetime: gd(10, 10),
    eta: 0.05,
    observable: testLoss,
    trials: 100_000,
    goal: 1e2,
  },
  {
    what: "two weights, not convex",
    landscape: saddle,
    spacetime: sgd(10),
    eta: 0.05,
    observable: testLoss,
    trials: 100_000,
    goal: 10,
  },
];

export async function benchPrecision(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const entry of cases) {
    figures.push(await figureOf(entry));
  }
  return figures;
}

async function figureOf({
  what,
  landscape,
  spacetime,
  eta,
  observable,
  trials,
  goal,
}: Case): Promise<Figure> {
  const numbers = numbersOf(observable, landscape);
  const plain: SimulationRequest = { landscape, spacetime, eta, numbers, trials, seed: 1 };
  const began = performance.now();
  const controls = controlsOf(plain);
  const found = (performance.now() - began) / 1000;
  if (controls === undefined) {
    return { what: `precision: ${what}`, measured: "no controls", goal: `≥ ${goal}`, met: false };
  }
  const controlled = {
    ...plain,
    controls,
    numbers: numbers.map((number, control) => ({ ...number, control })),
  };
  const simulator = openSimulator(0);
  try {
    const best = { plain: Infinity, controlled: Infinity };
    const errors = { plain: 0, controlled: 0 };
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const [kind, request] of Object.entries({ plain, controlled })) {
        const { seconds, statistics } = await simulator.simulate(request);
        best[kind as keyof typeof best] = Math.min(best[kind as keyof typeof best], seconds);
        errors[kind as keyof typeof errors] = statistics[0]!.standardError;
      }
    }
    const variance = (errors.plain / errors.controlled) ** 2;
    const cost = best.controlled / best.plain;
    const gain = (variance / cost) * (run / (run + found));
    return {
      what: `precision: ${what}`,
      measured: `${gain.toPrecision(3)} times sooner (variance / ${variance.toPrecision(3)}, time × ${cost.toFixed(2)}, degree ${controls.degree}, found in ${milliseconds(found)})`,
      goal: `≥ ${goal}`,
      met: gain >= goal,
    };
  } finally {
    await simulator.close();
  }
}
