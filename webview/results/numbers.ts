import { minus, shortNumber } from "../../src/plots/numbers.js";
import { writtenValue } from "../../src/runs/index.js";
import { superscript } from "../kit/text.js";

export { count, shortNumber, shownNumbers, signedNumber } from "../../src/plots/numbers.js";

/** A measured value with its standard error in units of the last digits: `0.17221(19)`, `1.340(24)·10⁻¹⁸`. */
export function measuredNumber(value: number | null, error: number | null, digits = 8): string {
  const written = value === null ? undefined : writtenValue(value, error);
  if (written === undefined) {
    return error === null || error === 0
      ? shortNumber(value, digits)
      : `${shortNumber(value, digits)} ± ${shortNumber(error, 2)}`;
  }
  const text = minus(`${written.value}(${written.error})`);
  return written.power === 0 ? text : `${text}·10${superscript(written.power)}`;
}

/** A rate for reading: `57.6 M steps/s`. */
export function rateWords(stepsPerSecond: number): string {
  if (!(stepsPerSecond > 0)) {
    return "—";
  }
  const units = [
    [1e9, " G"],
    [1e6, " M"],
    [1e3, " k"],
  ] as const;
  const [size, name] = units.find(([least]) => stepsPerSecond >= least) ?? ([1, ""] as const);
  return `${Number((stepsPerSecond / size).toPrecision(3))}${name} steps/s`;
}

/** A stretch of time: `12 s`, `3 min 20 s`, `2 h 5 min`, `1,200 d 3 h`. */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) {
    return `${whole} s`;
  }
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  }
  if (whole < 86_400) {
    return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  }
  return `${Math.floor(whole / 86_400).toLocaleString("en-US")} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

const dateFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const secondFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** A date and time, as the reader's machine writes them. */
export function timeWords(milliseconds: number): string {
  return dateFormat.format(new Date(milliseconds));
}

/** Runs that are offered beside each other, each by its title and time: to the second where two would else be alike. */
export function apartWords(runs: readonly { readonly title: string; readonly started: number }[]): string[] {
  const words = runs.map(({ title, started }) => `${title}, ${timeWords(started)}`);
  return words.map((one, index) =>
    words.indexOf(one) === words.lastIndexOf(one)
      ? one
      : `${runs[index]!.title}, ${secondFormat.format(new Date(runs[index]!.started))}`,
  );
}
