import * as vscode from "vscode";
import { counted, printableText } from "../../printable/index.js";
import type { RunOrder } from "../../runner/index.js";
import { type OnCluster, type RunPoint, type RunRecord, taskName, worstVerdict } from "../../runs/index.js";
import { estimatingWords } from "../commands/run-words.js";
import { logOfTask, RunRefused, type Runs, sourceOf } from "../runs/index.js";
import { FollowedRun } from "./follow-run.js";
import {
  comparison,
  durationOf,
  failureText,
  hasOrders,
  inconclusiveNote,
  outputLine,
  trialsToDecide,
} from "./messages.js";
import type { TestNode } from "./nodes.js";
import type { ChosenVerify } from "./selection.js";
import { rangeOf } from "./test-tree.js";

type Chosen = ChosenVerify<vscode.TestItem>;

/** How a test ended, for those who watch. */
export type Outcome = "passed" | "failed" | "skipped" | "errored";

/** What runs report to. */
export interface OutcomeListener {
  /** A test is about to be run; what was known of it is out of date. */
  began(item: vscode.TestItem): void;
  /** @param remedy what would decide it, for one that is inconclusive. */
  ended(item: vscode.TestItem, outcome: Outcome, remedy?: Remedy): void;
}

/** What would decide a test. */
export interface Remedy {
  readonly trials?: number;
  /** Double precision, on the processor, with as many trials as it had. */
  readonly precision?: { readonly trials: number };
}

/** How tests are to be run, other than as their files say. */
export interface RunWay {
  /** What simulates. */
  readonly backend: RunOrder["backend"];
  /** Where, when that is not this machine; all are there at the same time then. */
  readonly executor?: RunOrder["executor"];
  /** How many trials for a block; the file's when absent. */
  readonly trials?: (chosen: Chosen) => number;
}

/** How runs find out about tests, and whom they tell. */
export interface RunnerSurroundings {
  readonly runs: Pick<Runs, "start">;
  readonly listener: OutcomeListener;
  node(item: vscode.TestItem): TestNode | undefined;
}

/** Runs tests: verifications, one after the other; those on a cluster at the same time. */
export class VerifyRunner {
  constructor(
    private readonly surroundings: RunnerSurroundings,
    private readonly run: vscode.TestRun,
    private readonly token: vscode.CancellationToken,
  ) {}

  /**
   * Runs these tests and ends the test run when the last has really ended.
   */
  async runAll(chosen: readonly Chosen[], way: RunWay): Promise<void> {
    try {
      for (const item of chosen.flatMap(({ etas }) => etas)) {
        item.description = "";
        this.surroundings.listener.began(item);
        this.run.enqueued(item);
      }
      if (way.executor !== undefined) {
        await Promise.all(chosen.map((one) => this.runOne(one, way)));
      }
      for (const one of way.executor === undefined ? chosen : []) {
        if (this.token.isCancellationRequested) {
          break;
        }
        await this.runOne(one, way);
      }
      if (this.token.isCancellationRequested) {
        this.print("cancelled");
      }
    } finally {
      this.run.end();
    }
  }

  /** Says of all these tests that they are not run, and why. */
  skipAll(chosen: readonly Chosen[], reason: string): void {
    for (const { verify, etas } of chosen) {
      for (const item of etas.length > 0 ? etas : [verify]) {
        this.print(reason, item);
        this.run.skipped(item);
        this.surroundings.listener.ended(item, "skipped");
      }
    }
    this.run.end();
  }

  /** Tells of a run that has ended without anybody who waited for it, and ends the test run. */
  report({ etas }: Pick<Chosen, "etas">, record: RunRecord): void {
    const items = this.itemsByEta(etas);
    const ran = new Map([...items].filter(([eta]) => record.etas.includes(eta)));
    for (const item of ran.values()) {
      item.description = "";
      this.surroundings.listener.began(item);
    }
    for (const line of record.cluster?.told ?? []) {
      this.print(line);
    }
    this.end(this.followed(ran), ran, record);
    this.run.end();
  }

  private itemsByEta(etas: readonly vscode.TestItem[]): Map<number, vscode.TestItem> {
    const items = new Map<number, vscode.TestItem>();
    for (const item of etas) {
      const eta = this.surroundings.node(item)?.eta;
      if (eta !== undefined) {
        items.set(eta, item);
      }
    }
    return items;
  }

  private followed(items: ReadonlyMap<number, vscode.TestItem>): FollowedRun {
    return new FollowedRun({
      estimating: (estimating) => this.print(estimatingWords(estimating)),
      told: (line) => this.print(line),
      started: (eta) => {
        const item = items.get(eta);
        if (item !== undefined) {
          this.run.started(item);
        }
      },
      done: (eta, points, record) => {
        const item = items.get(eta);
        if (item !== undefined) {
          this.settle(item, points, record);
        }
      },
      stopped: (point) => this.print(outputLine(point), items.get(point.eta)),
    });
  }

  private end(followed: FollowedRun, items: ReadonlyMap<number, vscode.TestItem>, record: RunRecord): void {
    const left = followed.end(record).flatMap((eta) => items.get(eta) ?? []);
    this.explainRest(left, record);
  }

