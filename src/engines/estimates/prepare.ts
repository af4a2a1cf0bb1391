import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type AskedOfSamples,
  type EstimatingEvaluator,
  EvaluationError,
  type SampleRange,
} from "../../evaluate/index.js";
import type { RunEstimating } from "../../runs/index.js";
import { unlessAborted } from "../../work/index.js";
import { availableThreads } from "../processor/threads.js";
import { CrewLost, type EstimateCrew } from "./crew.js";
import { carryOut, type EstimateAnswer, type EstimateJob, type EstimateTask, jobOf } from "./job.js";
import { estimateThreads, type ThreadNotes } from "./threads.js";

/** Opens whoever else works out samples, in a process of an engine's. @throws Error of one line when there is none. */
export type OpenCrew = (job: EstimateJob, signal: AbortSignal | undefined) => Promise<EstimateCrew>;

export interface PrepareOptions {
  /** That rows are drawn by: the evaluator's own. */
  readonly seed: number;
  /**
   * So many; 0 works on the caller's own, and lets others have a turn between samples. Where absent as many as this process may use, as the work
   * is worth and as memory allows.
   */
  readonly threads?: number;
  /** No more than so many of these. */
  readonly mostThreads?: number;
  /** Asked before threads are. */
  readonly crew?: OpenCrew;
  /** Whether threads work samples out in single precision; where absent they do where it saves time. */
  readonly isSingle?: boolean;
  /** Stops it at once. */
  readonly signal?: AbortSignal;
  /** Called before the first sample, after each, and when it turns out that more are needed. */
  readonly onProgress?: (progress: RunEstimating) => void;
  /** Told in one line what went wrong and was made good. */
  readonly onNote?: (line: string) => void;
  /** Called with each thread that is started. */
  readonly onThread?: ThreadNotes["started"];
}

/** Less work than this is done before threads have begun, in arithmetic operations. */
const fewOperations = 2e8;

/** Numbers that all threads together may hold: 512 MiB. */
const mostNumbers = 2 ** 26;

/** Before this share of the work is done nothing is said of the time that is left: what is run first is slow. */
const leastShare = 0.02;

/** Samples may be off by so much of what is looked for, as a share: a tenth of the error that is aimed at. */
const mostRounding = 1e-3;

/** Rows whose loss is found at a time. */
const rowsAtOnce = 512;

/**
 * Works out the samples that answers take, beside the thread that asks: whoever asks the evaluator for these then hears the same, to the last
 * bit, as if it had worked them out itself, and at once. For any number of threads the answers have the same bits.
 *
 * @param asked in the order in which it will be asked.
 * @returns whether everything is worked out; `false` when the signal has stopped it. Nothing goes on then.
 * @throws EvaluationError of one line: what is wrong with what is asked, or that threads died.
 */
export async function prepareEstimates(
  evaluator: EstimatingEvaluator,
  asked: readonly AskedOfSamples[],
  options: PrepareOptions,
): Promise<boolean> {
  const { signal, seed, onNote, onProgress } = options;
  const open = options.crew ?? singleThreads(evaluator, options);
  const progress = new Progress(evaluator, asked.length, onProgress);
  const here = async (work: (crew: EstimateCrew) => Promise<boolean>): Promise<boolean> => {
    if (signal?.aborted) {
      return false;
    }
    const crew = crewHere(evaluator, asked, options);
    try {
      return await work(crew);
    } finally {
      crew.close();
    }
  };
  if (open !== undefined) {
    const job = jobOf(evaluator, seed, asked, options.crew === undefined);
    let crew: EstimateCrew | undefined;
    try {
      // Trials start from the loss of all rows, which is to be as precise as theirs.
      if (!(await here((own) => findLoss(evaluator, own, progress, signal)))) {
        return false;
      }
      const opening = job && open(job, signal);
      // One that opens when nobody waits any more is let go.
      void opening?.then(
        (late) => signal?.aborted && late.close(),
        () => undefined,
      );
      crew = opening && (await unlessAborted(opening, signal));
      if (crew !== undefined) {
        return (
          (await findRounding(evaluator, crew, signal)) &&
          (await findSamples(evaluator, asked, crew, progress, signal))
        );
      }
    } catch (error) {
      if (signal?.aborted) {
        return false;
      }
      // What is not finite in single precision may be so in double.
      const who =
        options.crew === undefined ? "samples are worked out in double precision" : "the processor estimates";
      onNote?.(`${who}, since ${lineOf(error)}`);
      evaluator.forgetSamples();
      progress.begin();
    } finally {
      crew?.close();
    }
  }
  return here(
    async (own) =>
      (await findLoss(evaluator, own, progress, signal)) &&
      (await findSamples(evaluator, asked, own, progress, signal)),
  );
}

