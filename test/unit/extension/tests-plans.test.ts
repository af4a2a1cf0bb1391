import { describe, expect, test } from "vitest";
import type * as vscode from "vscode";
import { FollowedRun } from "../../../src/extension/tests/follow-run.js";
import {
  comparison,
  durationOf,
  enoughTrials,
  failureText,
  inconclusiveNote,
  outputLine,
  trialsToDecide,
} from "../../../src/extension/tests/messages.js";
import { byId, folderInWords, type Maker, nodesOf, patchItems } from "../../../src/extension/tests/nodes.js";
import { Repeating } from "../../../src/extension/tests/repeating.js";
import { chooseVerifies } from "../../../src/extension/tests/selection.js";
import { type RunEvent, type RunPoint, startedRecord, withEvent } from "../../../src/runs/index.js";
import type { FileVerifies, ListedVerify } from "../../../src/server/verifies/protocol.js";
import { FakeItem, FakeItems } from "./fake-tests.js";
import { header, point } from "./run-samples.js";

const range = (line: number) => ({ start: { line, character: 2 }, end: { line, character: 5 } });

const verify = (name: string, etas: readonly number[], more: Partial<ListedVerify> = {}): ListedVerify => ({
  name,
  range: range(1),
  nameRange: range(1),
  etas: etas.map((value, index) => ({ value, text: String(value), range: range(2 + index) })),
  ...more,
});

const file = (uri: string, ...verifies: ListedVerify[]): FileVerifies => ({ uri, verifies, sources: [] });
const folderOf = (uri: string) => uri.replace(/^file:\/\/\/|\/[^/]*$/g, "");

describe("the nodes of files", () => {
  test("have stable ids, labels and the order of the text", () => {
    const [node] = nodesOf([file("file:///w/a%20b.diag", verify("once", [0.05, 0.1]))], folderOf);
    expect(node).toMatchObject({ id: "file:///w/a%20b.diag", label: "a b.diag" });
    expect(node!.description).toBeUndefined();
    expect(node!.children[0]).toMatchObject({ id: "file:///w/a%20b.diag#once", label: "once" });
    expect(node!.children[0]!.children.map(({ id, label, eta }) => [id, label, eta])).toEqual([
      ["file:///w/a%20b.diag#once#0.05", "eta = 0.05", 0.05],
      ["file:///w/a%20b.diag#once#0.1", "eta = 0.1", 0.1],
    ]);
    const sorted = nodesOf(
      [
        file(
          "file:///a",
          verify(
            "v",
            [...Array(12).keys()].map((n) => n + 1),
          ),
        ),
      ],
      folderOf,
    )[0]!.children[0]!.children.map(({ sortText }) => sortText!);
    expect([...sorted].sort()).toEqual(sorted);
  });

  test("have the folder beside names that several files have", () => {
    const files = ["file:///w/x/a.diag", "file:///w/y/a.diag", "file:///w/y/b.diag"].map((uri) =>
      file(uri, verify("v", [1])),
    );
    expect(nodesOf(files, folderOf).map(({ description }) => description)).toEqual(["w/x", "w/y", undefined]);
  });

  test.each([
    ["untitled:Untitled-1", "Untitled-1"],
    ["untitled:/w/new.diag", "new.diag"],
    ["file:///w/a%20b.diag", "a b.diag"],
    ["file:///w/untitled:1.diag", "untitled:1.diag"],
  ])("are called as the editor calls the file: %s", (uri, label) => {
    expect(nodesOf([file(uri, verify("v", [1]))], folderOf)[0]!.label).toBe(label);
  });

  test.each([
    ["in a workspace of several folders", "second/runs/a.diag", "second", "second/runs"],
    ["at the top of one of several folders", "second/a.diag", "second", "second"],
    ["at the top of the only folder", "a.diag", "only", "only"],
    ["below the only folder", "runs/old/a.diag", "only", "runs/old"],
    ["outside of the workspace", "/home/me/a.diag", undefined, "/home/me"],
    ["outside of it in Windows", "C:\\me\\a.diag", undefined, "C:\\me"],
    ["at the root of a disk", "/a.diag", undefined, "/"],
    ["that is not saved", "Untitled-1", undefined, ""],
  ])("tell the folder of a file %s", (_, path, name, words) => {
    expect(folderInWords(path, name)).toBe(words);
  });

  test("have different ids also for blocks of one name, and shorter text for endless numbers", () => {
    const third = { value: 1 / 3, text: "1/3", range: range(4) };
    const [node] = nodesOf(
      [file("file:///a", verify("v", [1]), verify("v", [1], { etas: [third] }))],
      folderOf,
    );
    expect(byId([node!]).size).toBe(5);
    expect(node!.children[1]!.children[0]!.label).toBe("eta = 1/3");
  });
});

