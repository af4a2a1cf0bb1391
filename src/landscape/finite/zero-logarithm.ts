import { children, divide, negate, number, one, power, product, sum, withChildren } from "../build.js";
import type { Expression } from "../expression.js";
import { printExpression } from "../print.js";

/**
 * What is added to the square of a logarithm's argument: nothing beside any other value, and at zero it keeps the
 * logarithm finite, in single precision too.
 */
const least = 1e-37;
/** Larger factors are not compared. */
const mostNodes = 40;

const logarithms: ReadonlySet<string> = new Set(["log", "log2", "log10"]);

/**
 * An equal expression in which `t · log(t …)` is 0 where `t` is, for functions `t` of the data: `0 · log 0` is its limit,
 * as in the cross entropy of labels that are 0 and 1. Expressions that hold none come back as they are.
 * @param isDatum whether a symbol is a datum
 */
export function withZeroLogarithms(expression: Expression, isDatum: (name: string) => boolean): Expression {
  return new ZeroLogarithms(isDatum).visit(expression);
}

/** The keys of what is zero where a product is looked at. */
type Vanishing = Pick<ReadonlySet<string>, "has">;

class ZeroLogarithms {
  private readonly done = new Map<Expression, Expression>();
  private readonly logarithmic = new Map<Expression, boolean>();
  private readonly keys = new Map<Expression, string | undefined>();

  constructor(private readonly isDatum: (name: string) => boolean) {}

  visit(expression: Expression): Expression {
    const known = this.done.get(expression);
    if (known !== undefined) {
      return known;
    }
    const parts = children(expression);
    const own = parts.map((part) => this.visit(part));
    const inner = own.every((part, i) => part === parts[i]) ? expression : withChildren(expression, own);
    const result = this.multiplied(inner);
    this.done.set(expression, result);
    return result;
  }

  /** A product whose logarithms of its own factors stay finite where the factors are zero. */
  private multiplied(expression: Expression): Expression {
    if (expression.kind === "divide") {
      const numerator = this.multiplied(expression.numerator);
      return numerator === expression.numerator ? expression : divide(numerator, expression.denominator);
    }
    if (expression.kind !== "product") {
      return expression;
    }
    const factors = [...expression.factors];
    const roots = factors.map((factor) => this.rootsOf(factor));
    // How many factors vanish with each: products have many factors, so that those of all others are not listed for each.
    const counts = new Map<string, number>();
    const count = (keys: readonly string[], by: number): void => {
      for (const key of new Set(keys)) {
        counts.set(key, (counts.get(key) ?? 0) + by);
      }
    };
    for (const keys of roots) {
      count(keys, 1);
    }
    const ofOthers: Vanishing = { has: (key) => (counts.get(key) ?? 0) > 0 };
    let changed = false;
    factors.forEach((factor, i) => {
      count(roots[i]!, -1);
      const kept = this.kept(factor, ofOthers);
      if (kept !== factor) {
        changed = true;
        factors[i] = kept;
        roots[i] = this.rootsOf(kept);
      }
      count(roots[i]!, 1);
    });
    return changed ? product(factors) : expression;
  }

  /** The keys of what a factor vanishes with, if that is a function of the data. */
  private rootsOf(factor: Expression): string[] {
    const key = this.key(factor);
    if (key === undefined) {
      return [];
    }
    const roots = [key];
    const negated = this.key(negate(factor));
    if (negated !== undefined) {
      roots.push(negated);
    }
    if (factor.kind === "power" && factor.exponent.kind === "number" && factor.exponent.value > 0) {
      roots.push(...this.rootsOf(factor.base));
    }
    if (
      factor.kind === "call" &&
      (factor.name === "sqrt" || factor.name === "cbrt" || factor.name === "abs")
    ) {
      roots.push(...this.rootsOf(factor.argument));
    }
    return roots;
  }

  /**
   * A factor that is linear in logarithms, with those of vanishing things kept finite. What is shared in it is looked at once:
   * written out it may have more parts than anybody can count.
   */
  private kept(factor: Expression, vanishing: Vanishing): Expression {
    const done = new Map<Expression, Expression>();
    const visit = (expression: Expression): Expression => {
      if (!this.holdsLogarithm(expression)) {
        return expression;
      }
      const known = done.get(expression);
      const result = known ?? this.keptOf(expression, vanishing, visit);
      done.set(expression, result);
      return result;
    };
    return visit(factor);
  }

