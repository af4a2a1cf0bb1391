import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/runs/index.js";
import { phasesOf, RunningDiag, withFolder } from "./diag.js";

const file = `diagram skew { a, b, c -> test part {a, b, c} }
landscape gauss {
  weights h = 0
  data x ~ normal(0, 1)
  loss (h + x^2 * exp(-h)) / 2
}
landscape archimedes {
  weights u = 0, v = 0, z = 0
  data x ~ normal(0, 1)
  loss (u^2 + v^2 + (cos(z)*u + sin(z)*v)^2) / 2 + x * (cos(z - pi/4)*u + sin(z - pi/4)*v)
}
verify quick {
  landscape gauss
  sgd(N = 10, E = 1, B = 1)
  eta = 0.1
  observe test_loss
  predict order 3
  trials = 1000
}
verify endless {
  landscape archimedes
  gd(N = 1, T = 20)
  eta = 0.01
  observe test_loss
  predict order 6
}
`;

/** Lets the thread that works say so and then hear nothing for ever, whatever it works on; other tests go on meanwhile. */
const busy = `import { writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
if (!isMainThread) {
  writeSync(2, "at work\\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}`;

/** Lets the thread that works answer and never end. On a busy machine it answers late, so that it is asked less often. */
const idle = `import { writeSync } from "node:fs";
import { isMainThread, parentPort } from "node:worker_threads";
if (isMainThread) {
  const set = setInterval;
  globalThis.setInterval = (call, milliseconds) => set(call, 4 * milliseconds);
} else {
  parentPort.postMessage({
    kind: "known",
    answer: { json: { runs: [1] }, note: "stopped; one is known", status: 3, endsInOrder: true },
  });
  // Said by the other thread, once it knows that.
  parentPort.postMessage({ kind: "note", text: "at work" });
  parentPort.on("message", (message) => {
    writeSync(2, message + "\\n");
    parentPort.postMessage({ kind: "heard" });
  });
  await new Promise(() => setInterval(() => undefined, 1e6));
}`;

const preload = (folder: string, name: string) => ({
  state: folder,
  environment: { NODE_OPTIONS: `--import=${join(folder, name)}` },
});

const inFolder = <Result>(work: (folder: string, path: string) => Promise<Result>) =>
  withFolder({ "long.diag": file, "busy.mjs": busy, "idle.mjs": idle }, (folder) =>
    work(folder, join(folder, "long.diag")),
  );

/** Signals are a matter of POSIX. */
const posix = test.skipIf(process.platform === "win32");

const gauss = ["--landscape", "gauss", "--order", "2", "--gd", "N=1,T=1", "--eta", "0.1"];
const wholeOrNothing: readonly (readonly [string, (path: string) => readonly string[]])[] = [
  ["check", (path) => ["check", path]],
  ["describe", (path) => ["describe", path]],
  ["enumerate", () => ["enumerate", "--edges", "3"]],
  ["formula", (path) => ["formula", path, "skew"]],
  ["evaluate", (path) => ["evaluate", path, ...gauss]],
  ["render", (path) => ["render", path, "skew", "--to", "svg"]],
];

