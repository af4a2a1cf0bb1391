import { htmlElement, setText } from "./elements.js";

const shownFor = 6000; // milliseconds

/** The page's lines to the reader: what is so at present, what has just happened, and what only screen readers are told. */
export class Notices {
  /** What is so at present. */
  readonly status = htmlElement("div", { class: "notice", role: "status" });
  private readonly line = htmlElement("p");
  private readonly toast = htmlElement("div", { class: "toast" });
  private readonly voice = htmlElement("div", { class: "unseen", "aria-live": "polite" });
  private hide: ReturnType<typeof setTimeout> | undefined;
  private speak: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.status.append(this.line);
    this.status.hidden = true;
    this.toast.hidden = true;
    this.toast.addEventListener("click", () => {
      this.toast.hidden = true;
    });
    document.body.append(this.toast, this.voice);
  }

  /** Shows a standing line, or none. */
  set(text: string | undefined, severity: "info" | "warning" = "warning"): void {
    this.status.classList.toggle("info", severity === "info");
    if (text !== undefined) {
      setText(this.line, text);
    }
    this.status.hidden = text === undefined;
  }

  announce(text: string): void {
    clearTimeout(this.speak);
    // The same words again are said again only when they have been away.
    if (this.voice.textContent === text) {
      this.voice.textContent = "";
    }
    this.speak = setTimeout(() => setText(this.voice, text), 60);
  }

  notify(text: string, severity: "info" | "error" = "info"): void {
    clearTimeout(this.hide);
    this.toast.classList.toggle("error", severity === "error");
    setText(this.toast, text);
    this.toast.hidden = false;
    this.announce(text);
    this.hide = setTimeout(() => {
      this.toast.hidden = true;
    }, shownFor);
  }
}
