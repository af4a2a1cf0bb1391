/**
 * The room of what simulates: `processor` with kernels in WebAssembly (`wasm`), `native` with programs of C, `webgpu` with shaders, `tensors` with tfjs.
 * Each has a record; `engines` lists them, and has their names from `src/runs/backends`. Engines of single precision run in
 * processes of their own, behind `linked-engine`, and draw the same streams (docs/streams.md).
 */
export { type EngineFinding, examine } from "./doctor.js";
export { type Engine, type EngineName, UntriedTrials } from "./engine.js";
export { EngineLost } from "./engine-lost.js";
export {
  type EngineSource,
  engineCandidates,
  engineRecord,
  engineRecords,
  machineEngines,
} from "./engines.js";
export { openCpuEngine } from "./processor/cpu-engine.js";
export { type LocalOptions, openSimulator, type Simulator, simulateLocally } from "./processor/local.js";
export { availableThreads } from "./processor/threads.js";
export type { AutoTerms, EngineCandidate, EngineRecord, MachineOptions } from "./record.js";
export { loadCarriers } from "./wasm/loops/carrier.js";
