import { formatSpaceTime, optimisers, spaceTimeOf } from "../../../src/optimisers/index.js";
import type { PreviewFile } from "../../../src/preview/index.js";
import { Chooser } from "../../kit/chooser.js";
import { makeTextField } from "../../kit/controls.js";
import { htmlElement } from "../../kit/elements.js";
import { rateFor } from "./rates.js";

/** What is chosen to be looked at. */
export interface Choice {
  readonly text: string;
  readonly landscape?: string;
  readonly eta?: number;
  /** As the file writes it; the identity where absent. */
  readonly metric?: string;
}

/** Space-times that are small enough to look at. */
export const examples: readonly string[] = optimisers.flatMap((record) =>
  record.smallExamples.map((values) => formatSpaceTime(spaceTimeOf(record, values))),
);

/** Milliseconds after a key until what is typed is taken. */
const rest = 400;
const other = "";
const longestOption = 44; // characters

/** The choice of a space-time, of the file's or typed, and of a landscape with a learning rate. */
export class ChoiceForm {
  readonly element = htmlElement("form", { class: "st-form", "aria-label": "Space-time and landscape" });
  private readonly spacetimes = new Chooser(
    "Space-time",
    (text) => this.chooseSpaceTime(text),
    longestOption,
  );
  private readonly landscapes = new Chooser("Landscape", (name) => this.chooseLandscape(name));
  private readonly metrics = new Chooser("Metric", (text) => this.chooseMetric(text), longestOption);
  private readonly typed;
  private readonly eta;
  private readonly etaRow: HTMLElement;
  private readonly typedRow: HTMLElement;
  private readonly etaProblem = htmlElement("p", { class: "form-status problem", id: "st-eta-problem" });
  private choice: Choice = { text: "" };
  private offered: readonly string[] = [];
  private rates: PreviewFile["rates"];
  private isTyping = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onChoice: (choice: Choice) => void) {
    this.typed = makeTextField({
      label: "Space-time, typed",
      labelHidden: true,
      placeholder: examples[0]!,
      onInput: () => this.soon(),
    });
    this.eta = makeTextField({ label: "Learning rate eta", labelHidden: true, onInput: () => this.soon() });
    this.typedRow = row("", this.typed);
    this.etaRow = row("eta", this.eta);
    this.etaRow.append(this.etaProblem);
    this.element.append(
      this.spacetimes.element,
      this.typedRow,
      this.landscapes.element,
      this.etaRow,
      this.metrics.element,
    );
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        this.take();
      }
    });
    for (const field of [this.typed, this.eta]) {
      field.addEventListener("change", () => this.take());
    }
  }

  /** Shows what is chosen, among what the file offers. */
  show(
    choice: Choice,
    {
      spacetimes,
      landscapes,
      metrics = [],
      rates,
    }: Pick<PreviewFile, "spacetimes" | "landscapes" | "metrics" | "rates">,
  ): void {
    this.choice = choice;
    this.rates = rates;
    this.offered = [...new Set([...spacetimes, ...examples])];
    const isOffered = this.offered.includes(choice.text);
    // What somebody types may for a moment be what the file offers.
    this.isTyping = !isOffered || (this.isTyping && hasFocus(this.typed));
    this.showSpaceTimes();
    const names =
      choice.landscape === undefined ? landscapes : [...new Set([...landscapes, choice.landscape])];
    this.landscapes.show(
      [["", "none: no contributions"], ...names.map((name) => [name, name] as const)],
      choice.landscape ?? "",
    );
    const known = choice.metric === undefined ? metrics : [...new Set([...metrics, choice.metric])];
    this.metrics.show(
      [["", "none: the identity"], ...known.map((text) => [text, text] as const)],
      choice.metric ?? "",
    );
    this.metrics.element.hidden = choice.landscape === undefined || known.length === 0;
    this.typedRow.hidden = !this.isTyping;
    this.etaRow.hidden = choice.landscape === undefined;
    if (!hasFocus(this.typed) && this.typed.value !== choice.text) {
      this.typed.value = choice.text;
    }
    const eta = choice.eta === undefined ? "" : String(choice.eta);
    if (!hasFocus(this.eta) && this.eta.value !== eta) {
      this.eta.value = eta;
    }
    this.checkEta();
  }

  private showSpaceTimes(): void {
    this.spacetimes.show(
      [...this.offered.map((text) => [text, text] as const), [other, "type another…"]],
      this.isTyping ? other : this.choice.text,
    );
  }

  private chooseSpaceTime(text: string): void {
    if (text !== other) {
      this.isTyping = false;
      this.change({ ...this.choice, text, ...this.rateNow(text, this.choice.landscape) });
      return;
    }
    this.isTyping = true;
    this.showSpaceTimes();
    this.typedRow.hidden = false;
    this.typed.value = this.choice.text;
    this.typed.focus();
  }

  private chooseLandscape(name: string): void {
    const { text, eta } = this.choice;
    const isNone = name === "";
    // Another landscape has other weights, which a metric is over.
    this.change({
      text,
      ...(isNone ? {} : { landscape: name }),
      ...(isNone && eta !== undefined ? { eta } : this.rateNow(text, isNone ? undefined : name)),
    });
  }

  /** The learning rate that comes with a choice; one that somebody has written stays. */
  private rateNow(text: string, landscape: string | undefined): Pick<Choice, "eta"> {
    const { eta, text: before, landscape: beside } = this.choice;
    const offered = (spacetime: string, on: string | undefined) =>
      rateFor(this.rates === undefined ? {} : { rates: this.rates }, spacetime, on);
    if (eta !== undefined && eta !== offered(before, beside)) {
      return { eta };
    }
    return eta === undefined && landscape === undefined ? {} : { eta: offered(text, landscape) };
  }

  private chooseMetric(text: string): void {
    const { metric: _, ...rest } = this.choice;
    this.change(text === "" ? rest : { ...rest, metric: text });
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.take(), rest);
  }

  /** Takes what is typed. */
  private take(): void {
    clearTimeout(this.timer);
    const eta = this.checkEta();
    const text = this.isTyping ? this.typed.value.trim() : this.choice.text;
    const { landscape, metric } = this.choice;
    this.change({
      text,
      ...(landscape === undefined ? {} : { landscape }),
      ...(eta === undefined ? {} : { eta }),
      ...(metric === undefined ? {} : { metric }),
    });
  }

  private change(choice: Choice): void {
    const { text, landscape, eta, metric } = this.choice;
    const isSame = choice.text === text && choice.landscape === landscape && choice.eta === eta;
    if (isSame && choice.metric === metric) {
      return;
    }
    this.onChoice(choice);
  }

  /** The learning rate that is typed, if it is one. */
  private checkEta(): number | undefined {
    const text = this.eta.value.trim();
    const value = Number(text);
    const isRate = text !== "" && Number.isFinite(value) && value > 0;
    const isWrong = !isRate && this.choice.landscape !== undefined;
    this.etaProblem.textContent = isWrong ? "a learning rate is a positive number, such as 0.1" : "";
    this.eta.toggleAttribute("aria-invalid", isWrong);
    if (isWrong) {
      this.eta.setAttribute("aria-invalid", "true");
    }
    return isRate ? value : undefined;
  }
}

function row(label: string, control: HTMLElement): HTMLElement {
  // The control says its label itself.
  return htmlElement(
    "div",
    { class: "st-row" },
    htmlElement("span", { "aria-hidden": "true" }, label),
    control,
  );
}

function hasFocus(element: HTMLElement): boolean {
  return document.activeElement === element;
}
