import type { DeviceDescription, DeviceLink } from "../device/index.js";
import type { AnyRequest } from "../simulate/request.js";
import type { Engine, EngineName } from "./engine.js";
import type { OpenCrew } from "./estimates/index.js";
import type { NativeOptions } from "./native/engine.js";
import type { GpuOptions } from "./webgpu/engine.js";

/** What is known of the machine on which engines are looked for. */
export interface MachineOptions {
  /** Threads of the processor, as many as this process may use when absent. */
  readonly workers?: number;
  readonly gpu?: GpuOptions;
  /** A way to the GPU of a page, where an editor can open one. */
  readonly page?: () => DeviceLink;
  /** A folder in which the native runtime of tfjs may have been installed. */
  readonly runtimes?: string;
  /** The compiler of the native engine, and where its programs are kept. */
  readonly compiling?: Omit<NativeOptions, "workers">;
  /** Folders that the user has named, absolute: packages of theirs may be loaded. None when absent. */
  readonly folders?: readonly string[];
}

/** An engine that this machine has, or might have. */
export interface EngineCandidate {
  /** For people: the engine's name, and which of its kinds where it has several: `tfjs (wasm)`. */
  readonly name: string;
  /** @throws Error of one line that says why there is none. */
  readonly open: (signal?: AbortSignal) => Promise<Engine>;
  /** How many trials of a small landscape tell its speed, in a moment; absent where that is not told. */
  readonly timedTrials?: number;
  /** What can be told without opening it. */
  readonly facts?: () => Promise<DeviceDescription["facts"]>;
}

/** When an engine is worth more than the processor. */
export interface AutoTerms {
  /** What it needs, in a word: there is no `GPU` to use. */
  readonly device: string;
  /** How many times as fast as the processor it has to be. */
  readonly gain: number;
  /** What less is not worth, with its verb: `its coarser numbers are`. */
  readonly price: string;
  /** What it is, where its device does not say so: `a program`. */
  readonly kind?: string;
  /** What it does before its first trial, where that takes long: `compiling`. */
  readonly beginning?: string;
}

/** One of the engines: how it is found and opened. What is said of it is in `src/runs/backends`, by its name. */
export interface EngineRecord {
  readonly name: EngineName;
  /**
   * Opens the best of its kinds that this machine has.
   * @param signal gives up.
   * @throws SimulationError of one line that says why there is none here, and what to do.
   */
  open(options: MachineOptions, signal?: AbortSignal): Promise<Engine>;
  /**
   * Why it has no trials of a request, in one line that says what to do, as far as that is known without opening it or planning the trials. Absent: it has
   * trials of whatever a plan can be made of.
   */
  refusal?(request: AnyRequest): string | undefined;
  /** All of its kinds, in the order in which to look for them. */
  candidates(options: MachineOptions): readonly EngineCandidate[];
  /** How a process of its own is opened that works out samples of estimates. Absent: the processor's threads do. */
  estimates?(options: MachineOptions): OpenCrew;
  /** What its trials have in common with all others of the same bits, behind its name. Absent: its device and that one's driver. */
  bits?(): string;
  /** Whether its trials have the processor's bits, of those whose `bits` are alike: each may go on with what the other began. */
  readonly asProcessor?: true;
  /** On which terms `auto` takes it in the processor's place. Absent: it never does. */
  readonly auto?: AutoTerms;
  /** Points that a pilot of `auto` may visit: enough to tell a speed, not enough to be noticed. Absent where `auto` makes none. */
  readonly pilotVisits?: number;
  /** Points that trials may visit which are compared with the processor's: some tens of milliseconds. */
  readonly comparedVisits: number;
}
