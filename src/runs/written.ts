import { roundedText } from "../printable/index.js";

/** A measured value to the second digit of its error: `value(error)·10^power`, such as `0.17221(19)`. */
export interface WrittenValue {
  readonly value: string;
  /** In units of the value's last digits, or `230` where these are before the point. */
  readonly error: string;
  /** 0 for numbers that need no powers of ten. */
  readonly power: number;
}

/** Numbers below it are written with powers of ten, and those from the largest on. */
const smallest = 1e-4;
const largest = 1e7;
const mostDigits = 12;
const mostWithoutError = 8; // digits
const mostOfDouble = 15; // digits that any double has

/**
 * A value as precise as its error makes it; `undefined` where there is no error to say that, or one so small that it would
 * take too many digits.
 * @param beside a value that is written with the same power of ten.
 */
export function writtenValue(value: number, error: number | null, beside = 0): WrittenValue | undefined {
  if (error === null || !(error > 0) || !Number.isFinite(error) || !Number.isFinite(value)) {
    return undefined;
  }
  // An error of 0.0999 is one of 0.10.
  const last = powerOf(error, 2) - 1;
  const size = Math.max(Math.abs(value), Math.abs(beside), error);
  const digits = powerOf(size) - last + 1;
  if (digits > mostDigits) {
    return undefined;
  }
  const power = size >= smallest && size < largest ? 0 : powerOf(size, digits);
  const decimals = Math.max(0, power - last);
  return { value: shifted(value, power, decimals), error: digitsOf(error, decimals - power), power };
}

/** A value with its error in one short text: `0.17221(19)`, `1.340(24)e-18`, `0.5 ± 1e-16`, or the value where it has no error. */
export function measuredText(value: number | null, error: number | null, beside = 0): string {
  if (value === null || !Number.isFinite(value)) {
    return "not finite";
  }
  const written = writtenValue(value, error, beside);
  if (written !== undefined) {
    return `${written.value}(${written.error})${powerText(written)}`;
  }
  const text = roundedText(value, digitsWithin(error));
  return error === 0 ? text : `${text} ± ${error === null ? "?" : Number(error.toPrecision(2))}`;
}

/** How many embeddings a diagram has; of a difference in the first descent, and less those in the other. */
export function embeddingsText<Count extends number | null>(
  { embeddings, minusEmbeddings }: { readonly embeddings: Count; readonly minusEmbeddings?: Count },
  write: (count: Count) => string,
): string {
  return [embeddings, ...(minusEmbeddings === undefined ? [] : [minusEmbeddings])]
    .map((count) => write(count))
    .join(" - ");
}

/** A value to the digits, and with the power of ten, of one that was measured. */
export function textBeside(value: number | null, measured: number | null, error: number | null): string {
  if (value === null || !Number.isFinite(value)) {
    return "not finite";
  }
  const written = writtenValue(value, error, measured ?? 0);
  // What is far below the error is small, but it is not 0.
  return written === undefined || (value !== 0 && Number(written.value) === 0)
    ? roundedText(value, written === undefined ? digitsWithin(error) : mostWithoutError)
    : `${written.value}${powerText(written)}`;
}

/** How many digits a value has whose error is written apart: beside one that is tiny, all that are known. */
function digitsWithin(error: number | null): number {
  return error !== null && error > 0 && Number.isFinite(error) ? mostOfDouble : mostWithoutError;
}

/**
 * How many digits a value needs for it to be rounded by no more than half of an error that it is compared within.
 * @param least what it has anyway.
 */
export function digitsBeside(value: number, error: number | null, least: number): number {
  if (error === null || !(error > 0) || !Number.isFinite(value)) {
    return least;
  }
  let digits = least;
  while (digits < mostOfDouble && Math.abs(Number(value.toPrecision(digits)) - value) > error / 2) {
    digits++;
  }
  return digits;
}

function powerText({ power }: WrittenValue): string {
  return power === 0 ? "" : `e${power}`;
}

/** A value in units of a power of ten. */
function shifted(value: number, power: number, decimals: number): string {
  const text = power === 0 ? value.toFixed(decimals) : moved(value, power, decimals);
  return text.replace(/^-(?=[0.]*$)/, "");
}

/** Without dividing, which rounds once more and for which some powers of ten are no doubles. */
function moved(value: number, power: number, decimals: number): string {
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  return Number(`${mantissa}e${Number(exponent) - power}`).toFixed(decimals);
}

/** An error in units of the last of so many decimals. */
function digitsOf(error: number, decimals: number): string {
  const [mantissa, exponent] = error.toExponential().split("e") as [string, string];
  return Number(`${mantissa}e${Number(exponent) + decimals}`).toFixed(0);
}

/** The power of ten of a number's first digit, when it is rounded to so many. */
function powerOf(value: number, digits?: number): number {
  return Number(value.toExponential(digits === undefined ? undefined : digits - 1).split("e")[1]);
}
