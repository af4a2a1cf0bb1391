import { cutText, printableLine } from "../printable/index.js";

/** What a command said, and how it ended. */
export interface CommandAnswer {
  /** Its exit status; `null` when it could not be started, gave no answer in its time, or was ended by a signal. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The scheduler did not answer, or not so that it can be understood. Nothing follows from it about any task. */
export interface CouldNotAsk {
  readonly kind: "could not ask";
  /** One line. */
  readonly why: string;
}

/** Says why a command's answer is none: its own words without its name, as one line that may be shown. */
export function couldNotAsk(command: string, why: string): CouldNotAsk {
  return { kind: "could not ask", why: cutText(`${command}: ${printableLine(why.trim())}`, 300) };
}

/** Why a command failed, in its last words, without its name before them; how it ended where it said nothing. */
export function lastWords({ status, stderr }: CommandAnswer): string {
  const line = stderr.split("\n").findLast((text) => text.trim() !== "");
  return (
    line?.replace(/^\w+: (?:error: |fatal: )?/, "") ??
    (status === null ? "gave no answer in time" : `ended with status ${status}`)
  );
}
