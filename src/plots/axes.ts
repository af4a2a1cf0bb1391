import * as Plot from "@observablehq/plot";
import { drawnPx, fittedText, letterPx, type PlotLook } from "./look.js";
import { axisWords, rawTick } from "./tick-words.js";
import type { Box } from "./word-places.js";

const room = 1.5; // times the essential values' span, for what is welcome beyond them
const leastSpan = 0.05; // of the largest value, from which that room is reckoned
const edge = 0.06; // of the span, free above and below
const tickGap = 0.9; // times the font's size, between two numbers of an axis at least
const tickLength = 6; // px of a screen
const tickPadding = 3; // px
/** Of a picture's width, for the label of the axis below. */
const mostForLabel = 0.75;
const labelRim = 2; // px between a label and the edge of what it stands in
const mostOnPaper = 4; // numbers of an axis of values, about

export interface ValueRange {
  /** Values that have to be seen. */
  readonly essential: readonly number[];
  /** Values that are to be seen unless they would crowd the others. */
  readonly welcome: readonly number[];
}

/**
 * From where to where an axis of values goes.
 * @param below @param above shares of the frame that are free of values, for what stands at its edges.
 */
export function valueDomain(
  { essential, welcome }: ValueRange,
  below = 0,
  above = 0,
): [low: number, high: number] {
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
  const whole = (span * (1 + 2 * edge)) / (1 - below - above);
  return [low - edge * span - below * whole, high + edge * span + above * whole];
}

/** Above the frame, where the label of an axis of values stands, in px. */
export function topOf(look: PlotLook): number {
  return letterPx(look.sizes.isPaper ? 31 : 28, look);
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

/** Numbers below a frame, from end to end of it. */
export interface Ticks {
  readonly ticks: readonly number[];
  /** From the first of them to the last. */
  readonly domain: readonly [low: number, high: number];
}

/**
 * Round numbers that reach as far as some values, as many as asked for or as have room below a frame; where not even two have,
 * zero alone if it is among them.
 */
export function ticksBelow(
  wanted: number,
  [low, high]: readonly [low: number, high: number],
  frameWidth: number,
  look: PlotLook,
): Ticks {
  let found: Ticks | undefined;
  for (let count = wanted; count > 0; count--) {
    const { ticks, domain } = roundTicks(low, high, count);
    const widest = Math.max(...axisWords(ticks).map(look.textWidth)) + tickGap * look.sizes.font;
    if (widest * (ticks.length - 1) <= frameWidth) {
      return { ticks, domain };
    }
    found = { ticks, domain };
  }
  const { ticks, domain } = found!;
  return { ticks: ticks.filter((tick) => tick === 0), domain };
}

/** Multiples of 1, 2 or 5 times a power of ten, about so many steps of them from below some values to above. */
function roundTicks(low: number, high: number, count: number): Ticks {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough * (1 - 1e-9))!;
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const ticks = Array.from({ length: last - first + 1 }, (_, place) =>
    Number(((first + place) * step).toPrecision(12)),
  );
  return { ticks, domain: [ticks[0]!, ticks.at(-1)!] };
}

/**
 * A labelled axis below, with its label in the middle.
 * @param room px that the label has; by default most of the picture.
 */
