/** Trials of the paper's convnet on a GPU: tfjs beside JAX, in trials a second, in turn. Without a GPU nothing is measured. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openBundled } from "../../src/engines/tensors/backends.js";
import type { OpenedTensors } from "../../src/engines/tensors/opened.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { planTrials } from "../../src/simulate/difference.js";
import type { LargeRequest } from "../../src/simulate/request.js";
import { planTensors } from "../../src/simulate/tensors/index.js";
import type { Figure } from "../figure.js";
import { writeConvnet } from "../networks/convnet-in-c.js";
import { convnetRequest, testPoints, updates } from "../networks/request.js";

const trialsOfRun = 2 ** 14;
const title = `the paper's convnet, T = ${updates}, ${testPoints} test points`;
/** How far means may be apart, in standard errors, and how many times JAX's speed ours should be. */
const farthest = 4;
const goal = 5;

export interface ConvnetOptions {
  /** Runs of each, of which the best counts. */
  readonly rounds: number;
  /** The Python that has JAX. */
  readonly python: string;
  /** tfjs, and how many trials a run of it has; on WebGPU when absent. */
  readonly open?: () => Promise<OpenedTensors>;
  readonly trials?: number;
}

/** Of all runs of one of both: the best one's trials in a second, and how far the loss has gone in mean. */
interface Found {
  readonly rate: number;
  readonly mean: number;
  readonly standardError: number;
  readonly device: string;
}

/** What jax_convnet.py answers. */
type Answer =
  | { readonly unavailable: string }
  | {
      readonly device: string;
      readonly gpu: boolean;
      readonly trials: number;
      readonly seconds: readonly number[];
      readonly mean: number | null;
      readonly standardError: number | null;
    };

export async function convnetFigures(options: ConvnetOptions): Promise<Figure[]> {
  const { rounds, open = () => openBundled("webgpu"), trials = trialsOfRun } = options;
  let opened: OpenedTensors;
  try {
    opened = await open();
  } catch (error) {
    return [{ what: title, measured: `not measured: ${lineOf(error)}` }];
  }
  if (opened.description.software) {
    const why = `the machine's adapter is a program (${opened.description.name})`;
    return [{ what: title, measured: `not measured: ${why}` }];
  }
  const request = await convnetRequest(trials);
  const ours = await oursBy(opened, request, rounds).catch(lineOf);
  const theirs = jaxBy(options.python, request, rounds);
  return [
    { what: `${title}, ${trials} trials, best of ${rounds}`, measured: "" },
    rowOf("ours, tfjs", ours),
    rowOf("JAX", theirs),
    ratioOf(ours, theirs),
  ];
}

async function oursBy(
  { engine, description }: OpenedTensors,
  request: LargeRequest,
  rounds: number,
): Promise<Found> {
  const simulation = new TensorSimulation(engine, { trials: planTrials(request), seed: request.seed });
  const never = new AbortController().signal;
  const times: number[] = [];
  const gone: number[] = [];
  try {
    const { columns, test } = planTensors(request);
    // Values are less the column's center; what JAX measures is less the loss at the start.
    const apart = columns[0]!.center - (test !== undefined && "points" in test ? test.atStart : 0);
    for (let round = 0; round <= rounds; round++) {
      const first = round * request.trials;
      const done = await simulation.run({ first, trials: request.trials, values: true }, never);
      // The first one compiles.
      if (round > 0) {
        times.push(done.seconds);
        gone.push(...done.values![0]!.map((value) => (value ?? Number.NaN) + apart));
      }
    }
  } finally {
    simulation.dispose();
  }
  const mean = gone.reduce((sum, value) => sum + value, 0) / gone.length;
  const square = gone.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    rate: request.trials / Math.min(...times),
    mean,
    standardError: Math.sqrt(square / (gone.length - 1) / gone.length),
    device: description.name,
  };
}

/** JAX's trials, or why there are none. */
function jaxBy(python: string, request: LargeRequest, rounds: number): Found | string {
  const folder = mkdtempSync(join(tmpdir(), "descent-diagrams-bench-"));
  try {
    const file = join(folder, "convnet.bin");
    writeConvnet(request, file);
    const words = Object.entries({
      "--eta": request.eta,
      "--updates": updates,
      "--points": testPoints,
      "--trials": request.trials,
      "--repeats": rounds,
    }).flatMap(([name, value]) => [name, String(value)]);
    const output = execFileSync(python, [resolve("bench/gpu/jax_convnet.py"), file, ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    });
    const answer = JSON.parse(output) as Answer;
    if ("unavailable" in answer) {
      return answer.unavailable;
    }
    const { trials, seconds, mean, standardError, device } = answer;
    return {
      rate: trials / Math.min(...seconds),
      mean: mean ?? Number.NaN,
      standardError: standardError ?? Number.NaN,
      device,
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? `${python} is not installed` : lineOf(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowOf(label: string, found: Found | string): Figure {
  const what = `    ${label}`;
  if (typeof found === "string") {
    return { what, measured: `not measured: ${found}` };
  }
  const { rate, mean, standardError, device } = found;
  const loss = `loss gone by ${mean.toFixed(6)} ± ${standardError.toFixed(6)}`;
  return { what, measured: `${rate.toFixed(0)} trials/s on ${device}; ${loss}` };
}

function ratioOf(ours: Found | string, theirs: Found | string): Figure {
  const what = "    ours / JAX";
  if (typeof ours === "string" || typeof theirs === "string") {
    return { what, measured: "not measured: one of them has no run" };
  }
  const ratio = ours.rate / theirs.rate;
  const apart = Math.abs(ours.mean - theirs.mean) / Math.hypot(ours.standardError, theirs.standardError);
  if (!(apart <= farthest)) {
    return { what, measured: `not measured: their means are ${apart.toFixed(1)} standard errors apart` };
  }
  if (theirs.device === "CPU") {
    return { what, measured: `${ratio.toFixed(2)}, JAX on the CPU` };
  }
  return { what, measured: ratio.toFixed(2), goal: `≥ ${goal}`, met: ratio >= goal };
}

const lineOf = (error: unknown): string => (error as Error).message.split("\n")[0]!;
