import type { TensorExpression } from "./expression.js";
import { indexed, tensorFunctionNamed } from "./functions/index.js";
import type { TensorProgramBuilder, TensorValue } from "./program.js";
import { sizeOf } from "./shapes.js";

/** Sums of several tensors entry by entry, and along the last axis, without overflow. */
const logSumExp = (builder: TensorProgramBuilder, values: readonly TensorValue[]): TensorValue =>
  tensorFunctionNamed("logsumexp")!.lower(builder, values, []);

/**
 * Logarithms and quotients of exponentials as they are written out, `log(1 + exp(u))`, `exp(a)/sum(exp(a))` and their like, by functions
 * that are finite wherever they are. An expression is *exponential* when it is made of exponentials and positive numbers by sums, products,
 * quotients and constant powers, so that it has a logarithm everywhere, which is found without it.
 */
export class Exponentials {
  private readonly logarithms = new Map<TensorExpression, TensorValue | undefined>();
  private readonly involved = new Map<TensorExpression, boolean>();

  /** @param value what an expression is lowered to. */
  constructor(
    private readonly builder: TensorProgramBuilder,
    private readonly value: (node: TensorExpression) => TensorValue,
  ) {}

  /** An expression that is made of exponentials and would overflow before it does; `undefined` for all others. */
  lowered(node: TensorExpression): TensorValue | undefined {
    const { builder } = this;
    switch (node.kind) {
      case "elementwise": {
        const scale = node.name === "log2" ? Math.LN2 : node.name === "log10" ? Math.LN10 : 1;
        if (node.name === "log1p") {
          const inner = this.exponentialLogarithm(node.argument);
          return inner === undefined ? undefined : builder.call("softplus", inner);
        }
        const isLogarithm = node.name === "log" || node.name === "log2" || node.name === "log10";
        const own = isLogarithm ? this.exponentialLogarithm(node.argument) : undefined;
        return own === undefined || scale === 1 ? own : builder.scale(1 / scale, own);
      }
      case "divide": {
        const below = this.exponentialLogarithm(node.denominator);
        return below === undefined ? undefined : this.quotient(node.numerator, below);
      }
      case "power": {
        const exponent = bare(node.exponent);
        const base =
          exponent.kind === "number" && exponent.value < 0 ? this.exponentialLogarithm(node.base) : undefined;
        return base === undefined
          ? undefined
          : builder.call("exp", builder.multiply(base, this.value(node.exponent)));
      }
      default:
        return undefined;
    }
  }

  /** A quotient by what has this logarithm. What is exponential above the line goes into one exponential with it. */
  private quotient(numerator: TensorExpression, below: TensorValue): TensorValue {
    const { builder } = this;
    const above = bare(numerator);
    const factors = above.kind === "product" ? above.factors : [above];
    const logarithms: TensorValue[] = [];
    const others: TensorValue[] = [];
    for (const factor of factors) {
      const own = this.exponentialLogarithm(factor);
      if (own === undefined) {
        others.push(this.value(factor));
      } else {
        logarithms.push(own);
      }
    }
    const exponent = logarithms.reduce((sum, own) => builder.add(sum, own), builder.negate(below));
    return others.reduce((product, own) => builder.multiply(product, own), builder.call("exp", exponent));
  }

  /** The logarithm of what is exponential and not a constant. */
  private exponentialLogarithm(node: TensorExpression): TensorValue | undefined {
    return this.involves(node) ? this.logarithm(node) : undefined;
  }

  private involves(node: TensorExpression): boolean {
    let found = this.involved.get(node);
    if (found === undefined) {
      found = partsOf(node)?.some((part) => this.involves(part)) ?? isExponential(node);
      this.involved.set(node, found);
    }
    return found;
  }

  private logarithm(node: TensorExpression): TensorValue | undefined {
    if (!this.logarithms.has(node)) {
      this.logarithms.set(node, this.findLogarithm(node));
    }
    return this.logarithms.get(node);
  }

  /** Of all; `undefined` when one has none. */
  private all(nodes: readonly TensorExpression[]): TensorValue[] | undefined {
    const found = nodes.flatMap((node) => this.logarithm(node) ?? []);
    return found.length === nodes.length ? found : undefined;
  }

