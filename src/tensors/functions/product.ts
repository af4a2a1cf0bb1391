import type { TensorProgramBuilder, TensorValue } from "../program.js";
import { broadcastShape, matmulShape, sizeOf } from "../shapes.js";

/** `left @ right`, NumPy's product of matrices; see {@link matmulShape}. */
export function productOf(builder: TensorProgramBuilder, left: TensorValue, right: TensorValue): TensorValue {
  const [one, other] = [builder.shapeOf(left), builder.shapeOf(right)];
  const shape = matmulShape(one, other);
  const rows = one.length === 1 ? [1, ...one] : one;
  const columns = other.length === 1 ? [...other, 1] : other;
  const inner = rows.at(-1)!;
  if (columns.length === 2) {
    // all rows of a stack meet the same matrix
    const flat = builder.reshape(left, [sizeOf(rows) / inner, inner]);
    return builder.reshape(builder.matmul(flat, builder.reshape(right, columns)), shape);
  }
  const stack = broadcastShape([rows.slice(0, -2), columns.slice(0, -2)], "multiply stacks of matrices");
  const depth = sizeOf(stack);
  const stacked = (value: TensorValue, own: readonly number[]): TensorValue =>
    builder.reshape(builder.broadcastTo(builder.reshape(value, own), [...stack, ...own.slice(-2)]), [
      depth,
      ...own.slice(-2),
    ]);
  return builder.reshape(builder.matmul(stacked(left, rows), stacked(right, columns)), shape);
}
