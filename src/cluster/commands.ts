import { indexText } from "./indices.js";
import { type SubmissionRequest, submissionWords } from "./submission.js";

/** A command that asks the scheduler, as an array of words: no shell reads it. */
export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  /** Beside those of {@link variablesForCommands}. */
  readonly variables: Readonly<Record<string, string>>;
  /** How long it may take, in seconds: Slurm gives up after up to 18, or 60 where it finds no configuration. */
  readonly seconds: number;
}

const command = (
  program: string,
  words: readonly string[],
  variables: Record<string, string> = {},
): Command => ({
  program,
  words,
  variables,
  seconds: 75,
});

/** Says the release, without asking the controller; see `readRelease`. */
export const versionCommand: Command = command("squeue", ["--version"]);

/** Shows the whole queue, tasks that wait together as one list which is not cut; see `readQueue`. */
export const queueCommand: Command = command("squeue", ["--json", "--array", "--states=all"], {
  SLURM_BITSTR_LEN: "0",
});

/** Shows all nodes, a line for each in each partition; see `readNodes`. The form is as old as Slurm, that of its JSON is not. */
export const nodesCommand: Command = command("sinfo", ["--noheader", "--Node", "--format=%N|%R|%T"]);

/** Shows the controller's configuration; see `readConfiguration`. */
export const configurationCommand: Command = command("scontrol", ["show", "config"]);

/** Submits an array; see `readSubmission`. Throws what is wrong with the request. */
export function submissionCommand(request: SubmissionRequest): Command {
  return command("sbatch", submissionWords(request));
}

/** Cancels an array, or some of its tasks. It says nothing of whether they were there: look at the queue afterwards. */
export function cancelCommand(array: number, tasks?: readonly number[]): Command {
  return command("scancel", [named(array, tasks)]);
}

/** Lets tasks start that are held. */
export function releaseCommand(array: number, task: number): Command {
  return command("scontrol", ["release", named(array, [task])]);
}

function named(array: number, tasks: readonly number[] | undefined): string {
  if (!Number.isSafeInteger(array) || array < 1) {
    throw new RangeError(`${array} is no job's number`);
  }
  return tasks === undefined
    ? `${array}`
    : tasks.length === 1
      ? `${array}_${tasks[0]}`
      : `${array}_[${indexText(tasks)}]`;
}

/** What a user may well set for all submissions. */
const kept =
  /^(?:SLURM_CONF|SLURM_CONF_SERVER|SLURM_JWT|SBATCH_(?:ACCOUNT|PARTITION|QOS|RESERVATION|CONSTRAINT|CLUSTERS))$/;

/**
 * The variables that commands of the scheduler get: those of this process without what would change their answers (filters and
 * formats of `squeue`, options of `sbatch`, what a job that this process runs in says of itself). A user's account, partition and
 * the like stay.
 */
export function variablesForCommands(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        (kept.test(entry[0]) || !/^(?:SLURM|SBATCH|SQUEUE|SCANCEL|SCONTROL|SINFO)_/.test(entry[0])),
    ),
  );
}
