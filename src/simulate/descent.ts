import { type ElementaryFunctions, elementary, elementaryCalls } from "../compile/elementary.js";
import { finishProgram, type Program, ProgramBuilder, type Value } from "../compile/program.js";
import { nearestWithin, steppedDown } from "../compile/step.js";
import { hasHyperWeights, modelWeights } from "../landscape/index.js";
import { CovariancePenalty } from "./covariance-penalty.js";
import type { DescentExpansion } from "./expansion.js";
import { GapPenalty, type GapPenaltyForm } from "./gap-penalty.js";
import type { Losses } from "./losses.js";
import { raisedValues } from "./metric.js";
import type { Penalty } from "./penalty.js";
import type { DescentPrograms } from "./simulation-plan.js";

/**
 * How a plan's programs treat elementary functions: as instructions on doubles, for the kernels of this room's own
 * engines, or as calls, for engines of single precision that have functions of their own.
 */
export type PlanForm = "instructions" | "calls";

export function functionsOf(form: PlanForm): ElementaryFunctions {
  return form === "calls" ? elementaryCalls : elementary;
}

/** What the programs of an update are made for. */
export interface DescentShape {
  readonly form: PlanForm;
  /** How far an update goes along the mean gradient of its batch. */
  readonly step: number;
  readonly batch: number;
  readonly expansion?: DescentExpansion | undefined;
  /** What the rule of the optimiser adds to the training loss. */
  readonly covariancePenalty?: number | undefined;
  readonly gapPenalty?: GapPenaltyForm | undefined;
}

function penaltyOf(losses: Losses, shape: DescentShape): Penalty | undefined {
  const { expansion, batch, covariancePenalty, gapPenalty } = shape;
  if (gapPenalty !== undefined) {
    return new GapPenalty(losses, modelWeights(losses)[0]!, gapPenalty, batch);
  }
  return covariancePenalty === undefined
    ? undefined
    : new CovariancePenalty(losses, expansion, covariancePenalty, batch);
}

/** The registers with each hyper weight put back to its interval. */
function putBack(
  builder: ProgramBuilder,
  { weights }: Losses,
  registers: readonly Value[],
): readonly Value[] {
  return registers.map((value, register) => {
    const interval = weights[register]?.interval;
    return interval === undefined ? value : nearestWithin(builder, interval, value);
  });
}

/** The programs of an update of the weights, and of a trial's expansion where there is one. */
export function descentPrograms(losses: Losses, shape: DescentShape): DescentPrograms {
  const { form, batch, expansion } = shape;
  const penalty = penaltyOf(losses, shape);
  const functions = functionsOf(form);
  const builder = new ProgramBuilder();
  const registers = losses.weights.length + (expansion?.registers ?? 0);
  const inputs = Array.from({ length: registers + losses.data }, (_, input) => builder.input(input));
  const [state, data] = [inputs.slice(0, registers), inputs.slice(registers)];
  const step = { whole: shape.step, share: shape.step / batch };
  const scaled = (slope: Value): Value => builder.multiply(builder.constant(step.share), slope);
  const place = { weights: state.slice(0, losses.weights.length), data };
  const finish = (slope: Value, weight: number): Value => {
    if (form === "calls") {
      return scaled(slope);
    }
    return batch === 1 ? steppedDown(builder, state[weight]!, slope, step.whole) : slope;
  };
  const { metric } = losses;
  const weights =
    metric === undefined
      ? losses.gradient(builder, place, functions, finish)
      : raisedValues(
          builder,
          metric,
          losses.gradient(builder, place, functions, (slope) => slope),
        ).map(finish);
  const finished = (orders: readonly Value[]): Program =>
    finishProgram(builder, [...weights, ...orders], inputs.length);
  if (batch === 1 && hasHyperWeights(losses)) {
    return { descent: finishProgram(builder, putBack(builder, losses, weights), inputs.length) };
  }
  if (expansion === undefined && penalty === undefined && !hasHyperWeights(losses)) {
    return { descent: finished([]) };
  }
  if (expansion === undefined) {
    return {
      descent: finished(penalty?.sums(builder, state, data, functions) ?? []),
      update: updateProgram(losses, undefined, step, form, penalty),
    };
  }
  const slopes = expansion.slopes(builder, state, data, functions);
  if (batch === 1) {
    const orders = form === "calls" ? "taken" : "updated";
    return { descent: finished(expansion[orders](builder, state, slopes, step)) };
  }
  const zero = builder.constant(0);
  return {
    descent: finished([
      ...slopes.map((slope) => (slope === undefined ? zero : form === "calls" ? scaled(slope) : slope)),
      ...(penalty?.sums(builder, state, data, functions) ?? []),
    ]),
    update: updateProgram(losses, expansion, step, form, penalty),
  };
}

/** Of a batch of several points. Inputs: the state, the sums over the batch. */
function updateProgram(
  losses: Losses,
  expansion: DescentExpansion | undefined,
  step: { readonly whole: number; readonly share: number },
  form: PlanForm,
  penalty: Penalty | undefined,
): Program {
  const builder = new ProgramBuilder();
  const registers = losses.weights.length + (expansion?.registers ?? 0);
  const inputs = Array.from({ length: 2 * registers + (penalty?.width ?? 0) }, (_, input) =>
    builder.input(input),
  );
  const [state, sums] = [inputs.slice(0, registers), inputs.slice(registers)];
  const slopes = sums.slice(losses.weights.length, registers);
  const outputs = losses.weights.map((_, weight) =>
    form === "calls" ? sums[weight]! : steppedDown(builder, state[weight]!, sums[weight]!, step.share),
  );
  const orders =
    expansion === undefined
      ? []
      : form === "calls"
        ? expansion.taken(builder, state, slopes, { ...step, share: 1 })
        : expansion.updated(builder, state, slopes, step);
  const moved = [...outputs, ...orders];
  const after = penalty?.steppedDown(builder, moved, sums, step.whole, functionsOf(form)) ?? moved;
  return finishProgram(builder, putBack(builder, losses, after), inputs.length);
}
