import {
  children,
  divide,
  isNumber,
  number,
  one,
  polynomialDegree,
  power,
  product,
  simplify,
  sum,
} from "./build.js";
import { continuousOf } from "./distributions/index.js";
import { evaluateExpression } from "./evaluation.js";
import type { Expression } from "./expression.js";
import { type DataSource, dataNames, type Landscape } from "./landscape.js";
import { meanOf } from "./rows.js";

/**
 * One term of a loss written as a sum of products: `core(θ, x_mixed) · Π outer(x)`. The sources of
 * `mixed` meet the weights in ways that do not factor; the other sources come as factors of their own.
 */
export interface SeparatedTerm {
  readonly core: Expression;
  /** Sources in `core`, ascending; none when it is a function of the weights alone. */
  readonly mixed: readonly number[];
  /** Factors without weights, by their sources (ascending); no source appears twice or in `mixed`. */
  readonly outer: readonly { readonly sources: readonly number[]; readonly factor: Expression }[];
}

/** More terms than this are not made by multiplying out. */
const mostTerms = 20_000;

/** What a sub-expression involves. */
interface Reach {
  readonly weights: boolean;
  readonly sources: ReadonlySet<number>;
}

/** A product of factors none of which is split further. */
type Factors = readonly Expression[];

/**
 * Writes the loss as a sum of products whose factors involve as few data sources as can be, by
 * multiplying out sums that involve at least `splitFrom` of them (1: whatever mixes data and weights
 * is split where possible; 2: only what mixes several sources).
 */
export function separate(landscape: Landscape, splitFrom: 1 | 2): readonly SeparatedTerm[] {
  return new Separator(landscape, splitFrom).separate();
}

class Separator {
  private readonly sourceOf = new Map<string, number>();
  private readonly means = new Map<string, number>();
  private readonly reaches = new WeakMap<Expression, Reach>();
  private readonly expanded = new Map<Expression, Factors[]>();
  private readonly expandedFactors = new Map<Expression, Factors[]>();
  /** How deep we are in products being multiplied out; there, weights and data are always split. */
  private multiplying = 0;

  constructor(
    private readonly landscape: Landscape,
    private readonly splitFrom: 1 | 2,
  ) {
    landscape.data.forEach((source, index) => {
      const means = sourceMeans(source);
      dataNames(source).forEach((name, column) => {
        this.sourceOf.set(name, index);
        this.means.set(name, means[column]!);
      });
    });
  }

  separate(): readonly SeparatedTerm[] {
    return this.expand(simplify(this.landscape.loss)).map((factors) => this.term(factors));
  }

  private reach(expression: Expression): Reach {
    const known = this.reaches.get(expression);
    if (known !== undefined) {
      return known;
    }
    let weights = false;
    const sources = new Set<number>();
    if (expression.kind === "symbol") {
      const source = this.sourceOf.get(expression.name);
      if (source === undefined) {
        weights = true;
      } else {
        sources.add(source);
      }
    } else {
      for (const child of children(expression)) {
        const below = this.reach(child);
        weights ||= below.weights;
        for (const source of below.sources) {
          sources.add(source);
        }
      }
    }
    const reach = { weights, sources };
    this.reaches.set(expression, reach);
    return reach;
  }

  /** Whether splitting this could separate anything. */
  private whole(expression: Expression): boolean {
    const { weights, sources } = this.reach(expression);
    if (sources.size === 0) {
      return true;
    }
    if (sources.size === 1) {
      return !weights || (this.splitFrom === 2 && this.multiplying === 0);
    }
    return false;
  }

  /** What stands in several places is expanded once, alone and as a factor. */
  private expand(expression: Expression): Factors[] {
    const known = this.multiplying > 0 ? this.expandedFactors : this.expanded;
    let factors = known.get(expression);
    if (factors === undefined) {
      factors = this.expandOnce(expression);
      known.set(expression, factors);
    }
    return factors;
  }

  private expandOnce(expression: Expression): Factors[] {
    if (isNumber(expression, 1)) {
      return [[]];
    }
    if (this.whole(expression)) {
      // splitting a sum costs nothing, and what has no data is then not averaged over them
      const { weights, sources } = this.reach(expression);
      if (!weights || sources.size === 0) {
        return [[expression]];
      }
      if (expression.kind === "sum") {
        return expression.terms.flatMap((term) => this.expand(term));
      }
      if (expression.kind === "divide" && isNumber(expression.denominator)) {
        const { numerator, denominator } = expression;
        if (numerator.kind === "sum") {
          return this.expand(sum(numerator.terms.map((t) => divide(t, denominator))));
        }
      }
      return [[expression]];
    }
    switch (expression.kind) {
      case "sum":
        return this.gather(expression.terms.flatMap((term) => this.expand(term)));
      case "negate":
        return this.expand(expression.operand).map((factors) => [number(-1), ...factors]);
      case "product":
        return (
          this.multiplyOut(expression.factors.map((factor) => this.expandFactor(factor))) ?? [[expression]]
        );
      case "divide": {
        const below = this.reciprocal(expression.denominator);
        const above = this.expandFactor(expression.numerator);
        return this.multiplyOut([above, [below]]) ?? [[expression]];
      }
      case "power":
        return this.expandPower(expression.base, expression.exponent) ?? [[expression]];
      case "call":
        return this.expandCall(expression);
      default:
        return [[expression]];
    }
  }

