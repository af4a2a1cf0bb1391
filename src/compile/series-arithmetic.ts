import type { ProgramBuilder, Value } from "./program.js";

/**
 * A truncated power series: the coefficient of each power, from the constant on. Those that are missing, also behind its
 * end, are zero, and nothing is emitted for them.
 */
export type Series = readonly (Value | undefined)[];

/** Arithmetic on power series that end with the power `order`. Numbers fold, and zeros stay missing. */
export class SeriesArithmetic {
  constructor(
    readonly builder: ProgramBuilder,
    readonly order: number,
  ) {}

  /** A series that is a value, whatever its variable. */
  constant(value: Value): Series {
    return [this.unlessZero(value)];
  }

  number(value: number): Series {
    return this.constant(this.builder.constant(value));
  }

  sum(terms: readonly Series[]): Series {
    return this.coefficients((power) => this.total(terms.map((term) => term[power])));
  }

  negate(series: Series): Series {
    return series.map((coefficient) => this.negated(coefficient));
  }

  scale(factor: Value, series: Series): Series {
    return series.map((coefficient) => this.times(factor, coefficient));
  }

  multiply(one: Series, other: Series): Series {
    if (one === other) {
      return this.square(one);
    }
    return this.coefficients((power) =>
      this.total(
        Array.from({ length: power + 1 }, (_, first) => this.times(one[first], other[power - first])),
      ),
    );
  }

  /** A whole power that is not negative, by squares. */
  wholePower(base: Series, exponent: number): Series {
    if (exponent === 0) {
      return this.number(1);
    }
    const half = this.wholePower(base, Math.floor(exponent / 2));
    if (exponent === 1) {
      return base;
    }
    const even = this.square(half);
    return exponent % 2 === 0 ? even : this.multiply(even, base);
  }

  /** Not a number where the denominator's constant is zero. */
  divide(numerator: Series, denominator: Series): Series {
    const { builder } = this;
    const [constant, ...rest] = denominator;
    if (constant === undefined) {
      return this.undefinedFrom(0);
    }
    const inverse = builder.divide(builder.constant(1), constant);
    const quotient: (Value | undefined)[] = [];
    for (let power = 0; power <= this.order; power++) {
      const known = rest.map((coefficient, index) => this.times(coefficient, quotient[power - 1 - index]));
      const left = this.total([numerator[power], ...known.map((term) => this.negated(term))]);
      quotient.push(this.times(inverse, left));
    }
    return quotient;
  }

  /** `Σ taylor[k] · (series less its constant)^k`. */
  compose(taylor: Series, series: Series): Series {
    const step: Series = [undefined, ...series.slice(1)];
    const powers: Series[] = [this.number(1), step];
    for (let power = 2; power <= this.order; power++) {
      const half = powers[power / 2];
      powers.push(half === undefined ? this.multiply(powers[power - 1]!, step) : this.square(half));
    }
    return this.coefficients((power) =>
      this.total(powers.map((series, exponent) => this.times(taylor[exponent], series[power]))),
    );
  }

  /** Whether nothing but the constant is there. */
  isConstant([, ...rest]: Series): boolean {
    return rest.every((coefficient) => coefficient === undefined);
  }

  /** Zero below a power, and no number from there on: what has no power series. */
  undefinedFrom(first: number): Series {
    return this.coefficients((power) => (power < first ? undefined : this.builder.constant(Number.NaN)));
  }

  /** Products of two different coefficients are made once and doubled. */
  private square(series: Series): Series {
    const { builder } = this;
    return this.coefficients((power) => {
      const mixed = this.total(
        Array.from({ length: Math.ceil(power / 2) }, (_, first) =>
          this.times(series[first], series[power - first]),
        ),
      );
      const middle = power % 2 === 0 ? this.times(series[power / 2], series[power / 2]) : undefined;
      return this.total([this.times(builder.constant(2), mixed), middle]);
    });
  }

  private coefficients(make: (power: number) => Value | undefined): Series {
    return Array.from({ length: this.order + 1 }, (_, power) => make(power));
  }

  private negated(coefficient: Value | undefined): Value | undefined {
    return coefficient === undefined ? undefined : this.builder.negate(coefficient);
  }

  /** A factor that is a negative number gives its sign to the sum that the product goes into, so that magnitudes are shared. */
  private times(one: Value | undefined, other: Value | undefined): Value | undefined {
    const { builder } = this;
    if (one === undefined || other === undefined) {
      return undefined;
    }
    const product = builder.multiply(one, other);
    const { op, a, b } = builder.instructions[product]!;
    const number = op === "multiply" ? builder.constantValue(a) : undefined;
    return number !== undefined && number < 0
      ? builder.negate(builder.multiply(builder.constant(-number), b))
      : this.unlessZero(product);
  }

  /** Products come last: a machine adds them to what is there in one instruction. */
  total(terms: readonly (Value | undefined)[]): Value | undefined {
    const { builder } = this;
    const isProduct = (value: Value): boolean => {
      const { op, a } = builder.instructions[value]!;
      return op === "multiply" || (op === "negate" && isProduct(a));
    };
    const present = terms.filter((term) => term !== undefined);
    const ordered = [...present.filter((term) => !isProduct(term)), ...present.filter(isProduct)];
    return ordered.length === 0
      ? undefined
      : this.unlessZero(ordered.reduce((sum, term) => builder.add(sum, term)));
  }

  private unlessZero(value: Value): Value | undefined {
    return this.builder.constantValue(value) === 0 ? undefined : value;
  }
}
