import { parentPort } from "node:worker_threads";
import { type ReadTable, readTableFile } from "../../data/index.js";
import { UnreadableFile } from "../../files/index.js";

/** What the worker is asked. */
export interface TableQuestion {
  readonly path: string;
  readonly names: readonly string[];
}

/** What the worker answers, after it has said once that it is ready; a problem is words behind the file's name. */
export type TableAnswer = ReadTable | { readonly problem: string; readonly code?: string };

parentPort?.on("message", ({ path, names }: TableQuestion) => void answer(path, names));

async function answer(path: string, names: readonly string[]): Promise<void> {
  try {
    const read = await readTableFile(path, names);
    const { table } = read;
    // The numbers move to the other thread and are not copied.
    parentPort?.postMessage(read, "values" in table ? [table.values.buffer as ArrayBuffer] : []);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const problem = error instanceof UnreadableFile ? message : `cannot be read (${message.split("\n")[0]})`;
    parentPort?.postMessage({ problem, ...(code === undefined ? {} : { code }) } satisfies TableAnswer);
  }
}

parentPort?.postMessage({ ready: true });
