import * as Plot from "@observablehq/plot";
import { roomOfValues, topOf } from "./axes.js";
import { elementsOf, type Picture, withoutStyles } from "./elements.js";
import { drawLegend, type LegendEntry } from "./legend.js";
import { drawnPx, type PlotLook } from "./look.js";
import { writeTicks } from "./tick-words.js";

const space = "http://www.w3.org/2000/svg";

export interface PictureOptions {
  /** The text alternative. */
  readonly sentence: string;
  readonly legend: readonly LegendEntry[];
  /** Without the legend, in px. */
  readonly height: number;
  /** Above the frame for the label of an axis, in px. */
  readonly labelHeight?: number;
  /** Left of the frame, in px, where it is not for an axis of values. */
  readonly left?: number;
  /**
   * What is plotted.
   * @param left how much room there is left of the frame, in px.
   */
  readonly plot: (left: number) => Plot.PlotOptions;
}

/**
 * A plot as one picture, its legend included. It has no style of its own: policies of pages refuse written styles,
 * so everything is in attributes.
 */
export function makePicture(options: PictureOptions, look: PlotLook): Picture {
  const { sentence, legend, height, plot } = options;
  const { width, palette, sizes, document } = look;
  const { labelHeight = topOf(look) } = options;
  const side = drawnPx(8, look);
  const { height: legendHeight, elements } = drawLegend(legend, width - 2 * side, look);
  const drawn = (left: number): Picture => {
    const plotted = Plot.plot({
      ...plot(left),
      width,
      height: height + legendHeight,
      marginLeft: left,
      marginTop: legendHeight + labelHeight,
      className: "diag-plot",
      document,
    });
    writeTicks(plotted);
    return plotted;
  };
  const left = options.left ?? sizes.left;
  const picture = left === undefined ? drawn(roomOfValues(wordsOfAxis(drawn(0)), look)) : drawn(left);
  withoutStyles(picture);
  // Within a picture there is nothing to be read out; its own label says it all.
  for (const part of elementsOf(picture)) {
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
    "font-size": String(sizes.font),
  })) {
    picture.setAttribute(name, value);
  }
  const group = document.createElementNS(space, "g");
  group.setAttribute("transform", `translate(${side} 2)`);
  group.setAttribute("class", "legend");
  for (const element of elements) {
    group.appendChild(element);
  }
  picture.appendChild(group);
  if (palette.isPainted) {
    const paper = document.createElementNS(space, "rect");
    for (const [name, value] of Object.entries({ width, height: height + legendHeight })) {
      paper.setAttribute(name, String(value));
    }
    paper.setAttribute("fill", palette.background);
    paper.setAttribute("stroke", "none");
    picture.insertBefore(paper, picture.firstChild);
  }
  return picture;
}

/** What stands at the ticks of the axis of values. */
function wordsOfAxis(picture: Picture): string[] {
  return elementsOf(picture)
    .filter((part) => part.getAttribute("aria-label") === "y-axis tick label")
    .flatMap((part) => [...part.getElementsByTagName("text")].map((text) => text.textContent ?? ""));
}
