import type { FromGpuPage, ToGpuPage } from "./page-messages.js";
import type { DeviceMethod, DeviceRequests, ShaderJob } from "./protocol.js";

/* Checks of what goes between the editor and a page that lends its GPU: any frame may post a message. */

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const longestLine = 1000; // characters
const longestCode = 10_000_000; // characters
const longestList = 2 ** 25;
const mostDigits = 4000; // hexadecimal; twice what sums of doubles need
const largestWord = 2 ** 32 - 1;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isWord: Check = (value) => isCount(value) && (value as number) <= largestWord;
const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isNumberOrNull: Check = (value) => value === null || isNumber(value);
const isBoolean: Check = (value) => typeof value === "boolean";
const isNull: Check = (value) => value === null;
const isText =
  (most: number): Check =>
  (value) =>
    typeof value === "string" && value.length <= most;
const isInteger: Check = (value) => isText(mostDigits)(value) && /^-?[0-9a-f]+$/.test(value as string);
const isListOf =
  (isItem: Check, length?: number): Check =>
  (value) =>
    Array.isArray(value) &&
    (length === undefined ? value.length <= longestList : value.length === length) &&
    value.every(isItem);
const isAbsentOr =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const hasFields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isFields(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

const isLine = isText(longestLine);

const shader: Readonly<Record<keyof ShaderJob, Check>> = {
  kind: (value) => value === "shader",
  code: isText(longestCode),
  table: isListOf(isWord),
  state: isCount,
  stored: isCount,
  columns: isCount,
  blocks: isCount,
  descentBlocks: isCount,
  epochs: isCount,
  extraVisits: isCount,
  trainLoss: isBoolean,
  seed: isListOf(isWord, 2),
};

const questions: Readonly<Record<DeviceMethod, Check>> = {
  open: hasFields({ visits: isAbsentOr(isCount) }),
  load: hasFields(shader),
  run: hasFields({ first: isCount, trials: isCount, values: isAbsentOr(isBoolean) }),
};

const answers: Readonly<Record<DeviceMethod, Check>> = {
  open: hasFields({ name: isLine, software: isBoolean, facts: isListOf(isListOf(isLine, 2)) }),
  load: isNull,
  run: hasFields({
    trials: isCount,
    count: isCount,
    sums: isListOf(hasFields({ sum: isInteger, squares: isInteger })),
    values: isAbsentOr(isListOf(isListOf(isNumberOrNull))),
    seconds: isNumber,
  }),
};

const toPage: Readonly<Record<ToGpuPage["type"], Check>> = {
  ask: hasFields({
    id: isCount,
    question: (value) =>
      isFields(value) &&
      Object.hasOwn(questions, String(value.name)) &&
      questions[value.name as DeviceMethod](value.parameters),
  }),
  stop: hasFields({ id: isCount }),
  release: isFields,
};

const fromPage: Readonly<Record<FromGpuPage["type"], Check>> = {
  ready: isFields,
  alive: isFields,
  answer: hasFields({ id: isCount }),
  refusal: hasFields({ id: isCount, message: isLine, lost: isBoolean }),
};

/** A message of the editor's, when it is well formed; `undefined` for anything else. */
export function parseToGpuPage(value: unknown): ToGpuPage | undefined {
  if (!isFields(value) || !Object.hasOwn(toPage, String(value.type))) return undefined;
  const message = value as unknown as ToGpuPage;
  return toPage[message.type](message) ? message : undefined;
}

/** A message of the page's, when it is well formed; what it answers is for {@link parseGpuAnswer} to judge. */
export function parseFromGpuPage(value: unknown): FromGpuPage | undefined {
  if (!isFields(value) || !Object.hasOwn(fromPage, String(value.type))) return undefined;
  const message = value as unknown as FromGpuPage;
  return fromPage[message.type](message) ? message : undefined;
}

/** The answer to a question of this name, when it is one; `undefined` for anything else. */
export function parseGpuAnswer<Name extends DeviceMethod>(
  name: Name,
  value: unknown,
): DeviceRequests[Name]["answer"] | undefined {
  return answers[name](value) ? (value as DeviceRequests[Name]["answer"]) : undefined;
}
