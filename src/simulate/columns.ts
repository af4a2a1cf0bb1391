import { SimulationError } from "../compile/error.js";
import { isWritten } from "../evaluate/any-landscape.js";
import { constantApart, evaluateExpression, type Landscape, magnitudeAt } from "../landscape/index.js";
import {
  type Combination,
  isExpectation,
  type Quantity,
  sumOf,
  type WeightFunction,
} from "../observables/index.js";
import { type Descent, scheduleOf, sidesOf, updates } from "../optimisers/index.js";
import { type Column, isMeasured, observedOf, placesIn } from "./column.js";
import { type LossesAtStart, lossesOf } from "./losses.js";
import { simulatedLandscape } from "./noise.js";
import { orderOf } from "./orders.js";
import type { AnyRequest, Origin, PairedNumber, ProductNumber } from "./request.js";
import { tensorLossesAtStart } from "./tensors/start.js";

/** What is measured, and by how many updates. */
export type Measuring = Pick<AnyRequest, "landscape" | "spacetime" | "numbers">;

interface MeasuringDescent extends Measuring {
  readonly spacetime: Descent;
}

/**
 * The numbers that each trial measures, in the order in which they are asked for, with what is known of them before any trial.
 * They are the same for all learning rates and seeds.
 * @throws SimulationError, LandscapeError in one line when the loss has no finite expectation at the start.
 */
export function columnsOf(measuring: Measuring): readonly Column[] {
  const [first, minus] = sidesOf(measuring.spacetime).map((spacetime) =>
    columnsOfDescent({ ...measuring, spacetime }),
  );
  return minus === undefined ? first! : first!.map((column, index) => lessColumn(column, minus[index]!));
}

/** Of a column what one descent has beyond another: nothing where both start, where they have the same constants. */
function lessColumn(column: Column, minus: Column): Column {
  if (!isMeasured(column)) {
    return column;
  }
  const [{ offset, start, resolution }, other] = [column.origin, minus.origin];
  return {
    ...column,
    center: 0,
    origin: {
      offset: offset - other.offset,
      start: start - other.start,
      resolution: resolution + other.resolution,
    },
  };
}

function columnsOfDescent(measuring: MeasuringDescent): readonly Column[] {
  const { numbers } = measuring;
  const losses = observedOf(numbers).some(({ combination }) =>
    combination.some(({ quantity }) => isLoss(quantity)),
  )
    ? lossesAtStart(measuring)
    : undefined;
  const columns: Column[] = [];
  for (const number of numbers) {
    if ("product" in number || "pairs" in number) {
      columns.push(madeColumn(number, columns));
    } else {
      const origin = originOf(number.combination, measuring, losses);
      columns.push({
        ...number,
        center: number.center ?? centerNear(origin.start),
        origin,
        isExpectation: isExpectation(number),
      });
    }
  }
  return columns;
}

function lossesAtStart({ landscape, spacetime }: MeasuringDescent): LossesAtStart {
  const units = unitsOfRounding(spacetime);
  return isWritten(landscape)
    ? lossesOf(simulatedLandscape(landscape, spacetime)).expected().atStart(units)
    : tensorLossesAtStart(landscape, units);
}

/** What is made of columns that are known. Nothing is known of what it is before any trial: trials are all it is about. */
function madeColumn<Made extends PairedNumber | ProductNumber>(
  number: Made,
  columns: readonly Column[],
): Made & Pick<Column, "center" | "origin" | "isExpectation"> {
  return {
    ...number,
    center: 0,
    origin: { offset: 0, start: 0, resolution: 0 },
    isExpectation: placesIn(number).some((place) => columns[place]!.isExpectation),
  };
}

/** Where a combination starts. What both losses have cancels where their factors do. */
function originOf(
  combination: Combination,
  measuring: MeasuringDescent,
  losses: LossesAtStart | undefined,
): Origin {
  const test = factorAtStart(combination, "expected_loss");
  const train = factorAtStart(combination, "training_loss");
  const { constant, testConstant, expectation, resolution } = losses ?? noLosses;
  const functions = combination.flatMap(({ factor, quantity }) =>
    quantity.kind === "weight_function" && isAtStart(quantity)
      ? [{ factor, ...functionAtStart(quantity.function, measuring.landscape) }]
      : [],
  );
  return {
    offset: sumOf([
      { factor: test + train, value: constant },
      { factor: test, value: testConstant },
      ...functions.map((one) => ({ factor: one.factor, value: one.constant })),
    ]),
    start: sumOf([
      { factor: train, value: testConstant },
      { factor: test + train, value: expectation },
      ...functions.map((one) => ({ factor: one.factor, value: one.value })),
    ]),
    resolution: resolutionOf(combination, (quantity) => {
      if (!isAtStart(quantity)) {
        return 0;
      }
      if (quantity.kind === "weight_function") {
        return (
          unitsOfRounding(measuring.spacetime) *
          functionAtStart(quantity.function, measuring.landscape).magnitude
        );
      }
      return quantity.kind === "weight_displacement"
        ? unitsOfRounding(measuring.spacetime) * Math.abs(measuring.landscape.weights[quantity.weight]!.start)
        : resolution;
    }),
  };
}

/**
 * A function of the weights where descent starts: its constant, what is measured of it there, and the magnitude of that.
 * @throws SimulationError when it is not finite.
 */
function functionAtStart(
  { name, value: whole }: WeightFunction,
  { weights }: Pick<Landscape, "weights">,
): { readonly constant: number; readonly value: number; readonly magnitude: number } {
  const { constant, rest } = constantApart(whole);
  const starts = new Map(weights.map((weight) => [weight.name, weight.start]));
  const value = evaluateExpression(rest, starts);
  if (!Number.isFinite(value)) {
    throw new SimulationError(`${name} is not finite where descent starts (it is ${value}); start elsewhere`);
  }
  return { constant, value, magnitude: magnitudeAt(rest, starts) };
}

/** Whether a quantity has in it what is there before any update: all but orders from the first on, and registers. */
function isAtStart(quantity: Quantity): boolean {
  return quantity.kind !== "register" && (orderOf(quantity) ?? 0) === 0;
}

/** How often what a kind of quantity is where trials start is in a combination. */
function factorAtStart(combination: Combination, kind: Quantity["kind"]): number {
  return sumOf(
    combination
      .filter(({ quantity }) => quantity.kind === kind && isAtStart(quantity))
      .map(({ factor }) => ({ factor, value: 1 })),
  );
}

const noLosses: LossesAtStart = { constant: 0, testConstant: 0, expectation: 0, resolution: 0 };

/** The larger of what is added and what is taken off: what both have rounded alike is no part of their difference. */
function resolutionOf(combination: Combination, of: (quantity: Quantity) => number): number {
  const magnitude = (sign: number) =>
    sumOf(
      combination
        .filter(({ factor }) => Math.sign(factor) === sign)
        .map(({ factor, quantity }) => ({ factor: Math.abs(factor), value: of(quantity) })),
    );
  return Math.max(magnitude(1), magnitude(-1));
}

function isLoss({ kind }: Quantity): boolean {
  return kind === "expected_loss" || kind === "training_loss";
}

/** What following a descent in double precision may be off by, as a share of what is added up: some units in the last place. */
export function unitsOfRounding(spacetime: Descent): number {
  return (16 + 4 * updates(scheduleOf(spacetime))) * 2 ** -53;
}

/** One that engines of single precision can have too, so that sums of all engines are about the same center. */
function centerNear(value: number): number {
  const single = Math.fround(value);
  // A negative zero would not come back from a file.
  return (Number.isFinite(single) ? single : value) + 0;
}
