import type { TensorSource } from "../../../tensors/index.js";
import type { TrainingData } from "../../training-data.js";
import type { TensorDatum } from "../tensor-plan.js";
import type { RowChoice } from "./model.js";

/** How the number of a row follows from what is drawn of a point. @param drawn of each datum. */
export function rowChoices(
  data: readonly TensorSource[],
  drawn: readonly TensorDatum[],
): readonly RowChoice[] {
  let first = 0;
  return data.flatMap((source): RowChoice[] => {
    if (source.kind === "rows") {
      const own = drawn.slice(first, first + source.columns.length);
      first += source.columns.length;
      const used = own.find((datum) => datum.kind === "row");
      return [{ count: source.rows, ...(used?.kind === "row" ? { column: used.column } : {}) }];
    }
    const datum = drawn[first++]!;
    const { entry, shape } = source;
    if (entry.kind !== "finite") {
      throw new Error(`${source.name} has infinitely many values`);
    }
    const values = entry.outcomes.map(({ value }) => value);
    const size = shape.reduce((product, length) => product * length, 1);
    return Array.from({ length: size }, (_, at) => {
      const column = datum.kind === "entries" ? datum.columns[at]! : -1;
      return { count: values.length, ...(column < 0 ? {} : { column, values }) };
    });
  });
}

/** Which rows the points are that trials drew, a trial a lane. */
export class RowNumbers {
  private readonly rows: Int32Array;

  constructor(
    readonly choices: readonly RowChoice[],
    readonly source: TrainingData,
  ) {
    this.rows = new Int32Array(source.lanes);
  }

  /** Those of the points at a place of what was drawn. Read them before the next call. */
  at(place: number): Int32Array {
    const { rows, source } = this;
    rows.fill(0);
    let step = 1;
    for (const { count, column, values } of this.choices) {
      if (column !== undefined) {
        source.values(place, column).forEach((value, lane) => {
          rows[lane]! += step * (values === undefined ? value : values.indexOf(value));
        });
      }
      step *= count;
    }
    return rows;
  }
}
