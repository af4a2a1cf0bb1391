import type { ElementaryFunction } from "../../../src/landscape/index.js";
import {
  broadcastShape,
  indexShape,
  matmulShape,
  type Shape,
  sizeOf,
  type TensorExpression,
  type TensorLandscape,
  type TensorSource,
  tensorFunctionNamed,
} from "../../../src/tensors/index.js";

type Operand = TensorExpression | number;

function read(operand: Operand): TensorExpression {
  return typeof operand === "number" ? { kind: "number", value: operand, shape: [] } : operand;
}

export function weight(name: string, ...shape: number[]): TensorExpression {
  return { kind: "weight", name, shape };
}

export function datum(name: string, ...shape: number[]): TensorExpression {
  return { kind: "datum", name, shape };
}

export function add(...terms: Operand[]): TensorExpression {
  const own = terms.map(read);
  return {
    kind: "sum",
    terms: own,
    shape: broadcastShape(
      own.map(({ shape }) => shape),
      "add",
    ),
  };
}

export function times(...factors: Operand[]): TensorExpression {
  const own = factors.map(read);
  return {
    kind: "product",
    factors: own,
    shape: broadcastShape(
      own.map(({ shape }) => shape),
      "multiply",
    ),
  };
}

export function negative(operand: Operand): TensorExpression {
  const own = read(operand);
  return { kind: "negate", operand: own, shape: own.shape };
}

export function over(numerator: Operand, denominator: Operand): TensorExpression {
  const [above, below] = [read(numerator), read(denominator)];
  return {
    kind: "divide",
    numerator: above,
    denominator: below,
    shape: broadcastShape([above.shape, below.shape], "divide"),
  };
}

export function raised(base: Operand, exponent: Operand): TensorExpression {
  const [under, above] = [read(base), read(exponent)];
  return {
    kind: "power",
    base: under,
    exponent: above,
    shape: broadcastShape([under.shape, above.shape], "raise"),
  };
}

export function at(operand: TensorExpression, ...indices: number[]): TensorExpression {
  return { kind: "index", operand, indices, shape: indexShape(operand.shape, indices) };
}

export function matrixProduct(left: TensorExpression, right: TensorExpression): TensorExpression {
  return { kind: "matmul", left, right, shape: matmulShape(left.shape, right.shape) };
}

export function apply(name: ElementaryFunction, argument: TensorExpression): TensorExpression {
  return { kind: "elementwise", name, argument, shape: argument.shape };
}

export function named(name: string, value: TensorExpression): TensorExpression {
  return { kind: "let", name, value, shape: value.shape };
}

/** A function of `tensorFunctions`, of tensors and constants. */
export function call(
  name: string,
  tensors: readonly TensorExpression[],
  ...constants: (number | undefined)[]
): TensorExpression {
  const shapes = tensors.map(({ shape }) => shape);
  return {
    kind: "call",
    name,
    arguments: tensors,
    constants,
    shape: tensorFunctionNamed(name)!.shapeOf(shapes, constants),
  };
}

/** Numbers that look drawn and are always the same: of no pattern that a wrong index would not break. */
export function numbers(count: number, seed: number, scale = 1): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => scale * Math.sin(12.9898 * (i + 1) + 78.233 * seed));
}

/** A landscape from its loss; weights start at {@link numbers}. */
export function landscapeOf(
  loss: TensorExpression,
  weights: Readonly<Record<string, Shape>>,
  data: readonly TensorSource[] = [],
): TensorLandscape {
  return {
    name: "test",
    weights: Object.entries(weights).map(([name, shape], seed) => ({
      name,
      shape,
      start: numbers(sizeOf(shape), seed + 1, 0.8),
    })),
    data,
    loss,
  };
}

/** Rows of columns, each with all its values. */
export function rowsOf(
  rows: number,
  columns: Readonly<Record<string, { readonly shape: Shape; readonly values: ArrayLike<number> }>>,
): TensorSource {
  return {
    kind: "rows",
    rows,
    digest: "of a test",
    columns: Object.entries(columns).map(([name, column]) => ({ name, ...column })),
  };
}