export function labelBelow(label: string, look: PlotLook, room = mostForLabel * look.width) {
  return {
    ...axisLook(look),
    label: fittedText(label, room, look),
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
  const own = [...new Set(data)].sort((one, other) => one - other);
  const share = (x: number): number => shareOf(x, ends, isLogarithmic);
  const frameWidth = width - (sizes.left ?? 6 * sizes.font) - sizes.right;
  const widths = axisWords(own).map(textWidth);
  const isRoomy = own.every((x, index) => {
    const before = own[index - 1];
    const needed = (widths[index]! + (widths[index - 1] ?? 0)) / 2 + tickGap * sizes.font;
    return before === undefined || (share(x) - share(before)) * frameWidth > needed;
  });
  const ticks = own.length >= 2 && isRoomy ? { ticks: own } : {};
  return [
    Plot.gridX({ ...ticks, ...gridLook(look) }),
    Plot.axisX({
      ...ticks,
      ...labelBelow(isLogarithmic ? logarithmic(label, look) : label, look),
      tickFormat: rawTick,
    }),
  ];
}

/** How far along an axis a place is, from 0 to 1. */
function shareOf(x: number, [least, most]: readonly [number, number], isLogarithmic: boolean): number {
  return isLogarithmic ? Math.log(x / least) / Math.log(most / least) : (x - least) / (most - least);
}

/** Where the values of a plot stand in its frame, in px from the frame's upper left corner. */
export interface FramePlaces {
  readonly width: number;
  readonly height: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  /** What words may stand in: no word crosses the axis of values, or ends beyond the picture. */
  readonly room: Box;
}

/**
 * Where values stand in a frame.
 * @param height of the picture without its legend, px.
 */
export function framePlaces(
  ends: readonly [number, number],
  isLogarithmic: boolean,
  [low, high]: readonly [low: number, high: number],
  left: number,
  height: number,
  look: PlotLook,
): FramePlaces {
  const width = look.width - left - look.sizes.right;
  const tall = height - topOf(look) - bottomOf(look);
  return {
    width,
    height: tall,
    x: (value) => shareOf(value, ends, isLogarithmic) * width,
    y: (value) => (1 - (value - low) / (high - low)) * tall,
    room: { left: labelRim, right: roomFor(width, look), top: 0, bottom: tall },
  };
}

/** How far to the right words go: to the edge of the picture, and no further than the lines around a frame. */
function roomFor(frameWidth: number, { sizes }: PlotLook): number {
  return frameWidth + (sizes.isPaper ? 0 : sizes.right) - labelRim;
}

/** A label at a place of the axis below: how far it is moved aside, px, so that all of it is in the picture. */
export interface SideShift {
  readonly dx: number;
  /** Whether it has room beside those before it. */
  readonly isRoomy: boolean;
}

/** Where some labels in the middle of their places go, from the left on, none of them over another or beyond the picture. */
export function shiftedLabels(
  labels: readonly { readonly x: number; readonly text: string }[],
  ends: readonly [number, number],
  isLogarithmic: boolean,
  left: number,
  look: PlotLook,
): SideShift[] {
  const { width, sizes, textWidth } = look;
  const frameWidth = width - left - sizes.right;
  let end = Number.NEGATIVE_INFINITY;
  return labels.map(({ x, text }) => {
    const [place, half] = [shareOf(x, ends, isLogarithmic) * frameWidth, textWidth(text) / 2];
    // The axis of values is crossed by no words.
    const middle = Math.max(half + labelRim, Math.min(place, roomFor(frameWidth, look) - half));
    const isRoomy = middle - half > end + tickGap * sizes.font;
    end = isRoomy ? middle + half : end;
    return { dx: middle - place, isRoomy };
  });
}

/** Powers of ten on a logarithmic axis, about so many; where there are not even two, their doubles and halves too. */
export function decades([low, high]: readonly [low: number, high: number], wanted: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  if (last - first < 1) {
    return Array.from({ length: last - first + 3 }, (_, place) => first - 1 + place)
      .flatMap((power) => [1, 2, 5].map((factor) => Number(`${factor}e${power}`)))
      .filter((value) => value >= low && value <= high);
  }
  const step = Math.ceil((last - first + 1) / (wanted + 1));
  const all = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  return all.filter((power) => power % step === 0).map((power) => Number(`1e${power}`));
}

/**
 * The axis of values with its grid.
 * @param wanted how many numbers about, or which.
 */
export function valueAxis(
  label: string,
  look: PlotLook,
  left: number,
  wanted: number | readonly number[] = 6,
): Plot.Markish {
  const { palette, width, sizes } = look;
  const most = sizes.isPaper ? mostOnPaper : Number.POSITIVE_INFINITY;
  const ticks = typeof wanted === "number" ? Math.min(wanted, most) : [...wanted];
  return [
    Plot.gridY({ ticks, ...gridLook(look) }),
    Plot.axisY({ ticks, label: null, tickFormat: rawTick, ...axisLook(look) }),
    // Above the frame, below the legend.
    Plot.text([fittedText(label, width - drawnPx(16, look), look)], {
      text: (words: string) => words,
      frameAnchor: "top-left",
      textAnchor: "start",
      dx: -left + drawnPx(8, look),
      dy: -letterPx(17, look),
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
