import * as Plot from "@observablehq/plot";
import { svgElement } from "../../kit/elements.js";
import { drawLegend, type LegendEntry } from "./legend.js";
import type { Palette } from "./palette.js";

/** How a plot is to be drawn. */
export interface PlotLook {
  /** In px. */
  readonly width: number;
  readonly palette: Palette;
}

/** A plot with its scales, which say where its numbers are. */
export type Picture = (SVGSVGElement | HTMLElement) & Plot.Plot;

export interface PictureOptions {
  /** The text alternative. */
  readonly sentence: string;
  readonly legend: readonly LegendEntry[];
  /** Without the legend, in px. */
  readonly height: number;
  /** Above the frame for the label of an axis, in px. */
  readonly labelHeight?: number;
  readonly plot: Plot.PlotOptions;
}

/**
 * A plot as one picture, its legend included. It has no style of its own: policies of pages refuse written styles,
 * so everything is in attributes.
 */
export function makePicture(options: PictureOptions, { width, palette }: PlotLook): Picture {
  const { sentence, legend, height, labelHeight = 28, plot } = options;
  const left = 8;
  const { height: legendHeight, elements } = drawLegend(legend, width - 2 * left, palette);
  const picture = Plot.plot({
    ...plot,
    width,
    height: height + legendHeight,
    marginTop: legendHeight + labelHeight,
    className: "diag-plot",
  });
  picture.querySelector("style")?.remove();
  picture.removeAttribute("style");
  // Within a picture there is nothing to be read out; its own label says it all.
  for (const part of picture.querySelectorAll("[aria-label], [aria-hidden]")) {
    const label = part.getAttribute("aria-label");
    if (label?.includes("-axis ")) {
      part.setAttribute("class", label);
    }
    part.removeAttribute("aria-label");
    part.removeAttribute("aria-hidden");
  }
  for (const [name, value] of Object.entries({
    role: "img",
    "aria-label": sentence,
    fill: palette.ink,
    color: palette.ink,
    "font-size": "11",
  })) {
    picture.setAttribute(name, value);
  }
  picture.append(svgElement("g", { transform: `translate(${left} 2)`, class: "legend" }, ...elements));
  if (palette.isPainted) {
    picture.prepend(
      svgElement("rect", { width, height: height + legendHeight, fill: palette.background, stroke: "none" }),
    );
  }
  return picture;
}

/** A picture as the text of an SVG file. */
export function svgText(picture: Picture): string {
  return `${new XMLSerializer().serializeToString(picture)}\n`;
}
