import { parentPort } from "node:worker_threads";
import { resultOf, type Task } from "./tasks.js";

/** What the worker answers, after it has said once that it is ready; a problem is one line for the user. */
export type WorkerAnswer = { readonly value: unknown } | { readonly problem: string };

parentPort?.on("message", (task: Task) => {
  let answer: WorkerAnswer;
  try {
    answer = { value: resultOf(task) };
  } catch (reason) {
    const message = reason instanceof Error ? reason.message : String(reason);
    answer = { problem: message.split("\n")[0]! };
  }
  parentPort?.postMessage(answer);
});

parentPort?.postMessage({ ready: true });
