import { isAbsolute } from "node:path";
import { getHeapStatistics } from "node:v8";
import { isToken, scriptExits, workerExits } from "../../cluster/index.js";
import { cutText, printableLine } from "../../printable/index.js";
import { startThread } from "../../work/beside.js";
import { Thread } from "../../work/child.js";
import { Stop, statusOfSignal } from "../../work/stop.js";
import type { TaskWords, WorkerMessage } from "./words.js";

/*
 * The worker's process: `node cluster-worker.js FOLDER TOKEN INDEX` does a task of a run on a cluster. What works runs in a thread
 * of its own, so that this one always listens: a scheduler asks a process to end before it ends it.
 */

/** How long the work may take to hear that it is to end, and then to keep what is done; in milliseconds. */
const patience = { hearing: 1000, keeping: 20_000 };

/** How long lines of the log are at most. */
const longestLine = 1000;

const mebibyte = 2 ** 20;

// A log that cannot be written, on a full disk for one, is no reason to do nothing.
process.stdout.on("error", () => undefined);

const stop = new Stop(() => performance.now());
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => stop.request(signal));
}
process.on("uncaughtException", (error) => {
  say(`unexpected: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(workerExits.trials);
});

const task = taskOf(process.argv.slice(2));
if (task === undefined) {
  say("usage: node cluster-worker.js FOLDER TOKEN INDEX, by the batch script of a run");
  process.exitCode = scriptExits.usage;
} else {
  process.exit(await work(task));
}

function taskOf([folder, token, index, ...rest]: readonly string[]): TaskWords | undefined {
  return folder !== undefined &&
    isAbsolute(folder) &&
    token !== undefined &&
    isToken(token) &&
    index !== undefined &&
    /^\d{1,9}$/.test(index) &&
    rest.length === 0
    ? { folder, token, index: Number(index) }
    : undefined;
}

/** @returns the exit status. */
function work(workerData: TaskWords): Promise<number> {
  const memory = Math.ceil(getHeapStatistics().heap_size_limit / mebibyte);
  const worker = startThread(
    { asking: import.meta.url, bundle: "./cluster-task.js" },
    { workerData, stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: memory } },
  );
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.trimEnd().split(/\r?\n/)) {
        say(line);
      }
    });
  }
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const giveUp = (milliseconds: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve(stopped()), milliseconds);
    };
    const said = (message: WorkerMessage): void => {
      if (message.kind === "line") {
        say(message.text);
      } else if (message.kind === "stopping") {
        giveUp(patience.keeping);
      } else {
        isOver = true;
        resolve(message.status ?? stopped());
      }
    };
    const thread = new Thread(
      worker,
      (message) => said(message as WorkerMessage),
      ({ words, outOfMemory }) => {
        // A thread that has said its last may end before this process does.
        if (isOver) {
          return;
        }
        say(
          outOfMemory
            ? `this needs more than ${memory} MiB of memory; ask for more for each task`
            : `unexpected: the work ${words}`,
        );
        resolve(workerExits.trials);
      },
    );
    thread.keep(true);
    const askToEnd = () => {
      thread.post("stop");
      giveUp(patience.hearing);
    };
    if (stop.signal.aborted) {
      askToEnd();
    }
    stop.signal.addEventListener("abort", askToEnd, { once: true });
  });
}

function stopped(): number {
  return statusOfSignal[stop.by ?? "SIGTERM"];
}

function say(line: string): void {
  process.stdout.write(`${cutText(printableLine(line), longestLine)}\n`);
}