/** Threads with single precision; `undefined` where they are not worth it. */
function singleThreads(evaluator: EstimatingEvaluator, options: PrepareOptions): OpenCrew | undefined {
  const { threads, mostThreads, isSingle = evaluator.operationsOfSample >= fewOperations } = options;
  const count = threads ?? Math.max(1, threadsWorth(evaluator, mostThreads));
  return isSingle && count > 0
    ? async (job) => estimateThreads({ job, isSingle: true }, count, notesOf(options))
    : undefined;
}

function notesOf({ onNote, onThread }: PrepareOptions): ThreadNotes {
  return { died: (line) => onNote?.(line), ...(onThread && { started: onThread }) };
}

/** Threads with double precision, or this one where they are not worth it. */
function crewHere(
  evaluator: EstimatingEvaluator,
  asked: readonly AskedOfSamples[],
  options: PrepareOptions,
): EstimateCrew {
  const { seed, threads, mostThreads } = options;
  const own: EstimateCrew = {
    workers: [
      {
        work: async (task) => {
          await nextTurn();
          return carryOut(evaluator, asked, task);
        },
      },
    ],
    close: () => undefined,
  };
  const count = threads ?? threadsWorth(evaluator, mostThreads);
  const job = count === 0 ? undefined : jobOf(evaluator, seed, asked, true);
  if (job === undefined) {
    return own;
  }
  try {
    return estimateThreads({ job, isSingle: false }, count, notesOf(options));
  } catch {
    // It nests deeper than messages can.
    return own;
  }
}

function threadsWorth(evaluator: EstimatingEvaluator, most = availableThreads().threads): number {
  const { operationsOfSample, numbersOfSample } = evaluator;
  if (operationsOfSample < fewOperations) {
    return 0;
  }
  return Math.max(1, Math.min(most, Math.floor(mostNumbers / numbersOfSample)));
}

/** The loss of all rows, where it is not known and not estimated. */
async function findLoss(
  evaluator: EstimatingEvaluator,
  crew: EstimateCrew,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { rowsOfLoss } = evaluator;
  if (rowsOfLoss === 0) {
    return true;
  }
  const losses = new Float64Array(rowsOfLoss);
  const pieces = Math.ceil(rowsOfLoss / rowsAtOnce);
  const pieceAt = (place: number) => ({
    kind: "losses" as const,
    first: place * rowsAtOnce,
    end: Math.min(rowsOfLoss, (place + 1) * rowsAtOnce),
  });
  const take = (answer: EstimateAnswer, { first, end }: SampleRange) => {
    if (answer.kind === "losses") {
      losses.set(answer.losses, first);
      progress.rowsDone(end - first);
    }
  };
  progress.begin();
  if (!(await shareOut(crew, pieces, pieceAt, take, signal))) {
    return false;
  }
  evaluator.takeLosses(losses);
  return true;
}

/** How far off samples are that are not worked out in doubles: it is in the errors, and too much refuses them. */
async function findRounding(
  evaluator: EstimatingEvaluator,
  { workers: [worker] }: EstimateCrew,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const answer = await unlessAborted(worker!.work({ kind: "rounding" }), signal);
  if (answer === undefined || signal?.aborted) {
    return false;
  }
  if (answer.kind === "refused") {
    throw new EvaluationError(answer.message);
  }
  const share = answer.kind === "rounding" ? answer.share : 0;
  if (!(share <= mostRounding)) {
    throw new EvaluationError(
      Number.isFinite(share)
        ? `a term is off by ${(100 * share).toPrecision(2)} % in single precision, which is more than ${100 * mostRounding} %`
        : "a term is not finite in single precision",
    );
  }
  evaluator.takeRounding(share);
  return true;
}

