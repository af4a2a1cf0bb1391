import * as v from "valibot";
import { count, number } from "../shape/index.js";

/**
 * Fields of `squeue --json` in the dialects of 22.05 (plain numbers, `null`, one word), 23.02 (`{ set, infinite, number }`, one
 * word) and 23.11 and later (lists of words, objects for exit codes). What a field may hold is wide, what is made of it narrow.
 */
const tagged = v.object({
  set: v.boolean(),
  infinite: v.optional(v.boolean(), false),
  number: v.optional(number, 0),
});

/** A whole number from 0; `undefined` where there is none or it is infinite. */
export const countField = v.pipe(
  v.union([count, v.null_(), v.undefined_(), tagged]),
  v.transform((value) => {
    if (typeof value !== "object" || value === null) {
      return value ?? undefined;
    }
    return value.set && !value.infinite && Number.isSafeInteger(value.number) && value.number >= 0
      ? value.number
      : undefined;
  }),
);

/** A text; empty where there is none. */
export const textField = v.pipe(
  v.union([v.string(), v.null_(), v.undefined_()]),
  v.transform((value) => value ?? ""),
);

/** Words in capitals: one, or a list of them. */
export const wordsField = v.pipe(
  v.union([v.array(v.string()), v.string()]),
  v.transform((value) =>
    (typeof value === "string" ? [value] : value)
      .flatMap((text) => text.split(/[\s,|+]+/))
      .filter((word) => word !== "")
      .map((word) => word.toUpperCase()),
  ),
);

/** How a batch script ended: its exit code, or the signal that ended it, of which the other is 0. */
export interface ExitStatus {
  readonly code: number;
  readonly signal: number;
}

/** What `wait` says of a process: the exit code in the second byte, the signal in the first. */
function ofWait(status: number): ExitStatus {
  return { code: status >> 8, signal: status & 0x7f };
}

const rawExit = v.pipe(
  countField,
  v.transform((status) => (status === undefined ? undefined : ofWait(status))),
);

/** Of 23.11 and later; a signal's number has been called `id` and `signal_id`. */
const wordyExit = v.pipe(
  v.object({
    return_code: v.optional(countField),
    signal: v.optional(
      v.nullable(v.object({ id: v.optional(countField), signal_id: v.optional(countField) })),
    ),
  }),
  v.transform(({ return_code, signal }): ExitStatus | undefined => {
    const number = signal?.id ?? signal?.signal_id ?? 0;
    return return_code === undefined && number === 0 ? undefined : { code: return_code ?? 0, signal: number };
  }),
);

/** How a job ended; `undefined` where it is not said. */
export const exitField = v.union([rawExit, wordyExit]);
