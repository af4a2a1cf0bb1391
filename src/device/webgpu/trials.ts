import type { DeviceEnd } from "../device-end.js";
import { DeviceLost, type RunTrials, type ShaderJob, type TrialsDone, unsettledMark } from "../protocol.js";
import { digitsOf, ExactSums } from "./digits.js";
import { Pace } from "./pace.js";
import { type Part, parametersOf, parameterWords } from "./parameters.js";
import { type EntryPoint, makePipelines, type Pipelines } from "./pipelines.js";
import { factorsOf, withProducts } from "./products.js";
import { UnsettledLists } from "./unsettled.js";

/** Trials that are simulated side by side, at most: a GPU is full long before, and their sums fit their digits. */
const mostTrials = 2 ** 20;

/** What the trials side by side may take of the device's memory, in bytes. */
const mostBytes = 2 ** 30;

/** Invocations of a workgroup, for reductions and for everything else. */
const reducedTogether = 256;
const workgroup = 64;

/** Entry points whose work may be cut. */
type PacedEntry = Exclude<EntryPoint, "reduce">;

/** Buffers for some trials side by side. */
interface Room {
  readonly trials: number;
  readonly buffers: readonly GPUBuffer[];
  readonly kept: GPUBuffer;
  readonly measured: GPUBuffer;
  readonly group: GPUBindGroup;
}

/** A shader made ready, with buffers for as many trials as were asked for at once so far. */
export class LoadedShader {
  private readonly device: GPUDevice;
  private readonly ending: DeviceEnd;
  private readonly job: ShaderJob;
  /** Of how many numbers each column is a product. */
  private readonly factors: readonly number[];
  private readonly pipelines: Pipelines;
  private readonly parameters: GPUBuffer;
  private readonly table: GPUBuffer;
  private readonly digits: GPUBuffer;
  private readonly digitsRead: GPUBuffer;
  /** How large dispatches of an entry point should be. */
  private readonly paces: Readonly<Record<PacedEntry, Pace>>;
  /** How many trials there may be side by side. */
  private most: number;
  private room: Room | undefined;

  private constructor(
    device: GPUDevice,
    ending: DeviceEnd,
    job: ShaderJob,
    pipelines: Pipelines,
    visits: number | undefined,
  ) {
    this.device = device;
    this.ending = ending;
    this.job = job;
    this.factors = factorsOf(job);
    this.pipelines = pipelines;
    this.most = fittingTrials(job, device.limits);
    this.paces = { descend: new Pace(visits), train: new Pace(visits), measure: new Pace(visits) };
    const { storage, uniform, copyTo, copyFrom, read } = bufferUsage;
    this.parameters = device.createBuffer({ size: 4 * parameterWords, usage: uniform | copyTo });
    this.table = device.createBuffer({ size: 4 * job.table.length, usage: storage | copyTo });
    device.queue.writeBuffer(this.table, 0, Uint32Array.from(job.table));
    const size = 4 * digitsOf(this.factors);
    this.digits = device.createBuffer({ size, usage: storage | copyTo | copyFrom });
    this.digitsRead = device.createBuffer({ size, usage: read | copyTo });
  }

  /**
   * @param visits fixes how many points a dispatch visits.
   * @param alive called when some of the work is done.
   * @throws DeviceLost, and Error of one line when the device does not take the shader.
   */
  static async load(
    device: GPUDevice,
    ending: DeviceEnd,
    job: ShaderJob,
    visits: number | undefined,
    alive: () => void,
  ): Promise<LoadedShader> {
    const pipelines = await makePipelines(device, ending, job);
    alive();
    const loaded = new LoadedShader(device, ending, job, pipelines, visits);
    try {
      await loaded.warmUp(alive);
    } catch (error) {
      loaded.dispose();
      throw error;
    }
    return loaded;
  }

  /** Dispatches everything with no trials: some drivers compile a shader when it is first needed. */
  private async warmUp(alive: () => void): Promise<void> {
    const room = await this.roomFor(Math.min(workgroup, this.most));
    for (const entry of this.pipelines.entries.keys()) {
      this.dispatch(room, entry, noWork, 1);
      await this.ending.before(this.device.queue.onSubmittedWorkDone());
      alive();
    }
  }

  /**
   * @param alive called between dispatches.
   * @throws DeviceLost when the device is lost or out of memory.
   */
  async run(
    { first, trials, values }: RunTrials,
    signal: AbortSignal,
    alive: () => void,
  ): Promise<TrialsDone> {
    const started = performance.now();
    const sums = new ExactSums(this.factors);
    const unsettled = new UnsettledLists(this.job);
    const lists = values ? this.factors.map((): (number | null)[] => []) : undefined;
    const room = await this.roomFor(Math.min(trials, this.most));
    for (let done = 0; done < trials; done += room.trials) {
      const some = Math.min(room.trials, trials - done);
      if (!(await this.simulate(room, first + done, some, signal, alive))) {
        return { trials: 0, count: 0, sums: [], seconds: secondsSince(started) };
      }
      sums.add(some, await this.reduce(room, some));
      if (lists !== undefined) {
        await this.read(room, some, lists);
      }
      if (this.job.checked > 0) {
        await this.readUnsettled(room, done, some, unsettled);
      }
    }
    return {
      ...sums.result(),
      ...unsettled.result(),
      ...(lists === undefined ? {} : { values: lists }),
      seconds: secondsSince(started),
    };
  }

