/**
 * What other programs may ask of this one: the types that the package publishes. The build copies this file as it stands, so
 * it has declarations only and takes nothing from other modules. Answers are what `diag VERB --json` prints, as values.
 */

/** Where a text stands, for what it imports and the data that it takes. */
export interface Surroundings {
  /** The path or the address of the file that the text is of, which need not be there; imports are looked for beside it. The working folder's `untitled.diag` when absent. */
  readonly file?: string | URL;
}

/** A place in a text; lines and characters count from 0. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

/** Something that is to be said of a text. */
export interface Diagnostic {
  readonly file: string;
  readonly severity: "error" | "warning" | "info";
  readonly code: string;
  /** One line: what is wrong and what to do. */
  readonly message: string;
  readonly range: { readonly start: Place; readonly end: Place };
}

/** A diagram of a text or of what it imports. */
export interface DeclaredDiagram {
  readonly name: string;
  /** Whether the text itself declares it. */
  readonly own: boolean;
  /** Its short form. */
  readonly diagram: string;
  readonly edges: number;
}

export interface DeclaredLandscape {
  readonly name: string;
  readonly own: boolean;
  /** Names of weights; of a large landscape of tensors these with their shapes. */
  readonly weights: readonly string[];
}

/** A `verify` block, with all of its parts as the language writes them. */
export interface DeclaredVerify {
  readonly name: string;
  readonly own: boolean;
  readonly landscape: string;
  readonly spacetime: string;
  readonly etas: readonly number[];
  readonly observables: readonly string[];
  /** `null` where it measures only. */
  readonly predict: string | null;
  readonly sum: string;
  readonly trials?: number;
  readonly seed?: number;
}

/** What a text says: what is wrong with it, and what of it is sound. */
export interface Parsed {
  readonly diagnostics: readonly Diagnostic[];
  readonly diagrams: readonly DeclaredDiagram[];
  readonly landscapes: readonly DeclaredLandscape[];
  readonly verifies: readonly DeclaredVerify[];
}

/** Reads and checks a text. What is wrong with it is in the answer. @throws DiagError where the file's address is none. */
export declare function parse(text: string, surroundings?: Surroundings): Promise<Parsed>;

export interface EnumerateOptions {
  /** Only diagrams without links. */
  readonly irreducible?: boolean;
  /** Only diagrams no path of which meets a part twice. */
  readonly pathCondition?: boolean;
  /** Let the root share a part, as in diagrams of the training loss. */
  readonly train?: boolean;
}

export interface Enumerated {
  readonly edges: number;
  readonly count: number;
  /** Short forms. */
  readonly diagrams: readonly string[];
}

/** All diagrams of so many edges, each once up to isomorphism. @throws DiagError where these would be too many. */
export declare function enumerate(edges: number, options?: EnumerateOptions): Enumerated;

/** What may be said of a work that takes long. */
export interface Working {
  /** Stops it. */
  readonly signal?: AbortSignal;
  /** Takes lines that are worth reading beside the answer. */
  readonly onNote?: (line: string) => void;
}

/** An optimiser's name with its parameters, as the language calls them; of optimisers one. */
export type Descent = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

export interface EvaluateOptions extends Surroundings, Working {
  /** May be left out where there is one. */
  readonly landscape?: string;
  /** What is summed, one of three: all irreducible diagrams of at most so many edges, as rvalues; */
  readonly order?: number;
  /** all diagrams of at most so many edges, as uvalues; */
  readonly series?: number;
  /** or these, by their names or short forms, as rvalues. */
  readonly diagram?: readonly string[];
  readonly descent: Descent;
  /** What is taken off: the other side of a difference. */
  readonly minus?: Descent;
  /** The learning rate. */
  readonly eta: number;
  /** The inverse metric, as a file writes it. */
  readonly metric?: string;
  /** An observable, as a file writes it; the test loss when absent. */
  readonly observe?: string;
  readonly sum?: "exact" | "integral";
  /** Weights that start elsewhere. */
  readonly at?: Readonly<Record<string, number>>;
  /** How many rows are drawn for each expectation of an estimate. */
  readonly samples?: number;
}

/** A number, or a list where the observable has one. */
export type Value = number | readonly number[];

/** What one diagram adds, with sign and symmetry factor. */
export interface Term<Of extends Value = Value> {
  /** Its short form. */
  readonly diagram: string;
  readonly name?: string;
  readonly edges: number;
  readonly automorphisms: number;
  /** `null` where they are infinitely many, in a limit. */
  readonly embeddings: number | null;
  readonly minusEmbeddings?: number | null;
  readonly value: Of;
  /** Of an estimate. */
  readonly standardError?: Of;
}

/** An evaluation of an observable that is a number or a list. */
export interface Evaluated<Of extends Value = Value> {
  readonly observable: string;
  readonly eta: number;
  readonly total: Of;
  /** The coefficient of each power of `eta`, from the constant on. */
  readonly series: readonly Of[];
  /** Of an estimate: standard errors, and the rows drawn for each expectation. */
  readonly totalError?: Of;
  readonly seriesError?: readonly Of[];
  readonly samples?: number;
  /** What they say of the generalization gap; `null` where that is infinite or there is none. */
  readonly criteria: Readonly<Record<"aic" | "tic" | "stic", number | null>>;
  readonly terms: readonly Term<Of>[];
  readonly notes?: readonly string[];
}

