import * as v from "valibot";
import type { ClusterOptions } from "../cluster-runs/index.js";
import type { DeviceMethod, DeviceRequests } from "../device/index.js";
import type { EngineFinding } from "../engines/index.js";
import { choiceSchema, type EngineName, kindSchema, type RunEvent } from "../runs/index.js";
import { count, maybe, number, numbers, type Shape } from "../shape/index.js";

export const sourceSchema = v.object({
  /** The address as the editor writes it. */
  uri: v.string(),
  /** Absolute; what the text imports is relative to it. A text that is on no disk has a made-up one. */
  path: v.string(),
  /** The text as the editor has it; the file is read when this is absent. */
  text: maybe(v.string()),
  /** The texts that the editor has open: what the source imports is taken from them before it is read from the disk. */
  open: maybe(v.array(v.object({ uri: v.string(), text: v.string() }))),
  /** Addresses: imports and data are read within these folders only; everywhere when absent. */
  folders: maybe(v.array(v.string())),
});
/** A text to work on. */
export type RunSource = Shape<typeof sourceSchema>;

const targetSchema = v.variant("kind", [
  /** A `verify` block; `etas` leaves the other learning rates out. */
  v.object({ kind: v.literal("verify"), name: v.string(), etas: maybe(numbers) }),
  /** Named diagrams of the file, plus the order-0 term, where a `verify` block is. */
  v.object({ kind: v.literal("diagrams"), names: v.array(v.string()), verify: v.string() }),
]);
/** What to predict, and where. */
export type RunTarget = Shape<typeof targetSchema>;

export const orderSchema = v.object({
  kind: kindSchema,
  source: sourceSchema,
  target: targetSchema,
  /** Instead of the file's. */
  trials: maybe(count),
  seed: maybe(number),
  /** What simulates. A kept order has what was meant when it ran. */
  backend: maybe(choiceSchema),
  /** Where its trials are done, when that is not this machine. */
  executor: maybe(v.literal("slurm")),
  /** Goes on where an earlier run of the same specification stopped, when something is left of it. */
  resume: maybe(v.boolean()),
});
/** What to run. */
export type RunOrder = Shape<typeof orderSchema>;

/** An order with what it is carried out with. */
export type RunParameters = RunOrder & {
  readonly id: string;
  /** The most trials that may be run for each learning rate; more is refused in one line. */
  readonly mostTrials?: number;
  readonly engines?: EngineSettings;
  /** A folder in which to keep how far the run has come. */
  readonly checkpoints?: string;
};

/** What a run is sent to a cluster with. */
export interface ClusterSettings {
  /** Where its runs are, which its nodes share: absolute. */
  readonly directory: string;
  /** The Node of its nodes: absolute. */
  readonly node: string;
  readonly options: ClusterOptions;
}

/** A run on a cluster, to be watched or cancelled. */
export interface WatchParameters {
  readonly id: string;
  /** The run's folder. */
  readonly folder: string;
}

export interface DescribedVerify {
  readonly name: string;
  /** Whether the file itself declares it; else it is imported. */
  readonly own: boolean;
  readonly landscape: string;
  /** As a file writes it: `sgd(N = 10, E = 1, B = 1)`. */
  readonly spacetime: string;
  readonly etas: readonly number[];
  readonly observables: readonly string[];
  /** As a file writes it: `order 3`, `series 2` or `skew + pair`. */
  /** `null` where trials are measured only. */
  readonly predict: string | null;
  readonly sum: "exact" | "integral";
  readonly measure?: "total";
  readonly trials?: number;
  readonly seed?: number;
}

/** What is sound in a file, and what it imports. */
export interface Description {
  readonly diagrams: readonly {
    readonly name: string;
    readonly own: boolean;
    /** Short form. */
    readonly diagram: string;
    readonly edges: number;
  }[];
  readonly landscapes: readonly {
    readonly name: string;
    readonly own: boolean;
    readonly weights: readonly string[];
  }[];
  readonly verifies: readonly DescribedVerify[];
  /** The first error of the file, in one line with its place; absent when it has none. */
  readonly error?: string;
}

export interface EnumerateParameters {
  readonly edges: number;
  readonly irreducible: boolean;
  readonly pathCondition: boolean;
}

