import * as Plot from "@observablehq/plot";
import { cutText } from "../printable/text.js";
import { elementsOf, withoutStyles } from "./elements.js";
import { dashed, drawnPx, letterPx, type PlotLook } from "./look.js";
import type { SignDrawing } from "./symbols.js";

/** The look of the points of one kind. */
export interface PointLook {
  readonly symbol: "circle" | "times" | "diamond" | "square" | "asterisk" | "triangle" | "plus" | SignDrawing;
  readonly stroke: string;
  readonly fill: string;
}

/** One line of a legend: a sign with words. Lines and dashes are in px of a screen. */
export type LegendEntry = { readonly label: string } & (
  | ({ readonly sign: "point" } & PointLook)
  | { readonly sign: "line"; readonly stroke: string; readonly dash?: string; readonly width: number }
  | { readonly sign: "band"; readonly fill: string; readonly opacity: number }
);

const signWidth = 22; // px of a screen
const gap = 18; // px of a screen, between entries
const longest = 60; // characters

/** A picture of a legend, in as many lines as its width needs. */
export function drawLegend(entries: readonly LegendEntry[], width: number, look: PlotLook) {
  if (entries.length === 0) {
    return { height: 0, elements: [] };
  }
  const { palette, document, textWidth } = look;
  const lineHeight = letterPx(18, look);
  const sign = drawnPx(signWidth, look);
  let x = 0;
  let line = 0;
  const placed = entries.map((entry) => {
    const text = cutText(entry.label, longest);
    const needed = sign + textWidth(text);
    if (x > 0 && x + needed > width) {
      x = 0;
      line += 1;
    }
    const at = { entry, text, x, y: line * lineHeight + lineHeight / 2 };
    x += needed + drawnPx(gap, look);
    return at;
  });
  const height = (line + 1) * lineHeight;
  const marks = placed.flatMap(({ entry, text, x: left, y }) => [
    drawSign(entry, left, y, look),
    Plot.text([text], {
      x: () => left + sign,
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
    document,
  });
  withoutStyles(picture);
  for (const part of elementsOf(picture)) {
    part.removeAttribute("aria-label");
  }
  return { height, elements: [...picture.childNodes] };
}

function drawSign(entry: LegendEntry, x: number, y: number, look: PlotLook): Plot.Markish {
  const right = x + drawnPx(signWidth - 6, look);
  switch (entry.sign) {
    case "point":
      return Plot.dot([0], {
        x: () => x + drawnPx(signWidth / 2 - 3, look),
        y: () => y,
        r: drawnPx(4.5, look),
        strokeWidth: drawnPx(1.75, look),
        ...lookOf(entry),
      });
    case "line":
      return Plot.ruleY([0], {
        y: () => y,
        x1: () => x,
        x2: () => right,
        stroke: entry.stroke,
        strokeWidth: drawnPx(entry.width, look),
        ...(entry.dash === undefined ? {} : { strokeDasharray: dashed(entry.dash, look) }),
      });
    case "band":
      return Plot.rect([0], {
        x1: () => x,
        x2: () => right,
        y1: () => y - drawnPx(5, look),
        y2: () => y + drawnPx(5, look),
        fill: entry.fill,
        fillOpacity: entry.opacity,
        stroke: entry.fill,
        strokeWidth: drawnPx(0.75, look),
        strokeOpacity: 0.7,
        className: "band-sign",
      });
  }
}

/** How Plot draws points of a look. */
export function lookOf({ symbol, stroke, fill }: PointLook): PointLook {
  return { symbol, stroke, fill };
}
