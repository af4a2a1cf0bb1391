/**
 * Functions of tensors, one record each: checks, completion, signature help, hovers, docs and lowering ask the list. To add one, write
 * its file and put it into `list.ts` (docs/how-to/add-a-tensor-function.md). A test that adds one has `list.ts` mocked with a list that
 * is longer.
 */
import { tensorFunctions } from "./list.js";
import type { TensorFunction } from "./record.js";

export { indexed } from "./arrangement.js";
export { type NotSmooth, notSmoothFunctions } from "./not-smooth.js";
export * from "./record.js";
export { tensorFunctions };

const byName = new Map(tensorFunctions.map((one) => [one.name, one]));

/** The function of a name, or nothing. */
export function tensorFunctionNamed(name: string): TensorFunction | undefined {
  return byName.get(name);
}
