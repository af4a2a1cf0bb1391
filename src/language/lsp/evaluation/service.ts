import { createHash } from "node:crypto";
import type { Worker } from "node:worker_threads";
import type { Landscape } from "../../../landscape/index.js";
import type { VerifySpecification } from "../../../verify/index.js";
import { startEvaluationWorker } from "./start-worker.js";
import type { EmbeddingsQuestion, EmbeddingValues, LandscapeTensors, PredictedRow, Task } from "./tasks.js";
import type { WorkerAnswer } from "./worker.js";

/** What is known of an evaluation when its deadline has come. */
export type Answer<T> =
  | { readonly state: "done"; readonly value: T }
  /** It goes on, so that a later question finds the answer. */
  | { readonly state: "computing" }
  /** One line for the user. */
  | { readonly state: "failed"; readonly problem: string }
  /** The workspace is not trusted, so nothing is evaluated. */
  | { readonly state: "untrusted" };

export interface AskOptions {
  /** Milliseconds to wait for the answer; with 0 only what is known is said, and the rest is begun. */
  readonly deadline: number;
  /**
   * What is asked about: a declaration's place and name. Asking about a changed one stops what is
   * still computed for the one before.
   */
  readonly subject: string;
}

/** Evaluates landscapes and verifications away from the thread that answers the editor. */
export interface EvaluationService {
  landscapeTensors(landscape: Landscape, options: AskOptions): Promise<Answer<LandscapeTensors>>;
  predict(specification: VerifySpecification, options: AskOptions): Promise<Answer<readonly PredictedRow[]>>;
  embeddings(question: EmbeddingsQuestion, options: AskOptions): Promise<Answer<EmbeddingValues>>;
  /** Calls back whenever an answer arrives that somebody was told to be still computed. */
  onArrival(listener: () => void): void;
  /** Has everybody who waits told what is known now: a text has changed, which must wait for them else. */
  hurry(): void;
  /** In an untrusted workspace everything stops, and nothing is begun. */
  setTrusted(trusted: boolean): void;
  close(): Promise<void>;
}

export interface WorkerLimits {
  /** Milliseconds one evaluation may take. */
  readonly longestTask: number;
  /** Milliseconds after which a worker without work is let go. */
  readonly idle: number;
  readonly start: () => Worker;
}

interface Job {
  readonly key: string;
  readonly subject: string;
  readonly task: Task;
  readonly finished: Promise<void>;
  readonly finish: () => void;
  /** Whether somebody was sent away without an answer. */
  overdue: boolean;
}

const mostAnswers = 300;
const mostWaiting = 64;
/** A landscape with more numbers in its tables is not evaluated while one types. */
const mostNumbers = 500_000;

/** One worker, one evaluation at a time, answers kept by what was asked. */
export class WorkerEvaluationService implements EvaluationService {
  private readonly limits: WorkerLimits;
  private readonly answers = new Map<string, Answer<unknown>>();
  private readonly keys = new WeakMap<object, string>();
  private readonly listeners: (() => void)[] = [];
  private waiting: Job[] = [];
  private running: Job | undefined;
  private worker: Worker | undefined;
  private timer: NodeJS.Timeout | undefined;
  private trusted = true;
  private readonly impatient = new Set<() => void>();

  constructor(limits: Partial<WorkerLimits> = {}) {
    this.limits = { longestTask: 30_000, idle: 120_000, start: startEvaluationWorker, ...limits };
  }

  landscapeTensors(landscape: Landscape, options: AskOptions): Promise<Answer<LandscapeTensors>> {
    return this.ask(landscape, landscape, { kind: "tensors", landscape }, options) as Promise<
      Answer<LandscapeTensors>
    >;
  }

  predict(specification: VerifySpecification, options: AskOptions): Promise<Answer<readonly PredictedRow[]>> {
    return this.ask(
      specification,
      specification.landscape,
      { kind: "predict", specification },
      options,
    ) as Promise<Answer<readonly PredictedRow[]>>;
  }

  embeddings(question: EmbeddingsQuestion, options: AskOptions): Promise<Answer<EmbeddingValues>> {
    return this.ask(question, question.landscape, { kind: "embeddings", question }, options) as Promise<
      Answer<EmbeddingValues>
    >;
  }

  onArrival(listener: () => void): void {
    this.listeners.push(listener);
  }

  hurry(): void {
    for (const leave of this.impatient) {
      leave();
    }
  }

  setTrusted(trusted: boolean): void {
    this.trusted = trusted;
    if (!trusted) {
      this.dropAll();
    }
  }

  async close(): Promise<void> {
    this.trusted = false;
    const worker = this.worker;
    this.dropAll();
    await worker?.terminate();
  }

