import { Interpreter } from "../../../src/compile/interpreter.js";
import type { Program } from "../../../src/compile/program.js";
import type { Landscape } from "../../../src/landscape/index.js";
import { type Descent, ruleOf, scheduleOf, stepSize } from "../../../src/optimisers/index.js";
import { descentPrograms, functionsOf, type PlanForm } from "../../../src/simulate/descent.js";
import { DescentExpansion } from "../../../src/simulate/expansion.js";
import { lossesOf } from "../../../src/simulate/losses.js";
import type { ExpansionForm } from "../../../src/simulate/request.js";
import { stateProgram } from "../../../src/simulate/state-program.js";
import { schedulesOf } from "../evaluate/oracle.js";

/** Orders, from order 0 on, of what trials measure on the average; displacements by weight. */
export interface MeanOrders {
  readonly expected: readonly number[];
  readonly training: readonly number[];
  readonly displacements: readonly (readonly number[])[];
}

/** Every training set of a landscape of discrete data once: its points' data, and its probability. */
function trainingSets(landscape: Landscape, points: number) {
  let point: { data: number[]; probability: number }[] = [{ data: [], probability: 1 }];
  for (const source of landscape.data) {
    if (source.kind !== "finite") {
      throw new Error("only discrete data have so few training sets");
    }
    point = point.flatMap(({ data, probability }) =>
      source.outcomes.map((outcome) => ({
        data: [...data, outcome.value],
        probability: probability * outcome.probability,
      })),
    );
  }
  let sets: { points: number[][]; probability: number }[] = [{ points: [], probability: 1 }];
  for (let n = 0; n < points; n++) {
    sets = sets.flatMap((set) =>
      point.map(({ data, probability }) => ({
        points: [...set.points, data],
        probability: set.probability * probability,
      })),
    );
  }
  return sets;
}

/** The means of a trial's orders over all training sets and shuffles, by the programs that simulate. */
export function meanOrders(
  landscape: Landscape,
  spacetime: Descent,
  expanded: ExpansionForm,
  eta: number,
  form: PlanForm,
): MeanOrders {
  const losses = lossesOf(landscape);
  const { points, batch } = scheduleOf(spacetime);
  const expansion = new DescentExpansion(losses, expanded);
  const { descent, update } = descentPrograms(losses, {
    form,
    step: stepSize(spacetime, eta),
    batch,
    expansion,
    covariancePenalty: ruleOf(spacetime).covariancePenalty,
  });
  const sets = trainingSets(landscape, points);
  const lanes = sets.length;
  const runner = (program: Program) => {
    const interpreter = new Interpreter(program, lanes);
    return (...inputs: readonly Float64Array[]): Float64Array[] => {
      inputs.forEach((values, input) => {
        interpreter.input(input)?.set(values);
      });
      interpreter.run();
      return program.outputs.map((_, output) => interpreter.output(output).slice());
    };
  };
  const ofPoint = runner(descent);
  const ofBatch = update && runner(update);
  const ofExpected = runner(
    stateProgram(
      Array.from({ length: expanded.order + 1 }, (_, order) => ({ kind: "expected_loss", order })),
      losses,
      expansion,
      functionsOf(form),
    )!.program,
  );
  const ofTraining = runner(expansion.training(functionsOf(form)));
  const point = (n: number) =>
    Array.from({ length: losses.data }, (_, datum) =>
      Float64Array.from(sets, (set) => set.points[n]![datum]!),
    );
  const schedules = schedulesOf(spacetime);
  const mean = (values: Float64Array) =>
    values.reduce((sum, value, lane) => sum + value * sets[lane]!.probability, 0) / schedules.length;
  const added = (one: readonly Float64Array[], other: readonly Float64Array[]) =>
    one.map((values, index) => values.map((value, lane) => value + other[index]![lane]!));
  const negated = (values: Float64Array) => values.map((value) => -value);
  const totals = {
    expected: new Array<number>(expanded.order + 1).fill(0),
    training: new Array<number>(expanded.order + 1).fill(0),
    displacements: losses.weights.map(() => new Array<number>(expanded.order + 1).fill(0)),
  };
  for (const schedule of schedules) {
    let state: readonly Float64Array[] = [
      ...losses.weights.map(({ start }) => new Float64Array(lanes).fill(start)),
      ...Array.from({ length: expansion.registers }, () => new Float64Array(lanes)),
    ];
    for (const rows of schedule) {
      const sums = rows.map((n) => ofPoint(...state, ...point(n))).reduce(added);
      const given = ofBatch === undefined ? sums : ofBatch(...state, ...sums);
      // Programs with calls say what is taken off.
      state = form === "calls" ? added(state, given.map(negated)) : given;
    }
    ofExpected(...state).forEach((values, order) => {
      totals.expected[order]! += mean(values);
    });
    for (let n = 0; n < points; n++) {
      ofTraining(...state, ...point(n)).forEach((values, order) => {
        totals.training[order]! += mean(values) / points;
      });
    }
    expansion.displacements.forEach((registers, weight) => {
      registers.forEach((register, index) => {
        totals.displacements[weight]![index + 1]! += mean(state[register]!);
      });
    });
  }
  return totals;
}
