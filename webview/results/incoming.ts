import { isId, type ResultsPageState, type RunEvent, type ToResultsPage } from "../../src/results/index.js";

/* Checks of what comes into the page: any frame may post a message, and a state may be an older version's. */

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isNumberOrNull: Check = (value) => value === null || isNumber(value);
const isBoolean: Check = (value) => typeof value === "boolean";
const isTrue: Check = (value) => value === true;
const isListOf =
  (isItem: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(isItem);
const isOneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value);
const isAbsentOr =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const hasFields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isFields(value) && Object.entries(checks).every(([name, check]) => check(value[name]));
const isBoth =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.every((check) => check(value));

const isKind = isOneOf("evaluation", "verification");
const isVerdict = isOneOf("agrees", "disagrees", "inconclusive");
const isEndState = isOneOf("done", "cancelled", "failed", "interrupted");
const isState: Check = (value) => value === "running" || isEndState(value);

const isHeader = hasFields({
  id: isId,
  kind: isKind,
  title: isText,
  uri: isText,
  file: isText,
  textHash: isText,
  started: isNumber,
  landscape: isText,
  spacetime: isText,
  prediction: isText,
  sum: isText,
  order: isNumber,
  observables: isListOf(isText),
  etas: isListOf(isNumber),
  trials: isNumber,
  seed: isNumber,
  backend: isText,
  version: isText,
});

const isMeasurement = hasFields({
  eta: isNumber,
  observable: isText,
  measured: isNumberOrNull,
  standardError: isNumberOrNull,
  trials: isNumber,
  diverged: isNumber,
});

const isPoint = isBoth(
  isMeasurement,
  hasFields({
    predicted: isNumberOrNull,
    truncation: isNumberOrNull,
    verdict: isVerdict,
    reason: isText,
    trialsToDecide: isAbsentOr(isNumber),
    roundingFloor: isAbsentOr(isNumber),
    needsPrecision: isAbsentOr(isTrue),
    backend: isAbsentOr(isText),
    steps: isNumber,
    stepsPerSecond: isNumber,
  }),
);

const isProgress = hasFields({
  eta: isNumber,
  trials: isNumber,
  totalTrials: isNumber,
  stepsPerSecond: isNumber,
  secondsLeft: isNumberOrNull,
});

const isTerms = hasFields({
  eta: isNumber,
  observable: isText,
  terms: isListOf(
    hasFields({
      diagram: isText,
      name: isAbsentOr(isText),
      edges: isNumber,
      automorphisms: isNumber,
      embeddings: isNumber,
      value: isNumberOrNull,
    }),
  ),
});

const isCurves = hasFields({
  observable: isText,
  etas: isListOf(isNumber),
  orders: isListOf(isListOf(isNumberOrNull)),
  truncation: isListOf(isNumberOrNull),
});

const engine = { device: isText, why: isText, fallback: isAbsentOr(isTrue) };

const isRecordValue = isBoth(
  isHeader,
  hasFields({
    state: isState,
    message: isAbsentOr(isText),
    engine: isAbsentOr(hasFields(engine)),
    finished: isAbsentOr(isNumber),
    points: isListOf(isPoint),
    partial: isListOf(isMeasurement),
    progress: isAbsentOr(isProgress),
    terms: isListOf(isTerms),
    curves: isListOf(isCurves),
  }),
);

const isSummary = hasFields({
  id: isId,
  kind: isKind,
  title: isText,
  uri: isText,
  file: isText,
  started: isNumber,
  state: isState,
  backend: isAbsentOr(isText),
  verdict: isAbsentOr(isVerdict),
  changed: isBoolean,
  resumable: isBoolean,
});

const events: Readonly<Record<RunEvent["type"], Check>> = {
  started: hasFields({ header: isHeader }),
  predicted: hasFields({ curves: isListOf(isCurves), terms: isListOf(isTerms) }),
  engine: hasFields({ backend: isText, ...engine }),
  progress: hasFields({ progress: isProgress, partial: isListOf(isMeasurement) }),
  point: hasFields({ point: isPoint }),
  ended: hasFields({ state: isEndState, message: isAbsentOr(isText), finished: isNumber }),
};

const isEvent: Check = (value) =>
  isFields(value) &&
  Object.hasOwn(events, String(value.type)) &&
  events[value.type as RunEvent["type"]](value);

const messages: Readonly<Record<ToResultsPage["type"], Check>> = {
  runs: hasFields({ runs: isListOf(isSummary) }),
  record: hasFields({ record: isRecordValue }),
  missing: hasFields({ id: isId, message: isText }),
  event: hasFields({ id: isId, event: isEvent }),
  show: hasFields({ id: isId }),
  command: hasFields({ command: isOneOf("export", "compare") }),
  notice: hasFields({ message: isText, failed: isBoolean }),
};

/** A message of the editor's, when it is well formed; `undefined` for anything else. */
export function parseToResultsPage(value: unknown): ToResultsPage | undefined {
  if (!isFields(value) || !Object.hasOwn(messages, String(value.type))) return undefined;
  const message = value as unknown as ToResultsPage;
  return messages[message.type](message) ? message : undefined;
}

/** What can be used of a kept state. */
export function parseState(value: unknown): ResultsPageState {
  if (!isFields(value)) return {};
  const checks: Readonly<Record<keyof ResultsPageState, Check>> = {
    id: isId,
    compare: isId,
    observable: isText,
    eta: isNumber,
    logarithmic: isBoolean,
    scroll: isNumber,
  };
  const sound = Object.entries(checks).filter(([name, check]) => check(value[name]));
  return Object.fromEntries(sound.map(([name]) => [name, value[name]])) as ResultsPageState;
}
