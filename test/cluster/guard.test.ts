import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const guardProgram = fileURLToPath(new URL("slurm/guard.mjs", import.meta.url));

describe.skipIf(process.platform !== "linux")("who cleans up after a Slurm", () => {
  test("ends its processes and no others, and removes its folder, when who started it has gone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "diag-guard-"));
    const other = await mkdtemp(join(tmpdir(), "diag-guard-"));
    const sleeping = (where: string): ChildProcess =>
      spawn("sleep", ["600"], {
        env: { ...process.env, SLURM_CONF: join(where, "slurm.conf") },
        detached: true,
      });
    const [own, strange] = [sleeping(folder), sleeping(other)];
    try {
      // It holds the guard's standard input, as tests do, until it is killed.
      const tests = spawn(
        process.execPath,
        [
          "-e",
          `require("node:child_process").spawn(process.execPath, process.argv.slice(1), { stdio: ["pipe", "ignore", "inherit"], detached: true });
          setInterval(() => {}, 1000);
          console.log("started");`,
          guardProgram,
          folder,
        ],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      await once(tests.stdout, "data");
      expect(own.exitCode ?? own.signalCode).toBe(null);
      const hasEnded = once(own, "exit");
      tests.kill("SIGKILL");
      expect((await hasEnded)[1]).toBe("SIGKILL");
      await expect.poll(() => existsSync(folder)).toBe(false);
      expect(strange.exitCode ?? strange.signalCode).toBe(null);
      expect(existsSync(other)).toBe(true);
    } finally {
      own.kill("SIGKILL");
      strange.kill("SIGKILL");
      await rm(other, { recursive: true, force: true });
      await rm(folder, { recursive: true, force: true });
    }
  });
});
