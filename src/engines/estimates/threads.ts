import type { Worker } from "node:worker_threads";
import { startThread, Thread } from "../../work/index.js";
import { CrewLost, type EstimateCrew, type EstimateWorker } from "./crew.js";
import type { EstimateAnswer, EstimateJob, EstimateTask } from "./job.js";

const program = { asking: import.meta.url, bundle: "./estimate-worker.js" };

/** So many threads of a crew may die before its work is given up. */
const mostDeaths = 3;

/** What is heard of threads. */
export interface ThreadNotes {
  /** One has died; its piece of the work is done again. The line says why. */
  died(line: string): void;
  /** Called with each thread that is started. */
  started?(thread: Worker): void;
}

/** What a thread has to know: whether it carries programs out in single precision, by WebAssembly. */
export interface ThreadData {
  readonly job: EstimateJob;
  readonly isSingle: boolean;
}

/**
 * Threads that work out samples.
 * @throws when the landscape nests deeper than messages can.
 */
export function estimateThreads(data: ThreadData, count: number, notes: ThreadNotes): EstimateCrew {
  const deaths = { left: mostDeaths };
  const workers = Array.from({ length: count }, () => new EstimateThread(data, notes, deaths));
  return {
    workers,
    close: () => {
      for (const worker of workers) {
        worker.close();
      }
    },
  };
}

class EstimateThread implements EstimateWorker {
  private thread: Thread;
  private said: (answer: EstimateAnswer) => void = () => undefined;
  private gone: (words: string) => void = () => undefined;
  /** How it has ended, where nobody waited for it. */
  private end: string | undefined;
  private isClosed = false;

  constructor(
    private readonly data: ThreadData,
    private readonly notes: ThreadNotes,
    private readonly deaths: { left: number },
  ) {
    this.thread = this.start();
  }

  async work(task: EstimateTask): Promise<EstimateAnswer> {
    for (;;) {
      const answer = await this.ask(task);
      if (typeof answer !== "string") {
        return answer;
      }
      const line = `a thread that estimates ${answer}`;
      if (this.deaths.left === 0) {
        throw new CrewLost(`${line}; so did ${mostDeaths} others`);
      }
      this.deaths.left -= 1;
      this.notes.died(`${line}; its sample is worked out again`);
      this.end = undefined;
      this.thread = this.start();
    }
  }

  close(): void {
    this.isClosed = true;
    void this.thread.end();
  }

  /** An answer, or how the thread has ended. */
  private ask(task: EstimateTask): Promise<EstimateAnswer | string> {
    const { thread } = this;
    return new Promise<EstimateAnswer | string>((resolve) => {
      this.said = resolve;
      this.gone = resolve;
      if (this.end !== undefined) {
        resolve(this.end);
        return;
      }
      thread.keep(true);
      thread.post(task);
    }).finally(() => thread.keep(false));
  }

  private start(): Thread {
    const worker = startThread(program, { workerData: this.data });
    const thread = new Thread(
      worker,
      (answer) => this.said(answer as EstimateAnswer),
      ({ words }) => {
        this.end = words;
        this.gone(words);
      },
    );
    this.notes.started?.(worker);
    if (this.isClosed) {
      void thread.end();
    }
    return thread;
  }
}
