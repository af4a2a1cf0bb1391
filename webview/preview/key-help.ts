import { makeButton } from "../kit/controls.js";
import { htmlElement } from "../kit/elements.js";

const own: readonly (readonly [keys: string, what: string])[] = [
  ["← →", "to the first child, to the parent"],
  ["↑ ↓", "to the nodes above and below"],
  ["Home", "to the root"],
  ["E", "to the edge of the node; again: back"],
  ["P", "to the part of the node; again: to the next part"],
  ["Space", "select the element's text"],
  ["Enter", "go to the element's text; in the gallery: show the diagram alone"],
  ["+ − 0", "zoom in, zoom out, fit"],
  ["Shift + arrows", "move the picture"],
  ["S", "space-time view"],
  ["F or /", "search all diagrams"],
  ["Escape", "back"],
  ["?", "this list"],
];

/** The list of keys, in a dialog. */
export class KeyHelp {
  private readonly list = htmlElement("dl");
  private readonly dialog = htmlElement("dialog", { class: "key-help", "aria-label": "Keys" });

  constructor() {
    const close = makeButton({ label: "Close", onPress: () => this.dialog.close() });
    this.dialog.append(htmlElement("h2", { tabindex: "-1", autofocus: "" }, "Keys"), this.list, close);
    document.body.append(this.dialog);
    for (const [keys, what] of own) {
      this.add(keys, what);
    }
  }

  add(keys: string, what: string): void {
    this.list.append(
      htmlElement(
        "div",
        {},
        htmlElement("dt", {}, htmlElement("kbd", {}, keys)),
        htmlElement("dd", {}, what),
      ),
    );
  }

  get isOpen(): boolean {
    return this.dialog.open;
  }

  open(): void {
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
  }
}
