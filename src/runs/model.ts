/** What a verification says of a prediction (LANGUAGE.md, Verdict). */
export type Verdict = "agrees" | "disagrees" | "inconclusive";

/** `failed` has a message; `interrupted` is a run whose engine or window was gone before it ended. */
export type RunState = "running" | "done" | "cancelled" | "failed" | "interrupted";

/** A file that a run was made from, beside its own: an import, one of an import, a table of data. */
export interface RunInput {
  /** Its address. */
  readonly uri: string;
  /** A source is what the editor has open, if it has; data are on the disk. */
  readonly kind: "source" | "data";
  /** SHA-256 of the text, in hexadecimal; `null` when it could not be read. */
  readonly hash: string | null;
}

/** What is known of a run before its first number. */
export interface RunHeader {
  /** Unique in a workspace; letters, digits and `-`. */
  readonly id: string;
  readonly kind: "evaluation" | "verification";
  /** The name of the `verify` block or diagram, or names joined by ` + `. */
  readonly title: string;
  /** The address of the file, as the editor writes it, and its name without folders. */
  readonly uri: string;
  readonly file: string;
  /** SHA-256 of the file's text, in hexadecimal. */
  readonly textHash: string;
  /** All other files that it was made from; absent in records of versions that did not keep them. */
  readonly inputs?: readonly RunInput[];
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly landscape: string;
  /** As a file writes them: `sgd(N = 10, E = 1, B = 1)`, `order 3` or `skew + pair`, `exact`. */
  readonly spacetime: string;
  readonly prediction: string;
  readonly sum: string;
  /** The most edges of the diagrams predicted with. */
  readonly order: number;
  /** One label a number: `test_loss`, `displacement(z)`. */
  readonly observables: readonly string[];
  readonly etas: readonly number[];
  /** Trials for each learning rate; 0 for an evaluation. */
  readonly trials: number;
  readonly seed: number;
  /** What simulates, by the engine's name, or `auto` as long as that is not known; empty for an evaluation. */
  readonly backend: string;
  /** Of this software. */
  readonly version: string;
}

/** A mean over trials, with its standard error; `null` stands for what is not finite. */
export interface Measurement {
  readonly eta: number;
  readonly observable: string;
  readonly measured: number | null;
  readonly standardError: number | null;
  readonly trials: number;
  readonly diverged: number;
}

/** One number verified at one learning rate. */
export interface RunPoint extends Measurement {
  readonly predicted: number | null;
  /** `τ`: the magnitude of the next order's total. */
  readonly truncation: number | null;
  readonly verdict: Verdict;
  /** One line saying why. */
  readonly reason: string;
  /** Trials that did not diverge and whose test loss could not be found where they ended; absent when there are none. */
  readonly unfound?: number;
  /** Trials that would decide an inconclusive point; absent when none would. */
  readonly trialsToDecide?: number;
  /** Measured less predicted, to more digits than these two have where a constant of the loss is large. */
  readonly difference?: number | null;
  /** What of it rounding of doubles alone may have made. */
  readonly rounding?: number | null;
  /** What the mean may be off by, when an engine of single precision measured it. */
  readonly roundingFloor?: number;
  /** Present when rounding decides, and double precision, on the processor, would tell. */
  readonly needsPrecision?: true;
  /** What simulated it; `webgpu+cpu` when the processor had to go on. */
  readonly backend?: string;
  /** Updates simulated, over all trials. */
  readonly steps: number;
  readonly stepsPerSecond: number;
  /** Present when stopped before all its trials were done. */
  readonly cancelled?: true;
}

/** What one diagram adds to a prediction, with sign and symmetry factor. */
export interface Contribution {
  /** Short form; `(0)()` is the order-0 term. */
  readonly diagram: string;
  readonly name?: string;
  readonly edges: number;
  readonly automorphisms: number;
  readonly embeddings: number;
  readonly value: number | null;
}

/** The terms of a prediction of one number at one learning rate; they add up to it. */
export interface PointTerms {
  readonly eta: number;
  readonly observable: string;
  readonly terms: readonly Contribution[];
}

/** Predictions of one number as functions of the learning rate. */
export interface Curves {
  readonly observable: string;
  /** Increasing. */
  readonly etas: readonly number[];
  /** `orders[d][i]`: what diagrams of at most `d` edges predict at `etas[i]`. */
  readonly orders: readonly (readonly (number | null)[])[];
  /** `τ` at each learning rate: the half width of the truncation band around the last order. */
  readonly truncation: readonly (number | null)[];
}

/** How far the learning rate under way has come. */
export interface RunProgress {
  readonly eta: number;
  readonly trials: number;
  readonly totalTrials: number;
  readonly stepsPerSecond: number;
  /** Seconds until the whole run is done, at the present rate; `null` while unknown. */
  readonly secondsLeft: number | null;
}

/** What simulates a run, and why that. */
export interface RunEngine {
  /** `nvidia-h200`, `WebAssembly on 8 threads`. */
  readonly device: string;
  /** Part of a line: `the run is short`. */
  readonly why: string;
  /** Present when another engine was lost and this one went on. */
  readonly fallback?: true;
}

/** A run as it is known so far. */
export interface RunRecord extends RunHeader {
  readonly state: RunState;
  /** One line: why it failed or was interrupted. */
  readonly message?: string;
  /** What simulates, once that is known. */
  readonly engine?: RunEngine;
  /** Milliseconds since 1970; absent while it runs. */
  readonly finished?: number;
  /** In the order of the learning rates, then of the observables; an evaluation has none. */
  readonly points: readonly RunPoint[];
  /** What is measured so far at the learning rate under way. */
  readonly partial: readonly Measurement[];
  /** What of it a checkpoint has: that is what remains when the run ends before its end. */
  readonly kept?: readonly Measurement[];
  readonly progress?: RunProgress;
  readonly terms: readonly PointTerms[];
  readonly curves: readonly Curves[];
  /** Lines on what is predicted: that descent diverges, that numbers overflow. */
  readonly notes?: readonly string[];
}

/** A run as a list shows it. */
export interface RunSummary {
  readonly id: string;
  readonly kind: RunHeader["kind"];
  readonly title: string;
  readonly uri: string;
  readonly file: string;
  readonly started: number;
  readonly state: RunState;
  /** What simulated: `cpu`, `webgpu+cpu`; absent for an evaluation, and as long as it is not known. */
  readonly backend?: string;
  /** The worst of its points'; absent while there is none. */
  readonly verdict?: Verdict;
  /** Whether the text of its file, or of another that it was made from, is another by now, or gone. */
  readonly changed: boolean;
  /** Whether it can go on where it stopped. */
  readonly resumable: boolean;
}
