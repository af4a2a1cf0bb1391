import {
  engineFields,
  isCurves,
  isEndState,
  isHeader,
  isId,
  isMeasurement,
  isPoint,
  isProgress,
  isRecord,
  isSummary,
  isTerms,
  type ResultsPageState,
  type RunEvent,
  type ToResultsPage,
} from "../../src/runs/index.js";
import {
  type Check,
  hasFields,
  hasKind,
  isAbsentOr,
  isBoolean,
  isFields,
  isListOf,
  isNumber,
  isOneOf,
  isText,
} from "../../src/shape/index.js";

/* Checks of what comes into the page: any frame may post a message, and a state may be an older version's. */

const isEvent = hasKind<RunEvent["type"]>("type", {
  started: hasFields({ header: isHeader }),
  predicted: hasFields({
    curves: isListOf(isCurves),
    terms: isListOf(isTerms),
    notes: isAbsentOr(isListOf(isText)),
  }),
  engine: hasFields({ backend: isText, ...engineFields }),
  progress: hasFields({ progress: isProgress, partial: isListOf(isMeasurement) }),
  kept: hasFields({ kept: isListOf(isMeasurement) }),
  point: hasFields({ point: isPoint }),
  ended: hasFields({ state: isEndState, message: isAbsentOr(isText), finished: isNumber }),
});

const isMessage = hasKind<ToResultsPage["type"]>("type", {
  runs: hasFields({ runs: isListOf(isSummary) }),
  record: hasFields({ record: isRecord }),
  missing: hasFields({ id: isId, message: isText }),
  event: hasFields({ id: isId, event: isEvent }),
  show: hasFields({ id: isId }),
  command: hasFields({ command: isOneOf("export", "compare") }),
  notice: hasFields({ message: isText, failed: isBoolean }),
});

/** A message of the editor's, when it is well formed; `undefined` for anything else. */
export function parseToResultsPage(value: unknown): ToResultsPage | undefined {
  return isMessage(value) ? (value as ToResultsPage) : undefined;
}

/** What can be used of a kept state. */
export function parseState(value: unknown): ResultsPageState {
  if (!isFields(value)) {
    return {};
  }
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
