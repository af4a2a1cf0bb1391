import { call, logSumExp, negate, number, one, product, sum } from "../build.js";
import type { Expression } from "../expression.js";
import { type Form, factorsExpression, type SumPower, type Term } from "./form.js";
import {
  addLinear,
  constantLinear,
  isConstant,
  type Linear,
  type LinearReader,
  linearExpression,
  linearKey,
  scaleLinear,
} from "./linear.js";

/** The terms' signs: all positive numbers, `1 − c e^v` with a positive number c, or anything else. */
export type Signs = "positive" | "difference" | "mixed";

export function signsOf(terms: readonly Term[]): Signs {
  const numbers = terms.map(({ coefficient }) =>
    isConstant(coefficient) ? coefficient.constant : Number.NaN,
  );
  if (numbers.every((value) => value > 0)) {
    return "positive";
  }
  return terms.length === 2 && numbers[0]! > 0 && numbers[1]! < 0 ? "difference" : "mixed";
}

/** `exponent + log(coefficient)` of a term whose coefficient's size is a number; of others the exponent. */
export function logarithmOfTerm({ coefficient, exponent }: Term): Linear {
  const size = isConstant(coefficient) ? Math.log(Math.abs(coefficient.constant)) : 0;
  return addLinear(exponent, constantLinear(size));
}

/** A term's share of the sum of all terms' sizes: between 0 and 1. */
export function share(terms: readonly Term[], index: number): Expression {
  const own = logarithmOfTerm(terms[index]!);
  const others = terms.filter((_, i) => i !== index).map(logarithmOfTerm);
  if (others.length === 1) {
    return call("sigmoid", linearExpression(addLinear(own, others[0]!, -1)));
  }
  return call("sigmoid", sum([linearExpression(own), negate(logSumExp(others.map(linearExpression)))]));
}

/** A sum over the sum of its terms' sizes: bounded by 1, or by what its coefficients are. */
export function balance(terms: readonly Term[]): Expression {
  const signs = signsOf(terms);
  if (signs === "positive") {
    return one;
  }
  if (signs === "difference") {
    const [first, second] = terms.map(logarithmOfTerm) as [Linear, Linear];
    return call("tanh", linearExpression(scaleLinear(addLinear(first, second, -1), 1 / 2)));
  }
  return sum(
    terms.map(({ coefficient }, index) => {
      const weight = isConstant(coefficient)
        ? number(Math.sign(coefficient.constant))
        : linearExpression(coefficient);
      return product([weight, share(terms, index)]);
    }),
  );
}

/**
 * The logarithm of a form; finite wherever it is. Nothing where the form is negative everywhere.
 * What has no sign of its own stays in a logarithm, with what it has to do with: shares between −1 and 1.
 */
export function logarithmOf(form: Form, reader: LinearReader): Expression | undefined {
  const { coefficient, factors, sums } = form;
  const [only] = sums;
  if (
    sums.length === 1 &&
    only!.power === 1 &&
    factors.length === 0 &&
    signsOf(only!.terms) === "difference"
  ) {
    return logarithmOfDifference(form, only!.terms);
  }
  const bounded = [
    ...factors,
    ...sums.map(({ terms, power: exponent }) => ({ base: balance(terms), power: exponent })),
  ].filter(({ base }) => base !== one);
  if (bounded.length === 0) {
    if (!(coefficient > 0)) {
      return undefined;
    }
    const constant = constantLinear(Math.log(coefficient));
    return linearExpression(logarithmOfSums(addLinear(form.exponent, constant), sums, reader));
  }
  const rest = product([number(coefficient), factorsExpression(bounded)]);
  return sum([linearExpression(logarithmOfSums(form.exponent, sums, reader)), call("log", rest)]);
}

/** `log(k e^a (1 − c e^v))`: what is positive says which of the two terms is the larger one. */
function logarithmOfDifference(form: Form, terms: readonly Term[]): Expression | undefined {
  const [first, second] = terms.map(logarithmOfTerm) as [Linear, Linear];
  const [larger, smaller] = form.coefficient > 0 ? [first, second] : [second, first];
  const outside = addLinear(
    addLinear(form.exponent, larger),
    constantLinear(Math.log(Math.abs(form.coefficient))),
  );
  const inside = linearExpression(addLinear(smaller, larger, -1));
  return sum([linearExpression(outside), call("log", negate(call("expm1", inside)))]);
}

/** `exponent + Σ power · log(sum of the terms' sizes)`. */
export function logarithmOfSums(exponent: Linear, sums: readonly SumPower[], reader: LinearReader): Linear {
  let rest = exponent;
  const logarithms: Expression[] = [];
  for (const { terms, power: times } of sums) {
    const own = terms.map(logarithmOfTerm);
    // what stands outside goes inside where it meets its like
    const shift = scaleLinear(rest, 1 / times);
    if (own.length === 2 && linearKey(addLinear(scaleLinear(shift, 2), addLinear(own[0]!, own[1]!))) === "") {
      // e^a + e^b = 2 e^((a + b)/2) cosh((a − b)/2)
      const half = scaleLinear(addLinear(own[0]!, own[1]!), 1 / 2);
      const argument = linearExpression(scaleLinear(addLinear(own[0]!, own[1]!, -1), 1 / 2));
      logarithms.push(product([number(times), call("logcosh", argument)]));
      rest = addLinear(addLinear(rest, half, times), constantLinear(times * Math.LN2));
      continue;
    }
    const meets =
      sums.length === 1 || own.some((one) => isConstant(addLinear(one, shift)) && !isConstant(shift));
    const inside = meets ? own.map((one) => addLinear(one, shift)) : own;
    if (meets) {
      rest = constantLinear(0);
    }
    logarithms.push(product([number(times), logSumExp(inside.map(linearExpression))]));
  }
  return reader.linear(sum([linearExpression(rest), ...logarithms]));
}
