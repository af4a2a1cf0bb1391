import { homedir } from "node:os";
import { openCpuEngine } from "./cpu-engine.js";
import type { EngineCandidate } from "./doctor.js";
import type { Engine, EngineName } from "./engine.js";
import { SimulationError } from "./error.js";
import { openBestTensorEngine, openTensorEngine } from "./tensors/engine.js";
import { findRuntime, type RuntimePlaces, type RuntimeReport } from "./tensors/runtime.js";
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
  /** Folders whose own packages may be used; the working folder when absent. */
  readonly folders?: readonly string[];
}

/** The engines of the machine that this runs on. */
export function machineEngines(options: MachineOptions = {}): EngineSource {
  return {
    async open(name, signal) {
      if (name === "cpu") return openCpuEngine(options.workers);
      if (name === "webgpu") return openWebGpuEngine(options.gpu, signal);
      const { places, report } = runtimeFor(options);
      return openBestTensorEngine(places, report, signal);
    },
  };
}

/** The first native runtime of tfjs that is whole, else what is known of the first place. */
function runtimeFor({ folders = [process.cwd()], runtimes }: MachineOptions): {
  places: RuntimePlaces;
  report: RuntimeReport;
} {
  const storage = runtimes === undefined ? {} : { storageFolder: runtimes };
  // Where no folder's packages may be used there are still the user's and ours.
  const working = folders.length > 0 ? folders : [runtimes ?? homedir()];
  const found = working.map((workingFolder) => {
    const places = { workingFolder, ...storage };
    return { places, report: reportOf(places) };
  });
  return found.find(({ report }) => report.gpu) ?? found.find(({ report }) => report.folder) ?? found[0]!;
}

/** Where no Node can load a native runtime, that is what is known of it. */
function reportOf(places: RuntimePlaces): RuntimeReport {
  try {
    return findRuntime(places);
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    return { facts: [{ fact: error.message, ok: false }], gpu: false };
  }
}

/** All engines that a machine might have, in the order in which to look for them. */
export function engineCandidates(options: MachineOptions = {}): readonly EngineCandidate[] {
  return [
    { name: "cpu", open: async () => openCpuEngine(options.workers) },
    { name: "webgpu", open: (signal) => openWebGpuEngine(options.gpu, signal) },
    { name: "tfjs (wasm)", open: (signal) => openTensorEngine("wasm", {}, signal) },
    { name: "tfjs (cpu)", open: (signal) => openTensorEngine("cpu", {}, signal) },
    { name: "tfjs (webgpu)", open: (signal) => openTensorEngine("webgpu", options.gpu?.environment, signal) },
    nativeTensors(options),
  ];
}

/** The native runtime, with what was found of it in words. */
function nativeTensors(options: MachineOptions): EngineCandidate {
  const { report } = runtimeFor(options);
  return {
    name: "tfjs (tfjs-node-gpu)",
    facts: async () =>
      report.facts.map(({ fact, ok, whatToDo }) => [
        ok ? "found" : "missing",
        whatToDo === undefined ? fact : `${fact}; ${whatToDo}`,
      ]),
    open: async (signal) => {
      if (report.folder !== undefined)
        return openTensorEngine({ runtime: report.folder }, report.environment, signal);
      const problem = report.facts.find(({ ok }) => !ok);
      throw new SimulationError(problem === undefined ? "it is not installed" : problem.fact);
    },
  };
}
