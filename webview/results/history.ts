import type { RunRecord, RunSummary } from "../../src/runs/index.js";
import { type Button, makeButton } from "../kit/controls.js";
import { htmlElement, setAttributes, setText } from "../kit/elements.js";
import { isPlainKey, stepInList } from "../kit/keyboard.js";
import { KeyedChildren } from "../kit/keyed-children.js";
import { deleteIcon, setStanding, standingIcon } from "./icons.js";
import { timeWords } from "./numbers.js";
import { standingOf } from "./standing.js";

/** What the list of runs asks of the page. */
export interface HistoryActions {
  choose(id: string): void;
  delete(id: string): void;
  clear(): void;
}

interface Entry {
  readonly element: HTMLLIElement;
  readonly button: HTMLButtonElement;
  readonly icon: SVGElement;
  readonly title: HTMLElement;
  readonly standing: HTMLElement;
  readonly place: HTMLElement;
  readonly marks: HTMLElement;
  readonly remove: Button;
}

/** The list of all kept runs, the newest first. Arrow keys go along it, Delete deletes. */
export class History {
  readonly element = htmlElement("nav", { class: "history", "aria-label": "Runs" });
  private readonly heading = htmlElement("h2", {}, "Runs");
  private readonly list = htmlElement("ul");
  private readonly clear: Button;
  private readonly question = htmlElement("div", { class: "history-question", role: "group" });
  private readonly words = htmlElement("p");
  private readonly entries = new KeyedChildren(
    this.list,
    (id) => this.make(id),
    (neighbour) => neighbour?.querySelector("button")?.focus(),
  );

  constructor(private readonly actions: HistoryActions) {
    this.clear = makeButton({ label: "Clear all…", onPress: () => this.ask(true) });
    const sure = makeButton({
      label: "Delete all",
      appearance: "primary",
      onPress: () => {
        this.ask(false);
        actions.clear();
      },
    });
    const keep = makeButton({ label: "Keep", onPress: () => this.ask(false) });
    const buttons = htmlElement("div", { class: "buttons" }, keep, sure);
    this.question.setAttribute("aria-label", "Delete all runs?");
    this.question.append(this.words, buttons);
    this.question.hidden = true;
    this.question.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.ask(false);
      }
    });
    const head = htmlElement("div", { class: "history-head" }, this.heading, this.clear);
    this.element.append(head, this.question, this.list);
    this.list.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** @param records what is known of runs in full, which may be newer than the list. */
  show(
    runs: readonly RunSummary[],
    shown: string | undefined,
    records: ReadonlyMap<string, RunRecord>,
  ): void {
    this.element.classList.toggle("empty", runs.length === 0);
    this.clear.hidden = runs.length === 0;
    setText(this.words, `Delete ${runs.length === 1 ? "the run" : `all ${runs.length} runs`} for good?`);
    if (runs.length === 0) {
      this.question.hidden = true;
    }
    const reachable = runs.find(({ id }) => id === shown)?.id ?? runs[0]?.id;
    const entries = this.entries.show(runs.map(({ id }) => id));
    entries.forEach((entry, index) => {
      const run = runs[index]!;
      this.fill(entry, run, records.get(run.id));
      setAttributes(entry.button, { "aria-current": run.id === shown ? "true" : undefined });
      entry.button.tabIndex = run.id === reachable ? 0 : -1;
      entry.remove.tabIndex = run.id === reachable ? 0 : -1;
    });
  }

  private make(id: string): Entry {
    const entry: Entry = {
      element: htmlElement("li"),
      button: htmlElement("button", { type: "button", class: "history-run" }),
      icon: standingIcon("running"),
      title: htmlElement("span", { class: "history-title" }),
      standing: htmlElement("span", { class: "history-standing" }),
      place: htmlElement("span", { class: "history-place" }),
      marks: htmlElement("span", { class: "history-marks" }),
      remove: makeButton({
        label: "Delete the run",
        appearance: "icon",
        icon: deleteIcon(),
        onPress: () => this.actions.delete(id),
      }),
    };
    const { button, element } = entry;
    button.dataset.id = id;
    button.append(entry.icon, entry.title, entry.standing, entry.place, entry.marks);
    button.addEventListener("click", () => this.actions.choose(id));
    element.append(button, entry.remove);
    return entry;
  }

  private fill(entry: Entry, run: RunSummary, record: RunRecord | undefined): void {
    const standing = standingOf(record ?? run);
    setStanding(entry.icon, standing);
    setText(entry.title, run.title);
    entry.button.title = run.title;
    setText(entry.standing, standing);
    const backend = run.backend === undefined ? "" : `, ${run.backend}`;
    setText(entry.place, `${run.file}, ${timeWords(run.started)}${backend}`);
    const marks = [run.changed ? "file changed since" : "", run.resumable ? "can be resumed" : ""];
    setText(entry.marks, marks.filter((mark) => mark !== "").join(" · "));
    entry.remove.hidden = standing === "running";
  }

  private ask(isOpen: boolean): void {
    if (this.question.hidden !== isOpen) {
      return;
    }
    this.question.hidden = !isOpen;
    // Custom elements take the keyboard only once they are rendered.
    if (isOpen) {
      requestAnimationFrame(() => this.question.querySelector<HTMLElement>("vscode-button")?.focus());
    } else {
      this.clear.focus();
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (!isPlainKey(event)) {
      return;
    }
    const buttons = [...this.list.querySelectorAll<HTMLButtonElement>(".history-run")];
    const index = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (index === -1) {
      return;
    }
    const next = stepInList(event.key, index, buttons.length);
    const { id } = buttons[index]!.dataset;
    if (next !== undefined) {
      buttons[next]?.focus();
    } else if (event.key === "Delete" && id !== undefined && !this.entries.get(id)?.remove.hidden) {
      this.actions.delete(id);
    } else {
      return;
    }
    event.preventDefault();
  }
}
