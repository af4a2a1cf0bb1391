import type { ElementaryFunction } from "../landscape/index.js";

/** Lengths of axes, from the first on; none of a scalar. */
export type Shape = readonly number[];

/**
 * Losses of tensors, as data: the tree that a checked `.diag` file becomes (LANGUAGE.md, "Tensors"). Names are resolved and params are
 * numbers, so that a name is a weight, a datum or a `let`. Every node has its shape, found and checked when it was made. Operators are
 * elementwise; shapes of operands broadcast as NumPy's do.
 */
export type TensorExpression = { readonly shape: Shape } & (
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "weight"; readonly name: string }
  | { readonly kind: "datum"; readonly name: string }
  /** A named subexpression; all uses of it hold the same object. */
  | { readonly kind: "let"; readonly name: string; readonly value: TensorExpression }
  | { readonly kind: "sum"; readonly terms: readonly TensorExpression[] }
  | { readonly kind: "product"; readonly factors: readonly TensorExpression[] }
  | { readonly kind: "negate"; readonly operand: TensorExpression }
  | {
      readonly kind: "divide";
      readonly numerator: TensorExpression;
      readonly denominator: TensorExpression;
    }
  | { readonly kind: "power"; readonly base: TensorExpression; readonly exponent: TensorExpression }
  /** `left @ right`. */
  | { readonly kind: "matmul"; readonly left: TensorExpression; readonly right: TensorExpression }
  /** `operand[i, j, …]`, from 0; the axes behind stay. */
  | { readonly kind: "index"; readonly operand: TensorExpression; readonly indices: readonly number[] }
  | { readonly kind: "elementwise"; readonly name: ElementaryFunction; readonly argument: TensorExpression }
  /** A function of `tensorFunctions`, with its constants in the order in which its record has them. */
  | {
      readonly kind: "call";
      readonly name: string;
      readonly arguments: readonly TensorExpression[];
      readonly constants: readonly (number | undefined)[];
    }
);
