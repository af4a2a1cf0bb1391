import type { DeviceDescription } from "../protocol.js";

export interface OpenedDevice {
  readonly device: GPUDevice;
  readonly description: DeviceDescription;
}

/** Names by which drivers that imitate a GPU are known; not all say so themselves. */
const imitators = /llvmpipe|lavapipe|swiftshader|software|basic render|warp/i;

/** Limits that are asked for as high as the adapter has them. */
const wantedLimits = ["maxStorageBufferBindingSize", "maxBufferSize"] as const;

/**
 * The system's best GPU.
 * @param facts what the caller knows of its own part, to be shown first.
 * @throws Error of one line when there is none.
 */
export async function openGpu(
  gpu: GPU,
  facts: DeviceDescription["facts"],
  backend?: string,
): Promise<OpenedDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) {
    throw new Error("no GPU was found; a driver for Vulkan, Metal or Direct3D 12 is needed");
  }
  const { info, limits } = adapter;
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(wantedLimits.map((name) => [name, limits[name]])),
  });
  const name = info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(" ");
  return {
    device,
    description: {
      name: `${name || "a GPU without a name"}${backend === undefined ? "" : ` (${backend})`}`,
      software:
        info.isFallbackAdapter === true || imitators.test(`${name} ${info.architecture} ${info.device}`),
      facts: [
        ...facts,
        ["adapter", name || "not told"],
        ["vendor", info.vendor || "not told"],
        ["architecture", info.architecture || "not told"],
        ["largest buffer", `${Math.floor(limits.maxBufferSize / 2 ** 20)} MiB`],
        ["largest storage binding", `${Math.floor(limits.maxStorageBufferBindingSize / 2 ** 20)} MiB`],
        ["invocations of a workgroup", `${limits.maxComputeInvocationsPerWorkgroup}`],
        ["workgroup storage", `${limits.maxComputeWorkgroupStorageSize} bytes`],
      ],
    },
  };
}
