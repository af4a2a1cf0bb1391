import { divide, number, power, product, sum } from "../build.js";
import type { Expression } from "../expression.js";

/** An expression as a sum of numbers times atoms: products without a number, told apart by what they are. */
export interface Linear {
  readonly constant: number;
  /** By the atom's number. */
  readonly parts: ReadonlyMap<number, Part>;
}

interface Part {
  readonly coefficient: number;
  readonly atom: Expression;
}

/** A number times whole powers of factors. */
interface Monomial {
  readonly coefficient: number;
  /** By the factor's number. */
  readonly factors: ReadonlyMap<number, { readonly base: Expression; readonly power: number }>;
}

export function constantLinear(constant: number): Linear {
  return { constant, parts: new Map() };
}

export const zeroLinear = constantLinear(0);

export function isConstant({ parts }: Linear): boolean {
  return parts.size === 0;
}

/** `a + scale · b`; what cancels but for rounding is gone. */
export function addLinear(a: Linear, b: Linear, scale = 1): Linear {
  const parts = new Map(a.parts);
  for (const [id, { coefficient, atom }] of b.parts) {
    const total = cancelled(parts.get(id)?.coefficient ?? 0, scale * coefficient);
    if (total === 0) {
      parts.delete(id);
    } else {
      parts.set(id, { coefficient: total, atom });
    }
  }
  return { constant: cancelled(a.constant, scale * b.constant), parts };
}

export function scaleLinear(a: Linear, scale: number): Linear {
  return addLinear(zeroLinear, a, scale);
}

function cancelled(a: number, b: number): number {
  const total = a + b;
  return Math.abs(total) <= 4e-16 * Math.max(Math.abs(a), Math.abs(b)) ? 0 : total;
}

/** The same for linear forms that differ by a constant. */
export function linearKey({ parts }: Linear): string {
  return [...parts]
    .sort(([a], [b]) => a - b)
    .map(([id, { coefficient }]) => `${coefficient}:${id}`)
    .join(" ");
}

export function linearExpression({ constant, parts }: Linear): Expression {
  return sum([
    ...[...parts.values()].map(({ coefficient, atom }) => product([number(coefficient), atom])),
    number(constant),
  ]);
}

/** Reads expressions as linear forms. Equal ones are known again, whatever the order of their terms and factors. */
export class LinearReader {
  private readonly ids = new Map<string, number>();
  private readonly idOf = new Map<Expression, number>();
  private readonly known = new Map<Expression, Linear>();

  linear(expression: Expression): Linear {
    let linear = this.known.get(expression);
    if (linear === undefined) {
      linear = this.makeLinear(expression);
      this.known.set(expression, linear);
    }
    return linear;
  }

  private makeLinear(expression: Expression): Linear {
    if (expression.kind === "number") {
      return constantLinear(expression.value);
    }
    if (expression.kind === "sum") {
      return expression.terms.reduce((total, term) => addLinear(total, this.linear(term)), zeroLinear);
    }
    const { coefficient, factors } = this.monomial(expression);
    const [only] = factors.values();
    if (only === undefined) {
      return constantLinear(coefficient);
    }
    if (factors.size === 1 && only.power === 1 && only.base.kind === "sum") {
      return scaleLinear(this.linear(only.base), coefficient);
    }
    const key = `* ${[...factors]
      .sort(([a], [b]) => a - b)
      .map(([id, { power: exponent }]) => `${id}^${exponent}`)
      .join(" ")}`;
    const atom = atomOf(factors);
    return { constant: 0, parts: new Map([[this.number(key), { coefficient, atom }]]) };
  }

  private monomial(expression: Expression): Monomial {
    switch (expression.kind) {
      case "number":
        return { coefficient: expression.value, factors: new Map() };
      case "negate": {
        const { coefficient, factors } = this.monomial(expression.operand);
        return { coefficient: -coefficient, factors };
      }
      case "product":
        return expression.factors
          .map((factor) => this.monomial(factor))
          .reduce(multiplied, { coefficient: 1, factors: new Map() });
      case "divide":
        return multiplied(
          this.monomial(expression.numerator),
          raised(this.monomial(expression.denominator), -1),
        );
      case "power":
        if (expression.exponent.kind === "number" && Number.isInteger(expression.exponent.value)) {
          return raised(this.monomial(expression.base), expression.exponent.value);
        }
        return this.factor(expression, 1);
      case "sum": {
        // a sum and its negative are one factor
        const linear = this.linear(expression);
        const [first] = [...linear.parts].sort(([a], [b]) => a - b);
        if (first === undefined) {
          return { coefficient: linear.constant, factors: new Map() };
        }
        const sign = first[1].coefficient < 0 ? -1 : 1;
        return this.factor(sign > 0 ? expression : linearExpression(scaleLinear(linear, -1)), sign);
      }
      default:
        return this.factor(expression, 1);
    }
  }

  private factor(base: Expression, coefficient: number): Monomial {
    return { coefficient, factors: new Map([[this.id(base), { base, power: 1 }]]) };
  }

  private id(expression: Expression): number {
    let id = this.idOf.get(expression);
    if (id === undefined) {
      id = this.number(this.key(expression));
      this.idOf.set(expression, id);
    }
    return id;
  }

  private key(expression: Expression): string {
    switch (expression.kind) {
      case "symbol":
        return `symbol ${expression.name}`;
      case "power":
        return `power ${this.linearKey(expression.base)} | ${this.linearKey(expression.exponent)}`;
      case "call":
        return `${expression.name} ${this.linearKey(expression.argument)}`;
      case "logsumexp":
        return `logsumexp ${expression.terms
          .map((term) => this.linearKey(term))
          .sort()
          .join(" | ")}`;
      default:
        return `linear ${this.linearKey(expression)}`;
    }
  }

  private linearKey(expression: Expression): string {
    const linear = this.linear(expression);
    return `${linear.constant} ${linearKey(linear)}`;
  }

  private number(key: string): number {
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.ids.size;
      this.ids.set(key, id);
    }
    return id;
  }
}

function multiplied(a: Monomial, b: Monomial): Monomial {
  const factors = new Map(a.factors);
  for (const [id, { base, power: exponent }] of b.factors) {
    const total = (factors.get(id)?.power ?? 0) + exponent;
    if (total === 0) {
      factors.delete(id);
    } else {
      factors.set(id, { base, power: total });
    }
  }
  return { coefficient: a.coefficient * b.coefficient, factors };
}

function raised({ coefficient, factors }: Monomial, exponent: number): Monomial {
  if (exponent === 0) {
    return { coefficient: 1, factors: new Map() };
  }
  return {
    coefficient: coefficient ** exponent,
    factors: new Map([...factors].map(([id, { base, power: own }]) => [id, { base, power: own * exponent }])),
  };
}

function atomOf(factors: Monomial["factors"]): Expression {
  const above: Expression[] = [];
  const below: Expression[] = [];
  for (const { base, power: exponent } of factors.values()) {
    if (exponent > 0) {
      above.push(power(base, number(exponent)));
    } else {
      below.push(power(base, number(-exponent)));
    }
  }
  return below.length === 0 ? product(above) : divide(product(above), product(below));
}
