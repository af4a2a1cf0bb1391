import { svgElement } from "./elements.js";

/** A line drawing of 16 by 16 px in the colour of the text. It says nothing: what it stands for has words too. */
export function makeIcon(data: string): SVGElement {
  return svgElement(
    "svg",
    { class: "icon", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
    svgElement("path", { d: data }),
  );
}