  dispose(): void {
    const own = [this.parameters, this.table, this.digits, this.digitsRead];
    for (const buffer of [...own, ...(this.room?.buffers ?? [])]) {
      buffer.destroy();
    }
  }

  /** Buffers for so many trials, or for fewer where memory is short. @throws DeviceLost when there is none. */
  private async roomFor(trials: number): Promise<Room> {
    if (this.room !== undefined && trials <= this.room.trials) {
      return this.room;
    }
    for (const buffer of this.room?.buffers ?? []) {
      buffer.destroy();
    }
    this.room = undefined;
    for (let some = trials; ; some = Math.ceil(some / 4)) {
      const room = await this.tryRoom(some);
      if (room !== undefined) {
        this.room = room;
        return room;
      }
      this.most = Math.ceil(some / 4);
      if (some <= workgroup) {
        const bytes = 4 * numbersOf(this.job) * some;
        throw new DeviceLost(`the GPU has no ${Math.ceil(bytes / 2 ** 20)} MiB of memory left`);
      }
    }
  }

  private async tryRoom(trials: number): Promise<Room | undefined> {
    const device = this.device;
    const { state, stored, columns } = this.job;
    device.pushErrorScope("out-of-memory");
    const usage = bufferUsage.storage | bufferUsage.copyFrom;
    const buffers = [state * trials, Math.max(1, stored * trials), (columns + 1) * trials].map((numbers) =>
      device.createBuffer({ size: 4 * numbers, usage }),
    );
    const problem = await this.ending.before(device.popErrorScope());
    if (problem !== null) {
      for (const buffer of buffers) {
        buffer.destroy();
      }
      return undefined;
    }
    const [kept, data, measured] = buffers as [GPUBuffer, GPUBuffer, GPUBuffer];
    const bound = [this.parameters, this.table, kept, data, measured, this.digits];
    const group = device.createBindGroup({
      layout: this.pipelines.layout,
      entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return { trials, buffers, kept, measured, group };
  }

  /** Descends and measures; says whether it was not stopped. */
  private async simulate(
    room: Room,
    first: number,
    trials: number,
    signal: AbortSignal,
    alive: () => void,
  ): Promise<boolean> {
    const { blocks, descentBlocks, epochs, trainLoss, extraVisits } = this.job;
    const pass = { ...noWork, first, toTrial: trials, endEpoch: 1 };
    const work = { room, signal, alive };
    for (let epoch = 0; epoch < epochs; ) {
      const fitting = Math.floor(this.paces.descend.visits / (4 * descentBlocks * trials));
      const endEpoch = Math.min(epochs, epoch + Math.max(1, fitting));
      const part = { ...pass, firstEpoch: epoch, endEpoch, endBlock: descentBlocks, begin: epoch === 0 };
      const done =
        fitting > 1
          ? await this.inSlices(work, "descend", part, (endEpoch - epoch) * descentBlocks)
          : await this.inBlocks(work, "descend", part);
      if (!done) {
        return false;
      }
      epoch = endEpoch;
    }
    if (trainLoss && !(await this.inBlocks(work, "train", { ...pass, endBlock: blocks, begin: true }))) {
      return false;
    }
    return this.inSlices(work, "measure", pass, 1 + Math.ceil(extraVisits / 4));
  }

  /** One pass over all blocks, in as many dispatches as it takes. */
  private async inBlocks(work: Work, entry: PacedEntry, pass: Part): Promise<boolean> {
    for (let block = 0; block < pass.endBlock; ) {
      const fitting = Math.floor(this.paces[entry].visits / (4 * pass.toTrial));
      const endBlock = Math.min(pass.endBlock, block + Math.max(1, fitting));
      const part = { ...pass, firstBlock: block, endBlock, begin: pass.begin && block === 0 };
      if (!(await this.inSlices(work, entry, part, endBlock - block))) {
        return false;
      }
      block = endBlock;
    }
    return true;
  }

  /** A part of the work that visits so many blocks a trial, in as many dispatches as its trials take. */
  private async inSlices(work: Work, entry: PacedEntry, part: Part, blocks: number): Promise<boolean> {
    const pace = this.paces[entry];
    for (let trial = 0; trial < part.toTrial; ) {
      const fitting = Math.floor(pace.visits / (4 * blocks));
      const left = part.toTrial - trial;
      const whole = workgroup * Math.max(1, Math.floor(fitting / workgroup));
      const toTrial = trial + (left <= Math.max(fitting, whole) ? left : whole);
      if (work.signal.aborted) {
        return false;
      }
      const started = performance.now();
      const some = { ...part, fromTrial: trial, toTrial };
      this.dispatch(work.room, entry, some, Math.ceil((toTrial - trial) / workgroup));
      await this.ending.before(this.device.queue.onSubmittedWorkDone());
      pace.learn(4 * blocks * (toTrial - trial), secondsSince(started));
      work.alive();
      trial = toTrial;
    }
    return !work.signal.aborted;
  }

  private dispatch(
    room: Room,
    entry: EntryPoint,
    part: Part,
    workgroups: number,
    after?: (encoder: GPUCommandEncoder) => void,
  ): void {
    const { queue } = this.device;
    queue.writeBuffer(this.parameters, 0, parametersOf(this.job.seed, room.trials, part));
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.pipelines.entries.get(entry)!);
    pass.setBindGroup(0, room.group);
    pass.dispatchWorkgroups(workgroups);
    pass.end();
    after?.(encoder);
    queue.submit([encoder.finish()]);
  }

  private async reduce(room: Room, trials: number): Promise<Int32Array> {
    this.device.queue.writeBuffer(this.digits, 0, new Int32Array(digitsOf(this.factors)));
    const part = { ...noWork, toTrial: trials };
    this.dispatch(room, "reduce", part, Math.ceil(trials / reducedTogether), (encoder) =>
      encoder.copyBufferToBuffer(this.digits, 0, this.digitsRead, 0, this.digits.size),
    );
    return new Int32Array(await this.contents(this.digitsRead));
  }

  private async read(room: Room, trials: number, lists: (number | null)[][]): Promise<void> {
    const { columns, products } = this.job;
    const numbers = await this.copied(room.measured, 0, (columns + 1) * room.trials);
    const places = Array.from({ length: columns }, (_, column) => column * room.trials);
    for (let trial = 0; trial < trials; trial++) {
      const sound = numbers[columns * room.trials + trial] === 1;
      const values = sound
        ? withProducts(
            places.map((place) => numbers[place + trial]!),
            products,
          )
        : undefined;
      for (const [column, list] of lists.entries()) {
        list.push(values?.[column] ?? null);
      }
    }
  }

  /** Reads the marks of trials, and all that is measured and kept of them only when it is needed. */
  private async readUnsettled(
    room: Room,
    first: number,
    trials: number,
    lists: UnsettledLists,
  ): Promise<void> {
    const { columns, state } = this.job;
    const marks = await this.copied(room.measured, columns * room.trials, trials);
    if (!marks.includes(unsettledMark)) {
      return;
    }
    const measured = await this.copied(room.measured, 0, columns * room.trials);
    const kept = await this.copied(room.kept, 0, state * room.trials);
    marks.forEach((mark, trial) => {
      if (mark === unsettledMark) {
        lists.add(
          first + trial,
          (column) => measured[column * room.trials + trial]!,
          (place) => kept[place * room.trials + trial]!,
        );
      }
    });
  }

  /** Numbers of a buffer, from number `first` on. */
  private async copied(buffer: GPUBuffer, first: number, count: number): Promise<Float32Array> {
    const size = 4 * count;
    const copy = this.device.createBuffer({ size, usage: bufferUsage.read | bufferUsage.copyTo });
    try {
      const encoder = this.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, 4 * first, copy, 0, size);
      this.device.queue.submit([encoder.finish()]);
      return new Float32Array(await this.contents(copy));
    } finally {
      copy.destroy();
    }
  }

