import { SimulationError } from "../../src/compile/index.js";
import {
  type Engine,
  EngineLost,
  type EngineName,
  type EngineSource,
  openCpuEngine,
} from "../../src/engines/index.js";

/* Engines that are this processor's, but pretend to be something else. */

const secondsPerStep = 1e-8;

export interface Pretence {
  /** How many times as long as others the engine says that it takes. */
  readonly slowness?: number;
  readonly software?: boolean;
  /** Whether its trials are in single precision: of all engines but the processor and compiled programs when absent. */
  readonly isSingle?: boolean;
  /** Added to what each trial measures, where that is not asked for in double precision. */
  readonly error?: number;
  /** Pieces after which it is lost. */
  readonly lostAfter?: number;
  /** Why it has no trials. */
  readonly refuses?: Error;
  /** What it says that it takes to begin, in seconds. */
  readonly secondsToBegin?: number;
  /** Hears of each piece before it is simulated. */
  readonly onPiece?: () => void;
  /** Hears when trials are to be compared. */
  readonly onCompare?: () => void;
}

export interface Pretended extends EngineSource {
  readonly opened: EngineName[];
  readonly closed: EngineName[];
}

export function pretended(engines: Partial<Record<EngineName, Pretence | Error>>): Pretended {
  const opened: EngineName[] = [];
  const closed: EngineName[] = [];
  return {
    opened,
    closed,
    async open(name) {
      opened.push(name);
      const pretence = engines[name] ?? new SimulationError(`no ${name} here`);
      if (pretence instanceof Error) {
        throw pretence;
      }
      return pretend(name, pretence, () => closed.push(name));
    },
  };
}

function pretend(
  name: EngineName,
  {
    slowness = 1,
    software = false,
    isSingle = name !== "cpu" && name !== "native",
    error = 0,
    lostAfter = Number.POSITIVE_INFINITY,
    secondsToBegin = 0,
    refuses,
    onPiece,
    onCompare,
  }: Pretence,
  onClose: () => void,
): Engine {
  const real = openCpuEngine(0);
  let pieces = 0;
  return {
    ...real,
    name,
    device: `a ${name}`,
    software,
    isPrecise: () => !isSingle,
    secondsToBegin: async () => secondsToBegin,
    async simulate(request, options) {
      onPiece?.();
      if (refuses !== undefined) {
        throw refuses;
      }
      if (pieces++ >= lostAfter) {
        throw new EngineLost("the GPU fell off the bus");
      }
      const result = await real.simulate(request, options);
      // What a clock would say changes with whatever else the machine does.
      return { ...result, seconds: result.steps * secondsPerStep * slowness };
    },
    async trialValues(request) {
      onCompare?.();
      const values = await real.trialValues(request);
      return values.map((list) => list.map((value) => value + error));
    },
    async close() {
      onClose();
      await real.close();
    },
  };
}
