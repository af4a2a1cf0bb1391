import { type ContributionData, wordsOf } from "../../../src/plots/contribution-plot.js";
import type { Picture } from "../../../src/plots/elements.js";
import type { PlotLook } from "../../../src/plots/look.js";
import { svgElement } from "../../kit/elements.js";

/** Lays over each row of bars a place to press; the one at `reachable` is on the way of the Tab key. */
export function addPresses(
  picture: Picture,
  data: ContributionData,
  look: PlotLook,
  reachable: number,
): void {
  const scale = picture.scale("y");
  const { bandwidth = 0, step = bandwidth } = scale ?? {};
  picture.setAttribute("role", "group");
  const places = data.shown.map((term, index) =>
    svgElement("rect", {
      class: "bar-press",
      role: "button",
      "aria-label": `${wordsOf(term)}. Show in the text`,
      tabindex: index === reachable ? 0 : -1,
      "data-index": index,
      x: 1,
      y: Number(scale?.apply(String(index))) + (bandwidth - step) / 2,
      width: look.width - 2,
      height: step,
      rx: 3,
    }),
  );
  places.forEach((place, index) => {
    const title = svgElement("title");
    title.textContent = wordsOf(data.shown[index]!);
    place.append(title);
  });
  picture.append(svgElement("g", { class: "bar-presses" }, ...places));
}
