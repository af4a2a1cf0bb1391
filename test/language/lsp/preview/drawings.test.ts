import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { CancellationTokenSource } from "vscode-languageserver";
import { parseShortForm } from "../../../../src/diagram/index.js";
import { layoutDrawing } from "../../../../src/drawing/index.js";
import {
  type DrawingLimits,
  DrawingService,
  type DrawingWish,
} from "../../../../src/server/preview/drawings.js";
import { answerDraw, answerFile } from "../../../../src/server/preview/index.js";
import { RecentDrawings } from "../../../../src/server/preview/recent-drawings.js";
import { Editor } from "../editor.js";
import { FakeWorkers } from "../fake-worker.js";

const services: DrawingService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
});

/** Draws by the diagram's name: `slow` never, `heavy` only the fast way, `crash` not at all; tells the order. */
const byName = `const { parentPort } = require("node:worker_threads");
parentPort.postMessage({ ready: true });
parentPort.on("message", ({ input: { name }, fast }) => {
  if (name === "crash") throw new Error("no good");
  if (name === "slow" || (name === "heavy" && !fast)) for (;;);
  if (name === "wrong") return parentPort.postMessage({ problem: "it is wrong" });
  parentPort.postMessage({ drawing: { name: fast ? name + " fast" : name, nodes: [], edges: [], outlines: [] } });
});`;

function scripted(limits: Partial<DrawingLimits> = {}, script = byName) {
  const count = { workers: 0 };
  const service = new DrawingService({
    ...limits,
    start: () => {
      count.workers++;
      return new Worker(script, { eval: true });
    },
  });
  services.push(service);
  return { service, count };
}

const wish = (name: string): DrawingWish => ({
  key: name,
  input: { diagram: { parents: [-1], parts: [0] }, name, nodeNames: ["a"], partNames: [undefined] },
});

async function names(service: DrawingService, wanted: string[], subject = "one") {
  const drawn = await service.draw(wanted.map(wish), subject);
  return [...drawn]
    .map(([key, one]) => `${key}: ${"drawing" in one ? one.drawing.name : one.problem}`)
    .sort();
}

describe("the drawing worker", () => {
  test("draws as the layout does, to a hundredth of a px", async () => {
    const service = new DrawingService();
    services.push(service);
    const diagram = parseShortForm("(01-23-4)(04-14-24-34)");
    const input = {
      diagram,
      name: "d",
      nodeNames: ["a", "b", "c", "d", "e"],
      partNames: ["P", "Q", undefined],
    };
    const drawn = (await service.draw([{ key: "k", input }], "file")).get("k")!;
    const expected = await layoutDrawing(input);
    if (!("drawing" in drawn)) {
      throw new Error(drawn.problem);
    }
    expect(drawn.drawing.description).toBe(expected.description);
    for (const [node, { x, y }] of expected.nodes.entries()) {
      expect(drawn.drawing.nodes[node]!.x).toBeCloseTo(x, 1);
      expect(drawn.drawing.nodes[node]!.y).toBeCloseTo(y, 1);
    }
    expect(JSON.stringify(drawn.drawing)).not.toMatch(/\.\d{3}/);
  });

  test("says in one line what cannot be drawn", async () => {
    const service = new DrawingService();
    services.push(service);
    const size = 2001;
    const input = {
      ...wish("large").input,
      diagram: { parents: [...Array(size - 1).fill(size - 1), -1], parts: [...Array(size).keys()] },
    };
    expect((await service.draw([{ key: "k", input }], "file")).get("k")).toEqual({
      problem: "a diagram of 2001 nodes is too large to be drawn; at most 2000 nodes fit",
    });
  });
});

