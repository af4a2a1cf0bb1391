import { children } from "./build.js";
import { type CompiledExpression, compileExpression, elementaryValue, logSumExpOf } from "./evaluation.js";
import type { Expression } from "./expression.js";
import {
  copied,
  type JetNode,
  kept,
  multiplied,
  type Node,
  patternOf,
  type Rounds,
  type ScalarNode,
} from "./jet-nodes.js";
import { besideLargest } from "./largest-term.js";
import { addProduct, type MonomialTables, productPattern } from "./monomial-tables.js";
import type { MonomialProducts, Monomials } from "./monomials.js";
import { taylorOf, taylorOfAbsolutePower, taylorOfPower, taylorOfWholePower } from "./taylor.js";
import { sharedBelow } from "./walk.js";

/** A symbol of an expression as an affine function of the jet's unknowns. */
export interface AffineSymbol {
  readonly value: number;
  readonly slope: readonly { readonly unknown: number; readonly coefficient: number }[];
}

/** The Taylor polynomial of an expression in its unknowns, for each value of its data. */
export interface JetProgram {
  readonly monomials: Monomials;
  /** The monomials whose coefficients may differ from zero, in order. */
  readonly pattern: Int32Array;
  /** Computes the coefficients at these data; read `coefficients[m]` for `m` of the pattern before the next run. */
  run(data: ArrayLike<number>): Float64Array;
}

/**
 * Prepares truncated Taylor arithmetic for an expression (forward mode, all orders at once). Which
 * coefficients vanish is worked out here, once, so that sparse losses stay sparse.
 * @param unknowns symbols which are affine functions of `variables` unknowns
 * @param slots where each datum's value will be found
 */
export function compileJet(
  expression: Expression,
  unknowns: ReadonlyMap<string, AffineSymbol>,
  slots: ReadonlyMap<string, number>,
  variables: number,
  order: number,
  tables: MonomialTables,
): JetProgram {
  const { monomials, products } = tables.get(variables, order);
  const compiler = new JetCompiler(monomials, products, unknowns, slots, sharedBelow(expression));
  const node = compiler.compile(expression);
  if (node.kind === "jet") {
    return {
      monomials,
      pattern: node.pattern,
      run: (data) => {
        compiler.round++;
        node.run(data);
        return node.values;
      },
    };
  }
  const values = new Float64Array(monomials.count);
  return {
    monomials,
    pattern: Int32Array.of(0),
    run: (data) => {
      compiler.round++;
      values[0] = node.value(data);
      return values;
    },
  };
}

class JetCompiler implements Rounds {
  round = 0;
  private readonly free: Float64Array[] = [];
  private readonly sharedNodes = new Map<Expression, Node>();

  constructor(
    readonly monomials: Monomials,
    readonly products: MonomialProducts,
    private readonly unknowns: ReadonlyMap<string, AffineSymbol>,
    private readonly slots: ReadonlyMap<string, number>,
    private readonly shared: ReadonlySet<Expression>,
  ) {}

  compile(expression: Expression): Node {
    if (!this.shared.has(expression)) {
      return this.compileOnce(expression);
    }
    let node = this.sharedNodes.get(expression);
    if (node === undefined) {
      const own = this.compileOnce(expression);
      if (own.kind === "jet") {
        this.free.push(own.values);
      }
      node = kept(own, this, this.monomials.count);
      this.sharedNodes.set(expression, node);
    }
    return node.kind === "scalar" ? node : copied(node, this.take());
  }

