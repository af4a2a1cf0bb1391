import * as Plot from "@observablehq/plot";
import { drawnPx, letterPx, type PlotLook } from "./look.js";
import { shortNumber } from "./numbers.js";

const room = 1.5; // times the essential values' span, for what is welcome beyond them
const edge = 0.06; // of the span, free above and below
const tickGap = 0.9; // times the font's size, between two numbers of an axis at least
const tickLength = 9; // px, with the space before the number

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

/** Below the frame, where an axis and its label stand, in px. */
export function bottomOf(look: PlotLook): number {
  return letterPx(44, look);
}

/** A label of the axis below, in the middle. */
export function labelBelow(label: string, look: PlotLook) {
  return { label, labelAnchor: "center", labelArrow: "none", labelOffset: letterPx(36, look) } as const;
}

/** The lines of a grid. */
export function gridLook({ palette }: PlotLook) {
  return { stroke: palette.faint, strokeOpacity: 0.25 };
}

/** The axis below with its grid: numbers stand at those of the run where they fit, else at round ones. */
export function axisBelow(options: {
  readonly label: string;
  /** Those of the run. */
  readonly data: readonly number[];
  /** From where to where it goes. */
  readonly ends: readonly [number, number];
  readonly isLogarithmic: boolean;
  readonly look: PlotLook;
}): Plot.Markish {
  const { label, data, ends, isLogarithmic, look } = options;
  const { width, palette, sizes, textWidth } = look;
  const [least, most] = ends;
  const own = [...new Set(data)].sort((one, other) => one - other);
  const share = (x: number): number =>
    isLogarithmic ? Math.log(x / least) / Math.log(most / least) : (x - least) / (most - least);
  const frame = width - (sizes.left ?? 6 * sizes.font) - sizes.right;
  const isRoomy = own.every((x, index) => {
    const before = own[index - 1];
    const needed = (textWidth(tickWords(x)) + textWidth(tickWords(before ?? x))) / 2 + tickGap * sizes.font;
    return before === undefined || (share(x) - share(before)) * frame > needed;
  });
  const ticks = own.length >= 2 && isRoomy ? { ticks: own } : {};
  return [
    Plot.gridX({ ...ticks, ...gridLook(look) }),
    Plot.axisX({
      ...ticks,
      ...labelBelow(isLogarithmic ? `${label} (logarithmic)` : label, look),
      tickFormat: tickWords,
      color: palette.ink,
    }),
  ];
}

/** The axis of values with its grid. */
export function valueAxis(label: string, look: PlotLook, left: number, ticks = 6): Plot.Markish {
  const { palette } = look;
  return [
    Plot.gridY({ ticks, ...gridLook(look) }),
    Plot.axisY({ ticks, label: null, tickFormat: tickWords, color: palette.ink }),
    // Above the frame, below the legend.
    Plot.text([label], {
      text: (words: string) => words,
      frameAnchor: "top-left",
      textAnchor: "start",
      dx: -left + drawnPx(8, look),
      dy: -letterPx(15, look),
      fill: palette.ink,
      className: "y-axis label",
    }),
  ];
}

/**
 * How much room the numbers of an axis of values need, in px.
 * @param words as they stand at the axis.
 */
export function roomOfValues(words: readonly string[], { textWidth }: PlotLook): number {
  return Math.ceil(tickLength + Math.max(0, ...words.map(textWidth)));
}
