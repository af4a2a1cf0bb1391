import {
  conclusionOf,
  engineReason,
  type RunRecord,
  type RunSummary,
  type VerifyAmendment,
} from "../../src/runs/index.js";
import { type Button, makeButton } from "../kit/controls.js";
import { htmlElement, setText } from "../kit/elements.js";
import { asSentence } from "../kit/text.js";
import { setStanding, standingIcon } from "./icons.js";
import { count, durationWords, shownNumbers, timeWords } from "./numbers.js";
import { offeredRemedies, type Remedy } from "./remedies.js";
import { standingOf } from "./standing.js";

/** What can be done with the run that is shown. */
export interface RunActions {
  cancel(): void;
  resume(): void;
  rerun(change?: { readonly precise?: true }): void;
  /** Has the block in the file say something else, and runs it. */
  amend(amendment: VerifyAmendment): void;
  reveal(): void;
  /** The facts are unfolded, or folded. */
  unfold(isOpen: boolean): void;
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
  private readonly changed = htmlElement(
    "p",
    { class: "note" },
    "What was run has changed since in its files.",
  );
  private readonly answer = htmlElement("p", { class: "answer" });
  private readonly evidence = htmlElement("p", { class: "reason" });
  private readonly next = htmlElement("p", { class: "next" });
  private readonly folded = htmlElement("details", { class: "facts" });
  private readonly fallback = htmlElement("p", { class: "note" });
  /** What more was said of the engines than the sentence. */
  private readonly engineDetails = htmlElement("details", { class: "engine-details" });
  private readonly engineLines = htmlElement("ul", {});
  private readonly coarse = htmlElement("p", { class: "note" });
  private readonly notes = htmlElement("p", { class: "note" });
  private readonly cancel;
  private readonly resume;
  private readonly rerun;
  /** At most one of each kind: trials, learning rate, order. */
  private readonly decide: readonly Button[];
  private readonly precise;
  private remedies: readonly Remedy[] = [];

  constructor(actions: RunActions) {
    this.cancel = makeButton({ label: "Cancel", appearance: "primary", onPress: () => actions.cancel() });
    this.resume = makeButton({ label: "Resume", appearance: "primary", onPress: () => actions.resume() });
    this.rerun = makeButton({ label: "Run again", onPress: () => actions.rerun() });
    this.decide = [0, 1, 2].map((place) =>
      makeButton({ label: "", onPress: () => actions.amend(this.remedies[place]!.amendment) }),
    );
    this.precise = makeButton({
      label: "Run in double precision",
      onPress: () => actions.rerun({ precise: true }),
    });
    const reveal = makeButton({ label: "Show in the file", onPress: () => actions.reveal() });
    const badge = htmlElement("span", { class: "badge" }, this.icon, this.standing);
    this.tools.append(this.cancel, this.resume, ...this.decide, this.precise, this.rerun, reveal);
    this.engineDetails.append(
      htmlElement("summary", {}, "All that was said of the engines"),
      this.engineLines,
    );
    this.folded.append(htmlElement("summary", {}, "What was run, and how"), this.facts, this.engineDetails);
    this.folded.addEventListener("toggle", () => actions.unfold(this.folded.open));
    this.element.append(
      htmlElement("div", { class: "run-title" }, this.title, badge),
      this.answer,
      this.evidence,
      this.next,
      this.tools,
      this.changed,
      this.fallback,
      this.coarse,
      this.notes,
      this.folded,
    );
  }

