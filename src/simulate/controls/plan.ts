import { elementary } from "../../compile/elementary.js";
import { SimulationError } from "../../compile/error.js";
import { lowerExpression } from "../../compile/lower.js";
import { finishProgram, type Program, ProgramBuilder, type Value } from "../../compile/program.js";
import { dataNames, type Landscape } from "../../landscape/index.js";
import { type Descent, scheduleOf, stepSize } from "../../optimisers/index.js";
import { isMeasured, lessControl, type MeasuredColumn, observedOf } from "../column.js";
import type { AnyRequest, SimulatedNumber, SimulationRequest } from "../request.js";
import type { DescentPrograms, SimulationPlan } from "../simulation-plan.js";
import {
  type ControlFit,
  type ControlledState,
  carriedRegisters,
  controlledState,
  isFitOf,
  trendOf,
} from "./model.js";
import {
  afterUpdate,
  beforeUpdate,
  carriedOn,
  type RowValues,
  rowValues,
  rowWidth,
  type StateValues,
} from "./programs.js";

/** A plan whose trials carry along what controls are polynomials of, and then, where they are fitted, add them up. */
export interface ControlledPlan extends SimulationPlan {
  /** The register of each number's control. */
  readonly controls: readonly number[];
}

/**
 * Puts controls behind all other registers of a plan.
 * @param plan has no step constants yet.
 * @param fit absent where the state is to be carried along only.
 */
export function withControls(
  plan: SimulationPlan,
  landscape: Landscape,
  state: ControlledState,
  fit: ControlFit | undefined,
): ControlledPlan {
  const others = plan.states.length;
  const carried = carriedRegisters(state);
  const starts = new Array<number>(carried).fill(0);
  if (fit !== undefined) {
    // Whether a trial has been in the box all the time, and what has been added up.
    starts.push(1, ...new Array<number>(fit.numbers).fill(0));
  }
  const states = [...plan.states, ...starts.map((start) => ({ start }))];
  const width = fit === undefined ? Number(state.hasTrends) : rowWidth(state, fit);
  const rows = fit?.rows ?? (width === 0 ? [] : trendRows(state));
  const composer = new Composer(plan, landscape, state, fit, states.length, width);
  const moved = (program: Program) => composer.moved(program);
  const { later, orders, ofState } = plan;
  return {
    ...plan,
    states,
    ...composer.firstPass(),
    ...(plan.epochs > 1 ? { later: movedAll(later ?? plan, moved) } : {}),
    ...(width === 0 ? {} : { steps: { rows: Float64Array.from(rows.flat()), width } }),
    ...(orders === undefined
      ? {}
      : {
          orders: {
            ...orders,
            ...(orders.training && { training: moved(orders.training) }),
          },
        }),
    ...(ofState && { ofState: { ...ofState, program: moved(ofState.program) } }),
    controls: Array.from({ length: fit?.numbers ?? 0 }, (_, number) => others + carried + 1 + number),
  };
}

/** A request's plan with its controls, which are taken off the numbers that have one. */
export function withChosenControls(
  plan: SimulationPlan,
  { landscape, spacetime, eta, numbers }: SimulationRequest & { readonly spacetime: Descent },
  fit: ControlFit,
): ControlledPlan {
  const state = controlledState(
    landscape,
    controlledOf(numbers),
    scheduleOf(spacetime),
    stepSize(spacetime, eta),
  );
  if (state === undefined || !isFitOf(state, fit)) {
    throw new SimulationError("the controls are not of this run; fit them anew");
  }
  const controlled = withControls(plan, landscape, state, fit);
  return {
    ...controlled,
    columns: plan.columns.map((column) =>
      isMeasured(column) && column.control !== undefined
        ? lessControl(column, controlled.controls[column.control]!)
        : column,
    ),
  };
}

/** What is wrong with the controls of a request's numbers, in one line, or undefined. */
export function controlProblem({ numbers, controls, minusControls }: AnyRequest): string | undefined {
  const fitted = Math.max(controls?.numbers ?? 0, minusControls?.numbers ?? 0);
  const missing = controlledOf(numbers).find(({ control }) => !(control! < fitted));
  return missing === undefined
    ? undefined
    : `"${missing.label}" is to be less control number ${missing.control}, which is not among those of the request`;
}

function controlledOf(numbers: AnyRequest["numbers"]): readonly SimulatedNumber[] {
  return observedOf(numbers).filter(({ control }) => control !== undefined);
}

/** What a control has added up, as a column. */
export function controlColumn(register: number): MeasuredColumn {
  return {
    label: `register ${register}`,
    center: 0,
    origin: { offset: 0, start: 0, resolution: 0 },
    isExpectation: false,
    combination: [{ factor: 1, quantity: { kind: "register", register } }],
  };
}

function trendRows(state: ControlledState): number[][] {
  return Array.from({ length: state.updates }, (_, update) => [trendOf(state, update)]);
}

function movedAll(
  { descent, update }: DescentPrograms,
  moved: (program: Program) => Program,
): DescentPrograms {
  return { descent: moved(descent), ...(update && { update: moved(update) }) };
}

class Composer {
  private readonly others: number;

  constructor(
    private readonly plan: SimulationPlan,
    private readonly landscape: Landscape,
    private readonly state: ControlledState,
    private readonly fit: ControlFit | undefined,
    private readonly registers: number,
    private readonly width: number,
  ) {
    this.others = plan.states.length;
  }

