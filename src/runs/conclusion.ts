import { counted, countedPart } from "../printable/index.js";
import { worstVerdict } from "./events.js";
import type { VerifyAmendment } from "./messages.js";
import type { RunPoint, RunRecord, Verdict } from "./model.js";
import { remediesOf } from "./remedies.js";
import { measuredText, textBeside } from "./written.js";

/* What a run says to whoever asked: whether the prediction holds, how well, and what to do next. */

/** Sentences; a part that has nothing to say is empty. */
export interface Conclusion {
  /** Whether the prediction holds, or why that is not known. */
  readonly answer: string;
  /** The number that tells most: predicted and measured, and the reason of its verdict. */
  readonly evidence: string;
  readonly next: string;
}

/** What a conclusion is drawn from. */
export type ConcludedRun = Pick<
  RunRecord,
  | "kind"
  | "state"
  | "message"
  | "etas"
  | "observables"
  | "prediction"
  | "trials"
  | "points"
  | "partial"
  | "terms"
> &
  Partial<Pick<RunRecord, "cluster">> & {
    /** Whether something of it is kept that can be gone on with, where that is known. */
    readonly resumable?: boolean | undefined;
  };

/** How numbers are written. */
export interface NumberWords {
  /** What the learning rate is called. */
  readonly eta: string;
  number(value: number | null): string;
  /** A value with its standard error. */
  measured(value: number | null, error: number | null, beside?: number): string;
  /** A value to the digits of one that was measured. */
  beside(value: number | null, measured: number | null, error: number | null): string;
}

/** As terminals and files have them. */
export const plainNumbers: NumberWords = {
  eta: "eta",
  number: (value) =>
    value === null || !Number.isFinite(value) ? "not finite" : String(Number(value.toPrecision(6))),
  measured: measuredText,
  beside: textBeside,
};

/** What a run says. */
export function conclusionOf(run: ConcludedRun, numbers: NumberWords = plainNumbers): Conclusion {
  return run.kind === "evaluation" ? ofEvaluation(run, numbers) : ofVerification(run, numbers);
}

/** All of a conclusion as a text. */
export function conclusionText({ answer, evidence, next }: Conclusion): string {
  return [answer, evidence, next].filter((part) => part !== "").join(" ");
}

function ofEvaluation(run: ConcludedRun, numbers: NumberWords): Conclusion {
  const { state, terms, prediction, observables } = run;
  const ended = endingOf(run);
  if (terms.length === 0) {
    const answer = state === "running" ? "The prediction is being evaluated." : "Nothing is predicted.";
    return {
      answer: sentences(ended, state === "failed" ? "" : answer),
      evidence: "",
      next: nextOfState(run),
    };
  }
  const largest = Math.max(...terms.map(({ eta }) => eta));
  const at = terms.filter(({ eta }) => eta === largest);
  const { observable, terms: diagrams } = at.find((one) => one.observable === observables[0]) ?? at[0]!;
  const total = diagrams.reduce<number | null>(
    (sum, { value }) => (sum === null || value === null ? null : sum + value),
    0,
  );
  const others = at.length - 1;
  // Names are a user's, and stand as they are: none begins with a capital letter for a sentence's sake.
  const answer = `${observable} at ${numbers.eta} = ${numbers.number(largest)} is predicted to be ${numbers.number(total)}, by ${prediction}.`;
  const more = others === 0 ? "" : `${counted(others, "more number is", "more numbers are")} predicted.`;
  const next = state === "done" ? "Verify it to see whether SGD does that." : nextOfState(run);
  return { answer: sentences(ended, answer), evidence: more, next };
}

function ofVerification(run: ConcludedRun, numbers: NumberWords): Conclusion {
  const { state, points, partial } = run;
  const ended = endingOf(run);
  if (points.length === 0) {
    const answer =
      partial.length > 0
        ? "No learning rate is done yet."
        : state === "running"
          ? "Nothing is measured yet."
          : "Nothing was measured.";
    return {
      answer: sentences(ended, answer),
      evidence: partialWords(run, numbers),
      next: nextOfState(run),
    };
  }
  const telling = tellingPoint(points)!;
  return {
    answer: sentences(
      state === "failed" ? ended : "",
      answerOf(run),
      state === "failed" ? "" : ended,
      stoppedWords(run, numbers),
    ),
    evidence: sentences(evidenceOf(telling, numbers), partialWords(run, numbers)),
    next: sentences(nextOfPoints(run, numbers), nextOfState(run)),
  };
}

