import { expect, test } from "vitest";
import type { Run } from "../../src/runs/index.js";
import { testFolder } from "../unit/data/folder.js";
import { idxBytes } from "../unit/data/writers.js";
import { diagJson } from "./diag.js";
import { digits } from "./digits.js";

// What the command says of a network whose trials have controls.

const folder = testFolder();
const pixels = digits.flatMap((digit) => [...digit.pixels]);
folder.write("images", idxBytes("uint8", [digits.length, 8, 8], pixels));
folder.write(
  "labels",
  idxBytes(
    "uint8",
    [digits.length],
    digits.map(({ label }) => label),
  ),
);
const file = folder.write(
  "net.diag",
  `landscape net {
    data image[8, 8, 1], label from idx("images", "labels")
    weights A[3, 3, 1, 8] = randn(1), B[10, 288] = randn(2), b[10] = 0
    let h = tanh(conv(image / 16, xavier(A)))
    loss cross_entropy(xavier(B) @ flatten(h) + b, label)
  }
  verify v { landscape net sgd(N = 4, E = 1, B = 1) eta = 0.01 observe test_loss, train_loss trials = 200 }
  verify w { landscape net sgd(N = 4, E = 2, B = 2) - gd(N = 4, T = 4) eta = 0.05 observe test_loss trials = 200 }`,
);

async function runsOf(...options: string[]): Promise<readonly Run[]> {
  const { status, json } = await diagJson<{ runs: Run[] }>(["verify", file, "--backend", "cpu", ...options]);
  expect(status).toBe(0);
  return json.runs;
}

test("a network is measured less its controls, and the mean of its trials stands beside and agrees", async () => {
  const own = await runsOf();
  const other = await runsOf("v", "--seed", "5");
  expect(own.map(({ verify, observable }) => [verify, observable])).toEqual([
    ["v", "test_loss"],
    ["v", "train_loss"],
    ["w", "test_loss"],
  ]);
  own.forEach(({ measured, standardError, plain, diverged }, place) => {
    expect(diverged).toBe(0);
    expect(standardError!).toBeLessThan(plain!.standardError! / (place < 2 ? 20 : 1));
    expect(Math.abs(measured! - plain!.measured!)).toBeLessThan(4.5 * plain!.standardError!);
  });
  // Trials by another seed have the same expectation.
  other.forEach(({ measured, standardError }, place) => {
    const error = Math.hypot(standardError!, own[place]!.standardError!);
    expect(Math.abs(measured! - own[place]!.measured!)).toBeLessThan(4.5 * error);
  });
});

test("so it is with test points of a block's own", async () => {
  const [run] = await runsOf("v", "--test-points", "2");
  expect(run!.testPoints).toBe(2);
  expect(run!.standardError!).toBeLessThan(run!.plain!.standardError! / 20);
});