describe("patching items", () => {
  const make: Maker = {
    item: ({ id, label }) => new FakeItem(id, label) as unknown as vscode.TestItem,
    range: (one) => one as unknown as vscode.Range,
  };
  const patched = (items: FakeItems, ...files: FileVerifies[]) => {
    patchItems(items as unknown as vscode.TestItemCollection, nodesOf(files, folderOf), make);
    return items;
  };
  const ids = (items: FakeItems): string[] =>
    [...items].flatMap(([id, item]) => [id.replace("file:///", ""), ...ids(item.children)]);

  test("adds, removes and keeps", () => {
    const items = patched(
      new FakeItems(),
      file("file:///a", verify("v", [1, 2])),
      file("file:///b", verify("w", [1])),
    );
    expect(ids(items)).toEqual(["a", "a#v", "a#v#1", "a#v#2", "b", "b#w", "b#w#1"]);
    const kept = items.get("file:///a")!.children.get("file:///a#v")!.children.get("file:///a#v#2")!;
    kept.description = "inconclusive: so it is";
    patched(items, file("file:///a", verify("v", [2, 3]), verify("x", [])));
    expect(ids(items)).toEqual(["a", "a#v", "a#v#2", "a#v#3", "a#x"]);
    expect(items.get("file:///a")!.children.get("file:///a#v")!.children.get("file:///a#v#2")).toBe(kept);
    expect(kept.description).toBe("inconclusive: so it is");
    expect(kept.range).toEqual(range(2));
  });

  test("writes nothing where nothing changed", () => {
    const files = [
      file("file:///a", verify("v", [1, 2], { error: "no" })),
      file("file:///b/a", verify("w", [1])),
    ];
    const items = patched(new FakeItems(), ...files);
    const before = FakeItem.writes;
    patched(items, ...structuredClone(files));
    expect(FakeItem.writes).toBe(before);
    expect(items.writes).toBe(2);
  });

  test("keeps the learning rates of a block while it is broken", () => {
    const items = patched(new FakeItems(), file("file:///a", verify("v", [1, 2])));
    const item = items.get("file:///a")!.children.get("file:///a#v")!;
    patched(items, file("file:///a", verify("v", [], { error: "it does not parse" })));
    expect(item.error).toBe("it does not parse");
    expect(item.children.size).toBe(2);
    patched(items, file("file:///a", verify("v", [2])));
    expect(item.error).toBeUndefined();
    expect([...item.children].map(([id]) => id)).toEqual(["file:///a#v#2"]);
  });
});

