/**
 * Networks: trials of the paper's convnet beside C written by hand (`kernels`), controls of trials (`controls`), and estimates beside a NumPy program that takes one point at a time (`rows.py`): rows of derivatives a second, and the time until
 * the order 2 of the test loss is known to 1 %. Both on one thread, in processor time, in turn, after their numbers were compared.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { rowWords } from "../../src/compile/index.js";
import { loadCarriers } from "../../src/engines/index.js";
import {
  type AnyLandscape,
  directionalTensors,
  EstimatingEvaluator,
  type EvaluationRequest,
  Evaluator,
} from "../../src/evaluate/index.js";
import { defaultObservable } from "../../src/observables/index.js";
import { convnet, pixelsOfStripes, smallConvnet } from "../convnet.js";
import type { Figure } from "../figure.js";
import { benchControls } from "./controls.js";
import { benchConvnetTrials } from "./kernels.js";

export { benchConvnetTrials } from "./kernels.js";

const images = 50;
/** Training points of the epoch whose order 2 is estimated. */
const points = 10;
/** Of processor time, for each rate. */
const seconds = 1;
/** Rows that our estimate draws for an expectation. */
const samples = 32 * 64;
/** How much sooner the order 2 is to be known. */
const goal = 20;

/** A network as `rows.py` reads it. */
interface Network {
  readonly landscape: AnyLandscape;
  readonly what: string;
  readonly size: number;
  /** Kernels and matrices in their order; a bias is behind each. */
  readonly layers: readonly { readonly shape: readonly number[]; readonly stride?: number }[];
}

/** What `rows.py` answers. */
interface Answer {
  readonly gradients: readonly (readonly number[])[];
  readonly products: readonly (readonly number[])[];
  readonly gradientsInSecond: number;
  readonly productsInSecond: number;
  readonly mean: number;
  readonly deviation: number;
  readonly draws: number;
  readonly secondsOfDraw: number;
}

async function networks(): Promise<Network[]> {
  return [
    {
      landscape: await convnet(images),
      what: "the paper's convnet",
      size: 28,
      layers: [
        { shape: [5, 5, 1, 10], stride: 2 },
        { shape: [5, 5, 10, 10], stride: 2 },
        { shape: [10, 160] },
        { shape: [10, 10] },
      ],
    },
    {
      landscape: await smallConvnet(images),
      what: "a tanh convnet on 8 by 8",
      size: 8,
      layers: [{ shape: [3, 3, 1, 8], stride: 2 }, { shape: [10, 72] }, { shape: [10, 10] }],
    },
  ];
}

/** Of weights that start at standard normals, Xavier's. */
function xavier(shape: readonly number[]): number {
  const area = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  return Math.sqrt(2 / (area * (shape.at(-2)! + shape.at(-1)!)));
}

