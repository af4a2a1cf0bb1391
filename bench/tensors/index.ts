/**
 * Trials of the paper's convnet: the processor beside tfjs, in turn, both on this thread. Processor time is measured, which other
 * programs on the machine change little.
 */
import { openCpuEngine } from "../../src/engines/index.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { defaultObservable, numbersOf } from "../../src/observables/index.js";
import { planTrials } from "../../src/simulate/difference.js";
import type { AnyRequest } from "../../src/simulate/request.js";
import { convnet } from "../convnet.js";
import type { Figure } from "../figure.js";

const images = 50;
const repeats = 5;
/** Of each engine and turn. */
const seconds = 2;

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
  const landscape = await convnet(images);
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
    const ratios = speeds.map(([one, other]) => one! / other!);
    return [
      {
        what: "tensors: the paper's convnet, ten steps and ten test points, one thread",
        measured: `the processor ${ours!.toFixed(0)} trials/s, tfjs on WebAssembly ${theirs!.toFixed(0)} trials/s`,
      },
      {
        what: "    the processor as a multiple of tfjs's speed",
        measured: `${median(ratios).toFixed(1)} (${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)})`,
      },
    ];
  } finally {
    tensors.dispose();
    await processor.close();
  }
}
