import { SimulationError } from "../compile/error.js";
import {
  type DeviceDescription,
  type DeviceJob,
  type DeviceLink,
  DeviceLost,
  type DeviceRequests,
  type OpenParameters,
  type TrialsDone,
} from "../device/index.js";
import { updatesOf } from "../optimisers/index.js";
import { type native, processor, tensorFlow } from "../runs/backends.js";
import type { AnyPlan } from "../simulate/any-plan.js";
import { workOf } from "../simulate/cost.js";
import { planTrials, type TrialsPlan } from "../simulate/difference.js";
import { planSimulation, requestProblem } from "../simulate/plan.js";
import {
  type AnyRequest,
  isWrittenRequest,
  type SimulationRequest,
  type SimulationResult,
} from "../simulate/request.js";
import { unlessAborted, unlessSilent } from "../work/index.js";
import type { Engine, EngineName } from "./engine.js";
import { EngineLost } from "./engine-lost.js";
import type { Executor, ExecutorRecord, ShardSums } from "./executor.js";
import type { LocalOptions } from "./processor/local.js";
import { settleTrials } from "./settle-trials.js";
import { Tally } from "./tally.js";

export const device: ExecutorRecord = {
  name: "a device",
  documentation:
    "A process of its own or a page of the editor, which is asked for one group of trials after the other. Stopped, it finishes its group; one that is silent for half a minute is given up.",
};

/** How long a group of trials should take: what a cancelled run waits for at most, and what one hears of progress. */
const groupSeconds = 0.4;

/** Trials of the first group, the points that they may visit together, and by how much the next may be larger. */
const firstGroup = 2 ** 14;
const firstVisits = 2 ** 22;
const growth = 8;
const largestGroup = 2 ** 20;

/** How long a device may be silent, in seconds: much longer than any group should take. */
const silence = { opening: 60, loading: 60, running: 30 };

/** What a device is given to load. */
export interface DeviceJobs {
  /** A request, of any number of trials. @throws SimulationError of one line when the device cannot take it. */
  readonly of: (request: SimulationRequest) => DeviceJob;
  /** Trials on a landscape that is not written with scalars; absent where the device has none. */
  readonly ofLarge?: (trials: TrialsPlan, seed: bigint | number) => DeviceJob;
}

/** A request as the device takes it, for any of its trials. */
interface PreparedWork {
  readonly request: AnyRequest;
  readonly plan: AnyPlan;
  readonly job: DeviceJob;
}

/** Trials of what a device has loaded. */
interface LoadedTrials {
  readonly plan: AnyPlan;
  readonly first: number;
  readonly trials: number;
}

const partsOfWork = [
  ...(["landscape", "spacetime", "eta", "numbers", "testPoints", "seed"] as const),
  ...(["expansion", "controls", "minusControls"] as const),
] as const;

/** Whether requests differ in their trials only, as those for the pieces of a run do. */
export function isSameWork(first: AnyRequest, second: AnyRequest): boolean {
  return partsOfWork.every((key) => first[key] === second[key]);
}

/** What has the processor's bits is no device. */
type DeviceEngineName = Exclude<EngineName, typeof processor.name | typeof native.name>;

/** An engine whose trials are simulated by a device in single precision. */
export class LinkedEngine implements Engine, Executor<LoadedTrials> {
  readonly name: DeviceEngineName;
  readonly record = device;
  private readonly link: DeviceLink;
  private readonly jobs: DeviceJobs;
  private readonly description: DeviceDescription;
  private prepared: PreparedWork | undefined;
  private loaded: PreparedWork | undefined;
  /** What the device makes ready. It cannot be stopped, and nothing else may be asked meanwhile. */
  private loading: Promise<void> = Promise.resolve();
  private group = firstGroup;
  private busy = false;

  private constructor(
    name: DeviceEngineName,
    link: DeviceLink,
    description: DeviceDescription,
    jobs: DeviceJobs,
  ) {
    this.name = name;
    this.link = link;
    this.description = description;
    this.jobs = jobs;
  }

