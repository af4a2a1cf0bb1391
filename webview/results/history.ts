import type { RunRecord, RunSummary } from "../../src/runs/index.js";
import { Chooser } from "../kit/chooser.js";
import { type Button, makeButton, makeTextField, type TextField } from "../kit/controls.js";
import { htmlElement, setAttributes, setText } from "../kit/elements.js";
import { isPlainKey, stepInList } from "../kit/keyboard.js";
import { KeyedChildren } from "../kit/keyed-children.js";
import { counted } from "../kit/text.js";
import {
  filteredRuns,
  groupedRuns,
  type HistoryFilter,
  type ListedRun,
  listedRuns,
  marksOf,
  type RunGroup,
  standingsOf,
} from "./history-filter.js";
import { deleteIcon, setStanding, standingIcon } from "./icons.js";
import { count, timeWords } from "./numbers.js";

/** What the list of runs asks of the page. */
export interface HistoryActions {
  choose(id: string): void;
  delete(id: string): void;
  clear(): void;
  /** Shows only some of the runs, or all again. */
  filter(filter: HistoryFilter): void;
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

interface Group {
  readonly element: HTMLElement;
  readonly title: HTMLElement;
  readonly file: HTMLElement;
  readonly entries: KeyedChildren<Entry>;
}

/** No run stands so. */
const anyStanding = "(any)";

/**
 * The list of all kept runs by their blocks, the newest first. Arrow keys go along it, Delete deletes. Where there is no room for it
 * beside the run, a button above that opens it.
 */
export class History {
  readonly element = htmlElement("nav", { class: "history", "aria-label": "Runs" });
  private readonly toggle = htmlElement("button", {
    type: "button",
    class: "history-toggle",
    "aria-expanded": "false",
    "aria-controls": "history-panel",
  });
  private readonly toggleIcon = standingIcon("running");
  private readonly toggleWords = htmlElement("span");
  private readonly panel = htmlElement("div", { class: "history-panel", id: "history-panel" });
  private readonly clear: Button;
  private readonly question = htmlElement("div", { class: "history-question", role: "group" });
  private readonly words = htmlElement("p");
  private readonly field: TextField;
  private readonly standings: Chooser;
  private readonly filters = htmlElement("div", { class: "history-filters", role: "search" });
  private readonly found = htmlElement("p", { class: "history-found", role: "status" });
  private readonly all: Button;
  private readonly list = htmlElement("div", { class: "history-groups" });
  private readonly groups = new KeyedChildren(
    this.list,
    (key) => this.makeGroup(key),
    (neighbour) => neighbour?.querySelector("button")?.focus(),
  );
  private filter: HistoryFilter = {};

  constructor(private readonly actions: HistoryActions) {
    this.clear = makeButton({ label: "Clear all…", onPress: () => this.ask(true) });
    this.field = makeTextField({
      label: "Filter runs",
      labelHidden: true,
      placeholder: "Filter by name, file, verdict…",
      onInput: (filter) => this.change({ ...this.filter, filter }),
    });
    this.standings = new Chooser("Show", (value) =>
      this.change({ ...this.filter, standing: value === anyStanding ? undefined : value }),
    );
    this.all = makeButton({ label: "Show all runs", onPress: () => this.change({}) });
    this.filters.append(this.field, this.standings.element);
    this.makeQuestion();
    const head = htmlElement("div", { class: "history-head" }, htmlElement("h2", {}, "Runs"), this.clear);
    this.panel.append(head, this.question, this.filters, this.found, this.all, this.list);
    this.toggle.append(this.toggleIcon, this.toggleWords);
    this.element.append(this.toggle, this.panel);
    this.toggle.addEventListener("click", () => this.open(!this.isOpen));
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("pointerdown", ({ target }) => {
      if (this.isOpen && target instanceof Node && !this.element.contains(target)) {
        this.open(false, false);
      }
    });
  }

  /** @param records what is known of runs in full, which may be newer than the list. */
  show(
    runs: readonly RunSummary[],
    shown: string | undefined,
    records: ReadonlyMap<string, RunRecord>,
    filter: HistoryFilter,
  ): void {
    this.filter = filter;
    this.element.classList.toggle("empty", runs.length === 0);
    this.clear.hidden = runs.length === 0;
    setText(
      this.words,
      `Delete ${runs.length === 1 ? "the run" : `all ${count(runs.length)} runs`} for good?`,
    );
    if (runs.length === 0) {
      this.question.hidden = true;
    }
    const listed = listedRuns(runs, records);
    this.showToggle(listed, shown);
    const seen = filteredRuns(listed, filter);
    this.showFilters(listed, seen.length);
    const groups = groupedRuns(seen);
    const reachable = seen.find(({ run }) => run.id === shown) ?? groups[0]?.runs[0];
    this.groups.show(groups.map(({ key }) => key)).forEach((group, index) => {
      this.fillGroup(group, groups[index]!, shown, reachable);
    });
  }

  private get isOpen(): boolean {
    return this.element.classList.contains("open");
  }

  /** Opens or closes the list where it is behind a button. */
  private open(isOpen: boolean, takesFocus = true): void {
    this.element.classList.toggle("open", isOpen);
    this.toggle.setAttribute("aria-expanded", String(isOpen));
    if (takesFocus) {
      (isOpen ? this.panel.querySelector<HTMLElement>('.history-run[tabindex="0"]') : this.toggle)?.focus();
    }
  }

  private change(filter: HistoryFilter): void {
    this.filter = filter;
    this.actions.filter(filter);
  }

