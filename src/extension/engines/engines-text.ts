import { formatFinding } from "../../cli/findings.js";
import type { EngineFinding } from "../../engines/index.js";
import { type BackendChoice, choiceNamed, gpu } from "../../runs/index.js";

/** What was found of engines, as a text to read. */
export function enginesText(findings: readonly EngineFinding[], wish: BackendChoice): string {
  return [
    "Simulation engines",
    "",
    `diag.engine.backend is ${wish}: ${choiceNamed(wish)!.asked}.`,
    "",
    ...findings.map(formatFinding),
  ].join("\n");
}

/** What there is in the place of a processor's architecture in a browser. */
const inBrowser = "wasm";

/** Whether the extension runs in a browser's editor, where no other program can be started. */
export function isInBrowser(): boolean {
  return process.arch === (inBrowser as string);
}

/** Why the GPU runtime of TensorFlow cannot be installed on a machine, in one line; `undefined` when it can. */
export function installRefusal(platform: NodeJS.Platform, architecture: string): string | undefined {
  if (architecture === inBrowser) {
    return "TensorFlow's GPU runtime is installed from the desktop editor, not from a browser";
  }
  if (platform === "darwin") {
    return `TensorFlow has no GPU support on macOS; the engine ${gpu.name} uses its GPU`;
  }
  if ((platform === "linux" || platform === "win32") && architecture === "x64") {
    return undefined;
  }
  return `TensorFlow's GPU runtime is made for Linux and Windows on x64, not for ${platform} on ${architecture}`;
}

/** What the user is asked before the runtime is installed. @param folder where it goes. */
export function installQuestion(folder: string): { readonly message: string; readonly detail: string } {
  return {
    message: "Install TensorFlow's GPU runtime?",
    detail: [
      "npm installs @tensorflow/tfjs-node-gpu, about 500 MB with libtensorflow, which it downloads, into",
      `${folder}.`,
      "That needs Node.js with npm and takes some minutes.",
      "Simulating on the GPU needs NVIDIA's driver, CUDA 11 and cuDNN 8; without them TensorFlow computes on the processor.",
    ].join(" "),
  };
}
