import type { Combination } from "../observables/index.js";
import { orderOf } from "./orders.js";
import type { Origin, RequestedNumber, SimulatedNumber } from "./request.js";

interface AnyColumn {
  readonly label: string;
  readonly center: number;
  readonly origin: Origin;
  /** Whether the expected loss is in it: trials whose loss could not be found are in no sum of it. */
  readonly isExpectation: boolean;
}

/** One measured number of a trial: what is summed of it is less the center, and its constant is apart. */
export interface MeasuredColumn extends AnyColumn {
  readonly combination: Combination;
  /** Which control is in it; its register is in the combination of a plan's column. */
  readonly control?: number;
}

/** A sum of products of measured columns of a trial, each less its center, as its numbers are added from the first on. Its center is 0. */
export interface PairedColumn extends AnyColumn {
  /** Their places among the columns. */
  readonly pairs: readonly (readonly [number, number])[];
  /** The place of one that is added after them, less its center. */
  readonly added?: number;
}

/** What two earlier columns of a trial, each less its center, are when multiplied and rounded once. Its center is 0. */
export interface ProductColumn extends AnyColumn {
  /** Their places among the columns. */
  readonly product: readonly [number, number];
}

/** Columns that are measured come first, then sums of products of these, then products of all of them. */
export type Column = MeasuredColumn | PairedColumn | ProductColumn;

/**
 * How many measured numbers a product may be made of: fourth powers have the errors of variances in them, and no power of
 * so many numbers of single precision is out of a double's reach.
 */
export const mostFactors = 4;

/** A column less a control. */
export function lessControl(column: MeasuredColumn, register: number): MeasuredColumn {
  return {
    ...column,
    combination: [...column.combination, { factor: -1, quantity: { kind: "register", register } }],
  };
}

export function isProduct(column: Column): column is ProductColumn {
  return "product" in column;
}

export function isPaired(column: Column): column is PairedColumn {
  return "pairs" in column;
}

/** What a column that is made of others is in a trial. @param difference what a column is in it, less its center. */
export function madeOf(column: PairedColumn | ProductColumn, difference: (place: number) => number): number {
  if (isProduct(column)) {
    return difference(column.product[0]) * difference(column.product[1]);
  }
  // Products are rounded before they are added, as engines do it.
  const sum = column.pairs.reduce((sum, [one, other]) => sum + difference(one) * difference(other), 0);
  return column.added === undefined ? sum : sum + difference(column.added);
}

/** The places of what a number or a column is made of. */
export function placesIn(
  made: Pick<PairedColumn, "pairs" | "added"> | Pick<ProductColumn, "product">,
): readonly number[] {
  if ("product" in made) {
    return made.product;
  }
  return [...made.pairs.flat(), ...(made.added === undefined ? [] : [made.added])];
}

/**
 * Whether a column may be no finite double in a trial that did not diverge: products, and orders with what they leave over,
 * grow faster than what they are of.
 */
export function mayOverflow(column: Column): boolean {
  return !isMeasured(column) || column.combination.some(({ quantity }) => orderOf(quantity) !== undefined);
}

export function isMeasured(column: Column): column is MeasuredColumn {
  return !isPaired(column) && !isProduct(column);
}

export function measuredOf(columns: readonly Column[]): readonly MeasuredColumn[] {
  return columns.filter(isMeasured);
}

/** Those that a device finds where it measures: all but products, which it makes of numbers of any size. */
export function foundOf(columns: readonly Column[]): readonly (MeasuredColumn | PairedColumn)[] {
  return columns.filter((column): column is MeasuredColumn | PairedColumn => !isProduct(column));
}

export function productsOf(columns: readonly Column[]): readonly ProductColumn[] {
  return columns.filter(isProduct);
}

/** The numbers of a request that are no products. */
export function observedOf(numbers: readonly RequestedNumber[]): readonly SimulatedNumber[] {
  return numbers.filter((number) => "combination" in number);
}

/** What is wrong with the products that a request asks for, in one line, or undefined. */
export function productProblem(numbers: readonly RequestedNumber[]): string | undefined {
  const factors: number[] = [];
  for (const [at, number] of numbers.entries()) {
    if (!("product" in number)) {
      const before = numbers[at - 1];
      if (before !== undefined && ("product" in before || ("combination" in number && "pairs" in before))) {
        return `"${number.label}" stands behind a product; put all numbers that are measured before the products`;
      }
      const places = "pairs" in number ? placesIn(number) : [];
      if (places.some((place) => !("combination" in (numbers[place] ?? {})))) {
        return `"${number.label}" is of what is not measured before it; take some of the numbers that are`;
      }
      factors.push(1);
      continue;
    }
    const [one, other] = number.product.map((place) => factors[place] ?? Number.NaN) as [number, number];
    if (Number.isNaN(one + other)) {
      return `"${number.label}" is a product of what does not stand before it; take two of the numbers 0 to ${at - 1}`;
    }
    if (one + other > mostFactors) {
      return `"${number.label}" is a product of ${one + other} numbers; there may be ${mostFactors}`;
    }
    factors.push(one + other);
  }
  return undefined;
}
