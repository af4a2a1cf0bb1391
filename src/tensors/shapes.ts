import { counted } from "../printable/index.js";
import type { Shape } from "./expression.js";

/** Shapes that do not fit; the message is one line and says both, and what to do. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** Something too large for what was asked; the message is one line and says its size and the limit. */
export class TensorSizeError extends Error {
  override readonly name = "TensorSizeError";
}

/** So many numbers a program may hold at once: half a gigabyte of them. */
export const mostNumbers = 2 ** 26;

/**
 * @param what has so many numbers, as the beginning of a sentence.
 * @throws TensorSizeError when they are too many to hold.
 */
export function refuseLarge(numbers: number, what: string): void {
  if (!(numbers <= mostNumbers)) {
    throw new TensorSizeError(`${what} ${numbers} numbers, more than ${mostNumbers}; take smaller shapes`);
  }
}

/** How many entries a tensor has. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1);
}

export function sameShape(one: Shape, other: Shape): boolean {
  return one.length === other.length && one.every((length, axis) => length === other[axis]);
}

/** `[28, 28, 1]`, or `a scalar`. */
export function describeShape(shape: Shape): string {
  return shape.length === 0 ? "a scalar" : `[${shape.join(", ")}]`;
}

/**
 * The shape of what is elementwise of tensors with these shapes, as NumPy's: axes are aligned from the last, and one of length 1, or
 * that is not there, goes with any.
 * @param doing what is done to them, for the message: "add".
 * @throws ShapeError when two lengths differ and neither is 1.
 */
export function broadcastShape(shapes: readonly Shape[], doing: string): Shape {
  return shapes.reduce((known, shape) => {
    const rank = Math.max(known.length, shape.length);
    return Array.from({ length: rank }, (_, axis) => {
      const one = known[axis - rank + known.length] ?? 1;
      const other = shape[axis - rank + shape.length] ?? 1;
      if (one !== other && one !== 1 && other !== 1) {
        throw new ShapeError(
          `cannot ${doing} ${describeShape(known)} and ${describeShape(shape)}: aligned from the last axis, ${one} meets ${other}; lengths must be equal or 1, which reshape, index or transpose can bring about`,
        );
      }
      return one === 1 ? other : one;
    });
  }, [] as Shape);
}

/**
 * The shape of `left @ right`: NumPy's product of matrices. A vector on the left is a row, one on the right a column, and their axis
 * goes; axes before the last two broadcast.
 * @throws ShapeError when there is no such product.
 */
export function matmulShape(left: Shape, right: Shape): Shape {
  if (left.length === 0 || right.length === 0) {
    throw new ShapeError(
      `cannot take ${describeShape(left)} @ ${describeShape(right)}: @ is the product of matrices and vectors; use * to multiply by a scalar`,
    );
  }
  const inner = left.at(-1)!;
  const other = right.at(right.length === 1 ? -1 : -2)!;
  if (inner !== other) {
    const transposed = right.length === 2 && right[1] === inner;
    throw new ShapeError(
      `cannot take ${describeShape(left)} @ ${describeShape(right)}: ${counted(inner, "column")} on the left meet ${right.length === 1 ? counted(other, "entry", "entries") : counted(other, "row")} on the right; ${
        transposed ? "transpose the right one, or give" : "give"
      } the left ${other} columns or the right ${inner} ${right.length === 1 ? "entries" : "rows"}`,
    );
  }
  const before = broadcastShape([left.slice(0, -2), right.slice(0, -2)], "multiply stacks of matrices");
  return [
    ...before,
    ...(left.length === 1 ? [] : [left.at(-2)!]),
    ...(right.length === 1 ? [] : [right.at(-1)!]),
  ];
}

/**
 * The shape of `operand[i, j, …]`.
 * @throws ShapeError when there are more indices than axes, or one is outside its axis.
 */
export function indexShape(operand: Shape, indices: readonly number[]): Shape {
  const written = `[${indices.join(", ")}]`;
  if (indices.length > operand.length) {
    throw new ShapeError(
      `cannot take ${written} of ${describeShape(operand)}: ${counted(indices.length, "index", "indices")} for ${counted(operand.length, "axis", "axes")}; leave ${indices.length - operand.length} out`,
    );
  }
  indices.forEach((index, axis) => {
    const length = operand[axis]!;
    if (!Number.isInteger(index) || index < 0 || index >= length) {
      throw new ShapeError(
        `cannot take ${written} of ${describeShape(operand)}: ${index} is outside axis ${axis}; take a whole number from 0 to ${length - 1}`,
      );
    }
  });
  return operand.slice(indices.length);
}

/**
 * An axis counted from the first on; negative ones count from the last.
 * @param doing whose axis, for the message: "sum".
 * @throws ShapeError when there is no such axis.
 */
export function axisOf(shape: Shape, axis: number, doing: string): number {
  const rank = shape.length;
  if (rank === 0) {
    throw new ShapeError(`${doing} along an axis of a scalar, which has none; leave the function out`);
  }
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError(
      `${doing} along axis ${axis} of ${describeShape(shape)}, which has ${counted(rank, "axis", "axes")}; take a whole number from ${-rank} to ${rank - 1}`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

export function withoutAxis(shape: Shape, axis: number): Shape {
  return shape.filter((_, own) => own !== axis);
}
