import { superscript } from "../printable/text.js";
import { elementsOf, type Picture } from "./elements.js";
import { minus } from "./numbers.js";

/* The numbers of an axis are written in one style, which is known only when all of them are: until then each is written in full behind a mark. */

const mark = "\uE000";
const fewestDigits = 4;
const mostDigits = 15;
/** Sizes of numbers that need no powers of ten. */
const smallest = 1e-4;
const largest = 1e6;

/** A number of an axis until the others are known. */
export function rawTick(value: number): string {
  return `${mark}${value}`;
}

/**
 * The numbers of an axis in one style: all of them with powers of ten or none, and to as many decimals where they are evenly spaced.
 * They have four digits, and more where some would else be the same.
 */
export function axisWords(values: readonly number[]): string[] {
  const distinct = new Set(values).size;
  for (let digits = fewestDigits; ; digits++) {
    const words = wordsWith(values, digits);
    if (digits === mostDigits || new Set(words).size === distinct) {
      return words;
    }
  }
}

function wordsWith(values: readonly number[], digits: number): string[] {
  const rounded = values.map((value) => Number(value.toPrecision(digits)));
  const sizes = rounded.filter((value) => value !== 0).map(Math.abs);
  const isPlain = sizes.every((size) => size >= smallest && size < largest);
  if (isPlain) {
    return isEven(values) ? alike(rounded, 0) : rounded.map((value) => minus(String(value)));
  }
  if (isEven(values)) {
    return alike(rounded, powerOf(Math.max(...sizes)));
  }
  const parts = rounded.map((value) => {
    const [mantissa, power] = value.toExponential().split("e") as [string, string];
    return { value, mantissa, power: `10${superscript(Number(power))}` };
  });
  const isPure = parts.every(({ value, mantissa }) => value === 0 || mantissa === "1");
  return parts.map(({ value, mantissa, power }) =>
    value === 0 ? "0" : isPure ? power : `${minus(mantissa)}·${power}`,
  );
}

/** Numbers in units of one power of ten, with as many decimals; 0 is only that. */
function alike(values: readonly number[], power: number): string[] {
  const behind = power === 0 ? "" : `·10${superscript(power)}`;
  const plain = values.map((value) => {
    const [mantissa, own] = value.toExponential().split("e") as [string, string];
    return value === 0 ? "0" : plainDecimals(Number(`${mantissa}e${Number(own) - power}`));
  });
  const decimals = Math.max(0, ...plain.map((text) => text.split(".")[1]?.length ?? 0));
  return plain.map((text) => (text === "0" ? "0" : `${minus(Number(text).toFixed(decimals))}${behind}`));
}

/** Without a power of ten, however small. */
function plainDecimals(value: number): string {
  const text = String(Number(value.toPrecision(12)));
  return text.includes("e") ? Number(text).toFixed(15).replace(/0+$/, "") : text;
}

/** Whether numbers go on by one step, as those of a linear axis. */
function isEven(values: readonly number[]): boolean {
  const step = (values[1] ?? 0) - (values[0] ?? 0);
  return (
    values.length > 2 &&
    values.slice(1).every((value, at) => Math.abs(value - values[at]! - step) <= 1e-6 * Math.abs(step))
  );
}

function powerOf(size: number): number {
  return Number(size.toExponential().split("e")[1]);
}

/** Writes the numbers of both axes of a picture, each axis in its style. */
export function writeTicks(picture: Picture): void {
  for (const axis of ["x", "y"]) {
    const texts = elementsOf(picture)
      .filter((part) => part.getAttribute("aria-label") === `${axis}-axis tick label`)
      .flatMap((part) => [...part.getElementsByTagName("text")])
      .filter((text) => text.textContent?.startsWith(mark));
    const words = axisWords(texts.map(({ textContent }) => Number(textContent!.slice(mark.length))));
    texts.forEach((text, place) => {
      text.textContent = words[place]!;
    });
  }
}
