import type { Random } from "../language/generated/random.js";

/**
 * Something of the product that is given generated inputs: a file of `targets` each. `scripts/rooms/fuzz.mjs` tries them, in
 * processes with limits of time and memory; an input is determined by its target and its seed.
 */
export interface Target<Input = never> {
  /** What may become of an input. Each must become of some, or the inputs show nothing. */
  readonly outcomes: readonly string[];
  /** What else may become of one, where this machine has what it takes. */
  readonly rare?: readonly string[];
  /** Called once before the first input. @param folder empty, for this process alone. */
  begin?(folder: string): void | Promise<void>;
  /** The input of a seed. */
  make(random: Random): Input;
  /** What became of it. @throws whatever is wrong. */
  attempt(input: Input, random: Random): string | Promise<string>;
  /** The input as people can read it, who are told of a finding. */
  show(input: Input): string;
}

/** Types are a target's own business; whoever tries inputs has none. */
export function target<Input>(given: Target<Input>): Target<Input> {
  return given;
}

/** One line for people: no line breaks, no control characters, and not as long as a file. */
export function checkLine(line: string): void {
  if (!/^(?:[^\n\r\p{Cc}\p{Zl}\p{Zp}])+$/u.test(line) || line.length > 2000) {
    throw new Error(`this is no line for people: ${JSON.stringify(line.slice(0, 200))}`);
  }
}

/** Says no in one line, as it should, by an error of one of these kinds. @throws anything else. */
export function checkRefusal(
  error: unknown,
  ...kinds: readonly (abstract new (
    ...given: never[]
  ) => Error)[]
): "refused" {
  if (!kinds.some((kind) => error instanceof kind)) {
    throw error;
  }
  checkLine((error as Error).message);
  return "refused";
}

/** @throws when what should hold does not. */
export function check(holds: boolean, what: string): asserts holds {
  if (!holds) {
    throw new Error(what);
  }
}
