import { elementaryValue } from "../landscape/evaluation.js";
import type { ElementaryFunction } from "../landscape/expression.js";
import type { ElementaryFunctions } from "./elementary.js";
import { wave } from "./lower.js";
import type { ProgramBuilder, Value } from "./program.js";
import type { Series } from "./series-arithmetic.js";

/**
 * The Taylor coefficients of elementary functions as values: numbers where the place is one, otherwise instructions.
 * Forms are chosen as in `landscape/taylor.ts`: nothing cancels where a function levels off.
 */
export class TaylorCoefficients {
  constructor(
    private readonly builder: ProgramBuilder,
    private readonly functions: ElementaryFunctions,
    private readonly order: number,
  ) {}

  /** Of the powers `0 … order` of what is added to `u`. Not a number from where on a function has no derivative at `u`. */
  at(name: ElementaryFunction, u: Value): Series {
    const { builder } = this;
    const value = this.value(name, u);
    switch (name) {
      case "exp":
        return this.dividedByFactorials([value]);
      case "expm1":
        return [value, ...this.dividedByFactorials([this.value("exp", u)]).slice(1)];
      case "log":
        return [value, ...this.logarithm(u, 1)];
      case "log2":
        return [value, ...this.logarithm(u, Math.LN2)];
      case "log10":
        return [value, ...this.logarithm(u, Math.LN10)];
      case "log1p":
        return [value, ...this.logarithm(this.add(u, 1), 1)];
      case "sqrt":
        return this.power(value, builder.constant(1 / 2), u);
      case "cbrt":
        return this.power(value, builder.constant(1 / 3), u);
      case "sin": {
        const slope = this.value("cos", u);
        return this.dividedByFactorials([value, slope, builder.negate(value), builder.negate(slope)]);
      }
      case "cos": {
        const slope = builder.negate(this.value("sin", u));
        return this.dividedByFactorials([value, slope, builder.negate(value), builder.negate(slope)]);
      }
      case "sinh":
        return this.dividedByFactorials([value, this.value("cosh", u)]);
      case "cosh":
        return this.dividedByFactorials([value, this.value("sinh", u)]);
      case "tan":
        return this.curve(value, this.add(builder.multiply(value, value), 1), 2);
      case "tanh":
        return this.curve(value, this.tanhSlope(u), -2);
      case "sigmoid":
        return this.sigmoid(value, u);
      case "softplus":
        return [value, ...this.integral(this.at("sigmoid", u))];
      case "logcosh":
        return [value, ...this.integral(this.at("tanh", u))];
      case "asin":
        return [value, ...this.integral(this.quadraticPower(this.oneLessSquare(u), u, -1, -1 / 2))];
      case "acos":
        return [
          value,
          ...this.integral(this.quadraticPower(this.oneLessSquare(u), u, -1, -1 / 2)).map((slope) =>
            builder.negate(slope),
          ),
        ];
      case "atanh":
        return [value, ...this.integral(this.quadraticPower(this.oneLessSquare(u), u, -1, -1))];
      case "acosh": {
        const base = builder.multiply(this.add(u, -1), this.add(u, 1));
        return [value, ...this.integral(this.quadraticPower(base, u, 1, -1 / 2))];
      }
      case "asinh":
        return [
          value,
          ...this.integral(this.quadraticPower(this.add(builder.multiply(u, u), 1), u, 1, -1 / 2)),
        ];
      case "atan":
        return [value, ...this.integral(this.quadraticPower(this.add(builder.multiply(u, u), 1), u, 1, -1))];
      case "erf":
        return [value, ...this.integral(this.gaussian(u))];
      case "abs":
        return [value, builder.divide(value, u)];
    }
  }

  /** Of `u^exponent`, from its value. */
  power(value: Value, exponent: Value, u: Value): Series {
    const { builder } = this;
    const inverse = builder.divide(builder.constant(1), u);
    const coefficients = [value];
    for (let k = 1; k <= this.order; k++) {
      const ratio = builder.multiply(builder.constant(1 / k), this.add(exponent, 1 - k));
      coefficients.push(builder.multiply(ratio, builder.multiply(coefficients[k - 1]!, inverse)));
    }
    return coefficients;
  }

  /** A function's value; of a number a number. */
  private value(name: ElementaryFunction, u: Value): Value {
    const { builder, functions } = this;
    const number = builder.constantValue(u);
    if (number === undefined) {
      return name === "sin" || name === "cos"
        ? wave(builder, functions, name, u)
        : functions[name](builder, u);
    }
    const value = elementaryValue(name, number);
    // At odd multiples of π/4 both are √½ but for the rounding; then products are shared.
    const isDiagonal =
      (name === "sin" || name === "cos") && Math.abs(Math.abs(value) - Math.SQRT1_2) < 2 ** -52;
    return builder.constant(isDiagonal ? Math.sign(value) * Math.SQRT1_2 : value);
  }