async function findSamples(
  evaluator: EstimatingEvaluator,
  asked: readonly AskedOfSamples[],
  crew: EstimateCrew,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let done = 0;
  for (const [index, one] of asked.entries()) {
    for (const range of evaluator.rounds(one)) {
      // Others that are asked for take as many at least.
      progress.expect(done + range.end - range.first + (asked.length - 1 - index) * range.end);
      const sampleAt = (place: number) => ({
        kind: "sample" as const,
        asked: index,
        known: evaluator.knownOf(range.first + place),
        exactLoss: evaluator.lossOfRows,
      });
      const take = (answer: EstimateAnswer) => {
        if (answer.kind === "sample") {
          evaluator.take(answer.sample);
          done += 1;
          progress.sampleDone();
        }
      };
      if (!(await shareOut(crew, range.end - range.first, sampleAt, take, signal))) {
        return false;
      }
    }
  }
  return true;
}

/** What an estimate has come to, and what it has to do. */
class Progress {
  private readonly began = performance.now();
  private samplesBegan: number | undefined;
  private samples = 0;
  private totalSamples = 0;
  private rows = 0;
  private readonly totalRows: number;

  constructor(
    private readonly evaluator: EstimatingEvaluator,
    /** How much is asked for. */
    private readonly asked: number,
    private readonly tell: PrepareOptions["onProgress"],
  ) {
    this.totalRows = evaluator.rowsOfLoss;
  }

  /** Nothing is known of a sample. */
  begin(): void {
    this.samples = 0;
    this.totalSamples = 0;
    this.samplesBegan = undefined;
    this.expect(this.asked * this.evaluator.leastSamples);
  }

  /** So many samples it takes, as far as is known. */
  expect(totalSamples: number): void {
    if (totalSamples !== this.totalSamples) {
      this.totalSamples = totalSamples;
      this.say();
    }
  }

  /** The loss of some more rows is found. */
  rowsDone(count: number): void {
    this.rows += count;
    this.say();
  }

  sampleDone(): void {
    this.samples += 1;
    this.say();
  }

  private say(): void {
    const { samples, totalSamples, evaluator } = this;
    const now = performance.now();
    const { operationsOfSample, operationsOfLoss, rowsOfSample: rows } = evaluator;
    const done = this.rows * operationsOfLoss + samples * operationsOfSample;
    const all = this.totalRows * operationsOfLoss + totalSamples * operationsOfSample;
    if (this.rows === this.totalRows) {
      this.samplesBegan ??= now;
    }
    // What samples take is known best by samples.
    const milliseconds =
      samples === 0
        ? ((now - this.began) * (all - done)) / done
        : ((now - this.samplesBegan!) * (totalSamples - samples)) / samples;
    const share = all === 0 ? 1 : done / all;
    const isKnown = samples > 0 || share >= leastShare;
    this.tell?.({ samples, totalSamples, rows, share, secondsLeft: isKnown ? milliseconds / 1000 : null });
  }
}

/**
 * Has each task carried out by whoever of a crew is free.
 * @returns whether all are; `false` when the signal aborts.
 * @throws EvaluationError of the first task that is refused.
 */
async function shareOut<Task extends EstimateTask>(
  { workers }: EstimateCrew,
  count: number,
  taskAt: (place: number) => Task,
  take: (answer: EstimateAnswer, task: Task) => void,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let next = 0;
  const refusals: { readonly place: number; readonly message: string }[] = [];
  const lanes = workers.map(async (worker) => {
    while (next < count && refusals.length === 0 && !signal?.aborted) {
      const place = next++;
      const task = taskAt(place);
      const answer = await worker.work(task);
      if (signal?.aborted) {
        return;
      }
      if (answer.kind === "refused") {
        refusals.push({ place, message: answer.message });
        return;
      }
      take(answer, task);
    }
  });
  try {
    const isOver = await unlessAborted(
      Promise.all(lanes).then(() => true),
      signal,
    );
    if (isOver === undefined || signal?.aborted) {
      return false;
    }
  } catch (error) {
    throw error instanceof CrewLost ? new EvaluationError(error.message) : error;
  }
  // Which one is told hangs on nobody's speed: all before the first that was refused are carried out.
  const [first] = refusals.toSorted((one, other) => one.place - other.place);
  if (first !== undefined) {
    throw new EvaluationError(first.message);
  }
  return true;
}

function lineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
