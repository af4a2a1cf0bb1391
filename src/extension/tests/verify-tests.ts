import * as vscode from "vscode";
import type { Runs } from "../runs/index.js";
import { trustedTo } from "../target.js";
import { showFault } from "../working.js";
import { watchSaves } from "./continuous.js";
import { InconclusiveTests } from "./inconclusive.js";
import { enoughTrials } from "./messages.js";
import { type ChosenVerify, chooseVerifies } from "./selection.js";
import { TestTree, type VerifySource } from "./test-tree.js";
import { type Outcome, VerifyRunner } from "./verify-runner.js";

const restricted = "In Restricted Mode, Diag does not simulate: trust this workspace first";

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
  private readonly profile: vscode.TestRunProfile;
  private readonly tree: TestTree;
  private readonly inconclusive = new InconclusiveTests();
  private readonly outcomes = new Map<
    string,
    { readonly item: vscode.TestItem; readonly outcome: Outcome }
  >();
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    server: VerifySource,
    private readonly runs: Pick<Runs, "start">,
  ) {
    this.tree = new TestTree(this.controller, server);
    const { controller } = this;
    controller.resolveHandler = async (item) => {
      // All items come at once; when the server is not there, they come when it is.
      if (item === undefined) await this.tree.refresh().catch(() => undefined);
    };
    controller.refreshHandler = () =>
      this.tree.refresh().catch((error) => showFault("The tests cannot be refreshed", error));
    this.profile = controller.createRunProfile(
      "CPU",
      vscode.TestRunProfileKind.Run,
      (request, token) => this.runRequest(request, token),
      true,
      undefined,
      true,
    );
    this.subscriptions = [
      this.tree.onDidChange(() => this.forgetGone()),
      this.tree,
      this.profile,
      controller,
    ];
  }

  /** The commands by name. */
  get commands(): Readonly<Record<string, (...words: unknown[]) => unknown>> {
    return { "diag.runWithEnoughTrials": (...words) => this.runWithEnoughTrials(words.filter(isItem)) };
  }

  /** The tests as the explorer lists them. */
  list(): readonly ListedTest[] {
    return this.listOf(this.controller.items);
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
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

  private async runRequest(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    if (request.continuous) {
      if (trustedTo("simulate")) this.runOnSave(request, token);
      return;
    }
    // What was just typed counts, and a request may come before anybody has looked at the tests.
    const isEmpty = this.controller.items.size === 0;
    await (isEmpty ? this.tree.refresh() : this.tree.settle()).catch(() => undefined);
    const chosen = chooseVerifies<vscode.TestItem>(this.controller.items, request.include, request.exclude);
    const run = this.controller.createTestRun(request);
    if (!trustedTo("simulate")) this.runner(run).skipAll(chosen, restricted);
    else await this.runner(run).runAll(chosen);
  }

  private runOnSave(request: vscode.TestRunRequest, token: vscode.CancellationToken): void {
    watchSaves(this.tree, token, async (uris) => {
      const all = chooseVerifies<vscode.TestItem>(this.controller.items, request.include, request.exclude);
      const chosen = all.filter(({ verify }) => uris.includes(verify.uri?.toString() ?? ""));
      if (chosen.length === 0) return;
      const run = this.controller.createTestRun(this.requestFor(chosen, true));
      const cancellation = eitherOf(run.token, token);
      await this.runner(run, cancellation.token).runAll(chosen);
      cancellation.dispose();
    });
  }

  /** Runs inconclusive tests again, with as many trials as decide them. */
  private async runWithEnoughTrials(items: readonly vscode.TestItem[]): Promise<void> {
    const wanted = this.inconclusive.among(items);
    if (wanted.length === 0) {
      const none = "There is no inconclusive test that more trials would decide.";
      void vscode.window.showInformationMessage(none);
      return;
    }
    if (!trustedTo("simulate")) return;
    const chosen = chooseVerifies<vscode.TestItem>(this.controller.items, wanted);
    // Before the runs begin, with which this is forgotten.
    const trials = new Map(
      chosen.map((one) => [
        one,
        enoughTrials(one.etas.flatMap((item) => this.inconclusive.trialsFor(item) ?? [])),
      ]),
    );
    const run = this.controller.createTestRun(this.requestFor(chosen, false), "With Enough Trials");
    await this.runner(run).runAll(chosen, (one) => trials.get(one)!);
  }

  private requestFor(
    chosen: readonly ChosenVerify<vscode.TestItem>[],
    continuous: boolean,
  ): vscode.TestRunRequest {
    const include = chosen.flatMap(({ verify, etas, all }) => (all ? [verify] : etas));
    return new vscode.TestRunRequest(include, undefined, this.profile, continuous, continuous);
  }

  private runner(run: vscode.TestRun, token = run.token): VerifyRunner {
    const surroundings = {
      runs: this.runs,
      node: (item: vscode.TestItem) => this.tree.node(item),
      listener: {
        began: (item: vscode.TestItem) => this.settle(item, undefined, undefined),
        ended: (item: vscode.TestItem, outcome: Outcome, trials?: number) =>
          this.settle(item, outcome, trials),
      },
    };
    return new VerifyRunner(surroundings, run, token);
  }

  private settle(item: vscode.TestItem, outcome: Outcome | undefined, trials: number | undefined): void {
    if (outcome === undefined) this.outcomes.delete(item.id);
    else this.outcomes.set(item.id, { item, outcome });
    this.inconclusive.set(item, trials);
  }

  private forgetGone(): void {
    for (const [id, { item }] of this.outcomes) if (!this.isThere(item)) this.outcomes.delete(id);
    this.inconclusive.keepOnly((item) => this.isThere(item));
  }

  /** Whether an item is still listed; a block with an error lists learning rates that the file may not have. */
  private isThere(item: vscode.TestItem): boolean {
    if (item.parent === undefined) return this.controller.items.get(item.id) === item;
    return item.parent.children.get(item.id) === item && this.isThere(item.parent);
  }
}

/** Cancelled as soon as one of two is. */
function eitherOf(...tokens: readonly vscode.CancellationToken[]): vscode.CancellationTokenSource {
  const source = new vscode.CancellationTokenSource();
  for (const token of tokens) {
    if (token.isCancellationRequested) source.cancel();
    else token.onCancellationRequested(() => source.cancel());
  }
  return source;
}

function isItem(word: unknown): word is vscode.TestItem {
  return typeof word === "object" && word !== null && "id" in word && "children" in word;
}
