import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { DeviceLost } from "../../device/index.js";
import { openGpu } from "../../device/webgpu/adapter.js";
import { loadDawn } from "../webgpu/dawn.js";
import { type OpenedTensors, openTensors } from "./opened.js";
import { wasmWays } from "./wasm-ways.js";

/** Back ends of tfjs that come with us. */
export type BundledBackend = "cpu" | "wasm" | "webgpu";

/** Tensors are as large as keeps the cost of starting an operation small, and the caches full. */
const sizes = {
  cpu: { entries: 2 ** 13, rows: 64, numbers: 2 ** 20 },
  wasm: { entries: 2 ** 15, rows: 64, numbers: 2 ** 21 },
  webgpu: { entries: 2 ** 19, rows: 256, numbers: 2 ** 26 },
} as const;

/** tfjs's WebAssembly beside a bundle; beside sources it is where its package has it. */
const besideBundle = new URL("./tfjs-backend-wasm-simd.wasm", import.meta.url);

/**
 * tfjs on a back end that comes with us.
 * @param folders that somebody has named: a package webgpu of theirs may be loaded.
 * @throws Error of one line when it does not work here.
 */
export async function openBundled(
  backend: BundledBackend,
  folders: readonly string[] = [],
): Promise<OpenedTensors> {
  const version = ["tfjs", tf.version_core] as const;
  switch (backend) {
    case "cpu":
      return openTensors(tf, "cpu", sizes.cpu, () => ({
        name: "tfjs in JavaScript",
        software: false,
        facts: [version],
      }));
    case "wasm":
      if (existsSync(besideBundle)) {
        setWasmPaths(fileURLToPath(new URL(".", besideBundle)));
      }
      return openTensors(
        tf,
        "wasm",
        sizes.wasm,
        () => ({ name: "tfjs in WebAssembly", software: false, facts: [version] }),
        wasmWays(),
      );
    case "webgpu":
      return openWebGpu(version, folders);
  }
}

async function openWebGpu(
  tfjsVersion: readonly [string, string],
  folders: readonly string[],
): Promise<OpenedTensors> {
  const dawn = await loadDawn(folders);
  const gpu = dawn.create([]);
  const { device, description } = await openGpu(gpu, [tfjsVersion, ["webgpu", dawn.version]]);
  // tfjs opens one of its own.
  device.destroy();
  Object.assign(globalThis, dawn.globals);
  // Newer versions of Node have a navigator, without a GPU.
  const navigator = (globalThis.navigator as object | undefined) ?? {};
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  // It registers itself where there is a GPU, when it is first imported.
  await import("@tensorflow/tfjs-backend-webgpu");
  const opened = await openTensors(tf, "webgpu", sizes.webgpu, () => ({
    ...description,
    name: `${description.name} through tfjs`,
  }));
  const lost = (tf.backend() as unknown as { readonly device: GPUDevice }).device.lost.then(
    ({ message }): never => {
      throw new DeviceLost(`the GPU is lost: ${message.split("\n")[0] || "the driver does not say why"}`);
    },
  );
  lost.catch(() => undefined);
  return { ...opened, lost };
}
