import type { Worker } from "node:worker_threads";
import type { CancellationToken } from "vscode-languageserver";
import type { Drawing, DrawingInput } from "../../../diagram/drawing/index.js";
import type { LayoutReport, LayoutTask } from "./drawing-worker.js";
import { RecentDrawings } from "./recent-drawings.js";
import { startDrawingWorker } from "./start-drawing-worker.js";

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
  /** Milliseconds for one that nobody waits for any more. */
  readonly longestUnwanted: number;
  /** Milliseconds until a new worker must be ready. */
  readonly longestStart: number;
  /** Milliseconds after which a worker without work is let go. */
  readonly idle: number;
  readonly start: () => Worker;
}

interface Job {
  readonly wish: DrawingWish;
  readonly requests: Set<Request>;
  /** Whether a whole layout has failed, so that the fast one is tried. */
  fast: boolean;
}

interface Request {
  readonly subject: string;
  readonly open: Set<string>;
  readonly drawn: Map<string, Drawn>;
  readonly finish: () => void;
}

/** So many tasks are at the worker, so that it need not wait for the next; few, so that what is urgent comes soon. */
const mostAhead = 3;

/**
 * Lays diagrams out in a worker, each once as long as it is remembered. The latest request comes first. A layout
 * that takes too long is ended with its worker, and tried once more the fast way.
 */
export class DrawingService {
  private readonly limits: DrawingLimits;
  private readonly recent = new RecentDrawings<Drawn>();
  private readonly jobs = new Map<string, Job>();
  private waiting: Job[] = [];
  private ahead: Job[] = [];
  private worker: Worker | undefined;
  private isReady = false;
  private timer: NodeJS.Timeout | undefined;
  /** When the first job ahead was begun. */
  private begun = 0;
  private made = 0;
  private isClosed = false;

  constructor(limits: Partial<DrawingLimits> = {}) {
    this.limits = {
      longestLayout: 5000,
      longestUnwanted: 300,
      longestStart: 20_000,
      idle: 300_000,
      start: startDrawingWorker,
      ...limits,
    };
  }

  /** How many layouts have been made so far. */
  get layouts(): number {
    return this.made;
  }

  /** Starts the worker, so that the first drawing need not wait for it. */
  warm(): void {
    if (!this.isClosed && !this.worker) {
      this.makeWorker();
      this.watch();
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
      this.enqueue(
        wishes.filter(({ key }) => open.has(key)),
        request,
      );
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
    const { worker } = this;
    this.dropWorker();
    for (const job of [...this.jobs.values()]) {
      this.settle(job, undefined);
    }
    this.waiting = [];
    this.ahead = [];
    clearTimeout(this.timer);
    await worker?.terminate();
  }

  private enqueue(wishes: readonly DrawingWish[], request: Request): void {
    const fresh = new Set<Job>();
    for (const wish of wishes) {
      const job: Job = this.jobs.get(wish.key) ?? { wish, requests: new Set(), fast: false };
      this.jobs.set(wish.key, job);
      job.requests.add(request);
      if (!this.ahead.includes(job)) {
        fresh.add(job);
      }
    }
    this.waiting = [...fresh, ...this.waiting.filter((job) => !fresh.has(job))];
    this.watch();
    this.pump();
  }

  /** A request waits for these keys no longer. */
  private leave(request: Request, keys: readonly string[]): void {
    for (const key of keys) {
      request.open.delete(key);
      const job = this.jobs.get(key);
      job?.requests.delete(request);
      if (job?.requests.size === 0 && !this.ahead.includes(job)) {
        this.jobs.delete(key);
      }
    }
    this.waiting = this.waiting.filter((job) => job.requests.size > 0);
    if (request.open.size === 0) {
      request.finish();
    }
    this.watch();
  }

  private pump(): void {
    while (this.waiting.length > 0 && this.ahead.length < mostAhead) {
      if (!this.worker) {
        this.makeWorker();
      }
      const job = this.waiting.shift()!;
      this.ahead.push(job);
      const task: LayoutTask = { input: job.wish.input, fast: job.fast };
      this.worker!.postMessage(task);
      if (this.ahead.length === 1) {
        this.begun = performance.now();
        this.watch();
      }
    }
  }

  /** Sets the clock by what the worker does now. */
  private watch(): void {
    clearTimeout(this.timer);
    const { limits, worker } = this;
    if (!worker) {
      return;
    }
    const [job] = this.ahead;
    const passed = performance.now() - this.begun;
    if (!this.isReady) {
      this.timer = setTimeout(
        () => this.fail(`the layout did not start within ${seconds(limits.longestStart)}`),
        limits.longestStart,
      );
    } else if (!job) {
      this.timer = setTimeout(() => this.dropWorker(), limits.idle);
    } else if (job.requests.size === 0) {
      this.timer = setTimeout(() => this.fail("nobody waits"), Math.max(0, limits.longestUnwanted - passed));
    } else {
      this.timer = setTimeout(
        () =>
          this.fail(
            `its layout takes longer than ${seconds(limits.longestLayout)}; draw smaller pieces of it`,
          ),
        Math.max(0, limits.longestLayout - passed),
      );
    }
    this.timer.unref();
  }

  private makeWorker(): void {
    const worker = this.limits.start();
    worker.unref();
    this.worker = worker;
    this.isReady = false;
    const mine = (act: () => void) => {
      if (this.worker === worker) {
        act();
      }
    };
    worker.on("message", (report: LayoutReport) => mine(() => this.take(report)));
    // An error may be told before what the worker had said; its exit is told after that.
    let problem: string | undefined;
    worker.on("error", (error: NodeJS.ErrnoException) => {
      problem =
        error.code === "ERR_WORKER_OUT_OF_MEMORY"
          ? "its layout needs too much memory; draw smaller pieces of it"
          : `its layout failed: ${error.message.split("\n")[0]}`;
    });
    worker.on("exit", (status) => mine(() => this.fail(problem ?? `the layout ended with status ${status}`)));
  }

  private dropWorker(): void {
    const { worker } = this;
    this.worker = undefined;
    this.isReady = false;
    void worker?.terminate();
  }

  private take(report: LayoutReport): void {
    this.begun = performance.now();
    if ("ready" in report) {
      this.isReady = true;
    } else {
      const job = this.ahead.shift();
      this.made++;
      if (job) {
        this.settle(job, report);
      }
    }
    this.pump();
    this.watch();
  }

  /** The worker is of no use any more: what it was at is tried the fast way or given up, and all else goes on. */
  private fail(problem: string): void {
    const wasReady = this.isReady;
    this.dropWorker();
    const [job, ...others] = this.ahead;
    this.ahead = [];
    this.waiting = [...others.filter((one) => one.requests.size > 0), ...this.waiting];
    for (const one of others) {
      if (one.requests.size === 0) {
        this.jobs.delete(one.wish.key);
      }
    }
    if (job?.requests.size === 0) {
      this.jobs.delete(job.wish.key);
    } else if (job && wasReady && !job.fast) {
      job.fast = true;
      this.waiting.unshift(job);
    } else if (job) {
      this.settle(job, { problem }, wasReady);
    }
    this.pump();
    this.watch();
  }

  private settle(job: Job, drawn: Drawn | undefined, remember = true): void {
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
