import { createHash } from "node:crypto";
import type { Worker } from "node:worker_threads";
import { type AnyLandscape, isWritten } from "../../evaluate/index.js";
import type { Landscape } from "../../landscape/index.js";
import type { VerifySpecification } from "../../verify/index.js";
import { landscapeDigest } from "../../verify/landscape-digest.js";
import { Lanes, type Outcome, startThread } from "../../work/index.js";
import { Claim, EvaluationJob } from "./claims.js";
import type { Answer, AskOptions } from "./questions.js";
import type { EmbeddingsQuestion, EmbeddingValues, LandscapeTensors, PredictedRow, Task } from "./tasks.js";
import type { WorkerAnswer } from "./worker.js";

/** Evaluates landscapes and verifications away from the thread that answers the editor. */
export interface EvaluationService {
  landscapeTensors(landscape: Landscape, options: AskOptions): Promise<Answer<LandscapeTensors>>;
  predict(specification: VerifySpecification, options: AskOptions): Promise<Answer<readonly PredictedRow[]>>;
  embeddings(question: EmbeddingsQuestion, options: AskOptions): Promise<Answer<EmbeddingValues>>;
  /** Calls back whenever an answer arrives that somebody was told to be still computed. */
  onArrival(listener: () => void): void;
  /** A document was closed, or is gone: what is computed for it alone is given up. */
  release(document: string): void;
  /**
   * A document was read anew: what is computed of its declarations as they were is given up.
   * @param present the landscape, or the verification, that the document now has under a name.
   */
  renew(uri: string, present: (kind: "tensors" | "predict", name: string) => object | undefined): void;
  /** In an untrusted workspace everything stops, and nothing is begun. */
  setTrusted(trusted: boolean): void;
  close(): Promise<void>;
}

export interface WorkerLimits {
  /** Milliseconds one evaluation may take. */
  readonly longestTask: number;
  /** Milliseconds after which the other evaluations do not wait for one any longer. */
  readonly shortTask: number;
  /** Milliseconds for which an evaluation goes on for a document that is not open, after the last question. */
  readonly lease: number;
  /** Milliseconds after which a worker without work is let go. */
  readonly idle: number;
  readonly start: () => Worker;
  /** Whether a document is open, so that its being closed will be told. */
  readonly isOpen: (document: string) => boolean;
}

/** An evaluation that needs more memory than this, in MiB, is given up: an editor runs beside it. */
const mostMemory = 512;

/** Starts the worker that evaluates for hovers and hints. */
function startEvaluationWorker(): Worker {
  return startThread(
    { asking: import.meta.url, bundle: "./evaluation-worker.js" },
    { resourceLimits: { maxOldGenerationSizeMb: mostMemory } },
  );
}

const mostAnswers = 300;
const mostJobs = 64;
const mostLong = 2;
const longestStart = 30_000; // ms
/** A landscape with more numbers in its tables is not evaluated while one types. */
const mostNumbers = 500_000;

/**
 * Evaluations in workers, each once as long as it is remembered, whoever asks for it. What nobody waits for any more is
 * given up: nobody is in the middle of asking, and no open document says it still.
 */
export class WorkerEvaluationService implements EvaluationService {
  private readonly limits: WorkerLimits;
  private readonly lanes: Lanes;
  private readonly answers = new Map<string, Answer<unknown>>();
  private readonly keys = new WeakMap<object, string>();
  private readonly listeners: (() => void)[] = [];
  private readonly jobs = new Map<string, EvaluationJob>();
  private trusted = true;

  constructor(limits: Partial<WorkerLimits> = {}) {
    this.limits = {
      longestTask: 30_000,
      shortTask: 400,
      lease: 10_000,
      idle: 120_000,
      start: startEvaluationWorker,
      isOpen: () => true,
      ...limits,
    };
    const { longestTask, shortTask, idle, start } = this.limits;
    this.lanes = new Lanes({
      ...{ start, idle, longestStart, mostLong },
      ...{ ahead: 1, short: shortTask, unwanted: shortTask, longest: longestTask },
    });
  }

  landscapeTensors(landscape: Landscape, options: AskOptions): Promise<Answer<LandscapeTensors>> {
    return this.ask(landscape, landscape, tensorsTask(landscape), options) as Promise<
      Answer<LandscapeTensors>
    >;
  }

  predict(specification: VerifySpecification, options: AskOptions): Promise<Answer<readonly PredictedRow[]>> {
    const task = predictTask(specification);
    return this.ask(specification, specification.landscape, task, options) as Promise<
      Answer<readonly PredictedRow[]>
    >;
  }

  embeddings(question: EmbeddingsQuestion, options: AskOptions): Promise<Answer<EmbeddingValues>> {
    return this.ask(question, question.landscape, { kind: "embeddings", question }, options) as Promise<
      Answer<EmbeddingValues>
    >;
  }

  onArrival(listener: () => void): void {
    this.listeners.push(listener);
  }

  release(document: string): void {
    this.drop((claim) => claim.document === document);
  }

  renew(uri: string, present: (kind: "tensors" | "predict", name: string) => object | undefined): void {
    this.drop(({ kind, subject }, { key }) => {
      if (subject.uri !== uri || kind === "embeddings") {
        return false;
      }
      const value = present(kind, subject.name);
      if (value === undefined) {
        return true;
      }
      const task =
        kind === "tensors" ? tensorsTask(value as Landscape) : predictTask(value as VerifySpecification);
      return this.keyOf(value, task) !== key;
    });
  }

  setTrusted(trusted: boolean): void {
    this.trusted = trusted;
    if (!trusted) {
      void this.lanes.close();
    }
  }

  async close(): Promise<void> {
    this.trusted = false;
    await this.lanes.close();
  }

