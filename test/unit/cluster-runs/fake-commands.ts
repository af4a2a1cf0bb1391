import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Programs of the names of Slurm's commands, which say what a test has them say. */
export class FakeCommands {
  readonly folder = mkdtempSync(join(tmpdir(), "diag-fake-slurm-"));
  /** With which they are found, and a shell to run them. */
  readonly environment: Readonly<Record<string, string>>;

  constructor() {
    const path = process.env.PATH ?? "";
    this.environment = { PATH: `${this.folder}${delimiter}${path}`, HOME: this.folder, SLURM_JOB_ID: "7" };
  }

  /** Has a command run a script of the shell, in which `$self` is the folder. Each call is noted. */
  set(program: string, script: string): void {
    const place = join(this.folder, program);
    const text = `#!/bin/sh\nself='${this.folder}'\necho "$*" >> "$self/calls.${program}"\n${script}\n`;
    writeFileSync(place, text);
    chmodSync(place, 0o755);
  }

  /** Has a command print this, and end so. */
  says(program: string, stdout: string, status = 0, stderr = ""): void {
    writeFileSync(join(this.folder, `out.${program}`), stdout);
    writeFileSync(join(this.folder, `err.${program}`), stderr);
    this.set(program, `cat "$self/out.${program}"; cat "$self/err.${program}" >&2; exit ${status}`);
  }

  /** The words of each call. */
  calls(program: string): string[] {
    try {
      return readFileSync(join(this.folder, `calls.${program}`), "utf8")
        .trimEnd()
        .split("\n");
    } catch {
      return [];
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a task of an array looks like in the queue of 22.05; a list of tasks where the task is a text. */
export function queuedTask(
  name: string,
  array: number,
  task: number | string | null,
  state: string,
  more: object = {},
): object {
  return {
    ...{ job_id: array + 1000, array_job_id: array, name, job_state: state, user_name: "alice" },
    array_task_id: typeof task === "number" ? task : null,
    array_task_string: typeof task === "string" ? task : "",
    ...more,
  };
}

/** What `squeue --json` prints. */
export const queueText = (...jobs: readonly object[]): string =>
  JSON.stringify({ meta: { Slurm: { release: "22.05.8" } }, errors: [], jobs });
