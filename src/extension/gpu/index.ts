/**
 * A GPU that a page of the window has, for an engine that finds none of its own: `page-device` opens the page
 * (`webview/gpu`, in the tab of `gpu-panel`), passes on what the engine asks (`src/device`), and tells when the page is
 * gone; `page-gpu` is what an engine's process is given.
 */
export type { TabPlace } from "./gpu-panel.js";
export { PageGpu } from "./page-gpu.js";
