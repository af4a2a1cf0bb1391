import { Exponentials } from "./exponentials.js";
import type { Shape, TensorExpression } from "./expression.js";
import { indexed, tensorFunctionNamed } from "./functions/index.js";
import { productOf } from "./functions/product.js";
import { finishTensorProgram } from "./include.js";
import type { TensorLandscape } from "./landscape.js";
import { type TensorProgram, TensorProgramBuilder, type TensorValue } from "./program.js";
import { refuseLarge, sizeOf } from "./shapes.js";

/** What an input of a landscape's program is. */
export interface NamedInput {
  readonly kind: "weight" | "datum";
  readonly name: string;
  readonly shape: Shape;
}

/** The inputs of a landscape's programs: its weights, then its data, in order. */
export function inputsOf({ weights, data }: Pick<TensorLandscape, "weights" | "data">): NamedInput[] {
  const drawn = data.flatMap((source): readonly Pick<NamedInput, "name" | "shape">[] =>
    source.kind === "rows" ? source.columns : [source],
  );
  return [
    ...weights.map(({ name, shape }): NamedInput => ({ kind: "weight", name, shape })),
    ...drawn.map(({ name, shape }): NamedInput => ({ kind: "datum", name, shape })),
  ];
}

/**
 * Functions of a landscape's weights and data as a program, an output each.
 * @param expressions the loss where left out.
 * @throws TensorSizeError when their tensors are too large to hold
 */
export function lowerLandscape(
  landscape: TensorLandscape,
  expressions: readonly TensorExpression[] = [landscape.loss],
): TensorProgram {
  let numbers = 0;
  for (const { shape } of nodesOf(expressions)) {
    numbers += sizeOf(shape);
  }
  refuseLarge(numbers, `landscape ${landscape.name}: its tensors have`);
  const builder = new TensorProgramBuilder();
  const values = new Map(inputsOf(landscape).map(({ name, shape }) => [name, builder.input(shape)]));
  const outputs = expressions.map((expression) =>
    lowerExpression(builder, expression, (name) => values.get(name)!),
  );
  return finishTensorProgram(builder, outputs);
}

/** All different nodes of expressions. */
export function nodesOf(expressions: readonly TensorExpression[]): ReadonlySet<TensorExpression> {
  const nodes = new Set<TensorExpression>();
  const stack = [...expressions];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (!nodes.has(node)) {
      nodes.add(node);
      stack.push(...partsOf(node));
    }
  }
  return nodes;
}

function partsOf(node: TensorExpression): readonly TensorExpression[] {
  switch (node.kind) {
    case "number":
    case "weight":
    case "datum":
      return [];
    case "let":
      return [node.value];
    case "sum":
      return node.terms;
    case "product":
      return node.factors;
    case "negate":
    case "index":
      return [node.operand];
    case "divide":
      return [node.numerator, node.denominator];
    case "power":
      return [node.base, node.exponent];
    case "matmul":
      return [node.left, node.right];
    case "elementwise":
      return [node.argument];
    case "call":
      return node.arguments;
  }
}

/**
 * Adds an expression to a program. What stands in several places, a `let` above all, is there once.
 * @param named the value of a weight or a datum.
 */
export function lowerExpression(
  builder: TensorProgramBuilder,
  expression: TensorExpression,
  named: (name: string) => TensorValue,
): TensorValue {
  const done = new Map<TensorExpression, TensorValue>();
  const exponentials = new Exponentials(builder, (node) => value(node));
  const value = (node: TensorExpression): TensorValue => {
    let own = done.get(node);
    if (own === undefined) {
      own = exponentials.lowered(node) ?? lowered(node);
      done.set(node, own);
    }
    return own;
  };
  const lowered = (node: TensorExpression): TensorValue => {
    switch (node.kind) {
      case "number":
        return builder.constant(node.value, node.shape);
      case "weight":
      case "datum":
        return named(node.name);
      case "let":
        return value(node.value);
      case "sum":
        return node.terms.map(value).reduce((sum, term) => builder.add(sum, term));
      case "product":
        return node.factors.map(value).reduce((product, factor) => builder.multiply(product, factor));
      case "negate":
        return builder.negate(value(node.operand));
      case "divide":
        return builder.divide(value(node.numerator), value(node.denominator));
      case "power":
        return builder.power(value(node.base), value(node.exponent));
      case "matmul":
        return productOf(builder, value(node.left), value(node.right));
      case "index":
        return indexed(builder, value(node.operand), node.indices);
      case "elementwise":
        return builder.call(node.name, value(node.argument));
      case "call":
        return tensorFunctionNamed(node.name)!.lower(builder, node.arguments.map(value), node.constants);
    }
  };
  return value(expression);
}
