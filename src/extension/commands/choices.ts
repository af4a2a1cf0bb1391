import type { Description, RunSetting } from "../../runner/index.js";
import type { LandscapeChoice } from "./landscapes.js";

/** What is known of a run while the user is asked for it; what is absent is still to be asked. */
export interface Choices {
  /** The diagrams, by name. */
  readonly names?: readonly string[];
  /** Whether the setting of a `verify` block is taken, or one is put together; absent while that is open. */
  readonly place?: "verify" | "own";
  /** The `verify` block whose setting is taken. */
  readonly verify?: string;
  readonly landscape?: LandscapeChoice;
  /** The weights of the landscape, once it is known to be sound. */
  readonly weights?: readonly string[];
  readonly spacetime?: string;
  readonly etas?: readonly number[];
  readonly observables?: readonly string[];
  readonly sum?: RunSetting["sum"];
  readonly trials?: number;
}

/** What a user chose for a file the last time, offered again the next. */
export interface LastChoice {
  readonly names: readonly string[];
  /** The `verify` block whose setting was taken. */
  readonly verify?: string;
  readonly landscape: LandscapeChoice;
  readonly spacetime: string;
  readonly etas: readonly number[];
  readonly observables: readonly string[];
  readonly trials?: number;
}

export const firstChoice: LastChoice = {
  names: [],
  landscape: { name: "" },
  spacetime: "sgd(N = 10, E = 1, B = 1)",
  etas: [0.1],
  observables: ["test_loss"],
};

/**
 * What needs no question: the only diagram, the only landscape, and where the file says so the whole setting.
 * @param named whether the user named a diagram, such as by a press above it; then the file's one `verify` block
 * tells where to evaluate it.
 */
export function knownChoices(
  { diagrams, landscapes, verifies }: Description,
  named: string | undefined,
): Choices {
  const own = verifies.filter((verify) => verify.own);
  const names = named !== undefined && own.length === 1 ? [named] : onlyName(diagrams);
  const known: Choices = names === undefined ? {} : { names };
  if (named !== undefined && own.length === 1) {
    return { ...known, ...takenFrom(own[0]!) };
  }
  if (own.length > 0) {
    return known;
  }
  return { ...known, ...ownPlace(landscapes) };
}

/** The setting of a `verify` block, as far as it is asked for. */
export function takenFrom({
  name,
  landscape,
  spacetime,
  etas,
  observables,
  sum,
}: Description["verifies"][number]): Choices {
  const setting = { landscape: { name: landscape }, spacetime, etas, observables, sum };
  return { place: "verify", verify: name, ...setting };
}

/** A setting that the user puts together; the only landscape in sight is taken. */
export function ownPlace(landscapes: Description["landscapes"]): Choices {
  const [only, ...others] = landscapes;
  if (only === undefined || others.length > 0) {
    return { place: "own" };
  }
  return { place: "own", landscape: { name: only.name }, weights: only.weights };
}

/** What can be observed on a landscape with these weights. */
export function observablesOn(weights: readonly string[]): string[] {
  const whole = weights.length > 1 ? ["displacement"] : [];
  return ["test_loss", "train_loss", "gen_gap", ...whole, ...weights.map((name) => `displacement(${name})`)];
}

/**
 * The landscapes to offer before others are found: the last choice if it is of another file, then those that the
 * file declares, then those that it imports.
 */
export function landscapesInSight(
  landscapes: Description["landscapes"],
  last: LandscapeChoice,
): LandscapeChoice[] {
  const own = landscapes.filter((landscape) => landscape.own);
  const imported = landscapes.filter((landscape) => !landscape.own);
  return [...(last.uri === undefined ? [] : [last]), ...[...own, ...imported].map(({ name }) => ({ name }))];
}

/** Whether two choices are of one landscape. */
export function isSameLandscape(one: LandscapeChoice, other: LandscapeChoice): boolean {
  return one.name === other.name && one.uri === other.uri;
}

function onlyName(diagrams: Description["diagrams"]): readonly string[] | undefined {
  return diagrams.length === 1 ? [diagrams[0]!.name] : undefined;
}

type Memory = Readonly<Record<string, LastChoice>>;
const mostFiles = 100;

/** The memory of last choices with one more; those of the files that were used longest ago go. */
export function withChoice(memory: unknown, uri: string, choice: LastChoice): Memory {
  const known = typeof memory === "object" && memory !== null ? (memory as Memory) : {};
  const { [uri]: _, ...others } = known;
  return Object.fromEntries([...Object.entries(others), [uri, choice] as const].slice(-mostFiles));
}

/** What was chosen for a file the last time; a memory that is damaged counts for nothing. */
export function choiceFor(memory: unknown, uri: string): LastChoice {
  const kept =
    typeof memory === "object" && memory !== null ? (memory as Record<string, unknown>)[uri] : undefined;
  return isChoice(kept) ? kept : firstChoice;
}

function isChoice(value: unknown): value is LastChoice {
  const choice = value as Partial<Record<keyof LastChoice, unknown>> | null | undefined;
  const isText = (one: unknown): boolean => typeof one === "string";
  const isTexts = (one: unknown): boolean => Array.isArray(one) && one.every(isText);
  const isPositive = (one: unknown): boolean => typeof one === "number" && one > 0;
  return (
    typeof choice === "object" &&
    choice !== null &&
    isTexts(choice.names) &&
    typeof choice.landscape === "object" &&
    choice.landscape !== null &&
    isText((choice.landscape as { readonly name?: unknown }).name) &&
    isText(choice.spacetime) &&
    Array.isArray(choice.etas) &&
    choice.etas.every(isPositive) &&
    isTexts(choice.observables) &&
    (choice.trials === undefined || isPositive(choice.trials))
  );
}