  /** As a factor of a product, data are split into their mean and the rest: that keeps moments well scaled. */
  private expandFactor(expression: Expression): Factors[] {
    this.multiplying++;
    const expanded =
      expression.kind === "sum" && !this.whole(expression)
        ? expression.terms.flatMap((term) => this.expandFactor(term))
        : this.expand(expression).flatMap((factors) => this.centred(factors));
    this.multiplying--;
    return this.gather(expanded);
  }

  private centred(factors: Factors): Factors[] {
    let terms: Factors[] = [[]];
    for (const factor of factors) {
      const mean = this.meanOfAffine(factor);
      const parts: Expression[] =
        mean === undefined || mean === 0 ? [factor] : [sum([factor, number(-mean)]), number(mean)];
      terms = terms.flatMap((term) => parts.map((part) => [...term, part]));
      if (terms.length > 64) {
        return [factors];
      }
    }
    return terms;
  }

  /** The mean of an affine function of one source's data. */
  private meanOfAffine(factor: Expression): number | undefined {
    const { weights, sources } = this.reach(factor);
    if (weights || sources.size !== 1) {
      return undefined;
    }
    if (polynomialDegree(factor, new Set(this.means.keys())) !== 1) {
      return undefined;
    }
    const mean = evaluateExpression(factor, this.means);
    return Number.isFinite(mean) ? mean : undefined;
  }

  /** Puts terms that involve the same things and will not be split into one. */
  private gather(terms: readonly Factors[]): Factors[] {
    const groups = new Map<string, Expression[]>();
    const rest: Factors[] = [];
    for (const factors of terms) {
      const whole = product(factors);
      const { weights, sources } = this.reach(whole);
      if (sources.size === 0 || (sources.size === 1 && !weights)) {
        const key = [...sources].join();
        const group = groups.get(key);
        if (group === undefined) {
          groups.set(key, [whole]);
        } else {
          group.push(whole);
        }
      } else {
        rest.push(factors);
      }
    }
    for (const group of groups.values()) {
      const total = sum(group);
      if (!isNumber(total, 0)) {
        rest.push(isNumber(total, 1) ? [] : [total]);
      }
    }
    return rest;
  }

  private multiplyOut(sums: readonly Factors[][]): Factors[] | undefined {
    let count = 1;
    for (const terms of sums) {
      count *= terms.length;
    }
    if (count > mostTerms) {
      return undefined;
    }
    let result: Factors[] = [[]];
    for (const terms of sums) {
      result = result.flatMap((left) => terms.map((right) => [...left, ...right]));
    }
    return result;
  }

  private expandPower(base: Expression, exponent: Expression): Factors[] | undefined {
    if (exponent.kind !== "number") {
      return undefined;
    }
    const n = exponent.value;
    if (base.kind === "product" && Number.isInteger(n)) {
      return this.multiplyOut(base.factors.map((factor) => this.expandFactor(power(factor, exponent))));
    }
    if (base.kind === "negate" && Number.isInteger(n)) {
      const sign = n % 2 === 0 ? one : number(-1);
      return this.expand(product([sign, power(base.operand, exponent)]));
    }
    if (base.kind === "divide" && Number.isInteger(n) && n > 0) {
      return this.expand(divide(power(base.numerator, exponent), power(base.denominator, exponent)));
    }
    if (!Number.isInteger(n) || n < 2 || n > 12) {
      return undefined;
    }
    const terms = this.expandFactor(base);
    if (terms.length === 1) {
      return [terms[0]!.map((factor) => power(factor, exponent))];
    }
    let count = 1;
    for (let k = 1; k <= n; k++) {
      count = (count * (terms.length + k - 1)) / k;
    }
    if (count > mostTerms) {
      return undefined;
    }
    // multinomial theorem: every way to share the exponent among the terms
    const result: Factors[] = [];
    const choose = (index: number, left: number, coefficient: number, chosen: Factors): void => {
      if (index === terms.length - 1 || left === 0) {
        const last = left === 0 ? [] : terms[index]!.map((factor) => power(factor, number(left)));
        const factors = [...chosen, ...last];
        result.push(coefficient === 1 ? factors : [number(coefficient), ...factors]);
        return;
      }
      let binomial = 1;
      for (let k = 0; k <= left; k++) {
        const own = k === 0 ? [] : terms[index]!.map((factor) => power(factor, number(k)));
        choose(index + 1, left - k, coefficient * binomial, [...chosen, ...own]);
        binomial = (binomial * (left - k)) / (k + 1);
      }
    };
    choose(0, n, 1, []);
    return result;
  }

