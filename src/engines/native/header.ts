import { layoutOf } from "../../simulate/kernel.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import type { Addresses } from "../wasm/addresses.js";

/**
 * The numbers of a plan that its program of C takes as data, so that programs of many rates, seeds and lengths are one: where things
 * lie in a kernel's memory, in bytes, and how many points there are. C has names for them: `H_POINTS` is the header's `points`.
 */
export const headerNames = [
  "image",
  "memory",
  "rate",
  "roundKeys",
  "steps",
  "states",
  "results",
  "constants",
  "points",
  "batch",
  "batchesPerEpoch",
  "epochs",
  "segment",
  "slice",
  "noise",
  "reshuffled",
  "frame",
] as const;

export type HeaderName = (typeof headerNames)[number];

/** C of a number of the header. */
export const headerAt = (name: HeaderName): string => `h[${headerNames.indexOf(name)}]`;

/** C of where a sampled part's points begin, and of how many there are. */
export const quadratureAt = (part: number) => ({
  address: `h[${headerNames.length + 2 * part}]`,
  count: `h[${headerNames.length + 2 * part + 1}]`,
});

/** C of where a source's tables are and of how many rows or values they have. */
export const tableAt = (plan: SimulationPlan, source: number) => {
  const first = headerNames.length + 2 * plan.sampled.length + 3 * source;
  return { values: `h[${first}]`, thresholds: `h[${first + 1}]`, rows: `h[${first + 2}]` };
};

/** About how many visits of a datum of a lane there are between two looks at a stop. */
const sliceWork = 1 << 14;

/** As many instructions at most. */
const sliceInstructions = 1 << 23;

/**
 * @param buffer where training data begin, behind all that is written beforehand.
 * @param noiseBit what the high word of trials has besides, where they draw noise.
 * @param frameBytes what a thread has besides, behind its training data.
 */
export function headerOf(
  plan: SimulationPlan,
  addresses: Addresses,
  buffer: number,
  noiseBit: number,
  frameBytes: number,
): BigInt64Array<ArrayBuffer> {
  const { segment, places } = layoutOf(plan);
  const frame = Math.ceil((buffer + places * plan.data * addresses.lanes * 8) / 64) * 64;
  const points = Math.min(sliceWork, sliceInstructions / Math.max(1, plan.descent.instructions.length));
  const numbers: Readonly<Record<HeaderName, number>> = {
    image: buffer,
    memory: frame + frameBytes,
    frame,
    ...{ rate: addresses.rate, roundKeys: addresses.roundKeys, steps: addresses.steps },
    ...{ states: addresses.states, results: addresses.results, constants: addresses.constants },
    ...{ points: plan.points, batch: plan.batch, batchesPerEpoch: plan.batchesPerEpoch },
    ...{ epochs: plan.epochs, segment },
    slice: Math.max(1, Math.floor(points / plan.batch)),
    noise: noiseBit,
    reshuffled: plan.reshuffled ? 1 : 0,
  };
  const tables = plan.sources.flatMap(({ transform }, source) => {
    const table = addresses.tables[source];
    if (table === undefined || transform.kind === "program") {
      return [0, 0, 0];
    }
    const rows = transform.values.length / (transform.kind === "rows" ? transform.columns : 1);
    return [table.values, table.thresholds, rows];
  });
  const quadrature = plan.sampled.flatMap(({ count }, part) => [addresses.quadrature[part]!, count]);
  const all = [...headerNames.map((name) => numbers[name]), ...quadrature, ...tables];
  return BigInt64Array.from(all, (number) => BigInt(number));
}