describe.concurrent("a signal while a verb is busy", () => {
  posix.each(wholeOrNothing)("ends %s with the status of the signal", async (_, words) => {
    await inFolder(async (folder, path) => {
      for (const [signal, status] of [
        ["SIGINT", 130],
        ["SIGTERM", 143],
      ] as const) {
        const running = new RunningDiag(words(path), preload(folder, "busy.mjs"));
        await running.said(/^at work$/m);
        running.signal(signal);
        const said = `at work\ndiag: stopped by ${signal} before there was an answer\n`;
        expect(await running.ended()).toEqual({ status, signal: null, output: "", errors: said });
      }
      const running = new RunningDiag([...words(path), "--json"], preload(folder, "busy.mjs"));
      await running.said(/^at work$/m);
      running.signal("SIGTERM");
      const { status, output } = await running.ended();
      expect([status, JSON.parse(output)]).toEqual([
        143,
        { error: "stopped by SIGTERM before there was an answer" },
      ]);
    });
  });

  posix.each([
    ["verify", { runs: [] }],
    ["plot", { files: [], runs: [] }],
    ["report", { drawings: [], plots: [], runs: [] }],
    ["doctor", { stopped: true, engines: [] }],
  ])("ends %s with what is known", async (verb, known) => {
    await inFolder(async (folder, path) => {
      const words = verb === "doctor" ? [verb, "--json"] : [verb, path, "--json"];
      const running = new RunningDiag(words, preload(folder, "busy.mjs"));
      await running.said(/^at work$/m);
      running.signal("SIGINT");
      const { status, output, errors } = await running.ended();
      expect([status, JSON.parse(output)]).toEqual([3, known]);
      expect(errors).toMatch(/^at work\nstopped; [^\n]+\n$/);
    });
  });

  posix("ends a server as signals end programs", async () => {
    const running = new RunningDiag(["lsp", "--stdio"]);
    // It listens by the time that it answers.
    const request = JSON.stringify({
      ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
      params: { processId: null, rootUri: null, capabilities: {} },
    });
    running.child.stdin!.write(`Content-Length: ${request.length}\r\n\r\n${request}`);
    await new Promise((resolve) => running.child.stdout!.once("data", resolve));
    running.signal("SIGTERM");
    expect(await running.ended()).toMatchObject({ status: null, signal: "SIGTERM" });
  });

  posix("waits for an end in order, until there is a second one", async () => {
    await inFolder(async (folder, path) => {
      const running = new RunningDiag(["verify", path, "--json"], preload(folder, "idle.mjs"));
      await running.said(/^at work$/m);
      running.signal("SIGINT");
      // More often than it may be asked in vain; meanwhile a busy machine may have it say what it is at.
      await running.said(/^stop\n(?:(?:.* …\n)*answer\n){10}/m);
      running.signal("SIGINT");
      const { status, output, errors } = await running.ended();
      expect([status, JSON.parse(output)]).toEqual([3, { runs: [1] }]);
      expect(errors).toMatch(/stopped; one is known\n$/);
    });
  });
});

describe.concurrent("long sums", () => {
  posix("are said on standard error after two seconds, and ended by a signal", async () => {
    await inFolder(async (_, path) => {
      const words = ["--landscape", "archimedes", "--order", "7", "--gd", "N=1,T=20", "--eta", "0.01"];
      const running = new RunningDiag(["evaluate", path, ...words, "--json"]);
      await running.said(/^summing order 7 for test_loss of archimedes in gd\(N = 1, T = 20\) …$/m);
      running.signal("SIGINT");
      const { status, output } = await running.ended();
      expect([status, Object.keys(JSON.parse(output))]).toEqual([130, ["error"]]);
    });
  });

  posix.each(["verify", "report"])("of %s take nothing along that was known before", async (verb) => {
    await inFolder(async (folder, path) => {
      const out = join(folder, "out");
      const more = verb === "report" ? ["--output", out] : [];
      const running = new RunningDiag([verb, path, "--backend", "cpu", "--json", ...more], { state: folder });
      await running.said(/^predicting .*endless.* …$/m);
      running.signal("SIGTERM");
      const { status, output, errors } = await running.ended();
      const answer = JSON.parse(output) as { runs: Run[]; drawings?: string[]; report?: string };
      expect(answer.runs.map(({ verify, trials }) => [verify, trials])).toEqual([["quick", 1000]]);
      expect(errors).toMatch(/^stopped; /m);
      expect([1, 3]).toContain(status);
      if (verb === "report") {
        expect(answer.drawings).toEqual([join(out, "skew.svg")]);
        expect(answer.report).toBe(join(out, "report.md"));
      }
      expect(phasesOf(running.errors)).not.toEqual([]);
    });
  });
});
