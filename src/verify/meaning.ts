import { createHash } from "node:crypto";
import { canonicalForm, formatShortForm } from "../diagram/index.js";
import { landscapeDigest } from "./landscape-digest.js";
import { describedSpecification } from "./record.js";
import { trialsOf, type VerifySpecification, variantsOf } from "./specification.js";

/** What a run was ordered with instead of what the file says. */
export interface OrderedInstead {
  readonly trials?: number | undefined;
  readonly seed?: number | undefined;
}

/**
 * What tells a checked block apart from all others that mean something else, whatever it and its landscape are called and however they
 * are written: SHA-256 of its landscapes with their data, its descent, its diagrams and what is observed and asked for, in hexadecimal.
 */
export function meaningOf(specification: VerifySpecification, { trials, seed }: OrderedInstead = {}): string {
  const { landscape: _, prediction: __, ...described } = describedSpecification(specification, seed);
  const { prediction, samples, testPoints } = specification;
  const predicted =
    prediction?.kind === "diagrams"
      ? prediction.diagrams.map(({ diagram }) => canonicalForm(diagram) ?? formatShortForm(diagram)).sort()
      : (prediction ?? null);
  const landscapes = variantsOf(specification).map((one) => [
    landscapeDigest(one.landscape),
    one.with ?? null,
    one.observables,
  ]);
  const meant = {
    ...described,
    predicted,
    samples,
    testPoints,
    landscapes,
    trials: trialsOf(specification, trials),
  };
  return createHash("sha256").update(JSON.stringify(meant)).digest("hex");
}