  private async runOne(chosen: Chosen, { backend, executor, trials: trialsFor }: RunWay): Promise<void> {
    const { verify, etas } = chosen;
    const trials = trialsFor?.(chosen);
    const name = this.surroundings.node(verify)?.verify?.name;
    if (typeof verify.error === "string") {
      return this.refuse(verify, verify.error);
    }
    if (name === undefined || verify.uri === undefined) {
      return this.refuse(verify, "it is not there any more");
    }
    const items = this.itemsByEta(etas);
    const followed = this.followed(items);
    try {
      const document = await vscode.workspace.openTextDocument(verify.uri);
      const order: RunOrder = {
        kind: "verification",
        source: sourceOf(document),
        target: { kind: "verify", name, ...(chosen.all ? {} : { etas: [...items.keys()] }) },
        ...(trials === undefined ? {} : { trials }),
        ...(backend === undefined ? {} : { backend }),
        ...(executor === undefined ? {} : { executor }),
      };
      this.print(`verify ${name}${trials === undefined ? "" : ` with ${counted(trials, "trial")}`}`);
      const record = await this.surroundings.runs.start(order, {
        token: this.token,
        onEvent: (event, known) => followed.hear(event, known),
      });
      this.end(followed, items, record);
    } catch (error) {
      if (error instanceof vscode.CancellationError) {
        return;
      }
      const reason = error instanceof Error ? error.message : String(error);
      this.refuse(verify, error instanceof RunRefused ? reason : `it could not be run: ${firstLine(reason)}`);
    }
  }

  /** A learning rate has all its numbers. */
  private settle(item: vscode.TestItem, points: readonly RunPoint[], record: RunRecord): void {
    for (const point of points) {
      this.print(outputLine(point), item);
    }
    const duration = durationOf(points);
    const { listener } = this.surroundings;
    switch (worstVerdict(points)) {
      case "disagrees": {
        const failing = points.filter(({ verdict }) => verdict === "disagrees");
        const messages = failing.map((point) => this.failure(item, point, record));
        this.run.failed(item, messages, duration);
        listener.ended(item, "failed");
        break;
      }
      case "inconclusive":
        item.description = inconclusiveNote(points);
        this.run.skipped(item);
        listener.ended(item, "skipped", remedyOf(points));
        break;
      default:
        this.run.passed(item, duration);
        listener.ended(item, "passed");
    }
  }

  private failure(item: vscode.TestItem, point: RunPoint, record: RunRecord): vscode.TestMessage {
    const text = printableText(failureText(point, record));
    if (hasOrders(point)) {
      // Of what is compared the window shows a few characters beside the line: too few for several orders, which the reason names.
      return at(new vscode.TestMessage(text), locationOf(item));
    }
    const { expected, actual } = comparison(point);
    return at(vscode.TestMessage.diff(text, expected, actual), locationOf(item));
  }

  /** Tests without a result: an error, unless somebody stopped the run; then they stay as they were. */
  private explainRest(
    items: readonly vscode.TestItem[],
    { state, message, cluster }: Pick<RunRecord, "state" | "message" | "cluster">,
  ): void {
    if (state === "cancelled") {
      if (message !== undefined) {
        this.print(message);
      }
      return;
    }
    for (const item of items) {
      const why = message ?? "the run ended without a result for it";
      const reason = [why, ...(cluster === undefined ? [] : logsOf(cluster))].join("\n");
      this.run.errored(item, at(new vscode.TestMessage(printableText(reason)), locationOf(item)));
      this.surroundings.listener.ended(item, "errored");
    }
  }

  /** Nothing was run of a block. */
  private refuse(verify: vscode.TestItem, reason: string): void {
    const place = this.surroundings.node(verify)?.verify?.nameRange;
    const location =
      verify.uri && place ? new vscode.Location(verify.uri, rangeOf(place)) : locationOf(verify);
    this.run.errored(verify, at(new vscode.TestMessage(printableText(reason)), location));
    this.surroundings.listener.ended(verify, "errored");
  }

  private print(line: string, item?: vscode.TestItem): void {
    const text = printableText(line).replaceAll("\n", "\r\n");
    this.run.appendOutput(`${text}\r\n`, item && locationOf(item), item);
  }
}

function remedyOf(points: readonly RunPoint[]): Remedy {
  const trials = trialsToDecide(points);
  const coarse = points.filter(({ needsPrecision }) => needsPrecision);
  return {
    ...(trials === undefined ? {} : { trials }),
    ...(coarse.length === 0 ? {} : { precision: { trials: Math.max(...coarse.map((one) => one.trials)) } }),
  };
}

/** How many logs a test's message names. */
const mostLogs = 3;

/** Where tasks that ended have left what they printed: as addresses, which the editor opens. */
function logsOf(cluster: OnCluster): string[] {
  const ended = cluster.tasks.filter((task) => task.ended).slice(0, mostLogs);
  return ended.map((task) => `task ${taskName(task)} ${task.line}: ${logOfTask(cluster, task).toString()}`);
}

function locationOf({ uri, range }: vscode.TestItem): vscode.Location | undefined {
  return uri && range && new vscode.Location(uri, range);
}

function at(message: vscode.TestMessage, location: vscode.Location | undefined): vscode.TestMessage {
  if (location !== undefined) {
    message.location = location;
  }
  return message;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
