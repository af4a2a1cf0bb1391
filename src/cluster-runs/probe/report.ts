import * as v from "valibot";
import { machineRounding } from "../../compile/fused.js";
import { processor } from "../../runs/index.js";
import { maybe, type Shape, textUpTo } from "../../shape/index.js";

/** The files by which who asks and the node hear of each other, in the probe's folder. */
export const questionFile = "question";
export const reportFile = "report";

const text = textUpTo(1000);

export const reportSchema = v.object({
  /** What stood in the question. */
  question: text,
  /** The node's name, as the scheduler has it. */
  node: text,
  /** Of Node. */
  version: text,
  /** Where Node is. */
  program: text,
  /** What trials of the processor are rounded alike by there. */
  arithmetic: text,
  /** The compiler of C there; absent where there is none. */
  compiler: maybe(text),
  /** Why there is none. */
  problem: maybe(text),
});

/** What a small job tells of the node that it ran on. */
export type ProbeReport = Shape<typeof reportSchema>;

/** What trials of the processor are rounded alike by on this machine: the key that they are kept with. */
export function ownArithmetic(): string {
  return `${processor.name} rounding ${machineRounding()}`;
}