/** How a run ended that did not come to its end. */
function endingOf(run: ConcludedRun): string {
  const { state, message } = run;
  const why = message === undefined || message === "" ? "" : `: ${withoutStop(message)}`;
  switch (state) {
    case "failed":
      return `The run failed${why}.`;
    case "interrupted":
      return `The run was interrupted${why}.`;
    case "cancelled":
      return `The run was stopped before its end${why}.`;
    case "running":
    case "done":
      return "";
  }
}

function nextOfState({ kind, state, cluster, resumable }: ConcludedRun): string {
  switch (state) {
    case "failed":
      return "Mend what it says, and run it again.";
    case "interrupted":
    case "cancelled":
      return kind === "evaluation" || resumable === false || (cluster !== undefined && state === "cancelled")
        ? "Run it again to have all of it."
        : "Resume it to have the rest.";
    case "running":
    case "done":
      return "";
  }
}

interface AnswerWords {
  readonly noun?: readonly [one: string, several: string];
  /** Whether more points are to come, or more trials. */
  readonly soFar?: boolean;
}

/** What the points of a run are called, so that they can be counted. */
function nounOf({ observables }: ConcludedRun): string {
  return observables.length === 1 ? "learning rate" : "point";
}

function answerOf(run: ConcludedRun): string {
  const { points, etas, observables, state } = run;
  const [noun, all] = [nounOf(run), etas.length * observables.length];
  const count = points.filter(isWhole).length;
  const done = doneWords(points, all, noun);
  const answer = answerOfPoints(points, {
    noun: count > 0 && count < all ? [`${noun} that is done`, `${noun}s that are done`] : [noun, `${noun}s`],
    soFar: state === "running" && count < all,
  });
  return sentences(answer, done);
}

/** Whether a point has all its trials; one at which its run was stopped is not done. */
export function isWhole({ cancelled }: Pick<RunPoint, "cancelled">): boolean {
  return cancelled !== true;
}

/** What stands beside the verdict of a point at which its run was stopped. */
export function stoppedNote({ cancelled }: { readonly cancelled?: true | undefined }): string {
  return cancelled ? " (stopped early)" : "";
}

/** How many of a run's points are done, as one sentence; empty where all are. @param noun what one of them is called. */
export function doneWords(
  points: readonly Pick<RunPoint, "cancelled">[],
  all: number,
  noun = "learning rate",
): string {
  const count = points.filter(isWhole).length;
  if (count >= all) {
    return "";
  }
  if (count === 0) {
    return all === 1 ? `No ${noun} is done.` : `None of ${counted(all, noun)} is done.`;
  }
  return `${countedPart(count, all, noun)} done.`;
}

/** Where a run was stopped, and what its trials there say where the answer is by others. */
function stoppedWords({ points, trials }: ConcludedRun, numbers: NumberWords): string {
  const stopped = points.filter((point) => !isWhole(point));
  const [first] = stopped;
  if (first === undefined) {
    return "";
  }
  const verdict = stopped.length < points.length ? worstVerdict(stopped) : undefined;
  const found = verdict === undefined ? "" : `, by which ${verdictsBySome[verdict]}`;
  return `At ${numbers.eta} = ${numbers.number(first.eta)} it was stopped after ${counted(first.trials, "trial")} of ${counts(trials)}${found}.`;
}

const verdictsBySome: Readonly<Record<Verdict, string>> = {
  agrees: "the prediction holds so far",
  disagrees: "the prediction does not hold there",
  inconclusive: "it is not decided there",
};

/**
 * Whether the prediction holds at some points, as one sentence: at those that are done, and where none is, so far at those
 * that a run was stopped at.
 * @param noun what one of them is called, and several.
 */
export function answerOfPoints(
  points: readonly Pick<RunPoint, "verdict" | "diverged" | "cancelled">[],
  words: AnswerWords = {},
): string {
  const whole = points.filter(isWhole);
  return whole.length > 0 || points.length === 0
    ? answerOfSome(whole, words)
    : answerOfSome(points, { ...words, soFar: true });
}