  private compileOnce(expression: Expression): Node {
    switch (expression.kind) {
      case "number": {
        const { value } = expression;
        return { kind: "scalar", value: () => value };
      }
      case "symbol":
        return this.symbol(expression.name);
      case "sum":
        return this.sum(expression.terms);
      case "product": {
        // factor by factor, in the order they will run: registers are reused
        let result: JetNode | undefined;
        let scalars: CompiledExpression | undefined;
        for (const factor of expression.factors) {
          const node = this.compile(factor);
          if (node.kind === "jet") {
            result = result === undefined ? node : this.multiply(result, node);
          } else {
            scalars = scalars === undefined ? node.value : multiplied(scalars, node.value);
          }
        }
        if (result === undefined) {
          return { kind: "scalar", value: scalars ?? (() => 1) };
        }
        return scalars === undefined ? result : this.scale(result, scalars);
      }
      case "negate": {
        const operand = this.compile(expression.operand);
        if (operand.kind === "scalar") {
          return { kind: "scalar", value: (data) => -operand.value(data) };
        }
        return this.scale(operand, () => -1);
      }
      case "divide": {
        const numerator = this.compile(expression.numerator);
        const denominator = this.compile(expression.denominator);
        if (denominator.kind === "scalar") {
          const below = denominator.value;
          if (numerator.kind === "scalar") {
            const above = numerator.value;
            return { kind: "scalar", value: (data) => above(data) / below(data) };
          }
          return this.scale(numerator, (data) => 1 / below(data));
        }
        const inverse = this.compose(denominator, this.monomials.order, (u0, order, out) =>
          taylorOfPower(-1, u0, order, out),
        );
        return numerator.kind === "scalar"
          ? this.scale(inverse, numerator.value)
          : this.multiply(numerator, inverse);
      }
      case "power":
        return this.power(expression.base, expression.exponent);
      case "call": {
        const argument = this.compile(expression.argument);
        const { name } = expression;
        if (argument.kind === "scalar") {
          const inner = argument.value;
          return { kind: "scalar", value: (data) => elementaryValue(name, inner(data)) };
        }
        return this.compose(
          argument,
          this.monomials.order,
          (u0, order, out) => taylorOf(name, u0, order, out),
          name === "exp",
        );
      }
      case "logsumexp":
        return this.logSumExp(expression.terms);
    }
  }

  private symbol(name: string): Node {
    const affine = this.unknowns.get(name);
    if (affine === undefined) {
      return { kind: "scalar", value: compileExpression({ kind: "symbol", name }, this.slots) };
    }
    if (affine.slope.length === 0 || this.monomials.order === 0) {
      return { kind: "scalar", value: () => affine.value };
    }
    const entries: [number, number][] = affine.slope.map(({ unknown, coefficient }) => [
      1 + unknown,
      coefficient,
    ]);
    entries.push([0, affine.value]);
    entries.sort((a, b) => a[0] - b[0]);
    const values = this.take();
    return {
      kind: "jet",
      pattern: Int32Array.from(entries, ([m]) => m),
      values,
      run: () => {
        for (const [m, coefficient] of entries) {
          values[m] = coefficient;
        }
      },
    };
  }

  private sum(terms: readonly Expression[]): Node {
    const scalars: CompiledExpression[] = [];
    const jets: JetNode[] = [];
    const values = this.take();
    let mark: Uint8Array | undefined;
    for (const term of terms) {
      const node = this.compile(term);
      if (node.kind === "scalar") {
        scalars.push(node.value);
        continue;
      }
      mark ??= new Uint8Array(this.monomials.count);
      for (const m of node.pattern) {
        mark[m] = 1;
      }
      jets.push(node);
      this.free.push(node.values);
    }
    if (mark === undefined) {
      this.free.push(values);
      return {
        kind: "scalar",
        value: (data) => {
          let total = 0;
          for (const scalar of scalars) {
            total += scalar(data);
          }
          return total;
        },
      };
    }
    mark[0] = 1;
    const pattern = patternOf(mark);
    return {
      kind: "jet",
      pattern,
      values,
      run: (data) => {
        for (const m of pattern) {
          values[m] = 0;
        }
        for (const jet of jets) {
          jet.run(data);
          const { pattern: own, values: from } = jet;
          for (let i = 0; i < own.length; i++) {
            const m = own[i]!;
            values[m]! += from[m]!;
          }
        }
        let total = values[0]!;
        let lost = 0;
        for (const scalar of scalars) {
          const term = scalar(data);
          const sum = total + term;
          // what the addition rounds away, so that large terms that cancel leave the small ones whole
          const moved = sum - total;
          lost += total - (sum - moved) + (term - moved);
          total = sum;
        }
        // an infinite sum has lost what is no number
        values[0] = Number.isFinite(lost) ? total + lost : total;
      },
    };
  }

