import { number, power, product } from "../build.js";
import type { Expression } from "../expression.js";
import {
  addLinear,
  constantLinear,
  isConstant,
  type Linear,
  type LinearReader,
  linearExpression,
  linearKey,
  scaleLinear,
  zeroLinear,
} from "./linear.js";

/** `coefficient · e^exponent`. */
export interface Term {
  readonly coefficient: Linear;
  readonly exponent: Linear;
}

/** A sum of exponentials with several exponents, the first of which is `1 · e^0`, to a whole power. */
export interface SumPower {
  readonly terms: readonly Term[];
  /** The same for equal sums. */
  readonly key: string;
  readonly power: number;
}

/** `coefficient · Π factors · e^exponent · Π sums`: an expression as a quotient of sums of exponentials. */
export interface Form {
  readonly coefficient: number;
  /** Without exponentials. */
  readonly factors: readonly { readonly base: Expression; readonly power: number }[];
  readonly exponent: Linear;
  readonly sums: readonly SumPower[];
  /** How many exponentials, and sums with them, are multiplied. */
  readonly pieces: number;
  /** How many of them are single exponentials, which may be small where others are large. */
  readonly singles: number;
  /** Whether an exponential is divided by, or something else that must not be computed as it is written. */
  readonly unsafe: boolean;
  /** Whether it has a bounded function of exponentials as a factor, and whether one that vanishes far out. */
  readonly bounded: boolean;
  readonly vanishing: boolean;
}

export const trivial: Form = {
  coefficient: 1,
  factors: [],
  exponent: zeroLinear,
  sums: [],
  pieces: 0,
  singles: 0,
  unsafe: false,
  bounded: false,
  vanishing: false,
};

/** More terms than this are not made by multiplying out. */
const mostTerms = 16;

/** Terms with more different denominators stay apart. */
const mostDenominators = 3;

/** Longer sums keep their first term first. */
const longestOrdered = 8;

export function numberForm(value: number): Form {
  return { ...trivial, coefficient: value };
}

export function factorForm(base: Expression): Form {
  if (base.kind === "number") {
    return numberForm(base.value);
  }
  return { ...trivial, factors: [{ base, power: 1 }] };
}

export function exponentialForm(exponent: Linear): Form {
  return { ...trivial, exponent, pieces: 1, singles: 1 };
}

/** `Σ coefficient e^exponent`, as a sum to the first power or, when only one exponent is left, as an exponential. */
export function sumForm(terms: readonly Term[]): Form {
  const merged = mergedTerms(terms);
  if (merged.length === 0) {
    return numberForm(0);
  }
  if (merged.length === 1) {
    const [{ coefficient, exponent }] = merged as [Term];
    const own = isConstant(coefficient)
      ? numberForm(coefficient.constant)
      : factorForm(linearExpression(coefficient));
    return { ...own, exponent, pieces: isConstant(exponent) ? 0 : 1, singles: isConstant(exponent) ? 0 : 1 };
  }
  const first = firstTerm(merged);
  const scale = isConstant(first.coefficient) ? first.coefficient.constant : 1;
  const moved = merged.map(({ coefficient, exponent }) => ({
    coefficient: scaleLinear(coefficient, 1 / scale),
    exponent: addLinear(exponent, first.exponent, -1),
  }));
  const firstMoved = moved[merged.indexOf(first)]!;
  const ordered = [firstMoved, ...moved.filter((term) => term !== firstMoved)];
  return {
    ...trivial,
    coefficient: scale,
    exponent: first.exponent,
    sums: [{ terms: ordered, key: sumKey(ordered), power: 1 }],
    pieces: 1,
  };
}

/** The term that the others are compared with, the same for all ways to write a sum and its multiples. */
function firstTerm(terms: readonly Term[]): Term {
  if (terms.length > longestOrdered) {
    return terms[0]!;
  }
  const keyed = terms.map((first) => {
    const keys = terms.map(({ exponent }) => linearKey(addLinear(exponent, first.exponent, -1)));
    return { first, key: keys.sort().join(" | ") };
  });
  return keyed.reduce((best, one) => (one.key < best.key ? one : best)).first;
}

/** One term for each exponent; those that differ by a constant are one. */
function mergedTerms(terms: readonly Term[]): Term[] {
  const byExponent = new Map<string, Term>();
  for (const term of terms) {
    const key = linearKey(term.exponent);
    const known = byExponent.get(key);
    if (known === undefined) {
      byExponent.set(key, term);
      continue;
    }
    // the smaller is written in units of the larger
    const [large, small] = term.exponent.constant > known.exponent.constant ? [term, known] : [known, term];
    const scale = Math.exp(small.exponent.constant - large.exponent.constant);
    byExponent.set(key, { ...large, coefficient: addLinear(large.coefficient, small.coefficient, scale) });
  }
  return [...byExponent.values()].filter(
    ({ coefficient }) => !isConstant(coefficient) || coefficient.constant !== 0,
  );
}

