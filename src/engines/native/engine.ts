import { cpus } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { SimulationError } from "../../compile/error.js";
import { machineRounding } from "../../compile/fused.js";
import { type DeviceDescription, DeviceLost } from "../../device/index.js";
import { isFlow, updatesOf } from "../../optimisers/index.js";
import { counted } from "../../printable/index.js";
import { native } from "../../runs/backends.js";
import { addChunks, type ChunkResult } from "../../simulate/kernel.js";
import { requestProblem } from "../../simulate/plan.js";
import type { AnyRequest, LargeRequest, SimulationResult } from "../../simulate/request.js";
import { isWrittenRequest } from "../../simulate/request.js";
import type { Engine } from "../engine.js";
import { EngineLost } from "../engine-lost.js";
import type { Executor, ShardSums } from "../executor.js";
import { isSameWork } from "../linked-engine.js";
import { flowResult, flowValues } from "../processor/flow.js";
import type { LocalOptions } from "../processor/local.js";
import { availableThreads } from "../processor/threads.js";
import { Tally } from "../tally.js";
import { type Compiler, type CompilerOptions, compile, findCompiler } from "./compiler.js";
import { compiledProgram } from "./executor.js";
import { digestOf, isKept, keptProgram, programFolder } from "./kept-programs.js";
import { NativeProcess, type ProgramTrials } from "./native-process.js";
import { chunkOf, type ProgramJob, programJob, refuseFarNumbers } from "./program-job.js";

/** What is known of compiling on a machine. */
export interface NativeOptions extends CompilerOptions {
  /** Threads, as many as this process may use when absent. */
  readonly workers?: number;
  /** Why nothing is to be compiled, in words; absent where it may. */
  readonly refused?: string;
  /** Seconds for which a program may say nothing; half a minute when absent. */
  readonly silence?: number;
  /** Where compiled programs are kept: among what this user's system may forget when absent. */
  readonly programs?: string;
}

/** How long a group of trials should take, in seconds: what a cancelled run waits for at most, and what one hears of progress. */
const groupSeconds = 0.3;

/** Points that trials of the first group may visit together, and by how much the next may be larger. */
const firstVisits = 2 ** 23;
const growth = 8;
const largestGroup = 2 ** 24;

/** Trials of each program that are compared with WebAssembly's before it is used, and the points that they may visit together: none of very long ones. */
const comparedTrials = 64;
const comparedVisits = 2 ** 21;

/** About what compilers take for a character of a program's text, and what it takes to compare its first trials, in seconds. */
const usualSecondsOfCharacter = 1.3e-5;
const secondsToCompare = 0.1;

/** How long others wait at most while trials are done again, in milliseconds. */
const turnEvery = 20;

/** Trials may be done again for so many seconds before that is too much beside what the program does. */
const mostSecondsHere = 0.5;

/** Trials of a request that a program has been given. */
interface StartedTrials {
  readonly started: Started;
  readonly first: number;
  readonly trials: number;
}

/** A compiled program at work. */
interface Started {
  readonly job: ProgramJob;
  readonly program: NativeProcess;
  /** Trials of the next group. */
  group: number;
  /** Seconds that trials took there and here. */
  there: number;
  here: number;
}

/** Opens the engine of programs that this machine's compiler makes. @throws SimulationError of one line when there is none. */
export async function openNativeEngine(options: NativeOptions = {}, signal?: AbortSignal): Promise<Engine> {
  if (options.refused !== undefined) {
    throw new SimulationError(options.refused);
  }
  return new NativeEngine(await findCompiler(options, signal), options);
}

class NativeEngine implements Engine, Executor<StartedTrials> {
  readonly name = native.name;
  readonly software = false;
  readonly record = compiledProgram;
  private readonly threads: number;
  private readonly why: string;
  private readonly folder: string;
  private started: Started | undefined;
  private prepared: { readonly request: AnyRequest; readonly job: ProgramJob } | undefined;
  private compiling: AbortController | undefined;
  private busy = false;
  /** What the last program took, or programs usually do. */
  private secondsOfCharacter = usualSecondsOfCharacter;

  constructor(
    private readonly compiler: Compiler,
    private readonly options: NativeOptions,
  ) {
    const { workers } = options;
    const available =
      workers === undefined
        ? availableThreads()
        : { threads: Math.max(1, workers), why: "they were asked for" };
    this.threads = available.threads;
    this.why = available.why;
    this.folder = options.programs ?? programFolder(options.environment);
  }

