import type { ElementReference, PreviewDiagram } from "../../src/preview/index.js";
import { fitting } from "../kit/camera.js";
import { htmlElement, setAttributes, setText } from "../kit/elements.js";
import { counted } from "../kit/text.js";
import { besidePictureOf, lineOfFacts, linesOfFacts, rim } from "./card-sizes.js";
import { type Choices, SvgDrawing } from "./drawing-view.js";
import type { Drawn } from "./drawings.js";
import { OlderMark } from "./older-mark.js";

const legible = 0.4; // below this scale names are left out

/** Where a card is in the gallery, px. */
export interface CardPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One diagram of the gallery. */
export class Card {
  readonly element = htmlElement("div", { class: "card", role: "listitem" });
  readonly name = htmlElement("button", { class: "card-name", type: "button", tabindex: "-1" });
  private readonly sign = htmlElement("span", { class: "card-sign", "aria-hidden": "true" });
  private readonly count = htmlElement("span");
  private readonly badge = htmlElement("span", { class: "card-badge" }, this.sign, " ", this.count);
  private readonly picture = htmlElement("div", { class: "card-picture" });
  private readonly facts = htmlElement("div", { class: "card-facts" });
  private readonly problem = htmlElement("p", { class: "card-problem" });
  private readonly older = new OlderMark(this.picture);
  readonly view: SvgDrawing;
  private width = 0;
  private height = 0;
  private scale = 1;
  private lines = 1;

  constructor(readonly id: string) {
    this.view = new SvgDrawing(id, false);
    this.element.dataset.id = id;
    // For the editor's menu over the card.
    this.element.dataset.vscodeContext = JSON.stringify({ diagram: id });
    this.problem.hidden = true;
    this.picture.prepend(this.view.element, this.problem);
    this.element.append(
      htmlElement("div", { class: "card-head" }, this.name, this.badge),
      this.picture,
      this.facts,
    );
  }

  show(diagram: PreviewDiagram, index: number, count: number): void {
    setText(this.name, diagram.name);
    setText(this.facts, diagram.facts);
    this.facts.title = diagram.facts;
    this.layFacts();
    setAttributes(this.element, { "aria-setsize": String(count), "aria-posinset": String(index + 1) });
    const errors = diagram.marks.filter(({ severity }) => severity === "error").length;
    const warnings = diagram.marks.length - errors;
    const words = [
      ...(errors > 0 ? [counted(errors, "error")] : []),
      ...(warnings > 0 ? [counted(warnings, "warning")] : []),
    ].join(", ");
    setText(this.count, words);
    setText(this.sign, errors > 0 ? "⊗" : "⚠");
    this.badge.hidden = words === "";
    this.badge.classList.toggle("error", errors > 0);
    this.badge.title = diagram.marks.map(({ message }) => message).join("\n");
    setAttributes(this.name, {
      "aria-label": [diagram.name, diagram.facts, words].filter(Boolean).join(", "),
    });
  }

  /** @param scale the gallery's, at which a drawing is shown if it fits. */
  place({ x, y, width, height }: CardPlace, scale: number): void {
    this.element.style.transform = `translate(${x}px, ${y}px)`;
    if (this.width === width && this.height === height && this.scale === scale) {
      return;
    }
    [this.width, this.height, this.scale] = [width, height, scale];
    this.element.style.width = `${width}px`;
    this.element.style.height = `${height}px`;
    this.layFacts();
    if (this.view.drawing) {
      this.fit();
    }
  }

  private layFacts(): void {
    const lines = linesOfFacts(this.facts.textContent ?? "", this.width);
    if (this.width > 0 && this.lines !== lines) {
      this.lines = lines;
      this.facts.style.height = `${lines * lineOfFacts}px`;
      if (this.view.drawing) {
        this.fit();
      }
    }
  }

  draw(drawn: Drawn | undefined, isFresh: boolean, isStale: boolean, moves: boolean): void {
    this.older.set((!isFresh && drawn?.drawing !== undefined) || isStale, drawn?.problem !== undefined);
    this.problem.hidden = drawn?.problem === undefined || drawn.drawing !== undefined;
    if (drawn?.problem !== undefined) {
      setText(this.problem, `Not drawn: ${drawn.problem}`);
    }
    setAttributes(this.view.element, { hidden: drawn?.drawing ? undefined : "" });
    this.element.classList.toggle("waiting", drawn === undefined);
    if (!drawn?.drawing) {
      return;
    }
    const isNew = this.view.drawing !== drawn.drawing;
    this.view.patch(drawn.diagram, drawn.drawing, moves);
    if (isNew) {
      this.fit();
    }
  }

  choose(choices: Choices): void {
    this.view.setChoices(choices);
    this.element.classList.toggle("selected", choices.selected !== undefined);
    this.element.classList.toggle("cursor", choices.cursor !== undefined);
    setAttributes(this.element, { "aria-current": choices.cursor ? "location" : undefined });
  }

  elementOf(target: EventTarget | null): ElementReference {
    return this.view.elementOf(target) ?? { kind: "diagram" };
  }

  dispose(): void {
    this.older.dispose();
    this.view.dispose();
    this.element.remove();
  }

  private fit(): void {
    // The picture's measures are known; asking the document for them would lay it out for each card.
    const { x, y, scale } = fitting(
      this.view.frame,
      this.width - 2,
      this.height - besidePictureOf(this.lines),
      this.scale,
      rim,
    );
    this.view.camera.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    this.view.element.classList.toggle("small", scale < legible);
  }
}
