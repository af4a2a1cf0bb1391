import { cutText, printableLine } from "../printable/index.js";
import { type CommandAnswer, lastWords } from "./could-not-ask.js";
import { faultOfIndices, indexText } from "./indices.js";

/** An array that is to be submitted. */
export interface SubmissionRequest {
  /** Tells it from all others, so that it is found in the queue by name. */
  readonly token: string;
  /** Indices of its tasks: at least one, from 0, below `maxArraySize`. */
  readonly indices: readonly number[];
  /** The cluster's `MaxArraySize`. */
  readonly maxArraySize: number;
  /** The run's folder: absolute, shared with the nodes. It must have a folder `logs`. */
  readonly folder: string;
  /** The file with the batch script. */
  readonly script: string;
  /** How many tasks may run at once; as many as fit by default. */
  readonly atOnce?: number;
  readonly partition?: string;
  /** As Slurm takes it: `30`, `1:30:00`, `2-12`; see {@link timeLimit}. */
  readonly time?: string;
  /** Such as `gpu:1`. */
  readonly gres?: string;
  readonly account?: string;
  /** Processors of a task; as many as the cluster gives by itself when absent. */
  readonly processors?: number;
  /** Names of nodes that are not to have tasks. */
  readonly exclude?: readonly string[];
}

/** What the cluster is asked for, for each task. */
export type AskedOfCluster = Pick<
  SubmissionRequest,
  "atOnce" | "partition" | "time" | "gres" | "account" | "processors" | "exclude"
>;

/** What became of a submission. */
export type Submission =
  /** It is in the queue. */
  | { readonly kind: "submitted"; readonly array: number; readonly cluster: string | undefined }
  /** The cluster said no; it is not in the queue. */
  | {
      readonly kind: "refused";
      readonly why: string;
      /** Present where it may take fewer tasks at once. */
      readonly isTooMany?: true;
    }
  /** It may be in the queue: look for its token before it is submitted again. */
  | { readonly kind: "unknown"; readonly why: string };

/** How many characters a token may have. */
export const mostOfToken = 64;

/** Whether a text is a token: letters, digits and hyphens, which no answer of Slurm's can be broken by. */
export function isToken(text: string): boolean {
  return text.length <= mostOfToken && /^[A-Za-z0-9][A-Za-z0-9-]*$/.test(text);
}

/** What is wrong with a request, in one line that says what to do; `undefined` when nothing is. */
export function checkRequest(request: SubmissionRequest): string | undefined {
  const { token, indices, maxArraySize, folder, script } = request;
  if (!isToken(token)) {
    return `a token has at most ${mostOfToken} letters, digits and hyphens: ${shown(token)}`;
  }
  return (
    faultOfIndices(indices, maxArraySize) ??
    faultOfFolder(folder) ??
    faultOfPath("script", script) ??
    checkAsked(request)
  );
}