  get device(): string {
    const threads = counted(this.threads, "thread");
    return `compiled for ${64 * this.compiler.width} bits, on ${threads}`;
  }

  get facts(): DeviceDescription["facts"] {
    const { path, version, flags, width } = this.compiler;
    return [
      ["processor", cpus()[0]?.model.trim() || "not told"],
      ["threads", `${this.threads}, since ${this.why}`],
      ["compiler", `${path}: ${version}`],
      ["flags", flags.join(" ")],
      ["vectors", `${width} doubles of 64 bits`],
      ["products and sums rounded", machineRounding()],
      ["programs kept in", this.folder],
    ];
  }

  isPrecise(request: AnyRequest): boolean {
    return isWrittenRequest(request);
  }

  async admit(request: AnyRequest): Promise<void> {
    this.refuse(request);
    if (!isWrittenRequest(request)) {
      // A plan takes what is known of the start: passes over all rows.
      refuseFarNumbers(request as LargeRequest);
    } else if (!isFlow(request.spacetime)) {
      await this.jobOf(request);
    }
  }

  async simulate(
    request: AnyRequest,
    { signal, onProgress }: Omit<LocalOptions, "workers" | "backend"> = {},
  ): Promise<SimulationResult> {
    this.refuse(request);
    if (isFlow(request.spacetime)) {
      return flowResult(request, this.name);
    }
    return this.alone(async () => {
      const job = await this.jobOf(request);
      const started = await this.start(job, signal);
      const first = request.firstTrial ?? 0;
      const sums =
        started === undefined ? noTrials() : this.run({ started, first, trials: request.trials }, signal);
      const tally = new Tally(job.plan, updatesOf(request.spacetime), request.trials, onProgress);
      return await tally.take(sums, this.name);
    });
  }

  /** A program that is kept has been compiled; of others a compiler's time goes with their length. */
  async secondsToBegin(request: AnyRequest): Promise<number> {
    this.refuse(request);
    if (isFlow(request.spacetime)) {
      return 0;
    }
    const job = await this.jobOf(request);
    const isThere = this.started?.job === job || (await isKept(this.folder, this.keyOf(job)));
    return isThere ? 0 : job.source.text.length * this.secondsOfCharacter + secondsToCompare;
  }

  async trialValues(request: AnyRequest, signal?: AbortSignal): Promise<readonly (readonly number[])[]> {
    this.refuse(request);
    if (isFlow(request.spacetime)) {
      return flowValues(request);
    }
    return this.alone(async () => {
      const started = await this.start(await this.jobOf(request), signal);
      const { firstTrial: first = 0, trials } = request;
      return started === undefined ? [] : await valuesBy(started, first, trials, signal);
    });
  }

  /** Trials of what is started, group after group. */
  async *run(
    { started, first, trials }: StartedTrials,
    signal?: AbortSignal,
  ): AsyncGenerator<ShardSums, boolean> {
    const { job, program } = started;
    for (let known = 0; known < trials && !signal?.aborted; ) {
      const request = {
        ...{ first: first + known, trials: Math.min(started.group, trials - known) },
        ...{ chunk: job.chunk, wantsValues: false },
      };
      const done = await program.run(request, job.plan.columns.length, signal);
      // Of a group in which trials are missing none are told of, so that those that are told of are the first ones.
      const chunk = done.isWhole ? await settled(started, done, signal) : undefined;
      if (chunk === undefined || chunk.trials === 0) {
        break;
      }
      known += chunk.trials;
      yield chunk;
      learn(started, done);
      if (started.here > Math.max(mostSecondsHere, started.there)) {
        throw new EngineLost("most of its time goes to trials that a compiled program cannot do");
      }
    }
    return true;
  }

  async close(): Promise<void> {
    this.compiling?.abort();
    this.started?.program.close();
    this.started = undefined;
  }

  private refuse(request: AnyRequest): void {
    const problem = requestProblem(request);
    if (problem !== undefined) {
      throw new SimulationError(problem);
    }
  }