function sumKey(terms: readonly Term[]): string {
  return terms
    .map(({ coefficient, exponent }) => {
      return `${coefficient.constant} ${linearKey(coefficient)} e ${exponent.constant} ${linearKey(exponent)}`;
    })
    .sort()
    .join(" + ");
}

export function multiplyForms(a: Form, b: Form): Form {
  const sums = new Map(a.sums.map((sum) => [sum.key, sum] as const));
  for (const sum of b.sums) {
    const total = (sums.get(sum.key)?.power ?? 0) + sum.power;
    if (total === 0) {
      sums.delete(sum.key);
    } else {
      sums.set(sum.key, { ...sum, power: total });
    }
  }
  return {
    coefficient: a.coefficient * b.coefficient,
    factors: [...a.factors, ...b.factors],
    exponent: addLinear(a.exponent, b.exponent),
    sums: [...sums.values()],
    pieces: a.pieces + b.pieces,
    singles: a.singles + b.singles,
    unsafe: a.unsafe || b.unsafe,
    bounded: a.bounded || b.bounded,
    vanishing: a.vanishing || b.vanishing,
  };
}

export function raiseForm(form: Form, exponent: number): Form {
  if (exponent === 0) {
    return trivial;
  }
  return {
    ...form,
    coefficient: form.coefficient ** exponent,
    factors: form.factors.map(({ base, power: own }) => ({ base, power: own * exponent })),
    exponent: scaleLinear(form.exponent, exponent),
    sums: form.sums.map((sum) => ({ ...sum, power: sum.power * exponent })),
    unsafe: form.unsafe || (exponent < 0 && form.pieces > 0),
  };
}

/** The factors without exponentials, one expression above and below the line. */
export function factorsExpression(factors: Form["factors"]): Expression {
  return product(
    factors.map(({ base, power: exponent }) =>
      exponent >= 0
        ? power(base, number(exponent))
        : { kind: "divide", numerator: number(1), denominator: power(base, number(-exponent)) },
    ),
  );
}

/** A form's sums above the line multiplied out with the rest that is above it; nothing when these are many terms. */
export function numeratorTerms(form: Form, reader: LinearReader): readonly Term[] | undefined {
  const above = form.sums.filter(({ power: exponent }) => exponent > 0);
  let terms: readonly Term[] = [
    {
      coefficient: scaleLinear(reader.linear(factorsExpression(form.factors)), form.coefficient),
      exponent: form.exponent,
    },
  ];
  for (const sum of above) {
    for (let time = 0; time < sum.power; time++) {
      // a single sum may be long
      if (terms.length > 1 && terms.length * sum.terms.length > mostTerms) {
        return undefined;
      }
      terms = mergedTerms(
        terms.flatMap((a) =>
          sum.terms.map((b) => ({
            coefficient: timesLinear(a.coefficient, b.coefficient, reader),
            exponent: addLinear(a.exponent, b.exponent),
          })),
        ),
      );
    }
  }
  return terms;
}

function timesLinear(a: Linear, b: Linear, reader: LinearReader): Linear {
  if (isConstant(a)) {
    return scaleLinear(b, a.constant);
  }
  if (isConstant(b)) {
    return scaleLinear(a, b.constant);
  }
  return reader.linear(product([linearExpression(a), linearExpression(b)]));
}

/** The sum of forms over their common denominator; nothing when that has too many terms. */
export function addForms(forms: readonly Form[], reader: LinearReader): Form | undefined {
  const below = new Map<string, SumPower>();
  for (const { sums } of forms) {
    for (const sum of sums) {
      if (sum.power < (below.get(sum.key)?.power ?? 0)) {
        below.set(sum.key, sum);
      }
    }
  }
  if (below.size > mostDenominators) {
    return undefined;
  }
  const common: Form = { ...trivial, sums: [...below.values()] };
  const denominator = raiseForm(common, -1);
  const terms: Term[] = [];
  for (const form of forms) {
    const own = numeratorTerms(multiplyForms(form, denominator), reader);
    if (own === undefined) {
      return undefined;
    }
    for (const term of own) {
      terms.push(term);
    }
  }
  const total = multiplyForms(sumForm(terms), common);
  // exponentials that cancel each other are not to be computed
  const exponents = new Set(terms.map(({ exponent }) => linearKey(exponent)));
  const single = total.sums.every(({ power: exponent }) => exponent < 0);
  return {
    ...total,
    pieces: Math.max(1, total.pieces),
    unsafe: forms.some(({ unsafe }) => unsafe) || (single && exponents.size > 1),
    bounded: forms.some(({ bounded }) => bounded),
    vanishing: forms.some(({ bounded }) => bounded),
  };
}

export function constantTerm(coefficient: number, exponent: Linear): Term {
  return { coefficient: constantLinear(coefficient), exponent };
}