/** What is wrong with what is asked of the cluster, in one line that says what to do; `undefined` when nothing is. */
export function checkAsked(asked: AskedOfCluster): string | undefined {
  const { atOnce, partition, time, gres, account, processors, exclude = [] } = asked;
  if (atOnce !== undefined && !(Number.isSafeInteger(atOnce) && atOnce >= 1)) {
    return `at least one task must be allowed to run at once, not ${atOnce}`;
  }
  if (partition !== undefined && !/^[\w.+][\w.+-]*(?:,[\w.+][\w.+-]*)*$/.test(partition)) {
    return `--partition takes names, with commas between them: ${shown(partition)}`;
  }
  if (account !== undefined && !/^[\w.+@][\w.+@-]*$/.test(account)) {
    return `--account takes the name of an account: ${shown(account)}`;
  }
  if (gres !== undefined && !/^[\w.][\w.:=,/*()-]*$/.test(gres)) {
    return `--gres takes names and numbers, such as gpu:1: ${shown(gres)}`;
  }
  if (time !== undefined && timeLimit(time) === undefined) {
    return `--time takes minutes, hours:minutes:seconds or days-hours, such as 30, 1:30:00 or 2-12: ${shown(time)}`;
  }
  if (processors !== undefined && !(Number.isSafeInteger(processors) && processors >= 1)) {
    return `a task needs at least one processor, not ${processors}`;
  }
  const strange = exclude.find((node) => !isNodeName(node));
  return strange === undefined ? undefined : `this is no name of a node: ${shown(strange)}`;
}

/** Whether a text is the name of one node: no list of them, and no file with one. */
export function isNodeName(text: string): boolean {
  return text.length <= 255 && /^[A-Za-z0-9][\w.-]*$/.test(text);
}

const shown = (text: string): string => cutText(printableLine(text), 80);

/** Why Slurm does not take a path as the folder that tasks run in, in one line; `undefined` when it does. */
export function faultOfFolder(path: string): string | undefined {
  return faultOfPath("folder", path);
}

/** Of a path that Slurm takes as it is: in the name of a log a backslash would turn off what stands for numbers. */
function faultOfPath(what: string, path: string): string | undefined {
  if (!path.startsWith("/")) {
    return `the ${what} must be an absolute path: ${cutText(printableLine(path), 200)}`;
  }
  // Slurm cuts what is longer.
  if (path.length > 800 || /[\\\p{Cc}]/u.test(path)) {
    return `the ${what}'s path is too long, or has a backslash or a control character, which Slurm changes: ${cutText(printableLine(path), 200)}`;
  }
  return undefined;
}

/**
 * The time that a limit allows, in seconds, rounded up to whole minutes as Slurm does; `undefined` for what Slurm does not take,
 * and for no time at all, which would be none or a default.
 * @param text `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`, `days-hours:minutes` or
 * `days-hours:minutes:seconds`.
 */
export function timeLimit(text: string): number | undefined {
  const [, days, rest] = /^(?:(\d{1,5})-)?(\d{1,8}(?::\d{1,2}){0,2})$/.exec(text) ?? [];
  if (rest === undefined) {
    return undefined;
  }
  const parts = rest.split(":").map(Number);
  const [hours = 0, minutes = 0, seconds = 0] =
    days !== undefined || parts.length === 3 ? parts : parts.length === 2 ? [0, ...parts] : [0, parts[0]!, 0];
  const total = Number(days ?? 0) * 86_400 + hours * 3600 + minutes * 60 + seconds;
  return total > 0 ? Math.ceil(total / 60) * 60 : undefined;
}

/**
 * The words behind `sbatch`, for a request without fault (throws the fault otherwise). The tasks' logs are `logs/%A_%a.log` in
 * the run's folder, to which a task that is started again adds.
 */
export function submissionWords(request: SubmissionRequest): string[] {
  const fault = checkRequest(request);
  if (fault !== undefined) {
    throw new RangeError(fault);
  }
  const { token, indices, folder, script, atOnce, partition, time, gres, account, processors, exclude } =
    request;
  const option = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`--${name}=${value}`];
  return [
    "--parsable",
    `--job-name=${token}`,
    `--comment=${token}`,
    `--array=${indexText(indices)}${atOnce === undefined ? "" : `%${atOnce}`}`,
    `--chdir=${folder}`,
    // In the name of a log a per cent sign stands for something.
    `--output=${folder.replaceAll("%", "%%")}/logs/%A_%a.log`,
    "--export=NONE",
    "--open-mode=append",
    "--requeue",
    ...option("partition", partition),
    ...option("time", time),
    ...option("gres", gres),
    ...option("account", account),
    ...option("cpus-per-task", processors?.toString()),
    ...option("exclude", exclude?.length ? exclude.join(",") : undefined),
    script,
    folder,
    token,
  ];
}

/** Words of failures on the way, after which a job may have been taken or not. */
const onTheWay =
  /timed out|Zero Bytes|contact slurm controller|Connection|not connected|authentication|Munge|Communication|Message (?:receive|send)|Unexpected message|standby|Resource temporarily unavailable|Broken pipe/i;

/** Words of a limit on how many jobs a user may have, each task being one. */
const tooMany = /submit limit|MaxSubmit/i;

/** Reads what `sbatch --parsable` said. */
export function readSubmission(answer: CommandAnswer): Submission {
  const why = cutText(`sbatch: ${printableLine(lastWords(answer))}`, 300);
  if (answer.status === 0) {
    const line = answer.stdout.split("\n").findLast((text) => text.trim() !== "");
    const [, array, cluster] = /^(\d{1,10})(?:;(\S+))?$/.exec(line?.trim() ?? "") ?? [];
    return array === undefined || Number(array) === 0
      ? { kind: "unknown", why: "sbatch: it succeeded without saying a job's number" }
      : { kind: "submitted", array: Number(array), cluster };
  }
  return answer.status === null || onTheWay.test(answer.stderr)
    ? { kind: "unknown", why }
    : { kind: "refused", why, ...(tooMany.test(answer.stderr) ? { isTooMany: true } : {}) };
}
