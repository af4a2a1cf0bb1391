import { updates } from "../spacetime/spacetime.js";
import type { Column } from "./column.js";
import { lossesOf } from "./losses.js";
import type { SimulationRequest } from "./request.js";

/** What is measured, and by how many updates. */
export type Measuring = Pick<SimulationRequest, "landscape" | "spacetime" | "observables">;

/**
 * The numbers that each trial measures, in the order of the observables, with what is known of them before any trial. They
 * are the same for all learning rates and seeds.
 * @throws SimulationError, LandscapeError in one line when the loss has no finite expectation at the start.
 */
export function columnsOf(measuring: Measuring): readonly Column[] {
  const { observables } = measuring;
  const losses = lossesOf(measuring.landscape);
  const measuresLoss = observables.some(({ kind }) => kind !== "displacement");
  const origins = measuresLoss ? losses.expected().origins(unitsOf(measuring)) : undefined;
  return observables.flatMap((observable): Column[] => {
    if (observable.kind === "displacement") {
      return observable.weights.map((weight) => {
        const { name, start } = losses.weights[weight]!;
        const own = unitsOf(measuring) * Math.abs(start);
        const origin = { offset: 0, start: 0, resolution: own };
        return { kind: "displacement", weight, label: `displacement(${name})`, center: 0, origin };
      });
    }
    const origin = origins![observable.kind];
    return [{ kind: observable.kind, label: observable.kind, center: centerNear(origin.start), origin }];
  });
}

/** What evaluating may be off by after the updates of a request, as a share of what is added up: some units in the last place. */
function unitsOf({ spacetime }: Measuring): number {
  return (16 + 4 * updates(spacetime)) * 2 ** -53;
}

/** One that engines of single precision can have too, so that sums of all engines are about the same center. */
function centerNear(value: number): number {
  const single = Math.fround(value);
  // A negative zero would not come back from a file.
  return (Number.isFinite(single) ? single : value) + 0;
}
