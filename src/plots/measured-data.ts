import { counted } from "../printable/index.js";
import { pointsOf } from "../runs/formats/index.js";
import {
  answerOfPoints,
  type Curves,
  doneWords,
  errorsWith,
  type Measurement,
  ninetyFivePercent,
  type RunPoint,
  type RunRecord,
  stoppedNote,
  type Verdict,
} from "../runs/index.js";
import { isBeyond } from "./beyond.js";
import { count, shortNumber } from "./numbers.js";

const dwarfing = 3; // times the effect
const mostDivergedNamed = 4; // places
const apart = 5; // the ratio of the least and the largest from which an axis is logarithmic by default

/** What plots know of a run. */
export type PlottedRun = Pick<
  RunRecord,
  | "kind"
  | "title"
  | "seed"
  | "state"
  | "prediction"
  | "sum"
  | "order"
  | "etas"
  | "points"
  | "partial"
  | "terms"
  | "curves"
>;

/** One number of a run against what it runs over: learning rates, or values of a param. */
export interface Series {
  readonly title: string;
  readonly order: number;
  readonly isRunning: boolean;
  /** What it runs over, in a letter or name, and as an axis calls it. */
  readonly symbol: string;
  readonly axis: string;
  /** Where it is or will be measured. */
  readonly xs: readonly number[];
  readonly points: readonly (RunPoint & { readonly x: number })[];
  /** Of points that are not done. */
  readonly partial: readonly (Measurement & { readonly x: number })[];
  /** What diagrams of at most so many edges predict, and the half width of the band around the last. */
  readonly curves:
    | {
        readonly xs: readonly number[];
        readonly orders: readonly (readonly (number | null)[])[];
        readonly truncation: readonly (number | null)[];
        /** Half the width of the 95 % interval of the last, where it is estimated. */
        readonly interval?: Curves["interval"];
        /** What criteria say of it, where it is the generalization gap. */
        readonly criteria?: Curves["criteria"];
      }
    | undefined;
}

/** A measured mean as it is drawn: values are less the order-0 value when that is subtracted. */
export interface DrawnPoint {
  readonly x: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What single precision may add to the interval at either end; 0 for none. */
  readonly floor: number;
  /** `measured` where nothing was predicted. */
  readonly verdict: Verdict | "measured" | "running";
  /** Of its trials. */
  readonly diverged: number;
  readonly trials: number;
  readonly words: string;
}

/** A place at which trials diverged. */
export interface DivergedPlace {
  readonly x: number;
  readonly diverged: number;
  readonly trials: number;
}

/** A place of a curve; `null` where the prediction is not finite. */
export interface DrawnPlace {
  readonly x: number;
  readonly value: number | null;
}

