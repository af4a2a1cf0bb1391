import { beforeEach, expect, test, vi } from "vitest";
import { ClusterContext } from "../../../src/extension/commands/index.js";
import { announce } from "../../../src/extension/commands/verify.js";
import { showWalkthrough } from "../../../src/extension/first-use/index.js";
import { type PanelActions, ResultsPanel } from "../../../src/extension/results/results-panel.js";
import type { RunRecord } from "../../../src/runs/index.js";
import * as fake from "./fake-vscode.js";
import { header } from "./run-samples.js";

/* What is said where a run ends, once; and what is offered of clusters and of first steps. */

vi.mock("vscode", () => import("./fake-vscode.js"));

beforeEach(() => {
  fake.asked.length = 0;
});

const record = { id: "7" } as RunRecord;
const ending = { message: "once: the prediction holds $(check).", severity: "information" as const };

test("a run that ends out of sight is told by a message, with the way to its results", () => {
  announce({ showResults: () => undefined, isShown: () => false }, ending, record);
  expect(fake.asked).toEqual([
    ["information", expect.stringContaining("once: the prediction"), "Show Results"],
  ]);
});

test("a run whose results are in view is told by no message that would cover them", () => {
  announce({ showResults: () => undefined, isShown: (id) => id === "7" }, ending, record);
  expect(fake.asked).toEqual([["status", expect.stringContaining("once: the prediction"), 10_000]]);
  expect(fake.asked[0]![1]).not.toContain("$(");
});

/** A panel whose page can be heard. */
function panelWithPage() {
  const said = new fake.EventEmitter<unknown>();
  const webview = { onDidReceiveMessage: said.event, asWebviewUri: String, postMessage: async () => true };
  const none = new fake.EventEmitter<void>().event;
  const shown = { webview, visible: true, onDidChangeViewState: none, onDidDispose: none };
  const actions = { summaries: async () => [] } as unknown as PanelActions;
  return { panel: new ResultsPanel(shown as never, fake.Uri.parse("file:///x") as never, actions), said };
}

test("a page is on the run that it says it shows, or will once it is ready", async () => {
  const { panel, said } = panelWithPage();
  expect(panel.isOn("7")).toBe(false);
  panel.show("7");
  expect([panel.isOn("7"), panel.isOn("8")]).toEqual([true, false]);
  said.fire({ type: "ready" });
  // The page is told what to show once the runs are listed.
  await new Promise((resolve) => setImmediate(resolve));
  said.fire({ type: "shows", id: "7" });
  expect(panel.isOn("7")).toBe(true);
  said.fire({ type: "shows", id: "8" });
  expect([panel.isOn("7"), panel.isOn("8")]).toEqual([false, true]);
});

test("runs on clusters are offered where they are on, or one was sent, and to nobody else", async () => {
  const told = () => fake.asked.map(([, , value]) => value);
  const changes = new fake.EventEmitter<void>();
  const events = new fake.EventEmitter<{ record: RunRecord; event: { type: string } }>();
  const kept: Partial<RunRecord>[] = [header()];
  let isOn = false;
  const workshop = {
    history: { onDidChange: changes.event, list: async () => kept },
    runs: { onDidChange: events.event, running: [] },
  };
  const context = new ClusterContext(workshop as never, () => isOn);
  await vi.waitFor(() => expect(fake.asked).toEqual([["setContext", "diag.clusterRuns", false]]));
  isOn = true;
  fake.configured.fire();
  await vi.waitFor(() => expect(told()).toEqual([false, true]));
  isOn = false;
  fake.configured.fire();
  await vi.waitFor(() => expect(told()).toEqual([false, true, false]));
  kept.push({ ...header({ id: "2" }), cluster: { name: "r" } as never });
  changes.fire();
  await vi.waitFor(() => expect(told()).toEqual([false, true, false, true]));
  context.dispose();
});

test("the first steps are opened by the extension's own name", async () => {
  await showWalkthrough("somebody.diagrams");
  expect(fake.asked).toEqual([["workbench.action.openWalkthrough", "somebody.diagrams#first", false]]);
});
