import { shownNumbers } from "../../src/plots/numbers.js";
import {
  conclusionOf,
  type FromResultsPage,
  parseResultsPageState,
  parseToResultsPage,
  type ResultsPageState,
  type RunEvent,
  type RunRecord,
  type RunSummary,
  startedRecord,
  type ToResultsPage,
  withEvent,
} from "../../src/runs/index.js";
import { type EditorApi, listenToEditor } from "../kit/editor.js";
import { htmlElement, setText } from "../kit/elements.js";
import { KeptState } from "../kit/kept-state.js";
import { Notices } from "../kit/notices.js";
import { asSentence } from "../kit/text.js";
import { History } from "./history.js";
import { Refresher } from "./refresher.js";
import { RunView } from "./run-view.js";

const firstRun =
  "Open a .diag file and press Verify above a verify block, or Evaluate above a diagram: " +
  "what comes out is shown and kept here.";

/** The page: it takes the editor's messages, and keeps the list of runs and the run that is shown up to date. */
export class ResultsPage {
  private readonly state: KeptState<ResultsPageState>;
  private readonly refresher = new Refresher(() => this.refresh());
  private readonly notices = new Notices();
  private readonly history: History;
  private view: RunView | undefined;
  private readonly main = htmlElement("main");
  private readonly blank = htmlElement("div", { class: "blank", role: "status" });
  private readonly blankTitle = htmlElement("h1");
  private readonly blankWords = htmlElement("p");
  private readonly records = new Map<string, RunRecord>();
  private readonly asked = new Set<string>();
  private readonly missing = new Map<string, string>();
  private runs: readonly RunSummary[] | undefined;
  private told: string | undefined;
  private isScrolled = false;

  constructor(
    root: HTMLElement,
    private readonly editor: EditorApi<FromResultsPage>,
  ) {
    this.state = new KeptState(editor, parseResultsPageState(editor.getState()));
    this.history = new History({
      choose: (id) => this.choose(id),
      delete: (id) => this.say({ type: "delete", id }),
      clear: () => this.say({ type: "clear" }),
      filter: ({ filter, standing }) => {
        this.state.change({ filter: filter === "" ? undefined : filter, standing });
        this.refresher.soon();
      },
    });
    this.blank.append(this.blankTitle, this.blankWords);
    this.blank.hidden = true;
    this.main.append(this.blank);
    this.main.addEventListener("scroll", () => {
      if (this.isScrolled) {
        this.state.change({ scroll: this.main.scrollTop });
      }
    });
    root.append(htmlElement("div", { class: "results" }, this.history.element, this.main));
  }

  /** Takes messages from now on, and tells the editor so. */
  begin(): void {
    this.view = new RunView({
      say: (message) => this.say(message),
      choose: (choice) => {
        this.state.change(choice);
        this.refresher.soon();
      },
      refresh: () => this.refresher.soon(),
    });
    this.view.element.hidden = true;
    this.main.append(this.view.element);
    listenToEditor(parseToResultsPage, (message) => this.take(message));
    this.say({ type: "ready" });
  }

  private say(message: FromResultsPage): void {
    this.editor.postMessage(message);
  }

  private take(message: ToResultsPage): void {
    switch (message.type) {
      case "runs":
        this.takeRuns(message.runs);
        break;
      case "record":
        this.asked.delete(message.record.id);
        this.missing.delete(message.record.id);
        this.records.set(message.record.id, message.record);
        break;
      case "missing":
        this.asked.delete(message.id);
        this.missing.set(message.id, message.message);
        break;
      case "event":
        this.takeEvent(message.id, message.event);
        return;
      case "show":
        this.choose(message.id);
        return;
      case "command":
        this.view?.command(message.command);
        return;
      case "notice":
        this.notices.notify(
          message.failed ? asSentence(message.message) : message.message,
          message.failed ? "error" : "info",
        );
        return;
    }
    this.refresher.soon();
  }

