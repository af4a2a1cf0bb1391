import type { OpenParameters } from "../../device/index.js";
import { tensorFlow } from "../../runs/backends.js";
import { type ProcessLink, startDevice } from "../device-process.js";
import type { Engine } from "../engine.js";
import { LinkedEngine } from "../linked-engine.js";
import { tensorJobs } from "./job.js";
import type { RuntimeReport } from "./runtime.js";

/** What carries tensors out: a back end of tfjs, or the native runtime in a folder (see `findRuntime`). */
export type TensorBackend = NonNullable<OpenParameters["tensors"]>;

/** What silences libtensorflow's own notes, which are not errors. */
const quiet = { TF_CPP_MIN_LOG_LEVEL: "2" };

/** Starts a process that carries tensors out. @throws in one line when there is no Node that can run it. */
export function startTensors(
  tensors: TensorBackend,
  environment: Readonly<Record<string, string>>,
): ProcessLink {
  return startDevice({
    asking: import.meta.url,
    bundle: "./tensor-engine.js",
    environment: { ...quiet, ...environment },
    plain: tensors === "cpu" || tensors === "wasm",
  });
}

/**
 * tfjs in a process of its own.
 * @param environment for that process: where Vulkan finds its driver, for example.
 * @param signal gives up.
 * @param folders that somebody has named: packages of theirs may be loaded.
 * @throws SimulationError of one line when the back end cannot be used here.
 */
export async function openTensorEngine(
  tensors: TensorBackend,
  environment: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
  folders: readonly string[] = [],
): Promise<Engine> {
  const link = startTensors(tensors, environment);
  return LinkedEngine.open(tensorFlow.name, link, { tensors, folders }, tensorJobs, signal);
}

/**
 * The best that tfjs has here: the native runtime where it is found with all that its GPU needs, else WebAssembly.
 * @throws SimulationError of one line when it cannot be used.
 */
export function openBestTensorEngine(report: RuntimeReport, signal?: AbortSignal): Promise<Engine> {
  return report.folder !== undefined && report.gpu
    ? openTensorEngine({ runtime: report.folder }, report.environment, signal)
    : openTensorEngine("wasm", {}, signal);
}
