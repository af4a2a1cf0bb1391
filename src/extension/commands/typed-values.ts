import { type SpaceTime, spaceTimeProblem } from "../../spacetime/index.js";

/* What users type into input boxes: each reader returns the value, or a line of what is wrong with the text. */

/** A value that was read, or what is wrong in one line. */
export type Typed<Value> = { readonly value: Value } | { readonly fault: string };

/** What is wrong with a text, as input boxes ask for it. */
export function faultOf(typed: Typed<unknown>): string | undefined {
  return "fault" in typed ? typed.fault : undefined;
}

const spaceTimeHelp = "Write sgd(N = 10, E = 1, B = 1) or gd(N = 10, T = 10).";

/** A space-time as a file writes it. */
export function readSpaceTime(text: string): Typed<SpaceTime> {
  const match = /^\s*(sgd|gd)\s*\(([^()]*)\)\s*$/.exec(text);
  if (!match) {
    return { fault: spaceTimeHelp };
  }
  const names = match[1] === "gd" ? ["N", "T"] : ["N", "E", "B"];
  const values = new Map<string, string>();
  for (const [index, piece] of match[2]!.split(",").entries()) {
    const pair = /^\s*(?:(\w+)\s*=\s*)?(\w+)\s*$/.exec(piece);
    const name = pair?.[1] ?? names[index];
    if (!pair || name === undefined || values.has(name)) {
      return { fault: spaceTimeHelp };
    }
    values.set(name, pair[2]!);
  }
  const shuffle = values.get("shuffle") ?? "same";
  if (match[1] === "sgd") {
    values.delete("shuffle");
  }
  if (values.size !== names.length || !names.every((name) => values.has(name))) {
    return { fault: spaceTimeHelp };
  }
  if (shuffle !== "same" && shuffle !== "reshuffled") {
    return { fault: "The shuffle is same or reshuffled." };
  }
  const number = (name: string): number => Number(values.get(name));
  const value: SpaceTime =
    match[1] === "gd"
      ? { kind: "gd", N: number("N"), T: number("T") }
      : { kind: "sgd", N: number("N"), E: number("E"), B: number("B"), shuffle };
  const fault = spaceTimeProblem(value);
  return fault === undefined ? { value } : { fault };
}

/** Learning rates between commas, each once. */
export function readEtas(text: string): Typed<number[]> {
  const etas = text.split(",").map((piece) => (piece.trim() === "" ? Number.NaN : Number(piece)));
  if (!etas.every((eta) => Number.isFinite(eta) && eta > 0)) {
    return { fault: "Write positive numbers between commas, such as 0.05, 0.1." };
  }
  const repeated = etas.find((eta, index) => etas.indexOf(eta) !== index);
  return repeated === undefined
    ? { value: etas }
    : { fault: `${repeated} is there twice; write each learning rate once.` };
}

/**
 * A number of trials: `100000`, `100 000`, `100,000` or `1e5`.
 * @param most that may be run.
 */
export function readTrials(text: string, most: number): Typed<number> {
  const digits = text.trim().replace(/(?<=\d)[ _,](?=\d{3}(?!\d))/g, "");
  const value = /^\d+(?:\.\d+)?(?:e\+?\d+)?$/i.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < 1) {
    return { fault: `Write a whole number from 1 to ${most}, such as 100000.` };
  }
  if (value > most) {
    return { fault: `At most ${most} trials are run; the setting diag.engine.maximumTrials says so.` };
  }
  return { value };
}

/** The most edges that are enumerated; the lists beyond are too long for an editor. */
export const mostEdges = 8;

/** How long the lists are, for those who ask for one. */
export const enumerationHint =
  "1 to 8 edges. With both conditions, 6 edges have 439 diagrams and 8 have 17,867; without any, 6 have 5,861 and 8 have 598,201.";

/** A number of edges of diagrams to enumerate. */
export function readEdges(text: string): Typed<number> {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return value >= 1 && value <= mostEdges
    ? { value }
    : { fault: `Write a whole number from 1 to ${mostEdges}.` };
}
