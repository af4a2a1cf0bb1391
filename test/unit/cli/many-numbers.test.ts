import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "../../../src/cli/command.js";

test("what is known of hundreds of numbers is not told anew with each of them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "diag-"));
  try {
    const path = join(folder, "many.diag");
    const count = 400;
    writeFileSync(
      path,
      `landscape many { data x ~ discrete(-1: 1/2, 1: 1/2) weights w[${count}] = 1 loss sum(square(w)) * x }
       verify v { landscape many sgd(N = 1, E = 1, B = 1) eta = 0.1 observe displacement trials = 10 }`,
    );
    const known: number[] = [];
    const printed: string[] = [];
    const status = await runCommand(["verify", path, "--workers", "1", "--json"], {
      interrupt: new AbortController().signal,
      print: (text) => printed.push(text),
      note: () => undefined,
      progress: () => undefined,
      doing: () => undefined,
      known: ({ json }) => known.push((json as { runs: unknown[] }).runs.length),
    });
    expect(status).toBe(0);
    expect(JSON.parse(printed.join("")).runs).toHaveLength(count);
    expect(known.at(-1)).toBe(count);
    expect(known.length).toBeLessThan(count / 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
