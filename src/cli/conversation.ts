import type { ExitStatus, KnownAnswer } from "./verb.js";

/** What the thread that works tells the one that listens and prints. */
export type WorkMessage =
  | { readonly kind: "print" | "note" | "progress" | "doing"; readonly text: string }
  | { readonly kind: "known"; readonly answer: KnownAnswer }
  /** It has heard, and has time. */
  | { readonly kind: "heard" }
  | { readonly kind: "end"; readonly status: ExitStatus };

/** What it is given to begin with. */
export interface WorkGiven {
  /** What stands behind `diag`. */
  readonly words: readonly string[];
  /** How many characters a line has where results go to a terminal. */
  readonly columns: number | undefined;
}

/** What it is told: to end in order, or just to answer. */
export type ListenerMessage = "stop" | "answer";
