import { type BlockTerm, makeBlocks } from "../blocks.js";
import { children, nodeCount } from "../build.js";
import { CoreCompiler, type CoreGroup, evaluateGroup } from "../cores.js";
import { LandscapeError } from "../error.js";
import { type CompiledExpression, compileExpression } from "../evaluation.js";
import type { Expression } from "../expression.js";
import { finiteForm } from "../finite/index.js";
import { withZeroLogarithms } from "../finite/zero-logarithm.js";
import { type AffineSymbol, compileJet } from "../jets.js";
import { type MovingKink, movingKink } from "../kinks.js";
import { dataNames, type Landscape } from "../landscape.js";
import { MonomialTables } from "../monomial-tables.js";
import { makeMonomials } from "../monomials.js";
import { recentred } from "../recentre.js";
import { separate } from "../separate.js";
import { besides, dataAt, type PlaceOfData, placesOf } from "./places.js";

/** Where a loss has not all derivatives at its start. */
export interface Roughness {
  /** The lowest order of those that it has not: 0 where it has no finite value itself. */
  readonly degree: number;
  /** At which data. */
  readonly data: ReadonlyMap<string, number>;
  /** Present where a kink moves over the data with the weights, so that nobody can say where it is. */
  readonly kink?: MovingKink;
}

/** A part of a loss that has not all derivatives, though its own parts have them. */
export interface RoughPart {
  /** The part, and what it is in, from the inside. */
  readonly path: readonly Expression[];
  /** As of {@link Roughness}, of the part. */
  readonly degree: number;
  /** What it is there. */
  readonly value: number;
  /** Whether it is a quotient whose denominator is 0. */
  readonly dividesByZero: boolean;
}

/** Evaluations take second derivatives at least: propagators are made of them. */
export const leastDegree = 2;

/** Larger losses, or more work, are left to the evaluation. */
const mostNodes = 4_000;
const mostWork = 600_000;

const known = new WeakMap<Landscape, { readonly order: number; readonly found: Roughness | undefined }>();

/**
 * Whether a loss has not all derivatives up to an order at the weights' starts, by the very steps that
 * {@link expandLandscape} goes, along one direction that all weights have a part in, and at a few places of the data. What
 * is found is refused by every evaluation that takes derivatives so high; what is not found may be refused nevertheless.
 * Work is bounded, and none of it grows with the number of rows of data.
 */
export function roughnessOf(landscape: Landscape, order: number): Roughness | undefined {
  const before = known.get(landscape);
  if (before !== undefined && (before.order >= order || before.found !== undefined)) {
    return before.found !== undefined && before.found.degree <= order ? before.found : undefined;
  }
  const found = search(landscape, order);
  known.set(landscape, { order, found });
  return found;
}

function search(landscape: Landscape, order: number): Roughness | undefined {
  const size = nodeCount(landscape.loss);
  if (size > mostNodes) {
    return undefined;
  }
  const places = placesOf(landscape).slice(0, Math.ceil(mostWork / (size * (order + 1) ** 2)));
  const kink = lowestKink(landscape, order);
  try {
    const inside = new Along(recentred(landscape), order, landscape);
    const found = inside.lowest(places);
    if (found !== undefined && !(kink !== undefined && kink.smooth < found.degree)) {
      return { degree: found.degree, data: dataAt(landscape, found.place) };
    }
  } catch (error) {
    // that the loss cannot be evaluated for another reason is told by whoever evaluates it
    if (!(error instanceof LandscapeError)) {
      throw error;
    }
    return undefined;
  }
  return kink && { degree: kink.smooth + 1, data: new Map(), kink };
}

function lowestKink(landscape: Landscape, order: number): MovingKink | undefined {
  for (let highest = 0; highest <= order; highest++) {
    const kink = movingKink(landscape, highest);
    if (kink !== undefined) {
      return kink;
    }
  }
  return undefined;
}

/** What is not finite at a place. */
interface Found {
  readonly degree: number;
  readonly place: PlaceOfData;
}

/** A loss as evaluations take it apart, along one direction. */
class Along {
  private readonly groups: readonly CoreGroup[];
  private readonly features: readonly CompiledExpression[];
  private readonly out: Float64Array;