  /** Whether there is a logarithm where {@link keptOf} looks. */
  private holdsLogarithm(expression: Expression): boolean {
    const known = this.logarithmic.get(expression);
    if (known !== undefined) {
      return known;
    }
    const holds =
      expression.kind === "call"
        ? expression.name === "log1p" || logarithms.has(expression.name)
        : linearParts(expression).some((part) => this.holdsLogarithm(part));
    this.logarithmic.set(expression, holds);
    return holds;
  }

  /** @param visit what does the same with a part. */
  private keptOf(
    expression: Expression,
    vanishing: Vanishing,
    visit: (part: Expression) => Expression,
  ): Expression {
    const inside = (parts: readonly Expression[], build: (own: Expression[]) => Expression): Expression => {
      const own = parts.map(visit);
      return own.every((part, i) => part === parts[i]) ? expression : build(own);
    };
    switch (expression.kind) {
      case "sum":
        return inside(expression.terms, sum);
      case "product":
        return inside(expression.factors, product);
      case "negate":
        return inside([expression.operand], ([operand]) => negate(operand!));
      case "divide":
        return inside([expression.numerator], ([above]) => divide(above!, expression.denominator));
      case "power":
        return inside(linearParts(expression), ([base]) => power(base!, expression.exponent));
      case "call": {
        const { name, argument } = expression;
        const whole = name === "log1p" ? sum([one, argument]) : argument;
        const own = name === "log1p" ? "log" : name;
        // elsewhere the argument is positive, and so large that this changes nothing
        if (this.vanishes(whole, vanishing)) {
          return divide(logarithm(own, sum([power(whole, number(2)), number(least)])), number(2));
        }
        if (whole.kind === "divide" && this.vanishes(whole.denominator, vanishing)) {
          const inverse = power(divide(whole.denominator, whole.numerator), number(2));
          return divide(logarithm(own, sum([inverse, number(least)])), number(-2));
        }
        return expression;
      }
      default:
        return expression;
    }
  }

  /** Whether an expression is zero wherever one of these is. */
  private vanishes(expression: Expression, vanishing: Vanishing): boolean {
    switch (expression.kind) {
      case "product":
        return expression.factors.some((factor) => this.vanishes(factor, vanishing));
      case "divide":
        return this.vanishes(expression.numerator, vanishing);
      case "negate":
        return this.vanishes(expression.operand, vanishing);
      default:
        return this.rootsOf(expression).some((root) => vanishing.has(root));
    }
  }

  /** What tells a small function of the data from others; nothing for anything else. */
  private key(expression: Expression): string | undefined {
    if (this.keys.has(expression)) {
      return this.keys.get(expression);
    }
    let nodes = 0;
    let data = false;
    const small = (node: Expression): boolean => {
      if (++nodes > mostNodes) {
        return false;
      }
      if (node.kind === "symbol") {
        if (!this.isDatum(node.name)) {
          return false;
        }
        data = true;
      }
      return children(node).every(small);
    };
    const key = small(expression) && data ? printExpression(sorted(expression)) : undefined;
    this.keys.set(expression, key);
    return key;
  }
}

/** The parts in which logarithms stand outside of other functions. */
function linearParts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "sum":
    case "product":
    case "negate":
      return children(expression);
    case "divide":
      return [expression.numerator];
    case "power":
      return expression.exponent.kind === "number" && expression.exponent.value > 0 ? [expression.base] : [];
    default:
      return [];
  }
}

function logarithm(name: string, argument: Expression): Expression {
  return { kind: "call", name: name as "log", argument };
}

/** The same with the terms of its sums and the factors of its products in an order of their own, and signs inside. */
function sorted(expression: Expression): Expression {
  const inOrder = (parts: readonly Expression[]): Expression[] =>
    parts
      .map((part) => ({ part: sorted(part), key: printExpression(sorted(part)) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ part }) => part);
  switch (expression.kind) {
    case "sum":
      return { kind: "sum", terms: inOrder(expression.terms) };
    case "product":
      return { kind: "product", factors: inOrder(expression.factors) };
    case "negate":
      return expression.operand.kind === "sum"
        ? sorted({ kind: "sum", terms: expression.operand.terms.map(negate) })
        : negate(sorted(expression.operand));
    default:
      return expression;
  }
}
