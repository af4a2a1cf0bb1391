import type { QueuedJob } from "../../../src/cluster/index.js";

/** Ends that the queue has words for. */
export type EndWord =
  | "completed"
  | "failed"
  | "killed"
  | "timed out"
  | "out of memory"
  | "cancelled"
  | "lost its node"
  | "preempted"
  | "not launched";

/** What becomes of a task that starts. `part` is how much of its work it has done by then, from 0 to 1. */
export type Fate =
  | { readonly kind: "well" }
  | {
      readonly kind: "ends";
      readonly how: EndWord;
      readonly part: number;
      /** Whether it has written a checkpoint before. */
      readonly isKept: boolean;
    }
  /** Its node fell silent, it was preempted, or an administrator did it. */
  | {
      readonly kind: "put back";
      readonly part: number;
      readonly isKept: boolean;
      readonly isHeld: boolean;
      /** Whether its first copy goes on, and writes. */
      readonly isCopied: boolean;
    }
  /** It leaves something else than its last result, and says that it is done. */
  | { readonly kind: "spoils"; readonly how: "changed" | "cut" | "none" }
  /** The controller loses it in a crash. */
  | { readonly kind: "is lost"; readonly part: number; readonly runsOn: boolean }
  /** It does its work, and nobody remembers it. */
  | { readonly kind: "is forgotten" };

/** What becomes of a submission. */
export type SubmissionFate = (
  | { readonly kind: "taken" }
  | { readonly kind: "taken unheard" }
  | { readonly kind: "taken late"; readonly after: number }
  | { readonly kind: "lost" }
  | { readonly kind: "refused"; readonly why: string }
) & {
  /** Whether its first task is held by a user. */
  readonly isHeld?: boolean;
  /** After so many seconds somebody cancels it. */
  readonly cancelAfter?: number;
};

/** The queue's words for an end, as Slurm 22.05 has them. */
export function statesOf(how: EndWord): Pick<QueuedJob, "states" | "reason" | "exit"> {
  switch (how) {
    case "completed":
      return { states: ["COMPLETED"], reason: "", exit: { code: 0, signal: 0 } };
    case "failed":
      return { states: ["FAILED"], reason: "NonZeroExitCode", exit: { code: 1, signal: 0 } };
    case "killed":
      return { states: ["FAILED"], reason: "JobLaunchFailure", exit: { code: 0, signal: 9 } };
    case "timed out":
      return { states: ["TIMEOUT"], reason: "TimeLimit", exit: { code: 0, signal: 15 } };
    case "out of memory":
      return { states: ["OUT_OF_MEMORY"], reason: "OutOfMemory", exit: { code: 0, signal: 125 } };
    case "cancelled":
      return { states: ["CANCELLED"], reason: "", exit: { code: 0, signal: 15 } };
    case "lost its node":
      return { states: ["NODE_FAIL"], reason: "NodeDown", exit: { code: 0, signal: 0 } };
    case "preempted":
      return { states: ["PREEMPTED"], reason: "", exit: { code: 0, signal: 0 } };
    case "not launched":
      return { states: ["FAILED"], reason: "JobLaunchFailure", exit: { code: 0, signal: 53 } };
  }
}
