import { processor } from "../../runs/backends.js";
import { type AnyPlan, isOfTensors } from "../../simulate/any-plan.js";
import { mayOverflow } from "../../simulate/column.js";
import { workOf } from "../../simulate/cost.js";
import { type ChunkResult, layoutOf } from "../../simulate/kernel.js";
import type { AnyRequest, LargeRequest } from "../../simulate/request.js";
import { lowerLandscape } from "../../tensors/index.js";
import { UntriedTrials } from "../engine.js";
import { type Job, kernelOf } from "../processor/job.js";
import { jobHere } from "../processor/local.js";
import { valuesOf } from "../processor/trial-values.js";
import { areOfSinglePrecision, isOfSinglePrecision } from "../wasm/loops/module.js";
import { lanesOfTensors } from "./loops/kernel-source.js";
import type { VectorWidth } from "./machine-text.js";
import type { ProgramTrials } from "./native-process.js";
import { type ProgramSource, programSource } from "./source.js";

/** Trials side by side in a kernel of C, where memory allows. */
const usualLanes = 32;

/** Training data that all threads together may hold, in bytes. */
const mostBytes = 2 ** 30;

/** About how many visits of a datum make a chunk, and how many trials at most. */
const chunkWork = 2 ** 19;
const largestChunk = 4096;

/** A request as a compiled program takes it, for any of its trials. */
export interface ProgramJob {
  readonly plan: AnyPlan;
  readonly source: ProgramSource;
  /** What the program is given to begin with. */
  readonly memories: Uint8Array;
  readonly chunk: number;
  /** About how many visits of a datum a trial is, of both descents of a difference. */
  readonly visits: number;
  /** Does trials in WebAssembly that the program cannot do, with the same bits. */
  readonly here: Redoing;
}

/**
 * @param threads there may be; fewer are used where what trials draw takes much memory.
 * @throws SimulationError of one line, of what is not compiled.
 */
export async function programJob(
  request: AnyRequest,
  width: VectorWidth,
  threads: number,
): Promise<ProgramJob> {
  const { job } = await jobHere({ ...request, firstTrial: 0, trials: 1 }, "wasm", 1);
  const { plan, other, seed } = job;
  const plans = [plan, ...(other === undefined || "flow" in other.of ? [] : [other.of])];
  const areOfTensors = plans.some(isOfTensors);
  const usual = areOfTensors ? lanesOfTensors(width) : usualLanes;
  const { lanes, threads: fitting } = sizeOf(plans, usual, width, threads);
  const source = sourceOf(request, () => {
    if (!plans.every((one) => !isOfTensors(one) || isOfSinglePrecision(one))) {
      throw new RangeError(tooFar);
    }
    return programSource(plans, width, lanes, seed);
  });
  const visits = plans.reduce((sum, one) => sum + workOf(one), 0) / (areOfTensors ? gainOfLoops : 1);
  const wanted = Math.min(chunkWork / visits, largestChunk);
  return {
    plan: plans[0]!,
    source,
    memories: memoriesOf(job, source, fitting),
    chunk: Math.max(lanes, 2 ** Math.ceil(Math.log2(Math.max(1, wanted)))),
    visits,
    here: new Redoing(job, request),
  };
}

/** A visit of a datum of a large landscape is counted as an interpreter takes it, which takes so many times as long, about. */
const gainOfLoops = 128;

/** What is told of a landscape on which trials are in double precision. */
const tooFar = "its numbers go beyond single precision";

/** @throws UntriedTrials as far as that is known of a landscape's numbers, without a plan. */
export function refuseFarNumbers({ landscape }: LargeRequest): void {
  const { weights, data } = landscape.whole;
  const columns = data.flatMap((source) => (source.kind === "rows" ? source.columns : []));
  const lists = [...weights.map(({ start }) => start), ...columns.map(({ values }) => values)];
  if (!areOfSinglePrecision(lists, [lowerLandscape(landscape.whole)])) {
    throw untried(landscape, tooFar);
  }
}

