import { call, children, number, symbol, withChildren } from "../landscape/build.js";
import { evaluateExpression } from "../landscape/evaluation.js";
import type { ElementaryFunction, Expression } from "../landscape/expression.js";
import { type ElementaryFunctions, elementary } from "./elementary.js";
import { SimulationError } from "./error.js";
import { eachOnce, lowerOne, power as powerOf, product } from "./lower.js";
import type { ProgramBuilder, Value } from "./program.js";
import { type Series, SeriesArithmetic } from "./series-arithmetic.js";
import { TaylorCoefficients } from "./series-functions.js";

export type { Series } from "./series-arithmetic.js";

/**
 * Adds the instructions of the series of an expression's value whose symbols are the given series, up to the power `order`.
 * What is known is folded and nothing is emitted for zeros; where the series begins with a number, no elementary function is
 * called. Where a value has no power series (a root or a magnitude at 0, a quotient by 0), coefficients are not numbers from
 * the first that does not exist on.
 */
export function lowerSeries(
  builder: ProgramBuilder,
  expression: Expression,
  symbols: ReadonlyMap<string, Series>,
  order: number,
  functions: ElementaryFunctions = elementary,
): Series {
  const lowering = new SeriesLowering(builder, symbols, order, functions);
  return eachOnce<Series>(expression, (one, of) => lowering.lower(one, of));
}

class SeriesLowering {
  private readonly arithmetic: SeriesArithmetic;
  private readonly taylor: TaylorCoefficients;

  constructor(
    private readonly builder: ProgramBuilder,
    private readonly symbols: ReadonlyMap<string, Series>,
    private readonly order: number,
    private readonly functions: ElementaryFunctions,
  ) {
    this.arithmetic = new SeriesArithmetic(builder, order);
    this.taylor = new TaylorCoefficients(builder, functions, order);
  }

  lower(expression: Expression, of: (operand: Expression) => Series): Series {
    const { arithmetic } = this;
    switch (expression.kind) {
      case "number":
        return arithmetic.number(expression.value);
      case "symbol": {
        const series = this.symbols.get(expression.name);
        if (series === undefined) {
          throw new SimulationError(
            `"${expression.name}" is neither a weight nor a datum of the landscape; declare it`,
          );
        }
        return series.slice(0, this.order + 1);
      }
      case "sum":
        return arithmetic.sum(expression.terms.map(of));
      case "product":
        return this.product(expression.factors.map(of));
      case "negate":
        return arithmetic.negate(of(expression.operand));
      case "divide": {
        const [numerator, denominator] = [of(expression.numerator), of(expression.denominator)];
        return this.areConstant([numerator, denominator])
          ? this.constantOf(expression, of)
          : arithmetic.divide(numerator, denominator);
      }
      case "power": {
        const [base, exponent] = [of(expression.base), of(expression.exponent)];
        return this.areConstant([base, exponent])
          ? this.constantOf(expression, of)
          : this.power(base, exponent);
      }
      case "call": {
        const argument = of(expression.argument);
        return this.areConstant([argument])
          ? this.constantOf(expression, of)
          : this.compose(expression.name, argument);
      }
      case "logsumexp": {
        const terms = expression.terms.map(of);
        return this.areConstant(terms) ? this.constantOf(expression, of) : this.logSumExp(terms);
      }
    }
  }

  private areConstant(series: readonly Series[]): boolean {
    return series.every((one) => this.arithmetic.isConstant(one));
  }

  /** What a series begins with. */
  private start(series: Series): Value {
    return series[0] ?? this.builder.constant(0);
  }

  private constantOf(expression: Expression, of: (operand: Expression) => Series): Series {
    return this.arithmetic.constant(this.value(expression, (operand) => this.start(of(operand))));
  }

  /** Of operands that are values: as in programs of values, except that numbers give a number. */
  private value(expression: Expression, of: (operand: Expression) => Value): Value {
    const { builder, functions } = this;
    const numbers = children(expression).map((operand) => builder.constantValue(of(operand)));
    return numbers.every((value) => value !== undefined)
      ? builder.constant(evaluateExpression(withChildren(expression, numbers.map(number)), {}))
      : lowerOne(builder, expression, new Map(), functions, of);
  }