function answerOfSome(
  points: readonly Pick<RunPoint, "verdict" | "diverged">[],
  { noun = ["point", "points"], soFar = false }: AnswerWords,
): string {
  const numberOf = (verdict: Verdict | null) => points.filter((point) => point.verdict === verdict).length;
  const [agreeing, wrong, open, unpredicted] = [
    numberOf("agrees"),
    numberOf("disagrees"),
    numberOf("inconclusive"),
    numberOf(null),
  ];
  const count = points.length;
  if (count === 0) {
    return "Nothing is measured.";
  }
  if (unpredicted === count) {
    return `Nothing is predicted; ${counted(count, "number is", "numbers are")} measured${soFar ? " so far" : ""}.`;
  }
  const of = counted(count, ...noun);
  const the = soFar ? "So far the" : "The";
  const rest = (parts: readonly (string | false)[]): string => {
    const said = parts.filter((part) => part !== false);
    return said.length === 0 ? "" : `; ${said.join(", and ")}`;
  };
  const undecided = open > 0 && `${counted(open, "is", "are")} undecided`;
  const silent = unpredicted > 0 && `at ${counts(unpredicted)} nothing is predicted`;
  if (wrong > 0) {
    const where = count === 1 ? "" : wrong === count ? ` at any of ${of}` : ` at ${counts(wrong)} of ${of}`;
    const holding = agreeing > 0 && `at ${counts(agreeing)} it does`;
    return `${the} prediction does not hold${where}${rest([holding, undecided, silent])}.`;
  }
  if (agreeing > 0) {
    const all = count === 2 ? `both ${noun[1]}` : `all ${of}`;
    const where = count === 1 ? "" : agreeing === count ? ` at ${all}` : ` at ${counts(agreeing)} of ${of}`;
    return `${the} prediction holds${where}${rest([undecided, silent])}.`;
  }
  const diverging = points.some(({ verdict, diverged }) => verdict === "inconclusive" && diverged > 0);
  const since = diverging ? ", since trials diverge" : "";
  const where = count === 1 ? "" : ` at any of ${of}`;
  return `${soFar ? "So far it" : "It"} is not decided${where} whether the prediction holds${since}${rest([silent])}.`;
}

/** The point that says most: the first that is worst, or of those that agree the one at the largest learning rate. */
export function tellingPoint<Point extends Pick<RunPoint, "verdict" | "eta">>(
  points: readonly Point[],
): Point | undefined {
  const largest = points.reduce<Point | undefined>(
    (best, point) => (best === undefined || point.eta > best.eta ? point : best),
    undefined,
  );
  return (
    points.find(({ verdict }) => verdict === "disagrees") ??
    points.find(({ verdict }) => verdict === "inconclusive") ??
    largest
  );
}

/** What was predicted and measured of a point, how far apart that is where it is too far, and why it stands as it does. */
export function evidenceOf(point: RunPoint, numbers: NumberWords = plainNumbers): string {
  const { observable, eta, predicted, measured, standardError, verdict, reason } = point;
  const where = `${observable} at ${numbers.eta} = ${numbers.number(eta)}`;
  const because = reason === "" ? "" : `: ${withoutStop(reason)}`;
  const order = point.orders?.find((one) => one.order === point.wrongOrder);
  if (verdict === "disagrees" && order !== undefined) {
    const error = Math.hypot(order.standardError ?? 0, order.predictedError ?? 0);
    const apart = apartWords(order.predicted, order.measured, error);
    const far =
      apart === ""
        ? `Order ${order.order} of ${where} is not as predicted`
        : `Order ${order.order} of ${where} is ${apart} from its prediction`;
    return `${far}${because}.`;
  }
  if (measured === null) {
    return verdict === null ? `${where} has no finite mean.` : `${where} has no finite mean${because}.`;
  }
  if (verdict === null) {
    const beside = because === "" ? "" : ` (${withoutStop(reason)})`;
    return `${where} is measured to be ${numbers.measured(measured, standardError)}${beside}.`;
  }
  const error = verdict === "disagrees" ? (standardError ?? 0) : 0;
  return `${where} ${comparedWords(predicted, measured, standardError, error, numbers)}${because}.`;
}