  private async ask(
    asked: object,
    landscape: AnyLandscape,
    task: Task,
    options: AskOptions,
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
    if (options.token?.isCancellationRequested) {
      return { state: "computing" };
    }
    const claim = new Claim(task.kind, options.subject, options.document ?? options.subject.uri);
    // Another question about the same is the one before an edit.
    this.drop((other, job) => job.key !== key && other.isAbout(claim));
    const job = this.jobFor(key, task);
    const answer = await this.wait(job, claim, options);
    if (answer) {
      return answer;
    }
    job.overdue = true;
    const { seconds } = job;
    return this.trusted
      ? { state: "computing", ...(seconds > 0 ? { seconds } : {}) }
      : { state: "untrusted" };
  }

  /** Waits for an answer, but no longer than until the deadline, or as long as it is wanted. */
  private async wait(
    job: EvaluationJob,
    claim: Claim,
    { deadline, token }: AskOptions,
  ): Promise<Answer<unknown> | undefined> {
    if (deadline === 0) {
      this.stand(job, claim);
      this.begin(job);
      return undefined;
    }
    const answer = new Promise<Answer<unknown> | undefined>((resolve) => {
      const timer = setTimeout(() => {
        this.stand(job, claim);
        resolve(undefined);
      }, deadline);
      const listener = token?.onCancellationRequested(() => this.drop((one) => one === claim));
      claim.leave = (known) => {
        clearTimeout(timer);
        listener?.dispose();
        resolve(known);
      };
    });
    job.claims.add(claim);
    this.begin(job);
    return answer;
  }

  /** Nobody is waiting, but it is expected to go on: the document says it, and will be looked at again. */
  private stand(job: EvaluationJob, claim: Claim): void {
    claim.leave(undefined);
    for (const other of [...job.claims]) {
      if (other !== claim && other.isStanding && other.isAbout(claim) && other.document === claim.document) {
        job.remove(other);
      }
    }
    claim.isStanding = true;
    job.claims.add(claim);
    // Nobody will tell when a page stops asking.
    if (claim.kind === "embeddings" || !this.limits.isOpen(claim.document)) {
      const timer = setTimeout(() => this.drop((one) => one === claim), this.limits.lease);
      timer.unref();
      claim.leave = () => clearTimeout(timer);
    }
  }

  private jobFor(key: string, task: Task): EvaluationJob {
    const known = this.jobs.get(key);
    if (known) {
      return known;
    }
    const job = new EvaluationJob(key, task, (outcome) => this.end(job, outcome));
    this.jobs.set(key, job);
    return job;
  }

  private begin(job: EvaluationJob): void {
    if (job.isAdded) {
      this.lanes.review();
      return;
    }
    job.isAdded = true;
    if (this.jobs.size > mostJobs) {
      const oldest = [...this.jobs.values()].find((one) => one !== job && one.isWanted() && !one.isUrgent());
      this.drop((_, one) => one === oldest);
    }
    this.lanes.add([job], "behind");
  }

  /** Gives some claims up, and with its last one a job. */
  private drop(which: (claim: Claim, job: EvaluationJob) => boolean): void {
    let dropped = false;
    for (const job of this.jobs.values()) {
      for (const claim of [...job.claims]) {
        if (which(claim, job)) {
          job.remove(claim);
          dropped = true;
        }
      }
    }
    if (dropped) {
      this.lanes.review();
    }
  }

  private end(job: EvaluationJob, outcome: Outcome): void {
    this.jobs.delete(job.key);
    const answer = this.answerOf(outcome);
    // What never began may be possible the next time; what brought a worker down would do so again.
    if (answer && (outcome.kind !== "lost" || outcome.wasReady)) {
      this.remember(job.key, answer);
    }
    for (const claim of [...job.claims]) {
      job.claims.delete(claim);
      claim.leave(answer);
    }
    if (answer && job.overdue) {
      for (const listener of this.listeners) {
        listener();
      }
    }
  }

  private answerOf(outcome: Outcome): Answer<unknown> | undefined {
    switch (outcome.kind) {
      case "dropped":
        return undefined;
      case "late": {
        const seconds = Math.round(this.limits.longestTask / 1000);
        return { state: "failed", problem: `it takes longer than ${seconds} s; use a lower order` };
      }
      case "lost":
        return {
          state: "failed",
          problem: outcome.outOfMemory
            ? "it needs too much memory; use a lower order"
            : `the evaluation ${outcome.problem}`,
        };
      case "report": {
        const report = outcome.report as WorkerAnswer;
        return "problem" in report
          ? { state: "failed", problem: report.problem }
          : { state: "done", value: report.value };
      }
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
      key = createHash("sha256").update(textOf(task)).digest("base64");
      this.keys.set(asked, key);
    }
    return key;
  }
}

/** A text of a task, in which a landscape is its name, which answers may tell, and its digest. */
function textOf(task: Task): string {
  const short = (key: string, value: unknown): unknown =>
    key === "landscape" ? [(value as AnyLandscape).name, landscapeDigest(value as AnyLandscape)] : value;
  return JSON.stringify(task, short);
}

function tensorsTask(landscape: Landscape): Task {
  return { kind: "tensors", landscape };
}

function predictTask(specification: VerifySpecification): Task {
  return { kind: "predict", specification };
}

function numbersIn(landscape: AnyLandscape): number {
  const whole = landscape.whole?.data.flatMap((source) => (source.kind === "rows" ? source.columns : []));
  const written = isWritten(landscape) ? landscape.data : [];
  return [...(whole ?? []), ...written.filter((source) => source.kind === "rows")].reduce(
    (count, { values }) => count + values.length,
    0,
  );
}
