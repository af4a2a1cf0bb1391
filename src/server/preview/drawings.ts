import type { Worker } from "node:worker_threads";
import type { CancellationToken } from "vscode-languageserver";
import type { Drawing, DrawingInput } from "../../drawing/index.js";
import { type Job, Lanes, type Outcome, startThread } from "../../work/index.js";
import type { LayoutReport, LayoutTask } from "./drawing-worker.js";
import { RecentDrawings } from "./recent-drawings.js";

/** A drawing, or in one line why there is none. */
export type Drawn = { readonly drawing: Drawing } | { readonly problem: string };

/** What is to be drawn; of equal keys are equal drawings. */
export interface DrawingWish {
  readonly key: string;
  readonly input: DrawingInput;
}

export interface DrawingLimits {
  /** Milliseconds for one diagram. */
  readonly longestLayout: number;
  /** Milliseconds after which the other diagrams do not wait for one any longer. */
  readonly shortLayout: number;
  /** Milliseconds for one that nobody waits for any more. */
  readonly longestUnwanted: number;
  /** Milliseconds until a new worker must be ready. */
  readonly longestStart: number;
  /** Milliseconds after which a worker without work is let go. */
  readonly idle: number;
  readonly start: () => Worker;
}

/** A layout that needs more memory than this, in MiB, is given up: an editor runs beside it. */
const mostMemory = 512;

/** Starts the worker that lays diagrams out for previews. */
function startDrawingWorker(): Worker {
  return startThread(
    { asking: import.meta.url, bundle: "./drawing-worker.js" },
    { resourceLimits: { maxOldGenerationSizeMb: mostMemory } },
  );
}

interface Request {
  readonly subject: string;
  readonly open: Set<string>;
  readonly drawn: Map<string, Drawn>;
  readonly finish: () => void;
}

/**
 * Lays diagrams out in a worker, each once as long as it is remembered. The latest request comes first, and one slow
 * layout does not keep the others waiting. A layout that takes too long is ended with its worker, and tried once more
 * the fast way.
 */
export class DrawingService {
  private readonly limits: DrawingLimits;
  private readonly lanes: Lanes;
  private readonly recent = new RecentDrawings<Drawn>();
  private readonly jobs = new Map<string, DrawingJob>();
  private made = 0;
  private isClosed = false;

  constructor(limits: Partial<DrawingLimits> = {}) {
    this.limits = {
      longestLayout: 5000,
      shortLayout: 1000,
      longestUnwanted: 300,
      longestStart: 20_000,
      idle: 300_000,
      start: startDrawingWorker,
      ...limits,
    };
    const { longestLayout, shortLayout, longestUnwanted, longestStart, idle, start } = this.limits;
    this.lanes = new Lanes({
      ...{ start, idle, longestStart, short: shortLayout, unwanted: longestUnwanted, longest: longestLayout },
      ahead: 3,
      mostLong: 1,
    });
  }

  /** How many layouts have been made so far. */
  get layouts(): number {
    return this.made;
  }

  /** Starts the worker, so that the first drawing need not wait for it. */
  warm(): void {
    if (!this.isClosed) {
      this.lanes.warm();
    }
  }

  /**
   * The drawings by key. Those that were given up, because the request was cancelled or is out of date, are missing.
   * @param subject whose diagrams these are, for {@link retain}.
   */
  async draw(
    wishes: readonly DrawingWish[],
    subject: string,
    token?: CancellationToken,
  ): Promise<ReadonlyMap<string, Drawn>> {
    const drawn = new Map<string, Drawn>();
    const open = new Set<string>();
    for (const { key } of wishes) {
      const known = this.recent.get(key);
      if (known) {
        drawn.set(key, known);
      } else {
        open.add(key);
      }
    }
    if (open.size === 0 || this.isClosed || token?.isCancellationRequested) {
      return drawn;
    }
    await new Promise<void>((resolve) => {
      const request: Request = {
        subject,
        open,
        drawn,
        finish: () => {
          listener?.dispose();
          resolve();
        },
      };
      const listener = token?.onCancellationRequested(() => this.leave(request, [...open]));
      const jobs = wishes.filter(({ key }) => open.has(key)).map((wish) => this.jobFor(wish, request));
      this.lanes.add(jobs, "before");
    });
    return drawn;
  }

