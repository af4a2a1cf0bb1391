import type { Shape } from "../expression.js";
import type { TensorProgramBuilder, TensorValue } from "../program.js";

export { ShapeError } from "../shapes.js";

/** A whole number that a function of tensors takes beside them: by its name, or by its place behind them. */
export interface FunctionConstant {
  readonly name: string;
  readonly documentation: string;
  /** The least that it may be; any whole number where absent. */
  readonly least?: number;
  /** What it is where it is left out; nothing where it may be and is then undefined. Absent: it must be there. */
  readonly otherwise?: number | "nothing";
  /** Whether any number of them may follow, by place only. */
  readonly isRepeated?: boolean;
}

/** A function of tensors that is not elementwise (LANGUAGE.md, "Tensors"). */
export interface TensorFunction {
  readonly name: string;
  /** Markdown: what it is, with its shapes. */
  readonly documentation: string;
  /** Names of the tensors that it takes, in order. */
  readonly tensors: readonly string[];
  /** Whether the last of them may be there any number of times, but once at least. */
  readonly isVariadic?: boolean;
  readonly constants: readonly FunctionConstant[];
  /**
   * The shape of its result.
   * @param constants one for each of `constants`, or more where the last is repeated.
   * @throws ShapeError when there is none: one line with the shapes, and what would fit.
   */
  shapeOf(shapes: readonly Shape[], constants: readonly (number | undefined)[]): Shape;
  /** Adds it to a program. */
  lower(
    builder: TensorProgramBuilder,
    values: readonly TensorValue[],
    constants: readonly (number | undefined)[],
  ): TensorValue;
  /** TeX of it. @param tensors TeX of what it is applied to, without parentheses around. */
  latex(tensors: readonly string[], constants: readonly (number | undefined)[]): string;
}
