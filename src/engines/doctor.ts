import type { DeviceDescription } from "../device/index.js";
import { standardNormal } from "../landscape/distributions/index.js";
import { expectedLoss, weightDisplacement } from "../observables/index.js";
import { spaceTimeOf, stochasticGradientDescent } from "../optimisers/index.js";
import type { SimulationRequest } from "../simulate/request.js";
import type { Engine } from "./engine.js";
import { openCpuEngine } from "./processor/cpu-engine.js";
import type { EngineCandidate } from "./record.js";

/** What was found of an engine. */
export interface EngineFinding {
  readonly engine: string;
  /** Whether it simulated some trials, and what they measured is right. */
  readonly works: boolean;
  readonly device?: string;
  /** Whether it is a program that imitates a GPU. */
  readonly software?: boolean;
  readonly facts: DeviceDescription["facts"];
  /** Why it does not work and what to do, in one line. */
  readonly problem?: string;
}

/** A difference that single precision does not explain. */
const tolerance = 1e-4;

/**
 * Opens an engine, lets it simulate a few trials and compares them with the processor's.
 * @param signal gives up; what is found then has no meaning.
 */
export async function examine(
  { name, open, facts, timedTrials }: EngineCandidate,
  signal?: AbortSignal,
): Promise<EngineFinding> {
  const known = (await facts?.().catch(() => [])) ?? [];
  let engine: Engine | undefined;
  try {
    engine = await open(signal);
    const worst = await largestDifference(engine, signal);
    const works = worst <= tolerance;
    const speed = timedTrials === undefined ? [] : [await speedOf(engine, timedTrials, signal)];
    const difference = worst === 0 ? "none" : worst.toPrecision(1);
    return {
      engine: name,
      works,
      device: engine.device,
      software: engine.software,
      facts: [
        ...engine.facts,
        ...known,
        ...speed,
        [`largest difference to the processor in ${sample.trials} trials`, difference],
      ],
      ...(works
        ? {}
        : { problem: `its trials differ from the processor's by up to ${difference}; do not trust it` }),
    };
  } catch (error) {
    const line = (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
    return { engine: name, works: false, facts: known, problem: line };
  } finally {
    await engine?.close();
  }
}

/** Gauss, of the paper: ten updates with an exponential in them. */
const sample: SimulationRequest = {
  landscape: {
    name: "gauss",
    weights: [{ name: "h", start: 0 }],
    data: [standardNormal("x")],
    loss: {
      kind: "product",
      factors: [
        { kind: "number", value: 0.5 },
        {
          kind: "sum",
          terms: [
            { kind: "symbol", name: "h" },
            {
              kind: "product",
              factors: [
                {
                  kind: "power",
                  base: { kind: "symbol", name: "x" },
                  exponent: { kind: "number", value: 2 },
                },
                {
                  kind: "call",
                  name: "exp",
                  argument: { kind: "negate", operand: { kind: "symbol", name: "h" } },
                },
              ],
            },
          ],
        },
      ],
    },
  },
  spacetime: spaceTimeOf(stochasticGradientDescent, { N: 10, E: 1, B: 1 }),
  eta: 0.1,
  numbers: [
    { label: "loss", combination: [{ factor: 1, quantity: expectedLoss }] },
    { label: "weight", combination: [{ factor: 1, quantity: weightDisplacement(0) }] },
  ],
  trials: 256,
  seed: 1,
};

/** How fast trials are, as a fact. The first are not timed: threads start, and a program is made. */
async function speedOf(
  engine: Engine,
  trials: number,
  signal: AbortSignal | undefined,
): Promise<readonly [string, string]> {
  const options = signal === undefined ? {} : { signal };
  await engine.simulate({ ...sample, trials: Math.ceil(trials / 8) }, options);
  const { steps, seconds } = await engine.simulate({ ...sample, trials }, options);
  const millions = steps / Math.max(seconds, 1e-6) / 1e6;
  return [`updates a second in ${trials} trials`, `${millions.toPrecision(3)} million`];
}

async function largestDifference(engine: Engine, signal: AbortSignal | undefined): Promise<number> {
  const reference = openCpuEngine(0);
  try {
    const [found, expected] = [await engine.trialValues(sample, signal), await reference.trialValues(sample)];
    const differences = expected.flatMap((values, column) =>
      values.map((value, trial) => Math.abs(value - (found[column]?.[trial] ?? Number.NaN))),
    );
    return differences.reduce(
      (worst, one) => (one <= worst ? worst : Number.isNaN(one) ? Number.POSITIVE_INFINITY : one),
      0,
    );
  } finally {
    await reference.close();
  }
}