  private makeQuestion(): void {
    const sure = makeButton({
      label: "Delete all",
      appearance: "primary",
      onPress: () => {
        this.ask(false);
        this.actions.clear();
      },
    });
    const keep = makeButton({ label: "Keep", onPress: () => this.ask(false) });
    const buttons = htmlElement("div", { class: "buttons" }, keep, sure);
    this.question.setAttribute("aria-label", "Delete all runs?");
    this.question.append(this.words, buttons);
    this.question.hidden = true;
    this.question.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        this.ask(false);
      }
    });
  }

  private showToggle(listed: readonly ListedRun[], shown: string | undefined): void {
    const own = listed.find(({ run }) => run.id === shown);
    const all = counted(listed.length, "run");
    const words =
      own === undefined ? all : `${own.run.title}: ${own.standing}, ${timeWords(own.run.started)}`;
    setText(this.toggleWords, own === undefined ? all : `${words} (${all})`);
    this.toggleIcon.toggleAttribute("hidden", own === undefined);
    if (own !== undefined) {
      setStanding(this.toggleIcon, own.standing);
    }
  }

  private showFilters(listed: readonly ListedRun[], seen: number): void {
    const { filter = "", standing } = this.filter;
    if (this.field.value !== filter && document.activeElement !== this.field) {
      this.field.value = filter;
    }
    const isFiltered = filter.trim() !== "" || standing !== undefined;
    const standings = standingsOf(listed).map((one) => [one, one] as const);
    const chosen = standing ?? anyStanding;
    const isThere = standings.some(([one]) => one === chosen);
    this.standings.show(
      [
        [anyStanding, "all"],
        ...standings,
        ...(standing === undefined || isThere ? [] : [[standing, standing] as const]),
      ],
      chosen,
    );
    // One run needs no filter; one that is set can be taken off.
    this.filters.hidden = listed.length < 2 && !isFiltered;
    const words =
      seen === 0 ? "No run matches the filter." : `${count(seen)} of ${counted(listed.length, "run")}`;
    setText(this.found, isFiltered ? words : "");
    this.found.hidden = !isFiltered;
    this.all.hidden = !isFiltered;
  }

  private makeGroup(key: string): Group {
    const title = htmlElement("span", { class: "history-title" });
    const file = htmlElement("span", { class: "history-file" });
    const runs = htmlElement("ul");
    const heading = htmlElement("h3", {}, title, file);
    const element = htmlElement("section", { class: "history-group", "data-key": key }, heading, runs);
    const entries = new KeyedChildren(
      runs,
      (id) => this.make(id),
      (neighbour) => neighbour?.querySelector("button")?.focus(),
    );
    return { element, title, file, entries };
  }

  private fillGroup(
    group: Group,
    { title, file, uri, runs }: RunGroup,
    shown: string | undefined,
    reachable: ListedRun | undefined,
  ): void {
    setText(group.title, title);
    setText(group.file, file);
    setAttributes(group.element, { "aria-label": `${title}, ${file}`, title: `${title}\n${readable(uri)}` });
    group.entries.show(runs.map(({ run }) => run.id)).forEach((entry, index) => {
      const one = runs[index]!;
      this.fill(entry, one);
      setAttributes(entry.button, { "aria-current": one.run.id === shown ? "true" : undefined });
      entry.button.tabIndex = one === reachable ? 0 : -1;
      entry.remove.tabIndex = one === reachable ? 0 : -1;
    });
  }

  private make(id: string): Entry {
    const entry: Entry = {
      element: htmlElement("li"),
      button: htmlElement("button", { type: "button", class: "history-run" }),
      icon: standingIcon("running"),
      title: htmlElement("span", { class: "unseen" }),
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
    button.addEventListener("click", () => {
      this.actions.choose(id);
      if (this.isOpen) {
        this.open(false);
      }
    });
    element.append(button, entry.remove);
    return entry;
  }

  private fill(entry: Entry, { run, standing }: ListedRun): void {
    setStanding(entry.icon, standing);
    setText(entry.title, `${run.title}: `);
    setText(entry.standing, standing);
    const backend = run.backend === undefined ? "" : `, ${run.backend}`;
    setText(entry.place, `${timeWords(run.started)}${backend}`);
    setText(entry.marks, marksOf(run).join(" · "));
    entry.remove.hidden = standing === "running";
  }

  private ask(isOpen: boolean): void {
    if (this.question.hidden !== isOpen) {
      return;
    }
    this.question.hidden = !isOpen;
    if (isOpen) {
      this.question.querySelector<HTMLElement>("vscode-button")?.focus();
    } else {
      this.clear.focus();
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (!isPlainKey(event)) {
      return;
    }
    if (event.key === "Escape" && this.isOpen) {
      this.open(false);
      event.preventDefault();
      return;
    }
    const buttons = [...this.list.querySelectorAll<HTMLButtonElement>(".history-run")];
    const isInField = event.target === this.field;
    const index = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (isInField && event.key === "ArrowDown" && buttons.length > 0) {
      buttons[0]!.focus();
    } else if (index === -1) {
      return;
    } else {
      const next = stepInList(event.key, index, buttons.length);
      const { id } = buttons[index]!.dataset;
      const entry = buttons[index]!.closest("li")?.querySelector("vscode-button");
      if (next !== undefined) {
        buttons[next]?.focus();
      } else if (event.key === "Delete" && id !== undefined && !entry?.hasAttribute("hidden")) {
        this.actions.delete(id);
      } else {
        return;
      }
    }
    event.preventDefault();
  }
}

/** An address for reading. */
function readable(uri: string): string {
  try {
    return decodeURIComponent(uri.replace(/^file:\/\//, ""));
  } catch {
    return uri;
  }
}
