import { pointsOf } from "../../../src/runs/formats/index.js";
import {
  type Curves,
  errorsWith,
  type Measurement,
  ninetyFivePercent,
  type RunPoint,
  type RunRecord,
  type Verdict,
} from "../../../src/runs/index.js";
import { count, shortNumber } from "../numbers.js";
import { verdictSentence } from "../standing.js";

const dwarfing = 3; // times the effect
const apart = 5; // the ratio of learning rates from which their axis is logarithmic by default

/** A measured mean as it is drawn: values are less the order-0 value when that is subtracted. */
export interface DrawnPoint {
  readonly eta: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What single precision may add to the interval at either end; 0 for none. */
  readonly floor: number;
  /** `measured` where nothing was predicted. */
  readonly verdict: Verdict | "measured" | "running";
  readonly words: string;
}

/** A place of a curve; `null` where the prediction is not finite. */
export interface DrawnPlace {
  readonly eta: number;
  readonly value: number | null;
}

/** What is drawn of one run. */
export interface DrawnRun {
  readonly title: string;
  readonly order: number;
  /** The learning rates that are or will be measured. */
  readonly etas: readonly number[];
  readonly isRunning: boolean;
  readonly points: readonly DrawnPoint[];
  /** By the most edges of the diagrams, from order 0 on. */
  readonly orders: readonly (readonly DrawnPlace[])[];
  readonly band: readonly { readonly eta: number; readonly low: number; readonly high: number }[];
  /** The observable where descent starts, if it is subtracted. */
  readonly subtracted: number | undefined;
}

/** What the plot of measured values shows. */
export interface MeasuredData {
  readonly observable: string;
  readonly run: DrawnRun;
  readonly other: DrawnRun | undefined;
  readonly isLogarithmic: boolean;
  readonly label: string;
  readonly sentence: string;
}

/** @param logarithmic what the reader has chosen for the axis of learning rates, if anything. */
export function measuredData(
  record: RunRecord,
  other: RunRecord | undefined,
  observable: string,
  logarithmic: boolean | undefined,
): MeasuredData {
  const records = other ? [record, other] : [record];
  const isSubtracted = records.every((one) => dwarfs(one, observable));
  const run = drawnRun(record, observable, isSubtracted);
  const compared = other && drawnRun(other, observable, isSubtracted);
  const zeros = [run, compared].flatMap((one) => (one?.subtracted === undefined ? [] : [one.subtracted]));
  const isSameZero = zeros.every((zero) => Math.abs(zero - zeros[0]!) <= 1e-12 * Math.abs(zero));
  const zero = isSameZero ? `order 0 (${shortNumber(zeros[0] ?? 0)})` : "the order 0 of its run";
  return {
    observable,
    run,
    other: compared,
    isLogarithmic: logarithmic ?? isLogarithmicByDefault(record),
    label: isSubtracted ? `${observable} − ${zero}` : observable,
    sentence: sentenceOf(record, other, observable),
  };
}

/** Whether the learning rates of a run are so far apart that a linear axis would crowd them. */
export function isLogarithmicByDefault({ etas }: Pick<RunRecord, "etas">): boolean {
  return etas.length > 1 && Math.min(...etas) > 0 && Math.max(...etas) / Math.min(...etas) > apart;
}

function curvesOf(record: RunRecord, observable: string): Curves | undefined {
  return record.curves.find((curves) => curves.observable === observable);
}

function measurementsOf(record: RunRecord, observable: string): readonly Measurement[] {
  return [
    ...pointsOf(record, observable),
    ...record.partial.filter((measurement) => measurement.observable === observable),
  ];
}

/** The order-0 prediction, which is the same at all learning rates. */
function orderZero(record: RunRecord, observable: string): number | undefined {
  return curvesOf(record, observable)?.orders[0]?.find((value) => value !== null) ?? undefined;
}

