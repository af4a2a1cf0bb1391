import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "diag-tensors-")));
}

export function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

/** tfjs-core on its back end for the CPU, dressed as tfjs-node-gpu: with its names, and as dependent on old Node. */
const standIn = `
  const util = require("util");
  const tf = require(${JSON.stringify(join(root, "node_modules/@tensorflow/tfjs-core"))});
  const { MathBackendCPU } = require(${JSON.stringify(join(root, "node_modules/@tensorflow/tfjs-backend-cpu"))});
  class NodeBackend extends MathBackendCPU {
    constructor() {
      super();
      if (util.isNullOrUndefined(this) || !util.isArray([])) throw new Error("not reached");
      this.isGPUPackage = true;
      this.isUsingGpuDevice = USES_A_DEVICE;
      this.binding = { TF_Version: "2.9.1" };
    }
  }
  tf.registerBackend("tensorflow", () => new NodeBackend(), 3);
  tf.copyRegisteredKernels("cpu", "tensorflow");
  if (!tf.setBackend("tensorflow")) throw new Error("Could not initialize TensorFlow backend.");
  module.exports = { ...tf, node: {}, version: { "tfjs-core": tf.version_core, "tfjs-node": "4.22.0" } };
`;

export interface StandIn {
  readonly version?: string;
  readonly gpu?: boolean;
  readonly source?: string;
  readonly without?: "binding" | "libtensorflow";
  readonly packageJson?: string;
}

/** Makes a package @tensorflow/tfjs-node-gpu in the folder's node_modules; returns its path. */
export function makeStandIn(folder: string, options: StandIn = {}): string {
  const { version = "4.22.0", gpu = true, source = standIn, without } = options;
  const path = join(folder, "node_modules", "@tensorflow", "tfjs-node-gpu");
  const packageJson =
    options.packageJson ??
    JSON.stringify({ name: "@tensorflow/tfjs-node-gpu", version, main: "dist/index.js" });
  write(join(path, "package.json"), packageJson);
  write(join(path, "dist/index.js"), source.replaceAll("USES_A_DEVICE", String(gpu)));
  if (without !== "binding") {
    write(join(path, "lib/napi-v8/tfjs_binding.node"), "");
  }
  if (without !== "libtensorflow") {
    write(join(path, "deps/lib/libtensorflow.so.2.9.1"), "");
  }
  return path;
}
