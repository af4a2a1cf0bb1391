// Functions that run in the browser with the page that lends its GPU; each is sent there by itself.

/** Gives the page what VS Code gives it, and what it says to the test. */
export function gpuEditor() {
  window.acquireVsCodeApi = () => ({ postMessage: (message) => void window.heard(message) });
}

/** Takes the browser's GPU away. */
export function withoutGpu() {
  Object.defineProperty(Navigator.prototype, "gpu", { get: () => undefined });
}
