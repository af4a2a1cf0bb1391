import { type Shape, sizeOf } from "../../../tensors/index.js";
import type { Expression, Shape as WrittenShape } from "../../generated/ast.js";
import { type ProblemList, rangeOf } from "../../problem.js";
import { constantValue, excerpt, type SymbolMeaning, type SymbolOf } from "../expression.js";

/** A tensor of more entries is refused. */
export const mostEntries = 2 ** 24;

/** The shape that is written behind a name, a scalar's where none is; `undefined` when it is broken, which is reported. */
export function checkShape(
  written: WrittenShape | undefined,
  constant: SymbolMeaning,
  problems: ProblemList,
  symbolOf?: SymbolOf,
): Shape | undefined {
  if (written === undefined) {
    return [];
  }
  const shape: number[] = [];
  for (const length of written.lengths) {
    const value = checkWhole(length, 1, "a length of an axis", { constant, problems, symbolOf });
    if (value !== undefined) {
      shape.push(value);
    }
  }
  if (shape.length < written.lengths.length) {
    return undefined;
  }
  if (sizeOf(shape) > mostEntries) {
    problems.error(
      "shape",
      rangeOf(written),
      `[${shape.join(", ")}] has ${sizeOf(shape)} entries; at most ${mostEntries} are read`,
    );
    return undefined;
  }
  return shape;
}

/** What is needed to read a constant. */
export interface ConstantReading {
  readonly constant: SymbolMeaning;
  readonly problems: ProblemList;
  readonly symbolOf?: SymbolOf | undefined;
}

/** A constant that is a whole number; `undefined` when it is none, which is reported. @param what it is, for the message. */
export function checkWhole(
  written: Expression,
  least: number | undefined,
  what: string,
  { constant, problems, symbolOf }: ConstantReading,
): number | undefined {
  const value = constantValue(written, constant, problems, symbolOf);
  if (value === undefined || (Number.isSafeInteger(value) && value >= (least ?? value))) {
    return value;
  }
  problems.error(
    "bad-value",
    rangeOf(written),
    `${what} is a whole number${least === undefined ? "" : ` from ${least}`}, and \`${excerpt(written)}\`${String(value) === excerpt(written) ? "" : ` = ${value}`} is not`,
  );
  return undefined;
}