  /** Gives up what a subject still waits for and has no more. */
  retain(subject: string, keys: ReadonlySet<string>): void {
    const requests = new Set(
      [...this.jobs.values()].flatMap((job) =>
        [...job.requests].filter((request) => request.subject === subject),
      ),
    );
    for (const request of requests) {
      this.leave(
        request,
        [...request.open].filter((key) => !keys.has(key)),
      );
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.lanes.close();
  }

  private jobFor(wish: DrawingWish, request: Request): DrawingJob {
    const job = this.jobs.get(wish.key) ?? new DrawingJob(wish, (ended, outcome) => this.end(ended, outcome));
    this.jobs.set(wish.key, job);
    job.requests.add(request);
    return job;
  }

  /** A request waits for these keys no longer. */
  private leave(request: Request, keys: readonly string[]): void {
    for (const key of keys) {
      request.open.delete(key);
      this.jobs.get(key)?.requests.delete(request);
    }
    if (request.open.size === 0) {
      request.finish();
    }
    this.lanes.review();
  }

  private end(job: DrawingJob, outcome: Outcome): void {
    switch (outcome.kind) {
      case "report":
        this.made++;
        this.settle(job, outcome.report as Exclude<LayoutReport, { readonly ready: true }>);
        break;
      case "dropped":
        this.settle(job, undefined);
        break;
      case "late":
        this.retry(
          job,
          `its layout takes longer than ${seconds(this.limits.longestLayout)}; draw smaller pieces of it`,
        );
        break;
      case "lost": {
        const { problem, outOfMemory, wasReady } = outcome;
        const words = outOfMemory
          ? "its layout needs too much memory; draw smaller pieces of it"
          : `${wasReady || problem.startsWith("failed") ? "its" : "the"} layout ${problem}`;
        if (wasReady) {
          this.retry(job, words);
        } else {
          this.settle(job, { problem: words }, false);
        }
      }
    }
  }

  /** Tries a job the fast way; one that was tried so has a problem. */
  private retry(job: DrawingJob, problem: string): void {
    if (job.fast) {
      this.settle(job, { problem });
    } else {
      job.fast = true;
      this.lanes.add([job], "before");
    }
  }

  private settle(job: DrawingJob, drawn: Drawn | undefined, remember = true): void {
    const { key } = job.wish;
    this.jobs.delete(key);
    if (drawn && remember) {
      this.recent.set(key, drawn, "drawing" in drawn ? sizeOf(drawn.drawing) : 1);
    }
    for (const request of [...job.requests]) {
      request.open.delete(key);
      if (drawn) {
        request.drawn.set(key, drawn);
      }
      if (request.open.size === 0) {
        request.finish();
      }
    }
  }
}

/** A layout that is to be made, and who waits for it. */
class DrawingJob implements Job {
  readonly requests = new Set<Request>();
  /** Whether a whole layout has failed, so that the fast one is tried. */
  fast = false;

  constructor(
    readonly wish: DrawingWish,
    private readonly ended: (job: DrawingJob, outcome: Outcome) => void,
  ) {}

  message(): LayoutTask {
    return { input: this.wish.input, fast: this.fast };
  }

  isWanted(): boolean {
    return this.requests.size > 0;
  }

  isUrgent(): boolean {
    return false;
  }

  end(outcome: Outcome): void {
    this.ended(this, outcome);
  }
}

/** About how many numbers and words a drawing holds. */
function sizeOf({ nodes, edges, outlines }: Drawing): number {
  const curves = outlines.reduce(
    (sum, { paths }) => sum + paths.reduce((more, path) => more + path.curves.length, 0),
    0,
  );
  return 20 * nodes.length + 12 * edges.length + 6 * curves + 20;
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