  /**
   * Runs that were in the list before and are not any more are deleted. Who looks at the latest run goes on to one that begins, as the Test
   * Explorer's do; who has gone back to an earlier one, or compares, stays.
   */
  private takeRuns(runs: readonly RunSummary[]): void {
    const kept = new Set(runs.map(({ id }) => id));
    const [latest] = runs;
    const before = this.runs ?? [];
    const isNew = latest !== undefined && before.every(({ id }) => id !== latest.id);
    const sawLatest = before[0] !== undefined && before[0].id === this.state.now.id;
    if (isNew && sawLatest && latest.state === "running" && this.state.now.compare === undefined) {
      this.state.change({ id: latest.id, scroll: undefined });
    }
    for (const { id } of before) {
      if (kept.has(id)) {
        continue;
      }
      this.records.delete(id);
      this.missing.delete(id);
    }
    this.runs = runs;
    const { id, compare } = this.state.now;
    const isThere = (one: string): boolean => kept.has(one) || this.records.has(one);
    if (id === undefined || !isThere(id)) {
      this.state.change({ id: runs[0]?.id, scroll: undefined });
    }
    if (compare !== undefined && !isThere(compare)) {
      this.state.change({ compare: undefined });
    }
  }

  private takeEvent(id: string, event: RunEvent): void {
    const before = this.records.get(id);
    if (event.type === "started") {
      this.records.set(id, startedRecord(event.header));
    } else if (before) {
      this.records.set(id, withEvent(before, event));
    }
    const now = this.records.get(id);
    if (event.type === "ended" && now && id === this.state.now.id) {
      this.announce(now);
    }
    this.refresher.later();
  }

  private announce(record: RunRecord): void {
    const { answer, evidence } = conclusionOf(record, shownNumbers);
    this.notices.announce(`${record.title}: ${answer} ${evidence}`.trim());
  }

  private choose(id: string): void {
    const { id: before, compare } = this.state.now;
    this.missing.delete(id);
    if (id !== before) {
      this.state.change({ id, scroll: undefined, ...(compare === id ? { compare: undefined } : {}) });
      this.main.scrollTop = 0;
    }
    this.refresher.soon();
  }

  /** The record of a run; the editor is asked for it, once, when the page does not have it. */
  private recordOf(id: string | undefined): RunRecord | undefined {
    if (id === undefined) {
      return undefined;
    }
    const record = this.records.get(id);
    if (record === undefined && !this.asked.has(id) && !this.missing.has(id)) {
      this.asked.add(id);
      this.say({ type: "load", id });
    }
    return record;
  }

  private refresh(): void {
    const { now: state } = this.state;
    const runs = this.runs ?? [];
    const record = this.recordOf(state.id);
    const other = state.compare === state.id ? undefined : this.recordOf(state.compare);
    this.history.show(runs, state.id, this.records, state);
    if (this.view) {
      this.view.element.hidden = record === undefined;
    }
    this.blank.hidden = record !== undefined || this.runs === undefined;
    const [title, words] = this.reasonOfBlank(state.id);
    setText(this.blankTitle, title);
    setText(this.blankWords, words);
    if (record) {
      this.view?.show({
        record,
        summary: runs.find(({ id }) => id === record.id),
        other,
        others: runs.filter(({ id }) => id !== record.id),
        state,
      });
      this.scrollBack();
    }
    if (this.told !== state.id) {
      this.told = state.id;
      this.say({ type: "shows", ...(state.id === undefined ? {} : { id: state.id }) });
    }
  }

  /** Why no run is shown: a title and a sentence. */
  private reasonOfBlank(id: string | undefined): readonly [title: string, words: string] {
    if (id === undefined) {
      return ["No runs yet", firstRun];
    }
    const message = this.missing.get(id);
    return message === undefined
      ? ["Loading the run…", ""]
      : ["The run cannot be shown", asSentence(message)];
  }

  /** After a reload the page is where it was, once its plots have their heights. */
  private scrollBack(): void {
    if (this.isScrolled) {
      return;
    }
    const { scroll } = this.state.now;
    setTimeout(() => {
      if (this.isScrolled) {
        return;
      }
      this.isScrolled = true;
      if (scroll !== undefined) {
        this.main.scrollTop = scroll;
      }
    }, 100);
  }
}
