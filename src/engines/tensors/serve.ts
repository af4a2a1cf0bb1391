import { SimulationError } from "../../compile/error.js";
import { DeviceLost, type OpenParameters } from "../../device/index.js";
import type { DeviceHandlers } from "../device-process.js";
import { workOfJob } from "./job.js";
import { openNative } from "./native.js";
import type { OpenedTensors } from "./opened.js";
import { TensorSimulation } from "./tensor-trials.js";

/** A device that carries out tensors. @param onOpened told what carries them out, once that is open. */
export function tensorHandlers(onOpened: (opened: OpenedTensors) => void = () => undefined): DeviceHandlers {
  let opened: OpenedTensors | undefined;
  let simulation: TensorSimulation | undefined;
  return {
    async open({ tensors = "cpu", folders }: OpenParameters) {
      if (opened !== undefined) {
        throw new Error("the tensors' device is open; start another process for another one");
      }
      opened = await (typeof tensors === "string" ? bundled(tensors, folders) : openNative(tensors.runtime));
      onOpened(opened);
      return opened.description;
    },
    async load(job) {
      if (opened === undefined) {
        throw new Error("the tensors' device was not opened");
      }
      if (job.kind !== "tensors") {
        throw new Error("tensors cannot carry out a shader");
      }
      simulation?.dispose();
      simulation = undefined;
      simulation = new TensorSimulation(opened.engine, workOfJob(job));
      return null;
    },
    async run(trials, signal, alive) {
      if (opened === undefined || simulation === undefined) {
        throw new Error("nothing was loaded to simulate");
      }
      try {
        const done = simulation.run(trials, signal, alive);
        return await (opened.lost === undefined ? done : Promise.race([done, opened.lost]));
      } catch (error) {
        if (error instanceof SimulationError || error instanceof DeviceLost) {
          throw error;
        }
        // Memory that ran out, mostly; what tfjs holds after that is not to be relied on.
        const line = (error instanceof Error ? error.message : String(error)).split("\n")[0];
        throw new DeviceLost(`tfjs failed: ${line}`);
      }
    },
  };
}

/** Loaded late: two copies of tfjs in a process share their state, and the native runtime brings its own. */
async function bundled(
  backend: "cpu" | "wasm" | "webgpu",
  folders: readonly string[] | undefined,
): Promise<OpenedTensors> {
  const { openBundled } = await import("./backends.js");
  return openBundled(backend, folders);
}
