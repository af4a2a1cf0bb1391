import { children, number, product } from "../build.js";
import type { Expression } from "../expression.js";
import {
  addForms,
  constantTerm,
  exponentialForm,
  type Form,
  factorForm,
  multiplyForms,
  numberForm,
  raiseForm,
  sumForm,
} from "./form.js";
import { addLinear, constantLinear, type LinearReader, scaleLinear, zeroLinear } from "./linear.js";
import { logarithmOf } from "./logarithm.js";

const exponentials: ReadonlySet<string> = new Set(["exp", "expm1", "sinh", "cosh", "tanh", "sigmoid"]);

/** Reads expressions as quotients of sums of exponentials. */
export class Analysis {
  private readonly involving = new Map<Expression, boolean>();
  private readonly closed = new Map<Expression, Form>();
  private readonly opened = new Map<Expression, Form>();

  /**
   * @param rewritten what a sub-expression has become; exponents and factors are made of it
   */
  constructor(
    readonly reader: LinearReader,
    private readonly rewritten: (expression: Expression) => Expression,
  ) {}

  /** Whether there is an exponential anywhere in an expression. */
  involves(expression: Expression): boolean {
    let involving = this.involving.get(expression);
    if (involving === undefined) {
      involving =
        (expression.kind === "call" && exponentials.has(expression.name)) ||
        (expression.kind === "power" && isBase(expression.base) && expression.exponent.kind !== "number") ||
        children(expression).some((child) => this.involves(child));
      this.involving.set(expression, involving);
    }
    return involving;
  }

  /** @param open whether bounded functions, sigmoid and tanh, are taken for the quotients that they are */
  form(expression: Expression, open: boolean): Form {
    const known = open ? this.opened : this.closed;
    let form = known.get(expression);
    if (form === undefined) {
      form = this.involves(expression) ? this.make(expression, open) : factorForm(expression);
      known.set(expression, form);
    }
    return form;
  }

  private make(expression: Expression, open: boolean): Form {
    switch (expression.kind) {
      case "negate":
        return multiplyForms(numberForm(-1), this.form(expression.operand, open));
      case "product":
        return expression.factors.map((factor) => this.form(factor, open)).reduce(multiplyForms);
      case "divide":
        return multiplyForms(
          this.form(expression.numerator, open),
          raiseForm(this.form(expression.denominator, open), -1),
        );
      case "power":
        return this.power(expression, expression.base, expression.exponent, open);
      case "call":
        return this.call(expression, open);
      case "sum": {
        const forms = expression.terms.map((term) => this.form(term, open));
        const none = forms.every(({ pieces }) => pieces === 0);
        const bounded = forms.some((form) => form.bounded);
        if (!open && forms.some(hasDenominator)) {
          const own = this.boundedFactor(expression);
          if (own !== undefined) {
            return own;
          }
        }
        if (!none) {
          const total = addForms(forms, this.reader);
          if (total !== undefined) {
            return total;
          }
        }
        return { ...factorForm(this.rewritten(expression)), bounded, vanishing: bounded };
      }
      default:
        return factorForm(this.rewritten(expression));
    }
  }

  private power(whole: Expression, base: Expression, exponent: Expression, open: boolean): Form {
    if (isBase(base) && exponent.kind !== "number") {
      const logarithm = Math.log((base as { value: number }).value);
      return exponentialForm(scaleLinear(this.reader.linear(this.rewritten(exponent)), logarithm));
    }
    if (exponent.kind === "number" && Number.isInteger(exponent.value)) {
      const form = this.form(base, open);
      if (!open && exponent.value > 0 && hasDenominator(form)) {
        const own = this.boundedFactor(base);
        if (own !== undefined) {
          return raiseForm(own, exponent.value);
        }
      }
      return form.pieces === 0
        ? { ...factorForm(this.rewritten(whole)), bounded: form.bounded, vanishing: form.vanishing }
        : raiseForm(form, exponent.value);
    }
    return this.realPower(base, exponent) ?? factorForm(this.rewritten(whole));
  }