/** Whether the order-0 value is so large that nothing could be seen of what the other orders change. */
function dwarfs(record: RunRecord, observable: string): boolean {
  const zero = orderZero(record, observable);
  if (zero === undefined || zero === 0) {
    return false;
  }
  const last = curvesOf(record, observable)?.orders.at(-1) ?? [];
  const values = [...last, ...measurementsOf(record, observable).map(({ measured }) => measured)];
  const effects = values.flatMap((value) => (value === null ? [] : [Math.abs(value - zero)]));
  return effects.length > 0 && Math.abs(zero) > dwarfing * Math.max(...effects);
}

function drawnRun(record: RunRecord, observable: string, isSubtracted: boolean): DrawnRun {
  const zero = isSubtracted ? orderZero(record, observable) : undefined;
  const less = (value: number): number => value - (zero ?? 0);
  const curves = curvesOf(record, observable);
  const last = curves?.orders.at(-1);
  const settled = pointsOf(record, observable).flatMap((point) =>
    drawnPoint(point, point.verdict ?? "measured", point.reason, less),
  );
  const growing = record.partial
    .filter((measurement) => measurement.observable === observable)
    .flatMap((measurement) => drawnPoint(measurement, "running", "measured so far", less));
  return {
    title: record.title,
    order: record.order,
    etas: record.etas,
    isRunning: record.state === "running",
    points: [...settled, ...growing],
    orders:
      curves?.orders.map((values) =>
        curves.etas.map((eta, index) => {
          const value = values[index] ?? null;
          return { eta, value: value === null ? null : less(value) };
        }),
      ) ?? [],
    band:
      curves?.etas.flatMap((eta, index) => {
        const middle = last?.[index] ?? null;
        const width = curves.truncation[index] ?? null;
        if (middle === null || width === null) {
          return [];
        }
        return [{ eta, low: less(middle) - width, high: less(middle) + width }];
      }) ?? [],
    subtracted: zero,
  };
}

function drawnPoint(
  { eta, measured, standardError, trials, diverged, roundingFloor = 0 }: Measurement & Partial<RunPoint>,
  verdict: DrawnPoint["verdict"],
  reason: string,
  less: (value: number) => number,
): DrawnPoint[] {
  if (measured === null) {
    return [];
  }
  const half = standardError === null ? 0 : errorsWith(trials - diverged, ninetyFivePercent) * standardError;
  const words = [
    `η = ${shortNumber(eta)}: ${shortNumber(measured, 8)} ± ${standardError === null ? "?" : shortNumber(half, 2)}`,
    ...(roundingFloor > 0 ? [`single precision may be off by ${shortNumber(roundingFloor, 2)}`] : []),
    `${count(trials)} trials`,
    verdict === "running" ? reason : reason === "" ? verdict : `${verdict}: ${reason}`,
  ];
  return [
    {
      eta,
      value: less(measured),
      low: less(measured) - half,
      high: less(measured) + half,
      floor: roundingFloor,
      verdict,
      words: words.join("\n"),
    },
  ];
}

function sentenceOf(record: RunRecord, other: RunRecord | undefined, observable: string): string {
  const own = oneSentence(record, observable);
  if (other === undefined) {
    return own;
  }
  const others = pointsOf(other, observable);
  const words = others.length > 0 ? verdictSentence(others) : "nothing measured of this observable.";
  return `${own} In the run compared with, ${other.title} of seed ${other.seed}: ${words}`;
}

function oneSentence(record: RunRecord, observable: string): string {
  const points = pointsOf(record, observable);
  if (record.kind === "evaluation") {
    return `The prediction of ${observable} by ${record.prediction}, against the learning rate.`;
  }
  const lost = points.filter(({ measured }) => measured === null).length;
  const missing = lost === 0 ? "" : ` ${lost} not finite, and not drawn.`;
  if (record.state === "running") {
    return `${observable}: ${points.length} of ${record.etas.length} learning rates measured so far.${missing}`;
  }
  if (points.length === 0) {
    return `${observable}: nothing was measured.`;
  }
  return `${observable}: ${verdictSentence(points)}${missing}`;
}
