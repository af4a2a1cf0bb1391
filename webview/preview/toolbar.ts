import { type Button, makeButton, makeTextField } from "../kit/controls.js";
import { htmlElement, setText } from "../kit/elements.js";
import { makeIcon } from "../kit/icon.js";
import { counted } from "../kit/text.js";

export interface ToolbarActions {
  back(): void;
  search(text: string): void;
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
  toggleSpaceTime(): void;
  help(): void;
}

const icons = {
  back: "M7 3L2.5 8L7 13M2.5 8H13.5",
  zoomIn: "M8 3.5V12.5M3.5 8H12.5",
  zoomOut: "M3.5 8H12.5",
  fit: "M2.5 6V2.5H6M10 2.5H13.5V6M13.5 10V13.5H10M6 13.5H2.5V10",
  spaceTime: "M2.5 2.5H13.5V13.5H2.5ZM2.5 6.2H13.5M2.5 9.8H13.5M6.2 2.5V13.5M9.8 2.5V13.5",
  help: "M5.6 5.8C5.6 4.2 6.7 3.4 8 3.4s2.4.8 2.4 2.2c0 1.9-2.4 2-2.4 4.1M8 12.2v.4",
};

/** What stands above the gallery and the single diagram. */
export class Toolbar {
  readonly element = htmlElement("header", { class: "toolbar" });
  readonly exportSlot = htmlElement("span", { class: "slot" });
  readonly importSlot = htmlElement("span", { class: "slot" });
  readonly back: Button;
  private readonly field;
  private readonly count = htmlElement("span", { class: "count" });
  private readonly scale = htmlElement("span", { class: "scale" });
  private readonly spaceTime: Button;
  private readonly ofGallery: HTMLElement;
  private readonly ofSingle: HTMLElement;

  constructor(actions: ToolbarActions) {
    const tool = (label: string, name: keyof typeof icons, onPress: () => void): Button =>
      makeButton({ label, appearance: "icon", icon: makeIcon(icons[name]), onPress });
    this.field = makeTextField({
      label: "Search diagrams",
      labelHidden: true,
      onInput: (text) => actions.search(text),
    });
    this.field.classList.add("search");
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.field.value === "") {
        return;
      }
      event.preventDefault();
      this.field.value = "";
      actions.search("");
    });
    this.ofGallery = htmlElement("div", { class: "tools grow" }, this.field, this.count);
    this.back = tool("Back to all diagrams (Escape)", "back", () => actions.back());
    this.spaceTime = tool("Space-time view (S)", "spaceTime", () => actions.toggleSpaceTime());
    this.ofSingle = htmlElement(
      "div",
      { class: "tools grow" },
      this.back,
      tool("Zoom out (-)", "zoomOut", () => actions.zoomOut()),
      this.scale,
      tool("Zoom in (+)", "zoomIn", () => actions.zoomIn()),
      tool("Fit (0)", "fit", () => actions.fit()),
      this.spaceTime,
    );
    this.element.append(
      this.ofGallery,
      this.ofSingle,
      this.importSlot,
      this.exportSlot,
      tool("Keys (?)", "help", () => actions.help()),
    );
  }

  /** @param isSpaceTimeOpen absent when there is no space-time panel. */
  show(isSingle: boolean, hasDiagram: boolean, isSpaceTimeOpen: boolean | undefined): void {
    this.spaceTime.hidden = isSpaceTimeOpen === undefined;
    this.ofGallery.hidden = isSingle;
    this.ofSingle.hidden = !isSingle;
    this.exportSlot.hidden = !hasDiagram;
    this.spaceTime.setAttribute("aria-pressed", String(isSpaceTimeOpen ?? false));
    this.spaceTime.classList.toggle("pressed", isSpaceTimeOpen ?? false);
  }

  showCount(count: number, total: number): void {
    setText(this.count, count === total ? counted(total, "diagram") : `${count} of ${total}`);
  }

  showScale(scale: number): void {
    setText(this.scale, `${Math.round(scale * 100)}%`);
  }

  /** Puts the keyboard into the search. */
  find(): void {
    this.field.focus();
    const inner = this.field.shadowRoot?.querySelector("input");
    inner?.select();
  }

  set search(text: string) {
    if (this.field.value !== text) {
      this.field.value = text;
    }
  }
}
