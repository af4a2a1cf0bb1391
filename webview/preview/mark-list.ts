import type { ElementReference, PreviewDiagram, PreviewMark } from "../../src/preview/index.js";
import { htmlElement, setText } from "../kit/elements.js";

/** The complaints about a diagram, each of which leads to what it concerns. */
export class MarkList {
  readonly element = htmlElement("ul", { class: "marks", "aria-label": "problems of this diagram" });
  private shown: string | undefined;

  constructor(private readonly onChosen: (element: ElementReference) => void) {
    this.element.hidden = true;
  }

  update(diagram: PreviewDiagram | undefined): void {
    const marks = diagram?.marks ?? [];
    const content = JSON.stringify(marks);
    if (content === this.shown) {
      return;
    }
    this.shown = content;
    this.element.hidden = marks.length === 0;
    this.element.replaceChildren(...marks.map((mark) => this.item(mark)));
  }

  private item({ severity, message, code, elements }: PreviewMark): HTMLElement {
    const sign = htmlElement("span", { class: `mark-sign ${severity}` }, severity === "error" ? "⊗" : "⚠");
    sign.setAttribute("aria-hidden", "true");
    const words = htmlElement("span");
    setText(words, message);
    const button = htmlElement(
      "button",
      { type: "button", class: "mark" },
      sign,
      htmlElement("span", { class: "unseen" }, `${severity}: `),
      words,
      " ",
      htmlElement("span", { class: "mark-code" }, code),
    );
    const target = elements[0] ?? { kind: "diagram" };
    button.addEventListener("click", () => this.onChosen(target));
    return htmlElement("li", {}, button);
  }
}
