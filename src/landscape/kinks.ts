import { ordinal } from "../printable/index.js";
import { children, symbolsOf } from "./build.js";
import { LandscapeError } from "./error.js";
import type { Expression } from "./expression.js";
import type { Landscape } from "./landscape.js";

/** An absolute value of weights and continuous data together, which has a kink whose place the weights move. */
export interface MovingKink {
  /** The absolute value. */
  readonly expression: Expression;
  /** The power to which it is raised. */
  readonly exponent: number;
  /** One of the data. */
  readonly datum: string;
  /** Up to this order it has derivatives whose expectations are derivatives of the expectation. */
  readonly smooth: number;
}

/**
 * A kink whose place depends on weights and continuous data, where a derivative of the expectation is not the
 * expectation of the derivative: `|t|^p` moves with the weights up to the derivative of order `p`, or the next whole one.
 * @param order the highest derivative that is asked for
 */
export function movingKink({ weights, data, loss }: Landscape, order: number): MovingKink | undefined {
  const weightNames = new Set(weights.map((weight) => weight.name));
  const spread = new Set(data.flatMap((source) => (source.kind === "continuous" ? [source.name] : [])));
  const seen = new Map<Expression, number>();
  let found: MovingKink | undefined;
  const visit = (expression: Expression, exponent: number): void => {
    // what stands in several places is visited once for each power it is raised to
    if (found !== undefined || exponent >= (seen.get(expression) ?? Infinity)) {
      return;
    }
    seen.set(expression, exponent);
    if (expression.kind === "call" && expression.name === "abs" && exponent % 2 !== 0) {
      const symbols = [...symbolsOf(expression.argument)];
      const datum = symbols.find((symbol) => spread.has(symbol));
      const moves = datum !== undefined && symbols.some((symbol) => weightNames.has(symbol));
      const smooth = Math.ceil(exponent);
      if (moves && order > smooth) {
        found = { expression, exponent, datum, smooth };
        return;
      }
    }
    for (const child of children(expression)) {
      visit(child, powerOn(expression, child));
    }
  };
  visit(loss, 1);
  return found;
}

/**
 * Refuses what {@link movingKink} finds.
 * @throws LandscapeError
 */
export function refuseMovingKinks(landscape: Landscape, order: number): void {
  const kink = movingKink(landscape, order);
  if (kink !== undefined) {
    const { exponent, datum, smooth } = kink;
    const power = exponent === 1 ? "abs" : `abs to the power ${exponent}`;
    throw new LandscapeError(
      landscape.name,
      `${power} of weights and the datum ${datum} together has no ${ordinal(smooth + 1)} derivative; use a smooth function such as sqrt(u^2 + 0.01), or discrete data`,
    );
  }
}

/** The power to which an expression raises one of its parts; 1 where it does something else. */
function powerOn(expression: Expression, child: Expression): number {
  if (expression.kind === "power" && expression.base === child && expression.exponent.kind === "number") {
    return expression.exponent.value;
  }
  if (expression.kind !== "call") {
    return 1;
  }
  return expression.name === "sqrt" ? 1 / 2 : expression.name === "cbrt" ? 1 / 3 : 1;
}
