import * as vscode from "vscode";
import {
  type ClusterSettings,
  type Description,
  type EngineSettings,
  type EnumerateParameters,
  isRunnerEvent,
  type RunnerRequests,
  type RunOrder,
  type RunParameters,
  type RunSource,
  runnerEvent,
} from "../../runner/index.js";
import {
  auto,
  type BackendChoice,
  type RunEvent,
  type RunRecord,
  startedRecord,
  withEvent,
} from "../../runs/index.js";
import { Lending } from "../../work/lending.js";
import { countSetting } from "../settings.js";
import { askPatiently } from "./ask-patiently.js";
import { ClusterWatch } from "./cluster-watch.js";
import type { RunHistory } from "./history.js";
import {
  type AskedRunner,
  type ProcessSettings,
  RunnerProcess,
  type RunnerServer,
} from "./runner-process.js";
import { type RunOptions, RunRefused, type Runs } from "./runs.js";

/** How long the runner may take to stop by itself, in milliseconds; then its process is ended. */
const patience = 500;

/** Least time between two writes of a run under way, in milliseconds. */
const keepEvery = 5000;

/** Least time between two writes of what a checkpoint has of it, in milliseconds: a window may go at any moment. */
const keepMeasuredEvery = 1000;

/** So many processes for what need not wait for a simulation. */
const mostAside = 3;

/** How long such a process is kept without work, in milliseconds. */
const idleAside = 60_000;

/** What runs are made with. */
export interface RunnerMeans {
  /** How the process is started; asked at each start. */
  process(): ProcessSettings;
  /** What the runner is told of the window; asked at each run. */
  engines(): EngineSettings;
  /** What simulates where an order does not say; asked at each run. */
  backend(): BackendChoice;
  /** With what runs are sent to a cluster, or a line that says why they cannot be; asked at each. */
  cluster(): ClusterSettings | string;
  /** Answers what the process asks of the window. */
  readonly serve: RunnerServer;
}

/** An ordered run that has not ended. */
interface Pending {
  readonly id: string;
  /** With what simulates. */
  readonly order: RunOrder;
  readonly options: RunOptions;
  readonly cancellation: vscode.CancellationTokenSource;
  record: RunRecord | undefined;
  /** Whether its turn has come. */
  begun: boolean;
  /** When it was written last, and when for the sake of what is measured, on the clock of `performance.now()`. */
  kept: number;
  keptMeasured: number;
  /** Whether something is measured for good since it was written. */
  hasNews: boolean;
}

const unwritten = { kept: 0, keptMeasured: Number.NEGATIVE_INFINITY, hasNews: false };

/**
 * {@link Runs} by processes of the runner, which are started when first needed. Simulations, which may take hours and all
 * processors, go one after the other in one; evaluations and questions wait for none of them, and each has a process
 * for itself, so that what is cancelled takes nothing else along. What is done on a cluster is prepared where simulations are, and
 * then watched in one more process, so that it is in nobody's way.
 */
