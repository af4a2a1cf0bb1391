import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const command = join(root, "dist", "diag.js");

export interface Outcome {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the built `diag` as a user would; `interruptAfter` presses Ctrl-C after so many milliseconds. */
export function diag(words: readonly string[], options: { cwd?: string; interruptAfter?: number } = {}) {
  return new Promise<Outcome>((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...words], { cwd: options.cwd ?? root });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    const timer =
      options.interruptAfter === undefined
        ? undefined
        : setTimeout(() => child.kill("SIGINT"), options.interruptAfter);
    child.on("error", reject);
    child.on("close", (status) => {
      clearTimeout(timer);
      resolve({ status, output, errors });
    });
  });
}

/** Runs a verb with `--json` and parses the one object it prints. */
export async function diagJson<Result = Record<string, unknown>>(words: readonly string[], cwd?: string) {
  const outcome = await diag([...words, "--json"], cwd === undefined ? {} : { cwd });
  return { ...outcome, json: JSON.parse(outcome.output) as Result };
}

/** A folder of its own for one test, with these files. */
export async function withFolder<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "diag-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content);
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
