import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type CommandAnswer,
  type Meaning,
  meaningOf,
  type QueueAnswer,
  type QueuedJob,
} from "../../../../src/cluster/index.js";

/** What a task means, in few words: `waiting`, `waiting again`, `stuck, held`, `ended, failed, task`. */
export type Short = string;

/** An answer of `squeue --json` that is kept, and what it says, as whoever made it knows. */
export interface RecordedCase {
  /** A sentence. */
  readonly about: string;
  /** `tests`: said by the tests' own Slurm 22.05, as `test/cluster/recorded.test.ts` had it; else by hand, from what. */
  readonly made: "tests" | `by hand, from ${string}`;
  /** By the name of a job: its tasks, or `alone` for one that is no array. Or a part of why it could not be asked. */
  readonly says: { readonly couldNotAsk: string } | Readonly<Record<string, Readonly<Record<string, Short>>>>;
  /** Names of arrays of which the answer may hide tasks. */
  readonly cut?: readonly string[];
}

/** A meaning in few words. */
export function shortMeaning(meaning: Meaning): Short {
  switch (meaning.phase) {
    case "waiting":
      return meaning.isRequeued ? "waiting again" : "waiting";
    case "stuck":
      return `stuck, ${meaning.canBeReleased ? "held" : "refused"}${meaning.isRequeued ? " again" : ""}`;
    case "running":
    case "ending":
      return meaning.phase;
    case "ended":
      return `ended, ${meaning.outcome}, ${meaning.fault}`;
  }
}

/** What an answer says, as the cases have it. */
export function saysOf(queue: QueueAnswer): { couldNotAsk: string } | Record<string, Record<string, Short>> {
  if (queue.kind === "could not ask") {
    return { couldNotAsk: queue.why };
  }
  const says: Record<string, Record<string, Short>> = {};
  const add = (task: string, job: QueuedJob): void => {
    says[job.name] ??= {};
    says[job.name]![task] = shortMeaning(meaningOf(job));
  };
  for (const { alone, tasks } of queue.arrays.values()) {
    if (alone !== undefined) {
      add("alone", alone);
    }
    for (const [task, job] of tasks) {
      add(String(task), job);
    }
  }
  return says;
}

/** Tasks from one index to another, all of which mean the same. */
export function from(first: number, last: number, short: Short, step = 1): Record<string, Short> {
  return Object.fromEntries(
    Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => [
      String(first + index * step),
      short,
    ]),
  );
}

/** Tasks whose indices are the squares of the numbers from 0 to one. */
export function squares(last: number, short: Short): Record<string, Short> {
  return Object.fromEntries(Array.from({ length: last + 1 }, (_, root) => [String(root * root), short]));
}

const fileOf = (name: string): string => fileURLToPath(new URL(`${name}.json`, import.meta.url));

interface KeptAnswer {
  readonly status: number | null;
  readonly stderr: string;
  /** What was printed: JSON, or a text that is none. */
  readonly stdout: unknown;
}

/** An answer that is kept. */
export function readRecorded(name: string): CommandAnswer {
  const { status, stderr, stdout } = JSON.parse(readFileSync(fileOf(name), "utf8")) as KeptAnswer;
  return { status, stderr, stdout: typeof stdout === "string" ? stdout : JSON.stringify(stdout) };
}

/** Keeps an answer, a job a line. */
export function writeRecorded(name: string, answer: CommandAnswer): void {
  const parsed = asJson(answer.stdout);
  const fields = [
    `"about": ${JSON.stringify(recordedCases[name]!.about)}`,
    `"made": ${JSON.stringify(recordedCases[name]!.made)}`,
    `"status": ${answer.status}`,
    `"stderr": ${JSON.stringify(answer.stderr)}`,
    `"stdout": ${parsed === undefined ? JSON.stringify(answer.stdout) : withLines(parsed)}`,
  ];
  writeFileSync(fileOf(name), `{\n  ${fields.join(",\n  ")}\n}\n`);
}

