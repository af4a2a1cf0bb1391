/** Trials of the paper's convnet: tfjs beside the processor's interpreter, a thread each, in turn. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Engine, openCpuEngine } from "../../src/engines/index.js";
import { openTensorEngine } from "../../src/engines/tensors/engine.js";
import { isWritten } from "../../src/evaluate/index.js";
import { analyzeText } from "../../src/language/index.js";
import { diskReader } from "../../src/language/loader/index.js";
import { defaultObservable, numbersOf } from "../../src/observables/index.js";
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

/** Trials a second, of as many as take about as long as a turn is to take. */
async function speed(engine: Engine, request: AnyRequest, trials: number): Promise<number> {
  const done = await engine.simulate({ ...request, trials });
  return done.trials / done.seconds;
}

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
  const [processor, tensors] = [openCpuEngine(0), await openTensorEngine("wasm")];
  try {
    const lots: number[] = [];
    for (const engine of [processor, tensors]) {
      await speed(engine, request, 8);
      lots.push(Math.max(8, Math.ceil(seconds * (await speed(engine, request, 32)))));
    }
    const speeds: [number, number][] = [];
    for (let turn = 0; turn < repeats; turn++) {
      speeds.push([await speed(processor, request, lots[0]!), await speed(tensors, request, lots[1]!)]);
    }
    const ratios = speeds.map(([ours, theirs]) => theirs / ours).sort((a, b) => a - b);
    const median = (values: readonly number[]) =>
      [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
    return [
      {
        what: "tensors: the paper's convnet, ten steps and ten test points, one thread",
        measured: `the processor's interpreter ${median(speeds.map(([ours]) => ours)).toFixed(0)} trials/s, tfjs on WebAssembly ${median(speeds.map(([, theirs]) => theirs)).toFixed(0)} trials/s`,
      },
      {
        what: "    tfjs as a multiple of the interpreter's speed",
        measured: `${median(ratios).toFixed(2)} (${ratios[0]!.toFixed(2)} to ${ratios.at(-1)!.toFixed(2)})`,
      },
    ];
  } finally {
    await processor.close();
    await tensors.close();
  }
}
