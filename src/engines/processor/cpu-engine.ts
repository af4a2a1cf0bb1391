import { cpus } from "node:os";
import { machineRounding } from "../../compile/fused.js";
import { isFlow, sidesOf } from "../../optimisers/index.js";
import { counted } from "../../printable/index.js";
import { processor } from "../../runs/backends.js";
import { type AnyRequest, isWrittenRequest, type LocalBackend } from "../../simulate/request.js";
import type { Engine } from "../engine.js";
import { flowValues } from "./flow.js";
import { kernelOf } from "./job.js";
import { jobHere, openSimulator, usefulWorkers } from "./local.js";
import { availableThreads } from "./threads.js";
import { valuesOf } from "./trial-values.js";

/** This machine's processor. @param asked threads, as many as this process may use when absent; 0: the caller's own thread. */
export function openCpuEngine(asked?: number): Engine {
  const { threads: workers, why } =
    asked === undefined ? availableThreads() : { threads: asked, why: "they were asked for" };
  const simulator = openSimulator(asked);
  return {
    name: processor.name,
    device: `WebAssembly on ${counted(Math.max(1, workers), "thread")}`,
    facts: [
      ["processor", cpus()[0]?.model.trim() || "not told"],
      ["threads", `${workers}, since ${why}`],
      ["products and sums rounded", machineRounding()],
      ["Node", process.version],
    ],
    software: false,
    isPrecise: (request) => isWrittenRequest(request),
    simulate: (request, options) => simulator.simulate(request, options),
    admit: (request) => admit(request, workers),
    trialValues: (request, signal) => valuesHere(request, "wasm", signal),
    preciseValues: (request, signal) =>
      valuesHere(request, isWrittenRequest(request) ? "wasm" : "js", signal),
    close: () => simulator.close(),
  };
}

/** Kernels, and memory for the training data of as many trials as go side by side. */
async function admit(request: AnyRequest, workers: number): Promise<void> {
  // What is known of the start of others takes passes over all rows.
  if (isWrittenRequest(request) && !sidesOf(request.spacetime).some(isFlow)) {
    await jobHere(request, "wasm", usefulWorkers(request, workers));
  }
}

/** What each trial measures, less the column's center, on the thread of who asks. */
async function valuesHere(
  request: AnyRequest,
  backend: LocalBackend,
  signal?: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  if (isFlow(request.spacetime)) {
    return flowValues(request);
  }
  const { job } = await jobHere(request, backend, 1);
  const { kernel, simulate } = kernelOf(job);
  return valuesOf(kernel, job.plan, request, signal, simulate);
}
