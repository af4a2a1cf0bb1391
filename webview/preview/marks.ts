import type { DrawnNode } from "../../src/drawing/drawing.js";
import { round, svgElement } from "../kit/elements.js";

/* Signs of the tools, over a drawing and on buttons. */

/** A circle round a node. */
export function ring({ x, y, radius }: DrawnNode, style: string): SVGElement {
  return svgElement("circle", { class: style, cx: round(x), cy: round(y), r: round(radius + 5) });
}

/** The sign that adds a child. The keyboard has a key and a menu for that. */
export function makePlus(): SVGGElement {
  return svgElement(
    "g",
    { class: "add-child", "aria-hidden": "true" },
    svgElement("title", {}, "Add a child"),
    svgElement("circle", { r: 7.5 }),
    svgElement("path", { d: "M-3.5 0H3.5M0 -3.5V3.5" }),
  );
}
