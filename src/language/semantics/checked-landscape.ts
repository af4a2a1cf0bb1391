import type { AnyLandscape } from "../../evaluate/any-landscape.js";
import type { TensorLandscape } from "../../tensors/index.js";
import {
  isLossStatement,
  isWeightsStatement,
  type LandscapeDeclaration,
  type WeightsStatement,
} from "../generated/ast.js";
import { type Checked, type ProblemList, rangeOf } from "../problem.js";
import type { GivenParams } from "./params.js";

/** A landscape that was checked. */
export interface CheckedLandscape extends Checked<AnyLandscape> {
  /** What a landscape of tensors is before it is written out. */
  readonly tensors?: TensorLandscape;
}

/** What of a verify's surroundings its observables need. */
export interface ObserveContext {
  /** The checked landscape. */
  landscape(declaration: LandscapeDeclaration): CheckedLandscape;
  /** The same with other values of params. */
  landscapeWith(declaration: LandscapeDeclaration, given: GivenParams): CheckedLandscape;
  /** Whether all that a landscape declares was understood: nothing in its syntax is broken. */
  isKnown(declaration: LandscapeDeclaration): boolean;
}

/** Says where there is no weight, or not one loss. */
export function checkCounts(declaration: LandscapeDeclaration, problems: ProblemList): void {
  const losses = declaration.statements.filter(isLossStatement);
  const place = rangeOf(declaration, "name");
  if (!declaration.statements.some(isWeightsStatement)) {
    problems.error(
      "bad-value",
      place,
      `\`${declaration.name}\` has no weight; add a line such as \`weights h = 0\``,
    );
  } else if (declaration.statements.filter(isWeightsStatement).every(areHyper)) {
    problems.error(
      "bad-value",
      place,
      `\`${declaration.name}\` has hyper weights only; add one of the model's, such as \`weights h = 0\``,
    );
  }
  for (const extra of losses.slice(1)) {
    problems.error(
      "bad-value",
      rangeOf(extra),
      "this landscape has a loss already; remove one, or add the two",
      {
        related: [{ range: rangeOf(losses[0]!), message: "the first loss" }],
      },
    );
  }
  if (losses.length === 0) {
    problems.error(
      "bad-value",
      place,
      `\`${declaration.name}\` has no loss; add a line such as \`loss (h - x)^2 / 2\``,
    );
  }
}

function areHyper({ weights }: WeightsStatement): boolean {
  return weights.every(({ isHyper }) => isHyper);
}