/**
 * Sums diagrams on a landscape of a text, on the thread that asks. The test loss is a number; so is what it is a sum of.
 * @throws DiagError in one line; the signal's reason when that has aborted.
 */
export declare function evaluate(
  text: string,
  options: EvaluateOptions & { readonly observe?: never },
): Promise<Evaluated<number>>;
/** The same of any observable. */
export declare function evaluate(text: string, options: EvaluateOptions): Promise<Evaluated>;

/** How far the trials at a learning rate have come. */
export interface Progress {
  readonly verify: string;
  readonly eta: number;
  readonly trials: number;
  readonly totalTrials: number;
  readonly stepsPerSecond: number;
  /** Until all learning rates are done, at the present rate; `null` while unknown. */
  readonly secondsLeft: number | null;
}

export interface VerifyOptions extends Surroundings, Working {
  /** Which blocks; without it all that the text itself has. */
  readonly names?: readonly string[];
  /** Each of these stands instead of what the text says. */
  readonly trials?: number;
  readonly seed?: number;
  readonly testPoints?: number;
  readonly samples?: number;
  readonly metric?: string;
  /** A param and its values, a run for each. */
  readonly with?: Readonly<Record<string, readonly number[]>>;
  /** `total`: the observable alone is measured, and compared with the prediction's total. */
  readonly measure?: "total";
  /** What simulates; the fastest that works when absent. */
  readonly backend?: string;
  /** How many threads. */
  readonly workers?: number;
  /** Called now and then while trials are simulated. */
  readonly onProgress?: (progress: Progress) => void;
  /** Takes each row as soon as it is there. */
  readonly onRun?: (run: Run) => void;
}

/** A mean over trials with its standard error; `null` where that is not finite, or was not measured. */
export interface Mean {
  readonly measured: number | null;
  readonly standardError: number | null;
}

/** One order of a prediction beside what was measured of it by itself. */
export interface Order extends Mean {
  readonly order: number;
  readonly predicted: number | null;
  /** What sums over times would be, where the prediction takes integrals. */
  readonly exact?: number | null;
  readonly predictedError?: number;
}

/** How often the class that the largest logit says is wrong where trials end. */
export interface ErrorRate extends Mean {
  /** That did not diverge; the first of the run. */
  readonly trials: number;
  /** How many points of the data stood for all of them; absent where all did. */
  readonly testPoints?: number;
}

/** One number of a `verify` block at one learning rate. What is not finite is `null`. */
export interface Run extends Mean {
  readonly verify: string;
  readonly eta: number;
  readonly observable: string;
  /** The value of the param that the block runs over. */
  readonly with?: Readonly<Record<string, number>>;
  /** `null` where nothing is predicted, as the truncation and the verdict are. */
  readonly predicted: number | null;
  /** Of a prediction that is estimated: its standard error, and from how many samples of rows it is. */
  readonly predictedError?: number;
  readonly predictedSamples?: number;
  /** The inverse metric, a row a weight, or a number for each tensor of a large landscape; absent where it is the identity. */
  readonly metric?:
    | readonly (readonly number[])[]
    | readonly { readonly weight: string; readonly factor: number }[];
  /** The magnitude of the next order. */
  readonly truncation: number | null;
  readonly verdict: "agrees" | "disagrees" | "inconclusive" | null;
  /** One line that says why. */
  readonly reason: string;
  readonly orders?: readonly Order[] | null;
  readonly remainder?: Mean | null;
  /** The mean over trials, where `measured` is more precise. */
  readonly plain?: Mean;
  /** Measured less predicted, to more digits than these two have where a constant of the loss is large. */
  readonly difference: number | null;
  /** What of it rounding alone may have made. */
  readonly rounding: number | null;
  /** What the mean may be off by, where an engine of single precision measured it. */
  readonly roundingFloor?: number;
  /** Present where rounding decides, and double precision, on the processor, would tell. */
  readonly needsPrecision?: true;
  /** What would decide where the verdict is inconclusive: so many trials, a learning rate so small, or another order. */
  readonly trialsToDecide?: number;
  readonly etaToDecide?: number;
  readonly orderToDecide?: number;
  /** The first order that disagrees, where orders are judged by themselves and one does. */
  readonly wrongOrder?: number;
  readonly trials: number;
  readonly diverged: number;
  /** Trials that did not diverge and whose test loss could not be found where they ended; absent where there are none. */
  readonly unfound?: number;
  /** How many points of the data stood for the expected loss of each trial; absent where all of them did. */
  readonly testPoints?: number;
  /** Of a landscape whose loss is a cross entropy of tensors; predicted by nothing. */
  readonly errorRate?: ErrorRate;
  readonly seed: number;
  /** Updates simulated, over all trials. */
  readonly steps: number;
  readonly stepsPerSecond: number;
  /** What simulated it, and what that is here. */
  readonly backend: string;
  readonly device: string;
  readonly note?: string;
  /** Present when stopped before all its trials were done. */
  readonly cancelled?: true;
}

export interface Verified {
  readonly runs: readonly Run[];
  /** Whether the signal has stopped it; `runs` are those that were there by then. */
  readonly stopped: boolean;
}

/**
 * Compares predictions of a text's `verify` blocks with simulated descent, on threads. Nothing is kept beside the answer.
 * @throws DiagError in one line.
 */
export declare function verify(text: string, options?: VerifyOptions): Promise<Verified>;

/** What was asked cannot be answered; its message is one line that says why, with the command's names of options. */
export declare class DiagError extends Error {
  override readonly name: "DiagError";
}
