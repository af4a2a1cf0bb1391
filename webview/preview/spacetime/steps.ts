import { type Button, makeButton, makeTextField } from "../../kit/controls.js";
import { htmlElement, setText } from "../../kit/elements.js";
import { makeIcon } from "../../kit/icon.js";
import { countWords } from "./embedding-labels.js";

const icons = {
  first: "M3 3V13M13 3L6 8L13 13Z",
  previous: "M11 3L4.5 8L11 13Z",
  next: "M5 3L11.5 8L5 13Z",
  last: "M13 3V13M3 3L10 8L3 13Z",
};

/** How far a page key goes. */
const leap = 10n;

/** Goes through the embeddings: to the first, the last, the next, or one by its number. */
export class Steps {
  readonly element = htmlElement("div", { class: "st-steps", role: "group", "aria-label": "embedding" });
  private readonly field;
  private readonly total = htmlElement("span", { class: "st-total" });
  private readonly buttons: Record<"first" | "previous" | "next" | "last", Button>;
  private number = 0n;
  private count = 0n;

  /** @param onNumber called with the number to go to, from 0. */
  constructor(private readonly onNumber: (number: bigint) => void) {
    const button = (name: keyof typeof icons, label: string, target: () => bigint): Button =>
      makeButton({
        label,
        appearance: "icon",
        icon: makeIcon(icons[name]),
        onPress: () => this.go(target()),
      });
    this.buttons = {
      first: button("first", "First embedding (Home)", () => 0n),
      previous: button("previous", "Previous embedding (←)", () => this.number - 1n),
      next: button("next", "Next embedding (→)", () => this.number + 1n),
      last: button("last", "Last embedding (End)", () => this.count - 1n),
    };
    this.field = makeTextField({ label: "Number of the embedding", labelHidden: true, placeholder: "1" });
    this.field.classList.add("st-field");
    this.field.addEventListener("change", () => this.take());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        this.take();
      } else if (event.key === "ArrowUp") {
        this.go(this.number + 1n);
      } else if (event.key === "ArrowDown") {
        this.go(this.number - 1n);
      } else {
        return;
      }
      event.preventDefault();
    });
    const { first, previous, next, last } = this.buttons;
    this.element.append(first, previous, this.field, this.total, next, last);
  }

  /** Where one is; with no number there is nothing to step through. */
  show(number: bigint | undefined, total: string): void {
    this.number = number ?? 0n;
    this.count = BigInt(total);
    const isEmpty = number === undefined;
    const text = isEmpty ? "0" : String(this.number + 1n);
    if (this.field.value !== text) {
      this.field.value = text;
    }
    this.field.style.setProperty("--digits", String(Math.min(16, Math.max(3, text.length))));
    setText(this.total, `of ${countWords(total)}`);
    this.total.title = total.length > 15 ? total : "";
    this.field.disabled = isEmpty;
    const { first, previous, next, last } = this.buttons;
    // A button that is switched off would lose the keyboard.
    for (const [button, isOff] of [
      [first, this.number <= 0n],
      [previous, this.number <= 0n],
      [next, this.number >= this.count - 1n],
      [last, this.number >= this.count - 1n],
    ] as const) {
      button.setAttribute("aria-disabled", String(isEmpty || isOff));
    }
  }

  /** Takes a key of the grid; the answer is whether it is one of these. */
  key(name: string): boolean {
    const targets: Record<string, () => bigint> = {
      ArrowLeft: () => this.number - 1n,
      ArrowRight: () => this.number + 1n,
      PageUp: () => this.number - leap,
      PageDown: () => this.number + leap,
      Home: () => 0n,
      End: () => this.count - 1n,
    };
    const target = targets[name];
    if (target) {
      this.go(target());
    }
    return target !== undefined;
  }

  private take(): void {
    const text = this.field.value.replace(/[\s,_]/g, "");
    if (/^\d+$/.test(text)) {
      this.go(BigInt(text) - 1n);
    }
    this.field.value = String(this.number + 1n);
  }

  private go(target: bigint): void {
    if (this.count === 0n) {
      return;
    }
    const number = target < 0n ? 0n : target >= this.count ? this.count - 1n : target;
    if (number !== this.number) {
      this.onNumber(number);
    }
  }
}