  /** A program of the plan, whose state is now longer. */
  moved(program: Program): Program {
    const builder = new ProgramBuilder();
    const further = this.registers - this.others;
    const outputs = builder.include(program, this.inputs(builder, program.inputs + further, program.inputs));
    return finishProgram(builder, outputs, program.inputs + further);
  }

  /** Inputs for a program of the plan. @param more how many there are in all. */
  private inputs(builder: ProgramBuilder, more: number, count: number): readonly Value[] {
    const further = more - count;
    return Array.from({ length: count }, (_, input) =>
      builder.input(input < this.others ? input : input + further),
    );
  }

  firstPass(): DescentPrograms {
    return this.plan.batch === 1 ? this.byPoints() : this.byBatches();
  }

  private byPoints(): DescentPrograms {
    const { plan, registers, width } = this;
    const builder = new ProgramBuilder();
    const state = this.values(builder, 0, registers);
    const data = this.values(builder, registers, plan.data);
    const row = this.values(builder, registers + plan.data, width);
    const own = builder.include(plan.descent, [...state.slice(0, this.others), ...data]);
    const outputs = [
      ...this.registersOfPlan(own, state),
      ...this.controlled(builder, state, own, this.features(builder, data), row),
    ];
    return { descent: finishProgram(builder, outputs, registers + plan.data + width) };
  }

  private byBatches(): DescentPrograms {
    const { plan, registers, width } = this;
    const point = new ProgramBuilder();
    const state = this.values(point, 0, registers);
    const data = this.values(point, registers, plan.data);
    const sums = [
      ...point.include(plan.descent, [...state.slice(0, this.others), ...data]),
      ...this.features(point, data),
    ];
    const descent = finishProgram(point, sums, registers + plan.data + width);
    const builder = new ProgramBuilder();
    const before = this.values(builder, 0, registers);
    const added = this.values(builder, registers, sums.length);
    const row = this.values(builder, registers + sums.length, width);
    const shares = added.slice(0, plan.descent.outputs.length);
    const rate = builder.constant(plan.rate);
    const own =
      plan.update === undefined
        ? shares.map((sum, register) => builder.subtract(before[register]!, builder.multiply(rate, sum)))
        : builder.include(plan.update, [...before.slice(0, this.others), ...shares]);
    const outputs = [
      ...this.registersOfPlan(own, before),
      ...this.controlled(builder, before, own, added.slice(shares.length), row),
    ];
    return { descent, update: finishProgram(builder, outputs, registers + sums.length + width) };
  }

  private values(builder: ProgramBuilder, first: number, count: number): readonly Value[] {
    return Array.from({ length: count }, (_, at) => builder.input(first + at));
  }

  /** The registers of the plan: those that its own program leaves out stay as they are. */
  private registersOfPlan(own: readonly Value[], before: readonly Value[]): readonly Value[] {
    return [...own, ...before.slice(own.length, this.others)];
  }

  /** The features of a point that updates and sums need. */
  private features(builder: ProgramBuilder, data: readonly Value[]): readonly Value[] {
    if (carriedRegisters(this.state) === 0) {
      return [];
    }
    const names = this.landscape.data.flatMap(dataNames);
    const symbols = new Map(names.map((name, at) => [name, data[at]!]));
    return this.state.features.map(({ expression }) =>
      lowerExpression(builder, expression, symbols, elementary),
    );
  }

  /** What stands in the registers behind those of the plan after an update. */
  private controlled(
    builder: ProgramBuilder,
    registers: readonly Value[],
    own: readonly Value[],
    features: readonly Value[],
    row: readonly Value[],
  ): readonly Value[] {
    const { state, fit } = this;
    const before = this.stateValues(registers);
    const trend = row[0] ?? builder.constant(0);
    const carried = carriedOn(builder, before, features, trend);
    if (fit === undefined) {
      return [...carried.sums, ...carried.trends];
    }
    const values = rowValues(state, fit, row);
    const after = { ...carried, weights: own.slice(0, state.names.length) };
    const first = this.others + carriedRegisters(state);
    const isInside = registers[first]!;
    return [
      ...carried.sums,
      ...carried.trends,
      ...this.addedUp(builder, fit, before, after, values, isInside, registers.slice(first + 1)),
    ];
  }

  private stateValues(registers: readonly Value[]): StateValues {
    const { state, others } = this;
    const { length } = state.features;
    const sums = others + (state.hasSums ? length : 0);
    return {
      weights: registers.slice(0, state.names.length),
      sums: registers.slice(others, sums),
      trends: registers.slice(sums, sums + (state.hasTrends ? length : 0)),
    };
  }

  /** Whether the trial is still in the box, and the controls: they are added as long as it was there before the update. */
  private addedUp(
    builder: ProgramBuilder,
    fit: ControlFit,
    before: StateValues,
    after: StateValues,
    row: RowValues,
    wasInside: Value,
    controls: readonly Value[],
  ): readonly Value[] {
    const expected = beforeUpdate(builder, this.state, fit, before, row);
    const { polynomials, isInside } = afterUpdate(builder, this.state, fit, after, row);
    const counts = builder.less(builder.constant(0), wasInside);
    return [
      builder.and(isInside, wasInside),
      ...controls.map((control, number) =>
        builder.add(control, builder.and(builder.subtract(polynomials[number]!, expected[number]!), counts)),
      ),
    ];
  }
}