  /** @param original the same before its data were recentred. */
  constructor(
    private readonly landscape: Landscape,
    order: number,
    original: Landscape,
  ) {
    const slots = slotsOf(landscape);
    const separated = separate(landscape, landscape === original ? 2 : 1);
    const { blocks, terms, features } = makeBlocks(landscape, separated);
    const compiler = new CoreCompiler(landscape.name, makeMonomials(1, order), directionOf(landscape), slots);
    this.groups = compiler.group(terms as readonly BlockTerm[], blocks.length).flat();
    this.features = features.map(({ expression }) => compileExpression(expression, slots));
    this.out = new Float64Array(order + 1);
  }

  /** The lowest degree of what is not finite, on an interval where data are continuous. */
  lowest(places: readonly PlaceOfData[]): Found | undefined {
    let lowest: Found | undefined;
    for (const place of places) {
      const degree = this.degreeAt(place);
      if (degree < (lowest?.degree ?? Number.POSITIVE_INFINITY)) {
        const near = besides(this.landscape, place).map((beside) => this.degreeAt(beside));
        const sure = Math.max(degree, ...near);
        if (sure < (lowest?.degree ?? Number.POSITIVE_INFINITY)) {
          lowest = { degree: sure, place };
        }
      }
    }
    return lowest;
  }

  private degreeAt(place: PlaceOfData): number {
    const data = Float64Array.from(dataAt(this.landscape, place).values());
    if (this.features.some((feature) => !Number.isFinite(feature(data)))) {
      return 0;
    }
    let lowest = Number.POSITIVE_INFINITY;
    for (const group of this.groups) {
      evaluateGroup(group, data, this.out, 0);
      group.ids.forEach((id, index) => {
        if (id < lowest && !Number.isFinite(this.out[index]!)) {
          lowest = id;
        }
      });
    }
    return lowest;
  }
}

/**
 * The innermost part of a loss that has not all derivatives.
 * @param loss as it is written: what it is rewritten to for the sake of overflow is of no use to who reads.
 */
export function roughPartOf(
  loss: Expression,
  landscape: Landscape,
  { degree, data }: Roughness,
): RoughPart | undefined {
  const slots = slotsOf(landscape);
  const given = Float64Array.from(data.values());
  const direction = directionOf(landscape);
  const isDatum = (name: string) => slots.has(name);
  const tables = new MonomialTables();
  const of = (expression: Expression): { degree: number; value: number } => {
    const program = compileJet(
      withZeroLogarithms(finiteForm(expression), isDatum),
      direction,
      slots,
      1,
      degree,
      tables,
    );
    const values = program.run(given);
    const lowest = program.pattern.find((m) => !Number.isFinite(values[m]!));
    return { degree: lowest ?? Number.POSITIVE_INFINITY, value: values[0]! };
  };
  let part = loss;
  let own = of(part);
  if (own.degree > degree) {
    return undefined;
  }
  const path = [part];
  for (;;) {
    const inner = partsOf(part)
      .map((expression) => ({ expression, found: of(expression) }))
      .find(({ found }) => found.degree <= own.degree);
    if (inner === undefined) {
      const dividesByZero = part.kind === "divide" && of(part.denominator).value === 0;
      return { path: path.reverse(), degree: own.degree, value: own.value, dividesByZero };
    }
    part = inner.expression;
    own = inner.found;
    path.push(part);
  }
}

/** What a part is made of; a power of an absolute value is one function. */
function partsOf(expression: Expression): readonly Expression[] {
  if (
    expression.kind === "power" &&
    expression.base.kind === "call" &&
    expression.base.name === "abs" &&
    expression.exponent.kind === "number"
  ) {
    return [expression.base.argument];
  }
  return children(expression);
}

/** One direction in which all weights move, each by another amount. */
function directionOf({ weights }: Landscape): Map<string, AffineSymbol> {
  return new Map(
    weights.map(({ name, start }, index) => [
      name,
      { value: start, slope: [{ unknown: 0, coefficient: 1 + (((index + 1) * 0.618034) % 1) }] },
    ]),
  );
}

function slotsOf({ data }: Landscape): Map<string, number> {
  return new Map(data.flatMap(dataNames).map((name, slot) => [name, slot]));
}
