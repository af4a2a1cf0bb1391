import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { runOther } from "../../../src/work/index.js";
import { unlessSilent } from "../../../src/work/patience.js";

// Deadlines of others: who was asleep itself, with the machine or by itself, blames nobody for it.

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

test("what was said while this process slept counts, however late it wakes", async () => {
  const other = new Worker(
    'require("node:worker_threads").parentPort.once("message", (words) => require("node:worker_threads").parentPort.postMessage(words))',
    { eval: true },
  );
  await new Promise((resolve) => other.once("online", resolve));
  const answer = new Promise<string>((resolve) => other.once("message", resolve));
  const waited = unlessSilent(
    0.3,
    () => 0,
    () => answer,
    () => new Error("it has not answered"),
  );
  other.postMessage("here");
  sleep(2000);
  await expect(waited).resolves.toBe("here");
  await other.terminate();
});

test("who says nothing after that is late all the same", async () => {
  const never = new Promise<string>(() => undefined);
  const waited = unlessSilent(
    0.2,
    () => 0,
    () => never,
    () => new Error("it has not answered"),
  );
  sleep(1500);
  await expect(waited).rejects.toThrow("it has not answered");
});

test("a machine that slept through nearly all of a wait does not end who wakes with it", async () => {
  let wake: (words: string) => void = () => undefined;
  const answer = new Promise<string>((resolve) => {
    wake = resolve;
  });
  const waited = unlessSilent(
    1,
    () => 0,
    () => answer,
    () => new Error("it has not answered"),
  );
  // Both sleep, and wake just before the time would have been over.
  sleep(950);
  setTimeout(() => wake("here"), 300);
  await expect(waited).resolves.toBe("here");
});

test("a program of somebody else's has its time awake", async () => {
  const running = runOther({
    program: process.execPath,
    words: ["-e", "setTimeout(() => process.exit(3), 300)"],
    folder: "/",
    environment: process.env,
    seconds: 1,
  });
  // Its end is there to be heard when this process wakes.
  sleep(2000);
  expect((await running).status).toBe(3);
});
