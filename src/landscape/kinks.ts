import { children, symbolsOf } from "./build.js";
import { LandscapeError } from "./error.js";
import type { Expression } from "./expression.js";
import type { Landscape } from "./landscape.js";

/**
 * Refuses a kink whose place depends on weights and continuous data, where a derivative of the expectation is not the
 * expectation of the derivative: `|t|^p` moves with the weights up to the derivative of order `p`, or the next whole one.
 * @param order the highest derivative that is asked for
 * @throws LandscapeError
 */
export function refuseMovingKinks(landscape: Landscape, order: number): void {
  const { weights, data, loss, name } = landscape;
  const weightNames = new Set(weights.map((weight) => weight.name));
  const spread = new Set(data.flatMap((source) => (source.kind === "continuous" ? [source.name] : [])));
  const seen = new Map<Expression, number>();
  const visit = (expression: Expression, exponent: number): void => {
    // what stands in several places is visited once for each power it is raised to
    if (exponent >= (seen.get(expression) ?? Infinity)) {
      return;
    }
    seen.set(expression, exponent);
    if (expression.kind === "call" && expression.name === "abs" && exponent % 2 !== 0) {
      const symbols = [...symbolsOf(expression.argument)];
      const datum = symbols.find((symbol) => spread.has(symbol));
      const moves = datum !== undefined && symbols.some((symbol) => weightNames.has(symbol));
      const smooth = Math.ceil(exponent);
      if (moves && order > smooth) {
        const power = exponent === 1 ? "abs" : `abs to the power ${exponent}`;
        throw new LandscapeError(
          name,
          `${power} of weights and the datum ${datum} together has no ${ordinal(smooth + 1)} derivative; use a smooth function such as sqrt(u^2 + 0.01), or discrete data`,
        );
      }
    }
    for (const child of children(expression)) {
      visit(child, powerOn(expression, child));
    }
  };
  visit(loss, 1);
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

function ordinal(n: number): string {
  return ["zeroth", "first", "second", "third", "fourth", "fifth"][n] ?? `${n}th`;
}
