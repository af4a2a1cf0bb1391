/**
 * Trials of the paper's convnet: tfjs beside the processor's interpreter, in turn, both on this thread. Processor time is measured, which other
 * programs on the machine change little.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openCpuEngine } from "../../src/engines/index.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { isWritten } from "../../src/evaluate/index.js";
import { analyzeText } from "../../src/language/index.js";
import { diskReader } from "../../src/language/loader/index.js";
import { defaultObservable, numbersOf } from "../../src/observables/index.js";
import { planTrials } from "../../src/simulate/difference.js";
import type { AnyRequest } from "../../src/simulate/request.js";
import type { Figure } from "../figure.js";

const images = 50;
const repeats = 5;
/** Of each engine and turn. */
const seconds = 2;

/** The example's landscape, on images of stripes, since its own data are a download. */
async function convnet(): Promise<AnyRequest["landscape"]> {
  const folder = mkdtempSync(join(tmpdir(), "descent-diagrams-bench-"));
  try {
    const pixels = Array.from({ length: images * 784 }, (_, at) => {
      const [image, x, y] = [Math.floor(at / 784), at % 28, Math.floor(at / 28) % 28];
      return 127 + Math.floor(128 * Math.sin((image % 10) * 0.1 * x + 0.05 * image * y));
    });
    const labels = Array.from({ length: images }, (_, image) => image % 10);
    const header = (...shape: number[]) => {
      const bytes = Buffer.alloc(4 + 4 * shape.length);
      bytes.writeUInt32BE(0x800 + shape.length);
      shape.forEach((length, axis) => {
        bytes.writeUInt32BE(length, 4 + 4 * axis);
      });
      return bytes;
    };
    const write = (name: string, bytes: Buffer, numbers: readonly number[]) =>
      writeFileSync(join(folder, name), Buffer.concat([bytes, Buffer.from(numbers)]));
    write("train-images-idx3-ubyte.gz", header(images, 28, 28), pixels);
    write("train-labels-idx1-ubyte.gz", header(images), labels);
    const text = readFileSync(resolve("examples/networks/fashion_mnist.diag"), "utf8");
    const { landscapes, diagnostics } = await analyzeText(text, {
      path: join(folder, "convnet.diag"),
      reader: diskReader,
    });
    const landscape = landscapes.get("fashion_mnist");
    if (landscape === undefined || isWritten(landscape)) {
      throw new Error(`the convnet cannot be read: ${diagnostics[0]?.message}`);
    }
    return landscape;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Trials in a second of processor time. */
async function speed(simulate: (trials: number) => Promise<unknown>, trials: number): Promise<number> {
  const began = process.cpuUsage();
  await simulate(trials);
  const { user, system } = process.cpuUsage(began);
  return (trials * 1e6) / (user + system);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

export async function benchTensors(): Promise<Figure[]> {
  const landscape = await convnet();
  const request: AnyRequest = {
    landscape,
    spacetime: { optimiser: "sgd", parameters: { N: 10, E: 1, B: 1, shuffle: "same" } },
    eta: 0.01,
    numbers: numbersOf(defaultObservable, landscape),
    testPoints: 10,
    trials: 1,
    seed: 1,
  };
  const { engine } = await openBundled("wasm");
  const tensors = new TensorSimulation(engine, { trials: planTrials(request), seed: request.seed });
  const never = new AbortController().signal;
  const processor = openCpuEngine(0);
  const ways = [
    (trials: number) => processor.simulate({ ...request, trials }),
    (trials: number) => tensors.run({ first: 0, trials }, never),
  ] as const;
  try {
    const lots: number[] = [];
    for (const simulate of ways) {
      await speed(simulate, 32);
      lots.push(Math.max(32, Math.ceil(seconds * (await speed(simulate, 32)))));
    }
    const speeds: number[][] = [];
    for (let turn = 0; turn < repeats; turn++) {
      speeds.push([await speed(ways[0], lots[0]!), await speed(ways[1], lots[1]!)]);
    }
    const [ours, theirs] = ways.map((_, place) => median(speeds.map((one) => one[place]!)));
    const ratios = speeds.map(([one, other]) => other! / one!);
    return [
      {
        what: "tensors: the paper's convnet, ten steps and ten test points, one thread",
        measured: `the processor's interpreter ${ours!.toFixed(0)} trials/s, tfjs on WebAssembly ${theirs!.toFixed(0)} trials/s`,
      },
      {
        what: "    tfjs as a multiple of the interpreter's speed",
        measured: `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
      },
    ];
  } finally {
    tensors.dispose();
    await processor.close();
  }
}
