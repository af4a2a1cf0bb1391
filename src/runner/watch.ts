import type { QueueSeen, Scheduler } from "../cluster/index.js";
import {
  type CancelEnd,
  type Clock,
  cancelRun,
  followRun,
  Gathered,
  type MissingShard,
  missingOf,
  RunAnswer,
  type RunEnd,
  RunFolder,
  readSubmissions,
} from "../cluster-runs/index.js";
import { counted, printableLine } from "../printable/index.js";
import type { ClusterProgress, RunEvent } from "../runs/index.js";
import { pointOf } from "../verify/index.js";
import type { WatchParameters } from "./protocol.js";
import { tasksOf } from "./tasks.js";

/** What watching needs. */
export interface WatchContext {
  readonly scheduler: Scheduler;
  readonly tell: (id: string, event: RunEvent) => void;
  readonly clock?: Clock;
}

/** How many missing shards people are told of one by one. */
const mostMissing = 5;

/** Watches runs on a cluster, many at the same time; all that is known of them is in their folders. */
export class Watches {
  /** Those that are being cancelled, with what becomes of that. */
  private readonly cancelling = new Map<string, Promise<CancelEnd | undefined>>();

  constructor(private readonly context: WatchContext) {}

  /**
   * Watches a run to its end, and tells of it. A signal lets it be: it goes on where it is.
   * @throws ClusterFault and others in one line, when its folder cannot be used.
   */
  async watch({ id, folder: path }: WatchParameters, signal: AbortSignal): Promise<void> {
    const folder = await RunFolder.open(path);
    const gathered = new Gathered(folder, await folder.work());
    const watch = new Watch(gathered, this.context, (event) => this.context.tell(id, event));
    const end = await watch.follow(signal);
    if (end.state === "left") {
      return;
    }
    const cancelled = await this.cancelling.get(id)?.catch(() => undefined);
    // Kept until now: it may have ended before the run was seen to be cancelled.
    this.cancelling.delete(id);
    await watch.end(end, cancelled?.line);
  }

  /** @throws ClusterFault and others in one line, when its folder cannot be used. */
  async cancel({ id, folder: path }: WatchParameters): Promise<{ readonly line: string }> {
    const { scheduler, clock, tell } = this.context;
    const folder = await RunFolder.open(path);
    tell(id, { type: "told", line: "it is being cancelled on the cluster" });
    const cancelling = cancelRun(folder, scheduler, clock === undefined ? {} : { clock });
    this.cancelling.set(id, cancelling);
    const { line } = await cancelling;
    return { line };
  }
}

/** One run while it is watched. */
class Watch {
  private readonly answer: RunAnswer;
  private queue: QueueSeen | undefined;
  private progress: ClusterProgress | undefined;
  private readonly done = new Set<number>();
  /** States are told one after the other. */
  private telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly gathered: Gathered,
    private readonly context: WatchContext,
    private readonly tell: (event: RunEvent) => void,
  ) {
    this.answer = new RunAnswer(gathered);
  }

  async follow(signal: AbortSignal): Promise<RunEnd> {
    const { clock, scheduler } = this.context;
    return followRun(this.gathered, {
      scheduler: {
        name: scheduler.name,
        limits: (...asked) => scheduler.limits(...asked),
        submit: (...asked) => scheduler.submit(...asked),
        cancel: (...asked) => scheduler.cancel(...asked),
        release: (...asked) => scheduler.release(...asked),
        // What the queue said last is what is told of tasks.
        look: async (...asked) => {
          this.queue = await scheduler.look(...asked);
          return this.queue;
        },
      },
      signal,
      ...(clock === undefined ? {} : { clock }),
      onNote: (line) => this.tellLine(line),
      onSubmitted: (array, tasks) => this.tellLine(`submitted ${counted(tasks, "task")} as array ${array}`),
      onPoint: (point) => {
        this.done.add(point);
        this.tellPoint(point);
      },
      onProgress: (progress) => {
        this.progress = progress;
        this.tellState();
      },
    });
  }

  /** Tells how it ended, with what is known of points that are not whole. */
  async end(end: RunEnd, cancelled: string | undefined): Promise<void> {
    for (const point of this.gathered.points.keys()) {
      if (!this.done.has(point)) {
        this.tellPoint(point);
      }
    }
    if (end.state === "cancelled") {
      // When they were looked at last, its tasks lived.
      this.queue = await this.lookAgain().catch(() => undefined);
    }
    this.tellState();
    await this.telling;
    const finished = Date.now();
    if (end.state === "done") {
      return this.tell({ type: "ended", state: "done", finished });
    }
    if (end.state === "cancelled") {
      const message = cancelled ?? "it was cancelled on the cluster";
      return this.tell({ type: "ended", state: "cancelled", finished, message });
    }
    const missing = await missingOf(this.gathered, end);
    for (const line of wordsOfMissing(missing)) {
      this.tellLine(line);
    }
    const count = counted(missing.length, "shard is missing", "shards are missing");
    const first = missing[0] === undefined ? "" : ` (${missing[0].why})`;
    const message = printableLine(`${count}${first}, and nothing of the run goes on by itself`);
    this.tell({ type: "ended", state: "failed", finished, message });
  }

  private async lookAgain(): Promise<QueueSeen> {
    const submissions = await readSubmissions(this.gathered.folder);
    return this.context.scheduler.look(new Set(submissions.map(({ intent }) => intent.token)));
  }

  private tellPoint(point: number): void {
    for (const run of this.answer.runsOf(point)) {
      this.tell({ type: "point", point: pointOf(run) });
    }
  }

  private tellLine(line: string): void {
    this.tell({ type: "told", line: printableLine(line) });
  }

  private tellState(): void {
    const { progress, queue } = this;
    const { folder, done } = this.gathered;
    this.telling = this.telling.then(async () => {
      const tasks = await tasksOf(folder, done, queue).catch(() => ({ tasks: [], more: 0 }));
      const known = { name: folder.run.id, folder: folder.path, ...tasks };
      this.tell({ type: "cluster", cluster: progress === undefined ? known : { ...known, progress } });
    });
  }
}

function wordsOfMissing(missing: readonly MissingShard[]): string[] {
  const lines = missing
    .slice(0, mostMissing)
    .flatMap(({ shard, verify, eta, firstTrial, trials, why, lines = [] }) => [
      `shard ${shard} is missing, trials ${firstTrial} to ${firstTrial + trials - 1} of ${verify} at eta = ${eta}: ${why}`,
      ...lines.map((line) => `| ${line}`),
    ]);
  const more = missing.length - mostMissing;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}
