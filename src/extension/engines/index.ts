/**
 * Which engines simulate: what the settings wish (`engine-wishes`), what this machine has (`simulation-engines`,
 * `gpu-finder`), and how TensorFlow's native runtime is installed. What takes its time is done by processes of its own
 * (`one-task`).
 */

export { engineSettings, isVirtual, wishedBackend } from "./engine-wishes.js";
export { isInBrowser } from "./engines-text.js";
export type { GpuFinder } from "./gpu-finder.js";
export { SimulationEngines } from "./simulation-engines.js";