function asJson(text: string): { jobs: unknown[] } | undefined {
  try {
    return JSON.parse(text) as { jobs: unknown[] };
  } catch {
    return undefined;
  }
}

function withLines({ jobs, ...others }: { jobs: unknown[] }): string {
  const rest = JSON.stringify(others).slice(1, -1);
  return `{${rest},\n    "jobs": [${jobs.map((job) => `\n      ${JSON.stringify(job)}`).join(",")}]}`;
}

const made = "tests";
const failed = "ended, failed, task";
const completed = "ended, completed, nobody";

const endedEarly = "by hand, from what programs do that end early";

/** What is in every dialect that was written by hand. */
const common = {
  array: {
    "0": "running",
    "1": completed,
    "2": failed,
    "3": "waiting again",
    ...from(4, 9, "waiting"),
  },
  held: { "0": "stuck, held" },
  timeout: { "0": "ended, timed out, task" },
  alone: { alone: "running" },
};

/** All answers that are kept, by the names of their files. */
export const recordedCases: Readonly<Record<string, RecordedCase>> = {
  empty: { about: "There are no jobs.", made, says: {} },
  throttled: {
    about: "An array runs two tasks at once; the others wait in one list.",
    made,
    says: { throttled: { "0": "running", "1": "running", ...from(2, 9, "waiting") } },
  },
  lists: {
    about: "Arrays wait as ranges, as single numbers and with a step.",
    made,
    says: {
      range: from(0, 9, "waiting"),
      single: from(0, 6, "waiting", 3),
      step: from(0, 198, "waiting", 2),
      alone: { alone: "waiting" },
    },
  },
  "cut-list": {
    about: "Without SLURM_BITSTR_LEN=0 a long list is cut.",
    made,
    says: { long: squares(17, "waiting") },
    cut: ["long"],
  },
  "whole-list": {
    about: "With SLURM_BITSTR_LEN=0 the same list is whole.",
    made,
    says: { long: squares(31, "waiting") },
  },
  ended: {
    about: "Tasks have ended, each in a way of its own.",
    made,
    says: {
      done: { "0": completed, "1": completed },
      "exit-3": { "0": failed },
      "signal-9": { "0": failed },
      unlaunched: { "0": "ended, not launched, cluster" },
      cancelled: { "0": "ended, cancelled, person", "1": "ended, cancelled, person" },
      "step-failed": { "0": completed },
    },
  },
  held: {
    about: "Tasks are held by their user and by an administrator; others of the array wait.",
    made,
    says: {
      "user-hold": from(0, 2, "stuck, held"),
      "admin-hold": { "0": "waiting", "1": "stuck, held", "2": "waiting" },
    },
  },
  requeued: {
    about: "A task was put back; another was put back and held, a third by a rule of the cluster.",
    made,
    says: { requeued: { "0": "waiting again", "1": "stuck, held again", "2": "stuck, held again" } },
  },
  dependent: {
    about: "A job waits for another; one waits for what has failed.",
    made,
    says: { first: { alone: failed }, never: { "0": "stuck, refused" }, later: { "0": "waiting" } },
  },
  limits: {
    about:
      "Jobs ask for more time than their partition allows, for a partition that is down, and for nodes that are busy.",
    made,
    says: {
      busy: { "0": "running" },
      "too-long": { "0": "stuck, refused" },
      "partition-down": { "0": "waiting" },
      resources: { "0": "waiting" },
      priority: { "0": "waiting" },
    },
  },
  preempted: {
    about: "A job has made room for another: one that may be put back waits, one that may not has ended.",
    made,
    says: {
      "may-return": { "0": "waiting again" },
      "may-not-return": { "0": "ended, preempted, cluster" },
      urgent: { "0": "running" },
    },
  },
  completing: {
    about: "A task was cancelled, and its processes take their time to end.",
    made,
    says: { completing: { "0": "ending" } },
  },
  suspended: { about: "A task is suspended.", made, says: { suspended: { "0": "running" } } },
  "node-down": {
    about: "A node was set down: one task is put back, one that may not be has ended.",
    made,
    says: { returns: { "0": "waiting again" }, stays: { "0": "ended, lost its node, cluster" } },
  },
  "node-drained": {
    about: "The only node is drained; the reason says that resources are waited for.",
    made,
    says: { drained: { "0": "waiting" } },
  },
  timeout: {
    about: "A task took longer than its limit.",
    made,
    says: { timeout: { "0": "ended, timed out, task" } },
  },
  "controller-down": {
    about: "The controller is down: exit status 0, no jobs, and an error.",
    made,
    says: { couldNotAsk: "Failed while looking for jobs: Unspecified error" },
  },
  "controller-silent": {
    about: "The controller takes connections and does not answer.",
    made,
    says: { couldNotAsk: "Failed while looking for jobs: Unspecified error" },
  },
  "authentication-down": {
    about: "Who asks cannot say who they are.",
    made,
    says: { couldNotAsk: "Failed while looking for jobs" },
  },
  unconfigured: {
    about: "The configuration that commands find is empty.",
    made,
    says: { couldNotAsk: "squeue: Unable to process configuration file" },
  },
  "by-hand-23.02": {
    about: "An array in every state, a held one, one that took too long, and a job that is none.",
    made: "by hand, from the documentation of 23.02",
    says: {
      ...common,
      ending: { "0": "ending" },
      signal: { "0": failed },
    },
  },
  "by-hand-23.11": {
    about: "The same in the dialect of lists of words and of exit codes that are objects.",
    made: "by hand, from the documentation of 23.11",
    says: {
      ...common,
      ending: { "0": "ending" },
      signal: { "0": failed },
      memory: { "0": "ended, out of memory, task" },
    },
  },
  "by-hand-24.05": {
    about: "States of several words, and words that nobody knows yet.",
    made: "by hand, from the documentation of 24.05",
    says: {
      ...common,
      launching: { "0": "running" },
      "launch-failed": { "0": "ended, not launched, cluster" },
      "put-back": { "0": "waiting again" },
      "put-back-held": { "0": "stuck, held again" },
      special: { "0": "stuck, held again" },
      "put-back-soon": { "0": "waiting again" },
      expedited: { "0": "running" },
      lost: { "0": "ended, lost its node, cluster" },
      "no-boot": { "0": "ended, lost its node, cluster" },
      deadline: { "0": "ended, timed out, task" },
    },
  },
  "by-hand-23.11-controller-down": {
    about: "The controller is down, and says so by its exit status, too.",
    made: "by hand, from the documentation of 23.11",
    says: { couldNotAsk: "Unable to contact slurm controller" },
  },
  "by-hand-24.05-controller-down": {
    about: "The controller is down, and only the errors say so.",
    made: "by hand, from the documentation of 24.05",
    says: { couldNotAsk: "Unable to contact slurm controller" },
  },
  "by-hand-22.05-memory": {
    about: "A task took more memory than its control group may.",
    made: "by hand, from the answer of 22.05 to a task that took too long, and its documentation",
    says: { memory: { "0": "ended, out of memory, task" } },
  },
  "by-hand-cut-short": {
    about: "The answer ends in the middle.",
    made: endedEarly,
    says: { couldNotAsk: "its answer is no list of jobs in JSON" },
  },
  "by-hand-silent": {
    about: "The program succeeds and prints nothing.",
    made: endedEarly,
    says: { couldNotAsk: "it said nothing" },
  },
  "by-hand-late": {
    about: "The program was ended after its time.",
    made: endedEarly,
    says: { couldNotAsk: "gave no answer in time" },
  },
  "by-hand-motto": {
    about: "A wrapper of the site's prints a line first.",
    made: endedEarly,
    says: { couldNotAsk: "its answer is no list of jobs in JSON" },
  },
};