/** Absent where there is no NumPy. */
function askNumPy(network: Network, direction: Float64Array): Answer | undefined {
  try {
    execFileSync("python3", ["-c", "import numpy"], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "descent-diagrams-bench-"));
  try {
    const file = join(folder, "network.json");
    const { landscape, layers, size } = network;
    writeFileSync(
      file,
      JSON.stringify({
        layers: layers.map((layer) => ({ ...layer, scale: xavier(layer.shape) })),
        start: landscape.whole!.weights.flatMap(({ start }) => Array.from(start)),
        images: Array.from({ length: images }, (_, image) => pixelsOfStripes(image, size)),
        labels: Array.from({ length: images }, (_, image) => image % 10),
        direction: Array.from(direction),
        points,
      }),
    );
    const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
    const words = [resolve("bench/networks/rows.py"), file, String(seconds)];
    return JSON.parse(execFileSync("python3", words, { env, encoding: "utf8", maxBuffer: 1 << 26 }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Rows in a second of processor time. @param work does some rows. */
function rate(work: () => number): number {
  work();
  const began = processorSeconds();
  let rows = 0;
  while (processorSeconds() - began < seconds) {
    rows += work();
  }
  return rows / (processorSeconds() - began);
}

/** How far vectors are apart at most, as a share of their largest entry. */
function apart(ours: Float64Array, theirs: readonly (readonly number[])[]): number {
  const all = theirs.flat();
  const largest = Math.max(...all.map(Math.abs));
  return all.reduce((most, one, place) => Math.max(most, Math.abs(one - ours[place]!)), 0) / largest;
}

async function figuresOf(network: Network): Promise<Figure[]> {
  const { landscape, what } = network;
  const directional = directionalTensors(landscape.whole!);
  const { loss } = directional;
  const direction = Float64Array.from({ length: loss.dimension }, (_, place) => Math.sin(place + 1));
  const numpy = askNumPy(network, direction);
  if (numpy === undefined) {
    return [{ what: `networks: ${what}`, measured: "skipped: python3 has no NumPy" }];
  }
  const differences = [
    apart(loss.rowGradients([0, 1, 2], []), numpy.gradients),
    apart(loss.rowGradients([0, 1, 2], [direction]), numpy.products),
  ];
  if (Math.max(...differences) > 1e-10) {
    throw new Error(`NumPy's derivatives of ${what} are others: by ${differences.join(" and ")}`);
  }
  const carriers = await loadCarriers();
  const single = directionalTensors(landscape.whole!, { carrierOf: carriers });
  const beside: Beside = { numpy, direction, exact: orderTwoOf(landscape) };
  return [
    ...figuresOfWay(network, directional, "in double precision", beside),
    // As threads have samples that are much work.
    ...figuresOfWay(network, single, "in loops, single precision", beside),
  ];
}

/** What ours is compared with. */
interface Beside {
  readonly numpy: Answer;
  readonly direction: Float64Array;
  /** The order 2 of the test loss. */
  readonly exact: number;
}

const request: EvaluationRequest = {
  spacetime: { optimiser: "sgd", parameters: { N: points, E: 1, B: 1, shuffle: "same" } },
  eta: 0.01,
  observable: defaultObservable,
  selection: { kind: "series", order: 2 },
  sum: "exact",
};

function orderTwoOf(landscape: Network["landscape"]): number {
  return new Evaluator(landscape, { order: 2 }).evaluate(request).series[2]![0]!;
}

function figuresOfWay(
  { landscape, what }: Network,
  directional: ReturnType<typeof directionalTensors>,
  way: string,
  { numpy, direction, exact }: Beside,
): Figure[] {
  const { loss } = directional;
  const rows = Int32Array.from({ length: 64 }, (_, item) => item % images);
  const each = new Float64Array(64 * loss.dimension).map((_, place) => direction[place % loss.dimension]!);
  const gradients = rate(() => loss.rowGradients(rows, []).length / loss.dimension);
  const products = rate(() => loss.rowGradients(rows, [each]).length / loss.dimension);
  const evaluator = new EstimatingEvaluator(
    { name: landscape.name, weights: directional.weights },
    directional,
    { order: 2 },
    { words: rowWords(0), samples },
  );
  const began = processorSeconds();
  const { estimate, series } = evaluator.evaluate(request);
  const time = processorSeconds() - began;
  const error = estimate.series[2]![0]!;
  const far = [
    (series[2]![0]! - exact) / error,
    ((numpy.mean - exact) / numpy.deviation) * Math.sqrt(numpy.draws),
  ];
  if (far.some((one) => Math.abs(one) > 5)) {
    throw new Error(`the order 2 of ${what} is ${far.join(" and ")} standard errors off`);
  }
  const aim = 0.01 * Math.abs(exact);
  const ours = time * (error / aim) ** 2;
  const theirs = numpy.secondsOfDraw * (numpy.deviation / aim) ** 2;
  return [
    {
      what: `networks: ${what}, ${way}, gradients of rows, one thread`,
      measured: `ours ${gradients.toFixed(0)}/s, NumPy ${numpy.gradientsInSecond.toFixed(0)}/s: ${(gradients / numpy.gradientsInSecond).toFixed(1)} times as many`,
    },
    {
      what: "    products of Hessians of rows with a vector each",
      measured: `ours ${products.toFixed(0)}/s, NumPy ${numpy.productsInSecond.toFixed(0)}/s: ${(products / numpy.productsInSecond).toFixed(1)} times as many`,
    },
    {
      what: "    until the order 2 of the test loss is known to 1 %",
      measured: `ours ${ours.toPrecision(3)} s, NumPy ${theirs.toPrecision(3)} s: ${(theirs / ours).toFixed(0)} times sooner`,
      goal: `≥ ${goal} times`,
      met: theirs / ours >= goal,
    },
  ];
}

export async function benchNetworks(): Promise<Figure[]> {
  // What has run before in a process may slow what comes after it: estimates first, and trials of several kinds last.
  const figures: Figure[] = [];
  for (const network of await networks()) {
    figures.push(...(await figuresOf(network)));
  }
  return [...figures, ...(await benchControls()), ...(await benchConvnetTrials())];
}
