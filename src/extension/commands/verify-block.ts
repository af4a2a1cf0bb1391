import type { RunSetting } from "../../runner/index.js";

/** What a `verify` block is made of. */
export interface VerifyBlock {
  readonly name: string;
  /** Of the diagrams that it predicts with. */
  readonly diagrams: readonly string[];
  readonly setting: Omit<RunSetting, "landscapeSource">;
  readonly trials: number;
}

/** A `verify` block as the formatter would lay it out, without a line break at its end. */
export function writeVerifyBlock(
  { name, diagrams, setting, trials }: VerifyBlock,
  indent: string,
  lineBreak: string,
): string {
  const { landscape, spacetime, etas, observables, sum } = setting;
  const statements = [
    `landscape ${landscape}`,
    spacetime,
    `eta = ${etas.join(", ")}`,
    `observe ${observables.join(", ")}`,
    `predict ${diagrams.join(" + ")}`,
    ...(sum === "exact" ? [] : [`sum = ${sum}`]),
    `trials = ${trials}`,
  ];
  return [`verify ${name} {`, ...statements.map((line) => indent + line), "}"].join(lineBreak);
}

/**
 * A name for a block: those of its diagrams when they are short, with a number where it is taken.
 * @param taken names that the file sees.
 */
export function freshVerifyName(diagrams: readonly string[], taken: readonly string[]): string {
  const joined = `${diagrams.join("_")}_verified`;
  const stem = joined.length <= 40 ? joined : "diagrams_verified";
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}_${number}`;
    if (!taken.includes(name)) {
      return name;
    }
  }
}

/** The indentation of the first block of a text; what is given otherwise when there is none. */
export function indentOf(text: string, otherwise: string): string {
  const [first] = [...text.matchAll(/\{[^\S\n]*(?:\/\/[^\n]*)?\r?\n([ \t]+)\S/g)];
  return first?.[1] ?? otherwise;
}
