import type { SimulationPlan } from "../../simulate/plan.js";
import type { VectorWidth } from "./machine-text.js";

/** How many trials of a program of C go side by side, and how many vectors of them abreast. */
export interface Shape {
  /** Trials side by side: a multiple of what goes abreast. */
  readonly lanes: number;
  readonly width: VectorWidth;
  /** Vectors that go through the draws abreast, and through the descent. */
  readonly drawn: number;
  readonly descended: number;
}

/** Programs of more instructions have fewer vectors abreast, to bound a function's size. */
const largestWidePrograms = [
  { instructions: 300, vectors: 4 },
  { instructions: 1200, vectors: 2 },
] as const;

export function shapeOf(plan: SimulationPlan, width: VectorWidth, lanes: number): Shape {
  const instructions = Math.max(
    ...[plan, plan.later ?? plan].map(
      ({ descent, update }) => descent.instructions.length + (update?.instructions.length ?? 0),
    ),
  );
  const fitting = largestWidePrograms.find((entry) => instructions <= entry.instructions)?.vectors ?? 1;
  return { lanes, width, drawn: Math.min(4, lanes / width), descended: Math.min(fitting, lanes / width) };
}