/** @param error of the difference; how many of it they are apart is said where it is more than 0. */
export function comparedWords(
  predicted: number | null,
  measured: number | null,
  standardError: number | null,
  error: number,
  numbers: NumberWords,
): string {
  const expected = numbers.beside(predicted, measured, standardError);
  if (measured === null) {
    return `is predicted to be ${expected} and was not measured`;
  }
  // Where controls take all variance off, an error says how the sums are rounded, which reads as if it were a measurement's.
  const isExact =
    standardError !== null && standardError > 0 && standardError <= roundingOfSums * Math.abs(measured);
  const value = numbers.measured(measured, isExact ? 0 : standardError, predicted ?? 0);
  const found = `is predicted to be ${expected} and measured to be ${value}${isExact ? ", exact but for rounding" : ""}`;
  const apart = apartWords(predicted, measured, error);
  return apart === "" ? found : `${found}, ${apart} apart`;
}

/** Of a sum's size: an error below it is none of trials. */
const roundingOfSums = 1e-14;

/** How many errors of their difference lie between two numbers; empty where there is no such error. */
function apartWords(predicted: number | null, measured: number | null, error: number): string {
  if (predicted === null || measured === null || measured === predicted || !(error > 0)) {
    return "";
  }
  const apart = Math.abs(measured - predicted) / error;
  const text = apart < 1e6 ? String(Number(apart.toPrecision(3))) : "more than a million";
  return `${text} standard ${text === "1" ? "error" : "errors"}`;
}

/** What is measured so far at a learning rate that is not done. */
function partialWords({ partial, trials, state }: ConcludedRun, numbers: NumberWords): string {
  const [first] = partial;
  if (first === undefined) {
    return "";
  }
  const of = trials > first.trials ? ` of ${counts(trials)}` : "";
  const found = `${first.observable} at ${numbers.eta} = ${numbers.number(first.eta)}`;
  const verb = state === "running" ? "is" : "was";
  const words =
    first.measured === null
      ? `${found} has no finite mean`
      : `${found} ${verb} measured to be ${numbers.measured(first.measured, first.standardError)}`;
  const others = partial.length - 1;
  const more = others === 0 ? "" : `, and ${counted(others, "more number", "more numbers")}`;
  return `${words} in ${counts(first.trials)}${of} trials${more}.`;
}

function nextOfPoints({ points, state }: ConcludedRun, numbers: NumberWords): string {
  if (points.every(({ verdict }) => verdict === null)) {
    return state === "done" ? "Add a line such as predict order 2 to compare it with diagrams." : "";
  }
  const wrong = points.filter(({ verdict }) => verdict === "disagrees");
  if (wrong.length > 0) {
    return nextOfWrong(wrong[0]!);
  }
  const open = points.filter(({ verdict }) => verdict === "inconclusive");
  if (open.length === 0) {
    return state === "done" ? "Nothing more needs to be run." : "";
  }
  const means = remediesOf(open).map((remedy) => meansOf(remedy, numbers));
  if (open.some(({ needsPrecision }) => needsPrecision)) {
    means.push("run it in double precision");
  }
  if (open.some(({ diverged, needsPrecision }) => diverged > 0 && !needsPrecision)) {
    means.push(`lower ${numbers.eta} until no trial diverges`);
  }
  const words = means.length === 0 ? "change what the reason names, and run it again" : listed(means);
  return `Next: ${words}.`;
}

function meansOf(remedy: VerifyAmendment, numbers: NumberWords): string {
  switch (remedy.kind) {
    case "trials":
      return `run it with ${counted(remedy.trials, "trial")}`;
    case "eta":
      return `lower ${numbers.eta} = ${numbers.number(remedy.from)} to ${numbers.number(remedy.to)}`;
    case "order":
      return `predict order ${remedy.order}`;
  }
}

/** Chance is ruled out first, where there is any. */
export function nextOfWrong({ standardError, orders }: Pick<RunPoint, "standardError" | "orders">): string {
  const which = orders == null ? "" : " of that order";
  const why =
    orders == null ? "the file lacks one or eta is too large for the prediction" : "the file lacks one";
  const look = `see in its contributions which diagrams${which} add to it, and whether ${why}`;
  return standardError === 0
    ? `Next: ${look}.`
    : `Next: run it with another seed; if it disagrees again, ${look}.`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

function counts(count: number): string {
  return count.toLocaleString("en-US");
}

function withoutStop(words: string): string {
  return words.trim().replace(/\.$/, "");
}
