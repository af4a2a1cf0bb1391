import { drawOrders, type OrderRow, ordersData } from "../../../src/plots/orders-plot.js";
import { pointsOf } from "../../../src/runs/formats/index.js";
import type { RunRecord } from "../../../src/runs/index.js";
import { Chooser } from "../../kit/chooser.js";
import { measuredNumber, shortNumber } from "../numbers.js";
import { type Column, PatchedTable } from "../patched-table.js";
import { PlotSection } from "./plot-section.js";

const digits = 8;

const numberCell = (value: number | null) =>
  value === null ? { text: "" } : { text: shortNumber(value, digits), title: String(value) };

const columns: readonly Column<OrderRow>[] = [
  { heading: "order", cell: ({ name }) => ({ text: name === "rest" ? "left over" : name }) },
  {
    heading: "predicted",
    isNumber: true,
    cell: ({ predicted, predictedError }) =>
      predictedError === 0
        ? numberCell(predicted)
        : { text: measuredNumber(predicted, predictedError), title: `${predicted} ± ${predictedError}` },
  },
  {
    heading: "by exact sums",
    isNumber: true,
    isNeeded: (rows) => rows.some(({ exact }) => exact !== null),
    cell: ({ exact }) => numberCell(exact),
  },
  {
    heading: "measured",
    isNumber: true,
    cell: ({ measured, standardError }) =>
      measured === null
        ? { text: "not measured" }
        : { text: measuredNumber(measured, standardError), title: `${measured} ± ${standardError ?? "?"}` },
  },
];

/** Each order of a prediction beside what was measured of it: a small plot and a table. */
export class OrdersSection {
  readonly plot = new PlotSection("Each order by itself");
  private readonly etas: Chooser;
  private readonly table = new PatchedTable(columns, ({ name }) => name, undefined, [], "never");

  constructor(chooseEta: (eta: number) => void) {
    this.etas = new Chooser("η of the orders", (value) => chooseEta(Number(value)));
    this.plot.controls.append(this.etas.element);
    this.plot.element.append(this.table.element);
  }

  /** @param eta the learning rate wanted; without one, or where it has none, the largest that has orders. */
  show(record: RunRecord, observable: string, eta: number | undefined): void {
    const points = pointsOf(record, observable).filter((point) => ordersData(point) !== undefined);
    const shown = points.find((point) => point.eta === eta) ?? points.at(-1);
    const data = ordersData(shown);
    this.plot.show([record.id, shown], () =>
      data === undefined ? undefined : { sentence: data.sentence, draw: (look) => drawOrders(data, look) },
    );
    this.etas.element.hidden = points.length < 2;
    this.etas.show(
      points.map((point) => [String(point.eta), shortNumber(point.eta)] as const),
      String(shown?.eta ?? ""),
    );
    if (data !== undefined) {
      // Three columns have room in a side bar, four have not.
      this.table.element.classList.toggle(
        "stacks-narrow",
        data.rows.some(({ exact }) => exact !== null),
      );
      this.table.show(`${observable} at η = ${shortNumber(data.eta)}, order by order`, data.rows);
    }
  }
}
