import { type Shape, sizeOf, type TensorExpression } from "../../../src/tensors/index.js";

/** A tensor as a function of its indices. */
interface Tensor {
  readonly shape: Shape;
  readonly at: (indices: readonly number[]) => number;
}

/** All indices of a shape, row-major. */
function indicesOf(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (known, length) => known.flatMap((own) => Array.from({ length }, (_, index) => [...own, index])),
    [[]],
  );
}

/** The entries of an expression, row-major, by the definition of each operation: no program, no sharing, no tables. */
export function naive(
  expression: TensorExpression,
  values: ReadonlyMap<string, ArrayLike<number>>,
): number[] {
  const tensor = evaluated(expression, values);
  return indicesOf(tensor.shape).map(tensor.at);
}

function flat(shape: Shape, entries: ArrayLike<number>): Tensor {
  return {
    shape,
    at: (indices) => entries[indices.reduce((place, index, axis) => place * shape[axis]! + index, 0)]!,
  };
}

function evaluated(node: TensorExpression, values: ReadonlyMap<string, ArrayLike<number>>): Tensor {
  const { shape } = node;
  const of = (inner: TensorExpression): Tensor => {
    const own = evaluated(inner, values);
    return flat(own.shape, indicesOf(own.shape).map(own.at));
  };
  const entrywise = (parts: readonly TensorExpression[], f: (...numbers: number[]) => number): Tensor => {
    const own = parts.map(of);
    return {
      shape,
      at: (indices) =>
        f(
          ...own.map((part) =>
            part.at(
              indices
                .slice(indices.length - part.shape.length)
                .map((index, axis) => (part.shape[axis] === 1 ? 0 : index)),
            ),
          ),
        ),
    };
  };
  switch (node.kind) {
    case "number":
      return { shape, at: () => node.value };
    case "weight":
    case "datum":
      return flat(shape, values.get(node.name)!);
    case "let":
      return of(node.value);
    case "sum":
      return entrywise(node.terms, (...all) => all.reduce((sum, one) => sum + one, 0));
    case "product":
      return entrywise(node.factors, (...all) => all.reduce((product, one) => product * one, 1));
    case "negate":
      return entrywise([node.operand], (x) => -x);
    case "divide":
      return entrywise([node.numerator, node.denominator], (x, y) => x / y);
    case "power":
      return entrywise([node.base, node.exponent], (x, y) => x ** y);
    case "elementwise":
      return entrywise([node.argument], Math[node.name as "tanh"]);
    case "index": {
      const own = of(node.operand);
      return { shape, at: (indices) => own.at([...node.indices, ...indices]) };
    }
    case "matmul": {
      const [left, right] = [of(node.left), of(node.right)];
      const inner = left.shape.at(-1)!;
      const hasColumn = right.shape.length > 1;
      const stack = (tensor: Tensor, own: readonly number[]): readonly number[] => {
        const lead = tensor.shape.slice(0, -2);
        return own.slice(own.length - lead.length).map((index, axis) => (lead[axis] === 1 ? 0 : index));
      };
      return {
        shape,
        at: (indices) => {
          const column = hasColumn ? indices.slice(-1) : [];
          const rest = hasColumn ? indices.slice(0, -1) : indices;
          const row = left.shape.length > 1 ? rest.slice(-1) : [];
          const lead = left.shape.length > 1 ? rest.slice(0, -1) : rest;
          let total = 0;
          for (let k = 0; k < inner; k++) {
            total +=
              left.at([...stack(left, lead), ...row, k]) * right.at([...stack(right, lead), k, ...column]);
          }
          return total;
        },
      };
    }
    case "call":
      return called(node, of, shape);
  }
}

function called(
  node: TensorExpression & { readonly kind: "call" },
  of: (inner: TensorExpression) => Tensor,
  shape: Shape,
): Tensor {
  const [x, y] = node.arguments.map(of);
  const [constant] = node.constants;
  switch (node.name) {
    case "sum": {
      if (constant === undefined) {
        return { shape, at: () => indicesOf(x!.shape).reduce((sum, indices) => sum + x!.at(indices), 0) };
      }
      const axis = constant < 0 ? constant + x!.shape.length : constant;
      return {
        shape,
        at: (indices) =>
          Array.from({ length: x!.shape[axis]! }, (_, k) => x!.at(indices.toSpliced(axis, 0, k))).reduce(
            (sum, one) => sum + one,
            0,
          ),
      };
    }
    case "softmax":
      return {
        shape,
        at: (indices) => {
          const row = Array.from({ length: shape.at(-1)! }, (_, k) =>
            Math.exp(x!.at([...indices.slice(0, -1), k])),
          );
          return row[indices.at(-1)!]! / row.reduce((sum, one) => sum + one, 0);
        },
      };
    case "transpose":
      return { shape, at: (indices) => x!.at(indices.toReversed()) };
    case "reshape":
      return flat(shape, indicesOf(x!.shape).map(x!.at));
    case "concat": {
      const length = x!.shape.at(-1)!;
      return {
        shape,
        at: (indices) => {
          const last = indices.at(-1)!;
          return last < length ? x!.at(indices) : y!.at([...indices.slice(0, -1), last - length]);
        },
      };
    }
    default:
      throw new Error(`${node.name} has no naive form; ${sizeOf(shape)}`);
  }
}