  private async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.busy) {
      throw new SimulationError("the engine is busy with another simulation; await it");
    }
    this.busy = true;
    try {
      return await work();
    } catch (error) {
      if (error instanceof DeviceLost || error instanceof EngineLost) {
        this.started?.program.close();
        this.started = undefined;
      }
      throw error instanceof DeviceLost ? new EngineLost(error.message) : error;
    } finally {
      this.busy = false;
    }
  }

  /** What a request is for a program; a run asks for the same again and again, for other trials. */
  private async jobOf(request: AnyRequest): Promise<ProgramJob> {
    if (this.prepared === undefined || !isSameWork(this.prepared.request, request)) {
      const job = await programJob(request, this.compiler.width, this.threads);
      this.prepared = { request, job };
    }
    return this.prepared.job;
  }

  private keyOf({ source }: ProgramJob): string {
    const { path, version, flags, machine } = this.compiler;
    return digestOf(source.text, path, version, flags.join(" "), machine);
  }

  /**
   * A job's program, which may run already. Nothing where the signal has stopped its compiler.
   * @throws EngineLost where it cannot be made or is not what it should be.
   */
  private async start(job: ProgramJob, signal: AbortSignal | undefined): Promise<Started | undefined> {
    if (this.started?.job === job) {
      return this.started;
    }
    this.started?.program.close();
    this.started = undefined;
    const { compiler, options } = this;
    const { text } = job.source;
    this.compiling = new AbortController();
    const stops = AbortSignal.any([this.compiling.signal, ...(signal === undefined ? [] : [signal])]);
    try {
      const kept = await keptProgram(this.folder, this.keyOf(job), async (place) => {
        const began = performance.now();
        await compile(compiler, text, place, options, stops);
        this.secondsOfCharacter = (performance.now() - began) / 1000 / text.length;
      });
      const program = await NativeProcess.start(kept.path, job.memories, options.silence);
      const group = Math.max(job.chunk, Math.floor(firstVisits / job.visits));
      this.started = { job, program, group, there: 0, here: 0 };
    } catch (error) {
      if (stops.aborted) {
        return undefined;
      }
      throw error instanceof DeviceLost ? error : new EngineLost((error as Error).message);
    }
    await compare(this.started);
    return this.started;
  }
}

/** Nothing of a run that was stopped before its program was there. */
// biome-ignore lint/correctness/useYield: there is nothing to tell
async function* noTrials(): AsyncGenerator<ShardSums, boolean> {
  return true;
}

/** @throws EngineLost when some trials have other bits than WebAssembly's. */
async function compare(started: Started): Promise<void> {
  const { job } = started;
  const trials = Math.min(comparedTrials, Math.floor(comparedVisits / job.visits));
  if (trials === 0) {
    return;
  }
  const own = await valuesBy(started, 0, trials);
  const theirs = await job.here.values(0, trials);
  const isSame = own.every((values, column) =>
    values.every((value, trial) => {
      const other = theirs[column]![trial]!;
      return value === other || (Number.isNaN(value) && Number.isNaN(other));
    }),
  );
  if (!isSame) {
    throw new EngineLost(
      "trials of the compiled program differ from WebAssembly's; do not trust its compiler",
    );
  }
}

/** Of each column what it is in each trial less its center. */
async function valuesBy(
  { job, program }: Started,
  first: number,
  trials: number,
  signal?: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const request = { first, trials, chunk: job.chunk, wantsValues: true };
  const done = await program.run(request, job.plan.columns.length, signal);
  const values = done.values.map((list) => [...list]);
  for (const one of done.redone) {
    const again = await job.here.values(one.first, one.trials, signal);
    values.forEach((list, column) => {
      list.splice(one.first - first, one.trials, ...again[column]!);
    });
  }
  return values;
}

/** What a program did, with the trials done here that it cannot do; `undefined` when the signal stops that. */
async function settled(
  started: Started,
  done: ProgramTrials,
  signal: AbortSignal | undefined,
): Promise<ChunkResult | undefined> {
  const { job } = started;
  let chunk = chunkOf(job.plan, done);
  const began = performance.now();
  let turned = began;
  for (const { first, trials } of done.redone) {
    if (performance.now() - turned > turnEvery) {
      await nextTurn();
      turned = performance.now();
    }
    if (signal?.aborted) {
      return undefined;
    }
    chunk = addChunks(chunk, job.here.trials(first, trials));
  }
  started.here += (performance.now() - began) / 1000;
  return chunk;
}

/** Groups of about `groupSeconds`. */
function learn(started: Started, { trials, seconds }: ProgramTrials): void {
  started.there += seconds;
  const wanted = trials * (groupSeconds / Math.max(seconds, 1e-4));
  started.group = Math.max(1, Math.floor(Math.min(wanted, growth * started.group, largestGroup)));
}
