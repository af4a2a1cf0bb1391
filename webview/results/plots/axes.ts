import * as Plot from "@observablehq/plot";
import { shortNumber } from "../numbers.js";
import type { Palette } from "./palette.js";

const room = 1.5; // times the essential values' span, for what is welcome beyond them
const edge = 0.06; // of the span, free above and below
const tickWidth = 46; // px

/** Left of the frame, where an axis of values stands; in px. */
export const marginOfValues = 72;

/** How an axis writes its numbers. */
export function tickWords(value: number): string {
  return shortNumber(value, 4);
}

export interface ValueRange {
  /** Values that have to be seen. */
  readonly essential: readonly number[];
  /** Values that are to be seen unless they would crowd the others. */
  readonly welcome: readonly number[];
}

/** From where to where an axis of values goes. */
export function valueDomain({ essential, welcome }: ValueRange): [low: number, high: number] {
  const values = essential.length > 0 ? essential : welcome;
  if (values.length === 0) {
    return [0, 1];
  }
  let low = Math.min(...values);
  let high = Math.max(...values);
  const most = room * (high - low);
  if (most > 0) {
    low = Math.max(low - most, Math.min(low, ...welcome));
    high = Math.min(high + most, Math.max(high, ...welcome));
  }
  const span = high - low || Math.abs(high) || 1;
  return [low - edge * span, high + edge * span];
}

/** The axis of learning rates with its grid: at the rates of the run where they fit, else at round numbers. */
export function learningRateAxis(options: {
  readonly data: readonly number[];
  readonly etas: readonly number[];
  readonly isLogarithmic: boolean;
  readonly width: number;
  readonly palette: Palette;
}): Plot.Markish {
  const { data, etas, isLogarithmic, width, palette } = options;
  const own = [...new Set(data)].sort((one, other) => one - other);
  const [least, most] = [Math.min(...etas), Math.max(...etas)];
  const share = (eta: number): number =>
    isLogarithmic ? Math.log(eta / least) / Math.log(most / least) : (eta - least) / (most - least);
  const isRoomy = own.every(
    (eta, index) => index === 0 || (share(eta) - share(own[index - 1]!)) * (width - 96) > tickWidth,
  );
  const ticks = own.length >= 2 && isRoomy ? { ticks: own } : {};
  return [
    Plot.gridX({ ...ticks, stroke: palette.faint, strokeOpacity: 0.25 }),
    Plot.axisX({
      ...ticks,
      label: isLogarithmic ? "learning rate η (logarithmic)" : "learning rate η",
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 36,
      tickFormat: tickWords,
      color: palette.ink,
    }),
  ];
}

/** The axis of values with its grid. */
export function valueAxis(label: string, palette: Palette, ticks = 6): Plot.Markish {
  return [
    Plot.gridY({ ticks, stroke: palette.faint, strokeOpacity: 0.25 }),
    Plot.axisY({ ticks, label: null, tickFormat: tickWords, color: palette.ink }),
    // Above the frame, below the legend.
    Plot.text([label], {
      text: (words: string) => words,
      frameAnchor: "top-left",
      textAnchor: "start",
      dx: -marginOfValues + 8,
      dy: -15,
      fill: palette.ink,
      className: "y-axis label",
    }),
  ];
}