function untried({ name }: AnyRequest["landscape"], why: string): UntriedTrials {
  return new UntriedTrials(
    `no trials on landscape "${name}" are compiled: ${why}`,
    `choose ${processor.name}`,
  );
}

/** @throws SimulationError of one line, of a plan that is not written in C. */
function sourceOf({ landscape }: AnyRequest, write: () => ProgramSource): ProgramSource {
  try {
    return write();
  } catch (error) {
    if (error instanceof RangeError) {
      throw untried(landscape, error.message);
    }
    throw error;
  }
}

/**
 * How many trials go side by side in a kernel, and in how many threads, so that memory allows what they draw: fewer trials first, where there may be fewer.
 * @param usual how many there are where memory allows.
 */
function sizeOf(
  plans: readonly AnyPlan[],
  usual: number,
  width: VectorWidth,
  threads: number,
): { readonly lanes: number; readonly threads: number } {
  const bytesALane = plans.reduce((sum, plan) => sum + layoutOf(plan).places * Math.max(1, plan.data) * 8, 0);
  let lanes = usual;
  while (usual === usualLanes && lanes > width && lanes * bytesALane * threads > mostBytes) {
    lanes /= 2;
  }
  const fitting = Math.floor(mostBytes / (lanes * bytesALane));
  if (fitting === 0) {
    throw new UntriedTrials(
      `the training data of ${lanes} trials side by side need ${Math.ceil((lanes * bytesALane) / 2 ** 20)} MiB, of which ${mostBytes / 2 ** 20} MiB may be used`,
      `choose ${processor.name}, which has fewer`,
    );
  }
  return { lanes, threads: Math.min(threads, fitting) };
}

/** What the program is given: see its `load`. */
function memoriesOf({ other, plan }: Job, { kernels }: ProgramSource, threads: number): Uint8Array {
  const flow = other !== undefined && "flow" in other.of ? { values: other.of.flow } : undefined;
  const words = (...numbers: number[]) => new Uint8Array(Uint32Array.from(numbers).buffer);
  const flowing = flow === undefined ? 0 : flow.values === undefined ? 2 : 1;
  return Buffer.concat([
    words(threads, kernels.length, other?.sign ?? 1, flowing),
    ...kernels.flatMap(({ header, image, shared }) => [
      words(header.length, image.length, shared.length),
      new Uint8Array(header.buffer),
      image,
      shared,
    ]),
    ...(flow?.values === undefined
      ? []
      : [
          new Uint8Array(
            Float64Array.from(plan.columns, (_, column) => flow.values![column] ?? Number.NaN).buffer,
          ),
        ]),
  ]);
}

/** Does trials of a job in WebAssembly, on the thread of who asks. */
export class Redoing {
  private made: ReturnType<typeof kernelOf> | undefined;

  constructor(
    private readonly job: Job,
    private readonly request: AnyRequest,
  ) {}

  private get kernel(): ReturnType<typeof kernelOf> {
    this.made ??= kernelOf(this.job);
    return this.made;
  }

  trials(first: number, trials: number): ChunkResult {
    return this.kernel.simulate(first, first + trials, () => false)!;
  }

  /** Of each column what it is in each trial less its center. */
  values(first: number, trials: number, signal?: AbortSignal): Promise<readonly (readonly number[])[]> {
    const { kernel, simulate } = this.kernel;
    return valuesOf(kernel, this.job.plan, { ...this.request, firstTrial: first, trials }, signal, simulate);
  }
}

/** What a program did, as exact sums of its trials without those that are to be done again. */
export function chunkOf(plan: AnyPlan, done: ProgramTrials): ChunkResult {
  return {
    trials: done.trials - done.redone.reduce((sum, { trials }) => sum + trials, 0),
    count: done.finite,
    sums: plan.columns.map((column, index) => {
      const sums = done.sums[index]!;
      const isChecked = plan.check !== undefined && column.isExpectation;
      const overflowed = mayOverflow(column) ? (isChecked ? done.settled : done.finite) - sums.count : 0;
      return overflowed === 0 ? sums : { ...sums, overflowed };
    }),
  };
}
