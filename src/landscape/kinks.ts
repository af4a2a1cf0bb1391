import { children, symbolsOf } from "./build.js";
import { LandscapeError } from "./error.js";
import type { Expression } from "./expression.js";
import type { Landscape } from "./landscape.js";

/**
 * Refuses a kink whose place depends on weights and continuous data: the second derivative of the
 * expectation is not the expectation of the second derivative there.
 * @throws LandscapeError
 */
export function refuseMovingKinks(landscape: Landscape): void {
  const { weights, data, loss, name } = landscape;
  const weightNames = new Set(weights.map((weight) => weight.name));
  const spread = new Set(
    data.flatMap((source) => (source.kind === "normal" || source.kind === "uniform" ? [source.name] : [])),
  );
  const visit = (expression: Expression): void => {
    if (expression.kind === "call" && expression.name === "abs") {
      const symbols = [...symbolsOf(expression.argument)];
      const datum = symbols.find((symbol) => spread.has(symbol));
      if (datum !== undefined && symbols.some((symbol) => weightNames.has(symbol))) {
        throw new LandscapeError(
          name,
          `abs of weights and the datum ${datum} together has no second derivative; use a smooth function such as sqrt(u^2 + 0.01), or discrete data`,
        );
      }
    }
    for (const child of children(expression)) visit(child);
  };
  visit(loss);
}
