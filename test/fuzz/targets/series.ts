import { elementary, elementaryCalls } from "../../../src/compile/elementary.js";
import { Interpreter } from "../../../src/compile/interpreter.js";
import { finishProgram, ProgramBuilder } from "../../../src/compile/program.js";
import { lowerSeries, type Series } from "../../../src/compile/series.js";
import type { ElementaryFunction, Expression } from "../../../src/landscape/expression.js";
import { call, divide, number, power, product, sum, symbol } from "../../engine/simulate-landscapes.js";
import type { Random } from "../../language/generated/random.js";
import { Rational } from "../rational.js";
import { check, target } from "../target.js";

// Truncated power series as the compiler has them, beside the same expression in exact rational numbers. How far rounding may be
// off is known from the same expression of magnitudes, in which nothing cancels.

interface Input {
  readonly order: number;
  readonly expression: Expression;
  readonly symbols: Readonly<Record<string, readonly number[]>>;
}

/** A series with what bounds its rounding, in units of the last place. */
interface Known {
  readonly value: readonly Rational[];
  readonly size: readonly Rational[];
}

class NoSeries extends Error {}

const { zero, one } = Rational;
const whole = (value: number): Rational => Rational.of(BigInt(value));

const multiply = (a: readonly Rational[], b: readonly Rational[]): Rational[] =>
  a.map((_, n) => a.slice(0, n + 1).reduce((all, x, k) => all.plus(x.times(b[n - k]!)), zero));
const add = (a: readonly Rational[], b: readonly Rational[]): Rational[] => a.map((x, k) => x.plus(b[k]!));

/** Coefficients about 0 of functions that have rational ones there. */
const maclaurin: Partial<
  Record<ElementaryFunction, (k: number, before: (k: number) => Rational) => Rational>
> = {
  exp: (k) => one.dividedBy(factorial(k)),
  expm1: (k) => (k === 0 ? zero : one.dividedBy(factorial(k))),
  log1p: (k) => (k === 0 ? zero : whole(k % 2 === 0 ? -1 : 1).dividedBy(whole(k))),
  sin: (k) => (k % 2 === 0 ? zero : whole(k % 4 === 1 ? 1 : -1).dividedBy(factorial(k))),
  cos: (k) => (k % 2 === 1 ? zero : whole(k % 4 === 0 ? 1 : -1).dividedBy(factorial(k))),
  sinh: (k) => (k % 2 === 0 ? zero : one.dividedBy(factorial(k))),
  cosh: (k) => (k % 2 === 1 ? zero : one.dividedBy(factorial(k))),
  atan: (k) => (k % 2 === 0 ? zero : whole(k % 4 === 1 ? 1 : -1).dividedBy(whole(k))),
  atanh: (k) => (k % 2 === 0 ? zero : one.dividedBy(whole(k))),
};
const functions = Object.keys(maclaurin) as ElementaryFunction[];

function factorial(k: number): Rational {
  let all = one;
  for (let n = 2; n <= k; n++) {
    all = all.times(whole(n));
  }
  return all;
}

function compose(name: ElementaryFunction, { value, size }: Known): Known {
  if (!value[0]!.isZero) {
    throw new NoSeries();
  }
  const coefficient = maclaurin[name]!;
  const through = (series: readonly Rational[], of: (one: Rational) => Rational): Rational[] => {
    let powers: Rational[] = series.map((_, k) => (k === 0 ? one : zero));
    let all = series.map(() => zero);
    for (let k = 0; k < series.length; k++) {
      const factor = of(coefficient(k, () => zero));
      all = add(
        all,
        powers.map((x) => x.times(factor)),
      );
      powers = multiply(powers, series);
    }
    return all;
  };
  return {
    value: through(value, (x) => x),
    size: through(size, (x) => x.magnitude()),
  };
}