  /** `1/denominator` as factors. */
  private reciprocal(denominator: Expression): Expression[] {
    if (this.whole(denominator)) {
      return [divide(one, denominator)];
    }
    if (denominator.kind === "product") {
      return denominator.factors.flatMap((f) => this.reciprocal(f));
    }
    if (denominator.kind === "negate") {
      return [number(-1), ...this.reciprocal(denominator.operand)];
    }
    if (denominator.kind === "power" && denominator.exponent.kind === "number") {
      return this.reciprocal(denominator.base).map((factor) => power(factor, denominator.exponent));
    }
    return [divide(one, denominator)];
  }

  private expandCall(expression: Extract<Expression, { kind: "call" }>): Factors[] {
    const { name, argument } = expression;
    if (argument.kind !== "sum") {
      return [[expression]];
    }
    const classes = new Map<string, Expression[]>();
    for (const term of argument.terms) {
      const { weights, sources } = this.reach(term);
      // everything that mixes weights and data stays together
      const key = weights && sources.size > 0 ? "mixed" : [...sources].sort((a, b) => a - b).join();
      const group = classes.get(key);
      if (group === undefined) {
        classes.set(key, [term]);
      } else {
        group.push(term);
      }
    }
    if (classes.size < 2) {
      return [[expression]];
    }
    const [first, ...others] = [...classes.values()].map((terms) => sum(terms));
    if (name === "exp") {
      return [[first!, ...others].map((exponent) => ({ kind: "call", name, argument: exponent }) as const)];
    }
    if ((name === "sin" || name === "cos") && classes.size <= 4) {
      const rest = sum(others);
      const of = (f: "sin" | "cos", x: Expression): Expression => ({ kind: "call", name: f, argument: x });
      const restOf = (f: "sin" | "cos") => this.expand(of(f, rest));
      const left = name === "sin" ? ["sin", "cos"] : ["cos", "cos"];
      const right = name === "sin" ? ["cos", "sin"] : ["sin", "sin"];
      const sign = name === "sin" ? 1 : -1;
      return [
        ...restOf(left[1] as "sin" | "cos").map((factors) => [
          of(left[0] as "sin" | "cos", first!),
          ...factors,
        ]),
        ...restOf(right[1] as "sin" | "cos").map((factors) => [
          number(sign),
          of(right[0] as "sin" | "cos", first!),
          ...factors,
        ]),
      ];
    }
    return [[expression]];
  }

  private term(factors: Factors): SeparatedTerm {
    const core: Expression[] = [];
    const mixed = new Set<number>();
    let outer: { sources: number[]; factors: Expression[] }[] = [];
    for (const factor of factors) {
      const { weights, sources } = this.reach(factor);
      if (sources.size === 0) {
        core.push(factor);
      } else if (weights) {
        core.push(factor);
        for (const source of sources) {
          mixed.add(source);
        }
      } else {
        const touching = outer.filter((group) => group.sources.some((source) => sources.has(source)));
        outer = outer.filter((group) => !touching.includes(group));
        const all = new Set([...sources, ...touching.flatMap((group) => group.sources)]);
        outer.push({
          sources: [...all].sort((a, b) => a - b),
          factors: [...touching.flatMap((group) => group.factors), factor],
        });
      }
    }
    for (let changed = true; changed; ) {
      changed = false;
      for (const group of outer) {
        if (!group.sources.some((source) => mixed.has(source))) {
          continue;
        }
        for (const source of group.sources) {
          mixed.add(source);
        }
        core.push(...group.factors);
        outer = outer.filter((other) => other !== group);
        changed = true;
        break;
      }
    }
    return {
      core: product(core),
      mixed: [...mixed].sort((a, b) => a - b),
      outer: outer.map((group) => ({ sources: group.sources, factor: product(group.factors) })),
    };
  }
}

function sourceMeans(source: DataSource): number[] {
  switch (source.kind) {
    case "continuous":
      return [continuousOf(source).mean(source.parameters)];
    case "finite":
      return [source.outcomes.reduce((mean, { value, probability }) => mean + probability * value, 0)];
    case "rows":
      return source.names.map((_, column) => meanOf(source, column));
  }
}
