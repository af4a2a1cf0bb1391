import { type Palette, type PlotLook, screenSizes } from "../../../src/plots/look.js";

const measure = document.createElement("canvas").getContext("2d")!;

/** How wide a text is in a plot, in px; a page's own font is about as wide. */
function textWidth(text: string): number {
  measure.font = `${screenSizes.font}px system-ui, sans-serif`;
  return measure.measureText(text).width;
}

/** How plots of the page are drawn. */
export function lookOf(width: number, palette: Palette): PlotLook {
  return { width, palette, sizes: screenSizes, document, textWidth };
}

/** A picture as the text of an SVG file. */
export function svgText(picture: Node): string {
  return `${new XMLSerializer().serializeToString(picture)}\n`;
}
