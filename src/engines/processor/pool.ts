import type { Worker } from "node:worker_threads";
import { SimulationError } from "../../compile/error.js";
import type { ChunkResult } from "../../simulate/kernel.js";
import { startWorkerBeside } from "../module-worker.js";
import { type Job, stopAfterChunk, stopAt, stopNow } from "./job.js";
import type { WorkerMessage } from "./worker.js";

/**
 * How long a stopped worker may take for the rest of its chunk, so that no number is missing among the trials done, and
 * how long after that to say what it has before it is ended; in milliseconds.
 */
const patience = { chunk: 200, answer: 200 };

/**
 * Workers that simulate. They stay between runs, with their compiled kernels, until the pool is closed;
 * a pool that nobody closes does not keep the process alive.
 */
export class WorkerPool {
  private readonly workers: Worker[];
  private busy = false;
  private isBroken = false;

  constructor(size: number) {
    this.workers = Array.from({ length: size }, () =>
      startWorkerBeside(import.meta.url, "./simulate-worker.js", "./worker.ts"),
    );
    for (const worker of this.workers) {
      worker.unref();
      // A worker that fails between runs is noticed by the next one.
      worker.on("error", () => {
        this.isBroken = true;
      });
    }
  }

  get size(): number {
    return this.workers.length;
  }

  /** Whether a worker has ended, so that another pool is needed. */
  get broken(): boolean {
    return this.isBroken;
  }

  /**
   * Works on a job with all workers, telling `take` what comes of it; `signal` stops it.
   * @returns whether the trials done are the first ones, none being left out.
   */
  async run(
    job: Job,
    take: (result: ChunkResult) => void,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    if (this.busy) {
      throw new SimulationError(
        "the workers are busy with another simulation; await it or open another pool",
      );
    }
    if (this.isBroken) {
      throw new SimulationError("a simulation worker has ended; open another pool");
    }
    this.busy = true;
    const stop = () => Atomics.store(job.control, stopAt, stopNow);
    let timer: NodeJS.Timeout | undefined;
    const stopSoon = () => {
      Atomics.compareExchange(job.control, stopAt, 0, stopAfterChunk);
      timer = setTimeout(stop, patience.chunk);
    };
    signal?.addEventListener("abort", stopSoon, { once: true });
    try {
      const outcomes = await Promise.allSettled(
        this.workers.map((worker) => this.runOne(worker, job, take, stop, signal)),
      );
      const failure = outcomes.find((outcome) => outcome.status === "rejected");
      if (failure !== undefined) {
        throw failure.reason;
      }
      return outcomes.every((outcome) => outcome.status === "fulfilled" && outcome.value);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stopSoon);
      this.busy = false;
    }
  }

  private runOne(
    worker: Worker,
    job: Job,
    take: (result: ChunkResult) => void,
    stop: () => void,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (whole: boolean, failure?: string) => {
        clearTimeout(timer);
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        signal?.removeEventListener("abort", onAbort);
        worker.unref();
        if (failure === undefined) {
          resolve(whole);
        } else {
          // The other workers have nothing left to work for.
          stop();
          reject(new SimulationError(failure));
        }
      };
      const onMessage = (message: WorkerMessage) => {
        if (message.kind === "result") {
          take(message.result);
        } else if (message.kind === "finished") {
          settle(message.whole);
        } else {
          settle(false, `a simulation worker failed: ${message.message}`);
        }
      };
      const onError = (error: Error) => {
        this.isBroken = true;
        settle(false, `a simulation worker failed: ${error.message.split("\n")[0]}`);
      };
      const onExit = (code: number) => {
        this.isBroken = true;
        settle(false, `a simulation worker ended with status ${code}`);
      };
      const onAbort = () => {
        timer = setTimeout(() => {
          this.isBroken = true;
          void worker.terminate();
          settle(false);
        }, patience.chunk + patience.answer);
      };
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      signal?.addEventListener("abort", onAbort, { once: true });
      worker.ref();
      worker.postMessage(job);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
