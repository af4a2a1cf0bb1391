import { ClusterFault } from "../cluster-runs/index.js";
import { SimulationError } from "../compile/index.js";
import { DiagramError } from "../diagram/index.js";
import { DrawingError } from "../drawing/index.js";
import { EvaluationError } from "../evaluate/index.js";
import { UnwritableFile } from "../files/index.js";
import { LandscapeError } from "../landscape/index.js";
import { TensorSizeError } from "../tensors/index.js";
import { UsageError } from "./usage.js";

/** One line for the user; the unexpected says so, and is not hidden behind a stack. */
export function messageOf(error: unknown): string {
  const expected = [
    UsageError,
    ClusterFault,
    UnwritableFile,
    DiagramError,
    DrawingError,
    EvaluationError,
    LandscapeError,
    SimulationError,
    TensorSizeError,
    RangeError,
  ];
  if (expected.some((kind) => error instanceof kind)) {
    return (error as Error).message;
  }
  const text = error instanceof Error ? error.message : String(error);
  return `unexpected: ${text.split("\n")[0]} (please report it with the file that shows it)`;
}
