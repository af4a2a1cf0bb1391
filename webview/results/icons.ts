import { svgElement } from "../kit/elements.js";
import { makeIcon } from "../kit/icon.js";
import type { Standing } from "./standing.js";

/** Paths within 16 × 16, drawn as lines; each standing has its own shape. */
const paths: Readonly<Record<Standing, string>> = {
  agrees: "M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5M5 8.2l2.2 2.2L11.2 6",
  disagrees: "M3 3l10 10M13 3L3 13",
  inconclusive: "M8 1.2L14.8 8L8 14.8L1.2 8ZM8 4.6v4M8 10.6v1",
  running: "M8 1.75a6.25 6.25 0 1 0 6.25 6.25M8 4.5V8l2.5 1.5",
  evaluated: "M2 13.5h12M3.5 13.5V8M8 13.5V3M12.5 13.5V6",
  measured: "M8 5a3 3 0 1 0 0 6a3 3 0 1 0 0-6M8 1.5V5M8 11v3.5M5.5 1.5h5M5.5 14.5h5",
  "no verdict": "M3 8h10",
  cancelled: "M3 3h10v10H3Z",
  failed: "M8 1.8L14.8 14H1.2ZM8 6v4M8 11.4v1",
  interrupted: "M5 2.5v11M11 2.5v11",
};

/** The icon of how a run stands. It says nothing to screen readers: the word stands beside it. */
export function standingIcon(standing: Standing): SVGElement {
  const icon = svgElement("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  icon.append(svgElement("path"));
  setStanding(icon, standing);
  return icon;
}

/** Makes an icon that of another standing. */
export function setStanding(icon: SVGElement, standing: Standing): void {
  const name = `standing ${standing.replace(" ", "-")}`;
  if (icon.getAttribute("class") === name) {
    return;
  }
  icon.setAttribute("class", name);
  icon.firstElementChild?.setAttribute("d", paths[standing]);
}

/** The icon of the button that deletes a run. */
export function deleteIcon(): SVGElement {
  return makeIcon("M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4M6.7 6.5v4.7M9.3 6.5v4.7");
}
