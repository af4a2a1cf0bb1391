import { indexText } from "../../cluster/index.js";
import {
  isAlive,
  lastLines,
  logOf,
  mayBeQueued,
  nothingAsked,
  RunFolder,
  type RunState,
  readProgress,
  readUnfitNodes,
  type SubmissionState,
  shardsOfPoint,
  slurmScheduler,
  stateOf,
  type TaskState,
  tokensOf,
} from "../../cluster-runs/index.js";
import { counted } from "../../printable/index.js";
import { formatDuration, formatNumber, formatTable } from "../table.js";
import type { Arguments } from "../usage.js";
import { type ExitStatus, printJson, type Terminal } from "../verb.js";

/** Of how many tasks that failed logs are read, from the last on, and how many of their lines. */
const mostLogs = 20;
const linesOfLog = 5;

/** How many tasks of a submission people are shown. */
const mostShown = 20;

/** A task as it is shown. */
interface ShownTask {
  readonly index: number;
  /** What is known of it, in words that go on behind its name. */
  readonly line: string;
  readonly phase: string;
  readonly nodes: string;
  /** Shards as ranges. */
  readonly shards: string;
  readonly missing: string;
  readonly log?: { readonly path: string; readonly lastLines: readonly string[] };
}

/** `diag runs show`: all that is known of a run. @param path of the run's folder. */
export async function showRun(path: string, given: Arguments, terminal: Terminal): Promise<ExitStatus> {
  const folder = await RunFolder.open(path);
  const progress = await readProgress(folder);
  terminal.doing("looking at the queue");
  const queue = mayBeQueued(progress)
    ? await slurmScheduler({ patience: 0 }).look(tokensOf([progress]), terminal.interrupt)
    : nothingAsked;
  const state = stateOf(progress, queue);
  const submissions = await shownSubmissions(folder, state);
  const unfit = await readUnfitNodes(folder);
  const { run } = folder;
  const missing = missingOf(state);
  if (given.has("json")) {
    const { id, created, file, release, executor, seed, engine, options, points } = run;
    printJson(terminal, {
      ...{ id, path, created, file, release, executor, seed, engine: engine ?? null, options },
      ...{ state: state.standing, line: state.line, unasked: state.unasked ?? null },
      shards: { done: progress.done.size, all: progress.shards, missing: rangesOf(missing) },
      ...{ tasks: state.tasks, points, submissions },
      unfitNodes: Object.fromEntries(unfit),
    });
    return 0;
  }
  terminal.print(
    [
      `${run.id}: ${run.file}, seed ${run.seed}, made ${run.created} by diag ${run.release}`,
      path,
      state.line,
      ...(missing.length > 0 && progress.done.size > 0 ? [`missing shards: ${rangesOf(missing)}`] : []),
      wordsOfOptions(folder),
      "",
      tableOfPoints(folder, state),
      ...submissions.flatMap((one, index) => ["", ...linesOf(one, state.submissions[index]!)]),
      ...[...unfit].map(([node, why]) => `node ${node} is not to have tasks of it: ${why}`),
    ].join("\n"),
  );
  return 0;
}

function missingOf({ progress: { done, shards } }: RunState): number[] {
  return Array.from({ length: shards }, (_, shard) => shard).filter((shard) => !done.has(shard));
}

function rangesOf(shards: readonly number[]): string {
  return shards.length === 0 ? "" : indexText(shards);
}

async function shownSubmissions(folder: RunFolder, { submissions }: RunState) {
  const failed = submissions.flatMap(({ array, tasks }) =>
    array === undefined ? [] : tasks.filter(hasFailed).map((task) => ({ array, task })),
  );
  const read = new Set(failed.slice(-mostLogs).map(({ task }) => task));
  const shown = [];
  for (const { number, token, array, refused, age, isUnderWay, tasks } of submissions) {
    const list: ShownTask[] = [];
    for (const task of tasks) {
      list.push({
        index: task.index,
        line: lineOf(task, isUnderWay),
        phase: phaseOf(task),
        nodes: task.seen.kind === "seen" ? task.seen.nodes : "",
        ...{ shards: rangesOf(task.shards), missing: rangesOf(task.missing) },
        ...(array !== undefined && read.has(task)
          ? {
              log: {
                path: logOf(folder, array, task.index),
                lastLines: await lastLines(folder, array, task.index, linesOfLog),
              },
            }
          : {}),
      });
    }
    const known = { array: array ?? null, refused: refused ?? null };
    shown.push({ ...{ number, token, age }, ...known, tasks: list });
  }
  return shown;
}

