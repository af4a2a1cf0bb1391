import { SimulationError } from "../../../compile/error.js";
import type { LargeLandscape } from "../../../evaluate/index.js";
import { type Descent, scheduleOf, updates, updatesPerEpoch } from "../../../optimisers/index.js";
import type { TensorProgram } from "../../../tensors/index.js";
import { type Column, isMeasured, lessControl } from "../../column.js";
import type { ControlsOfPlan, TensorDatum } from "../tensor-plan.js";
import type { PathControls } from "./model.js";
import { rowChoices } from "./row-numbers.js";
import { alongDirection } from "./row-passes.js";

/** What controls are put into a plan of. */
interface Controlled {
  readonly landscape: LargeLandscape;
  readonly spacetime: Descent;
  readonly loss: TensorProgram;
  readonly drawn: readonly TensorDatum[];
  /** Of the data. */
  readonly rows: number;
  /** The expected loss where descent starts, where test points stand for it. */
  readonly atStart: number | undefined;
}

/** The controls of a plan. Throws one line when they are not of its request. */
export function controlsOfPlan(
  path: PathControls,
  { landscape, spacetime, loss, drawn, rows: own, atStart }: Controlled,
): ControlsOfPlan {
  const { weights, data } = landscape.whole;
  const schedule = scheduleOf(spacetime);
  const tabled = schedule.order === "reshuffled" ? updates(schedule) : updatesPerEpoch(schedule);
  const { rows, tables, ends, test, shares, numbers } = path;
  const isOwn =
    rows === own &&
    shares.length === numbers &&
    shares.every(({ slopes }) => slopes.length === tables.length) &&
    tables.every(({ length }) => length === tabled * rows) &&
    (ends === undefined || ends.length === rows) &&
    (test === undefined ||
      (test.starts.length === rows &&
        [test.end, test.slope].every(
          (tensors) =>
            tensors.length === weights.length &&
            tensors.every(({ length }, weight) => length === weights[weight]!.start.length),
        )));
  if (!isOwn) {
    throw new SimulationError("the controls are not of this run; find them anew");
  }
  return {
    path,
    choices: rowChoices(data, drawn),
    ...(test === undefined || atStart === undefined
      ? {}
      : { test: { of: test, atStart, along: alongDirection(loss, weights.length) } }),
  };
}

/** Columns of which those with a control are less it. */
export function lessControls(columns: readonly Column[]): readonly Column[] {
  return columns.map((column) =>
    isMeasured(column) && column.control !== undefined ? lessControl(column, column.control) : column,
  );
}
