import { DeviceEnd } from "../device-end.js";
import {
  type DeviceDescription,
  type DeviceJob,
  DeviceLost,
  type RunTrials,
  type TrialsDone,
} from "../protocol.js";
import { openGpu } from "./adapter.js";
import { LoadedShader } from "./trials.js";

export interface GpuDeviceOptions {
  /** Where the GPU is, for the device's name: `in a page`. */
  readonly backend?: string;
  /** For tests: how many points a dispatch visits, instead of as many as its time allows. */
  readonly visits?: number;
}

/** A GPU behind the standard interface: Node's, or a page's. One thing is to be asked of it at a time. */
export class GpuDevice {
  readonly description: DeviceDescription;
  private readonly device: GPUDevice;
  private readonly ending = new DeviceEnd();
  private readonly visits: number | undefined;
  private loaded: LoadedShader | undefined;

  private constructor(device: GPUDevice, description: DeviceDescription, visits: number | undefined) {
    this.device = device;
    this.description = description;
    this.visits = visits;
    void device.lost.then(({ message }) =>
      this.ending.end(
        new DeviceLost(`the GPU is lost: ${firstLine(message) || "the driver does not say why"}`),
      ),
    );
    // What no call reports: results would be wrong without a word.
    device.addEventListener("uncapturederror", ({ error }) =>
      this.ending.end(new DeviceLost(`the GPU failed: ${firstLine(error.message)}`)),
    );
  }

  /**
   * @param facts what the caller knows of its own part, to be shown first.
   * @throws Error of one line when there is no GPU that can be used.
   */
  static async open(
    gpu: GPU,
    facts: DeviceDescription["facts"],
    { backend, visits }: GpuDeviceOptions = {},
  ): Promise<GpuDevice> {
    const { device, description } = await openGpu(gpu, facts, backend);
    return new GpuDevice(device, description, visits);
  }

  /**
   * @param alive called when some of the work is done.
   * @throws DeviceLost, and Error of one line when the device does not take the job.
   */
  async load(job: DeviceJob, alive: () => void = () => undefined): Promise<void> {
    if (job.kind !== "shader") {
      throw new Error("a GPU takes shaders only");
    }
    this.loaded?.dispose();
    this.loaded = undefined;
    this.loaded = await LoadedShader.load(this.device, this.ending, job, this.visits, alive);
  }

  /**
   * @param alive called between dispatches.
   * @throws DeviceLost
   */
  async run(trials: RunTrials, signal: AbortSignal, alive: () => void): Promise<TrialsDone> {
    if (this.loaded === undefined) {
      throw new Error("nothing was loaded that could be run");
    }
    try {
      return await this.loaded.run(trials, signal, alive);
    } catch (error) {
      if (error instanceof DeviceLost) {
        throw error;
      }
      // What was loaded runs, so that the device is to blame.
      throw new DeviceLost(`the GPU failed: ${firstLine((error as Error).message)}`);
    }
  }

  destroy(): void {
    this.device.destroy();
  }
}

function firstLine(message: string): string {
  return message.split("\n")[0]!;
}
