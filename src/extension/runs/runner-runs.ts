import * as vscode from "vscode";
import {
  type Description,
  type EngineSettings,
  type EnumerateParameters,
  type RunnerEvent,
  type RunnerRequests,
  type RunOrder,
  type RunSource,
  runnerEvent,
} from "../../runner/index.js";
import {
  type BackendChoice,
  type RunEvent,
  type RunRecord,
  startedRecord,
  withEvent,
} from "../../runs/index.js";
import { Lending } from "../../work/lending.js";
import { countSetting } from "../settings.js";
import { askPatiently } from "./ask-patiently.js";
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
  kept: number;
}

/**
 * {@link Runs} by processes of the runner, which are started when first needed. Simulations, which may take hours and all
 * processors, go one after the other in one; evaluations and questions wait for none of them, and each has a process
 * for itself, so that what is cancelled takes nothing else along.
 */
export class RunnerRuns implements Runs {
  private readonly changed = new vscode.EventEmitter<{
    readonly record: RunRecord;
    readonly event: RunEvent;
  }>();
  private readonly pending = new Map<string, Pending>();
  private readonly runner: AskedRunner;
  private readonly aside: Lending<AskedRunner>;
  private queue: Promise<unknown> = Promise.resolve();
  private count = 0;
  private closed = false;

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly means: RunnerMeans,
    channel: vscode.LogOutputChannel,
    private readonly history: RunHistory,
    private readonly checkpoints: string,
    start: typeof startProcess = startProcess,
  ) {
    const serve: RunnerServer = (connection, library) => {
      connection.onNotification(runnerEvent, (event: RunnerEvent) => this.hear(event));
      return means.serve(connection, library);
    };
    const log = (line: string): void => channel.info(line);
    this.runner = start(means.process, serve, log);
    this.aside = new Lending(() => start(means.process, serve, log, idleAside), mostAside);
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
      order.kind === "evaluation" ? order : { ...order, backend: order.backend ?? this.means.backend() };
    const pending: Pending = {
      ...{ id, order: meant, options, cancellation },
      ...{ record: undefined, begun: false, kept: 0 },
    };
    this.pending.set(id, pending);
    this.tellContext();
    const end = (): void => {
      link?.dispose();
      this.pending.delete(id);
      this.tellContext();
    };
    return untilCancelled(
      (order.kind === "verification"
        ? this.inTurn(() => this.perform(pending, this.runner))
        : this.aside.lend((process) => this.perform(pending, process))
      ).finally(end),
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

  async enumerate(
    parameters: EnumerateParameters,
    token?: vscode.CancellationToken,
  ): Promise<readonly string[]> {
    refuseUntrusted("enumerate diagrams");
    return (await this.askAside("enumerate", parameters, token)).diagrams;
  }

  /** Runs under way are neither cancelled nor done: as they are kept, the next window finds that they stopped. */
  dispose(): void {
    this.closed = true;
    this.runner.dispose();
    this.aside.dispose();
    this.changed.dispose();
  }

  /** Asks a process that nothing else is asked of. */
  private askAside<Name extends "describe" | "enumerate">(
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
      await this.askSoon(
        process,
        "run",
        {
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
        },
        token,
      );
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
    const { record } = pending;
    if (record === undefined) {
      throw new RunRefused("the engine ended the run before it began");
    }
    await this.keep(pending);
    return record;
  }

  /**
   * Asks a process; a cancellation that it does not follow soon ends it.
   * @throws CancellationError, or RunRefused in one line.
   */
  private async askSoon<Name extends "run" | "describe" | "enumerate">(
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
      const reason = error instanceof Error ? error.message : String(error);
      throw new RunRefused(reason.replace(/^Request \S+ failed with message: /, ""), { cause: error });
    }
  }

  private hear({ id, event }: RunnerEvent): void {
    const pending = this.pending.get(id);
    if (pending !== undefined) {
      this.take(pending, event);
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
    const isDue = event.type === "predicted" || Date.now() - pending.kept > keepEvery;
    if (event.type !== "ended" && isDue) {
      void this.keep(pending);
    }
  }

  private async keep(pending: Pending): Promise<void> {
    pending.kept = Date.now();
    if (this.closed) {
      return;
    }
    if (pending.record !== undefined) {
      await this.history.put(pending.record, pending.order);
    }
  }

  private tellContext(): void {
    void vscode.commands.executeCommand("setContext", "diag.running", this.pending.size > 0);
  }
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
