import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/runs/index.js";
import { diag, RunningDiag, withFolder } from "./diag.js";

const file = `landscape gauss {
  weights h = 0
  data x ~ normal(0, 1)
  loss (h + x^2 * exp(-h)) / 2
}
verify long {
  landscape gauss
  sgd(N = 10, E = 1, B = 1)
  eta = 0.1, 0.05
  observe test_loss
  predict order 3
  trials = 400000000
}
`;

/** As `timeout` does it: a signal to the process, and the same to its group. */
async function stopTwice(words: readonly string[], state: string, once: RegExp) {
  const running = new RunningDiag(words, { state }, true);
  await running.said(once);
  const pid = running.child.pid!;
  process.kill(pid, "SIGTERM");
  process.kill(-pid, "SIGTERM");
  process.kill(pid, "SIGINT");
  return running.ended();
}

/** The trials that a line says are kept, by learning rate. */
const toldOf = (errors: string) =>
  [...(/^stopped; .*$/m.exec(errors)?.[0] ?? "").matchAll(/(\d+) trials? of long eta = ([\d.]+)/g)].map(
    ([, trials, eta]) => [Number(eta), Number(trials)],
  );

/** Has the process signal itself twice as soon as somebody listens, before anything else is done. */
const atStart = `process.once("newListener", function hear(name) {
  if (name !== "SIGTERM") return process.once("newListener", hear);
  setImmediate(() => {
    process.kill(process.pid, "SIGTERM");
    process.kill(process.pid, "SIGTERM");
  });
});`;

describe("a verification that is signalled twice", () => {
  // A group of processes is a matter of POSIX.
  const posix = test.skipIf(process.platform === "win32");

  posix.each(["verify", "report"])(
    "ends %s in order, and tells how many trials it has kept",
    async (verb) => {
      await withFolder({ "long.diag": file }, async (state) => {
        const words = [verb, join(state, "long.diag"), "--backend", "cpu", "--json"];
        const { status, output, errors } = await stopTwice(
          verb === "report" ? [...words, "--output", join(state, "out")] : words,
          state,
          /long eta = 0\.1: cpu/,
        );
        const { runs } = JSON.parse(output) as { runs: Run[] };
        expect(toldOf(errors)).toEqual(runs.map(({ eta, trials }) => [eta, trials]));
        if (runs.length === 0) {
          expect(errors).toContain("stopped; nothing was done yet that could be kept");
        }
        expect(status).toBe(3);
      });
    },
  );

  posix.each([true, false])("before its first trial ends with what it knows: nothing", async (isJson) => {
    await withFolder({ "long.diag": file, "signal.mjs": atStart }, async (state) => {
      const signal = join(state, "signal.mjs");
      const words = ["verify", join(state, "long.diag"), "--backend", "cpu", ...(isJson ? ["--json"] : [])];
      const environment = { NODE_OPTIONS: `--import=${signal}` };
      const { status, output, errors } = await diag(words, { state, environment });
      if (isJson) {
        expect(JSON.parse(output)).toEqual({ runs: [] });
      } else {
        expect(output).toBe("");
      }
      expect(errors).toBe("stopped; nothing was done yet that could be kept\n");
      expect(status).toBe(3);
    });
  });
});
