import { type Diagram, isRootAlone, rootOf } from "../diagram/index.js";
import { type Combination, factorOf, type WeightFunction } from "./combination.js";
import { observableRecords } from "./list.js";
import { namesInWords } from "./names.js";
import { numbersOf, type Observable, sampleOf } from "./observable.js";
import type { ObservableRecord, ObservedNumber } from "./record.js";

/**
 * What diagrams count in a combination (THEORY §3). A loss on new data sees a root that is alone; the loss of training points
 * sees it as the other does, and roots in parts besides; a weight's displacement sees a root of one edge, cut off. A function
 * of the weights sees a root that is alone, with its own derivatives there.
 */
export interface RootFactors {
  /** Of a diagram whose root is alone in its part; 0 where both losses cancel. */
  readonly alone: number;
  /** Of a diagram whose root shares its part. */
  readonly inPart: number;
  /** Of a diagram whose root is alone and has one edge: for each weight, with the index at the root's end of the edge. */
  readonly amputated: readonly { readonly factor: number; readonly weight: number }[];
  /** Of a diagram with two roots: what stands at each, whose derivatives it has. Nothing else counts then. */
  readonly covaried?: readonly [Combination, Combination];
  /** Of a diagram whose root is alone, with the derivatives of a function of the weights at it. */
  readonly functions: readonly { readonly factor: number; readonly function: WeightFunction }[];
}

export function rootFactors({
  combination,
  covariedWith,
}: Pick<ObservedNumber, "combination" | "covariedWith">): RootFactors {
  if (covariedWith !== undefined) {
    return { alone: 0, inPart: 0, amputated: [], functions: [], covaried: [combination, covariedWith] };
  }
  const training = factorOf(combination, "training_loss");
  return {
    alone: factorOf(combination, "expected_loss") + training,
    inPart: training,
    amputated: combination.flatMap(({ factor, quantity }) =>
      quantity.kind === "weight_displacement" ? [{ factor, weight: quantity.weight }] : [],
    ),
    functions: combination.flatMap(({ factor, quantity }) =>
      quantity.kind === "weight_function" ? [{ factor, function: quantity.function }] : [],
    ),
  };
}

/** Whether a diagram's root may be cut off: it has one edge, and stands alone. */
export function isAmputable(diagram: Diagram): boolean {
  return rootDegree(diagram) === 1 && isRootAlone(diagram);
}

/** Edges at the root. */
export function rootDegree(diagram: Diagram): number {
  const root = rootOf(diagram);
  return diagram.parents.filter((parent) => parent === root).length;
}

/** Whether a diagram counts in any of some numbers. */
export function isSeen(diagram: Diagram, factors: readonly RootFactors[]): boolean {
  if (!isRootAlone(diagram)) {
    return factors.some(({ inPart }) => inPart !== 0);
  }
  return (
    factors.some(({ alone, functions }) => alone !== 0 || functions.length > 0) ||
    (factors.some(({ amputated }) => amputated.length > 0) && isAmputable(diagram))
  );
}

/** Whether an observable is what the losses on new data and on training points differ by, which criteria estimate. */
export function isGap(observable: Observable): boolean {
  return factorsOf(observable).every(({ alone, inPart }) => alone === 0 && inPart !== 0);
}

/** Factors of the numbers of an observable, whatever its weights are called. */
function factorsOf(observable: Observable): RootFactors[] {
  return numbersOf(observable, { weights: [] }).map(rootFactors);
}

function recordsWith(isIn: (factors: RootFactors) => boolean): readonly string[] {
  return observableRecords.filter((record) => factorsOf(sampleOf(record)).some(isIn)).map(({ name }) => name);
}

/** Names of the observables that have diagrams whose root shares its part. */
export function namesWithRootInPart(): readonly string[] {
  return recordsWith(({ inPart }) => inPart !== 0);
}

/** Names of the observables in which roots are cut off. */
export function namesWithRootCutOff(): readonly string[] {
  return recordsWith(({ amputated }) => amputated.length > 0);
}

/** The first observable that has a diagram. */
export function observableFor(diagram: Diagram): ObservableRecord {
  return (
    observableRecords.find((record) => isSeen(diagram, factorsOf(sampleOf(record)))) ?? observableRecords[0]
  );
}

/** Why a diagram adds nothing to an observable, in one line; `undefined` when it does. @param shown how it calls the diagram. */
export function whyUnseen(shown: string, diagram: Diagram, observable: Observable): string | undefined {
  const factors = factorsOf(observable);
  if (isSeen(diagram, factors)) {
    return undefined;
  }
  const { name } = observable;
  if (factors.some(({ covaried }) => covaried !== undefined)) {
    return `${name} is of diagrams with two roots, and ${shown} has one; predict them all, such as with \`predict order 3\``;
  }
  if (!isRootAlone(diagram)) {
    const others = namesInWords(namesWithRootInPart(), "and");
    return `the root of ${shown} is in a part, which only ${others} have; it adds nothing to ${name}`;
  }
  return factors.some(({ amputated }) => amputated.length > 0)
    ? `the root of ${shown} has ${rootDegree(diagram)} edges; only diagrams whose root has one add to ${name}`
    : `the root of ${shown} is alone in its part, and such diagrams cancel in ${name}; only a \`train diagram\` whose root is in a part adds to it`;
}
