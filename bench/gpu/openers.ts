import { softwareVulkan } from "../../scripts/lavapipe.mjs";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import type { GpuOpeners } from "./index.js";

/** This machine's GPU, and one in software. */
export const gpuOpeners: GpuOpeners = {
  gpu: () => openWebGpuEngine(),
  software: async () => openWebGpuEngine(await softwareVulkan()),
};