  private async contents(buffer: GPUBuffer): Promise<ArrayBuffer> {
    await this.ending.before(buffer.mapAsync(1));
    const copy = buffer.getMappedRange().slice(0);
    buffer.unmap();
    return copy;
  }
}

/** What a run's dispatches share. */
interface Work {
  readonly room: Room;
  readonly signal: AbortSignal;
  readonly alive: () => void;
}

/** The part that does nothing. */
const noWork: Part = {
  first: 0,
  fromTrial: 0,
  toTrial: 0,
  firstEpoch: 0,
  endEpoch: 0,
  firstBlock: 0,
  endBlock: 0,
  begin: false,
};

/** The standard's flags, whose global object Node lacks. */
const bufferUsage = { read: 1, copyFrom: 4, copyTo: 8, uniform: 64, storage: 128 } as const;

/** Numbers that are kept of a trial, in all buffers. */
function numbersOf({ state, stored, columns }: ShaderJob): number {
  return state + stored + columns + 1;
}

/**
 * How many trials fit the device's largest buffers, and our share of its memory.
 * @throws Error of one line when not even one does.
 */
function fittingTrials(
  job: ShaderJob,
  limits: Pick<GPUSupportedLimits, "maxStorageBufferBindingSize" | "maxBufferSize">,
): number {
  const { state, stored, columns, table } = job;
  const largest = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  if (4 * table.length > largest) {
    throw new Error(`the landscape's tables, ${table.length} numbers, do not fit the GPU's largest buffer`);
  }
  const alone = Math.floor(largest / 4 / Math.max(state, stored, columns + 1));
  if (alone < 1) {
    throw new Error(
      `one trial's training data, ${stored} numbers, do not fit the GPU's largest buffer; lower N`,
    );
  }
  const together = Math.max(1, Math.floor(mostBytes / 4 / numbersOf(job)));
  return Math.min(mostTrials, alone, together);
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