  /** `m + log(Σ e^(term − m))` with the largest value `m`; or {@link besideLargest}, where one term is far above. */
  private logSumExp(terms: readonly Expression[]): Node {
    const order = this.monomials.order;
    const nodes = terms.map((term) => this.compile(term));
    const scalars = nodes.flatMap((node) => (node.kind === "scalar" ? [node.value] : []));
    const jets = nodes.filter((node) => node.kind === "jet");
    if (jets.length === 0) {
      return { kind: "scalar", value: (data) => logSumExpOf(scalars.map((scalar) => scalar(data))) };
    }
    // made while the terms' registers are still theirs
    const beside = besideLargest(jets, this.monomials, (inner, taylor) => this.compose(inner, order, taylor));
    let largest = 0;
    const values = this.take();
    const mark = new Uint8Array(this.monomials.count);
    const powers = jets.map((jet) => {
      const below: JetNode = {
        ...jet,
        run: () => {
          jet.values[0]! -= largest;
        },
      };
      const power = this.compose(below, order, (u0, k, out) => taylorOf("exp", u0, k, out));
      for (const m of power.pattern) {
        mark[m] = 1;
      }
      this.free.push(power.values);
      return power;
    });
    const pattern = patternOf(mark);
    const total: JetNode = {
      kind: "jet",
      pattern,
      values,
      run: (data) => {
        for (const m of pattern) {
          values[m] = 0;
        }
        for (const { run, pattern: own, values: from } of powers) {
          run(data);
          for (const m of own) {
            values[m]! += from[m]!;
          }
        }
        for (const scalar of scalars) {
          values[0]! += Math.exp(scalar(data) - largest);
        }
      },
    };
    const logarithm = this.compose(total, order, (u0, k, out) => taylorOf("log", u0, k, out));
    return {
      ...logarithm,
      run: (data) => {
        for (const jet of jets) {
          jet.run(data);
        }
        const known = scalars.length === 0 ? -Infinity : logSumExpOf(scalars.map((scalar) => scalar(data)));
        largest = jets.reduce((most, jet) => Math.max(most, jet.values[0]!), known);
        if (beside(known, largest, data, logarithm)) {
          return;
        }
        logarithm.run(data);
        logarithm.values[0]! += largest;
      },
    };
  }

  private scale(node: JetNode, factor: CompiledExpression): JetNode {
    const { pattern, values } = node;
    return {
      kind: "jet",
      pattern,
      values,
      run: (data) => {
        node.run(data);
        const by = factor(data);
        for (let i = 0; i < pattern.length; i++) {
          values[pattern[i]!]! *= by;
        }
      },
    };
  }

  private multiply(a: JetNode, b: JetNode): JetNode {
    const order = this.monomials.order;
    const values = this.take();
    const pattern = productPattern(this, a.pattern, b.pattern, order);
    this.free.push(a.values, b.values);
    return {
      kind: "jet",
      pattern,
      values,
      run: (data) => {
        a.run(data);
        b.run(data);
        for (const m of pattern) {
          values[m] = 0;
        }
        addProduct(this, a.pattern, a.values, b.pattern, b.values, values, order);
      },
    };
  }