  /**
   * Opens a device; the engine's `close` closes the link, and so does a signal that aborts before it is open.
   * @throws SimulationError of one line when the device cannot be used; then the link is closed.
   */
  static async open(
    name: DeviceEngineName,
    link: DeviceLink,
    parameters: OpenParameters,
    jobs: DeviceJobs,
    signal?: AbortSignal,
  ): Promise<Engine> {
    const giveUp = () => link.close();
    signal?.addEventListener("abort", giveUp, { once: true });
    if (signal?.aborted) {
      giveUp();
    }
    try {
      const description = await within(silence.opening, link, () => link.ask("open", parameters));
      return new LinkedEngine(name, link, description, jobs);
    } catch (error) {
      link.close();
      throw new SimulationError(lineOf(error));
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  get device(): string {
    return this.description.name;
  }

  get software(): boolean {
    return this.description.software;
  }

  get facts(): DeviceDescription["facts"] {
    return this.description.facts;
  }

  isPrecise(): boolean {
    return false;
  }

  async simulate(
    request: AnyRequest,
    options: Omit<LocalOptions, "workers" | "backend"> = {},
  ): Promise<SimulationResult> {
    const work = this.prepare(request);
    const { plan } = work;
    return this.alone(async () => {
      const { signal, onProgress } = options;
      const trials = (await this.load(work, signal)) ? request.trials : 0;
      const sums = this.run({ plan, first: request.firstTrial ?? 0, trials }, signal);
      return new Tally(plan, updatesOf(request.spacetime), request.trials, onProgress).take(sums, this.name);
    });
  }

  /** Trials of what is loaded, group after group. */
  async *run(
    { plan, first, trials }: LoadedTrials,
    signal?: AbortSignal,
  ): AsyncGenerator<ShardSums, boolean> {
    for (let known = 0; known < trials && !signal?.aborted; ) {
      const from = first + known;
      const done = await this.runGroup({ first: from, trials: Math.min(this.group, trials - known) }, signal);
      const settled = done.trials === 0 ? undefined : await settleTrials(plan, done, from, signal);
      if (settled === undefined) {
        break;
      }
      known += settled.chunk.trials;
      yield settled.chunk;
      this.learn({ ...done, seconds: done.seconds + settled.seconds });
    }
    return true;
  }

  async admit(request: AnyRequest): Promise<void> {
    // What is known of the start of others takes passes over all rows.
    if (isWrittenRequest(request)) {
      this.prepare(request);
    }
  }

  async trialValues(request: AnyRequest, signal?: AbortSignal): Promise<readonly (readonly number[])[]> {
    const work = this.prepare(request);
    return this.alone(async () => {
      if (!(await this.load(work, signal))) {
        return [];
      }
      const { firstTrial: first = 0, trials } = request;
      const done = await this.runGroup({ first, trials, values: true }, signal);
      const values = (done.values ?? []).map((list) => list.map((value) => value ?? Number.NaN));
      const settled = await settleTrials(work.plan, done, first, signal, values);
      return settled === undefined ? [] : values;
    });
  }

  async close(): Promise<void> {
    this.link.close();
  }

  private async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.busy) {
      throw new SimulationError("the engine is busy with another simulation; await it");
    }
    this.busy = true;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DeviceLost)) {
        throw error instanceof SimulationError ? error : refusal(error);
      }
      this.link.close();
      throw new EngineLost(error.message);
    } finally {
      this.busy = false;
    }
  }

  /** What a request is for the device; a run asks for the same again and again, for other trials. */
  private prepare(request: AnyRequest): PreparedWork {
    const problem = requestProblem(request);
    if (problem !== undefined) {
      throw new SimulationError(problem);
    }
    if (this.prepared === undefined || !isSameWork(this.prepared.request, request)) {
      this.prepared = { request, ...this.planAndJob(request) };
    }
    return this.prepared;
  }

  private planAndJob(request: AnyRequest): Pick<PreparedWork, "plan" | "job"> {
    const { of, ofLarge } = this.jobs;
    if (isWrittenRequest(request)) {
      const plan = planSimulation(request, "calls");
      return { plan, job: of({ ...request, firstTrial: 0, trials: 1 }) };
    }
    if (ofLarge === undefined) {
      throw new SimulationError(hasNoTensors(this.name, request));
    }
    const trials = planTrials(request);
    return { plan: trials.plan, job: ofLarge(trials, request.seed) };
  }

  /** Says whether it was not stopped. */
  private async load(work: PreparedWork, signal: AbortSignal | undefined): Promise<boolean> {
    // Why the last one failed was told to who asked for it.
    const before = this.loading.catch(() => undefined).then(() => true);
    if (!(await unlessAborted(before, signal))) {
      return false;
    }
    if (work === this.loaded) {
      return true;
    }
    this.loading = this.loadWork(work);
    return (
      (await unlessAborted(
        this.loading.then(() => true),
        signal,
      )) ?? false
    );
  }

  private async loadWork(work: PreparedWork): Promise<void> {
    const { job, plan } = work;
    this.loaded = undefined;
    await within(silence.loading, this.link, () => this.link.ask("load", job));
    this.loaded = work;
    this.group = Math.max(1, Math.min(firstGroup, Math.floor(firstVisits / workOf(plan))));
  }

  private runGroup(
    parameters: DeviceRequests["run"]["parameters"],
    signal: AbortSignal | undefined,
  ): Promise<TrialsDone> {
    return within(silence.running, this.link, () => this.link.ask("run", parameters, signal));
  }

  /** Groups of about `groupSeconds`. */
  private learn({ trials, seconds }: TrialsDone): void {
    const wanted = trials * (groupSeconds / Math.max(seconds, 1e-4));
    this.group = Math.max(1, Math.floor(Math.min(wanted, growth * this.group, largestGroup)));
  }
}

/** What is said of an engine that has no trials of a landscape that is not written with scalars. */
export function hasNoTensors(name: EngineName, { landscape }: AnyRequest): string {
  return `trials on a landscape as large as "${landscape.name}" are not simulated by ${name}; choose ${processor.name} or ${tensorFlow.name}`;
}

/** Work of a device that is given up when nothing is heard of it for some seconds. */
function within<Result>(seconds: number, link: DeviceLink, work: () => Promise<Result>): Promise<Result> {
  return unlessSilent(
    seconds,
    () => link.heard,
    work,
    () => {
      link.close();
      return new DeviceLost(`the device has not answered for ${seconds} s`);
    },
  );
}

function refusal(error: unknown): SimulationError {
  return new SimulationError(lineOf(error));
}

function lineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