describe("a drawing service", () => {
  test("remembers what it has drawn, and what cannot be drawn", async () => {
    const { service, count } = scripted();
    const all = ["a: a", "b: b", "wrong: it is wrong"];
    expect(await names(service, ["a", "wrong", "b", "a"])).toEqual(all);
    expect(service.layouts).toBe(3);
    expect(await names(service, ["wrong", "b", "a"])).toEqual(all);
    expect(service.layouts).toBe(3);
    expect(count.workers).toBe(1);
  });

  test("gives a layout up at its deadline, tries the fast way, and goes on", async () => {
    const { service, count } = scripted({ longestLayout: 150 });
    expect(await names(service, ["a", "heavy", "slow", "b"])).toEqual([
      "a: a",
      "b: b",
      "heavy: heavy fast",
      "slow: its layout takes longer than 0.2 s; draw smaller pieces of it",
    ]);
    expect(count.workers).toBe(4);
    expect(await names(service, ["slow"])).toHaveLength(1);
    expect(count.workers).toBe(4);
  });

  test("has no diagram wait for a slow one, which is not begun anew", async () => {
    const workers = new FakeWorkers();
    const service = new DrawingService({ start: workers.start, shortLayout: 0 });
    const drawing = (name: string) => ({ drawing: { name, nodes: [], edges: [], outlines: [] } });
    const slow = names(service, ["slow"]);
    workers.all[0]!.ready();
    const other = names(service, ["a", "b"], "other");
    await expect.poll(() => workers.all.length).toBe(2);
    workers.all[1]!.ready();
    workers.all[1]!.say(drawing("a"));
    workers.all[1]!.say(drawing("b"));
    expect(await other).toEqual(["a: a", "b: b"]);
    workers.all[0]!.say(drawing("slow"));
    expect(await slow).toEqual(["slow: slow"]);
    expect(workers.all.map(({ messages }) => messages.length)).toEqual([1, 2]);
    await service.close();
  });

  test("goes on after a crash", async () => {
    const { service } = scripted();
    expect(await names(service, ["a", "crash", "b"])).toEqual([
      "a: a",
      "b: b",
      "crash: its layout failed: no good",
    ]);
  });

  test("does not wait for a worker that cannot start, and tries again later", async () => {
    const { service } = scripted({ longestStart: 100 }, "setInterval(() => {}, 1000)");
    expect(await names(service, ["a"])).toEqual(["a: the layout did not start within 0.1 s"]);
    const { service: broken, count } = scripted({}, "throw new Error('no start')");
    expect(await names(broken, ["a"])).toEqual(["a: its layout failed: no start"]);
    expect(await names(broken, ["a"])).toHaveLength(1);
    expect(count.workers).toBe(2);
  });

  test("draws the latest request first, and each diagram once", async () => {
    const { service } = scripted();
    const order: string[] = [];
    const many = Array.from({ length: 40 }, (_, index) => `old${index}`);
    const old = names(service, many).then((all) => order.push(`old ${all.length}`));
    const fresh = names(service, ["new", "old39"], "two").then((all) => order.push(`new ${all.length}`));
    await Promise.all([old, fresh]);
    expect(order).toEqual(["new 2", "old 40"]);
    expect(service.layouts).toBe(41);
  });

  test("stops for a request that is cancelled", async () => {
    const { service } = scripted({ longestUnwanted: 50 });
    const cancel = new CancellationTokenSource();
    const given = service.draw(["slow", "a", "b", "c", "d", "e"].map(wish), "one", cancel.token);
    cancel.cancel();
    expect([...(await given).keys()]).toEqual([]);
    expect(await names(service, ["f"])).toEqual(["f: f"]);
    expect(service.layouts).toBeLessThanOrEqual(3);
  });

  test("stops for diagrams that are no longer in the text, but not for those that are", async () => {
    const { service } = scripted({ longestUnwanted: 50 });
    const given = names(service, ["slow", "a", "b"]);
    const other = names(service, ["b", "c"], "other");
    service.retain("one", new Set(["a"]));
    expect(await given).toEqual(["a: a"]);
    expect(await other).toEqual(["b: b", "c: c"]);
  });

  test("lets an idle worker go, and ends with what was asked", async () => {
    const { service, count } = scripted({ idle: 10 });
    await names(service, ["a"]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await names(service, ["b"])).toEqual(["b: b"]);
    expect(count.workers).toBe(2);
    const waiting = names(service, ["slow"]);
    await service.close();
    expect(await waiting).toEqual([]);
    expect(await names(service, ["a", "c"])).toEqual(["a: a"]);
  });

  test("remembers within bounds of count and size", () => {
    const recent = new RecentDrawings<string>({ count: 3, sum: 100 });
    for (const key of ["a", "b", "c"]) {
      recent.set(key, key, 10);
    }
    expect(recent.get("a")).toBe("a");
    recent.set("d", "d", 10);
    expect(["a", "b", "c", "d"].map((key) => recent.get(key))).toEqual(["a", undefined, "c", "d"]);
    recent.set("e", "e", 90);
    expect(["a", "c", "d", "e"].map((key) => recent.get(key))).toEqual([undefined, undefined, "d", "e"]);
  });
});

describe("drawings of a file", () => {
  const text = "diagram d { a, b -> out }\ndiagram e { a -> j -> out  a -> out }\ndiagram f { }\n";

  test("are made in the order of the ids, and only what an edit changed is laid out again", async () => {
    const { editor, main } = await Editor.of(text);
    const { Drawings } = editor.diag.editor;
    services.push(Drawings);
    const draw = (...ids: string[]) => answerDraw(editor.diag, { uri: main.uri, ids });
    const first = await draw("e", "gone", "f", "d", "d");
    expect(first.version).toBe(1);
    expect(first.drawings.map(({ id }) => id)).toEqual(["e", "f", "d"]);
    const [e, f, d] = first.drawings;
    expect(e!.drawing!.marks!.strays).toMatchObject([{ from: 0, to: 2 }]);
    expect(f).toMatchObject({ problem: "there is nothing to draw yet: it has no node" });
    expect(Drawings.layouts).toBe(2);

    await main.type(`// Above.\n${text.replace("a, b", "a, b, c")}`);
    const file = await answerFile(editor.diag, { uri: main.uri });
    const second = await draw("e", "d");
    expect(second.version).toBe(2);
    expect(Drawings.layouts).toBe(3);
    expect(second.drawings[0]).toEqual(e);
    expect(second.drawings[1]!.key).not.toBe(d!.key);
    expect(second.drawings.map(({ key }) => key)).toEqual([file!.diagrams[1]!.key, file!.diagrams[0]!.key]);

    await main.type(text);
    expect((await draw("d")).drawings).toEqual([d]);
    expect(Drawings.layouts).toBe(3);
    expect(await answerDraw(editor.diag, { uri: "file:///no.diag", ids: ["d"] })).toEqual({
      version: 0,
      drawings: [],
    });
  });
});