  /**
   * A function of one jet, given by its univariate Taylor coefficients, by Horner's rule: the
   * intermediate result that will still be multiplied `k` times is needed only up to `order − k`.
   * @param vanishes whether all derivatives are zero where the value is, as those of e^f, whatever f's are
   */
  private compose(
    inner: JetNode,
    highest: number,
    taylor: (u0: number, order: number, out: Float64Array) => void,
    vanishes = false,
  ): JetNode {
    const order = this.monomials.order;
    const top = Math.min(order, highest);
    const variable = inner.pattern.filter((m) => m !== 0);
    const patterns: Int32Array[] = [Int32Array.of(0)];
    for (let step = 1; step <= top; step++) {
      patterns.push(productPattern(this, variable, patterns[step - 1]!, order - (top - step), true));
    }
    const pattern = patterns[top]!;
    const first = this.take();
    const second = this.take();
    const [values, other] = top % 2 === 0 ? [first, second] : [second, first];
    this.free.push(inner.values, other);
    const coefficients = new Float64Array(order + 1);
    return {
      kind: "jet",
      pattern,
      values,
      run: (data) => {
        inner.run(data);
        taylor(inner.values[0]!, order, coefficients);
        if (vanishes && coefficients[0] === 0) {
          for (const m of pattern) {
            values[m] = 0;
          }
          return;
        }
        let current = first;
        let spare = second;
        current[0] = coefficients[top]!;
        for (let step = 1; step <= top; step++) {
          const reached = patterns[step]!;
          for (let i = 0; i < reached.length; i++) {
            spare[reached[i]!] = 0;
          }
          addProduct(this, variable, inner.values, patterns[step - 1]!, current, spare, order - (top - step));
          spare[0] = coefficients[top - step]!;
          [current, spare] = [spare, current];
        }
      },
    };
  }

  private power(base: Expression, exponent: Expression): Node {
    if (base.kind === "call" && base.name === "abs" && exponent.kind === "number") {
      const inside = this.compile(base.argument);
      const { value } = exponent;
      if (inside.kind === "jet") {
        return this.compose(inside, this.monomials.order, (u0, order, out) =>
          taylorOfAbsolutePower(value, u0, order, out),
        );
      }
    }
    const under = this.compile(base);
    if (!this.moves(exponent)) {
      const over = this.compile(exponent) as ScalarNode;
      if (under.kind === "scalar") {
        return { kind: "scalar", value: (data) => under.value(data) ** over.value(data) };
      }
      const fixed = exponent.kind === "number" ? exponent.value : undefined;
      const whole = fixed !== undefined && Number.isInteger(fixed) && fixed >= 0;
      let n = fixed ?? 0;
      const composed = this.compose(under, whole ? fixed : this.monomials.order, (u0, order, out) => {
        if (Number.isInteger(n) && n >= 0) {
          taylorOfWholePower(n, u0, order, out);
        } else {
          taylorOfPower(n, u0, order, out);
        }
      });
      if (fixed !== undefined) {
        return composed;
      }
      return {
        ...composed,
        run: (data) => {
          n = over.value(data);
          composed.run(data);
        },
      };
    }
    // base^exponent = exp(exponent · log base)
    const order = this.monomials.order;
    if (under.kind === "scalar") {
      const over = this.compile(exponent) as JetNode;
      const scaled = this.scale(over, (data) => Math.log(under.value(data)));
      return this.compose(scaled, order, (u0, k, out) => taylorOf("exp", u0, k, out));
    }
    const logarithm = this.compose(under, order, (u0, k, out) => taylorOf("log", u0, k, out));
    const multiplied = this.multiply(logarithm, this.compile(exponent) as JetNode);
    return this.compose(multiplied, order, (u0, k, out) => taylorOf("exp", u0, k, out));
  }

  private moves(expression: Expression): boolean {
    if (expression.kind === "symbol") {
      return this.monomials.order > 0 && (this.unknowns.get(expression.name)?.slope.length ?? 0) > 0;
    }
    return children(expression).some((child) => this.moves(child));
  }

  private take(): Float64Array {
    return this.free.pop() ?? new Float64Array(this.monomials.count);
  }
}
