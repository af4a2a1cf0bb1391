import type { Expression } from "../expression.js";
import type { AffineSymbol } from "../jets.js";
import { anything, type Disc, disc, magnitude, multiplyDiscs } from "./disc.js";
import {
  applyToDisc,
  coefficientBounds,
  logSumExpOfDiscs,
  powerCoefficientBounds,
  powerOfDisc,
} from "./functions.js";

/** How large an expression is over discs of its data. */
export interface Bound {
  /** Its values; unknowns are at their values. */
  readonly values: Disc;
  /** `degrees[m]`: at least the sum of absolute values of its Taylor coefficients of degree `m` in the unknowns. */
  readonly degrees: Float64Array;
}

/**
 * Prepares bounds of an expression and of its Taylor coefficients in unknowns.
 * @param unknowns symbols that are affine functions of unknowns
 * @param slots where each datum's disc will be found
 * @returns a function of the discs' centres and radii; what it returns holds until the next call
 */
export function compileBound(
  expression: Expression,
  unknowns: ReadonlyMap<string, AffineSymbol>,
  slots: ReadonlyMap<string, number>,
  order: number,
): (centres: ArrayLike<number>, radii: ArrayLike<number>) => Bound {
  const compiler = new BoundCompiler(unknowns, slots, order);
  const node = compiler.compile(expression);
  const { steps } = compiler;
  const degrees = new Float64Array(order + 1);
  return (centres, radii) => {
    for (const step of steps) {
      step(centres, radii);
    }
    for (let m = 1; m <= order; m++) {
      degrees[m] = node.degrees?.[m] ?? 0;
    }
    degrees[0] = magnitude(node.values);
    return { values: node.values, degrees };
  };
}

/** A sub-expression: its values and, where it has unknowns, the bounds of its coefficients from degree 1 on. */
interface Node {
  values: Disc;
  readonly degrees?: Float64Array;
}

type Step = (centres: ArrayLike<number>, radii: ArrayLike<number>) => void;

/** What is zero stays zero, however large what it multiplies may be. */
function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

function factorial(k: number): number {
  return k <= 1 ? 1 : k * factorial(k - 1);
}

/** Each sub-expression becomes one step, done after those it is made of; shared ones are done once. */
class BoundCompiler {
  readonly steps: Step[] = [];
  private readonly nodes = new Map<Expression, Node>();
  private readonly spare: Float64Array;

  constructor(
    private readonly unknowns: ReadonlyMap<string, AffineSymbol>,
    private readonly slots: ReadonlyMap<string, number>,
    private readonly order: number,
  ) {
    this.spare = new Float64Array(order + 1);
  }

  compile(expression: Expression): Node {
    let node = this.nodes.get(expression);
    if (node === undefined) {
      node = this.make(expression);
      this.nodes.set(expression, node);
    }
    return node;
  }

  private make(expression: Expression): Node {
    switch (expression.kind) {
      case "number":
        return { values: disc(expression.value, 0, true) };
      case "symbol":
        return this.symbol(expression.name);
      case "sum":
        return this.sum(expression.terms.map((term) => this.compile(term)));
      case "product":
        return this.product(expression.factors.map((factor) => this.compile(factor)));
      case "negate": {
        const operand = this.compile(expression.operand);
        return this.step(operand.degrees !== undefined, (node) => {
          const { centre, radius, analytic } = operand.values;
          node.values = { centre: -centre, radius, analytic };
          node.degrees?.set(operand.degrees!);
        });
      }
      case "divide": {
        const below = this.power(this.compile(expression.denominator), -1);
        return this.product([this.compile(expression.numerator), below]);
      }
      case "power": {
        const base = this.compile(expression.base);
        if (expression.exponent.kind === "number") {
          return this.power(base, expression.exponent.value);
        }
        const product = this.product([this.apply("log", base), this.compile(expression.exponent)]);
        return this.apply("exp", product);
      }
      case "call":
        return this.apply(expression.name, this.compile(expression.argument));
      case "logsumexp":
        return this.logSumExp(expression.terms.map((term) => this.compile(term)));
    }
  }

  private symbol(name: string): Node {
    const affine = this.unknowns.get(name);
    if (affine !== undefined) {
      const node = this.node(affine.slope.length > 0 && this.order > 0);
      node.values = disc(affine.value, 0, true);
      if (node.degrees !== undefined) {
        node.degrees[1] = affine.slope.reduce((sum, { coefficient }) => sum + Math.abs(coefficient), 0);
      }
      return node;
    }
    const slot = this.slots.get(name)!;
    return this.step(false, (node, centres, radii) => {
      node.values = disc(centres[slot]!, radii[slot]!, true);
    });
  }

