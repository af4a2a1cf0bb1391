import * as Plot from "@observablehq/plot";
import { errorsWith, ninetyFivePercent, type RunPoint } from "../runs/index.js";
import { bottomOf, decades, frame, labelBelow, logarithmic, valueAxis } from "./axes.js";
import type { Picture } from "./elements.js";
import type { LegendEntry } from "./legend.js";
import { drawnPx, type Palette, type PlotLook } from "./look.js";
import { shortNumber } from "./numbers.js";
import { makePicture } from "./picture.js";

const height = 240; // px of a screen
const shortest = 1e-3; // of what is measured: where an interval that reaches 0 ends on a logarithmic axis
const restName = "rest";
/** Of the largest: what is less is left by rounding, and would squeeze all else on a logarithmic axis. */
const leastShown = 1e-15;

/** One order, or what they leave over. */
export interface OrderRow {
  /** `0`, `1`, … or `rest`. */
  readonly name: string;
  readonly predicted: number | null;
  /** The standard error of the prediction where it is estimated; 0 where it is exact. */
  readonly predictedError: number;
  /** What sums over times would be, where the prediction takes integrals. */
  readonly exact: number | null;
  readonly measured: number | null;
  readonly standardError: number | null;
}

/** What the plot of orders shows. */
export interface OrdersData {
  readonly eta: number;
  readonly rows: readonly OrderRow[];
  readonly sentence: string;
  /** Half of a 95 % interval, in standard errors: of what is measured, and of predictions that are estimated. */
  readonly errors: number;
  readonly predictedErrors: number;
}

/** The orders of one point; `undefined` where they were not measured. */
export function ordersData(point: RunPoint | undefined): OrdersData | undefined {
  if (point?.orders == null || point.orders.length === 0) {
    return undefined;
  }
  const rows: OrderRow[] = point.orders.map(
    ({ order, predicted, predictedError = 0, exact, measured, standardError }) => ({
      name: String(order),
      ...{ predicted, predictedError, exact: exact ?? null, measured, standardError },
    }),
  );
  if (point.remainder != null) {
    rows.push({ name: restName, predicted: null, predictedError: 0, exact: null, ...point.remainder });
  }
  const errors = errorsWith(point.trials - point.diverged, ninetyFivePercent);
  const sentence = `${point.observable} at η = ${shortNumber(point.eta)}: ${point.verdict}, since ${point.reason}.`;
  const predictedErrors = errorsWith(point.predictedSamples ?? Number.MAX_SAFE_INTEGER, ninetyFivePercent);
  return { eta: point.eta, rows, sentence, errors, predictedErrors };
}

/** The picture of each order's magnitude, predicted beside measured, on a logarithmic axis. */
export function drawOrders({ rows, errors, predictedErrors, sentence }: OrdersData, look: PlotLook): Picture {
  const { palette, sizes } = look;
  const px = (size: number) => drawnPx(size, look);
  const largest = Math.max(...rows.flatMap((row) => [row.predicted ?? 0, row.measured ?? 0].map(Math.abs)));
  const size = (value: number | null) =>
    value === null || Math.abs(value) <= leastShown * largest ? undefined : Math.abs(value);
  const predicted = rows.filter((row) => size(row.predicted) !== undefined);
  const measured = rows.filter((row) => size(row.measured) !== undefined);
  const half = ({ standardError }: OrderRow) => errors * (standardError ?? 0);
  const halfOfPrediction = ({ predictedError }: OrderRow) => predictedErrors * predictedError;
  const lowEnd = (middle: number, below: number) => Math.max(middle - below, shortest * middle);
  const values = [
    ...predicted.map((row) => size(row.predicted)!),
    ...measured.map((row) => size(row.measured)!),
  ];
  const domain: [number, number] =
    values.length > 0 ? [Math.min(...values) / 4, Math.max(...values) * 4] : [0.1, 1];
  return makePicture(
    {
      sentence,
      legend: legendOf(palette, rows.some(isEstimated)),
      height: height * sizes.tallness,
      plot: (left) => ({
        marginRight: sizes.right,
        marginBottom: bottomOf(look),
        x: { type: "band", domain: rows.map(({ name }) => name), padding: 0.4 },
        y: { type: "log", domain },
        marks: [
          Plot.axisX({ ...labelBelow("order", look) }),
          valueAxis(logarithmic("magnitude", look), look, left, decades(domain, 4)),
          frame(look),
          Plot.barY(predicted.filter(isEstimated), {
            x: "name",
            y1: (row: OrderRow) => lowEnd(size(row.predicted)!, halfOfPrediction(row)),
            y2: (row: OrderRow) => size(row.predicted)! + halfOfPrediction(row),
            fill: palette.prediction,
            fillOpacity: 0.4,
            clip: true,
            className: "error predicted",
          }),
          Plot.tickY(predicted, {
            x: "name",
            y: (row: OrderRow) => size(row.predicted),
            stroke: palette.prediction,
            strokeWidth: px(3),
            title: (row: OrderRow) =>
              `order ${row.name}, predicted: ${shortNumber(row.predicted, 8)}${row.predictedError > 0 ? ` ± ${shortNumber(halfOfPrediction(row), 2)}` : ""}`,
            className: "order predicted",
          }),
          Plot.ruleX(
            measured.filter((row) => half(row) > 0 && Number.isFinite(half(row))),
            {
              x: "name",
              y1: (row: OrderRow) => lowEnd(size(row.measured)!, half(row)),
              y2: (row: OrderRow) => size(row.measured)! + half(row),
              stroke: palette.ink,
              strokeWidth: px(1.5),
              clip: true,
              className: "error",
            },
          ),
          Plot.dot(measured, {
            x: "name",
            y: (row: OrderRow) => size(row.measured),
            r: px(5),
            strokeWidth: px(2),
            symbol: "circle",
            stroke: palette.ink,
            fill: palette.background,
            title: (row: OrderRow) =>
              `${row.name === restName ? "left over" : `order ${row.name}, measured`}: ${shortNumber(row.measured, 8)} ± ${shortNumber(half(row), 2)}`,
            className: "order measured",
          }),
        ],
      }),
    },
    look,
  );
}

const isEstimated = ({ predictedError }: OrderRow): boolean => predictedError > 0;

function legendOf(palette: Palette, hasEstimates: boolean): LegendEntry[] {
  const label = hasEstimates ? "predicted, with its 95 % interval" : "predicted";
  return [
    { sign: "line", label, stroke: palette.prediction, width: 3 },
    {
      sign: "point",
      label: "measured, with its 95 % interval",
      symbol: "circle",
      stroke: palette.ink,
      fill: palette.background,
    },
  ];
}
