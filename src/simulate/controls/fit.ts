import { Interpreter } from "../../compile/interpreter.js";
import { finishProgram, ProgramBuilder } from "../../compile/program.js";
import type { Law } from "./law.js";
import { leastSquares } from "./least-squares.js";
import { type ControlFit, type ControlledState, carriedRegisters, trendOf } from "./model.js";
import { monomialColumns } from "./polynomials.js";
import { beforeUpdate, rowValues, rowWidth } from "./programs.js";
import type { RecordedTrials } from "./recorded.js";

/**
 * How much wider than where the pilot has been the box is. With half of that, one trial of a hundred thousand leaves it on
 * Gauss, and is most of the variance that there is; polynomials still hold so far out.
 */
const widened = 3;

/**
 * Fits controls to a pilot: after the last update of the first pass polynomials of the state to what was measured, and after
 * each earlier one to the expectations of those that follow, by least squares. Any polynomials would do for the mean; good ones
 * leave little of the variance. It yields now and then, so that whoever waits may do something else, or stop.
 * @param trials how many of the pilot's count, but for the box, which is around all.
 */
export function* fitControls(
  state: ControlledState,
  law: Law,
  degree: number,
  pilot: RecordedTrials,
  trials = pilot.trials,
): Generator<void, ControlFit, void> {
  const numbers = pilot.measured.length;
  const shape = { degree, numbers, law };
  const expectations = new Expectations(state, shape, trials);
  const rows: number[][] = [];
  // What all trials have would only be rounded when it is taken off again.
  let targets = pilot.measured.map((values) => aboutMean(values.subarray(0, trials)));
  const states = pilot.states.map((registers) => registers.map((values) => values.subarray(0, trials)));
  for (let update = state.updates - 1; update >= 0; update--) {
    yield;
    const registers = states[update]!;
    if (update < state.updates - 1) {
      targets = expectations.at(registers, rows[0]!);
    }
    const scaled = variables(state, registers).map(scalingOf);
    const columns = monomialColumns(
      scaled.map(({ values }) => values),
      degree,
      trials,
    );
    const coefficients = leastSquares(
      columns,
      targets.map((values) => values.slice()),
    );
    rows.unshift(
      [
        trendOf(state, update),
        ...scaled.map(({ scale }) => scale),
        ...scaled.map(({ shift }) => shift),
        ...coefficients.flatMap((own) => [...own]),
      ].map((value) => value + 0),
    );
  }
  const all = pilot.states.slice(0, state.updates).map((registers) => variables(state, registers));
  return { ...shape, rows, box: all[0]!.map((_, variable) => boxAround(all.map((own) => own[variable]!))) };
}

function aboutMean(values: Float64Array): Float64Array {
  let sum = 0;
  for (const value of values) {
    sum += value;
  }
  return values.map((value) => value - sum / values.length);
}

/** Around all that some values of a variable have been. */
function boxAround(values: readonly Float64Array[]): ControlFit["box"][number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const own of values) {
    for (const value of own) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
  }
  const middle = (least + greatest) / 2;
  const half = (widened * (greatest - least)) / 2;
  return { low: middle - half, high: middle + half };
}

/** The registers that the polynomials are of: weights, and the sums behind all registers of the plan. */
function variables(state: ControlledState, registers: readonly Float64Array[]): readonly Float64Array[] {
  const sums = registers.slice(registers.length - carriedRegisters(state));
  return [...(state.hasWeights ? registers.slice(0, state.names.length) : []), ...sums];
}

interface Scaling {
  readonly values: Float64Array;
  readonly scale: number;
  readonly shift: number;
}

/** `(s − μ)/(2σ)`. What does not vary is scaled to 0. */
function scalingOf(own: Float64Array): Scaling {
  let sum = 0;
  for (const value of own) {
    sum += value;
  }
  const mean = sum / own.length;
  let squares = 0;
  for (const value of own) {
    squares += (value - mean) * (value - mean);
  }
  const deviation = Math.sqrt(squares / own.length);
  const isConstant = !(deviation > 1e-13 * Math.abs(mean)) || !Number.isFinite(1 / deviation);
  const scale = isConstant ? 0 : 1 / (2 * deviation);
  const shift = -mean * scale + 0;
  return { values: own.map((value) => value * scale + shift), scale, shift };
}

/** The expectations of polynomials over the next batch, at the states of a pilot. */
class Expectations {
  private readonly state: ControlledState;
  private readonly interpreter: Interpreter;
  private readonly registers: number;

  constructor(state: ControlledState, shape: Pick<ControlFit, "degree" | "numbers" | "law">, trials: number) {
    this.state = state;
    this.registers = state.names.length + carriedRegisters(state);
    const builder = new ProgramBuilder();
    const width = rowWidth(state, shape);
    const inputs = Array.from({ length: this.registers + width }, (_, at) => builder.input(at));
    const { length } = state.features;
    const sums = state.names.length + (state.hasSums ? length : 0);
    const before = {
      weights: inputs.slice(0, state.names.length),
      sums: inputs.slice(state.names.length, sums),
      trends: inputs.slice(sums, this.registers),
    };
    const row = rowValues(state, shape, inputs.slice(this.registers));
    const outputs = beforeUpdate(builder, state, shape, before, row);
    this.interpreter = new Interpreter(finishProgram(builder, outputs, inputs.length), trials);
  }

  /** @param row of the update that follows. @returns for each number its expectations, a trial each. */
  at(registers: readonly Float64Array[], row: readonly number[]): Float64Array[] {
    const { interpreter, state } = this;
    const own = [
      ...registers.slice(0, state.names.length),
      ...registers.slice(registers.length - carriedRegisters(state)),
    ];
    for (const [at, values] of own.entries()) {
      interpreter.input(at)?.set(values);
    }
    for (const [at, value] of row.entries()) {
      interpreter.input(this.registers + at)?.fill(value);
    }
    interpreter.run();
    return interpreter.outputs.map((_, number) => interpreter.output(number).slice());
  }
}