  /** An operation on values. @param of puts the expressions together that stand for them. */
  private applied(values: readonly Value[], of: (operands: readonly Expression[]) => Expression): Value {
    const operands = values.map((value) => symbol(`${value}`));
    const places = new Map(operands.map((operand, index) => [operand, values[index]!]));
    return this.value(of(operands), (operand) => places.get(operand)!);
  }

  /** Values are multiplied together first, then series. */
  private product(factors: readonly Series[]): Series {
    const { arithmetic } = this;
    if (factors.some((factor) => factor.every((coefficient) => coefficient === undefined))) {
      return [];
    }
    const values = factors.filter((factor) => arithmetic.isConstant(factor)).map((factor) => factor[0]!);
    const value = product(this.builder, values);
    let row = factors.filter((factor) => !arithmetic.isConstant(factor));
    if (row.length === 0) {
      return arithmetic.constant(value);
    }
    while (row.length > 1) {
      const [one, other, ...rest] = row;
      row = [arithmetic.multiply(one!, other!), ...rest];
    }
    return arithmetic.scale(value, row[0]!);
  }

  private power(base: Series, exponent: Series): Series {
    const { arithmetic, builder } = this;
    if (!arithmetic.isConstant(exponent)) {
      const logarithm = arithmetic.isConstant(base)
        ? arithmetic.constant(this.applied([this.start(base)], ([one]) => call("log", one!)))
        : this.compose("log", base);
      return this.compose("exp", arithmetic.multiply(exponent, logarithm));
    }
    const value = this.start(exponent);
    const known = builder.constantValue(value);
    if (known !== undefined && known >= 0 && Number.isInteger(known)) {
      return arithmetic.wholePower(base, known);
    }
    if (base[0] === undefined) {
      return this.powerOfZero(base, known ?? 0);
    }
    const start = powerOf(builder, base[0], value, this.functions);
    return arithmetic.compose(this.taylor.power(start, value, base[0]), base);
  }

  private compose(name: ElementaryFunction, argument: Series): Series {
    if (argument[0] === undefined) {
      const exponent = name === "sqrt" ? 1 / 2 : name === "cbrt" ? 1 / 3 : name === "abs" ? 1 : undefined;
      if (exponent !== undefined) {
        return this.powerOfZero(argument, exponent);
      }
    }
    return this.arithmetic.compose(this.taylor.at(name, this.start(argument)), argument);
  }

  /** A broken power of what begins with zero: as many zeros as are sure, then no numbers. */
  private powerOfZero(base: Series, exponent: number): Series {
    const present = base.findIndex((coefficient) => coefficient !== undefined);
    const first = present < 0 ? this.order + 1 : present;
    return this.arithmetic.undefinedFrom(Math.max(0, Math.ceil(first * exponent)));
  }

  /** `m + v + log(1 + Σ p (e^(w − v) − 1))`: `m` and shares `p` of what terms begin with, `v` and `w` what is left of them. */
  private logSumExp(terms: readonly Series[]): Series {
    const { arithmetic, builder } = this;
    const starts = terms.map((term) => this.start(term));
    const whole = this.applied(starts, (operands) => ({ kind: "logsumexp", terms: operands }));
    const rests = terms.map(([, ...rest]): Series => [undefined, ...rest]);
    const [first, ...others] = rests;
    const minusFirst = arithmetic.negate(first!);
    const shares = others.map((rest, index) => {
      const share = this.applied([builder.subtract(starts[index + 1]!, whole)], ([one]) => call("exp", one!));
      const power = this.compose("exp", arithmetic.sum([rest, minusFirst]));
      return arithmetic.scale(share, [undefined, ...power.slice(1)]);
    });
    return arithmetic.sum([
      arithmetic.constant(whole),
      first!,
      this.compose("log1p", arithmetic.sum(shares)),
    ]);
  }
}