describe("choosing what to run", () => {
  const files = new FakeItems();
  for (const [uri, ...verifies] of [
    ["a", "v:2,1", "w:1"],
    ["b", "x:1,2,3", "broken:"],
  ]) {
    const top = files.grow(uri!, uri!);
    for (const [place, text] of verifies.entries()) {
      const [name, etas] = text.split(":");
      const item = top.children.grow(`${uri}#${name}`, name!);
      item.sortText = String(place);
      for (const [index, eta] of etas!.split(",").filter(Boolean).entries()) {
        item.children.grow(`${item.id}#${eta}`, eta).sortText = String(index);
      }
    }
  }
  const chosen = (include?: readonly string[], exclude: readonly string[] = []) =>
    chooseVerifies<FakeItem>(
      files,
      include?.map((id) => ({ id })),
      exclude.map((id) => ({ id })),
    ).map(({ verify: { id }, etas, all }) => `${id}: ${etas.map(({ label }) => label)}${all ? " all" : ""}`);

  test.each<[string, string[] | undefined, string[], string[]]>([
    ["all", undefined, [], ["a#v: 2,1 all", "a#w: 1 all", "b#x: 1,2,3 all", "b#broken:  all"]],
    ["nothing", [], [], []],
    ["a file", ["b"], [], ["b#x: 1,2,3 all", "b#broken:  all"]],
    ["a block", ["a#w"], [], ["a#w: 1 all"]],
    ["a broken block", ["b#broken"], [], ["b#broken:  all"]],
    ["learning rates", ["b#x#3", "b#x#1", "a#v#1"], [], ["a#v: 1", "b#x: 1,3"]],
    ["all learning rates one by one", ["a#v#1", "a#v#2"], [], ["a#v: 2,1 all"]],
    ["a block and a learning rate of it", ["b#x", "b#x#1"], [], ["b#x: 1,2,3 all"]],
    ["all but a file", undefined, ["b"], ["a#v: 2,1 all", "a#w: 1 all"]],
    ["all but blocks", undefined, ["a#v", "b#broken"], ["a#w: 1 all", "b#x: 1,2,3 all"]],
    ["a file without a learning rate", ["b"], ["b#x#2"], ["b#x: 1,3", "b#broken:  all"]],
    ["a block whose learning rates are all excluded", ["a#v"], ["a#v#1", "a#v#2"], []],
    ["a learning rate in an excluded block", ["a#v#1"], ["a#v"], []],
    ["what is gone", ["c", "a#v#7"], ["d"], []],
  ])("%s", (_, include, exclude, expected) => expect(chosen(include, exclude)).toEqual(expected));
});