  /** What is bounded as soon as it is rewritten, and needs nothing else to be finite; nothing for what is not. */
  private boundedFactor(expression: Expression): Form | undefined {
    const own = this.rewritten(expression);
    return isBounded(own) ? { ...factorForm(own), bounded: true, vanishing: true } : undefined;
  }

  /** Of a base that is positive everywhere: e^(exponent · log(base)). */
  private realPower(base: Expression, exponent: Expression): Form | undefined {
    const form = this.form(base, true);
    if (form.pieces === 0 || !isPositive(form)) {
      return undefined;
    }
    const logarithm = logarithmOf(form, this.reader);
    if (logarithm === undefined) {
      return undefined;
    }
    const linear =
      exponent.kind === "number"
        ? scaleLinear(this.reader.linear(logarithm), exponent.value)
        : this.reader.linear(product([this.rewritten(exponent), logarithm]));
    return { ...exponentialForm(linear), unsafe: true };
  }

  private call(expression: Extract<Expression, { kind: "call" }>, open: boolean): Form {
    const { name, argument } = expression;
    if (name === "sqrt" || name === "cbrt") {
      const power = this.realPower(argument, number(name === "sqrt" ? 1 / 2 : 1 / 3));
      return power ?? factorForm(this.rewritten(expression));
    }
    if (!exponentials.has(name)) {
      return factorForm(this.rewritten(expression));
    }
    if (!open && (name === "tanh" || name === "sigmoid")) {
      const form = factorForm(this.rewritten(expression));
      return { ...form, bounded: true, vanishing: name === "sigmoid" };
    }
    const up = this.reader.linear(this.rewritten(argument));
    const down = addLinear(zeroLinear, up, -1);
    const two = (first: number, second: number) =>
      sumForm([constantTerm(first, up), constantTerm(second, down)]);
    switch (name) {
      case "exp":
        return exponentialForm(up);
      case "expm1":
        return sumForm([constantTerm(1, up), constantTerm(-1, zeroLinear)]);
      case "cosh":
        return two(1 / 2, 1 / 2);
      case "sinh":
        return two(1 / 2, -1 / 2);
      case "tanh":
        return multiplyForms(two(1, -1), raiseForm(two(1, 1), -1));
      default:
        return raiseForm(sumForm([constantTerm(1, constantLinear(0)), constantTerm(1, down)]), -1);
    }
  }
}

function hasDenominator({ sums }: Form): boolean {
  return sums.some(({ power }) => power < 0);
}

const bounded: ReadonlySet<string> = new Set(["sigmoid", "tanh", "erf", "sin", "cos", "atan"]);
const unbounded: ReadonlySet<string> = new Set(["exp", "expm1", "sinh", "cosh"]);

/** Whether no exponential grows in it, but within functions that are bounded. */
function isBounded(expression: Expression): boolean {
  const seen = new Set<Expression>();
  const visit = (inner: Expression): boolean => {
    if (seen.has(inner)) {
      return true;
    }
    seen.add(inner);
    if (inner.kind === "power" && inner.exponent.kind !== "number") {
      return false;
    }
    if (inner.kind === "call" && bounded.has(inner.name)) {
      return true;
    }
    return !(inner.kind === "call" && unbounded.has(inner.name)) && children(inner).every(visit);
  };
  return visit(expression);
}

function isBase(base: Expression): boolean {
  return base.kind === "number" && base.value > 0 && Number.isFinite(base.value) && base.value !== 1;
}

function isPositive({ coefficient, factors, sums }: Form): boolean {
  return (
    coefficient > 0 &&
    factors.length === 0 &&
    sums.every(({ terms }) =>
      terms.every((term) => term.coefficient.parts.size === 0 && term.coefficient.constant > 0),
    )
  );
}