  /** @param areFactsOpen whether they are unfolded. */
  show(record: RunRecord, summary: RunSummary | undefined, areFactsOpen: boolean): void {
    const standing = standingOf(record);
    setText(this.title, record.title);
    setStanding(this.icon, standing);
    setText(this.standing, standing);
    for (const [name, value] of factsOf(record)) {
      setText(this.valueOf(name), value);
    }
    for (const [name, element] of this.values) {
      element.parentElement!.hidden = !factsOf(record).some(([other]) => other === name);
    }
    this.changed.hidden = summary?.changed !== true;
    if (this.folded.open !== areFactsOpen) {
      this.folded.open = areFactsOpen;
    }
    show(this.fallback, fallbackWords(record));
    const { details } = engineReason(record.engine?.why ?? "");
    this.engineDetails.hidden = details.length === 0;
    if (this.engineLines.textContent !== details.map(asSentence).join("")) {
      this.engineLines.replaceChildren(...details.map((line) => htmlElement("li", {}, asSentence(line))));
    }
    const coarse = record.points.filter(({ needsPrecision }) => needsPrecision).length;
    show(this.coarse, coarse === 0 ? "" : coarseWords(coarse, record.points.length));
    show(this.notes, (record.notes ?? []).map(asSentence).join("\n"));
    const isRunning = record.state === "running";
    const { answer, evidence, next } = conclusionOf(
      { ...record, resumable: summary?.resumable },
      shownNumbers,
    );
    show(this.answer, answer);
    this.answer.classList.toggle("problem", record.state === "failed");
    show(this.evidence, evidence);
    show(this.next, next);
    this.remedies = offeredRemedies(record);
    this.decide.forEach((button, place) => {
      setText(button, this.remedies[place]?.label ?? "");
    });
    this.showButtons([
      [this.cancel, isRunning],
      [this.resume, !isRunning && summary?.resumable === true],
      ...this.decide.map((button, place) => [button, !isRunning && place < this.remedies.length] as const),
      [this.precise, !isRunning && coarse > 0],
      [this.rerun, !isRunning],
    ]);
  }

  // What has the keyboard and is hidden gives it to the title.
  private showButtons(wanted: readonly (readonly [button: Button, isShown: boolean])[]): void {
    for (const [button, isShown] of wanted) {
      if (!isShown && button === document.activeElement) {
        this.title.focus();
      }
      button.hidden = !isShown;
    }
  }

  private valueOf(name: string): HTMLElement {
    const known = this.values.get(name);
    if (known) {
      return known;
    }
    const value = htmlElement("dd");
    this.facts.append(htmlElement("div", {}, htmlElement("dt", {}, name), value));
    this.values.set(name, value);
    return value;
  }
}

/** A line that is there while it says something. */
function show(line: HTMLElement, words: string): void {
  setText(line, words);
  line.hidden = words === "";
}

/** What simulates and why, in one sentence: `webgpu — NVIDIA H100 (Vulkan), since it is 240 times as fast as the processor`. */
function engineWords({ backend, engine }: RunRecord): string {
  if (engine === undefined) {
    return backend;
  }
  // Why another one goes on is told by a line of its own.
  return `${backend} — ${engine.device}${engine.fallback ? "" : `, since ${engineReason(engine.why).sentence}`}`;
}

function fallbackWords({ engine }: RunRecord): string {
  return engine?.fallback
    ? `The processor went on (${engine.device}), since ${engineReason(engine.why).sentence}.`
    : "";
}

function coarseWords(coarse: number, all: number): string {
  const where = all === 1 ? "" : ` at ${coarse} of ${all} points`;
  return `Single precision decides here${where}: double precision, on the processor, would tell.`;
}

function factsOf(record: RunRecord): (readonly [name: string, value: string])[] {
  const isVerified = record.kind === "verification";
  const { started, finished } = record;
  const lasted = finished === undefined ? "" : `, took ${durationWords((finished - started) / 1000)}`;
  return [
    ["file", record.file],
    ["landscape", record.landscape],
    ["space-time", record.spacetime],
    ...(record.metric === undefined ? [] : ([["metric", record.metric]] as const)),
    ["prediction", record.prediction === "" && record.kind === "verification" ? "none" : record.prediction],
    ["sum", record.sum],
    ...(record.measure === undefined ? [] : ([["measure", record.measure]] as const)),
    ...(isVerified
      ? ([
          ["trials", `${count(record.trials)} for each η`],
          ["seed", String(record.seed)],
          ["backend", engineWords(record)],
        ] as const)
      : []),
    ["version", record.version],
    ["started", `${timeWords(started)}${lasted}`],
  ];
}
