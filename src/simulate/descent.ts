import { type ElementaryFunctions, elementaryCalls } from "../compile/elementary.js";
import { finishProgram, ProgramBuilder, type Value } from "../compile/program.js";
import { steppedDown } from "../compile/step.js";
import type { DescentExpansion } from "./expansion.js";
import type { Losses } from "./losses.js";
import type { DescentPrograms } from "./simulation-plan.js";

/** What the programs of an update are made for. */
export interface DescentShape {
  readonly functions: ElementaryFunctions;
  /** How far an update goes along the mean gradient of its batch. */
  readonly step: number;
  readonly batch: number;
  readonly expansion?: DescentExpansion;
}

/** The programs of an update of the weights, and of a trial's expansion where there is one. */
export function descentPrograms(losses: Losses, shape: DescentShape): DescentPrograms {
  const { functions, step, batch, expansion } = shape;
  const share = step / batch;
  // Engines that call functions take a point's shares of what an update takes off.
  const isCalled = functions === elementaryCalls;
  const isFused = batch === 1 && !isCalled;
  const builder = new ProgramBuilder();
  const registers = losses.weights.length + (expansion?.registers ?? 0);
  const inputs = Array.from({ length: registers + losses.data }, (_, input) => builder.input(input));
  const [state, data] = [inputs.slice(0, registers), inputs.slice(registers)];
  const outputs: Value[] = losses.gradient(builder, { weights: state, data }, functions, (slope, weight) => {
    if (isCalled) {
      return builder.multiply(builder.constant(share), slope);
    }
    return isFused ? steppedDown(builder, state[weight]!, slope, step) : slope;
  });
  if (expansion === undefined) {
    return { descent: finishProgram(builder, outputs, inputs.length) };
  }
  const slopes = expansion.slopes(builder, state, data, functions);
  if (isFused) {
    outputs.push(...expansion.updated(builder, state, slopes, { whole: step, share }));
    return { descent: finishProgram(builder, outputs, inputs.length) };
  }
  const zero = builder.constant(0);
  outputs.push(
    ...slopes.map((slope) =>
      slope === undefined || !isCalled ? (slope ?? zero) : builder.multiply(builder.constant(share), slope),
    ),
  );
  return {
    descent: finishProgram(builder, outputs, inputs.length),
    update: updateProgram(losses, expansion, step, isCalled ? 1 : share),
  };
}

/** The state after a batch. Inputs: the state, the sums over the batch. @param share how far it goes along them. */
function updateProgram(losses: Losses, expansion: DescentExpansion, step: number, share: number) {
  const builder = new ProgramBuilder();
  const registers = losses.weights.length + expansion.registers;
  const inputs = Array.from({ length: 2 * registers }, (_, input) => builder.input(input));
  const [state, sums] = [inputs.slice(0, registers), inputs.slice(registers)];
  const weights = losses.weights.map((_, weight) =>
    steppedDown(builder, state[weight]!, sums[weight]!, share),
  );
  const orders = expansion.updated(builder, state, sums.slice(weights.length), { whole: step, share });
  return finishProgram(builder, [...weights, ...orders], inputs.length);
}
