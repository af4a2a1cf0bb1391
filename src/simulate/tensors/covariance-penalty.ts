import {
  finishTensorProgram,
  gradientsOf,
  include,
  type LiftedProgram,
  liftProgram,
  powerSeries,
  type TensorProgram,
  TensorProgramBuilder,
} from "../../tensors/index.js";
import type { PenaltyOfTensors } from "./tensor-plan.js";

/** How many orders lie between a term of the penalty's gradient and that of the loss: it counts as two edges (THEORY §9). */
export const edgesOfPenalty = 2;

/**
 * What descent on `η w Ĉ` takes beside the mean gradient `ḡ` of the training points, where `Ĉ = Σ_n |g_n − ḡ|²/(N − 1)` by the metric: its gradient
 * is `2 η w/(N − 1)` times `Σ_n ∇∇l_n m (g_n − ḡ)`, since what `ḡ` moves by cancels in the sum. Of each point that is the gradient of
 * `|g_n − ḡ|²/2` with `ḡ` held, so that the reverse mode makes it of the gradient's program, and no matrix of second derivatives is formed.
 * @param gradient of a point, an output a weight; the weights are its first inputs. @param factors of the metric, one a weight.
 * @param share what the sum is multiplied by in a step. @param order to which trials are expanded; absent where they are not.
 */
export function penaltyOfTensors(
  gradient: TensorProgram,
  factors: readonly number[],
  share: number,
  order: number | undefined,
): PenaltyOfTensors {
  const program = bendProgram(gradient, factors);
  const last = (order ?? 0) - edgesOfPenalty;
  return { share, program, ...(last < 0 ? {} : { expanded: expandedBend(program, factors.length, last) }) };
}

/** Inputs: those of the gradient, then the mean gradient, a tensor a weight. Outputs: a tensor a weight. */
function bendProgram(gradient: TensorProgram, factors: readonly number[]): TensorProgram {
  const builder = new TensorProgramBuilder();
  const inputs = gradient.inputs.map((shape) => builder.input(shape));
  const values = include(builder, gradient, inputs);
  const halves = gradient.outputs.map((output, weight) => {
    const slope = values[output]!;
    const off = builder.subtract(slope, builder.input(builder.shapeOf(slope)));
    return builder.scale(factors[weight]! / 2, builder.total(builder.multiply(off, off)));
  });
  const half = halves.reduce((sum, one) => builder.add(sum, one));
  return finishTensorProgram(builder, gradientsOf(builder, half, inputs.slice(0, factors.length)));
}

function expandedBend(program: TensorProgram, weights: number, last: number): LiftedProgram {
  const powers = Array.from({ length: last }, (_, power) => power + 1);
  return liftProgram(
    program,
    powerSeries(last),
    program.inputs.map((_, input) =>
      input < weights || input >= program.inputs.length - weights ? powers : [],
    ),
  );
}
