import type { ElementaryFunctions } from "../compile/elementary.js";
import { lowerExpression } from "../compile/lower.js";
import { finishProgram, ProgramBuilder, type Value } from "../compile/program.js";
import type { Series } from "../compile/series.js";
import { constantApart } from "../landscape/index.js";
import type { Quantity } from "../observables/index.js";
import type { DescentExpansion } from "./expansion.js";
import type { Losses } from "./losses.js";
import { orderOf } from "./orders.js";
import { isSameQuantity } from "./reading.js";
import type { StateProgram } from "./simulation-plan.js";

/** Of the quantities that are measured those that hang on nothing but the state; nothing where there is none. */
export function stateProgram(
  measured: readonly Quantity[],
  losses: Losses,
  expansion: DescentExpansion | undefined,
  functions: ElementaryFunctions,
): StateProgram | undefined {
  const quantities: Quantity[] = [];
  for (const quantity of measured) {
    const isRead =
      quantity.kind === "weight_function" ||
      (quantity.kind === "expected_loss" && orderOf(quantity) !== undefined);
    if (isRead && !quantities.some((one) => isSameQuantity(one, quantity))) {
      quantities.push(quantity);
    }
  }
  if (quantities.length === 0) {
    return undefined;
  }
  const builder = new ProgramBuilder();
  const width = losses.weights.length + (expansion?.registers ?? 0);
  const state = Array.from({ length: width }, (_, input) => builder.input(input));
  const known = new Map<string, Series>();
  const seriesOf = (key: string, make: () => Series): Series => {
    const series = known.get(key) ?? make();
    known.set(key, series);
    return series;
  };
  const outputs = quantities.map((quantity): Value => {
    const order = orderOf(quantity);
    let series: Series;
    if (quantity.kind !== "weight_function") {
      series = seriesOf("", () => expansion!.expectedOrders(builder, state));
    } else {
      const { name, value } = quantity.function;
      const { rest } = constantApart(value);
      if (order === undefined) {
        const symbols = new Map(losses.weights.map((weight, index) => [weight.name, state[index]!]));
        return lowerExpression(builder, rest, symbols, functions);
      }
      series = seriesOf(name, () => expansion!.functionOrders(builder, state, rest, functions));
    }
    return series[order!] ?? builder.constant(0);
  });
  return { program: finishProgram(builder, outputs, width), quantities };
}
