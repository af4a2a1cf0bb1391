/**
 * The room of shapes: checks of values that come from elsewhere (messages, kept files, settings), put together from
 * small ones. A check is true of what holds it and false of anything else; it never throws.
 */

/** The fields of a value that is neither null nor a list. */
export type Fields = Readonly<Record<string, unknown>>;

export type Check = (value: unknown) => boolean;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Texts of at most so many characters. */
export function isTextUpTo(most: number): (value: unknown) => value is string {
  return (value): value is string => isText(value) && value.length <= most;
}

/** Finite numbers. */
export function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

export function isNumberOrNull(value: unknown): value is number | null {
  return value === null || isNumber(value);
}

/** Whole numbers from 0 that are exact. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

/** One of these values, and nothing that is merely equal to it. */
export function isOneOf<Value>(...values: readonly Value[]): (value: unknown) => value is Value {
  return (value): value is Value => (values as readonly unknown[]).includes(value);
}

/** Lists of such items, of at most so many. */
export function isListOf<Item>(
  isItem: (value: unknown) => value is Item,
  most?: number,
): (value: unknown) => value is readonly Item[];
export function isListOf(isItem: Check, most?: number): Check;
export function isListOf(isItem: Check, most = Number.POSITIVE_INFINITY): Check {
  return (value) =>
    Array.isArray(value) && value.length <= most && value.every((item: unknown) => isItem(item));
}

export function isAbsentOr<Value>(
  check: (value: unknown) => value is Value,
): (value: unknown) => value is Value | undefined;
export function isAbsentOr(check: Check): Check;
export function isAbsentOr(check: Check): Check {
  return (value) => value === undefined || check(value);
}

/** Fields that each pass a check; there may be others. */
export function hasFields(checks: Readonly<Record<string, Check>>): Check {
  return (value) => isFields(value) && Object.entries(checks).every(([name, check]) => check(value[name]));
}

/** Fields of one of several types, each with its checks, that say in `key` of which they are. */
export function hasKind<Kind extends string>(
  key: string,
  kinds: Readonly<Record<Kind, Check>>,
): (value: unknown) => boolean {
  return (value) => {
    if (!isFields(value)) {
      return false;
    }
    const kind = value[key];
    return isText(kind) && Object.hasOwn(kinds, kind) && kinds[kind as Kind](value);
  };
}
