import { type AnyLandscape, isWritten } from "../../evaluate/any-landscape.js";
import type { Expression as Formula } from "../../landscape/expression.js";
import {
  type Landscape,
  leastDegree,
  movingKink,
  type Roughness,
  type RoughPart,
  roughnessOf,
  roughPartOf,
  symbolsOf,
} from "../../landscape/index.js";
import { ordinal } from "../../printable/index.js";
import type { LossStatement, PredictChoice } from "../generated/ast.js";
import { type ProblemList, type Range, rangeOf } from "../problem.js";
import { excerpt, type PlacesOfFormulas } from "./expression.js";

/** A loss as it is written, and where its parts are. */
export interface PlacedLoss {
  readonly loss: Formula;
  readonly places: PlacesOfFormulas;
  readonly statement: LossStatement;
}

/** Predictions of more edges are asked for seldom, and say themselves what they lack. */
const usualOrder = 3;

/** So many names of a place are told. */
const mostNames = 4;

/**
 * Warns of a loss that no evaluation takes, since it has not the derivatives at its start that all of them need, and tells of
 * one that has them but none of the next orders: at the part that is to blame.
 */
export function reportRoughness(landscape: Landscape, written: PlacedLoss, problems: ProblemList): void {
  const found = roughnessOf(landscape, usualOrder);
  if (found === undefined) {
    return;
  }
  const { range, what, advice } = describe(found, landscape, written);
  if (found.degree <= leastDegree) {
    problems.warning("not-smooth", range, `${what}: nothing can be predicted from there; ${advice}`);
  } else {
    problems.info(
      "not-smooth",
      range,
      `${what}: orders below ${found.degree} can be predicted, and no others; for those ${advice}`,
    );
  }
}

/**
 * Warns of a prediction that takes derivatives which a loss has not at its start, where nothing has been said of it at the
 * landscape: that is in another file, or has those of lower orders.
 * @param order of the highest derivatives that it takes.
 */
export function warnOfOrder(
  choice: PredictChoice,
  landscape: AnyLandscape,
  { order, isElsewhere }: { readonly order: number; readonly isElsewhere: boolean },
  problems: ProblemList,
): void {
  const found = isWritten(landscape) ? roughnessOf(landscape, Math.max(order, leastDegree)) : undefined;
  if (found === undefined || (found.degree <= leastDegree && !isElsewhere)) {
    return;
  }
  const range = choice.kind ? rangeOf(choice, "order") : rangeOf(choice);
  const { degree } = found;
  problems.warning(
    "not-smooth",
    range,
    degree <= leastDegree
      ? `the loss of \`${landscape.name}\` is not smooth where descent starts: nothing can be predicted from there; start elsewhere, or change the loss`
      : `the loss of \`${landscape.name}\` has no ${ordinal(degree)} derivative where descent starts, and this takes ${order === degree ? "it" : `the ${ordinal(order)}`}; lower the order, start elsewhere, or change the loss`,
  );
}

interface Description {
  readonly range: Range;
  readonly what: string;
  readonly advice: string;
}

function describe(found: Roughness, landscape: Landscape, written: PlacedLoss): Description {
  if (found.kink !== undefined) {
    return describeKink(found.degree, landscape, written, found.kink.datum);
  }
  const part = roughPartOf(written.loss, landscape, found);
  if (part === undefined) {
    return {
      range: rangeOf(written.statement.value ?? written.statement),
      what: `${lack("the loss", found.degree, 0)} at ${where(written.loss, landscape, found)}`,
      advice: "start elsewhere, or change the loss so that it is smooth there",
    };
  }
  const text = textOf(part.path, written);
  const [inner] = part.path;
  const told = part.dividesByZero && inner!.kind === "divide" ? inner!.denominator : inner!;
  return {
    range: text.range,
    what: `${wrong(part, text.shown)} at ${where(told, landscape, found)}`,
    advice: adviceFor(part, landscape),
  };
}

function describeKink(degree: number, landscape: Landscape, written: PlacedLoss, datum: string): Description {
  // the same of the loss as it is written
  const kink = movingKink({ ...landscape, loss: written.loss }, degree);
  const { range, shown } = textOf(kink === undefined ? [] : [kink.expression], written);
  return {
    range,
    what: `${shown} has a kink that moves with the weights over the datum \`${datum}\`, and no ${ordinal(degree)} derivative`,
    advice: "write a smooth function, such as `sqrt(u^2 + 0.01)` for `abs(u)`, or take discrete data",
  };
}

function wrong({ path, degree, value, dividesByZero }: RoughPart, shown: string): string {
  const [part] = path;
  if (dividesByZero) {
    return `${shown} divides by 0`;
  }
  if (degree > 0 && part!.kind === "power" && !isOfAbsolute(part!)) {
    return `${shown} is not smooth`;
  }
  return lack(shown, degree, value);
}

function lack(what: string, degree: number, value: number): string {
  if (degree === 0) {
    return Number.isNaN(value) ? `${what} is no real number` : `${what} is not finite`;
  }
  return `${what} has no ${degree === 1 ? "" : `${ordinal(degree)} `}derivative`;
}

/** Where weights start, and data are, of those that a part is made of. */
function where(part: Formula, { weights }: Landscape, { data }: Roughness): string {
  const symbols = symbolsOf(part);
  const starts = weights.filter(({ name }) => symbols.has(name));
  const told = [
    ...starts.map(({ name, start }) => `${name} = ${start}`),
    ...[...data]
      .filter(([name]) => symbols.has(name))
      .map(([name, value]) => `${name} = ${Number(value.toPrecision(4))}`),
  ];
  const shown = told.length > mostNames ? [...told.slice(0, mostNames), "…"] : told;
  const place = shown.length === 0 ? "the start" : `\`${shown.join(", ")}\``;
  return starts.length === 0 ? place : `${place}, where descent starts`;
}

function adviceFor({ path }: RoughPart, { weights }: Landscape): string {
  const [part] = path;
  const symbols = symbolsOf(part!);
  if (!weights.some(({ name }) => symbols.has(name))) {
    return "change the loss or its data so that it is finite for all of them";
  }
  return isOfAbsolute(part!)
    ? "start elsewhere, or write a smooth function, such as `sqrt(u^2 + 0.01)` for `abs(u)`"
    : "start elsewhere, or change the loss so that it is smooth there";
}

/** Whether it is an absolute value, or a power of one. */
function isOfAbsolute(part: Formula): boolean {
  const absolute = part.kind === "power" ? part.base : part;
  return absolute.kind === "call" && absolute.name === "abs";
}

/** Where the innermost of some formulas is written, and how. */
function textOf(
  path: readonly Formula[],
  { places, statement }: PlacedLoss,
): { range: Range; shown: string } {
  const place = path.map((formula) => places.get(formula)).find((one) => one !== undefined);
  return place === undefined
    ? { range: rangeOf(statement.value ?? statement), shown: "the loss" }
    : { range: rangeOf(place), shown: `\`${excerpt(place)}\`` };
}
