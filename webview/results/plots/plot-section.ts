import type { Picture } from "../../../src/plots/elements.js";
import type { PlotLook } from "../../../src/plots/look.js";
import { htmlElement, setText } from "../../kit/elements.js";
import { lookOf, svgText } from "./look.js";
import { paperPalette, themePalette } from "./palette.js";
import { patchElement } from "./patch.js";

const narrowest = 300; // px
const paperWidth = 720; // px

/** A plot that can be drawn. */
export interface Drawable {
  /** What the plot says, for all to read. */
  readonly sentence: string;
  /** Absent where there is nothing to draw, which the sentence says. */
  draw?(look: PlotLook): Picture;
  /** Adds what only the page's own picture has, such as places to press. */
  finish?(picture: Picture, look: PlotLook): void;
}

/** A plot with its heading, its controls and a sentence. It is drawn anew only when what it shows is another. */
export class PlotSection {
  readonly element = htmlElement("section", { class: "plot-section" });
  readonly controls = htmlElement("div", { class: "controls" });
  readonly holder = htmlElement("div", { class: "plot" });
  private readonly sentence = htmlElement("p", { class: "sentence" });
  private inputs: readonly unknown[] = [];
  private drawable: Drawable | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private width = 0;

  constructor(readonly title: string) {
    const heading = htmlElement("h2", {}, title);
    this.element.setAttribute("aria-label", title);
    this.element.append(htmlElement("div", { class: "section-head" }, heading, this.controls));
    this.element.append(this.sentence, this.holder);
    this.element.hidden = true;
    new ResizeObserver(() => {
      if (this.holder.clientWidth !== this.width) {
        this.plan();
      }
    }).observe(this.holder);
  }

  /** @param inputs all that the plot depends on; nothing is done while they are the same. */
  show(inputs: readonly unknown[], make: () => Drawable | undefined): void {
    if (
      inputs.length === this.inputs.length &&
      inputs.every((input, index) => input === this.inputs[index])
    ) {
      return;
    }
    this.inputs = inputs;
    this.drawable = make();
    this.element.hidden = this.drawable === undefined;
    setText(this.sentence, this.drawable?.sentence ?? "");
    this.plan();
  }

  /** Whether there is something to draw. */
  get isShown(): boolean {
    return this.drawable?.draw !== undefined;
  }

  /** The plot as a file, in colours for white paper; `undefined` when there is none. */
  svg(): string | undefined {
    const picture = this.drawable?.draw?.(lookOf(paperWidth, paperPalette));
    return picture && svgText(picture);
  }

  // Each plot in a task of its own, so that none keeps the page from answering.
  private plan(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.draw();
    });
  }

  private draw(): void {
    this.width = this.holder.clientWidth;
    if (this.drawable?.draw === undefined) {
      this.holder.replaceChildren();
      return;
    }
    if (this.width === 0) {
      return;
    }
    const look = lookOf(Math.max(narrowest, this.width), themePalette);
    const picture = this.drawable.draw(look);
    this.drawable.finish?.(picture, look);
    const current = this.holder.firstElementChild;
    if (current) {
      patchElement(current, picture);
    } else {
      this.holder.append(picture);
    }
  }
}