/** Whether a task has left shards undone, and is not there any longer. */
function hasFailed(task: TaskState): boolean {
  return (
    task.missing.length > 0 && !isAlive(task) && (task.ending !== undefined || task.seen.kind === "seen")
  );
}

function phaseOf({ seen, ending }: TaskState): string {
  return seen.kind === "seen" ? seen.meaning.phase : ending === undefined ? seen.kind : "ended";
}

function lineOf({ seen, ending, missing }: TaskState, isUnderWay: boolean): string {
  if (seen.kind === "seen" && seen.meaning.phase !== "ended") {
    return seen.meaning.line;
  }
  if (missing.length === 0) {
    return "is done";
  }
  if (ending !== undefined) {
    return ending.line;
  }
  if (seen.kind === "seen") {
    return seen.meaning.line;
  }
  return seen.kind === "could not ask"
    ? "cannot be asked about"
    : isUnderWay
      ? "is being submitted"
      : "is not in the queue";
}

function wordsOfOptions({ run: { options, shardsOfTask, engine } }: RunFolder): string {
  const { partition, time, gres, account, atOnce, processors } = options;
  const asked = Object.entries({ partition, time, gres, account }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  return [
    `a task has up to ${counted(shardsOfTask, "shard")}`,
    counted(processors, "processor"),
    ...(atOnce === undefined ? [] : [`at most ${atOnce} at once`]),
    ...asked,
    ...(engine === undefined ? [] : [`engine ${engine}`]),
  ].join(", ");
}

function tableOfPoints({ run }: RunFolder, { progress: { done } }: RunState): string {
  const rows = run.points.map(({ verify, eta, trials, shards, arithmetic }, index) => {
    const { first, end } = shardsOfPoint(run, index);
    let have = 0;
    for (let shard = first; shard < end; shard++) {
      have += done.has(shard) ? 1 : 0;
    }
    return [verify, formatNumber(eta), `${trials}`, `${have} of ${shards}`, arithmetic];
  });
  return formatTable(
    [
      { title: "verify" },
      { title: "eta", align: "right" },
      { title: "trials", align: "right" },
      { title: "shards done", align: "right" },
      { title: "arithmetic" },
    ],
    rows,
  );
}

function linesOf(
  { number, array, refused, age, tasks }: Awaited<ReturnType<typeof shownSubmissions>>[number],
  { isUnderWay }: SubmissionState,
): string[] {
  const what = `${counted(tasks.length, "task")}, ${formatDuration(age)} ago`;
  const became =
    array !== null
      ? `array ${array}`
      : refused !== null
        ? `not in the queue: ${refused}`
        : isUnderWay
          ? "is being submitted"
          : "whether it is in the queue is not known";
  const open = tasks.filter(({ line }) => line !== "is done");
  const isDone = tasks.length - open.length;
  const shown = refused !== null && array === null ? [] : open.slice(0, mostShown);
  return [
    `submission ${number} (${what}): ${became}`,
    ...(isDone > 0 ? [`  ${counted(isDone, "of them is", "of them are")} done`] : []),
    ...shown.flatMap(({ index, line, nodes, missing, log }) => [
      `  task ${array === null ? index : `${array}_${index}`}${nodes === "" ? "" : ` on ${nodes}`} ${line}; shards ${missing}`,
      ...(log?.lastLines.map((text) => `    | ${text}`) ?? []),
      ...(log === undefined ? [] : [`    ${log.path}`]),
    ]),
    ...(shown.length > 0 && open.length > shown.length
      ? [`  and ${open.length - shown.length} more (--json has all)`]
      : []),
  ];
}