  private async ask(
    asked: object,
    landscape: Landscape,
    task: Task,
    { deadline, subject }: AskOptions,
  ): Promise<Answer<unknown>> {
    if (!this.trusted) {
      return { state: "untrusted" };
    }
    if (numbersIn(landscape) > mostNumbers) {
      return { state: "failed", problem: "its table of data is too large to be evaluated while you write" };
    }
    const key = this.keyOf(asked, task);
    const known = this.answers.get(key);
    if (known) {
      this.remember(key, known);
      return known;
    }
    const job = this.jobFor(key, `${task.kind} ${subject}`, task);
    await this.wait(job.finished, deadline);
    const answer = this.answers.get(key);
    if (answer) {
      return answer;
    }
    job.overdue = true;
    return this.trusted ? { state: "computing" } : { state: "untrusted" };
  }

  /** Waits for a promise, but no longer than so many milliseconds, or until it must hurry. */
  private async wait(promise: Promise<void>, milliseconds: number): Promise<void> {
    if (milliseconds === 0) {
      return;
    }
    await new Promise<void>((resolve) => {
      const leave = () => {
        clearTimeout(timer);
        this.impatient.delete(leave);
        resolve();
      };
      const timer = setTimeout(leave, milliseconds);
      this.impatient.add(leave);
      void promise.then(leave);
    });
  }

  private jobFor(key: string, subject: string, task: Task): Job {
    const same = [this.running, ...this.waiting].find((job) => job?.key === key);
    if (same) {
      return same;
    }
    const outdated = this.waiting.filter((job) => job.subject === subject);
    this.waiting = this.waiting.filter((job) => job.subject !== subject);
    if (this.waiting.length >= mostWaiting) {
      outdated.push(this.waiting.shift()!);
    }
    for (const job of outdated) {
      job.finish();
    }
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const job: Job = { key, subject, task, finished, finish, overdue: false };
    this.waiting.push(job);
    if (this.running?.subject === subject) {
      this.stopWorker();
      this.settle(undefined);
    } else {
      this.next();
    }
    return job;
  }

  private next(): void {
    clearTimeout(this.timer);
    if (this.running) {
      return;
    }
    const job = this.waiting.shift();
    if (!job) {
      this.timer = setTimeout(() => this.stopWorker(), this.limits.idle);
      this.timer.unref();
      return;
    }
    this.running = job;
    this.worker ??= this.makeWorker();
    this.worker.postMessage(job.task);
    this.timer = setTimeout(() => {
      this.stopWorker();
      const seconds = Math.round(this.limits.longestTask / 1000);
      this.settle({ state: "failed", problem: `it takes longer than ${seconds} s; use a lower order` });
    }, this.limits.longestTask);
    this.timer.unref();
  }

  private makeWorker(): Worker {
    const worker = this.limits.start();
    worker.unref();
    const mine = (act: () => void) => {
      if (this.worker === worker) {
        act();
      }
    };
    worker.on("message", (answer: WorkerAnswer) =>
      mine(() =>
        this.settle(
          "problem" in answer
            ? { state: "failed", problem: answer.problem }
            : { state: "done", value: answer.value },
        ),
      ),
    );
    // What brought a worker down would do so again: it is remembered as failed, and the next task gets a new one.
    worker.on("error", (error: NodeJS.ErrnoException) =>
      mine(() => {
        this.worker = undefined;
        const problem =
          error.code === "ERR_WORKER_OUT_OF_MEMORY"
            ? "it needs too much memory; use a lower order"
            : `the evaluation failed: ${error.message.split("\n")[0]}`;
        this.settle({ state: "failed", problem });
      }),
    );
    worker.on("exit", (status) =>
      mine(() => {
        this.worker = undefined;
        this.settle({ state: "failed", problem: `the evaluation ended with status ${status}` });
      }),
    );
    return worker;
  }

  /** Ends the running job with an answer, or without one when it has been stopped, and begins the next. */
  private settle(answer: Answer<unknown> | undefined): void {
    const job = this.running;
    this.running = undefined;
    if (job) {
      if (answer) {
        this.remember(job.key, answer);
      }
      job.finish();
      if (answer && job.overdue) {
        for (const listener of this.listeners) {
          listener();
        }
      }
    }
    this.next();
  }

  private stopWorker(): void {
    const worker = this.worker;
    this.worker = undefined;
    void worker?.terminate();
  }

  private dropAll(): void {
    const dropped = [...(this.running ? [this.running] : []), ...this.waiting];
    this.waiting = [];
    this.running = undefined;
    clearTimeout(this.timer);
    this.stopWorker();
    for (const job of dropped) {
      job.finish();
    }
  }

  private remember(key: string, answer: Answer<unknown>): void {
    this.answers.delete(key);
    this.answers.set(key, answer);
    if (this.answers.size > mostAnswers) {
      this.answers.delete(this.answers.keys().next().value!);
    }
  }

  /** Equal for equal questions, also when the checker has made their values anew. */
  private keyOf(asked: object, task: Task): string {
    let key = this.keys.get(asked);
    if (key === undefined) {
      key = createHash("sha256").update(JSON.stringify(task)).digest("base64");
      this.keys.set(asked, key);
    }
    return key;
  }
}

function numbersIn(landscape: Landscape): number {
  return landscape.data.reduce(
    (count, source) => count + (source.kind === "rows" ? source.rows.length * source.names.length : 0),
    0,
  );
}
