import type { DeviceDescription } from "../protocol.js";

export interface OpenedDevice {
  readonly device: GPUDevice;
  readonly description: DeviceDescription;
}

/** Names by which drivers that imitate a GPU are known; not all say so themselves. */
const imitators = /llvmpipe|lavapipe|swiftshader|software|basic render|warp/i;

/** Limits that are asked for as high as the adapter has them. */
const wantedLimits = ["maxStorageBufferBindingSize", "maxBufferSize"] as const;

/** The card, as far as it is told: a number that stands for one is not, and needs the names beside it. */
function cardOf({ vendor, architecture, device }: GPUAdapterInfo): string {
  if (device && !/^0x/i.test(device)) {
    return device.replace(/-+$/, "");
  }
  return [vendor, architecture, device].filter(Boolean).join(" ");
}

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
  const card = cardOf(info);
  const name = card || info.description || "a GPU without a name";
  return {
    device,
    description: {
      name: backend === undefined ? name : `${name} (${backend})`,
      software:
        info.isFallbackAdapter === true || imitators.test(`${name} ${info.architecture} ${info.description}`),
      facts: [
        ...facts,
        ["adapter", card || "not told"],
        ["driver", info.description || "not told"],
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