describe("messages", () => {
  test("compare numbers with the same decimals", () => {
    // 3s + τ = 0.0018 + 0.0002 = 0.002.
    expect(
      comparison(point({ predicted: 0.91, measured: 0.9203, standardError: 0.0006, truncation: 0.0002 })),
    ).toEqual({
      expected: "0.910000 ± 0.002000 (3s + τ)",
      actual: "0.920300 ± 0.000600 (s)",
    });
    expect(
      comparison(point({ predicted: 1234.5, measured: 1240, standardError: 0, truncation: 250 })),
    ).toEqual({
      expected: "1235 ± 250 (3s + τ)",
      actual: "1240 ± 0 (s)",
    });
    expect(
      comparison(point({ predicted: -3.716e-6, measured: 0.01, standardError: 0.01, truncation: 0 })),
    ).toEqual({
      expected: "-0.00000372 ± 0.0300 (3s + τ)",
      actual: "0.0100 ± 0.0100 (s)",
    });
    expect(
      comparison(point({ predicted: 1e-20, measured: 3e-20, standardError: 1e-21, truncation: 0 })),
    ).toEqual({
      expected: "1e-20 ± 3e-21 (3s + τ)",
      actual: "3e-20 ± 1e-21 (s)",
    });
  });

  test("are orders, where each was measured by itself", () => {
    const orders = [
      { order: 0, predicted: 0.5, measured: 0.5, standardError: 0 },
      { order: 1, predicted: -0.1, measured: -0.09871, standardError: 0.00012 },
      { order: 2, predicted: 0.02, measured: null, standardError: null },
    ];
    const some = point({
      verdict: "disagrees",
      reason: "order 1 disagrees",
      orders,
      diverged: 2,
      trials: 20000,
    });
    expect(comparison(some)).toEqual({
      expected: "order 0: 0.5\norder 1: -0.10000\norder 2: 0.02",
      actual: "order 0: 0.5\norder 1: -0.09871(12)\norder 2: not measured\n2 of 20,000 trials diverged",
    });
    expect(failureText(some, { seed: 7, backend: "cpu" }).split("\n")).toEqual([
      "test_loss at eta = 0.1 is not as predicted: order 1 disagrees.",
      "Order 0 is predicted to be 0.5 and measured to be 0.5.",
      // 0.00129 / 0.00012
      "Order 1 is predicted to be -0.10000 and measured to be -0.09871(12), 10.7 standard errors apart.",
      "Order 2 is predicted to be 0.02 and was not measured.",
      "cpu simulated 20,000 trials with seed 7, of which 2 diverged.",
      expect.stringMatching(/^Next: run it with another seed; .* diagrams of that order .*\.$/),
    ]);
    expect(outputLine(some)).toBe(
      "test_loss at eta = 0.1: disagrees: order 1 disagrees; order 0: 0.5, order 1: -0.10000, order 2: 0.02; measured order 0: " +
        "0.5, order 1: -0.09871(12), order 2: not measured in 20,000 trials, 2 of 20,000 trials diverged",
    );
  });

  test("tell of what is not finite and of trials that diverged", () => {
    const diverged = point({ measured: null, standardError: null, diverged: 1200, trials: 20000 });
    expect(comparison(diverged)).toEqual({
      expected: "0.91 ± not finite (3s + τ)",
      actual: "not finite ± not finite (s)\n1,200 of 20,000 trials diverged",
    });
    expect(outputLine(diverged)).toMatch(/, 1,200 of 20,000 trials diverged$/);
    expect(outputLine(diverged)).not.toContain("\n");
  });

  test("begin with what disagrees, where and why", () => {
    const text = failureText(
      point({
        verdict: "disagrees",
        reason: "measured and predicted differ by 0.0103, more than 3s + τ = 0.002",
      }),
      { seed: 7, backend: "cpu" },
    );
    expect(text.split("\n")).toEqual([
      // 0.0013 / 0.0006
      "test_loss at eta = 0.1 is predicted to be 0.91000 and measured to be 0.91130(60), 2.17 standard errors apart.",
      "Measured and predicted differ by 0.0103, more than 3s + τ = 0.002.",
      "cpu simulated 20,000 trials with seed 7.",
      expect.stringMatching(/^Next: run it with another seed; if it disagrees again, see .*\.$/),
    ]);
    const exact = {
      verdict: "disagrees",
      measured: 0.92,
      standardError: 0,
      reason: "nothing is random",
    } as const;
    expect(failureText(point(exact), { seed: 7, backend: "cpu" }).split("\n")).toEqual([
      "test_loss at eta = 0.1 is predicted to be 0.91 and measured to be 0.92, 0.01 apart.",
      "Nothing is random.",
      "cpu simulated 20,000 trials with seed 7.",
      expect.stringMatching(/^Next: see in its contributions which diagrams add/),
    ]);
  });

  test("in the output have verdict and numbers, or that the trials were stopped", () => {
    expect(outputLine(point())).toMatch(
      /^test_loss at eta = 0\.1: agrees: within .*; predicted 0\.91\d* ± .*, measured .* in 20,000 trials$/,
    );
    expect(outputLine(point({ cancelled: true }))).toContain("eta = 0.1: agrees (stopped early): ");
  });

  test("beside an inconclusive test are short", () => {
    const some = [
      point(),
      point({ verdict: "inconclusive", trialsToDecide: 1_300_000, reason: "3s hides it" }),
      point({ verdict: "inconclusive", trialsToDecide: 90_000 }),
    ];
    expect(inconclusiveNote(some)).toBe("inconclusive: about 1,300,000 trials would decide");
    const lower = [0.02, 0.01].map((etaToDecide) => point({ verdict: "inconclusive", etaToDecide }));
    expect(inconclusiveNote(lower)).toBe("inconclusive: eta = 0.01 would be low enough");
    expect(inconclusiveNote([point({ verdict: "inconclusive", orderToDecide: 3 })])).toBe(
      "inconclusive: predict order 3",
    );
    const reason = "the prediction equals the one an order lower, so no number of trials tells them apart";
    const note = inconclusiveNote([point(), point({ verdict: "inconclusive", reason })]);
    expect(note).toMatch(/^inconclusive: the prediction equals the one an order low.*…$/);
    expect(note.length).toBeLessThanOrEqual(60);
  });

  test("durations are those of the trials", () => {
    expect(durationOf([{ steps: 3e6, stepsPerSecond: 2e6 }])).toBe(1500);
    expect(durationOf([{ steps: 3e6, stepsPerSecond: 0 }])).toBeUndefined();
  });
});

