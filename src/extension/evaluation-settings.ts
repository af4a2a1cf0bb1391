import { type SpaceTime, spaceTimeProblem } from "../spacetime/index.js";

/** What `diag describe` says of a `verify` block. */
export interface DescribedVerify {
  readonly name: string;
  readonly own: boolean;
  readonly landscape: string;
  /** As a file writes it: `sgd(N = 10, E = 1, B = 1)`. */
  readonly spacetime: string;
  readonly etas: readonly number[];
  readonly observables: readonly string[];
  /** As a file writes it: `order 3`, `series 2` or `skew + pair`. */
  readonly predict: string;
  readonly sum: string;
}

/** The answer of `diag describe`. */
export interface Description {
  readonly diagrams: readonly { readonly name: string; readonly own: boolean }[];
  readonly landscapes: readonly { readonly name: string; readonly weights: readonly string[] }[];
  readonly verifies: readonly DescribedVerify[];
}

/** Where diagrams are evaluated. */
export interface EvaluationSettings {
  readonly landscape: string;
  readonly spacetime: string;
  readonly etas: readonly number[];
  readonly observables: readonly string[];
  readonly sum: string;
}

/** Why a text is no space-time, in one line; `undefined` when it is one. */
export function spaceTimeFault(text: string): string | undefined {
  const read = readSpaceTime(text);
  return typeof read === "string" ? read : spaceTimeProblem(read);
}

/** The option of `diag evaluate` for a space-time as a file writes it. */
export function spaceTimeWords(text: string): string[] {
  const read = readSpaceTime(text);
  if (typeof read === "string") throw new RangeError(read);
  if (read.kind === "gd") return ["--gd", `N=${read.N},T=${read.T}`];
  return ["--sgd", `N=${read.N},E=${read.E},B=${read.B},shuffle=${read.shuffle}`];
}

function readSpaceTime(text: string): SpaceTime | string {
  const help = "Write sgd(N = 10, E = 1, B = 1) or gd(N = 10, T = 10).";
  const match = /^\s*(sgd|gd)\s*\(([^()]*)\)\s*$/.exec(text);
  if (!match) return help;
  const pairs = new Map<string, string>();
  for (const piece of match[2]!.split(",")) {
    const pair = /^\s*(\w+)\s*=\s*(\w+)\s*$/.exec(piece);
    if (!pair || pairs.has(pair[1]!)) return help;
    pairs.set(pair[1]!, pair[2]!);
  }
  const shuffle = pairs.get("shuffle") ?? "same";
  if (match[1] === "sgd") pairs.delete("shuffle");
  const names = match[1] === "gd" ? ["N", "T"] : ["N", "E", "B"];
  if (pairs.size !== names.length || !names.every((name) => pairs.has(name))) return help;
  const number = (name: string): number => Number(pairs.get(name));
  if (match[1] === "gd") return { kind: "gd", N: number("N"), T: number("T") };
  if (shuffle !== "same" && shuffle !== "reshuffled") return "The shuffle is same or reshuffled.";
  return { kind: "sgd", N: number("N"), E: number("E"), B: number("B"), shuffle };
}

/** Learning rates between commas; a line of what is wrong when they are not. */
export function readEtas(text: string): number[] | string {
  const etas = text.split(",").map((piece) => (piece.trim() === "" ? Number.NaN : Number(piece)));
  return etas.every((eta) => Number.isFinite(eta) && eta > 0)
    ? etas
    : "Write positive numbers between commas, such as 0.05, 0.1.";
}

/** The options of `diag evaluate` for what a `verify` block predicts. */
export function predictionWords(predict: string): string[] {
  const match = /^(order|series) (\d+)$/.exec(predict);
  return match
    ? [`--${match[1]}`, match[2]!]
    : ["--diagram", ...predict.split("+").map((name) => name.trim())];
}

/** The settings of a `verify` block. */
export function settingsOf({
  landscape,
  spacetime,
  etas,
  observables,
  sum,
}: DescribedVerify): EvaluationSettings {
  return { landscape, spacetime, etas, observables, sum };
}
