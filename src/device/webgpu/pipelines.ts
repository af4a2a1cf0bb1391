import type { DeviceEnd } from "../device-end.js";
import { DeviceLost, type ShaderJob } from "../protocol.js";

export type EntryPoint = "descend" | "train" | "measure" | "reduce";

/** What is bound to a shader: its parameters, its table, and what it keeps, stores, measures and adds up. */
const bindings = ["uniform", "read-only-storage", "storage", "storage", "storage", "storage"] as const;

/** `GPUShaderStage.COMPUTE`, whose global object Node lacks. */
const compute = 4;

export interface Pipelines {
  readonly layout: GPUBindGroupLayout;
  readonly entries: ReadonlyMap<EntryPoint, GPUComputePipeline>;
}

/** @throws DeviceLost, and Error of one line when the device does not take the shader. */
export async function makePipelines(
  device: GPUDevice,
  ending: DeviceEnd,
  job: ShaderJob,
): Promise<Pipelines> {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ code: job.code });
  const layout = device.createBindGroupLayout({
    entries: bindings.map((type, binding) => ({ binding, visibility: compute, buffer: { type } })),
  });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  const names: EntryPoint[] = [
    "descend",
    ...(job.trainLoss ? (["train"] as const) : []),
    "measure",
    "reduce",
  ];
  const made = Promise.all(
    names.map(async (entryPoint) => {
      const descriptor = { layout: pipelineLayout, compute: { module, entryPoint } };
      return [entryPoint, await device.createComputePipelineAsync(descriptor)] as const;
    }),
  );
  const scope = device.popErrorScope();
  try {
    const [entries, problem] = await ending.before(Promise.all([made, scope]));
    if (problem !== null) {
      throw new Error(problem.message);
    }
    return { layout, entries: new Map(entries) };
  } catch (error) {
    if (error instanceof DeviceLost) {
      throw error;
    }
    const { messages } = await ending.before(module.getCompilationInfo());
    const first = messages.find(({ type }) => type === "error");
    const reason = first === undefined ? (error as Error).message : `line ${first.lineNum}: ${first.message}`;
    throw new Error(`the GPU does not take the simulation's shader: ${reason.trim().split("\n")[0]}`);
  }
}
