/**
 * How much sooner a run with orders and controls is as precise as one of the total is: variances of both over the same trials, times
 * what a trial of each takes. The time in which controls are found counts as a part of a run of ten seconds. And what orders cost,
 * and leave over.
 */
import { openSimulator, type Simulator } from "../../src/engines/index.js";
import type { Expression } from "../../src/landscape/expression.js";
import type { Landscape } from "../../src/landscape/index.js";
import type { Observable } from "../../src/observables/index.js";
import type { SpaceTime } from "../../src/optimisers/index.js";
import type { ControlFit, SimulationRequest, SimulationResult } from "../../src/simulate/index.js";
import { controlsOfSpecification, withControls } from "../../src/verify/controlled.js";
import { measuredNumbersOf } from "../../src/verify/measured-numbers.js";
import { labels } from "../../src/verify/number-parts.js";
import { observedNumbers, type SimulatedSpecification } from "../../src/verify/specification.js";
import { type Figure, milliseconds } from "../figure.js";
import { archimedes, gauss } from "../simulate/landscapes.js";

const run = 10;
const repeats = 3;
/** Of the predictions. */
const order = 3;

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
  /** How many times a plain one's time a trial with its orders may take. */
  readonly mostCost?: number;
  /** By how much the variance of what orders leave over is to be less than a plain trial's. */
  readonly leftOver?: number;
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
    mostCost: 3,
    leftOver: 40,
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
    mostCost: 6,
    leftOver: 1000,
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
    figures.push(...(await figuresOf(entry)));
  }
  return figures;
}

interface Timed {
  /** Of the processor, the least of several runs: other programs' work is no part of it. */
  readonly seconds: number;
  readonly result: SimulationResult;
}

async function figuresOf(entry: Case): Promise<Figure[]> {
  const { what, landscape, spacetime, eta, observable, trials, goal } = entry;
  const specification: SimulatedSpecification = {
    ...{ name: what, landscape, spacetime, etas: [eta], observables: [observable] },
    prediction: { kind: "order", order },
    sum: "exact",
  };
  const measured = measuredNumbersOf(specification);
  const [number] = observedNumbers(specification);
  const total: SimulationRequest = { landscape, spacetime, eta, numbers: [number!], trials, seed: 1 };
  const { expansion, numbers } = measured;
  const withOrders = { ...total, numbers, ...(expansion === undefined ? {} : { expansion }) };
  const began = performance.now();
  const controls = await controlsOfSpecification(specification, withOrders);
  const found = (performance.now() - began) / 1000;
  const simulator = openSimulator(0);
  try {
    const timed = await leastOf(simulator, {
      total,
      withOrders,
      ...(controls === undefined ? {} : { controlled: withControls(withOrders, measured, controls) }),
    });
    const plain = timed.total!.result.statistics[0]!.standardError;
    const errorOf = ({ statistics }: SimulationResult, label: string) =>
      statistics.find((one) => one.label === label)!.standardError;
    const cost = timed.withOrders!.seconds / timed.total!.seconds;
    const figures: Figure[] = [];
    if (timed.controlled === undefined) {
      figures.push({ what: `precision: ${what}`, measured: "no controls", goal: `≥ ${goal}`, met: false });
    } else {
      const variance = (plain / errorOf(timed.controlled.result, labels.controlled(number!.label))) ** 2;
      const times = timed.controlled.seconds / timed.total!.seconds;
      const gain = (variance / times) * (run / (run + found));
      figures.push({
        what: `precision: ${what}`,
        measured: `${gain.toPrecision(3)} times sooner (variance / ${variance.toPrecision(3)}, time × ${times.toFixed(2)}, degree ${(controls!.fits.controls as ControlFit).degree}, found in ${milliseconds(found)})`,
        goal: `≥ ${goal}`,
        met: gain >= goal,
      });
    }
    const left = (plain / errorOf(timed.withOrders!.result, labels.remainder(number!.label))) ** 2;
    figures.push(
      {
        what: `    a trial with its orders to order ${order}`,
        measured: `${cost.toFixed(2)} times as long as one without`,
        ...(entry.mostCost === undefined ? {} : { goal: `≤ ${entry.mostCost}`, met: cost <= entry.mostCost }),
      },
      {
        what: `    variance of what order ${order} leaves over`,
        measured: `/ ${left.toPrecision(3)}`,
        ...(entry.leftOver === undefined ? {} : { goal: `≥ ${entry.leftOver}`, met: left >= entry.leftOver }),
      },
    );
    return figures;
  } finally {
    await simulator.close();
  }
}

/** Requests run in turn several times. */
async function leastOf(
  simulator: Simulator,
  requests: Readonly<Record<string, SimulationRequest>>,
): Promise<Readonly<Record<string, Timed | undefined>>> {
  const timed: Record<string, Timed> = {};
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [kind, request] of Object.entries(requests)) {
      const before = process.cpuUsage();
      const result = await simulator.simulate(request);
      const { user, system } = process.cpuUsage(before);
      timed[kind] = { result, seconds: Math.min((user + system) / 1e6, timed[kind]?.seconds ?? Infinity) };
    }
  }
  return timed;
}
