import { type Command, type CommandAnswer, variablesForCommands } from "../cluster/index.js";
import { findProgram, runOther } from "../work/index.js";
import { lineOf } from "./folder.js";

/** How Slurm's commands are run. */
export interface SlurmOptions {
  /** This process's when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How many characters of an answer are read; by default enough for the queue of a very large cluster. */
  readonly mostOutput?: number;
}

/** A job has up to 6 kB in the queue, and 10 000 jobs are usual. */
const mostOutput = 2 ** 28;

/** Slurm's commands of this machine, none of which sees a shell. */
export class SlurmCommands {
  private readonly variables: Readonly<Record<string, string>>;
  private readonly mostOutput: number;
  private readonly places = new Map<string, string | undefined>();

  constructor(options: SlurmOptions = {}) {
    this.variables = variablesForCommands(options.environment ?? process.env);
    this.mostOutput = options.mostOutput ?? mostOutput;
  }

  /** What tells apart commands that ask different clusters. */
  get key(): string {
    return JSON.stringify([this.place("squeue"), this.mostOutput, this.variables]);
  }

  /** Why a program cannot be asked at all, as a line that goes on behind its name; `undefined` when it can. */
  faultOf(program: string): string | undefined {
    return this.place(program) === undefined
      ? "there is no such program on the PATH; run diag where Slurm's commands are, such as a login node"
      : undefined;
  }

  /** Runs a command to its end. It does not throw: an answer that did not come, or not as a whole, has no status. */
  async say({ program, words, variables, seconds }: Command, signal?: AbortSignal): Promise<CommandAnswer> {
    const place = this.place(program);
    const failed = (why: string): CommandAnswer => ({ status: null, stdout: "", stderr: why });
    if (place === undefined) {
      return failed(this.faultOf(program)!);
    }
    if (signal?.aborted) {
      return failed("was stopped before it was asked");
    }
    const end = await runOther({
      ...{ program: place, words, seconds, folder: "/", mostOutput: this.mostOutput },
      environment: { ...this.variables, ...variables },
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: unknown) => `could not be started: ${lineOf(error)}`);
    if (typeof end === "string") {
      return failed(end);
    }
    const { status, words: how, output, errors, isCut } = end;
    if (isCut) {
      return failed(`its answer is longer than ${this.mostOutput} characters`);
    }
    // What it said on the way to no end is less than why there was none.
    return status === null ? failed(how) : { status, stdout: output, stderr: errors };
  }

  private place(program: string): string | undefined {
    if (!this.places.has(program)) {
      this.places.set(program, findProgram(program, this.variables));
    }
    return this.places.get(program);
  }
}