  private sum(terms: readonly Node[]): Node {
    return this.step(
      terms.some(({ degrees }) => degrees !== undefined),
      (node) => {
        let centre = 0;
        let lost = 0;
        let radius = 0;
        let analytic = true;
        for (const { values } of terms) {
          const total = centre + values.centre;
          // what the addition rounds away, so that large terms that cancel leave the small ones whole
          const moved = total - centre;
          lost += centre - (total - moved) + (values.centre - moved);
          centre = total;
          radius += values.radius;
          analytic &&= values.analytic;
        }
        node.values = disc(centre + lost, radius, analytic);
        if (node.degrees === undefined) {
          return;
        }
        node.degrees.fill(0);
        for (const { degrees } of terms) {
          if (degrees === undefined) {
            continue;
          }
          for (let m = 1; m <= this.order; m++) {
            node.degrees[m]! += degrees[m]!;
          }
        }
      },
    );
  }

  private product(factors: readonly Node[]): Node {
    if (factors.length === 0) {
      return { values: disc(1, 0, true) };
    }
    return factors.slice(1).reduce((left, right) => this.multiply(left, right), factors[0]!);
  }

  private multiply(a: Node, b: Node): Node {
    return this.step(a.degrees !== undefined || b.degrees !== undefined, (node) => {
      node.values = multiplyDiscs(a.values, b.values);
      if (node.degrees === undefined) {
        return;
      }
      const ofA = magnitude(a.values);
      const ofB = magnitude(b.values);
      for (let m = 1; m <= this.order; m++) {
        let total = times(ofA, b.degrees?.[m] ?? 0) + times(ofB, a.degrees?.[m] ?? 0);
        for (let i = 1; i < m; i++) {
          total += times(a.degrees?.[i] ?? 0, b.degrees?.[m - i] ?? 0);
        }
        node.degrees[m] = total;
      }
    });
  }

  private power(base: Node, exponent: number): Node {
    return this.compose(
      base,
      (u) => powerOfDisc(u, exponent),
      (u, out) => powerCoefficientBounds(u, exponent, this.order, out),
    );
  }

  private apply(name: Extract<Expression, { kind: "call" }>["name"], argument: Node): Node {
    return this.compose(
      argument,
      (u) => applyToDisc(name, u),
      (u, out) => coefficientBounds(name, u, this.order, out),
    );
  }

  /**
   * `log(Σ p_i e^{δ_i})` beyond its value, `p_i` the shares and `δ_i` what the unknowns add to the terms; with a first
   * term, `δ_first + log(1 + Σ p_i (e^{δ_i − δ_first} − 1))`.
   */
  private logSumExp(terms: readonly Node[]): Node {
    const { order } = this;
    const moving = terms.some(({ degrees }) => degrees !== undefined);
    const exponentials = Float64Array.from({ length: order + 1 }, (_, k) => 1 / factorial(k));
    const logarithms = Float64Array.from({ length: order + 1 }, (_, k) => (k === 0 ? 0 : 1 / k));
    const [change, own, difference] = [0, 1, 2].map(() => new Float64Array(order + 1)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    return this.step(moving, (node) => {
      const { values, shares, first } = logSumExpOfDiscs(terms.map((term) => term.values));
      node.values = values;
      if (node.degrees === undefined) {
        return;
      }
      change.fill(0);
      const top = first === undefined ? undefined : terms[first]!.degrees;
      terms.forEach(({ degrees }, i) => {
        if (i === first) {
          return;
        }
        for (let m = 1; m <= order; m++) {
          difference[m] = (degrees?.[m] ?? 0) + (top?.[m] ?? 0);
        }
        this.substitute(exponentials, difference, own);
        for (let m = 1; m <= order; m++) {
          change[m]! += times(shares[i]!, own[m]!);
        }
      });
      this.substitute(logarithms, change, node.degrees);
      for (let m = 1; m <= order; m++) {
        node.degrees[m]! += top?.[m] ?? 0;
      }
    });
  }

  private compose(
    inner: Node,
    values: (u: Disc) => Disc,
    coefficients: (u: Disc, out: Float64Array) => void,
  ): Node {
    const { order } = this;
    const outer = new Float64Array(order + 1);
    return this.step(inner.degrees !== undefined, (node) => {
      node.values = values(inner.values);
      const { degrees } = node;
      if (degrees === undefined) {
        return;
      }
      coefficients(inner.values, outer);
      this.substitute(outer, inner.degrees!, degrees);
    });
  }

  /** `Σ_k coefficients[k] · inner^k`, `k ≥ 1`, as a series in the one unknown that stands for all; by Horner's rule. */
  private substitute(coefficients: Float64Array, inner: Float64Array, out: Float64Array): void {
    const { order, spare } = this;
    out.fill(0);
    for (let k = order; k >= 1; k--) {
      out[0] = coefficients[k]!;
      for (let m = 1; m <= order; m++) {
        let total = 0;
        for (let i = 1; i <= m; i++) {
          total += times(inner[i]!, out[m - i]!);
        }
        spare[m] = total;
      }
      out.set(spare);
    }
  }

  private node(withDegrees: boolean): Node {
    return withDegrees
      ? { values: anything, degrees: new Float64Array(this.order + 1) }
      : { values: anything };
  }

  private step(
    withDegrees: boolean,
    run: (node: Node, centres: ArrayLike<number>, radii: ArrayLike<number>) => void,
  ): Node {
    const node = this.node(withDegrees);
    this.steps.push((centres, radii) => run(node, centres, radii));
    return node;
  }
}