/** The runner's requests. Each can be cancelled; a cancelled run still ends with its `ended` event. */
export interface RunnerRequests {
  /** Answered when the run has ended, however it did. */
  readonly run: { readonly parameters: RunParameters; readonly answer: null };
  /**
   * Does all of a verification but its trials, and makes of them a run on a cluster, which is not submitted: whoever watches it does
   * that. It tells the same events; the last is `cluster`, or `ended` where nothing came of it.
   */
  readonly send: {
    readonly parameters: RunParameters & { readonly cluster: ClusterSettings };
    readonly answer: {
      /** Absent when it ended before there was one. */
      readonly folder?: string;
    };
  };
  /**
   * Watches a run on a cluster: submits what is missing, and tells how it goes. Answered when it has ended, with its `ended` event, or
   * when it is cancelled, which lets the run be. Refused where its folder cannot be used. Many may be watched at the same time.
   */
  readonly watch: { readonly parameters: WatchParameters; readonly answer: null };
  /** Cancels a run on a cluster. Answered when none of its tasks lives any more, as far as is known. */
  readonly cancelWatched: {
    readonly parameters: WatchParameters;
    readonly answer: {
      /** What became of it, in one line. */
      readonly line: string;
    };
  };
  readonly describe: { readonly parameters: { readonly source: RunSource }; readonly answer: Description };
  /** What an order would run now, by its digest; refused where it could not be run. */
  readonly meaning: { readonly parameters: RunOrder; readonly answer: { readonly meaning: string } };
  readonly enumerate: {
    readonly parameters: EnumerateParameters;
    /** All of them, in short form. */
    readonly answer: { readonly diagrams: readonly string[] };
  };
  /** Looks for simulation engines and tries each. */
  readonly examine: {
    readonly parameters: EngineSettings & {
      /** The only engine to look at; all when absent. */
      readonly only?: EngineName;
    };
    readonly answer: readonly EngineFinding[];
  };
  /** Installs the native runtime of tfjs with npm; tells how far it has come by `installProgress`. */
  readonly installRuntime: {
    readonly parameters: {
      /** Absolute; empty, not there yet, or with an earlier installation. */
      readonly folder: string;
    };
    readonly answer: null;
  };
}

/** What the editor knows of engines. */
export interface EngineSettings {
  /** A folder in which the native runtime of tfjs was installed, or may be. */
  readonly runtimes?: string;
  /** Folders that the user has named, absolute: packages of theirs may be loaded. */
  readonly folders?: readonly string[];
  /** The compiler of C that the user has named, absolute. */
  readonly compiler?: string;
  /** Whether nothing is compiled for what is open: it is not on this machine's disk. */
  readonly isVirtual?: boolean;
  /** Whether nothing is compiled because nobody has said that what is open is trusted. */
  readonly isUntrusted?: boolean;
  /** Whether the editor can open a page with a GPU. */
  readonly hasPages?: boolean;
}

export const runnerMethods: { readonly [Name in keyof RunnerRequests]: string } = {
  run: "runner/run",
  send: "runner/send",
  watch: "runner/watch",
  cancelWatched: "runner/cancelWatched",
  describe: "runner/describe",
  meaning: "runner/meaning",
  enumerate: "runner/enumerate",
  examine: "runner/examine",
  installRuntime: "runner/installRuntime",
};

/** The runner's notification of what is being installed, a line at a time. */
export const installProgress = "runner/installProgress";
export interface InstallProgress {
  readonly line: string;
}

/**
 * What the runner asks of the editor: a GPU that a page has. The page is opened by the first `open`; the answer is the
 * device's, and refusals are errors of one line.
 */
export const pageDeviceMethod = "runner/pageDevice";
export interface PageDeviceQuestion<Name extends DeviceMethod = DeviceMethod> {
  readonly name: Name;
  readonly parameters: DeviceRequests[Name]["parameters"];
}

/** The code of an error that says that the page, or its GPU, is gone. */
export const pageDeviceLost = 1;

/** The runner's notification that it needs the page no longer. */
export const pageDeviceClosed = "runner/pageDeviceClosed";

/** The editor's notification that the page's GPU still works. */
export const pageDeviceAlive = "runner/pageDeviceAlive";

/** The runner's notification of what happens in a run. */
export const runnerEvent = "runner/event";
export interface RunnerEvent {
  readonly id: string;
  readonly event: RunEvent;
}
