/**
 * Losses that overflow inside a finite value. Exponentials whose quotients, products or logarithms are asked for are read
 * as quotients of sums of exponentials, `c Π f e^a Π (Σ cᵢ e^(aᵢ))^p`, and written anew with functions that do not
 * overflow: `log(1 + e^u)` as softplus, `1/(1 + e^(−u))` as sigmoid, `log(e^a + e^b)` as logsumexp, and their like.
 * Everything else stays as it was.
 */
import { children, divide, number, withChildren } from "../build.js";
import type { Expression } from "../expression.js";
import { Analysis } from "./analysis.js";
import { addForms, type Form, trivial } from "./form.js";
import { LinearReader } from "./linear.js";
import { logarithmOf } from "./logarithm.js";
import { quotientOf } from "./quotient.js";

/**
 * An equal expression that is finite, with its derivatives, wherever its value and they are. What stands in several
 * places does so in the result.
 */
export function finiteForm(expression: Expression): Expression {
  return new Rewriter().rewritten(expression);
}

/** The same of several expressions, whose common parts stay common. */
export function finiteForms(expressions: readonly Expression[]): Expression[] {
  const rewriter = new Rewriter();
  return expressions.map((expression) => rewriter.rewritten(expression));
}

const unbounded: ReadonlySet<string> = new Set(["exp", "expm1", "sinh", "cosh"]);

/**
 * Whether an exponential stands in the exponent of another. The derivative of such a loss has products that overflow though
 * the loss does not: `e^u e^(−e^u)`.
 */
export function hasNestedExponentials(expression: Expression): boolean {
  const seen = new Map<boolean, Set<Expression>>([
    [false, new Set()],
    [true, new Set()],
  ]);
  const visit = (inner: Expression, within: boolean): boolean => {
    if (seen.get(within)!.has(inner)) {
      return false;
    }
    seen.get(within)!.add(inner);
    const is = inner.kind === "call" && unbounded.has(inner.name);
    return (is && within) || children(inner).some((child) => visit(child, within || is));
  };
  return visit(expression, false);
}

const logarithms: Readonly<Record<string, number>> = { log: 1, log1p: 1, log2: Math.LN2, log10: Math.LN10 };

/** Longer sums are not looked through for terms that cancel each other. */
const longestCancelling = 8;

class Rewriter {
  private readonly reader = new LinearReader();
  private readonly analysis = new Analysis(this.reader, (inner) => this.rewritten(inner));
  private readonly done = new Map<Expression, Expression>();
  /** Expressions under way: what one of them is made of is asked for its parts only. */
  private readonly open = new Set<Expression>();

  rewritten(expression: Expression): Expression {
    if (!this.analysis.involves(expression)) {
      return expression;
    }
    const known = this.done.get(expression);
    if (known !== undefined) {
      return known;
    }
    if (this.open.has(expression)) {
      return this.inParts(expression);
    }
    this.open.add(expression);
    const result = this.anew(expression) ?? this.inParts(expression);
    this.open.delete(expression);
    this.done.set(expression, result);
    return result;
  }

  private anew(expression: Expression): Expression | undefined {
    switch (expression.kind) {
      case "call": {
        const { name, argument } = expression;
        if (Object.hasOwn(logarithms, name)) {
          return this.logarithm(name, argument);
        }
        return name === "sqrt" || name === "cbrt" ? this.quotient(expression) : undefined;
      }
      case "product":
      case "divide":
      case "power":
      case "sum":
        return this.quotient(expression);
      default:
        return undefined;
    }
  }

  private logarithm(name: string, argument: Expression): Expression | undefined {
    const inner = this.analysis.form(argument, true);
    const form = name === "log1p" ? addForms([trivial, inner], this.reader) : inner;
    if (form === undefined || form.pieces === 0 || isSmallDifference(argument, form)) {
      return undefined;
    }
    const logarithm = logarithmOf(form, this.reader);
    return logarithm && divide(logarithm, number(logarithms[name]!));
  }

  private quotient(expression: Expression): Expression | undefined {
    if (expression.kind === "sum" && expression.terms.length > longestCancelling) {
      return undefined;
    }
    let form = this.analysis.form(expression, false);
    if (form.bounded && (form.pieces > 0 ? form.vanishing : expression.kind === "sum")) {
      const opened = this.analysis.form(expression, true);
      if (expression.kind === "sum" || form.pieces > 0) {
        form = opened;
      }
    }
    if (expression.kind === "sum" && !isQuotient(form)) {
      return undefined;
    }
    if (form.pieces === 0 || !isUnsafe(form)) {
      return undefined;
    }
    return quotientOf(form, this.reader);
  }

  /** The same with its parts rewritten; itself when none has changed. */
  private inParts(expression: Expression): Expression {
    const parts = children(expression);
    const own = parts.map((part) => this.rewritten(part));
    if (own.every((part, i) => part === parts[i])) {
      return expression;
    }
    return withChildren(expression, own);
  }
}

/** Whether computing it as it is written can overflow, or divide zero by zero, where its value is finite. */
function isUnsafe({ unsafe, pieces, singles, vanishing }: Form): boolean {
  return unsafe || (pieces > 1 && singles > 0) || (pieces > 0 && vanishing);
}

/** Whether nothing is added above the line any more. */
function isQuotient({ unsafe, sums }: Form): boolean {
  return unsafe && sums.every(({ power: exponent }) => exponent < 0);
}

/** `1 − e^v` and its like, whose logarithm is finite as it is written, and more accurate. */
function isSmallDifference(argument: Expression, form: Form): boolean {
  if (form.factors.length > 0 || form.sums.length !== 1 || form.sums[0]!.power !== 1) {
    return false;
  }
  if (argument.kind === "negate") {
    const { operand } = argument;
    return operand.kind === "call" && (operand.name === "exp" || operand.name === "expm1");
  }
  return false;
}
