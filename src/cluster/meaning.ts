import { cutText, printableLine } from "../printable/index.js";
import { scriptExitLine } from "./batch-script.js";
import type { ExitStatus } from "./fields.js";
import type { QueuedJob } from "./queue.js";
import { waitOf } from "./reasons.js";
import { type EndedState, endedState } from "./states.js";
import { workerExitLine, workerExits } from "./worker-exits.js";

/** How a task ended. */
export type Outcome =
  | "completed"
  | "failed"
  | "not launched"
  | "out of memory"
  | "timed out"
  | "cancelled"
  | "lost its node"
  | "preempted";

/** Whose doing an end is: nobody's, the task's own, the cluster's (which does not count against the task), a person's. */
export type Fault = "nobody" | "task" | "cluster" | "person";

/** What the queue's words about a task mean. Each has a line for people that goes on behind the task's name. */
export type Meaning = { readonly line: string } & (
  | {
      /** It starts by itself. */
      readonly phase: "waiting";
      /** Whether it ran before and was put back. */
      readonly isRequeued: boolean;
    }
  | {
      /** It does not start by itself. */
      readonly phase: "stuck";
      /** Whether releasing it would let it start; else it must be submitted otherwise. */
      readonly canBeReleased: boolean;
      readonly isRequeued: boolean;
    }
  | {
      /** It runs, or is held on its nodes. */
      readonly phase: "running";
      /** Whether it ran before and was put back: by then nobody may have seen it wait. */
      readonly isRequeued: boolean;
    }
  /** It is on its way out: processes may live, and what is said of its end does not count yet. */
  | { readonly phase: "ending" }
  /** It is over. Whether it is done its file alone says. */
  | { readonly phase: "ended"; readonly outcome: Outcome; readonly fault: Fault }
);

/** Says what the queue's words about a task mean. */
export function meaningOf(job: QueuedJob): Meaning {
  const ended = endedState(job.states);
  if (ended !== undefined) {
    return { phase: "ended", ...endOf(ended, job) };
  }
  const has = (...words: readonly string[]): boolean => words.some((word) => job.states.includes(word));
  if (has("COMPLETING", "STAGE_OUT")) {
    return { phase: "ending", line: "is ending" };
  }
  const isRequeued = job.restarts > 0;
  const held = heldStates.find(([word]) => has(word));
  if (held !== undefined) {
    return { phase: "stuck", canBeReleased: true, isRequeued, line: held[1] };
  }
  if (has("PENDING", "REQUEUED", "REQUEUE_FED")) {
    const { isStuck, canBeReleased, line } = waitOf(
      job.reason,
      job.description,
      isRequeued || has("REQUEUED"),
    );
    return isStuck
      ? { phase: "stuck", canBeReleased, isRequeued, line }
      : { phase: "waiting", isRequeued: isRequeued || has("REQUEUED"), line };
  }
  const known = runningStates.find(([word]) => has(word));
  return { phase: "running", isRequeued, line: known?.[1] ?? unknownLine(job.states) };
}

/** Of a word that is not known a task is taken to be alive. */
function unknownLine(states: readonly string[]): string {
  return states.length === 0
    ? "is in the queue, in a state that cannot be read"
    : cutText(`is in a state that this program does not know: ${printableLine(states.join(" "))}`, 200);
}

const heldStates: readonly (readonly [string, string])[] = [
  ["REQUEUE_HOLD", "was put back and held; it does not start before it is released"],
  ["SPECIAL_EXIT", "was put back and held by a rule of the cluster; it does not start before it is released"],
  ["RESV_DEL_HOLD", "is held, since its reservation was deleted; it does not start before it is released"],
];

/** Words of life beside `PENDING`, the most telling first. */
const runningStates: readonly (readonly [string, string])[] = [
  ["SUSPENDED", "is suspended, and goes on when the cluster lets it"],
  ["STOPPED", "is stopped on its node, and goes on when the cluster lets it"],
  ["CONFIGURING", "waits for its node to be ready"],
  ["POWER_UP_NODE", "waits for its node to be ready"],
  ["RESIZING", "is given other nodes"],
  ["SIGNALING", "is being sent a signal"],
  ["REVOKED", "was taken over by another cluster"],
  ["RUNNING", "runs"],
];

function endOf(state: EndedState, job: QueuedJob): { outcome: Outcome; fault: Fault; line: string } {
  switch (state) {
    case "COMPLETED":
      return { outcome: "completed", fault: "nobody", line: "ended with exit code 0" };
    case "FAILED":
      return failureOf(job);
    case "TIMEOUT":
      return { outcome: "timed out", fault: "task", line: "took longer than its time limit" };
    case "OUT_OF_MEMORY":
      return { outcome: "out of memory", fault: "task", line: "took more memory than it may" };
    case "CANCELLED":
      return { outcome: "cancelled", fault: "person", line: "was cancelled" };
    case "DEADLINE":
      return { outcome: "timed out", fault: "task", line: "was ended at its deadline" };
    case "NODE_FAIL":
      return { outcome: "lost its node", fault: "cluster", line: `lost its node${nodes(job)}` };
    case "BOOT_FAIL":
      return {
        outcome: "lost its node",
        fault: "cluster",
        line: `was given a node that did not start${nodes(job)}`,
      };
    case "PREEMPTED":
      return { outcome: "preempted", fault: "cluster", line: "had to make room for another job" };
  }
}

const nodes = (job: QueuedJob): string => (job.nodes === "" ? "" : ` (${printableLine(job.nodes)})`);

/** What Slurm says where it could not start a script: signal 53, with no process that it could have ended. */
const notLaunched = 53;

function failureOf(job: QueuedJob): { outcome: Outcome; fault: Fault; line: string } {
  const { code, signal }: ExitStatus = job.exit ?? { code: 0, signal: 0 };
  if (signal === notLaunched) {
    return {
      outcome: "not launched",
      fault: "cluster",
      line: `was never started${nodes(job)}: its node cannot write its log, or cannot start it`,
    };
  }
  if (signal !== 0) {
    const name = signalNames[signal];
    return {
      outcome: "failed",
      fault: "task",
      line: `was ended by signal ${signal}${name === undefined ? "" : ` (${name})`}`,
    };
  }
  if (code !== 0) {
    return {
      outcome: "failed",
      fault: excused.has(code) ? "cluster" : "task",
      line: scriptExitLine(code) ?? workerExitLine(code) ?? `ended with exit code ${code}`,
    };
  }
  return { outcome: "failed", fault: "task", line: "failed, and its exit code was not kept" };
}

/** Another node may have what this one has not, and who was asked to end has done nothing wrong. */
const excused: ReadonlySet<number> = new Set([
  workerExits.arithmetic,
  workerExits.interrupted,
  workerExits.terminated,
]);

/** Those that end a process; 9 is what a lack of memory looks like where the cluster does not watch it. */
const signalNames: Readonly<Record<number, string>> = {
  1: "hang-up",
  2: "interrupt",
  4: "illegal instruction",
  6: "abort",
  7: "bus error",
  8: "arithmetic error",
  9: "killed, as for a lack of memory",
  11: "segmentation fault",
  15: "asked to end",
};