export class RunnerRuns implements Runs {
  private readonly changed = new vscode.EventEmitter<{
    readonly record: RunRecord;
    readonly event: RunEvent;
  }>();
  private readonly pending = new Map<string, Pending>();
  private readonly runner: AskedRunner;
  private readonly aside: Lending<AskedRunner>;
  private readonly cluster: ClusterWatch;
  private queue: Promise<unknown> = Promise.resolve();
  private count = 0;
  private closed = false;
  /** Whether the log has the line about what is no event. */
  private hasTold = false;

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly means: RunnerMeans,
    private readonly channel: vscode.LogOutputChannel,
    private readonly history: RunHistory,
    private readonly checkpoints: string,
    start: typeof startProcess = startProcess,
  ) {
    const serve: RunnerServer = (connection, library) => {
      connection.onNotification(runnerEvent, (told: unknown) => this.hear(told));
      return means.serve(connection, library);
    };
    const log = (line: string): void => channel.info(line);
    this.runner = start(means.process, serve, log);
    this.aside = new Lending(() => start(means.process, serve, log, idleAside), mostAside);
    this.cluster = new ClusterWatch(() => start(means.process, serve, log, idleAside));
  }

  get running(): readonly RunRecord[] {
    return [...this.pending.values()].flatMap(({ record }) => record ?? []);
  }

  get waiting(): number {
    return [...this.pending.values()].filter(({ begun }) => !begun).length;
  }

  get processId(): number | undefined {
    return this.runner.processId;
  }

  async start(order: RunOrder, options: RunOptions = {}): Promise<RunRecord> {
    refuseUntrusted(order.kind === "verification" ? "simulate" : "evaluate diagrams");
    const id = `${Date.now().toString(36)}-${process.pid.toString(36)}-${(this.count++).toString(36)}`;
    const cancellation = new vscode.CancellationTokenSource();
    const link = options.token?.onCancellationRequested(() => cancellation.cancel());
    if (options.token?.isCancellationRequested) {
      cancellation.cancel();
    }
    const meant =
      order.kind === "evaluation"
        ? order
        : { ...order, backend: order.backend ?? (order.executor ? auto.name : this.means.backend()) };
    const pending: Pending = {
      ...{ id, order: meant, options, cancellation },
      ...{ record: undefined, begun: false, ...unwritten },
    };
    const leave = this.enter(pending);
    const end = (): void => {
      link?.dispose();
      leave();
    };
    return untilCancelled(
      (order.kind === "verification"
        ? this.inTurn(() => this.perform(pending, this.runner))
        : this.aside.lend((process) => this.perform(pending, process))
      )
        .then((record) => (isUnderWay(record) ? this.watchToEnd(pending, record) : record))
        .finally(end),
      cancellation.token,
      // What has begun ends by itself; what waits for its turn is not waited for.
      () => {
        if (pending.begun) {
          return false;
        }
        end();
        return true;
      },
    );
  }

  async watch(id: string): Promise<RunRecord> {
    refuseUntrusted("watch runs on a cluster");
    const [kept, order] = await Promise.all([this.history.get(id), this.history.order(id)]);
    if (kept?.cluster === undefined || order === undefined) {
      throw new RunRefused("the run is not kept any more, or is on no cluster");
    }
    const known = this.pending.get(id)?.record;
    if (known !== undefined) {
      return known;
    }
    const { message: _, finished: __, ...rest } = kept;
    const record = { ...rest, cluster: kept.cluster, state: "running" } as const;
    const cancellation = new vscode.CancellationTokenSource();
    const pending: Pending = { id, order, options: {}, cancellation, record, begun: true, ...unwritten };
    const leave = this.enter(pending);
    this.changed.fire({ record, event: { type: "started", header: record } });
    await this.keep(pending);
    return this.watchToEnd(pending, record).finally(leave);
  }

  async watchAgain(ended: (record: RunRecord) => void = () => undefined): Promise<void> {
    for (const record of await this.history.list()) {
      if (isUnderWay(record) && !this.pending.has(record.id)) {
        // What goes wrong is told by its record; one that this window lets be has not ended.
        void this.watch(record.id).then(
          (known) => (isUnderWay(known) ? undefined : ended(known)),
          () => undefined,
        );
      }
    }
  }

  cancel(id?: string): void {
    for (const pending of this.pending.values()) {
      if (id === undefined || pending.id === id) {
        pending.cancellation.cancel();
      }
    }
  }

  async describe(source: RunSource, token?: vscode.CancellationToken): Promise<Description> {
    refuseUntrusted("evaluate diagrams");
    return this.askAside("describe", { source }, token);
  }

  async meaning(order: RunOrder, token?: vscode.CancellationToken): Promise<string> {
    refuseUntrusted("evaluate diagrams");
    return (await this.askAside("meaning", order, token)).meaning;
  }

  async enumerate(
    parameters: EnumerateParameters,
    token?: vscode.CancellationToken,
  ): Promise<readonly string[]> {
    refuseUntrusted("enumerate diagrams");
    return (await this.askAside("enumerate", parameters, token)).diagrams;
  }

  /**
   * Runs under way are neither cancelled nor done: as they are kept, the next window finds that they stopped, or, on a cluster, that
   * they go on.
   */
  dispose(): void {
    this.closed = true;
    this.cluster.dispose();
    this.runner.dispose();
    this.aside.dispose();
    this.changed.dispose();
  }

  /** Asks a process that nothing else is asked of. */
  private askAside<Name extends "describe" | "meaning" | "enumerate">(
    name: Name,
    parameters: RunnerRequests[Name]["parameters"],
    token?: vscode.CancellationToken,
  ): Promise<RunnerRequests[Name]["answer"]> {
    let begun = false;
    const work = this.aside.lend((process) => {
      begun = true;
      return this.askSoon(process, name, parameters, token);
    });
    return untilCancelled(work, token, () => !begun);
  }

  /** Lists a run as under way. @returns what takes it off again. */
  private enter(pending: Pending): () => void {
    this.pending.set(pending.id, pending);
    this.tellContext();
    return () => {
      this.pending.delete(pending.id);
      this.tellContext();
    };
  }

  /** Watches a run on a cluster until it has ended there; cancelling cancels it there. */
  private async watchToEnd(pending: Pending, { id, cluster }: RunUnderWay): Promise<RunRecord> {
    const { folder } = cluster;
    const { token } = pending.cancellation;
    const cancel = async (): Promise<void> => {
      if (this.closed) {
        return;
      }
      try {
        await this.cluster.cancel({ id, folder });
      } catch (error) {
        const line = `it could not be cancelled: ${lineOf(error)}; \`diag runs cancel ${cluster.name}\` tries again`;
        this.take(pending, { type: "told", line });
      }
    };
    const listener = token.onCancellationRequested(cancel);
    try {
      if (token.isCancellationRequested) {
        void cancel();
      }
      await this.cluster.watch({ id, folder });
    } catch (error) {
      const message = `it cannot be watched: ${lineOf(error)}; its tasks may go on`;
      this.take(pending, { type: "ended", state: "interrupted", finished: Date.now(), message });
    } finally {
      listener.dispose();
    }
    await this.keep(pending);
    return pending.record!;
  }

  /** One simulation at a time, in the order in which they were asked for. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.queue.then(work, work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async perform(pending: Pending, process: AskedRunner): Promise<RunRecord> {
    pending.begun = true;
    const { id, order, cancellation } = pending;
    const { kind, source, target, trials, seed, backend, resume } = order;
    const { token } = cancellation;
    if (this.closed || token.isCancellationRequested) {
      throw new vscode.CancellationError();
    }
    try {
      const parameters: RunParameters = {
        id,
        kind,
        source,
        target,
        mostTrials: countSetting("engine.maximumTrials"),
        engines: this.means.engines(),
        checkpoints: this.checkpoints,
        resume: resume ?? false,
        ...(trials === undefined ? {} : { trials }),
        ...(seed === undefined ? {} : { seed }),
        ...(backend === undefined ? {} : { backend }),
      };
      if (order.executor === undefined) {
        await this.askSoon(process, "run", parameters, token);
      } else {
        await this.askSoon(process, "send", { ...parameters, cluster: this.clusterOrRefuse() }, token);
      }
    } catch (error) {
      // Before its first event there is no run to speak of.
      if (pending.record === undefined) {
        throw error;
      }
      const cancelled = error instanceof vscode.CancellationError;
      this.take(pending, {
        type: "ended",
        state: cancelled ? "cancelled" : "interrupted",
        finished: Date.now(),
        ...(cancelled ? {} : { message: `${(error as Error).message}; what was known by then is kept` }),
      });
    }
    if (pending.record === undefined) {
      throw new RunRefused("the engine ended the run before it began");
    }
    if (pending.record.state === "running" && !isUnderWay(pending.record)) {
      const message = "the engine did not say how it ended; what was known by then is kept";
      this.take(pending, { type: "ended", state: "interrupted", finished: Date.now(), message });
    }
    await this.keep(pending);
    return pending.record;
  }

  private clusterOrRefuse(): ClusterSettings {
    const cluster = this.means.cluster();
    if (typeof cluster === "string") {
      throw new RunRefused(cluster);
    }
    return cluster;
  }

  /**
   * Asks a process; a cancellation that it does not follow soon ends it.
   * @throws CancellationError, or RunRefused in one line.
   */
  private async askSoon<Name extends "run" | "send" | "describe" | "meaning" | "enumerate">(
    process: AskedRunner,
    name: Name,
    parameters: RunnerRequests[Name]["parameters"],
    token?: vscode.CancellationToken,
  ): Promise<RunnerRequests[Name]["answer"]> {
    if (this.closed || token?.isCancellationRequested) {
      throw new vscode.CancellationError();
    }
    try {
      return await askPatiently(process, name, parameters, token, patience);
    } catch (error) {
      if (error instanceof vscode.CancellationError) {
        throw error;
      }
      throw new RunRefused(lineOf(error), { cause: error });
    }
  }

  private hear(told: unknown): void {
    if (!isRunnerEvent(told)) {
      if (!this.hasTold) {
        this.channel.info("the engine's process told something that is no event of a run; it is left out");
      }
      this.hasTold = true;
      return;
    }
    const pending = this.pending.get(told.id);
    if (pending !== undefined) {
      this.take(pending, told.event);
    }
  }

  private take(pending: Pending, event: RunEvent): void {
    // A run that was ended here has no more to say.
    if (this.closed) {
      return;
    }
    if (pending.record?.state !== undefined && pending.record.state !== "running") {
      return;
    }
    const record =
      event.type === "started"
        ? startedRecord(event.header)
        : pending.record && withEvent(pending.record, event);
    if (record === undefined) {
      return;
    }
    pending.record = record;
    this.changed.fire({ record, event });
    pending.options.onEvent?.(event, record);
    const now = performance.now();
    pending.hasNews ||= event.type === "kept" || event.type === "point";
    const isNewsDue = pending.hasNews && now - pending.keptMeasured >= keepMeasuredEvery;
    const isDue = event.type === "predicted" || isNewsDue || now - pending.kept > keepEvery;
    if (isNewsDue) {
      pending.keptMeasured = now;
    }
    if (event.type !== "ended" && isDue) {
      void this.keep(pending);
    }
  }

  private async keep(pending: Pending): Promise<void> {
    pending.kept = performance.now();
    if (this.closed) {
      return;
    }
    if (pending.record !== undefined) {
      pending.hasNews = false;
      await this.history.put(pending.record, pending.order);
    }
  }

  private tellContext(): void {
    void vscode.commands.executeCommand("setContext", "diag.running", this.pending.size > 0);
  }
}

