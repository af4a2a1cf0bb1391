import { defaultObservable } from "../../observables/index.js";
import { exampleOf, stochasticGradientDescent } from "../../optimisers/index.js";
import type { DescribedVerify, Description } from "../../runner/index.js";
import { defaultTrials } from "../../runs/index.js";

/** What a `verify` block says, each as a file writes it. */
export interface VerifyBlock
  extends Pick<
    DescribedVerify,
    "name" | "landscape" | "spacetime" | "etas" | "observables" | "predict" | "sum" | "measure"
  > {
  readonly trials: number;
}

/**
 * A block for a file that has none of its question: like its last block as far as that has a part in it, and otherwise the
 * simplest there is.
 * @param mostTrials that may be run.
 */
export function blockLike(
  { verifies }: Pick<Description, "verifies">,
  { name, landscape, predict }: Pick<VerifyBlock, "name" | "landscape" | "predict">,
  mostTrials: number,
): VerifyBlock {
  const last = verifies.filter(({ own }) => own).at(-1);
  return {
    name,
    landscape,
    spacetime: last?.spacetime ?? exampleOf(stochasticGradientDescent),
    etas: last?.etas ?? [0.1],
    // Another landscape may have other weights.
    observables: last?.landscape === landscape ? last.observables : [defaultObservable.name],
    predict,
    sum: last?.sum ?? "exact",
    ...(last?.measure === undefined ? {} : { measure: last.measure }),
    trials: Math.min(last?.trials ?? defaultTrials, mostTrials),
  };
}

/** A `verify` block as the formatter would lay it out, without a line break at its end. */
export function writeVerifyBlock(
  { name, landscape, spacetime, etas, observables, predict, sum, measure, trials }: VerifyBlock,
  indent: string,
  lineBreak: string,
): string {
  const statements = [
    `landscape ${landscape}`,
    spacetime,
    `eta = ${etas.join(", ")}`,
    `observe ${observables.join(", ")}`,
    `predict ${predict}`,
    ...(sum === "exact" ? [] : [`sum = ${sum}`]),
    ...(measure === undefined ? [] : [`measure = ${measure}`]),
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

/** What indents a line by the editor's settings; whatever stands in a file of settings comes through. */
export function indentBy(insertSpaces: unknown, tabSize: unknown): string {
  const makesSense = Number.isInteger(tabSize) && (tabSize as number) >= 1 && (tabSize as number) <= 16;
  return insertSpaces === false ? "\t" : " ".repeat(makesSense ? (tabSize as number) : 2);
}
