import { superscript } from "./text.js";

/** A number for reading, with at most so many digits: `0.50251`, `2.5·10⁻⁶`, `not finite`. */
export function shortNumber(value: number | null, digits = 6): string {
  if (value === null || !Number.isFinite(value)) {
    return "not finite";
  }
  if (value === 0) {
    return "0";
  }
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size >= 1e-4 && size < 1e6) {
    return minus(String(rounded));
  }
  const [mantissa, power] = rounded.toExponential().split("e") as [string, string];
  const factor = mantissa === "1" ? "" : `${minus(mantissa)}·`;
  return `${factor}10${superscript(Number(power))}`;
}

/** A number with the sign that books write. */
export function minus(text: string): string {
  return text.replace("-", "−");
}