  private findLogarithm(node: TensorExpression): TensorValue | undefined {
    const { builder } = this;
    switch (node.kind) {
      case "number":
        return node.value > 0 ? builder.constant(Math.log(node.value), node.shape) : undefined;
      case "let":
        return this.logarithm(node.value);
      case "elementwise":
        return this.logarithmOfFunction(node.name, node.argument);
      case "sum": {
        const terms = this.all(node.terms);
        const others = node.terms.filter((term) => !isOne(term));
        return terms?.length === 2 && others.length === 1
          ? builder.call("softplus", this.logarithm(others[0]!)!)
          : terms && logSumExp(builder, terms);
      }
      case "product":
        return this.all(node.factors)?.reduce((sum, own) => builder.add(sum, own));
      case "divide": {
        const both = this.all([node.numerator, node.denominator]);
        return both && builder.add(both[0]!, builder.negate(both[1]!));
      }
      case "power": {
        const exponent = bare(node.exponent);
        const base = exponent.kind === "number" ? this.logarithm(node.base) : undefined;
        return base === undefined ? undefined : builder.multiply(base, this.value(node.exponent));
      }
      case "index": {
        const operand = this.logarithm(node.operand);
        return operand === undefined ? undefined : indexed(builder, operand, node.indices);
      }
      case "call":
        return this.logarithmOfCall(node);
      default:
        return undefined;
    }
  }

  private logarithmOfFunction(name: string, argument: TensorExpression): TensorValue | undefined {
    const { builder } = this;
    switch (name) {
      case "exp":
        return this.value(argument);
      case "cosh":
        return builder.call("logcosh", this.value(argument));
      case "sigmoid":
        return builder.negate(builder.call("softplus", builder.negate(this.value(argument))));
      case "sqrt": {
        const inner = this.logarithm(argument);
        return inner === undefined ? undefined : builder.scale(1 / 2, inner);
      }
      default:
        return undefined;
    }
  }

  private logarithmOfCall({
    name,
    arguments: [first],
    constants,
  }: TensorExpression & { readonly kind: "call" }): TensorValue | undefined {
    const { builder } = this;
    if (name === "softmax") {
      return tensorFunctionNamed("log_softmax")!.lower(builder, [this.value(first!)], []);
    }
    if (name === "flatten" || name === "reshape" || name === "transpose") {
      const own = this.logarithm(first!);
      return own === undefined ? undefined : tensorFunctionNamed(name)!.lower(builder, [own], constants);
    }
    const [axis] = constants;
    const axes = first!.shape.length;
    const isLast = axis === undefined ? axes > 0 : axis === -1 || axis === axes - 1;
    if ((name !== "sum" && name !== "mean") || !isLast) {
      return undefined;
    }
    const own = this.logarithm(first!);
    if (own === undefined) {
      return undefined;
    }
    const size = axis === undefined ? sizeOf(first!.shape) : first!.shape.at(-1)!;
    const total = builder.logsumexp(axis === undefined ? builder.reshape(own, [size]) : own);
    return name === "sum" ? total : builder.shift(total, -Math.log(size));
  }
}

function bare(node: TensorExpression): TensorExpression {
  return node.kind === "let" ? bare(node.value) : node;
}

function isOne(node: TensorExpression): boolean {
  const own = bare(node);
  return own.kind === "number" && own.value === 1;
}

/** Functions whose values are exponentials, or made of them. */
function isExponential(node: TensorExpression): boolean {
  return node.kind === "elementwise"
    ? node.name === "exp" || node.name === "cosh" || node.name === "sigmoid"
    : node.kind === "call" && node.name === "softmax";
}

/** What an expression is made of that is exponential if it is; `undefined` where that is decided by its function alone. */
function partsOf(node: TensorExpression): readonly TensorExpression[] | undefined {
  switch (node.kind) {
    case "let":
      return [node.value];
    case "sum":
      return node.terms;
    case "product":
      return node.factors;
    case "divide":
      return [node.numerator, node.denominator];
    case "power":
      return [node.base];
    case "index":
      return [node.operand];
    case "elementwise":
      return node.name === "sqrt" ? [node.argument] : undefined;
    case "call":
      return ["sum", "mean", "flatten", "reshape", "transpose"].includes(node.name)
        ? node.arguments
        : undefined;
    default:
      return undefined;
  }
}
