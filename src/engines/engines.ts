import { SimulationError } from "../compile/error.js";
import type { EngineCandidate } from "./doctor.js";
import type { Engine, EngineName } from "./engine.js";
import { openCpuEngine } from "./processor/cpu-engine.js";
import { openBestTensorEngine, openTensorEngine } from "./tensors/engine.js";
import { findRuntime, type RuntimeReport } from "./tensors/runtime.js";
import { type GpuOptions, openWebGpuEngine } from "./webgpu/engine.js";

/** Engines of a machine, opened when they are asked for. */
export interface EngineSource {
  /**
   * @param signal gives up.
   * @throws SimulationError of one line that says why there is no such engine here, and what to do.
   */
  open(name: EngineName, signal?: AbortSignal): Promise<Engine>;
}

export interface MachineOptions {
  /** Threads of the processor, as many as this process may use when absent. */
  readonly workers?: number;
  readonly gpu?: GpuOptions;
  /** A folder in which the native runtime of tfjs may have been installed. */
  readonly runtimes?: string;
  /** Folders that the user has named, absolute: packages of theirs may be loaded. None when absent. */
  readonly folders?: readonly string[];
}

/** The engines of the machine that this runs on. */
export function machineEngines(options: MachineOptions = {}): EngineSource {
  return {
    async open(name, signal) {
      if (name === "cpu") {
        return openCpuEngine(options.workers);
      }
      if (name === "webgpu") {
        return openWebGpuEngine(gpuOptionsOf(options), signal);
      }
      return openBestTensorEngine(reportFor(options), signal);
    },
  };
}

function gpuOptionsOf({ gpu, folders }: MachineOptions): GpuOptions {
  return { ...gpu, ...(folders === undefined ? {} : { folders }) };
}

/** What is known of the native runtime of tfjs; where no Node can load one, that. */
function reportFor({ folders, runtimes }: MachineOptions): RuntimeReport {
  try {
    return findRuntime({
      ...(folders === undefined ? {} : { namedFolders: folders }),
      ...(runtimes === undefined ? {} : { storageFolder: runtimes }),
    });
  } catch (error) {
    if (!(error instanceof SimulationError)) {
      throw error;
    }
    return { facts: [{ fact: error.message, ok: false }], gpu: false };
  }
}

/** All engines that a machine might have, in the order in which to look for them. */
export function engineCandidates(options: MachineOptions = {}): readonly EngineCandidate[] {
  return [
    { name: "cpu", open: async () => openCpuEngine(options.workers) },
    { name: "webgpu", open: (signal) => openWebGpuEngine(gpuOptionsOf(options), signal) },
    { name: "tfjs (wasm)", open: (signal) => openTensorEngine("wasm", {}, signal) },
    { name: "tfjs (cpu)", open: (signal) => openTensorEngine("cpu", {}, signal) },
    {
      name: "tfjs (webgpu)",
      open: (signal) => openTensorEngine("webgpu", options.gpu?.environment, signal, options.folders),
    },
    nativeTensors(options),
  ];
}

/** The native runtime, with what was found of it in words. */
function nativeTensors(options: MachineOptions): EngineCandidate {
  const report = reportFor(options);
  return {
    name: "tfjs (tfjs-node-gpu)",
    facts: async () =>
      report.facts.map(({ fact, ok, whatToDo }) => [
        ok ? "found" : "missing",
        whatToDo === undefined ? fact : `${fact}; ${whatToDo}`,
      ]),
    open: async (signal) => {
      if (report.folder !== undefined) {
        return openTensorEngine({ runtime: report.folder }, report.environment, signal);
      }
      const problem = report.facts.find(({ ok }) => !ok);
      throw new SimulationError(problem === undefined ? "it is not installed" : problem.fact);
    },
  };
}
