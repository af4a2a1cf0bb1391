import type { DeviceLink, ShaderJob } from "../../src/device/index.js";
import { startDevice } from "../../src/engines/device-process.js";
import { libraryText } from "../../src/engines/webgpu/library.js";
import { reduceText } from "../../src/engines/webgpu/reduce-text.js";
import { declarations } from "../../src/engines/webgpu/shader.js";
import { softwareGpu } from "./software-gpu.js";

/** Starts the process that an engine starts, without the engine. */
export function startGpu(
  environment: Readonly<Record<string, string>> = softwareGpu.environment,
): DeviceLink {
  const asking = new URL("../../src/engines/webgpu/engine.ts", import.meta.url).href;
  return startDevice({ asking, bundle: "./gpu-device.js", environment });
}

/** Something to be evaluated at many words. */
export interface Question {
  /** An expression of the shader language for a number, in a `word` and the number `x` that has its bits. */
  readonly expression: string;
  /** Functions of the library that it calls. */
  readonly calls: readonly string[];
  readonly words: Uint32Array;
}

/** What the functions of the shader library make of words. All questions must have equally many. */
export async function evaluateOnGpu(
  link: DeviceLink,
  questions: readonly Question[],
): Promise<Float32Array[]> {
  const count = questions[0]!.words.length;
  const at = (column: number) => `measured[${column}u * parameters.stride + trial]`;
  // Measurements are finite numbers, so that bits come back in halves.
  const lines = questions.map(
    ({ expression }, index) => `  {
    let word = table[${index * count}u + trial];
    let x = bitcast<f32>(word);
    let bits = bitcast<u32>(${expression});
    ${at(2 * index)} = f32(bits >> 16u);
    ${at(2 * index + 1)} = f32(bits & 0xffffu);
  }`,
  );
  const columns = 2 * questions.length;
  const code = `${declarations}
${libraryText(["high_product", "philox", "exactly", ...questions.flatMap(({ calls }) => calls)])}
@compute @workgroup_size(64) fn descend(@builtin(global_invocation_id) id: vec3<u32>) {
  if (take_trial(id.x)) { state[trial] = stored[0]; }
}
@compute @workgroup_size(64) fn measure(@builtin(global_invocation_id) id: vec3<u32>) {
  if (!take_trial(id.x)) { return; }
${lines.join("\n")}
  ${at(columns)} = 1f;
}
${reduceText(columns)}`;
  const job: ShaderJob = {
    kind: "shader",
    code,
    table: questions.flatMap(({ words }) => [...words]),
    state: 1,
    stored: 0,
    columns,
    products: [],
    blocks: 1,
    descentBlocks: 1,
    epochs: 1,
    extraVisits: 0,
    checked: 0,
    trainLoss: false,
    seed: [0, 0],
  };
  await link.ask("load", job);
  const { values } = await link.ask("run", { first: 0, trials: count, values: true });
  return questions.map((_, index) => {
    const [high, low] = [values![2 * index]!, values![2 * index + 1]!];
    return new Float32Array(Uint32Array.from(high, (half, trial) => half! * 65536 + low[trial]!).buffer);
  });
}
