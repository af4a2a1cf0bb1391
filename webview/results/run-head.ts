import type { RunRecord, RunSummary } from "../../src/results/index.js";
import { htmlElement, setText } from "../preview/svg-elements.js";
import { makeButton } from "../toolkit.js";
import { setStanding, standingIcon } from "./icons.js";
import { count, durationWords, standingOf, timeWords } from "./words.js";

/** What can be done with the run that is shown. */
export interface RunActions {
  cancel(): void;
  resume(): void;
  rerun(trials?: number): void;
  reveal(): void;
}

/** What a run is of, how it stands, and what can be done with it. */
export class RunHead {
  readonly element = htmlElement("header", { class: "run-head" });
  /** Where other parts put their buttons. */
  readonly tools = htmlElement("div", { class: "tools" });
  private readonly title = htmlElement("h1", { tabindex: "-1" });
  private readonly icon = standingIcon("running");
  private readonly standing = htmlElement("span");
  private readonly facts = htmlElement("dl");
  private readonly values = new Map<string, HTMLElement>();
  private readonly changed = htmlElement("p", { class: "note" }, "The file has changed since this run.");
  private readonly message = htmlElement("p", { class: "note problem" });
  private readonly cancel;
  private readonly resume;
  private readonly rerun;
  private readonly decide;
  private trials = 0;

  constructor(actions: RunActions) {
    this.cancel = makeButton({ label: "Cancel", appearance: "primary", onPress: () => actions.cancel() });
    this.resume = makeButton({ label: "Resume", appearance: "primary", onPress: () => actions.resume() });
    this.rerun = makeButton({ label: "Run again", onPress: () => actions.rerun() });
    this.decide = makeButton({ label: "", onPress: () => actions.rerun(this.trials) });
    const reveal = makeButton({ label: "Show in the file", onPress: () => actions.reveal() });
    const badge = htmlElement("span", { class: "badge" }, this.icon, this.standing);
    this.tools.append(this.cancel, this.resume, this.decide, this.rerun, reveal);
    this.element.append(
      htmlElement("div", { class: "run-title" }, this.title, badge),
      this.changed,
      this.message,
      this.facts,
      this.tools,
    );
  }

  show(record: RunRecord, summary: RunSummary | undefined): void {
    const standing = standingOf(record);
    setText(this.title, record.title);
    setStanding(this.icon, standing);
    setText(this.standing, standing);
    for (const [name, value] of factsOf(record)) setText(this.valueOf(name), value);
    for (const [name, element] of this.values)
      element.parentElement!.hidden = !factsOf(record).some(([other]) => other === name);
    this.changed.hidden = summary?.changed !== true;
    setText(this.message, record.message ?? "");
    this.message.hidden = record.message === undefined;
    const isRunning = record.state === "running";
    this.trials = Math.max(0, ...record.points.map(({ trialsToDecide }) => trialsToDecide ?? 0));
    setText(this.decide, `Run with ${count(this.trials)} trials`);
    this.showButtons(isRunning, summary?.resumable === true);
  }

  // What has the keyboard and is hidden gives it to the title.
  private showButtons(isRunning: boolean, isResumable: boolean): void {
    const wanted = [
      [this.cancel, isRunning],
      [this.resume, !isRunning && isResumable],
      [this.decide, !isRunning && this.trials > 0],
      [this.rerun, !isRunning],
    ] as const;
    for (const [button, isShown] of wanted) {
      if (!isShown && button === document.activeElement) this.title.focus();
      button.hidden = !isShown;
    }
  }

  private valueOf(name: string): HTMLElement {
    const known = this.values.get(name);
    if (known) return known;
    const value = htmlElement("dd");
    this.facts.append(htmlElement("div", {}, htmlElement("dt", {}, name), value));
    this.values.set(name, value);
    return value;
  }
}

function factsOf(record: RunRecord): (readonly [name: string, value: string])[] {
  const isVerified = record.kind === "verification";
  const { started, finished } = record;
  const lasted = finished === undefined ? "" : `, took ${durationWords((finished - started) / 1000)}`;
  return [
    ["file", record.file],
    ["landscape", record.landscape],
    ["space-time", record.spacetime],
    ["prediction", record.prediction],
    ["sum", record.sum],
    ...(isVerified
      ? ([
          ["trials", `${count(record.trials)} for each η`],
          ["seed", String(record.seed)],
          ["backend", record.backend],
        ] as const)
      : []),
    ["version", record.version],
    ["started", `${timeWords(started)}${lasted}`],
  ];
}