/** A run of which tasks are on a cluster, or may be. */
type RunUnderWay = RunRecord & { readonly cluster: NonNullable<RunRecord["cluster"]> };

function isUnderWay(record: RunRecord): record is RunUnderWay {
  return record.state === "running" && record.cluster !== undefined;
}

/** What a process refused with, in one line. */
function lineOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.replace(/^Request \S+ failed with message: /, "");
}

function startProcess(...given: ConstructorParameters<typeof RunnerProcess>): AskedRunner {
  return new RunnerProcess(...given);
}

/**
 * The result of work, or a CancellationError as soon as the token is cancelled, if it may then be left alone.
 * @param leaves asked when the token is cancelled.
 */
function untilCancelled<Result>(
  work: Promise<Result>,
  token: vscode.CancellationToken | undefined,
  leaves: () => boolean,
): Promise<Result> {
  if (token === undefined) {
    return work;
  }
  return new Promise((resolve, reject) => {
    const listener = token.onCancellationRequested(() => {
      if (leaves()) {
        reject(new vscode.CancellationError());
      }
    });
    work.then(resolve, reject).finally(() => listener.dispose());
  });
}

function refuseUntrusted(what: string): void {
  if (!vscode.workspace.isTrusted) {
    throw new RunRefused(`in Restricted Mode, Diag does not ${what}: trust this workspace first`);
  }
}
