import type { Scheduler } from "../cluster/index.js";
import {
  type ClusterProgress,
  followRun,
  Gathered,
  type MissingShard,
  missingOf,
  RunAnswer,
  type RunEnd,
  type RunFolder,
} from "../cluster-runs/index.js";
import { counted, printableLine } from "../printable/index.js";
import type { Run } from "../runs/index.js";
import { exitStatus } from "../verify/index.js";
import { formatOrders, formatRuns } from "./results.js";
import { formatNumber } from "./table.js";
import type { Arguments } from "./usage.js";
import { type ExitStatus, printJson, type Terminal } from "./verb.js";

/** How many missing shards people are told of one by one. */
const mostTold = 5;

/** Waits for a run on a cluster, tells how it goes, and prints what the same run on this machine would have told. */
export async function followAndTell(
  folder: RunFolder,
  scheduler: Scheduler,
  given: Arguments,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { id } = folder.run;
  const gathered = new Gathered(folder, await folder.work());
  const answer = new RunAnswer(gathered);
  const runs = new Map<number, Run[]>();
  const known = () => [...runs].sort(([one], [other]) => one - other).flatMap(([, list]) => list);
  const tellKnown = () =>
    terminal.known({
      json: { run: id, runs: known() },
      text: formatRuns(known(), terminal.columns),
      note: wordsOfLeaving(id),
      status: statusOfPart(known()),
      endsInOrder: true,
    });
  tellKnown();
  terminal.doing(`waiting for run ${id}`);
  const end = await followRun(gathered, {
    scheduler,
    signal: terminal.interrupt,
    onNote: (line) => terminal.note(printableLine(`note: ${line}`)),
    onSubmitted: (array, tasks) => terminal.note(`submitted ${counted(tasks, "task")} as array ${array}`),
    onPoint: (point) => {
      runs.set(point, answer.runsOf(point));
      tellKnown();
    },
    onProgress: (progress) => terminal.progress(`${id}: ${wordsOfProgress(progress)}`),
  });
  for (const point of end.state === "done" ? [] : folder.run.points.keys()) {
    const part = runs.has(point) ? [] : answer.runsOf(point);
    if (part.length > 0) {
      runs.set(point, part);
    }
  }
  const missing = end.state === "done" || end.state === "left" ? [] : await missingOf(gathered, end);
  return tellEnd(folder, end, known(), missing, given, terminal);
}

function tellEnd(
  folder: RunFolder,
  end: RunEnd,
  runs: readonly Run[],
  missing: readonly MissingShard[],
  given: Arguments,
  terminal: Terminal,
): ExitStatus {
  const { id } = folder.run;
  const status = end.state === "done" ? exitStatus(runs) : statusOfPart(runs);
  if (given.has("json")) {
    const rest = end.state === "done" ? {} : { state: end.state, missing };
    printJson(terminal, { run: id, runs, ...rest }, status);
  } else if (runs.length > 0) {
    terminal.print(formatRuns(runs, terminal.columns));
    if (given.has("orders")) {
      terminal.print(`\n${formatOrders(runs, terminal.columns)}`);
    }
  }
  if (end.state === "left") {
    terminal.note(wordsOfLeaving(id));
  } else if (end.state !== "done") {
    for (const line of wordsOfMissing(missing)) {
      terminal.note(printableLine(line));
    }
    const what = end.state === "cancelled" ? "was cancelled" : "cannot go on by itself";
    const next =
      end.state === "cancelled" ? `diag runs remove ${id} removes it` : `diag runs wait ${id} tries again`;
    terminal.note(
      `run ${id} ${what}: ${counted(missing.length, "shard")} missing; what is told is of a part of the trials; ${next}`,
    );
  }
  return status;
}

/** The exit status of runs of which some are missing, or have a part of their trials. */
function statusOfPart(runs: readonly Run[]): ExitStatus {
  const status = exitStatus(runs);
  return status === 0 ? 3 : status;
}

function wordsOfLeaving(id: string): string {
  return `run ${id} goes on without this command; \`diag runs wait ${id}\` waits for it, \`diag runs cancel ${id}\` ends it`;
}

function wordsOfProgress({
  trials,
  totalTrials,
  shards,
  totalShards,
  waiting,
  running,
}: ClusterProgress): string {
  const share = Math.floor((100 * trials) / totalTrials);
  const tasks = [
    ...(running > 0 ? [`${counted(running, "task")} running`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
  ];
  return [
    `${share}% of ${totalTrials} trials`,
    `${shards} of ${counted(totalShards, "shard")}`,
    ...tasks,
  ].join(", ");
}

function wordsOfMissing(missing: readonly MissingShard[]): string[] {
  const lines = missing
    .slice(0, mostTold)
    .flatMap(({ shard, verify, eta, firstTrial, trials, why, log, lines }) => [
      `shard ${shard} is missing, trials ${firstTrial} to ${firstTrial + trials - 1} of ${verify} at eta = ${formatNumber(eta)}: ${why}`,
      ...(log === undefined ? [] : [`  its log is ${log}`]),
      ...(lines ?? []).map((line) => `  | ${line}`),
    ]);
  const more = missing.length - mostTold;
  return more > 0 ? [...lines, `and ${counted(more, "shard")} more; \`--json\` has all`] : lines;
}
