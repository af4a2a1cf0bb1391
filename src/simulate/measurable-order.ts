import { doubleOfBits } from "../compile/double-bits.js";
import { fuseProducts } from "../compile/fused.js";
import type { Program } from "../compile/program.js";
import { isWritten } from "../evaluate/any-landscape.js";
import { LandscapeError } from "../landscape/index.js";
import { monomialCount } from "../landscape/monomials.js";
import { type Descent, ruleOf, scheduleOf, sidesOf } from "../optimisers/index.js";
import { observedOf } from "./column.js";
import { descentPrograms, functionsOf } from "./descent.js";
import { DescentExpansion } from "./expansion.js";
import { lossesOf } from "./losses.js";
import { simulatedLandscape } from "./noise.js";
import { withOrders } from "./orders.js";
import type { AnyRequest, ExpansionForm, SimulationRequest } from "./request.js";
import { stateProgram } from "./state-program.js";
import { measurableOrderOfTensors } from "./tensors/index.js";

/**
 * Instructions that each of the programs of orders may have: those of an update, of the expected loss and of a training
 * point's. Kernels are built of programs of this size in about a second.
 */
export const mostInstructions = 20_000;

/**
 * The last order, up to that of a form, whose programs are of stated cost and have power series, or −1: numbers of
 * instructions are counted, so that it is the same on every machine, and at every learning rate.
 */
export function measurableOrder(
  measuring: Pick<AnyRequest, "landscape" | "spacetime" | "numbers">,
  { order: last, keepsCurvature }: ExpansionForm,
): number {
  const { landscape } = measuring;
  if (!isWritten(landscape)) {
    return measurableOrderOfTensors(landscape, { order: last, keepsCurvature });
  }
  const sides = sidesOf(measuring.spacetime).map((spacetime) => ({ ...measuring, landscape, spacetime }));
  for (let order = 0; order <= last; order++) {
    if (!sides.every((side) => isMeasurable(side, { order, keepsCurvature }))) {
      return order - 1;
    }
  }
  return last;
}

/** Constants fold at some learning rates and not at others; at this one, none does. */
const anyStep = 0.1234375;

/** Second derivatives that a descent's penalty takes of a training point: an instruction each, at least. */
function secondDerivativesOf(side: Descent, weights: number): number {
  return ruleOf(side).covariancePenalty === undefined ? 0 : (weights * (weights + 1)) / 2;
}

/**
 * Instructions of the programs that a training point's visit and an update take, of the longer side of a difference. Second derivatives, which a
 * penalty takes, are not written out where they would be too long: a row of them takes about what the gradient does.
 * @throws LandscapeError where the loss has no derivatives.
 */
export function instructionsOfStep({
  landscape,
  spacetime,
}: Pick<SimulationRequest, "landscape" | "spacetime">): number {
  const sides = sidesOf(spacetime).map((side) => {
    const losses = lossesOf(simulatedLandscape(landscape, side));
    const { covariancePenalty } = ruleOf(side);
    const own = (penalty: number | undefined) =>
      instructionsOfPrograms(
        descentPrograms(losses, {
          form: "instructions",
          step: anyStep,
          batch: scheduleOf(side).batch,
          covariancePenalty: penalty,
        }),
      );
    if (covariancePenalty === undefined) {
      return own(undefined);
    }
    const plain = (losses.weights.length * own(undefined)) / 2;
    return plain > mostInstructions ? plain : own(covariancePenalty);
  });
  return Math.max(...sides);
}

function instructionsOfPrograms({ descent, update }: ReturnType<typeof descentPrograms>): number {
  return instructionsOf(descent) + (update === undefined ? 0 : instructionsOf(update));
}

function isMeasurable(
  {
    landscape,
    spacetime,
    numbers,
  }: Pick<SimulationRequest, "landscape" | "numbers"> & {
    readonly spacetime: Descent;
  },
  form: ExpansionForm,
): boolean {
  const losses = lossesOf(simulatedLandscape(landscape, spacetime));
  const kinds = new Set(
    observedOf(numbers).flatMap(({ combination }) => combination.map(({ quantity }) => quantity.kind)),
  );
  // A step along the curvature has a product for each pair of weights, a Taylor polynomial one for each monomial.
  const products = losses.weights.length * form.order;
  const monomials = kinds.has("expected_loss") ? monomialCount(losses.weights.length, form.order) : 0;
  const bends = secondDerivativesOf(spacetime, losses.weights.length);
  if (Math.max(products, monomials, bends) > mostInstructions) {
    return false;
  }
  const expansion = new DescentExpansion(losses, form);
  const measured = observedOf(numbers).flatMap((number) =>
    withOrders(number, form.order).orders.flatMap(({ combination }) =>
      combination.map(({ quantity }) => quantity),
    ),
  );
  try {
    const { descent, update } = descentPrograms(losses, {
      form: "instructions",
      step: anyStep,
      batch: scheduleOf(spacetime).batch,
      expansion,
      covariancePenalty: ruleOf(spacetime).covariancePenalty,
    });
    const ofState = stateProgram(measured, losses, expansion, functionsOf("instructions"));
    return [
      [descent, ...(update === undefined ? [] : [update])],
      ofState === undefined ? [] : [ofState.program],
      kinds.has("training_loss") ? [expansion.training(functionsOf("instructions"))] : [],
    ].every((together) => {
      const count = together.reduce((sum, program) => sum + instructionsOf(program), 0);
      return count <= mostInstructions && together.every(hasSeries);
    });
  } catch (error) {
    // Derivatives that this order takes, and predictions may not, have no expectation.
    if (error instanceof LandscapeError) {
      return false;
    }
    throw error;
  }
}

/** What a program does, products joined with the sums they go into. */
export function instructionsOf(program: Program): number {
  return fuseProducts(program).instructions.filter(({ op }) => op !== "input" && op !== "constant").length;
}

const arithmetic: ReadonlySet<string> = new Set(["add", "subtract", "multiply", "divide"]);

/** Whether no constant that is reckoned with, or put out, is infinite or not a number: then there is no power series. */
function hasSeries({ instructions, outputs }: Program): boolean {
  const used = new Set(outputs);
  for (const { op, a, b } of instructions) {
    if (arithmetic.has(op)) {
      used.add(a).add(b);
    }
  }
  return [...used].every((value) => {
    const { op, high, low } = instructions[value]!;
    return op !== "constant" || Number.isFinite(doubleOfBits(high, low));
  });
}
