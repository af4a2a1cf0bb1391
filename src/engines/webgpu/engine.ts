import type { DeviceLink } from "../../device/index.js";
import { gpu } from "../../runs/backends.js";
import { startDevice } from "../device-process.js";
import type { Engine } from "../engine.js";
import { LinkedEngine } from "../linked-engine.js";
import { shaderOf } from "./shader.js";

/** How an engine on a GPU finds its GPU. */
export interface GpuOptions {
  /** A way to a GPU that somebody else has, such as a page; else a process with Dawn is started. */
  readonly link?: DeviceLink;
  /** Folders that somebody has named: a package webgpu of theirs may be loaded. */
  readonly folders?: readonly string[];
  /** For the process: where Vulkan finds its driver, for example. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A GPU behind WebGPU.
 * @param signal gives up.
 * @throws Error of one line when there is no GPU that can be used.
 */
export async function openWebGpuEngine(
  { link, environment, folders }: GpuOptions = {},
  signal?: AbortSignal,
): Promise<Engine> {
  const way =
    link ??
    startDevice({
      asking: import.meta.url,
      bundle: "./gpu-device.js",
      ...(environment === undefined ? {} : { environment }),
    });
  return LinkedEngine.open(
    gpu.name,
    way,
    link === undefined && folders !== undefined ? { folders } : {},
    { of: shaderOf },
    signal,
  );
}
