import type { RunRecord } from "../../src/runs/index.js";
import { htmlElement, setAttributes, setText } from "../kit/elements.js";
import { count, durationWords, rateWords, shortNumber } from "./numbers.js";

/** How far a run has come, while it runs. */
export class ProgressLine {
  readonly element = htmlElement("div", { class: "progress" });
  private readonly bar = htmlElement("div", {
    class: "progress-bar",
    role: "progressbar",
    "aria-label": "Progress of the run",
    "aria-valuemin": "0",
    "aria-valuemax": "100",
  });
  private readonly filled = htmlElement("div", { class: "progress-filled" });
  private readonly words = htmlElement("p");

  constructor() {
    this.bar.append(this.filled);
    this.element.append(this.bar, this.words);
    this.element.hidden = true;
  }

  show(record: RunRecord): void {
    const { state, progress, etas, kind } = record;
    this.element.hidden = state !== "running";
    if (state !== "running") {
      return;
    }
    const text = progress ? wordsOf(record) : kind === "evaluation" ? "evaluating" : "predicting";
    setText(this.words, text);
    const share = progress && shareOf(record);
    setAttributes(this.bar, {
      "aria-valuenow": share === undefined ? undefined : String(Math.round(100 * share)),
      "aria-valuetext": text,
    });
    this.filled.style.width = `${100 * (share ?? 0)}%`;
    this.bar.hidden = etas.length === 0;
  }
}

/** The share of all trials of all learning rates that is done. */
function shareOf({ etas, progress, trials }: RunRecord): number {
  if (progress === undefined) {
    return 0;
  }
  const before = Math.max(0, etas.indexOf(progress.eta));
  const total = Math.max(1, progress.totalTrials || trials);
  return Math.min(1, (before + Math.min(1, progress.trials / total)) / Math.max(1, etas.length));
}

function wordsOf({ etas, progress }: RunRecord): string {
  if (progress === undefined) {
    return "";
  }
  const { eta, trials, totalTrials, stepsPerSecond, secondsLeft } = progress;
  const place = etas.indexOf(eta);
  return [
    `η = ${shortNumber(eta)}${place === -1 || etas.length < 2 ? "" : ` (${place + 1} of ${etas.length})`}`,
    `${count(trials)} of ${count(totalTrials)} trials`,
    rateWords(stepsPerSecond),
    secondsLeft === null ? "time left not known yet" : `${durationWords(secondsLeft)} left`,
  ].join(" · ");
}
