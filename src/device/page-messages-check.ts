import {
  type Check,
  hasFields,
  hasKind,
  isAbsentOr,
  isBoolean,
  isCount,
  isFields,
  isListOf,
  isNumber,
  isNumberOrNull,
  isOneOf,
  isTextUpTo,
} from "../shape/index.js";
import type { FromGpuPage, ToGpuPage } from "./page-messages.js";
import type { DeviceMethod, DeviceRequests, ShaderJob } from "./protocol.js";

/* Checks of what goes between the editor and a page that lends its GPU: any frame may post a message. */

const longestLine = 1000; // characters
const longestCode = 10_000_000; // characters
const longestList = 2 ** 25;
const mostDigits = 4000; // hexadecimal; twice what sums of doubles need
const largestWord = 2 ** 32 - 1;

const isWord: Check = (value) => isCount(value) && value <= largestWord;
const isNull: Check = (value) => value === null;
const isHexadecimal = isTextUpTo(mostDigits);
const isInteger: Check = (value) => isHexadecimal(value) && /^-?[0-9a-f]+$/.test(value);
const isLongListOf = (isItem: Check): Check => isListOf(isItem, longestList);
const isPairOf =
  (isItem: Check): Check =>
  (value) =>
    isListOf(isItem)(value) && (value as readonly unknown[]).length === 2;

const isLine = isTextUpTo(longestLine);

const shader: Readonly<Record<keyof ShaderJob, Check>> = {
  kind: isOneOf("shader"),
  code: isTextUpTo(longestCode),
  table: isLongListOf(isWord),
  state: isCount,
  stored: isCount,
  columns: isCount,
  blocks: isCount,
  descentBlocks: isCount,
  epochs: isCount,
  extraVisits: isCount,
  checked: isCount,
  trainLoss: isBoolean,
  seed: isPairOf(isWord),
};

const answers: Readonly<Record<DeviceMethod, Check>> = {
  open: hasFields({ name: isLine, software: isBoolean, facts: isLongListOf(isPairOf(isLine)) }),
  load: isNull,
  run: hasFields({
    trials: isCount,
    count: isCount,
    sums: isLongListOf(hasFields({ sum: isInteger, squares: isInteger })),
    unsettled: isAbsentOr(
      hasFields({
        trials: isLongListOf(isCount),
        weights: isLongListOf(isLongListOf(isNumber)),
        values: isLongListOf(isLongListOf(isNumber)),
      }),
    ),
    values: isAbsentOr(isLongListOf(isLongListOf(isNumberOrNull))),
    seconds: isNumber,
  }),
};

const isToPage = hasKind<ToGpuPage["type"]>("type", {
  ask: hasFields({
    id: isCount,
    question: hasKind<DeviceMethod>("name", {
      open: hasFields({ parameters: hasFields({ visits: isAbsentOr(isCount) }) }),
      load: hasFields({ parameters: hasFields(shader) }),
      run: hasFields({
        parameters: hasFields({ first: isCount, trials: isCount, values: isAbsentOr(isBoolean) }),
      }),
    }),
  }),
  stop: hasFields({ id: isCount }),
  release: isFields,
});

const isFromPage = hasKind<FromGpuPage["type"]>("type", {
  ready: isFields,
  alive: isFields,
  answer: hasFields({ id: isCount }),
  refusal: hasFields({ id: isCount, message: isLine, lost: isBoolean }),
});

/** A message of the editor's, when it is well formed; `undefined` for anything else. */
export function parseToGpuPage(value: unknown): ToGpuPage | undefined {
  return isToPage(value) ? (value as ToGpuPage) : undefined;
}

/** A message of the page's, when it is well formed; what it answers is for {@link parseGpuAnswer} to judge. */
export function parseFromGpuPage(value: unknown): FromGpuPage | undefined {
  return isFromPage(value) ? (value as FromGpuPage) : undefined;
}

/** The answer to a question of this name, when it is one; `undefined` for anything else. */
export function parseGpuAnswer<Name extends DeviceMethod>(
  name: Name,
  value: unknown,
): DeviceRequests[Name]["answer"] | undefined {
  return answers[name](value) ? (value as DeviceRequests[Name]["answer"]) : undefined;
}
