import type { Worker } from "node:worker_threads";
import { SimulationError } from "./error.js";
import { type Job, stopAt } from "./job.js";
import type { ChunkResult } from "./kernel.js";
import { startWorkerBeside } from "./module-worker.js";
import type { WorkerMessage } from "./worker.js";

/** How long a stopped worker may take to say what it has before it is ended. */
const patience = 250;

/**
 * Workers that simulate. They stay between runs, with their compiled kernels, until the pool is closed;
 * a pool that nobody closes does not keep the process alive.
 */
export class WorkerPool {
  readonly #workers: Worker[];
  #busy = false;
  #broken = false;

  constructor(size: number) {
    this.#workers = Array.from({ length: size }, () =>
      startWorkerBeside(import.meta.url, "./simulate-worker.js", "./worker.ts"),
    );
    for (const worker of this.#workers) {
      worker.unref();
      // A worker that fails between runs is noticed by the next one.
      worker.on("error", () => {
        this.#broken = true;
      });
    }
  }

  get size(): number {
    return this.#workers.length;
  }

  /** Whether a worker has ended, so that another pool is needed. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Works on a job with all workers, telling `take` what comes of it; `signal` stops it. */
  async run(job: Job, take: (result: ChunkResult) => void, signal: AbortSignal | undefined): Promise<void> {
    if (this.#busy)
      throw new SimulationError(
        "the workers are busy with another simulation; await it or open another pool",
      );
    if (this.#broken) throw new SimulationError("a simulation worker has ended; open another pool");
    this.#busy = true;
    const stop = () => Atomics.store(job.control, stopAt, 1);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const outcomes = await Promise.allSettled(
        this.#workers.map((worker) => this.#runOne(worker, job, take, stop, signal)),
      );
      const failure = outcomes.find((outcome) => outcome.status === "rejected");
      if (failure !== undefined) throw failure.reason;
    } finally {
      signal?.removeEventListener("abort", stop);
      this.#busy = false;
    }
  }

  #runOne(
    worker: Worker,
    job: Job,
    take: (result: ChunkResult) => void,
    stop: () => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (failure?: string) => {
        clearTimeout(timer);
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        signal?.removeEventListener("abort", onAbort);
        worker.unref();
        if (failure === undefined) {
          resolve();
        } else {
          // The other workers have nothing left to work for.
          stop();
          reject(new SimulationError(failure));
        }
      };
      const onMessage = (message: WorkerMessage) => {
        if (message.kind === "result") take(message.result);
        else settle(message.kind === "failed" ? `a simulation worker failed: ${message.message}` : undefined);
      };
      const onError = (error: Error) => {
        this.#broken = true;
        settle(`a simulation worker failed: ${error.message.split("\n")[0]}`);
      };
      const onExit = (code: number) => {
        this.#broken = true;
        settle(`a simulation worker ended with status ${code}`);
      };
      const onAbort = () => {
        timer = setTimeout(() => {
          this.#broken = true;
          void worker.terminate();
          settle();
        }, patience);
      };
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      signal?.addEventListener("abort", onAbort, { once: true });
      worker.ref();
      worker.postMessage(job);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
