import { elementary } from "../compile/elementary.js";
import { SimulationError } from "../compile/error.js";
import { Interpreter } from "../compile/interpreter.js";
import { finishProgram, ProgramBuilder } from "../compile/program.js";
import { isWritten } from "../evaluate/any-landscape.js";
import {
  expectedLossParts,
  fitRules,
  gradient,
  type Landscape,
  LossFinder,
  raised,
} from "../landscape/index.js";
import { combinedValue, type Quantity } from "../observables/index.js";
import { isDifference, optimiserOf, scheduleOf, stepSize, updates } from "../optimisers/index.js";
import { type Column, isMeasured, madeOf, measuredOf } from "./column.js";
import { DescentExpansion } from "./expansion.js";
import { follow } from "./integrate.js";
import { type Losses, lossesOf } from "./losses.js";
import { requestProblem } from "./plan.js";
import { isSameQuantity } from "./reading.js";
import type { AnyRequest } from "./request.js";
import { stateProgram } from "./state-program.js";

/**
 * Follows the gradient flow of the expected loss (THEORY §9), to 1e-10 of the larger of 1 and each weight, with the orders of
 * its expansion about the start, where they are asked for. There is nothing random in it: one trial tells all.
 * @returns what it measures of each column, less the column's center; nothing where it leaves all bounds.
 * @throws SimulationError of one line when the request is wrong, or the expected loss is not found where the flow ends.
 */
export function followFlow(request: AnyRequest, columns: readonly Column[]): readonly number[] | undefined {
  const problem = requestProblem(request);
  if (problem !== undefined) {
    throw new SimulationError(problem);
  }
  const { landscape, spacetime, eta } = request;
  if (!isWritten(landscape)) {
    throw new SimulationError(landscape.unwritten);
  }
  if (isDifference(spacetime)) {
    throw new SimulationError("a difference has two descents, to be followed one by one");
  }
  const losses = lossesOf(landscape);
  const expansion = request.expansion && new DescentExpansion(losses, request.expansion);
  const slopeAt = slopesOf(landscape);
  const registersAt = expansion && registerSlopes(losses, expansion);
  const dimension = losses.weights.length;
  const start = [
    ...losses.weights.map((weight) => weight.start),
    ...Array.from({ length: expansion?.registers ?? 0 }, () => 0),
  ];
  const path = follow(
    (place) => [
      ...raised(landscape.metric, slopeAt(place.slice(0, dimension))).map((slope) => -slope),
      ...(registersAt?.(place).map((taken) => -taken) ?? []),
    ],
    start,
    stepSize(spacetime, eta) * updates(scheduleOf(spacetime)),
  );
  if ("problem" in path) {
    if (path.problem === "leaves all bounds") {
      return undefined;
    }
    throw new SimulationError(
      `${optimiserOf(spacetime).name} at eta = ${eta} takes too many steps to follow, since the flow is stiff: it decays much faster than it lasts; lower eta or T`,
    );
  }
  const { end } = path;
  const theta = end.slice(0, dimension);
  const quantities = measuredOf(columns).flatMap(({ combination }) =>
    combination.map(({ quantity }) => quantity),
  );
  const read = stateProgram(quantities, losses, expansion, elementary);
  const values = read && run(new Interpreter(read.program, 1), end, read.quantities.length);
  let expected: number | undefined;
  const found = (quantity: Quantity): number => {
    const place = read?.quantities.findIndex((one) => isSameQuantity(one, quantity)) ?? -1;
    if (place >= 0) {
      return values![place]!;
    }
    switch (quantity.kind) {
      case "expected_loss":
        expected ??= lossAt(losses, theta);
        return expected;
      case "weight_displacement": {
        const { weight, order } = quantity;
        return order === undefined
          ? theta[weight]! - losses.weights[weight]!.start
          : order === 0
            ? 0
            : end[expansion!.displacements[weight]![order - 1]!]!;
      }
      default:
        throw new SimulationError(`a flow has no ${quantity.kind.replaceAll("_", " ")} to measure`);
    }
  };
  const differences: number[] = [];
  for (const column of columns) {
    differences.push(
      isMeasured(column)
        ? combinedValue(column.combination, found) - column.center
        : madeOf(column, (place) => differences[place]!),
    );
  }
  return differences;
}

/** The expected gradient, entry by entry found as an expected loss is. */
function slopesOf(landscape: Landscape): (theta: readonly number[]) => number[] {
  const start = landscape.weights.map((weight) => weight.start);
  const finders = gradient(landscape).map((slope) => {
    const own = { ...landscape, loss: slope };
    const parts = expectedLossParts(own);
    return { constant: parts.constant, finder: new LossFinder(own, parts, fitRules(own, parts, [start])) };
  });
  // Where a step that is too long ends there need be no expectation; shorter ones are tried then.
  return (theta) =>
    finders.map(({ constant, finder }) => {
      const found = theta.every(Number.isFinite) ? finder.at(theta) : undefined;
      return found !== undefined && "loss" in found ? constant + found.loss : Number.NaN;
    });
}

function lossAt(losses: Losses, theta: readonly number[]): number {
  const expected = losses.expected();
  const { landscape } = expected;
  const rules = expected.fit([theta]);
  const found = new LossFinder(landscape, expectedLossParts(landscape), rules).at(theta);
  if ("loss" in found) {
    return found.loss;
  }
  throw new SimulationError(`the expected loss is not found where the flow ends: ${found.reason}`);
}

/** What registers lose in a unit of time, by the state. */
function registerSlopes(
  losses: Losses,
  expansion: DescentExpansion,
): (place: readonly number[]) => readonly number[] {
  const builder = new ProgramBuilder();
  const width = losses.weights.length + expansion.registers;
  const state = Array.from({ length: width }, (_, input) => builder.input(input));
  const slopes = expansion.expectedSlopes(builder, state);
  const taken = expansion.taken(builder, state, slopes, { whole: 1, share: 1 });
  const program = new Interpreter(finishProgram(builder, taken, width), 1);
  return (place) => run(program, place, taken.length);
}

function run(program: Interpreter, inputs: readonly number[], outputs: number): readonly number[] {
  inputs.forEach((value, input) => {
    program.input(input)?.fill(value);
  });
  program.run();
  return Array.from({ length: outputs }, (_, output) => program.output(output)[0]!);
}
