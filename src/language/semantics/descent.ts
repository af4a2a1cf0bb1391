import { type AnyLandscape, isWritten } from "../../evaluate/any-landscape.js";
import { noiseProblem } from "../../evaluate/noise-problem.js";
import { hyperUnpredicted, penaltyUnpredicted, placeProblem } from "../../evaluate/unpredicted.js";
import { penalty, type SpaceTime } from "../../optimisers/index.js";
import type { PredictChoice, SpaceTimeChoice } from "../generated/ast.js";
import { type ProblemList, rangeOf } from "../problem.js";

/** What a verify says of a descent, each as far as it is sound. */
export interface SaidDescent {
  readonly landscape: AnyLandscape | undefined;
  readonly spacetime: SpaceTime | undefined;
  readonly spaceTimeChoice: SpaceTimeChoice | undefined;
  readonly predictChoice: PredictChoice | undefined;
}

/** Reports where a landscape and a space-time do not go together, and where there is no prediction of them. */
export function checkDescentOn(
  { landscape, spacetime, spaceTimeChoice, predictChoice }: SaidDescent,
  problems: ProblemList,
): void {
  const noise =
    landscape && spacetime && isWritten(landscape) ? noiseProblem(landscape, spacetime) : undefined;
  if (noise !== undefined) {
    problems.error("bad-space-time", rangeOf(spaceTimeChoice!), noise);
  }
  const unfit = landscape && spacetime && placeProblem(landscape, spacetime);
  if (unfit !== undefined) {
    const sides = [
      spaceTimeChoice!,
      ...(spaceTimeChoice!.minus === undefined ? [] : [spaceTimeChoice!.minus]),
    ];
    const argument = sides.flatMap((side) => side.arguments).find(({ name }) => name === penalty.name);
    problems.error("bad-space-time", rangeOf(argument ?? spaceTimeChoice!), unfit);
  }
  const unpredicted =
    predictChoice &&
    ((spacetime && penaltyUnpredicted(spacetime)) ?? (landscape && hyperUnpredicted(landscape)));
  if (unpredicted !== undefined) {
    problems.error("bad-value", rangeOf(predictChoice!), unpredicted, { data: { removable: "predict" } });
  }
}
