import type { ElementaryFunctions } from "../compile/elementary.js";
import type { ProgramBuilder, Value } from "../compile/program.js";
import { lowerSeries, type Series } from "../compile/series.js";
import { SeriesArithmetic } from "../compile/series-arithmetic.js";
import {
  constantApart,
  dataNames,
  type Expression,
  expandLandscape,
  hessian,
  type Landscape,
} from "../landscape/index.js";
import { type Monomials, makeMonomials, monomialIndices } from "../landscape/monomials.js";

/** Weights as power series, and the data of a training point. */
export interface SeriesInputs {
  readonly weights: readonly Series[];
  readonly data: readonly Value[];
}

/** A landscape about the place where descent starts, as far as the orders of a trial are made of it. */
export interface LossExpansion {
  /**
   * `H`, the second derivatives of the expected loss at the start.
   * @throws LandscapeError when an expectation is not finite.
   */
  curvature(): readonly (readonly number[])[];
  /** The gradient of the loss of a datum, to `order`: a series a weight. */
  gradient(
    builder: ProgramBuilder,
    inputs: SeriesInputs,
    order: number,
    functions: ElementaryFunctions,
  ): readonly Series[];
  /** The second derivatives of the loss of a datum, to `order`: a row a weight, up to its diagonal. */
  bends(
    builder: ProgramBuilder,
    inputs: SeriesInputs,
    order: number,
    functions: ElementaryFunctions,
  ): readonly (readonly Series[])[];
  /** The loss of a datum less its constant. */
  loss(builder: ProgramBuilder, inputs: SeriesInputs, order: number, functions: ElementaryFunctions): Series;
  /**
   * What the expected loss is beyond the start: its Taylor polynomial in what the weights' series are beyond their starts.
   * @throws LandscapeError when an expectation is not finite.
   */
  expectedChange(builder: ProgramBuilder, weights: readonly Series[], order: number): Series;
  /** The gradient of that polynomial, to `order`: a series a weight. */
  expectedSlopes(builder: ProgramBuilder, weights: readonly Series[], order: number): readonly Series[];
}

/** Of a loss that is an expression. @param slopes its gradient. @param bends its second derivatives, up to the diagonal. */
export function expressionExpansion(
  landscape: Landscape,
  slopes: () => readonly Expression[],
  bends: () => readonly (readonly Expression[])[],
): LossExpansion {
  const symbolsOf = ({ weights, data }: SeriesInputs): ReadonlyMap<string, Series> =>
    new Map([
      ...landscape.weights.map(({ name }, weight) => [name, weights[weight]!] as const),
      ...landscape.data.flatMap(dataNames).map((name, datum): [string, Series] => [name, [data[datum]!]]),
    ]);
  const polynomials = new Map<number, TaylorPolynomial>();
  let curvature: readonly (readonly number[])[] | undefined;
  return {
    curvature: () => {
      curvature ??= tidied(hessian(landscape));
      return curvature;
    },
    gradient: (builder, inputs, order, functions) => {
      const symbols = symbolsOf(inputs);
      return slopes().map((slope) => lowerSeries(builder, slope, symbols, order, functions));
    },
    bends: (builder, inputs, order, functions) => {
      const symbols = symbolsOf(inputs);
      return bends().map((row) => row.map((entry) => lowerSeries(builder, entry, symbols, order, functions)));
    },
    loss: (builder, inputs, order, functions) =>
      lowerSeries(builder, constantApart(landscape.loss).rest, symbolsOf(inputs), order, functions),
    expectedChange: (builder, weights, order) => {
      const polynomial = polynomials.get(order) ?? taylorPolynomial(landscape, order);
      polynomials.set(order, polynomial);
      return changeBy(polynomial, builder, weights, order);
    },
    expectedSlopes: (builder, weights, order) =>
      landscape.weights.map((_, weight) => {
        const { monomials, coefficients } = taylorPolynomial(landscape, order, weight);
        const arithmetic = new SeriesArithmetic(builder, order);
        const atStart = arithmetic.number(coefficients[0]!);
        const beyond = Float64Array.from(coefficients, (one, monomial) => (monomial === 0 ? 0 : one));
        return arithmetic.sum([
          atStart,
          changeBy({ monomials, coefficients: beyond }, builder, weights, order),
        ]);
      }),
  };
}

/** Entries that are zero but for rounding are left out: each takes a product of every update. */
function tidied(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const largest = Math.max(...matrix.flat().map(Math.abs));
  return matrix.map((row) => row.map((entry) => (Math.abs(entry) < 2 ** -51 * largest ? 0 : entry)));
}

/** Of the expected loss about the start without its constant, or of an entry of its gradient. */
interface TaylorPolynomial {
  readonly monomials: Monomials;
  /** Of each monomial. */
  readonly coefficients: Float64Array;
}

/** @param slope the weight of an entry of the gradient. */
function taylorPolynomial(landscape: Landscape, order: number, slope?: number): TaylorPolynomial {
  const monomials = makeMonomials(landscape.weights.length, order);
  const along = slope === undefined ? [] : [slope];
  const expansion = expandLandscape(landscape, { order: order + along.length, partSize: 1 });
  const coefficients = monomials.factorials.map((factorial, monomial) =>
    monomial === 0 && slope === undefined
      ? 0
      : expansion.cumulant([
          expansion.derivative([...monomialIndices(monomials, monomial), ...along].sort((a, b) => a - b)),
        ]) / factorial,
  );
  return { monomials, coefficients };
}

function changeBy(
  { monomials, coefficients }: TaylorPolynomial,
  builder: ProgramBuilder,
  weights: readonly Series[],
  order: number,
): Series {
  const arithmetic = new SeriesArithmetic(builder, order);
  const steps = weights.map(([, ...rest]): Series => [undefined, ...rest]);
  const powers: Series[] = [];
  /** The product of a monomial's steps, from that of the monomial below it. */
  const power = (monomial: number): Series => {
    const parent = monomials.parents[monomial]!;
    const step = steps[monomials.lasts[monomial]!]!;
    powers[monomial] ??= parent === 0 ? step : arithmetic.multiply(power(parent), step);
    return powers[monomial]!;
  };
  const terms: Series[] = [];
  coefficients.forEach((coefficient, monomial) => {
    if (coefficient !== 0) {
      terms.push(arithmetic.scale(builder.constant(coefficient), power(monomial)));
    }
  });
  return arithmetic.sum(terms);
}
