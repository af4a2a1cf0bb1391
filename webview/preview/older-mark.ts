import { htmlElement } from "../kit/elements.js";

const delay = 400; // milliseconds in which a newer drawing is likely to come

/** Says that a drawing is older than the text, once that has lasted: what is over soon would only flicker. */
export class OlderMark {
  private readonly words = htmlElement("span", { class: "older-words" }, "older than the text");
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly place: HTMLElement) {
    this.words.hidden = true;
    place.append(this.words);
  }

  /** @param atOnce when it is known to last. */
  set(isOlder: boolean, atOnce = false): void {
    if (!isOlder) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.show(false);
    } else if (atOnce) {
      this.show(true);
    } else if (this.words.hidden) {
      this.timer ??= setTimeout(() => this.show(true), delay);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private show(isOlder: boolean): void {
    this.words.hidden = !isOlder;
    this.place.classList.toggle("older", isOlder);
  }
}
