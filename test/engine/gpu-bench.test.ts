/** The bench of GPUs, which is asked for by its command and proven on a software adapter. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { describeOnGpu } from "./software-gpu.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

describeOnGpu("the bench of GPUs", () => {
  test("measures the software adapter beside WebAssembly, with right means, and says what it cannot measure", async () => {
    const words = ["scripts/bench.mjs", "gpu", "--landscape", "gauss", "--trials-scale", "0.002"];
    const more = ["--rounds", "1", "--python", "no-such-python"];
    // A GPU is left out, whatever the machine has.
    const env = { ...process.env, VK_DRIVER_FILES: "/nowhere", VK_ICD_FILENAMES: "/nowhere" };
    const { stdout } = await promisify(execFile)(process.execPath, [...words, ...more], { cwd: root, env });
    const row = (name: string): string =>
      stdout.split("\n").find((line) => line.trim().startsWith(`${name}  `)) ?? "";
    for (const ours of ["ours, WebGPU on a software adapter", "ours, WebAssembly"]) {
      expect(row(ours)).toMatch(/ M steps\/s on .*; mean 0\.51\d+ ± 0\.0\d+ .* met$/);
    }
    expect(row("WebGPU / WebAssembly")).toMatch(/ \d+\.\d+$/);
    for (const rival of ["JAX", "PyTorch"]) {
      expect(row(rival)).toMatch(/not measured: .*no-such-python/);
    }
    expect(stdout).toMatch(/^the paper's convnet, .* {2}not measured: no GPU was found/m);
    expect(stdout).not.toContain("NOT MET");
  });
});
