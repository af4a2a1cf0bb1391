import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import {
  type Description,
  type RunnerEvent,
  type RunParameters,
  runnerEvent,
  runnerMethods,
} from "../../src/runner/index.js";
import type { RunHeader, RunInput } from "../../src/runs/index.js";
import { idxBytes, npyBytes } from "../unit/data/writers.js";

// The expected loss at the start t of (t - x)^2 / 2 with x ~ normal(0, 1) is (t^2 + 1) / 2, which tells the texts apart.

const root = fileURLToPath(new URL("../..", import.meta.url));
const bowl = (start: number) =>
  `landscape bowl {\n  weights t = ${start}\n  data x ~ normal(0, 1)\n  loss (t - x)^2 / 2\n}\n`;
const atStart = (start: number) => (start ** 2 + 1) / 2;
const verify =
  "verify v {\n  landscape bowl\n  gd(N = 1, T = 1)\n  eta = 0.1\n  observe test_loss\n  predict order 1\n  trials = 500\n}\n";
const digest = (text: string) => createHash("sha256").update(text).digest("hex");

describe("what a run imports", () => {
  let engine: ChildProcess;
  let connection: MessageConnection;
  let folder: string;
  const events: RunnerEvent[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "diag-engine-"));
    mkdirSync(join(folder, "real"));
    symlinkSync("real", join(folder, "linked"));
    writeFileSync(join(folder, "real/lib.diag"), bowl(1));
    writeFileSync(join(folder, "real/points.csv"), "1\n-1\n");
    writeFileSync(join(folder, "real/middle.diag"), `import "lib.diag"\n${verify}`);
    engine = fork(join(root, "dist", "runner.js"), [], { execArgv: [] });
    connection = createMessageConnection(new IPCMessageReader(engine), new IPCMessageWriter(engine));
    connection.onNotification(runnerEvent, (event: RunnerEvent) => {
      events.push(event);
    });
    connection.listen();
  });

  afterAll(async () => {
    const ended = new Promise((resolve) => engine.once("exit", resolve));
    connection.dispose();
    engine.disconnect();
    await ended;
    rmSync(folder, { recursive: true });
  });

  const uri = (name: string) => pathToFileURL(join(folder, name)).href;
  const main = (path: string, open: Record<string, string> = {}, rest = verify) => ({
    uri: uri("main.diag"),
    path: join(folder, "main.diag"),
    text: `import "${path}"\n${rest}`,
    open: Object.entries(open).map(([name, text]) => ({ uri: uri(name), text })),
  });
  const inputs = (header: RunHeader) =>
    new Map(header.inputs!.map((input: RunInput) => [input.uri.slice(uri("").length + 1), input]));

  /** The predicted loss of no edge at the first learning rate, and the header. */
  async function startOf(
    parameters: Omit<RunParameters, "id" | "kind">,
    kind: RunParameters["kind"] = "evaluation",
  ): Promise<{ loss: number | null; header: RunHeader }> {
    const id = `run-${events.length}`;
    await connection.sendRequest(runnerMethods.run, { id, kind, ...parameters });
    let header: RunHeader | undefined;
    let loss: number | null | undefined;
    for (const { event } of events.filter((one) => one.id === id)) {
      if (event.type === "started") {
        header = event.header;
      }
      if (event.type === "predicted") {
        loss = event.terms[0]!.terms[0]!.value;
      }
    }
    return { loss: loss!, header: header! };
  }

  const target = { kind: "verify", name: "v" } as const;

  test.each(["evaluation", "verification"] as const)(
    "is what the editor has open, in an %s",
    async (kind) => {
      const closed = await startOf({ source: main("real/lib.diag"), target }, kind);
      expect(closed.loss).toBeCloseTo(atStart(1), 12);
      const typed = await startOf(
        { source: main("real/lib.diag", { "real/lib.diag": bowl(3) }), target },
        kind,
      );
      expect(typed.loss).toBeCloseTo(atStart(3), 12);
    },
  );

  test("is found by any name of the file, and through files that are closed", async () => {
    const open = { "real/lib.diag": bowl(2) };
    for (const path of ["linked/lib.diag", "./linked/../real/lib.diag", "linked/middle.diag"]) {
      const source = main(path, open, path.includes("middle") ? "" : verify);
      expect((await startOf({ source, target })).loss).toBeCloseTo(atStart(2), 12);
    }
  });

  test("counts for diagrams that are evaluated where a verify block is, also one that is imported", async () => {
    const open = { "real/lib.diag": bowl(2) };
    const line = "diagram line = (0-1)(01)\n";
    const chosen = { kind: "diagrams", names: ["line"], verify: "v" } as const;
    const own = main("real/lib.diag", open, `${line}${verify}`);
    expect((await startOf({ source: own, target: chosen })).loss).toBeCloseTo(atStart(2), 12);
    const imported = main("real/middle.diag", open, line);
    const { loss, header } = await startOf({ source: imported, target: chosen });
    expect(loss).toBeCloseTo(atStart(2), 12);
    expect(inputs(header).get("real/middle.diag")!.kind).toBe("source");
    expect(inputs(header).get("real/lib.diag")!.hash).toBe(digest(bowl(2)));
  });

  test("is described as it is open", async () => {
    const source = main("real/lib.diag", { "real/lib.diag": bowl(2).replace("bowl", "valley") }, "");
    const { landscapes } = await connection.sendRequest<Description>(runnerMethods.describe, { source });
    expect(landscapes).toEqual([{ name: "valley", own: false, weights: ["t"] }]);
  });

  test("is kept by the digests of what was read, data among it, and of what was missing", async () => {
    const table = bowl(2).replace("x ~ normal(0, 1)", 'x from "points.csv"');
    const source = main("linked/lib.diag", { "real/lib.diag": table, "real/points.csv": "9\n" });
    const text = `import "none.diag"\n${source.text}`;
    const { loss, header } = await startOf({ source: { ...source, text }, target });
    // Data are those of the disk: 1 and -1.
    expect(loss).toBeCloseTo(atStart(2), 12);
    expect(header.textHash).toBe(digest(text));
    expect(Object.fromEntries(inputs(header))).toEqual({
      "none.diag": { uri: uri("none.diag"), kind: "source", hash: null },
      "linked/lib.diag": { uri: uri("linked/lib.diag"), kind: "source", hash: digest(table) },
      "linked/points.csv": { uri: uri("linked/points.csv"), kind: "data", hash: digest("1\n-1\n") },
    });
  });

  test("is kept by the digests of whole files, where some rows of several are taken, packed or not", async () => {
    const files = {
      "images.gz": gzipSync(idxBytes("uint8", [3, 2], [1, 2, 3, 4, 5, 6])),
      labels: idxBytes("uint8", [3], [0, 1, 0]),
      "start.npy": npyBytes("float64", [2], [0.5, 1]),
    };
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(join(folder, name), bytes);
    }
    const text = `landscape net {
  data x[2], y from idx("images.gz", "labels") take 2
  weights w[2] = from "start.npy"
  loss square(dot(w, x) - y)
}
verify v { landscape net gd(N = 1, T = 1) eta = 0.01 observe test_loss predict order 1 trials = 100 }`;
    const { header } = await startOf({ source: { ...main("real/lib.diag"), text }, target });
    expect(Object.fromEntries(inputs(header))).toEqual(
      Object.fromEntries(
        Object.entries(files).map(([name, bytes]) => [
          name,
          { uri: uri(name), kind: "data", hash: createHash("sha256").update(bytes).digest("hex") },
        ]),
      ),
    );
  });
});
