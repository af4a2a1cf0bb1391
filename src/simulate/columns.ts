import { SimulationError } from "../compile/error.js";
import { constantApart, magnitudeAt } from "../landscape/index.js";
import { updates } from "../spacetime/spacetime.js";
import type { Column } from "./column.js";
import type { SimulationRequest } from "./request.js";
import { expectedLossOf } from "./test-loss.js";

/** How exact expectations are that are sums over points, as a share of them. */
const quadrature = 1e-12;

/** What is measured, and by how many updates. */
export type Measuring = Pick<SimulationRequest, "landscape" | "spacetime" | "observables">;

/**
 * The numbers that each trial measures, in the order of the observables, with what is known of them before any trial. They
 * are the same for all learning rates and seeds.
 * @throws SimulationError, LandscapeError in one line when the loss has no finite expectation at the start.
 */
export function columnsOf(measuring: Measuring): readonly Column[] {
  const { landscape, observables } = measuring;
  const measuresLoss = observables.some(({ kind }) => kind !== "displacement");
  const origins = measuresLoss ? originsOf(measuring) : undefined;
  return observables.flatMap((observable): Column[] => {
    if (observable.kind === "displacement") {
      return observable.weights.map((weight) => {
        const { name, start } = landscape.weights[weight]!;
        const own = unitsOf(measuring) * Math.abs(start);
        const origin = { offset: 0, start: 0, resolution: own };
        return { kind: "displacement", weight, label: `displacement(${name})`, center: 0, origin };
      });
    }
    const origin = origins![observable.kind];
    return [{ kind: observable.kind, label: observable.kind, center: centerNear(origin.start), origin }];
  });
}

/** Where the losses start: `l_x` is the constant and what the train loss measures, `l` is both constants and the test loss. */
function originsOf(measuring: Measuring) {
  const { landscape } = measuring;
  const { parts } = expectedLossOf(landscape);
  const { atStart, constant: testConstant } = parts;
  if (!Number.isFinite(atStart)) {
    throw new SimulationError(
      `the loss of landscape "${landscape.name}" is not finite at its start (it is ${atStart}); start elsewhere`,
    );
  }
  const values = new Map(landscape.weights.map(({ name, start }) => [name, start] as const));
  const resolution =
    unitsOf(measuring) * magnitudeAt(parts.closed, values) + quadrature * Math.abs(parts.sampledAtStart);
  // What no trial changes is added once, to the mean.
  const { constant } = constantApart(landscape.loss);
  return {
    test_loss: { offset: constant + testConstant, start: atStart, resolution },
    train_loss: { offset: constant, start: testConstant + atStart, resolution },
    gen_gap: { offset: testConstant, start: -testConstant, resolution },
  };
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
