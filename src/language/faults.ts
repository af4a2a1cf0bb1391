import { printableLine, printableText } from "../printable/index.js";
import type { Problem, Range } from "./problem.js";

/** Told of what should not have happened: where it did, and what was thrown. */
export type FaultListener = (place: string, thrown: unknown) => void;

/**
 * The last line of defence: what throws although no text should make it throw costs its own answer only, and is told
 * to whoever listens. Nothing here stands in for reading broken text rightly.
 */
export class Faults {
  private readonly listeners: FaultListener[] = [];

  onFault(listener: FaultListener): void {
    this.listeners.push(listener);
  }

  tell(place: string, thrown: unknown): void {
    for (const listener of this.listeners) {
      try {
        listener(place, thrown);
      } catch {
        // Whoever cannot be told must not become another fault.
      }
    }
  }
}

/** What a fault says in one line. */
export function faultInWords(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const first = printableLine(text.split(/[\n\r]/)[0]!);
  return first.length > 200 ? `${first.slice(0, 197)}...` : first;
}

/** All that is known of a fault, for a log. */
export function faultAtLength(thrown: unknown): string {
  return printableText(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
}

/** Where what concerns a whole file is told. */
export const beginning: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };

/** The one diagnostic that stands for what a check would have said. */
export function faultProblem(what: string, range: Range, thrown: unknown): Problem {
  return {
    severity: "error",
    code: "internal",
    range,
    message: `${what} could not be checked: the checker itself failed ("${faultInWords(thrown)}"); that is no fault of this text, so please report it with these lines to the makers of Descent Diagrams`,
  };
}
