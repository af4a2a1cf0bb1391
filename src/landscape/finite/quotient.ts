import { call, number, one, product, sum } from "../build.js";
import type { Expression } from "../expression.js";
import { type Form, factorsExpression, numeratorTerms, type SumPower, sumForm, type Term } from "./form.js";
import {
  addLinear,
  constantLinear,
  isConstant,
  type Linear,
  type LinearReader,
  linearExpression,
} from "./linear.js";
import { balance, logarithmOfSums, logarithmOfTerm, share, signsOf } from "./logarithm.js";

/** So many sums below the line are shared out among as many shares; beyond, there is one exponential of all. */
const mostShares = 4;

/**
 * A form as an expression that is finite wherever its value is: each sum below the line goes with a term above it into a
 * share between 0 and 1 or, where there is none, into one exponential with all the others.
 */
export function quotientOf(form: Form, reader: LinearReader): Expression {
  const { factors, sums } = paired(form);
  const bounded = [...factors];
  const below: SumPower[] = [];
  const above: SumPower[] = [];
  for (const one of sums) {
    if (one.power > 0) {
      above.push(one);
      continue;
    }
    bounded.push({ base: balance(one.terms), power: one.power });
    below.push(one);
  }
  const outside = factorsExpression(bounded.filter(({ base }) => base !== one));
  const top: Form = { ...form, factors: [], sums: above };
  const terms = numeratorTerms(top, reader);
  if (terms === undefined) {
    // too many to be multiplied out: sizes into the exponential, and shares for the rest
    const rest = above.map(({ terms: own, power }) => ({ base: balance(own), power }));
    const size = exponential(logarithmOfSums(form.exponent, [...above, ...below], reader));
    return product([number(form.coefficient), outside, factorsExpression(rest), size]);
  }
  const quotients = terms.map(({ coefficient, exponent }) =>
    product([linearExpression(coefficient), ratio(exponent, below, reader)]),
  );
  return product([outside, sum(quotients)]);
}

/** Sums and differences of the same two terms are hyperbolic tangents of each other. */
function paired(form: Form): Pick<Form, "factors" | "sums"> {
  const sums = new Map(form.sums.map((one) => [one.key, one] as const));
  const factors = [...form.factors];
  const add = (one: SumPower, power: number): void => {
    const total = (sums.get(one.key)?.power ?? 0) + power;
    if (total === 0) {
      sums.delete(one.key);
    } else {
      sums.set(one.key, { ...one, power: total });
    }
  };
  for (const one of form.sums) {
    const { terms, power } = one;
    if (signsOf(terms) !== "difference") {
      continue;
    }
    const sizes = terms.map(({ coefficient, exponent }) => ({
      coefficient: constantLinear(Math.abs(coefficient.constant)),
      exponent,
    }));
    const [same] = sumForm(sizes).sums;
    const counterpart = same === undefined ? undefined : sums.get(same.key);
    // above the line a difference is as good as its terms, unless its counterpart is below
    if (same === undefined || (power > 0 && !(counterpart !== undefined && counterpart.power < 0))) {
      continue;
    }
    add(one, -power);
    add(same, power);
    factors.push({ base: balance(terms), power });
  }
  return { factors, sums: [...sums.values()] };
}

/** `e^exponent` over sums of the sizes of terms. */
function ratio(exponent: Linear, below: readonly SumPower[], reader: LinearReader): Expression {
  if (below.length === 0) {
    return exponential(exponent);
  }
  const copies = below.flatMap(({ terms, power }) =>
    -power <= mostShares ? Array<readonly Term[]>(-power).fill(terms) : [[]],
  );
  const chosen = copies.length <= mostShares ? assigned(exponent, copies) : undefined;
  if (chosen === undefined) {
    return exponential(logarithmOfSums(exponent, below, reader));
  }
  const rest = chosen.reduce(
    (left, index, i) => addLinear(left, logarithmOfTerm(copies[i]![index]!), -1),
    exponent,
  );
  return product([exponential(rest), ...chosen.map((index, i) => share(copies[i]!, index))]);
}

/** Larger constants stay in the exponent. */
const largestFactor = 300;

function exponential(exponent: Linear): Expression {
  const outside =
    isConstant(exponent) || Math.abs(exponent.constant) <= largestFactor ? exponent.constant : 0;
  const inside = linearExpression(addLinear(exponent, constantLinear(outside), -1));
  return product([number(Math.exp(outside)), call("exp", inside)]);
}

/** A term of each sum, so that their exponents add up to the given one but for a constant. */
function assigned(exponent: Linear, sums: readonly (readonly Term[])[]): number[] | undefined {
  const [first, ...others] = sums;
  if (first === undefined) {
    return isConstant(exponent) ? [] : undefined;
  }
  for (let index = 0; index < first.length; index++) {
    const rest = assigned(addLinear(exponent, first[index]!.exponent, -1), others);
    if (rest !== undefined) {
      return [index, ...rest];
    }
  }
  return undefined;
}
