import * as Plot from "@observablehq/plot";
import { cutText } from "../../kit/text.js";
import type { Palette } from "./palette.js";

/** The look of the points of one kind. */
export interface PointLook {
  readonly symbol: "circle" | "times" | "diamond" | "square" | "asterisk" | "triangle" | "plus";
  readonly stroke: string;
  readonly fill: string;
}

/** One line of a legend: a sign with words. */
export type LegendEntry = { readonly label: string } & (
  | ({ readonly sign: "point" } & PointLook)
  | { readonly sign: "line"; readonly stroke: string; readonly dash?: string; readonly width: number }
  | { readonly sign: "band"; readonly fill: string; readonly opacity: number }
);

const signWidth = 22; // px
const gap = 18; // px between entries
const lineHeight = 18; // px
const longest = 60; // characters

/** Font of all texts in plots, for measuring; a page's own font is about as wide. */
const measure = document.createElement("canvas").getContext("2d")!;

/** How wide a text is in a plot, in px. */
export function textWidth(text: string): number {
  measure.font = "11px system-ui, sans-serif";
  return measure.measureText(text).width;
}

/** A picture of a legend, in as many lines as its width needs. */
export function drawLegend(
  entries: readonly LegendEntry[],
  width: number,
  palette: Palette,
): { readonly height: number; readonly elements: readonly Element[] } {
  let x = 0;
  let line = 0;
  const placed = entries.map((entry) => {
    const text = cutText(entry.label, longest);
    const needed = signWidth + textWidth(text);
    if (x > 0 && x + needed > width) {
      x = 0;
      line += 1;
    }
    const at = { entry, text, x, y: line * lineHeight + lineHeight / 2 };
    x += needed + gap;
    return at;
  });
  const height = entries.length === 0 ? 0 : (line + 1) * lineHeight;
  if (height === 0) {
    return { height, elements: [] };
  }
  const marks = placed.flatMap(({ entry, text, x: left, y }) => [
    drawSign(entry, left, y),
    Plot.text([text], {
      x: () => left + signWidth,
      y: () => y,
      text: (words: string) => words,
      textAnchor: "start",
      fill: palette.ink,
    }),
  ]);
  const picture = Plot.plot({
    width: Math.max(width, 1),
    height,
    margin: 0,
    x: { type: "identity", axis: null },
    y: { type: "identity", axis: null },
    marks,
  });
  picture.querySelector("style")?.remove();
  for (const part of picture.querySelectorAll("[aria-label]")) {
    part.removeAttribute("aria-label");
  }
  return { height, elements: [...picture.children] };
}

function drawSign(entry: LegendEntry, x: number, y: number): Plot.Markish {
  const middle = x + signWidth / 2 - 3;
  switch (entry.sign) {
    case "point":
      return Plot.dot([0], { x: () => middle, y: () => y, r: 4.5, strokeWidth: 1.75, ...lookOf(entry) });
    case "line":
      return Plot.ruleY([0], {
        y: () => y,
        x1: () => x,
        x2: () => x + signWidth - 6,
        stroke: entry.stroke,
        strokeWidth: entry.width,
        ...(entry.dash === undefined ? {} : { strokeDasharray: entry.dash }),
      });
    case "band":
      return Plot.rect([0], {
        x1: () => x,
        x2: () => x + signWidth - 6,
        y1: () => y - 5,
        y2: () => y + 5,
        fill: entry.fill,
        fillOpacity: entry.opacity,
      });
  }
}

/** How Plot draws points of a look. */
export function lookOf({ symbol, stroke, fill }: PointLook): PointLook {
  return { symbol, stroke, fill };
}