/** From where to where something goes at a place. */
export interface DrawnInterval {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** What is drawn of one run. */
export interface DrawnRun {
  readonly title: string;
  readonly order: number;
  /** Where it is or will be measured. */
  readonly xs: readonly number[];
  readonly isRunning: boolean;
  /** Those that the picture has room for. */
  readonly points: readonly DrawnPoint[];
  /** Means so far off that all else would be one line: they stand at the frame's edge. */
  readonly beyond: readonly DrawnPoint[];
  /** Where trials diverged, whether there is a mean or not. */
  readonly diverged: readonly DivergedPlace[];
  /** By the most edges of the diagrams, from order 0 on. */
  readonly orders: readonly (readonly DrawnPlace[])[];
  readonly band: readonly DrawnInterval[];
  /** Where the last order is estimated, between what it lies with 95 %. */
  readonly interval: readonly DrawnInterval[];
  /** Estimates of the generalization gap that do without diagrams. */
  readonly criteria: readonly { readonly name: string; readonly places: readonly DrawnPlace[] }[];
  /** The observable where descent starts, if it is subtracted. */
  readonly subtracted: number | undefined;
}

/** What the plot of measured values shows. */
export interface MeasuredData {
  readonly observable: string;
  readonly run: DrawnRun;
  readonly other: DrawnRun | undefined;
  readonly isLogarithmic: boolean;
  /** Of the axis below. */
  readonly axis: string;
  readonly label: string;
  readonly sentence: string;
}

/**
 * What was measured of an observable at the learning rates of a run, and maybe of another.
 * @param logarithmic what the reader has chosen for the axis of learning rates, if anything.
 */
export function measuredData(
  record: PlottedRun,
  other: PlottedRun | undefined,
  observable: string,
  logarithmic: boolean | undefined,
): MeasuredData {
  return dataOf(
    seriesOf(record, observable),
    other && seriesOf(other, observable),
    observable,
    logarithmic,
    sentenceOf(record, other, observable),
  );
}

/** What was measured of an observable over the values of a param. */
export function measuredOver(series: Series, observable: string): MeasuredData {
  const sentence =
    series.points.length === 0
      ? `${observable}: nothing was measured.`
      : `${observable} over ${series.symbol}: ${small(answerOfPoints(series.points, { noun: ["value", "values"] }))}${divergedWords(series.points, series.symbol)}`;
  return dataOf(series, undefined, observable, undefined, sentence);
}

function dataOf(
  series: Series,
  others: Series | undefined,
  observable: string,
  logarithmic: boolean | undefined,
  sentence: string,
): MeasuredData {
  const isSubtracted = (others ? [series, others] : [series]).every(dwarfs);
  const run = drawnRun(series, isSubtracted);
  const other = others && drawnRun(others, isSubtracted);
  const zeros = [run, other].flatMap((one) => (one?.subtracted === undefined ? [] : [one.subtracted]));
  const isSameZero = zeros.every((zero) => Math.abs(zero - zeros[0]!) <= 1e-12 * Math.abs(zero));
  const zero = isSameZero ? `order 0 (${shortNumber(zeros[0] ?? 0)})` : "the order 0 of its run";
  return {
    observable,
    run,
    other,
    isLogarithmic: logarithmic ?? areFarApart(series.xs),
    axis: series.axis,
    label: isSubtracted ? `${observable} − ${zero}` : observable,
    sentence: `${sentence}${beyondWords(run, series)}`,
  };
}

/** Which means are at the edge of the frame, as a sentence with a space before it; empty where none is. */
function beyondWords({ beyond, subtracted = 0 }: DrawnRun, { symbol }: Series): string {
  const [first] = beyond;
  if (first === undefined) {
    return "";
  }
  const what = `the mean at ${symbol} = ${shortNumber(first.x)}, ${shortNumber(first.value + subtracted, 3)},`;
  const others = beyond.length - 1;
  return others === 0
    ? ` Beyond the frame: ${what.slice(0, -1)}.`
    : ` Beyond the frame: ${what} and ${counted(others, "more mean")}.`;
}

/** Whether the learning rates of a run are so far apart that a linear axis would crowd them. */
export function isLogarithmicByDefault({ etas }: Pick<RunRecord, "etas">): boolean {
  return areFarApart(etas);
}

function areFarApart(xs: readonly number[]): boolean {
  return xs.length > 1 && Math.min(...xs) > 0 && Math.max(...xs) / Math.min(...xs) > apart;
}

/** An observable of a run against its learning rates. */
export function seriesOf(record: PlottedRun, observable: string): Series {
  const curves = record.curves.find((one) => one.observable === observable);
  const placed = <Item extends Measurement>(items: readonly Item[]) =>
    items.filter((item) => item.observable === observable).map((item) => ({ ...item, x: item.eta }));
  return {
    title: record.title,
    order: record.order,
    isRunning: record.state === "running",
    symbol: "η",
    axis: "learning rate η",
    xs: record.etas,
    points: placed(pointsOf(record, observable)),
    partial: placed(record.partial),
    curves: curves && {
      xs: curves.etas,
      orders: curves.orders,
      truncation: curves.truncation,
      interval: curves.interval,
      criteria: curves.criteria,
    },
  };
}

/** The order-0 prediction, where it is the same everywhere. */
function orderZero({ curves }: Series): number | undefined {
  const values = (curves?.orders[0] ?? []).filter((value) => value !== null);
  const [first] = values;
  return first !== undefined && values.every((value) => Math.abs(value - first) <= 1e-12 * Math.abs(first))
    ? first
    : undefined;
}

/** Whether the order-0 value is so large that nothing could be seen of what the other orders change. */
function dwarfs(series: Series): boolean {
  const zero = orderZero(series);
  if (zero === undefined || zero === 0) {
    return false;
  }
  const last = series.curves?.orders.at(-1) ?? [];
  const values = [...last, ...[...series.points, ...series.partial].map(({ measured }) => measured)];
  const effects = values.flatMap((value) => (value === null ? [] : [Math.abs(value - zero)]));
  return effects.length > 0 && Math.abs(zero) > dwarfing * Math.max(...effects);
}

function drawnRun(series: Series, isSubtracted: boolean): DrawnRun {
  const { title, order, isRunning, symbol, xs, curves } = series;
  const zero = isSubtracted ? orderZero(series) : undefined;
  const less = (value: number): number => value - (zero ?? 0);
  const last = curves?.orders.at(-1);
  const placed = (values: readonly (number | null)[]): DrawnPlace[] =>
    (curves?.xs ?? []).map((x, index) => {
      const value = values[index] ?? null;
      return { x, value: value === null ? null : less(value) };
    });
  const around = (widths: readonly (number | null)[] = []): DrawnInterval[] =>
    (curves?.xs ?? []).flatMap((x, index) => {
      const middle = last?.[index] ?? null;
      const width = widths[index] ?? null;
      return middle === null || width === null
        ? []
        : [{ x, low: less(middle) - width, high: less(middle) + width }];
    });
  const all = [...series.points, ...series.partial];
  const settled = series.points.flatMap((point) =>
    drawnPoint(symbol, point, point.verdict ?? "measured", point.reason, less),
  );
  const growing = series.partial.flatMap((measurement) =>
    drawnPoint(symbol, measurement, "running", "measured so far", less),
  );
  const drawn = [...settled, ...growing];
  const orders = curves?.orders.map(placed) ?? [];
  const { middle, reach } = spreadOf(orders.at(-1) ?? [], zero !== undefined, drawn);
  const isOut = isBeyond(drawn, leapOf, middle, reach);
  return {
    ...{ title, order, xs, isRunning },
    points: drawn.filter((point) => !isOut(point)),
    beyond: drawn.filter((point) => isOut(point)),
    diverged: all
      .filter(({ diverged }) => diverged > 0)
      .map(({ x, diverged, trials }) => ({ x, diverged, trials })),
    orders,
    criteria: curves?.criteria?.map(({ name, values }) => ({ name, places: placed(values) })) ?? [],
    band: around(curves?.truncation),
    interval: around(curves?.interval),
    subtracted: zero,
  };
}

/** Where a picture is about, and how far from there the prediction goes where it is measured. */
function spreadOf(
  last: readonly DrawnPlace[],
  isSubtracted: boolean,
  drawn: readonly DrawnPoint[],
): { readonly middle: number; readonly reach: number } {
  const values = last.flatMap(({ value }) => value ?? []);
  const middle = isSubtracted ? 0 : (values[0] ?? drawn[0]?.value ?? 0);
  return { middle, reach: Math.max(0, ...values.map((value) => Math.abs(value - middle))) };
}

const never = Number.POSITIVE_INFINITY;

/** How much farther than the others a mean may be that says little: of trials that diverge, or that are lost in their noise. */
function leapOf({ diverged, verdict }: DrawnPoint): { readonly ofAll: number; readonly ofValues: number } {
  if (diverged > 0) {
    return { ofAll: 20, ofValues: 20 };
  }
  const isOpen = verdict === "inconclusive" || verdict === "running";
  return { ofAll: never, ofValues: isOpen ? 1e4 : never };
}

function drawnPoint(
  symbol: string,
  {
    x,
    measured,
    standardError,
    trials,
    diverged,
    roundingFloor = 0,
    cancelled,
  }: Measurement & Partial<RunPoint> & { readonly x: number },
  verdict: DrawnPoint["verdict"],
  reason: string,
  less: (value: number) => number,
): DrawnPoint[] {
  if (measured === null) {
    return [];
  }
  const half = standardError === null ? 0 : errorsWith(trials - diverged, ninetyFivePercent) * standardError;
  const words = [
    `${symbol} = ${shortNumber(x)}: ${shortNumber(measured, 8)} ± ${standardError === null ? "?" : shortNumber(half, 2)}`,
    ...(roundingFloor > 0 ? [`single precision may be off by ${shortNumber(roundingFloor, 2)}`] : []),
    `${counted(trials, "trial")}${diverged > 0 ? `, of which ${count(diverged)} diverged` : ""}`,
    verdict === "running"
      ? reason
      : `${verdict}${stoppedNote({ cancelled })}${reason === "" ? "" : `: ${reason}`}`,
  ];
  return [
    {
      x,
      value: less(measured),
      low: less(measured) - half,
      high: less(measured) + half,
      floor: roundingFloor,
      ...{ verdict, diverged, trials },
      words: words.join("\n"),
    },
  ];
}

function sentenceOf(record: PlottedRun, other: PlottedRun | undefined, observable: string): string {
  const own = oneSentence(record, observable);
  if (other === undefined) {
    return own;
  }
  const others = pointsOf(other, observable);
  const words =
    others.length > 0
      ? small(answerOfPoints(others, { noun: rates }))
      : "nothing is measured of this observable.";
  return `${own} In the run compared with, ${other.title} of seed ${other.seed}: ${words}`;
}

const rates = ["learning rate", "learning rates"] as const;

function oneSentence(record: PlottedRun, observable: string): string {
  const points = pointsOf(record, observable);
  const partial = record.partial.filter((one) => one.observable === observable);
  if (record.kind === "evaluation") {
    return `The prediction of ${observable} by ${record.prediction}, against the learning rate.`;
  }
  const lost = points.filter(({ measured }) => measured === null);
  const missing =
    lost.length === 0
      ? ""
      : ` At ${listed(lost.map(({ eta }) => `η = ${shortNumber(eta)}`))} there is no finite mean to draw.`;
  const told = `${missing}${divergedWords([...points, ...partial], "η")}`;
  const isRunning = record.state === "running";
  if (points.length === 0) {
    const verb = isRunning ? "is" : "was";
    const words =
      partial.length === 0
        ? `nothing ${verb} measured${isRunning ? " yet" : ""}.`
        : `no learning rate ${verb} done; what ${verb} measured so far is drawn.`;
    return `${observable}: ${words}${told}`;
  }
  const known = doneWords(points, record.etas.length);
  const done = known === "" ? "" : ` ${known}`;
  const answer = answerOfPoints(points, { noun: rates, soFar: isRunning && done !== "" });
  return `${observable}: ${small(answer)}${done}${told}`;
}

/** How many trials diverged where, as a sentence with a space before it; empty where none did. */
function divergedWords(
  points: readonly (Pick<Measurement, "trials" | "diverged"> & {
    readonly eta: number;
    readonly x?: number;
  })[],
  symbol: string,
): string {
  const some = points.filter(({ diverged }) => diverged > 0);
  if (some.length === 0) {
    return "";
  }
  const places = some
    .slice(0, mostDivergedNamed)
    .map(
      ({ eta, x = eta, trials, diverged }) =>
        `${diverged === trials ? `all ${count(trials)}` : `${count(diverged)} of ${count(trials)}`} at ${symbol} = ${shortNumber(x)}`,
    );
  const others = some.length - places.length;
  const more = others === 0 ? [] : [`some at ${counted(others, "more place")}`];
  return ` Trials diverged: ${listed([...places, ...more])}.`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** A sentence that goes on behind a colon. */
function small(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
