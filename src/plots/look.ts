import type * as Plot from "@observablehq/plot";
import { cutText } from "../printable/text.js";
import type { Verdict } from "../runs/index.js";

/** The colours of a plot. */
export interface Palette extends Readonly<Record<Verdict, string>> {
  readonly ink: string;
  readonly faint: string;
  readonly prediction: string;
  /** Of the run that is compared with, and of what takes away. */
  readonly other: string;
  /** How much ink bars take, of 1. */
  readonly bars: number;
  readonly background: string;
  /** Whether the background is painted. */
  readonly isPainted: boolean;
}

/** The sizes of a plot, in px. */
export interface Sizes {
  readonly font: number;
  /** Of what is drawn, for each px that it has on a screen: lines, points, signs. */
  readonly unit: number;
  /** Of the frame, for each px that it has on a screen. */
  readonly tallness: number;
  /** Left of the frame, where the axis of values stands; what is beside the frame is fitted to its numbers where it is absent. */
  readonly left?: number;
  readonly right: number;
  /**
   * Whether it is drawn as papers have it: with a frame, fewer numbers at its axes, which alone say that one is logarithmic, and
   * without words at points, which the legend has.
   */
  readonly isPaper: boolean;
}

/** A plot on a screen. */
export const screenSizes: Sizes = { font: 11, unit: 1, tallness: 1, left: 72, right: 24, isPaper: false };

/** A plot in a column of a paper. */
export const paperSizes: Sizes = { font: 9, unit: 0.55, tallness: 0.55, right: 8, isPaper: true };

/** Black on white, told apart by dashes and signs, as printers and copiers leave it. */
export const printPalette: Palette = {
  ink: "#000000",
  faint: "#707070",
  prediction: "#000000",
  other: "#8c8c8c",
  bars: 0.65,
  agrees: "#000000",
  disagrees: "#000000",
  inconclusive: "#000000",
  background: "#ffffff",
  isPainted: true,
};

/** What has so many px on a screen, where it is as large as what is drawn. */
export function drawnPx(px: number, { sizes }: PlotLook): number {
  return px * sizes.unit;
}

/** What has so many px on a screen, where it is as large as the letters. */
export function letterPx(px: number, { sizes }: PlotLook): number {
  return (px * sizes.font) / screenSizes.font;
}

/**
 * A text that is cut where it is wider than so many px: its longest word, which is a name, before what is said of it, and all
 * of it where that is not enough.
 */
export function fittedText(text: string, most: number, { textWidth }: Pick<PlotLook, "textWidth">): string {
  const words = text.split(" ");
  const lengths = words.map((word) => [...word].length);
  const longest = lengths.indexOf(Math.max(...lengths));
  let fitted = text;
  for (let count = lengths[longest]! - 1; textWidth(fitted) > most && count > 1; count--) {
    fitted = words.with(longest, cutText(words[longest]!, count)).join(" ");
  }
  for (let count = [...fitted].length - 1; textWidth(fitted) > most && count > 0; count--) {
    fitted = cutText(fitted, count);
  }
  return fitted;
}

/** Dashes, given in px of a screen. */
export function dashed(pattern: string, look: PlotLook): string {
  return pattern
    .split(" ")
    .map((px) => drawnPx(Number(px), look))
    .join(" ");
}

/** How, and by what means, a plot is to be drawn. */
export interface PlotLook {
  /** In px. */
  readonly width: number;
  readonly palette: Palette;
  readonly sizes: Sizes;
  /** In which its elements are made. */
  readonly document: NonNullable<Plot.PlotOptions["document"]>;
  /** How wide a text is in the size of its font, in px. */
  readonly textWidth: (text: string) => number;
}
