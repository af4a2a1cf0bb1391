/**
 * Controls of networks on the paper's convnet: the variance that trials have without controls over that which they have with them, times what
 * a trial with them takes and what it takes to find them. Costs of trials are counted operations; processor time is told beside them.
 */
import { loadCarriers, openCpuEngine } from "../../src/engines/index.js";
import { defaultObservable, numbersOf } from "../../src/observables/index.js";
import type { LargeRequest, RequestedNumber } from "../../src/simulate/request.js";
import { costOfTest, findPathControls } from "../../src/simulate/tensors/index.js";
import { convnet } from "../convnet.js";
import type { Figure } from "../figure.js";

const images = 512;
const classes = 10;
const testPoints = 10;
/** A run of some seconds. */
const trials = 16_384;
/** By how much a trial is to be better at a learning rate. */
const rates: readonly { readonly eta: number; readonly goal?: number }[] = [
  { eta: 0.001 },
  { eta: 0.005, goal: 500 },
  { eta: 0.025 },
];

/** Smooth images of 28 by 28 that differ with their class: a few waves, those of a class, bent by some of each image's own. */
function pixelsOf(image: number): number[] {
  const waves = (seed: number) =>
    Array.from({ length: 4 }, (_, wave) => {
      const number = (place: number) => {
        const value = Math.sin(12.9898 * (seed + 1) + 78.233 * (5 * wave + place + 1)) * 43758.5453;
        return value - Math.floor(value);
      };
      return { x: 3 * number(0), y: 3 * number(1), phase: 6.28 * number(2), height: number(3) };
    });
  const all = [
    ...waves(image % classes),
    ...waves(classes + image).map((wave) => ({ ...wave, height: wave.height / 2 })),
  ];
  return Array.from({ length: 784 }, (_, at) => {
    const [x, y] = [(at % 28) / 28, Math.floor(at / 28) / 28];
    const light = all.reduce(
      (sum, wave) => sum + wave.height * Math.cos(6.28 * (wave.x * x + wave.y * y) + wave.phase),
      0,
    );
    return Math.max(0, Math.min(255, Math.round(128 + 60 * light)));
  });
}

/** Processor time that something takes, in seconds. */
async function processorTime<Value>(
  work: () => Value | Promise<Value>,
): Promise<{ readonly value: Value; readonly seconds: number }> {
  const began = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(began);
  return { value, seconds: (user + system) / 1e6 };
}

export async function benchControls(): Promise<Figure[]> {
  const landscape = await convnet(images, pixelsOf);
  const [number] = numbersOf(defaultObservable, landscape);
  const processor = openCpuEngine(0);
  // As runs find them.
  const single = await loadCarriers();
  const figures: Figure[] = [];
  try {
    for (const { eta, goal } of rates) {
      const spacetime = { optimiser: "sgd", parameters: { N: 10, E: 1, B: 1, shuffle: "same" } };
      const numbers: readonly RequestedNumber[] = [number!];
      const plain: LargeRequest = { landscape, spacetime, eta, numbers, testPoints, trials, seed: 1 };
      const found = await processorTime(() => {
        const options = { hasTestPoints: true, mostOperations: Number.POSITIVE_INFINITY, single };
        const steps = findPathControls({ ...plain, spacetime }, numbers, options);
        let step = steps.next();
        while (!step.done) {
          step = steps.next();
        }
        return step.value!;
      });
      const both = [number!, { ...number!, label: "less its control", control: 0 }];
      const controlled: LargeRequest = { ...plain, numbers: both, controls: found.value };
      const operations = (request: LargeRequest) => {
        const { trial, point } = costOfTest(request);
        return trial + testPoints * point;
      };
      const price = operations(controlled) / operations(plain);
      const without = await processorTime(() => processor.simulate(plain));
      const less = await processorTime(() => processor.simulate(controlled));
      const [own, other] = less.value.statistics;
      const variance = (own!.standardError / other!.standardError) ** 2;
      const apart = Math.abs(own!.mean - other!.mean) / own!.standardError;
      const [trial, time] = [without.seconds / trials, less.seconds / without.seconds];
      // Controls are found once, for all trials of a run.
      const foundTrials = found.seconds / trial;
      const gain = variance / (price + foundTrials / trials);
      figures.push({
        what: `networks: controls on the paper's convnet, ${images} images, ${testPoints} test points, T = 10, eta = ${eta}`,
        measured:
          `${gain.toPrecision(3)} times less variance for as much work of ${trials} trials (variance / ${variance.toPrecision(3)}, operations × ${price.toFixed(2)}, ` +
          `time × ${time.toFixed(2)}, found in the time of ${foundTrials.toFixed(0)} trials); means ${apart.toFixed(1)} errors apart`,
        ...(goal === undefined ? {} : { goal: `≥ ${goal}`, met: gain >= goal }),
      });
    }
    return figures;
  } finally {
    await processor.close();
  }
}