/** The expression in exact numbers. @throws NoSeries where it has no series, or none with rational coefficients. */
function exact(expression: Expression, symbols: Input["symbols"], length: number): Known {
  const of = (operand: Expression): Known => exact(operand, symbols, length);
  const constant = (value: Rational): Known => ({
    value: Array.from({ length }, (_, k) => (k === 0 ? value : zero)),
    size: Array.from({ length }, (_, k) => (k === 0 ? value.magnitude() : zero)),
  });
  switch (expression.kind) {
    case "number":
      return constant(Rational.ofDouble(expression.value));
    case "symbol": {
      const value = Array.from({ length }, (_, k) => Rational.ofDouble(symbols[expression.name]![k] ?? 0));
      return { value, size: value.map((x) => x.magnitude()) };
    }
    case "sum":
      return expression.terms
        .map(of)
        .reduce((a, b) => ({ value: add(a.value, b.value), size: add(a.size, b.size) }));
    case "product":
      return expression.factors.map(of).reduce(times);
    case "negate": {
      const { value, size } = of(expression.operand);
      return { value: value.map((x) => x.negated()), size };
    }
    case "divide": {
      const [over, under] = [of(expression.numerator), of(expression.denominator)];
      const start = under.value[0]!;
      if (start.isZero) {
        throw new NoSeries();
      }
      const value: Rational[] = [];
      const size: Rational[] = [];
      // What rounding has left of a constant that cancels counts, too.
      const worst = under.size[0]!.dividedBy(start.magnitude());
      for (let n = 0; n < length; n++) {
        let [left, most] = [over.value[n]!, over.size[n]!];
        for (let k = 1; k <= n; k++) {
          left = left.minus(under.value[k]!.times(value[n - k]!));
          most = most.plus(under.size[k]!.times(size[n - k]!));
        }
        value.push(left.dividedBy(start));
        size.push(most.dividedBy(start.magnitude()).times(worst));
      }
      return { value, size };
    }
    case "power": {
      const exponent = (expression.exponent as { readonly value: number }).value;
      const base = of(expression.base);
      let all = constant(one);
      for (let k = 0; k < exponent; k++) {
        all = times(all, base);
      }
      return all;
    }
    case "call":
      return compose(expression.name, of(expression.argument));
    case "logsumexp":
      throw new NoSeries();
  }
}

function times(a: Known, b: Known): Known {
  return { value: multiply(a.value, b.value), size: multiply(a.size, b.size) };
}

const dyadic = (random: Random): number => (random.below(65) - 32) / random.of([1, 2, 4, 8]);

function tree(random: Random, depth: number): Expression {
  const inner = (): Expression => tree(random, depth - 1);
  if (depth === 0 || random.chance(0.1)) {
    return random.chance(0.75) ? symbol(random.of(["a", "b", "c"])) : number(dyadic(random));
  }
  return random.of<() => Expression>([
    () => sum(...random.several(2, 3, inner)),
    () => product(...random.several(2, 3, inner)),
    () => ({ kind: "negate", operand: inner() }),
    () => divide(inner(), sum(number(random.of([1, 2, -4])), product(number(0.25), inner()))),
    () => power(inner(), random.below(5)),
    // Of what begins with zero.
    () => call(random.of(functions), product(number(0.5), symbol("c"), inner())),
  ])();
}

/** The coefficients as the compiled program has them. */
function compiled({ expression, symbols, order }: Input, form: typeof elementary): number[] {
  const builder = new ProgramBuilder();
  const inputs: number[] = [];
  const given = new Map<string, Series>(
    Object.entries(symbols).map(([name, series]) => [
      name,
      series.map((coefficient, place) =>
        coefficient === 0
          ? undefined
          : place === 0
            ? builder.constant(coefficient)
            : builder.input(inputs.push(coefficient) - 1),
      ),
    ]),
  );
  const found = lowerSeries(builder, expression, given, order, form);
  const outputs = Array.from({ length: order + 1 }, (_, place) => found[place] ?? builder.constant(0));
  const interpreter = new Interpreter(finishProgram(builder, outputs, inputs.length), 1);
  inputs.forEach((value, input) => {
    interpreter.input(input)?.fill(value);
  });
  interpreter.run();
  return outputs.map((_, place) => interpreter.output(place)[0]!);
}

/** Rounding of some hundred operations, each half a unit. */
const units = Rational.of(1n, 2n ** 53n).times(whole(1024));

export default target<Input>({
  outcomes: ["compared", "no series"],
  make(random) {
    const order = random.below(6);
    const series = (start: number) => [
      start,
      ...random.several(0, order, () => (random.chance(0.2) ? 0 : dyadic(random))),
    ];
    return {
      order,
      expression: tree(random, 1 + random.below(3)),
      symbols: { a: series(dyadic(random)), b: series(dyadic(random)), c: series(0) },
    };
  },
  attempt(input) {
    const values = [elementary, elementaryCalls].map((form) => compiled(input, form));
    let known: Known;
    try {
      known = exact(input.expression, input.symbols, input.order + 1);
    } catch (error) {
      if (error instanceof NoSeries) {
        return "no series";
      }
      throw error;
    }
    for (const coefficients of values) {
      coefficients.forEach((value, place) => {
        const [wanted, size] = [known.value[place]!, known.size[place]!];
        check(Number.isFinite(value), `coefficient ${place} is ${value}`);
        const off = Rational.ofDouble(value).minus(wanted).magnitude();
        check(
          off.isAtMost(size.times(units)),
          `coefficient ${place} is ${value}, and not ${Number(wanted.over) / Number(wanted.under)}`,
        );
      });
    }
    return "compared";
  },
  show: (input) => JSON.stringify(input),
});
