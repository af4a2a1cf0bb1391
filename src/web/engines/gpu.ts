import { SimulationError } from "../../compile/error.js";
import { hasNoTensors } from "../../engines/linked-engine.js";
import type { EngineRecord, MachineOptions } from "../../engines/record.js";
import { openWebGpuEngine } from "../../engines/webgpu/engine.js";
import { gpu, gpuOfPage } from "../../runs/backends.js";
import { isWrittenRequest } from "../../simulate/request.js";

/** A GPU is driven by a page of the editor; processes have none here. */
export const gpuEngine = {
  name: gpu.name,
  open: ({ page }, signal) => openInPage(page, signal),
  refusal: (request) => (isWrittenRequest(request) ? undefined : hasNoTensors(gpu.name, request)),
  candidates: ({ page }) =>
    page === undefined
      ? []
      : [{ name: gpuOfPage, open: (signal: AbortSignal | undefined) => openInPage(page, signal) }],
  auto: { device: "GPU", gain: 1.5, price: "its coarser numbers are" },
  pilotVisits: 2 ** 24,
  comparedVisits: 2 ** 22,
} satisfies EngineRecord;

function openInPage(page: MachineOptions["page"], signal: AbortSignal | undefined) {
  if (page === undefined) {
    throw new SimulationError("no page of the editor is asked for a GPU here");
  }
  return openWebGpuEngine({ link: page() }, signal);
}
