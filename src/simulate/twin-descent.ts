import { Interpreter } from "../compile/interpreter.js";
import type { DescentPrograms, SimulationPlan, StepConstants } from "./simulation-plan.js";
import type { TrainingData } from "./training-data.js";

/** The programs of a pass over the training points. */
export class TwinDescent {
  private readonly plan: SimulationPlan;
  private readonly lanes: number;
  private readonly descent: Interpreter;
  private readonly afterBatch: Interpreter | undefined;
  private readonly sums: readonly Float64Array[];
  private readonly steps: StepConstants | undefined;

  constructor(
    plan: SimulationPlan,
    { descent, update }: DescentPrograms,
    lanes: number,
    steps: StepConstants | undefined = undefined,
  ) {
    this.plan = plan;
    this.lanes = lanes;
    this.descent = new Interpreter(descent, lanes);
    this.afterBatch = update && new Interpreter(update, lanes);
    this.sums = descent.outputs.map(() => new Float64Array(lanes));
    this.steps = steps;
  }

  /** @param place where the batch begins. @param number of the update in its pass. */
  update(states: readonly Float64Array[], training: TrainingData, place: number, number: number): void {
    const { batch, data, rate } = this.plan;
    const { descent, afterBatch, sums } = this;
    setInputs(descent, states, 0);
    this.setStep(descent, states.length + data, number);
    if (batch === 1) {
      setInputs(descent, dataAt(training, place, data), states.length);
      descent.run();
      takeOutputs(descent, states);
      return;
    }
    for (const sum of sums) {
      sum.fill(0);
    }
    for (let point = 0; point < batch; point++) {
      setInputs(descent, dataAt(training, place + point, data), states.length);
      descent.run();
      sums.forEach((sum, output) => {
        addTo(sum, descent.output(output));
      });
    }
    if (afterBatch !== undefined) {
      setInputs(afterBatch, states, 0);
      setInputs(afterBatch, sums, states.length);
      this.setStep(afterBatch, states.length + sums.length, number);
      afterBatch.run();
      takeOutputs(afterBatch, states);
      return;
    }
    sums.forEach((sum, register) => {
      const values = states[register]!;
      for (let lane = 0; lane < this.lanes; lane++) {
        values[lane]! -= rate * sum[lane]!;
      }
    });
  }

  private setStep(program: Interpreter, firstInput: number, number: number): void {
    const { rows, width } = this.steps ?? noSteps;
    for (let constant = 0; constant < width; constant++) {
      program.input(firstInput + constant)?.fill(rows[number * width + constant]!);
    }
  }
}

const noSteps: StepConstants = { rows: new Float64Array(0), width: 0 };

export function setInputs(program: Interpreter, values: readonly Float64Array[], first: number): void {
  values.forEach((lanes, index) => {
    program.input(first + index)?.set(lanes);
  });
}

function takeOutputs(program: Interpreter, states: readonly Float64Array[]): void {
  for (const output of program.outputs.keys()) {
    states[output]!.set(program.output(output));
  }
}

/** What belongs to the point at a place, a datum after the other. */
export function dataAt(training: TrainingData, place: number, data: number): Float64Array[] {
  return Array.from({ length: data }, (_, column) => training.values(place, column));
}

export function addTo(sum: Float64Array, values: Float64Array): void {
  for (let lane = 0; lane < sum.length; lane++) {
    sum[lane]! += values[lane]!;
  }
}
