import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { describeFile } from "../../../src/cli/verbs/describe.js";
import { runCommands, type Workshop } from "../../../src/extension/commands/index.js";
import { analyzeText } from "../../../src/language/index.js";
import type { RunOrder, RunSource } from "../../../src/runner/index.js";
import * as fake from "./fake-vscode.js";

/* What the palette asks and writes, with a document whose positions are offsets and a user who takes what the test says. */

interface Item {
  readonly label: string;
  readonly picked?: boolean;
}

interface Pick {
  readonly title: string;
  readonly labels: readonly string[];
  readonly picked: readonly string[];
}

vi.mock("vscode", () => import("./fake-vscode.js"));

const folder = "file:///w";
const valley = "landscape valley {\n  weights t = 1\n  data x ~ normal(0, 1)\n  loss (t - x)^2 / 2\n}\n";
const diagrams = "diagram pair = (01-2)(02-12)\n\ndiagram chain = (0-1-2)(01-12)\n";
const block = `verify once {
  landscape valley
  sgd(N = 4, E = 1, B = 2)
  eta = 0.05
  observe displacement(t)
  predict order 1
  trials = 300
}
`;

describe("a command on diagrams", () => {
  const { window, workspace } = fake;
  const before = { window: { ...window }, workspace: { ...workspace } };
  const files = new Map<string, string>();
  const orders: RunOrder[] = [];
  const picks: Pick[] = [];
  let text: string;
  /** What the user takes, box by box; without an answer they close it. */
  let answers: (readonly string[])[];
  let accepts: boolean;
  const document = {
    uri: fake.Uri.parse(`${folder}/main.diag`),
    languageId: "diag",
    eol: fake.EndOfLine.LF,
    positionAt: (character: number) => ({ line: 0, character }),
    offsetAt: ({ character }: { readonly character: number }) => character,
    getText: () => text,
  };

  const analyzed = ({ uri, path, text: own }: RunSource) =>
    analyzeText(own!, { path, uri, reader: { readText: async (at) => files.get(`file://${at}`) ?? "" } });
  const runs = {
    running: [],
    describe: async (source: RunSource) => describeFile(await analyzed(source)),
    start: async (order: RunOrder) => {
      orders.push(order);
      return { state: "done", title: "", points: [], partial: [], terms: [], etas: [], observables: [] };
    },
  };
  const workshop = { runs, showResults: () => undefined, isShown: () => false };
  const commands = runCommands(workshop as unknown as Workshop);
  const open = (content: string, ...taken: (readonly string[])[]): void => {
    text = content;
    answers = taken;
  };
  const told = () => fake.asked.map(([severity, line]) => `${severity}: ${line}`);

  beforeEach(() => {
    for (const list of [orders, picks, fake.asked]) {
      list.length = 0;
    }
    files.clear();
    accepts = true;
    Object.assign(window, {
      activeTextEditor: { document, selection: { active: document.positionAt(0) } },
      showQuickPick: async (
        given: Promise<Item[]> | Item[],
        { title, canPickMany }: { readonly title: string; readonly canPickMany?: boolean },
      ) => {
        const items = await given;
        const labels = items.map(({ label }) => label);
        picks.push({ title, labels, picked: items.flatMap(({ label, picked }) => (picked ? [label] : [])) });
        const answer = answers.shift();
        const taken = items.filter(({ label }) => answer?.includes(label));
        return canPickMany ? answer && taken : taken[0];
      },
    });
    Object.assign(workspace, {
      fs: {
        stat: async () => ({ size: 1, type: fake.FileType.File }),
        readFile: async (uri: fake.Uri) => new TextEncoder().encode(files.get(`${uri}`)),
      },
      findFiles: async () => [...files.keys()].map((uri) => fake.Uri.parse(uri)),
      openTextDocument: async (uri: fake.Uri) =>
        `${uri}` === `${document.uri}` ? document : { uri, getText: () => files.get(`${uri}`) },
      applyEdit: async (edit: fake.WorkspaceEdit) => {
        text = accepts ? edit.appliedTo(text) : text;
        return accepts;
      },
    });
  });

  // The fake is shared by all tests of the room.
  afterEach(() => {
    for (const [own, kept] of [
      [window, before.window],
      [workspace, before.workspace],
    ] as const) {
      for (const name of Object.keys(own)) {
        delete (own as Record<string, unknown>)[name];
      }
      Object.assign(own, kept);
    }
  });

  test("writes a verify block, with the import it needs, and runs it", async () => {
    open(diagrams, ["pair"], ["valley"]);
    files.set(`${folder}/library.diag`, valley);
    await commands["diag.verify"]!();
    expect(picks).toEqual([
      { title: "Verify Diagrams: Diagrams", labels: ["pair", "chain"], picked: ["pair"] },
      { title: "Verify Diagrams: Landscape", labels: ["valley"], picked: [] },
    ]);
    expect(text).toBe(
      `import "./library.diag"\n\n${diagrams}\nverify pair_verified {\n  landscape valley\n` +
        "  sgd(N = 10, E = 1, B = 1)\n  eta = 0.1\n  observe test_loss\n  predict pair\n  trials = 100000\n}\n",
    );
    expect(orders).toMatchObject([
      { kind: "verification", source: { text: text }, target: { kind: "verify", name: "pair_verified" } },
    ]);
  });

  test("runs the block that has the same question, and writes none", async () => {
    const own = `${diagrams}${valley}${block.replace("order 1", "pair").replace("displacement(t)", "test_loss")}`;
    open(own, ["New verify block…"], ["pair"]);
    await commands["diag.verify"]!();
    expect(text).toBe(own);
    expect(orders[0]!.target).toEqual({ kind: "verify", name: "once" });
  });

  test("takes for a new block what the last one says", async () => {
    open(`${diagrams}${valley}${block}`, ["New verify block…"], ["pair"]);
    await commands["diag.verify"]!();
    expect(text).toBe(
      `${diagrams}${valley}${block}\n${block.replace("once", "pair_verified").replace("order 1", "pair")}`,
    );
  });

  test("evaluates a named diagram where the file's block is, without a question", async () => {
    open(`${diagrams}${valley}${block}`);
    await commands["diag.evaluate"]!(`${folder}/main.diag`, "chain");
    expect(picks).toEqual([]);
    expect(orders).toMatchObject([
      { kind: "evaluation", target: { kind: "diagrams", names: ["chain"], verify: "once" } },
    ]);
  });

  test("evaluates where a new block is that is sound whatever the diagrams are", async () => {
    open(`${diagrams}${valley}`);
    await commands["diag.evaluate"]!(`${folder}/main.diag`, "chain");
    expect(picks).toEqual([]);
    expect(text).toContain("predict order 2\n");
    expect(orders[0]!.target).toEqual({ kind: "diagrams", names: ["chain"], verify: "chain_verified" });
    const { diagnostics, verifies } = await analyzed(orders[0]!.source);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(verifies.has("chain_verified")).toBe(true);
  });

  test("says in a line why there is nothing to run, and does nothing for who changes their mind", async () => {
    open(valley);
    await commands["diag.verify"]!();
    open(diagrams, ["pair"]);
    await commands["diag.verify"]!();
    open(`${diagrams}${valley}`, ["pair"]);
    accepts = false;
    await commands["diag.verify"]!();
    const lines = [
      "error: Verifying failed: the file has no diagram; write or import one",
      "error: Verifying failed: there is no landscape in the workspace; write one first",
      "error: Verifying failed: main.diag could not be changed; write the verify block in a file that imports it",
    ];
    expect(told()).toEqual(lines);
    await commands["diag.verify"]!();
    expect(told()).toEqual(lines);
    expect(orders).toEqual([]);
  });
});
