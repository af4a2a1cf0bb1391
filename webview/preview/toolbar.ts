import { type Button, makeButton, makeTextField } from "../kit/controls.js";
import { htmlElement, setText } from "../kit/elements.js";
import { makeIcon } from "../kit/icon.js";
import { openMenu } from "../kit/menu.js";
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
  more: "M3.4 8h.2M7.9 8h.2M12.4 8h.2",
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
  private readonly more: Button;
  /** What may be folded into the menu, the first of all first; counts are left out of it. */
  private readonly foldable: readonly HTMLElement[];
  private readonly labels = new Map<HTMLElement, { readonly label: string; readonly onPick: () => void }>();

  constructor(actions: ToolbarActions) {
    const tool = (label: string, name: keyof typeof icons, onPress: () => void): Button => {
      const button = makeButton({ label, appearance: "icon", icon: makeIcon(icons[name]), onPress });
      this.labels.set(button, { label, onPick: onPress });
      return button;
    };
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
    const zoomOut = tool("Zoom out (-)", "zoomOut", () => actions.zoomOut());
    const zoomIn = tool("Zoom in (+)", "zoomIn", () => actions.zoomIn());
    const fit = tool("Fit (0)", "fit", () => actions.fit());
    this.ofSingle = htmlElement(
      "div",
      { class: "tools grow" },
      this.back,
      zoomOut,
      this.scale,
      zoomIn,
      fit,
      this.spaceTime,
    );
    const help = tool("Keys (?)", "help", () => actions.help());
    this.more = makeButton({
      label: "More",
      appearance: "icon",
      icon: makeIcon(icons.more),
      onPress: () => this.openMore(),
    });
    this.more.setAttribute("aria-haspopup", "menu");
    this.element.append(this.ofGallery, this.ofSingle, this.importSlot, this.exportSlot, help, this.more);
    this.foldable = [help, this.scale, zoomOut, zoomIn, this.count, fit, this.spaceTime];
    new ResizeObserver(() => this.fold()).observe(this.element);
  }

  /** Keeps to one row: what has no room goes into the menu at the end, the least needed first. */
  private fold(): void {
    for (const one of [...this.foldable, this.more]) {
      one.classList.remove("folded");
    }
    this.more.classList.add("folded");
    for (const one of this.foldable) {
      if (this.element.scrollWidth <= this.element.clientWidth) {
        return;
      }
      if (one.offsetWidth > 0) {
        one.classList.add("folded");
        this.more.classList.remove("folded");
      }
    }
  }

  private openMore(): void {
    const folded = this.foldable.filter(
      (one) => one.classList.contains("folded") && !one.hidden && one.closest("[hidden]") === null,
    );
    const items = [...this.labels].filter(([button]) => folded.includes(button)).map(([, item]) => item);
    const { left, bottom } = this.more.getBoundingClientRect();
    openMenu({ label: "More", at: { x: left, y: bottom }, items });
  }

  /** @param isSpaceTimeOpen absent when there is no space-time panel. */
  show(isSingle: boolean, hasDiagram: boolean, isSpaceTimeOpen: boolean | undefined): void {
    this.spaceTime.hidden = isSpaceTimeOpen === undefined;
    this.ofGallery.hidden = isSingle;
    this.ofSingle.hidden = !isSingle;
    this.exportSlot.hidden = !hasDiagram;
    this.spaceTime.setAttribute("aria-pressed", String(isSpaceTimeOpen ?? false));
    this.spaceTime.classList.toggle("pressed", isSpaceTimeOpen ?? false);
    this.fold();
  }

  showCount(count: number, total: number): void {
    const before = this.count.textContent;
    setText(this.count, count === total ? counted(total, "diagram") : `${count} of ${total}`);
    if (this.count.textContent !== before) {
      this.fold();
    }
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