  private add(u: Value, number: number): Value {
    return this.builder.add(u, this.builder.constant(number));
  }

  private scaled(number: number, value: Value): Value {
    return this.builder.multiply(this.builder.constant(number), value);
  }

  private oneLessSquare(u: Value): Value {
    return this.builder.multiply(this.builder.subtract(this.builder.constant(1), u), this.add(u, 1));
  }

  /** Derivatives that come again after some of them. */
  private dividedByFactorials(derivatives: readonly Value[]): Series {
    let factorial = 1;
    return Array.from({ length: this.order + 1 }, (_, k) => {
      factorial *= Math.max(k, 1);
      return this.scaled(1 / factorial, derivatives[k % derivatives.length]!);
    });
  }

  /** Of `log(u)/scale` from the first power on. */
  private logarithm(u: Value, scale: number): Value[] {
    const { builder } = this;
    const inverse = builder.divide(builder.constant(1), u);
    const coefficients: Value[] = [];
    let power = inverse;
    for (let k = 1; k <= this.order; k++) {
      coefficients.push(this.scaled((k % 2 === 1 ? 1 : -1) / (k * scale), power));
      power = builder.multiply(power, inverse);
    }
    return coefficients;
  }

  /** Of a function `f` with `f'' = factor · f f'`. */
  private curve(value: Value, slope: Value, factor: number): Value[] {
    const { builder } = this;
    const out = [value, slope];
    for (let k = 1; k < this.order; k++) {
      const terms = Array.from({ length: k }, (_, i) =>
        this.scaled(k - i, builder.multiply(out[i]!, out[k - i]!)),
      );
      const total = terms.reduce((sum, term) => builder.add(sum, term));
      out.push(this.scaled(factor / (k * (k + 1)), total));
    }
    return out;
  }

  /** `4 e^(−2|u|) / (1 + e^(−2|u|))²`. */
  private tanhSlope(u: Value): Value {
    const { builder } = this;
    const small = this.value("exp", this.scaled(-2, builder.absolute(u)));
    const sum = this.add(small, 1);
    return builder.divide(this.scaled(4, small), builder.multiply(sum, sum));
  }

  /** `(1 + tanh(u/2))/2`. */
  private sigmoid(value: Value, u: Value): Value[] {
    const { builder } = this;
    const other = this.value("sigmoid", builder.negate(u));
    const slope = this.scaled(4, builder.multiply(value, other));
    const half = this.curve(builder.subtract(value, other), slope, -2);
    return [value, ...half.slice(1).map((coefficient, k) => this.scaled(2 ** -(k + 2), coefficient))];
  }

  /** Of `2/√π e^(−u²)`: `g' = −2 u g`. */
  private gaussian(u: Value): Value[] {
    const { builder } = this;
    const bell = this.value("exp", builder.negate(builder.multiply(u, u)));
    const out = [this.scaled(2 / Math.sqrt(Math.PI), bell)];
    for (let k = 1; k < this.order; k++) {
      const product = builder.multiply(u, out[k - 1]!);
      const sum = k === 1 ? product : builder.add(out[k - 2]!, product);
      out.push(this.scaled(-2 / k, sum));
    }
    return out;
  }

  /** Of `base^exponent`, where the base is `sign · u²` and a number: `(base + 2 sign u s + sign s²)^exponent`. */
  private quadraticPower(base: Value, u: Value, sign: 1 | -1, exponent: number): Value[] {
    const { builder } = this;
    const one = builder.constant(1);
    const inverse = builder.divide(one, base);
    const out = [exponent === -1 ? inverse : builder.divide(one, builder.sqrt(base))];
    for (let k = 1; k < this.order; k++) {
      const linear = this.scaled(2 * sign * (exponent - k + 1), builder.multiply(u, out[k - 1]!));
      const total =
        k === 1 ? linear : builder.add(this.scaled(sign * (2 * exponent - k + 2), out[k - 2]!), linear);
      out.push(this.scaled(1 / k, builder.multiply(inverse, total)));
    }
    return out;
  }

  /** Coefficients from the first power on of a function whose derivative has these. */
  private integral(slope: Series): Value[] {
    return slope
      .slice(0, this.order)
      .map((coefficient, k) => this.scaled(1 / (k + 1), coefficient ?? this.builder.constant(0)));
  }
}
