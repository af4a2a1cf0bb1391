import { GpuDevice } from "../../device/index.js";
import { serveDevice } from "../device-process.js";
import { loadDawn } from "./dawn.js";

/* The process that drives a GPU through Dawn, the package `webgpu`. Its parent ends it. */

let device: GpuDevice | undefined;
/** Kept, since a device does not survive that which it came from. */
let gpu: GPU | undefined;

serveDevice({
  async open({ visits, folders }) {
    const dawn = await loadDawn(folders);
    gpu = dawn.create([]);
    const facts = [
      ["webgpu", dawn.version],
      ["Node", process.version],
    ] as const;
    device = await GpuDevice.open(gpu, facts, visits === undefined ? {} : { visits });
    return device.description;
  },
  async load(job, _, alive) {
    await opened().load(job, alive);
    return null;
  },
  run: (trials, signal, alive) => opened().run(trials, signal, alive),
});

function opened(): GpuDevice {
  if (device === undefined) {
    throw new Error("the GPU was not opened");
  }
  return device;
}
