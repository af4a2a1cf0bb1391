import { asSentence } from "../../printable/index.js";
import {
  errorsWith,
  errorsWord,
  measuredText,
  nextOfWrong,
  type RunPoint,
  type RunRecord,
  stoppedNote,
  textBeside,
  threeErrors,
} from "../../runs/index.js";

const longestNote = 60; // characters
const spareTrials = 6 / 5;

/** Whether a point is judged order by order. */
export function hasOrders(point: RunPoint): point is RunPoint & { orders: NonNullable<RunPoint["orders"]> } {
  return point.orders != null && point.orders.length > 0;
}

/** What was expected and what was measured, with the same number of decimals, to be shown side by side. */
export function comparison(point: RunPoint): { readonly expected: string; readonly actual: string } {
  const { predicted, measured, standardError } = point;
  if (hasOrders(point)) {
    return ordersCompared(point, point.orders);
  }
  const exact = bandOf(point);
  const band = exact === null ? null : Number(exact.toPrecision(3));
  const decimals = decimalsOf([standardError, band]);
  const diverged = divergedNote(point);
  const errors = `${errorsWord(countOf(point), threeErrors)}s + τ`;
  const parts = point.roundingFloor === undefined ? errors : `${errors} + rounding`;
  return {
    expected: `${written(predicted, decimals)} ± ${written(band, decimals)} (${parts})`,
    actual: `${written(measured, decimals)} ± ${written(standardError, decimals)} (s)${diverged && `\n${diverged}`}`,
  };
}

/** The orders of a prediction and what was measured of each, a line an order. */
function ordersCompared(
  point: RunPoint,
  orders: NonNullable<RunPoint["orders"]>,
): ReturnType<typeof comparison> {
  const lines = orders.map(({ order, predicted, measured, standardError }) => {
    const found = measured === null ? "not measured" : measuredText(measured, standardError, predicted ?? 0);
    return [
      `order ${order}: ${textBeside(predicted, measured, standardError)}`,
      `order ${order}: ${found}`,
    ] as const;
  });
  const diverged = divergedNote(point);
  return {
    expected: lines.map(([line]) => line).join("\n"),
    actual: [...lines.map(([, line]) => line), ...(diverged === "" ? [] : [diverged])].join("\n"),
  };
}

/**
 * Why a point disagrees, in sentences, one a line: what was predicted and measured and how far apart they are, how that was
 * judged, what was simulated, and what to do next.
 */
export function failureText(point: RunPoint, record: Pick<RunRecord, "seed" | "backend">): string {
  const { observable, eta, reason, trials, backend = record.backend } = point;
  const diverged = divergedNote(point);
  const simulated = `${backend} simulated ${counted(trials)} trials with seed ${record.seed}${diverged && `, of which ${counted(point.diverged)} diverged`}.`;
  const where = `${observable} at eta = ${eta}`;
  if (!hasOrders(point)) {
    const { predicted, measured, standardError } = point;
    const numbers = numbersInWords(predicted, measured, standardError, standardError ?? 0);
    return [`${where} ${numbers}.`, asSentence(reason), simulated, nextOfWrong(point)].join("\n");
  }
  const orders = point.orders.map(({ order, predicted, predictedError = 0, measured, standardError }) => {
    const error = Math.hypot(standardError ?? 0, predictedError);
    return `Order ${order} ${numbersInWords(predicted, measured, standardError, error)}.`;
  });
  return [`${where} is not as predicted: ${reason}.`, ...orders, simulated, nextOfWrong(point)].join("\n");
}

/** A number's prediction and measurement, and by how many errors of their difference they differ: what is said of it. */
function numbersInWords(
  predicted: number | null,
  measured: number | null,
  standardError: number | null,
  error: number,
): string {
  const expected = textBeside(predicted, measured, standardError);
  if (measured === null) {
    return `is predicted to be ${expected} and was not measured`;
  }
  const found = `is predicted to be ${expected} and measured to be ${measuredText(measured, standardError, predicted ?? 0)}`;
  if (predicted === null || measured === predicted) {
    return found;
  }
  const difference = Math.abs(measured - predicted);
  return error > 0
    ? `${found}, ${errorsApart(difference / error)} apart`
    : `${found}, ${Number(difference.toPrecision(3))} apart`;
}

function errorsApart(errors: number): string {
  const text = errors < 1e6 ? String(Number(errors.toPrecision(3))) : errors.toExponential(1);
  return `${text} ${text === "1" ? "standard error" : "standard errors"}`;
}

