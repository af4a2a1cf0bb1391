import { machineFuses } from "../../../compile/fused.js";
import { TensorKernel, type TensorPlan } from "../../../simulate/tensors/index.js";
import type { TensorProgram } from "../../../tensors/index.js";
import { assemble } from "../assembler.js";
import { Recent } from "../recent.js";
import { type PlacedPass, type PlacedTensor, PlannedLanes } from "./planned-lanes.js";

/** Programs of a plan on a landscape of tensors as a compiled module; it can be posted to a worker. */
export interface LanesModule {
  readonly module: WebAssembly.Module;
  /** Bytes that its memory has, and what of them is not 0 at first. */
  readonly bytes: number;
  readonly filled: readonly { readonly at: number; readonly bytes: Uint8Array }[];
  /** In the order in which a kernel asks for them. */
  readonly tensors: readonly PlacedTensor[];
  readonly passes: readonly PlacedPass[];
  /** Where four rows of a table may lie until they are turned into lanes. */
  readonly rows: number;
}

/** Compiled modules by their texts; those of other rates have the same. */
const compiled = new Recent<WebAssembly.Module>(16);

/** @returns nothing for a plan that is interpreted: with programs that are not written as loops, or numbers that single precision has none for. */
export async function buildLanesModule(plan: TensorPlan): Promise<LanesModule | undefined> {
  if (!isOfSinglePrecision(plan)) {
    return undefined;
  }
  const lanes = new PlannedLanes();
  try {
    new TensorKernel(plan, 0n, lanes);
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
  const { text, image, tensors, passes, rows } = lanes.finished(machineFuses());
  let module = compiled.get(text);
  if (module === undefined) {
    module = await WebAssembly.compile(await assemble(text));
    compiled.set(text, module);
  }
  return { module, bytes: image.length, filled: image.filled, tensors, passes, rows };
}

/** Whether where weights start, data and constants are numbers of single precision, too. */
export function isOfSinglePrecision({
  starts,
  drawn,
  gradient,
  loss,
  functions,
  penalty,
  expansion,
}: TensorPlan): boolean {
  const programs = [
    ...[gradient, loss, functions, penalty?.program, penalty?.expanded?.program],
    ...[expansion?.gradient, expansion?.loss, expansion?.functions].map((lifted) => lifted?.program),
  ];
  const tables = drawn.flatMap((datum) => (datum.kind === "row" ? [datum.values] : []));
  return areOfSinglePrecision([...starts, ...tables], programs);
}

/** The same of lists of numbers, and of the constants of programs. */
export function areOfSinglePrecision(
  lists: readonly ArrayLike<number>[],
  programs: readonly (TensorProgram | undefined)[],
): boolean {
  const constants = programs.flatMap((program) =>
    (program?.instructions ?? []).flatMap((one) => (one.op === "constant" ? [one.value] : [])),
  );
  const holds = (value: number) => !Number.isFinite(value) || Number.isFinite(Math.fround(value));
  const doubles = lists.filter((list) => list instanceof Float64Array);
  return constants.every(holds) && doubles.every((values) => values.every(holds));
}
