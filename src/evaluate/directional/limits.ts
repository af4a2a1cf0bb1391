import { enumerateDiagrams } from "../../diagram/index.js";
import { approximate } from "../limits.js";
import type { Source } from "./branch.js";
import { mostWeightsOfMatrix } from "./curvature.js";
import { Cuts } from "./cuts.js";
import type { LossDerivatives } from "./derivatives.js";
import { Ledger, mostEdges, mostOperations, rowsThatFit } from "./work.js";

/**
 * Why an order is too high to be evaluated from derivatives along directions, or takes too much work for so many rows, in one line;
 * `undefined` where neither. Of all diagrams whose root is alone: those with other roots say themselves what they take.
 * @param isNamed whether only some diagrams are asked for, which say themselves what they take.
 */
export function directionalProblem(
  { dimension, rows, operations }: Pick<LossDerivatives, "dimension" | "rows" | "operations">,
  order: number,
  isNamed = false,
): string | undefined {
  if (order > mostEdges) {
    return `order ${order} is more than derivatives along directions give; order ${mostEdges} is the highest that fits`;
  }
  const operationsOf = (most: number, count: number) =>
    directionalOperations({ dimension, rows: count, operations }, most);
  const needed = operationsOf(order, rows);
  if (isNamed || needed <= mostOperations) {
    return undefined;
  }
  let highest = order - 1;
  while (highest > 0 && operationsOf(highest, rows) > mostOperations) {
    highest--;
  }
  const fewer = rowsThatFit(rows, (count) => operationsOf(order, count));
  return `exact values of order ${order} over ${rows} rows take about ${approximate(needed)} operations; about ${fewer} rows fit, or order ${highest}`;
}

/** Operations of all diagrams of three edges that an entry of three directions takes for each row, about: with several epochs, of which more diagrams tell. */
const operationsOfEntry = 20;

/**
 * Why orders with propagators are too much for so many weights and rows, in one line; `undefined` where they are not.
 * @param isNamed whether only some diagrams are asked for.
 */
export function propagatorProblem(
  { dimension, rows }: Pick<LossDerivatives, "dimension" | "rows">,
  order: number,
  isNamed = false,
): string | undefined {
  if (dimension > mostWeightsOfMatrix) {
    return `orders with propagators need the curvature along all directions, and there are ${dimension} weights; up to ${mostWeightsOfMatrix} fit: use series instead of order`;
  }
  const operations = (count: number) => operationsOfEntry * count * dimension ** mostEdges;
  if (isNamed || order < mostEdges || operations(rows) <= mostOperations) {
    return undefined;
  }
  return `order ${order} along ${dimension} directions over ${rows} rows takes about ${approximate(operations(rows))} operations; about ${rowsThatFit(rows, operations)} rows fit, or order ${mostEdges - 1}, or use series instead of order`;
}

/** About how many arithmetic operations exact values of all diagrams up to an order take. */
export function directionalOperations(
  { dimension, rows, operations }: Pick<LossDerivatives, "dimension" | "rows" | "operations">,
  order: number,
): number {
  return operations * workOfOrders(order, { rows, dimension });
}

/** In gradients of one row. */
function workOfOrders(order: number, size: Pick<LossDerivatives, "rows" | "dimension">): number {
  const loss: Source = { name: "l" };
  const cuts = new Cuts(loss, () => loss);
  const ledger = new Ledger(size, loss);
  let work = 0;
  for (let edges = 1; edges <= order; edges++) {
    for (const { diagram } of enumerateDiagrams(edges)) {
      work += cuts.add(diagram, "loss", ledger);
    }
  }
  return work;
}
