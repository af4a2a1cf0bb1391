import {
  clusterShare,
  clusterWords,
  type OnCluster,
  type RunEstimating,
  type RunRecord,
} from "../../src/runs/index.js";
import { htmlElement, setAttributes, setText } from "../kit/elements.js";
import { counted } from "../kit/text.js";
import { count, durationWords, rateWords, shortNumber } from "./numbers.js";

/** A bar with a line of words. */
class Bar {
  readonly element = htmlElement("div");
  private readonly bar: HTMLElement;
  private readonly filled = htmlElement("div", { class: "progress-filled" });
  private readonly words = htmlElement("p");

  constructor(label: string) {
    this.bar = htmlElement("div", {
      class: "progress-bar",
      role: "progressbar",
      "aria-label": label,
      "aria-valuemin": "0",
      "aria-valuemax": "100",
    });
    this.bar.append(this.filled);
    this.element.append(this.bar, this.words);
  }

  /** @param share from 0 to 1; absent while nothing is known. */
  show(text: string, share: number | undefined, hasBar = true): void {
    setText(this.words, text);
    setAttributes(this.bar, {
      "aria-valuenow": share === undefined ? undefined : String(Math.round(100 * share)),
      "aria-valuetext": text,
    });
    this.filled.style.width = `${100 * (share ?? 0)}%`;
    this.bar.hidden = !hasBar;
  }
}

/** How far a run has come, while it runs: its estimates, where it has any, and its trials. */
export class ProgressLine {
  readonly element = htmlElement("div", { class: "progress" });
  private readonly estimates = new Bar("Progress of the estimates");
  private readonly run = new Bar("Progress of the run");

  constructor() {
    this.element.append(this.run.element);
    this.element.hidden = true;
  }

  show(record: RunRecord): void {
    const { state, progress, etas, kind, estimating, cluster } = record;
    this.element.hidden = state !== "running";
    if (state !== "running") {
      return;
    }
    if (estimating === undefined) {
      this.estimates.element.remove();
    } else {
      this.estimates.show(wordsOfEstimates(estimating), estimating.share);
      if (!this.estimates.element.isConnected) {
        this.element.prepend(this.estimates.element);
      }
    }
    if (cluster !== undefined) {
      this.showCluster(cluster);
      return;
    }
    const isEstimating = estimating !== undefined && estimating.share < 1;
    const before = kind === "evaluation" ? "evaluating" : "predicting";
    const text = progress ? wordsOf(record) : isEstimating ? "waiting for the estimates" : before;
    this.run.show(text, progress && shareOf(record), etas.length > 0);
    // An evaluation has nothing else to do.
    this.run.element.hidden = isEstimating && kind === "evaluation";
  }

  private showCluster({ progress }: OnCluster): void {
    const text = progress === undefined ? "sent to the cluster" : clusterWords(progress).join(" · ");
    this.run.show(text, progress && clusterShare(progress));
    this.run.element.hidden = false;
  }
}

function wordsOfEstimates({ samples, totalSamples, rows, share, secondsLeft }: RunEstimating): string {
  const of = `${counted(totalSamples, "sample")} of ${counted(rows, "row")}`;
  if (share === 1) {
    return `estimated from ${of}`;
  }
  return [
    `estimating: ${count(samples)} of ${of}`,
    secondsLeft === null ? "time left not known yet" : `${durationWords(secondsLeft)} left`,
  ].join(" · ");
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
    `${count(trials)} of ${counted(totalTrials, "trial")}`,
    rateWords(stepsPerSecond),
    secondsLeft === null ? "time left not known yet" : `${durationWords(secondsLeft)} left`,
  ].join(" · ");
}
