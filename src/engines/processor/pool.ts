import { SimulationError } from "../../compile/error.js";
import { startThread, Thread } from "../../work/index.js";
import { EngineLost } from "../engine-lost.js";
import type { Executor, ExecutorRecord, ShardSums } from "../executor.js";
import {
  type ChunkShare,
  chunksOf,
  isShared,
  type Job,
  nextChunkAt,
  stopAfterChunk,
  stopAt,
  stopNow,
} from "./job.js";
import type { WorkerMessage } from "./worker.js";

/**
 * How long a stopped worker may take for the rest of its chunk, so that no number is missing among the trials done, and
 * how long after that to say what it has before it is ended; in milliseconds.
 */
const patience = { chunk: 200, answer: 200 };

const program = { asking: import.meta.url, bundle: "./simulate-worker.js" };

/** Of threads that share no memory: how many chunks a share has, and how many shares a thread has before it, so that it need not wait for the next. */
const shares = { chunks: 2, ahead: 2 } as const;

/** A worker, and what becomes of what it says while it is at a job. */
interface Member {
  readonly thread: Thread;
  said: (message: WorkerMessage) => void;
  gone: (words: string) => void;
  /** Ends it, if it is still at its job. */
  giveUp: () => void;
}

const nothing = (): void => undefined;
const atRest = { said: nothing, gone: nothing, giveUp: nothing };

export const threads: ExecutorRecord = {
  name: "threads",
  documentation:
    "Threads of this process, each with a kernel, which take chunks of trials in turn. Stopped, each finishes its chunk; one that does not is ended.",
};

/**
 * Workers that simulate. They stay between runs, with their compiled kernels, until the pool is closed;
 * a pool that nobody closes does not keep the process alive.
 */
export class WorkerPool implements Executor<Job> {
  readonly record = threads;
  private readonly members: Member[] = [];
  private busy = false;
  private isBroken = false;

  /** The pool, with so many workers at least. */
  grown(size: number): this {
    while (this.members.length < size) {
      this.members.push(this.make());
    }
    return this;
  }

  /** Whether a worker has ended, so that another pool is needed. */
  get broken(): boolean {
    return this.isBroken;
  }

  async *run(job: Job, signal?: AbortSignal): AsyncGenerator<ShardSums, boolean> {
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
    const timers: NodeJS.Timeout[] = [];
    const stopSoon = () => {
      Atomics.compareExchange(job.control, stopAt, 0, stopAfterChunk);
      const giveUp = () => {
        for (const member of this.members) {
          member.giveUp();
        }
      };
      timers.push(setTimeout(stop, patience.chunk), setTimeout(giveUp, patience.chunk + patience.answer));
    };
    signal?.addEventListener("abort", stopSoon, { once: true });
    const found: ShardSums[] = [];
    let isOver = false;
    let wake = nothing;
    const take = (sums: ShardSums) => {
      found.push(sums);
      wake();
    };
    // When one fails, the others have nothing left to work for.
    const work = Promise.allSettled(this.members.map((member) => this.work(member, job, take, stop)));
    const over = work.then(() => {
      isOver = true;
      wake();
    });
    try {
      while (!isOver || found.length > 0) {
        yield* found.splice(0);
        if (!isOver && found.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      const outcomes = await work;
      const failure = outcomes.find((outcome) => outcome.status === "rejected");
      if (failure !== undefined) {
        throw failure.reason;
      }
      return outcomes.every((outcome) => outcome.status === "fulfilled" && outcome.value);
    } finally {
      if (!isOver) {
        stop();
        await over;
      }
      timers.forEach(clearTimeout);
      signal?.removeEventListener("abort", stopSoon);
      this.busy = false;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map(({ thread }) => thread.end()));
  }

  private make(): Member {
    const worker = startThread(program);
    const said = (message: unknown) => member.said(message as WorkerMessage);
    const member: Member = {
      ...atRest,
      thread: new Thread(worker, said, ({ words }) => {
        // One that fails between runs is noticed by the next one.
        this.isBroken = true;
        member.gone(words);
      }),
    };
    return member;
  }

  /** @returns whether every chunk that a worker took is done. */
  private work(
    member: Member,
    job: Job,
    take: (sums: ShardSums) => void,
    stop: () => void,
  ): Promise<boolean> {
    const { thread } = member;
    const outcome = new Promise<boolean>((resolve, reject) => {
      const fail = (failure: SimulationError) => {
        stop();
        reject(failure);
      };
      // It may have been somebody else's doing: other workers may do the same trials.
      member.gone = (words) => fail(new EngineLost(`a simulation worker ${words}`));
      member.giveUp = () => {
        this.isBroken = true;
        void thread.end();
        resolve(false);
      };
      let handed = 0;
      /** Hands out shares in turn, so that when no more are all trials before the next are done. */
      const hand = (): void => {
        while (handed < shares.ahead) {
          const share = nextShare(job);
          if (share === undefined) {
            break;
          }
          handed++;
          thread.post(share);
        }
        if (handed === 0) {
          resolve(true);
        }
      };
      member.said = (message) => {
        if (message.kind === "result") {
          take(message.result);
        } else if (message.kind === "shared") {
          handed--;
          hand();
        } else if (message.kind === "finished") {
          resolve(message.whole);
        } else {
          fail(new SimulationError(`a simulation worker failed: ${message.message}`));
        }
      };
      thread.keep(true);
      thread.post(job);
      if (!isShared(job)) {
        hand();
      }
    });
    return outcome.finally(() => {
      thread.keep(false);
      Object.assign(member, atRest);
    });
  }
}

/** The next chunks of a job that nobody has yet; nothing when there are none, or it is to stop. */
function nextShare(job: Job): ChunkShare | undefined {
  const from = job.control[nextChunkAt]!;
  const to = Math.min(from + shares.chunks, chunksOf(job));
  if (job.control[stopAt] !== 0 || from >= to) {
    return undefined;
  }
  job.control[nextChunkAt] = to;
  return { from, to };
}
