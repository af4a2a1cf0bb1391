import { type ContinuousSource, continuousOf, countedOf } from "./distributions/index.js";
import {
  type Fineness,
  farthestReach,
  mostPieceSteps,
  normalised,
  type PairedRule,
} from "./distributions/paired.js";
import type { DataSource } from "./landscape.js";
import { columnOf, rowCount } from "./rows.js";

export {
  coarsest,
  type Fineness,
  farthestReach,
  type PairedRule,
  type SourceRule,
} from "./distributions/paired.js";

/** Whether a source needs rules at all: finitely many data are summed over. */
export function isContinuous(source: DataSource): source is ContinuousSource {
  return source.kind === "continuous";
}

/**
 * The rules of a source at a fineness; of finitely many data both are the distribution itself.
 * @param breaks where what is averaged is not smooth, ascending: each piece between has rules of its own.
 */
export function pairedRule(
  source: DataSource,
  fineness: Fineness,
  breaks: readonly number[] = [],
): PairedRule {
  switch (source.kind) {
    case "continuous":
      return continuousOf(source).paired.rule(source.parameters, fineness, breaks);
    case "finite": {
      const [rule] = finite(
        [Float64Array.from(source.outcomes, ({ value }) => value)],
        Float64Array.from(source.outcomes, ({ probability }) => probability),
      );
      const endless = countedOf(source)?.endless === true;
      const whole = endless ? { ...rule, beyond: [0, beyondCounts] as const } : rule;
      return [whole, whole];
    }
    case "rows":
      return finite(
        source.names.map((_, column) => columnOf(source, column)),
        new Float64Array(rowCount(source)).fill(1 / rowCount(source)),
      );
  }
}

/** The next finer rules; undefined when there are none. */
export function finer(
  source: ContinuousSource,
  { step, reach }: Fineness,
  wish: "step" | "reach",
  breaks: readonly number[] = [],
): Fineness | undefined {
  if (wish === "reach") {
    return reach < farthestReach ? { step, reach: reach + 1 } : undefined;
  }
  const { steps } = continuousOf(source).paired;
  return step + 1 < (breaks.length > 0 ? mostPieceSteps : steps) ? { step: step + 1, reach } : undefined;
}

/** What the last count is multiplied with to bound those beyond it, which are ever rarer. */
const beyondCounts = 10;

function finite(columns: readonly Float64Array[], weights: Float64Array): PairedRule {
  const rule = { columns, weights: normalised(weights) };
  return [rule, rule];
}
