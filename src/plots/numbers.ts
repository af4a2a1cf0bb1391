import { minus, shortNumber } from "../printable/numbers.js";
import { superscript } from "../printable/text.js";
import { measuredText, type NumberWords, textBeside } from "../runs/index.js";

export { minus, shortNumber };

/** A number with its sign: `+0.0082`, `−0.00046`. */
export function signedNumber(value: number | null, digits = 3): string {
  const text = shortNumber(value, digits);
  return value !== null && value > 0 ? `+${text}` : text;
}

/** A whole number with its thousands apart: `200,000`. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A text with numbers such as `-1.340(24)e-18` as books write them: `−1.340(24)·10⁻¹⁸`. */
export function asInBooks(text: string): string {
  return text
    .replace(/(\d(?:\(\d+\))?)e([+-]?\d+)/g, (_, digit, power) => `${digit}·10${superscript(Number(power))}`)
    .replace(/(^|[^\w)])-(?=\d)/g, "$1−");
}

/** As plots and the results page have numbers. */
export const shownNumbers: NumberWords = {
  eta: "η",
  number: (value) => shortNumber(value),
  measured: (value, error, beside) => asInBooks(measuredText(value, error, beside)),
  beside: (value, measured, error) => asInBooks(textBeside(value, measured, error)),
};