test.each([
  [[1_312_000], 1_600_000],
  [[1_000_000], 1_200_000],
  [[1_000_001], 1_300_000],
  [[90_000, 1_300_000], 1_600_000],
  [[84], 110],
  [[83], 100],
  [[7], 9],
  [[1], 2],
  [[500_000_000_000], 600_000_000_000],
])("enough trials for %j are %d", (counts, trials) => expect(enoughTrials(counts)).toBe(trials));

test("the trials that decide are those of the hardest inconclusive number", () => {
  const some = [
    point({ verdict: "agrees" }),
    point({ verdict: "inconclusive", trialsToDecide: 5 }),
    point({ verdict: "inconclusive", trialsToDecide: 9 }),
    point({ verdict: "inconclusive" }),
  ];
  expect(trialsToDecide(some)).toBe(9);
  expect(trialsToDecide([some[0]!, some[3]!])).toBeUndefined();
});

describe("following a run", () => {
  const follow = (events: readonly RunEvent[]) => {
    const told: string[] = [];
    const followed = new FollowedRun({
      started: (eta) => told.push(`started ${eta}`),
      done: (eta, points) => told.push(`done ${eta}: ${points.map(({ observable }) => observable)}`),
      stopped: ({ eta }) => told.push(`stopped ${eta}`),
    });
    let record = startedRecord(header());
    for (const event of events) {
      record = withEvent(record, event);
      followed.hear(event, record);
    }
    return { told, left: followed.end(record) };
  };
  const two = header({ etas: [0.1, 0.2], observables: ["test_loss", "gen_gap"] });
  const started: RunEvent = { type: "started", header: two };
  const at = (eta: number, observable: string, more: Partial<RunPoint> = {}): RunEvent => ({
    type: "point",
    point: point({ eta, observable, ...more }),
  });
  const progress = (eta: number): RunEvent => ({
    type: "progress",
    progress: { eta, trials: 1, totalTrials: 2, stepsPerSecond: 1, secondsLeft: 1 },
    partial: [],
  });
  const ended: RunEvent = { type: "ended", state: "done", finished: 1 };

  test("each learning rate is started, then done when all its numbers are known", () => {
    const events = [started, progress(0.1), at(0.1, "test_loss"), at(0.1, "gen_gap"), progress(0.2)];
    const { told, left } = follow([...events, at(0.2, "test_loss"), at(0.2, "gen_gap"), ended]);
    expect(told).toEqual([
      "started 0.1",
      "done 0.1: test_loss,gen_gap",
      "started 0.2",
      "done 0.2: test_loss,gen_gap",
    ]);
    expect(left).toEqual([]);
  });

  test("numbers of stopped trials do not count, and what has no result is told", () => {
    const events = [
      started,
      at(0.1, "test_loss"),
      at(0.1, "gen_gap"),
      at(0.2, "test_loss", { cancelled: true }),
    ];
    const { told, left } = follow([...events, { ...ended, state: "cancelled" }]);
    expect(told.slice(2)).toEqual(["started 0.2", "stopped 0.2"]);
    expect(left).toEqual([0.2]);
  });

  test("a learning rate that was refused its last number has no result", () => {
    expect(follow([started, at(0.1, "gen_gap"), { ...ended, state: "failed", message: "no" }]).left).toEqual([
      0.1, 0.2,
    ]);
  });
});

describe("repeated work", () => {
  test("is done one after the other, and what was asked for meanwhile together", async () => {
    const done: string[] = [];
    const gates: (() => void)[] = [];
    const repeating = new Repeating<string>(async (items) => {
      done.push(items.join());
      await new Promise<void>((resolve) => gates.push(resolve));
    });
    const end = repeating.ask(["a"]);
    await expect.poll(() => gates.length).toBe(1);
    void repeating.ask(["b", "c"]);
    void repeating.ask(["c", "a"]);
    expect(done).toEqual(["a"]);
    gates[0]!();
    await expect.poll(() => gates.length).toBe(2);
    expect(done).toEqual(["a", "b,c,a"]);
    gates[1]!();
    await end;
    const again = repeating.ask(["d"]);
    await expect.poll(() => gates.length).toBe(3);
    void repeating.ask(["e"]);
    repeating.stop();
    gates[2]!();
    await again;
    expect(done).toEqual(["a", "b,c,a", "d"]);
  });
});
