import * as vscode from "vscode";
import { gpu, processor, type RunRecord } from "../../runs/index.js";
import type { GpuFinder } from "../engines/index.js";
import { showMessage } from "../messages.js";
import type { Runs } from "../runs/index.js";
import { trustedTo } from "../target.js";
import { showFault } from "../working.js";
import { watchSaves } from "./continuous.js";
import { InconclusiveTests } from "./inconclusive.js";
import { enoughTrials } from "./messages.js";
import { OutdatedResults } from "./outdated.js";
import { type ProfileName, profiles } from "./profiles.js";
import { type ChosenVerify, chooseVerifies } from "./selection.js";
import { TestTree, type VerifySource } from "./test-tree.js";
import { type Outcome, type Remedy, VerifyRunner } from "./verify-runner.js";

const restricted = "In Restricted Mode, Diag does not simulate: trust this workspace first";

/** What is known of this window's GPU. */
export type GpuKnowledge = Pick<GpuFinder, "gpu" | "look" | "onDidChange">;

/** A test as others may see it. */
export interface ListedTest {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly error?: string;
  /** How its last run in this window ended. */
  readonly outcome?: Outcome;
  readonly children: readonly ListedTest[];
}

/** The `verify` blocks of all files as tests, with one child for each learning rate. */
export class VerifyTests implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("diag", "Diag");
  private readonly cpu: vscode.TestRunProfile;
  /** Present while there is a GPU. */
  private gpu: vscode.TestRunProfile | undefined;
  /** Present while runs may be sent to one. */
  private cluster: vscode.TestRunProfile | undefined;
  private readonly tree: TestTree;
  private readonly outdated: OutdatedResults;
  private readonly tooFewTrials = new InconclusiveTests<{
    readonly trials: number;
    readonly profile: ProfileName;
  }>("diag.inconclusiveTests");
  private readonly tooCoarse = new InconclusiveTests<{ readonly trials: number }>("diag.impreciseTests");
  private readonly outcomes = new Map<
    string,
    { readonly item: vscode.TestItem; readonly outcome: Outcome }
  >();
  private readonly subscriptions: { dispose(): unknown }[];
  /** Whether somebody has asked for the tests. */
  private isLookedAt = false;

  constructor(
    server: VerifySource,
    private readonly runs: Pick<Runs, "start">,
    private readonly known: GpuKnowledge,
    private readonly isClusterOffered: () => boolean,
  ) {
    this.tree = new TestTree(this.controller, server);
    this.outdated = new OutdatedResults(this.controller, this.tree);
    const { controller } = this;
    controller.resolveHandler = async (item) => {
      // All items come at once; when the server is not there, they come when it is.
      if (item !== undefined) {
        return;
      }
      await this.tree.refresh().catch(() => undefined);
      this.isLookedAt = true;
      this.lookForGpu();
    };
    controller.refreshHandler = () =>
      this.tree.refreshFromDisk().catch((error) => showFault("The tests cannot be refreshed", error));
    this.cpu = this.makeProfile(processor.name);
    this.subscriptions = [
      this.tree.onDidChange(() => {
        this.forgetGone();
        this.lookForGpu();
      }),
      this.tree,
      this.outdated,
      this.cpu,
      known.onDidChange(() => this.showGpu()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.lookForGpu();
        this.showCluster();
      }),
      vscode.workspace.onDidChangeConfiguration(() => this.showCluster()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.showCluster()),
      { dispose: () => this.gpu?.dispose() },
      { dispose: () => this.cluster?.dispose() },
      controller,
    ];
    this.showGpu();
    this.showCluster();
  }

  /** The names of the profiles by which tests can be run. */
  get profiles(): readonly string[] {
    return [this.cpu, this.gpu, this.cluster].flatMap((one) => one?.label ?? []);
  }

  /** The commands by name. */
  get commands(): Readonly<Record<string, (...words: unknown[]) => unknown>> {
    return {
      "diag.runWithEnoughTrials": (...words) => this.runWithEnoughTrials(words.filter(isItem)),
      "diag.runInDoublePrecision": (...words) => this.runInDoublePrecision(words.filter(isItem)),
    };
  }

  /** Tells of a run on a cluster that was found again, and has ended, where its block is a test. */
  async report(record: RunRecord): Promise<void> {
    await (this.controller.items.size === 0 ? this.tree.refresh() : this.tree.settle()).catch(
      () => undefined,
    );
    const all = chooseVerifies<vscode.TestItem>(this.controller.items, undefined);
    const chosen = all.find(({ verify }) => {
      const name = this.tree.node(verify)?.verify?.name;
      return verify.uri?.toString() === record.uri && name === record.title;
    });
    if (chosen !== undefined) {
      const run = this.controller.createTestRun(this.requestFor([chosen], "cluster", false), "On a Cluster");
      this.runner(run, "cluster").report(chosen, record);
    }
  }

  /** The tests as the explorer lists them. */
  list(): readonly ListedTest[] {
    return this.listOf(this.controller.items);
  }

  dispose(): void {
    for (const one of this.subscriptions) {
      one.dispose();
    }
  }

  private makeProfile(name: ProfileName): vscode.TestRunProfile {
    const { title, isContinuous } = profiles[name];
    return this.controller.createRunProfile(
      title,
      vscode.TestRunProfileKind.Run,
      (request, token) => this.runRequest(request, token, name),
      name === processor.name,
      undefined,
      isContinuous,
    );
  }

  /** Once somebody looks at tests, there are some and they may be run. */
  private lookForGpu(): void {
    const hasTests = [...this.controller.items].some(([, file]) => file.children.size > 0);
    if (this.isLookedAt && hasTests && vscode.workspace.isTrusted) {
      void this.known.look();
    }
  }

  private showGpu(): void {
    const isThere = this.known.gpu !== undefined;
    if (isThere) {
      this.gpu ??= this.makeProfile(gpu.name);
    } else {
      this.gpu?.dispose();
      this.gpu = undefined;
    }
  }

  private showCluster(): void {
    if (this.isClusterOffered()) {
      this.cluster ??= this.makeProfile("cluster");
    } else {
      this.cluster?.dispose();
      this.cluster = undefined;
    }
  }

  private listOf(items: vscode.TestItemCollection): ListedTest[] {
    return [...items].map(([id, { label, description, error, children }]) => {
      const outcome = this.outcomes.get(id)?.outcome;
      return {
        id,
        label,
        ...(description ? { description } : {}),
        ...(typeof error === "string" ? { error } : {}),
        ...(outcome === undefined ? {} : { outcome }),
        children: this.listOf(children),
      };
    });
  }

  private async runRequest(
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken,
    profile: ProfileName,
  ): Promise<void> {
    if (request.continuous) {
      if (trustedTo("simulate")) {
        this.runOnSave(request, token, profile);
      }
      return;
    }
    // What was just typed counts, and a request may come before anybody has looked at the tests.
    const isEmpty = this.controller.items.size === 0;
    const runsAll = request.include === undefined;
    await (isEmpty || runsAll ? this.tree.refreshFromDisk() : this.tree.settle()).catch(() => undefined);
    const chosen = chooseVerifies<vscode.TestItem>(this.controller.items, request.include, request.exclude);
    const run = this.controller.createTestRun(request);
    if (!trustedTo("simulate")) {
      this.runner(run, profile).skipAll(chosen, restricted);
    } else {
      await this.runner(run, profile).runAll(chosen, profiles[profile].way);
    }
  }

  private runOnSave(
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken,
    profile: ProfileName,
  ): void {
    watchSaves(this.tree, token, async (uris) => {
      const all = chooseVerifies<vscode.TestItem>(this.controller.items, request.include, request.exclude);
      const chosen = all.filter(({ verify }) => uris.includes(verify.uri?.toString() ?? ""));
      if (chosen.length === 0) {
        return;
      }
      const run = this.controller.createTestRun(this.requestFor(chosen, profile, true));
      const cancellation = eitherOf(run.token, token);
      await this.runner(run, profile, cancellation.token).runAll(chosen, profiles[profile].way);
      cancellation.dispose();
    });
  }

  /** Runs inconclusive tests again, with as many trials as decide them. */
  private async runWithEnoughTrials(items: readonly vscode.TestItem[]): Promise<void> {
    const wanted = this.tooFewTrials.among(items);
    if (wanted.length === 0) {
      const none = "There is no inconclusive test that more trials would decide.";
      void showMessage("information", none);
      return;
    }
    if (!trustedTo("simulate")) {
      return;
    }
    const chosen = chooseVerifies<vscode.TestItem>(this.controller.items, wanted);
    // Before the runs begin, with which this is forgotten.
    const means = new Map(
      chosen.map((one) => [one, one.etas.flatMap((item) => this.tooFewTrials.meansFor(item) ?? [])]),
    );
    for (const profile of [processor.name, gpu.name, "cluster"] as const) {
      const own = chosen.filter((one) => (means.get(one)![0]?.profile ?? processor.name) === profile);
      if (own.length === 0) {
        continue;
      }
      const run = this.controller.createTestRun(this.requestFor(own, profile, false), "With Enough Trials");
      const trials = (one: ChosenVerify<vscode.TestItem>) =>
        enoughTrials(means.get(one)!.map((known) => known.trials));
      await this.runner(run, profile).runAll(own, { ...profiles[profile].way, trials });
    }
  }

  /** Runs tests again on the processor where single precision decided. */
  private async runInDoublePrecision(items: readonly vscode.TestItem[]): Promise<void> {
    const wanted = this.tooCoarse.among(items);
    if (wanted.length === 0) {
      const none = "There is no inconclusive test that double precision would decide.";
      void showMessage("information", none);
      return;
    }
    if (!trustedTo("simulate")) {
      return;
    }
    const chosen = chooseVerifies<vscode.TestItem>(this.controller.items, wanted);
    // Before the runs begin, with which this is forgotten.
    const known = new Map(wanted.map((item) => [item, this.tooCoarse.meansFor(item)?.trials]));
    const run = this.controller.createTestRun(
      this.requestFor(chosen, processor.name, false),
      "In Double Precision",
    );
    await this.runner(run, processor.name).runAll(chosen, {
      backend: processor.name,
      trials: (one) => Math.max(...one.etas.map((item) => known.get(item) ?? 1)),
    });
  }

  private requestFor(
    chosen: readonly ChosenVerify<vscode.TestItem>[],
    profile: ProfileName,
    continuous: boolean,
  ): vscode.TestRunRequest {
    const include = chosen.flatMap(({ verify, etas, all }) => (all ? [verify] : etas));
    const shown = { [processor.name]: this.cpu, [gpu.name]: this.gpu, cluster: this.cluster }[profile];
    return new vscode.TestRunRequest(include, undefined, shown ?? this.cpu, continuous, continuous);
  }

  private runner(run: vscode.TestRun, profile: ProfileName, token = run.token): VerifyRunner {
    const surroundings = {
      runs: this.runs,
      node: (item: vscode.TestItem) => this.tree.node(item),
      listener: {
        began: (item: vscode.TestItem) => this.settle(item, profile, undefined),
        ended: (item: vscode.TestItem, outcome: Outcome, remedy?: Remedy) =>
          this.settle(item, profile, outcome, remedy),
      },
    };
    return new VerifyRunner(surroundings, run, token);
  }

  private settle(
    item: vscode.TestItem,
    profile: ProfileName,
    outcome: Outcome | undefined,
    { trials, precision }: Remedy = {},
  ): void {
    if (outcome === undefined) {
      this.outdated.renewed(item);
    }
    if (outcome === undefined) {
      this.outcomes.delete(item.id);
    } else {
      this.outcomes.set(item.id, { item, outcome });
    }
    this.tooFewTrials.set(item, trials === undefined ? undefined : { trials, profile });
    this.tooCoarse.set(item, precision);
  }

  private forgetGone(): void {
    for (const [id, { item }] of this.outcomes) {
      if (!this.isThere(item)) {
        this.outcomes.delete(id);
      }
    }
    for (const tests of [this.tooFewTrials, this.tooCoarse]) {
      tests.keepOnly((item) => this.isThere(item));
    }
  }

  /** Whether an item is still listed; a block with an error lists learning rates that the file may not have. */
  private isThere(item: vscode.TestItem): boolean {
    if (item.parent === undefined) {
      return this.controller.items.get(item.id) === item;
    }
    return item.parent.children.get(item.id) === item && this.isThere(item.parent);
  }
}

/** Cancelled as soon as one of two is. */
function eitherOf(...tokens: readonly vscode.CancellationToken[]): vscode.CancellationTokenSource {
  const source = new vscode.CancellationTokenSource();
  for (const token of tokens) {
    if (token.isCancellationRequested) {
      source.cancel();
    } else {
      token.onCancellationRequested(() => source.cancel());
    }
  }
  return source;
}

function isItem(word: unknown): word is vscode.TestItem {
  return typeof word === "object" && word !== null && "id" in word && "children" in word;
}