/** A point in one line, for the output of a run. */
export function outputLine(point: RunPoint): string {
  const { observable, eta, verdict, reason, trials } = point;
  const { expected, actual } = comparison(point);
  const diverged = divergedNote(point);
  if (verdict === null) {
    return `${observable} at eta = ${eta}: measured ${actual.split("\n")[0]} in ${counted(trials)} trials${stoppedNote(point)}${diverged && `, ${diverged}`}`;
  }
  const numbers =
    point.orders == null
      ? `predicted ${expected}, measured ${actual.split("\n")[0]} in ${counted(trials)} trials`
      : `${expected.replaceAll("\n", ", ")}; measured ${actual.split("\n").slice(0, point.orders.length).join(", ")} in ${counted(trials)} trials`;
  return `${observable} at eta = ${eta}: ${verdict}${stoppedNote(point)}: ${reason}; ${numbers}${diverged && `, ${diverged}`}`;
}

/** What stands beside an inconclusive test. */
export function inconclusiveNote(points: readonly RunPoint[]): string {
  const telling = points.filter(({ verdict }) => verdict === "inconclusive");
  if (telling.some(({ needsPrecision }) => needsPrecision)) {
    return "inconclusive: single precision decides here";
  }
  const trials = trialsToDecide(telling);
  if (trials !== undefined) {
    return `inconclusive: about ${counted(trials)} trials would decide`;
  }
  const [eta] = telling.flatMap(({ etaToDecide }) => etaToDecide ?? []).sort((one, other) => one - other);
  if (eta !== undefined) {
    return `inconclusive: eta = ${eta} would be low enough`;
  }
  const orders = telling.flatMap(({ orderToDecide }) => orderToDecide ?? []);
  if (orders.length > 0) {
    return `inconclusive: predict order ${Math.max(...orders)}`;
  }
  const note = `inconclusive: ${telling[0]?.reason ?? ""}`;
  return note.length <= longestNote ? note : `${note.slice(0, longestNote - 1).trimEnd()}…`;
}

/** The trials that would decide all of these points that any number of trials decides; `undefined` for none. */
export function trialsToDecide(
  points: readonly Pick<RunPoint, "verdict" | "trialsToDecide">[],
): number | undefined {
  const counts = points.flatMap((point) =>
    point.verdict === "inconclusive" && point.trialsToDecide !== undefined ? [point.trialsToDecide] : [],
  );
  return counts.length === 0 ? undefined : Math.max(...counts);
}

/** A fifth more than the largest of these numbers of trials, rounded up to two digits. */
export function enoughTrials(counts: readonly number[]): number {
  const trials = Math.ceil(Math.max(...counts) * spareTrials);
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(trials)) - 1);
  return Math.ceil(trials / unit) * unit;
}

/** How long the trials of a learning rate took, in milliseconds; `undefined` when that is not known. */
export function durationOf(
  points: readonly Pick<RunPoint, "steps" | "stepsPerSecond">[],
): number | undefined {
  const durations = points.flatMap(({ steps, stepsPerSecond }) =>
    stepsPerSecond > 0 ? [(1000 * steps) / stepsPerSecond] : [],
  );
  return durations.length === 0 ? undefined : Math.max(...durations);
}

/** `3s + τ`, with more errors for few trials, and what single precision may add; null when it is not finite. */
function bandOf(point: RunPoint): number | null {
  const { standardError, truncation, roundingFloor = 0 } = point;
  if (standardError === null || truncation === null) {
    return null;
  }
  const band = errorsWith(countOf(point), threeErrors) * standardError + truncation + roundingFloor;
  return Number.isFinite(band) ? band : null;
}

/** Trials that are in the mean. */
function countOf({ trials, diverged }: Pick<RunPoint, "trials" | "diverged">): number {
  return trials - diverged;
}

function divergedNote({ diverged, trials }: RunPoint): string {
  return diverged === 0 ? "" : `${counted(diverged)} of ${counted(trials)} trials diverged`;
}

/** Decimals that show three digits of the least of some errors; `undefined` where that would be too many. */
function decimalsOf(errors: readonly (number | null)[]): number | undefined {
  const sizes = errors.filter((error) => error !== null && error > 0) as number[];
  if (sizes.length === 0) {
    return undefined;
  }
  const decimals = 2 - Math.floor(Math.log10(Math.min(...sizes)));
  return decimals > 12 ? undefined : Math.max(0, decimals);
}

function written(value: number | null, decimals: number | undefined): string {
  if (value === null) {
    return "not finite";
  }
  if (decimals === undefined || Math.abs(value) >= 1e15) {
    return String(Number(value.toPrecision(10)));
  }
  const text = value.toFixed(decimals);
  // A prediction far below the error is small, but it is not 0.
  return value !== 0 && Number(text) === 0 ? String(Number(value.toPrecision(3))) : text;
}

function counted(count: number): string {
  return count < 1e15 ? count.toLocaleString("en-US") : count.toExponential(1);
}
