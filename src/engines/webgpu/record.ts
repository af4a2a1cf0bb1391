import { SimulationError } from "../../compile/error.js";
import { gpu, gpuOfPage } from "../../runs/backends.js";
import { isWrittenRequest } from "../../simulate/request.js";
import { hasNoTensors } from "../linked-engine.js";
import type { EngineRecord, MachineOptions } from "../record.js";
import { type GpuOptions, openWebGpuEngine } from "./engine.js";

export const gpuEngine = {
  name: gpu.name,
  /** A GPU that no process of ours can drive is sought in a page of the editor. */
  async open(options, signal) {
    const { page } = options;
    try {
      return await openWebGpuEngine(optionsOf(options), signal);
    } catch (inProcess) {
      if (page === undefined || signal?.aborted) {
        throw inProcess;
      }
      try {
        return await openWebGpuEngine({ link: page() }, signal);
      } catch (inPage) {
        const reasons = `a page: ${(inPage as Error).message}; a process: ${(inProcess as Error).message}`;
        throw new SimulationError(`no GPU can be used from ${reasons}`);
      }
    }
  },
  refusal: (request) => (isWrittenRequest(request) ? undefined : hasNoTensors(gpu.name, request)),
  candidates: (options) => {
    const { page } = options;
    return [
      { name: gpu.name, open: (signal) => openWebGpuEngine(optionsOf(options), signal) },
      ...(page === undefined
        ? []
        : [
            {
              name: gpuOfPage,
              open: (signal: AbortSignal | undefined) => openWebGpuEngine({ link: page() }, signal),
            },
          ]),
    ];
  },
  auto: { device: "GPU", gain: 1.5, price: "its coarser numbers are" },
  pilotVisits: 2 ** 24,
  comparedVisits: 2 ** 22,
} satisfies EngineRecord;

function optionsOf({ gpu: options, folders }: MachineOptions): GpuOptions {
  return { ...options, ...(folders === undefined ? {} : { folders }) };
}
