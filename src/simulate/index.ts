/**
 * The room where descent happens: many independent trials of SGD on a landscape, measured and averaged.
 * A request becomes programs (`plan`), programs become a WebAssembly kernel (`wasm`) or are
 * interpreted by its twin, kernels run in workers (`local`), and sums are exact (`exact-sum`), so that a seed's results are
 * the same bits on any number of workers and shards. docs/streams.md defines the random numbers. Engines
 * of single precision draw the same: `webgpu` writes shaders, `tensors` uses tfjs; both run in processes
 * of their own, behind `linked-engine`.
 */
export { type Column, isExpectation } from "./column.js";
export { columnsOf, type Measuring } from "./columns.js";
export { openCpuEngine } from "./cpu-engine.js";
export { type EngineFinding, examine } from "./doctor.js";
export type { Engine, EngineName } from "./engine.js";
export { type EngineSource, engineCandidates, type MachineOptions, machineEngines } from "./engines.js";
export { SimulationError } from "./error.js";
export {
  type ExactMoments,
  hexadecimalInteger,
  meanOf,
  mergeMoments,
  nearestDouble,
  standardErrorOf,
} from "./exact-sum.js";
export { machineRounding } from "./fused.js";
export { EngineLost } from "./linked-engine.js";
export { type LocalOptions, openSimulator, type Simulator, simulateLocally } from "./local.js";
export { requestProblem } from "./plan.js";
export * from "./request.js";
export { availableThreads } from "./threads.js";
