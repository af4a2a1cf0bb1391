import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Run } from "../../src/runs/index.js";
import { idxBytes } from "../unit/data/writers.js";
import { diag, withFolder } from "./diag.js";
import { digits } from "./digits.js";

// A run on a net whose trials are programs of tensors is stopped and goes on.

const text = (trials: number) => `landscape net {
  data image[8, 8, 1], label from idx("images", "labels") take 4
  weights A[3, 3, 1, 8] = randn(1), B[10, 288] = randn(2), b[10] = 0
  let h = tanh(conv(image / 16, xavier(A)))
  loss cross_entropy(xavier(B) @ flatten(h) + b, label)
}
verify v {
  landscape net
  sgd(N = 2, E = 1, B = 1)
  eta = 0.05
  observe test_loss, displacement(b[0])
  predict series 1
  trials = ${trials}
}`;

const files = {
  "net.diag": text(1_000_000),
  images: idxBytes(
    "uint8",
    [digits.length, 8, 8],
    digits.flatMap(({ pixels }) => pixels),
  ),
  labels: idxBytes(
    "uint8",
    [digits.length],
    digits.map(({ label }) => label),
  ),
};

const runs = (output: string) =>
  (JSON.parse(output) as { runs: Run[] }).runs.map(({ stepsPerSecond: _, ...rest }) => rest);

test("a run that was killed goes on to the bits of one that was not, and what is kept meanwhile is no data", async () => {
  await withFolder(files, async (state) => {
    const words = ["verify", join(state, "net.diag"), "--backend", "cpu", "--json"];
    const folder = join(state, "diag", "checkpoints");
    // Trials are slow, and some are kept soon all the same.
    const killed = await diag(words, { state, killOnce: folder });
    expect(killed.status).toBeNull();
    const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
    expect(names).toHaveLength(1);
    const kept = await readFile(join(folder, names[0]!), "utf8");
    const [{ trials: done }] = (JSON.parse(kept) as { results: { trials: number }[] }).results as [Run];
    expect(done).toBeGreaterThan(0);
    // The 2962 weights would take more, each with the digits that it has.
    expect(kept.length).toBeLessThan(20_000);
    const more = [...words, "--trials", String(done + 64)];
    const resumed = await diag([...more, "--resume"], { state });
    expect(resumed.errors).toContain(`eta = 0.05: going on after ${done} trials`);
    const whole = await diag(more, { state });
    expect(whole.errors).not.toContain("going on");
    expect(runs(resumed.output)).toEqual(runs(whole.output));
    expect(runs(whole.output).map(({ trials }) => trials)).toEqual([done + 64, done + 64]);
    expect(resumed.status).toBe(whole.status);

    // As trials in double precision were kept by versions that had them: single ones are not mixed with these.
    interface Row {
      readonly engines: readonly string[];
      readonly digest?: string;
    }
    const file = JSON.parse(kept) as { readonly results: readonly Row[]; readonly digest: string };
    const earlier = file.results.map(({ digest: _, engines, ...row }) => {
      expect(engines).toEqual([expect.stringMatching(/^cpu single rounding /)]);
      return { ...row, engines: engines.map((key) => key.replace("cpu single ", "cpu ")), floors: [] };
    });
    const digest = createHash("sha256").update(JSON.stringify(earlier)).digest("hex");
    for (const [results, seal] of [
      [file.results, file.digest],
      [earlier, digest],
    ] as const) {
      await rm(folder, { recursive: true });
      await mkdir(folder);
      await writeFile(join(folder, names[0]!), JSON.stringify({ ...file, results, digest: seal }));
      const { errors, output } = await diag([...more, "--resume"], { state });
      expect(errors.includes("going on")).toBe(results !== earlier);
      expect(errors.includes(`eta = 0.05: ${done} trials that cpu`)).toBe(results === earlier);
      expect(runs(output)).toEqual(runs(whole.output));
    }
  });
});
