import * as Plot from "@observablehq/plot";
import { drawnPx, fittedText, letterPx, type PlotLook } from "./look.js";
import { shortNumber } from "./numbers.js";

const room = 1.5; // times the essential values' span, for what is welcome beyond them
const leastSpan = 0.05; // of the largest value, from which that room is reckoned
const edge = 0.06; // of the span, free above and below
const tickGap = 0.9; // times the font's size, between two numbers of an axis at least
const tickLength = 6; // px of a screen
const tickPadding = 3; // px
/** Of a picture's width, for the label of the axis below. */
export const mostForLabel = 0.75;
const mostOnPaper = 4; // numbers of an axis of values, about

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
  const most = room * Math.max(high - low, leastSpan * Math.max(Math.abs(low), Math.abs(high)));
  if (most > 0) {
    low = Math.max(low - most, Math.min(low, ...welcome));
    high = Math.min(high + most, Math.max(high, ...welcome));
  }
  const span = high - low || Math.abs(high) || 1;
  return [low - edge * span, high + edge * span];
}

/** Below the frame, where an axis and its label stand, in px. */
export function bottomOf(look: PlotLook): number {
  return letterPx(look.sizes.isPaper ? 38 : 44, look);
}

/** How an axis looks. */
function axisLook(look: PlotLook) {
  const { ink } = look.palette;
  return { color: ink, tickSize: drawnPx(tickLength, look), tickPadding, strokeWidth: drawnPx(1, look) };
}

/** The lines around all, where there are any. */
export function frame(look: PlotLook): Plot.Markish {
  const { sizes, palette } = look;
  return sizes.isPaper ? Plot.frame({ stroke: palette.ink, strokeWidth: drawnPx(1, look) }) : null;
}

/** What an axis says of itself. */
export function logarithmic(label: string, { sizes }: PlotLook): string {
  return sizes.isPaper ? label : `${label} (logarithmic)`;
}

/** How many of so many numbers have room below a frame, when none is longer than those at its ends. */
export function ticksBelow(
  wanted: number,
  ends: readonly number[],
  frameWidth: number,
  look: PlotLook,
): number {
  const longest = Math.max(...ends.map((end) => look.textWidth(tickWords(end))));
  return Math.max(2, Math.min(wanted, Math.floor(frameWidth / (longest + tickGap * look.sizes.font))));
}

/** A labelled axis below, with its label in the middle. */
export function labelBelow(label: string, look: PlotLook) {
  return {
    ...axisLook(look),
    label: fittedText(label, mostForLabel * look.width, look),
    labelAnchor: "center",
    labelArrow: "none",
    labelOffset: letterPx(look.sizes.isPaper ? 31 : 36, look),
  } as const;
}

/** The lines of a grid. */
export function gridLook(look: PlotLook) {
  return { stroke: look.palette.faint, strokeOpacity: 0.25, strokeWidth: drawnPx(1, look) };
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
  const { width, sizes, textWidth } = look;
  const [least, most] = ends;
  const own = [...new Set(data)].sort((one, other) => one - other);
  const share = (x: number): number =>
    isLogarithmic ? Math.log(x / least) / Math.log(most / least) : (x - least) / (most - least);
  const frameWidth = width - (sizes.left ?? 6 * sizes.font) - sizes.right;
  const isRoomy = own.every((x, index) => {
    const before = own[index - 1];
    const needed = (textWidth(tickWords(x)) + textWidth(tickWords(before ?? x))) / 2 + tickGap * sizes.font;
    return before === undefined || (share(x) - share(before)) * frameWidth > needed;
  });
  const ticks = own.length >= 2 && isRoomy ? { ticks: own } : {};
  return [
    Plot.gridX({ ...ticks, ...gridLook(look) }),
    Plot.axisX({
      ...ticks,
      ...labelBelow(isLogarithmic ? logarithmic(label, look) : label, look),
      tickFormat: tickWords,
    }),
  ];
}

/** The axis of values with its grid. */
export function valueAxis(label: string, look: PlotLook, left: number, wanted = 6): Plot.Markish {
  const { palette, width, sizes } = look;
  const ticks = sizes.isPaper ? Math.min(wanted, mostOnPaper) : wanted;
  return [
    Plot.gridY({ ticks, ...gridLook(look) }),
    Plot.axisY({ ticks, label: null, tickFormat: tickWords, ...axisLook(look) }),
    // Above the frame, below the legend.
    Plot.text([fittedText(label, width - drawnPx(16, look), look)], {
      text: (words: string) => words,
      frameAnchor: "top-left",
      textAnchor: "start",
      dx: -left + drawnPx(8, look),
      dy: -letterPx(sizes.isPaper ? 17 : 15, look),
      fill: palette.ink,
      className: "y-axis label",
    }),
  ];
}

/**
 * How much room the numbers of an axis of values need, in px.
 * @param words as they stand at the axis.
 */
export function roomOfValues(words: readonly string[], look: PlotLook): number {
  const longest = Math.max(0, ...words.map(look.textWidth));
  return Math.ceil(drawnPx(tickLength, look) + tickPadding + longest + 1);
}
