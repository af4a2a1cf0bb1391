import type { EstimatedOrders, EvaluationRequest, Evaluator, Term } from "../evaluate/index.js";

/** What diagrams of so many edges add to a prediction of one number. */
export interface PredictedOrder {
  /** Edges. */
  readonly order: number;
  /** `p_k`: the sum of the terms. */
  readonly predicted: number;
  /** The sum of their magnitudes, against which a sum may be rounding. */
  readonly magnitude: number;
  /** The sum with exact sums over times, where the prediction takes integrals. */
  readonly exact?: number;
  /** Where it is estimated: its standard error, by so many samples. */
  readonly estimate?: { readonly standardError: number; readonly samples: number };
}

/** An order below this share of its terms' magnitudes is zero: they cancel. */
const zeroShare = 1e-9;

/** Whether an order is zero, or would be without rounding. */
export function isZero({ predicted, magnitude }: Pick<PredictedOrder, "predicted" | "magnitude">): boolean {
  return Math.abs(predicted) <= zeroShare * magnitude;
}

/**
 * The orders from 0 to the highest of a prediction, for each number of its observable. Of named diagrams an order has those
 * that are named, and is 0 where none is.
 * @param highest the most edges predicted with.
 */
export function predictOrders(
  evaluator: Evaluator,
  request: EvaluationRequest,
  highest: number,
): PredictedOrder[][] {
  const orders = withErrors(ordersOf(evaluator.terms(request), highest), evaluator.errorsOfOrders(request));
  if (request.sum === "exact") {
    return orders;
  }
  const exact = ordersOf(evaluator.terms({ ...request, sum: "exact" }), highest);
  return orders.map((own, component) =>
    own.map((one, order) => ({ ...one, exact: exact[component]![order]!.predicted })),
  );
}

function withErrors(orders: PredictedOrder[][], estimated: EstimatedOrders | undefined): PredictedOrder[][] {
  return estimated === undefined
    ? orders
    : orders.map((own, component) =>
        own.map((one, order) => ({
          ...one,
          estimate: { standardError: estimated.errors[order]![component]!, samples: estimated.samples },
        })),
      );
}

/** The orders from 0 to the highest of some terms, the first of which is there always. */
export function ordersOf(terms: readonly Term[], highest: number): PredictedOrder[][] {
  return terms[0]!.value.map((_, component) =>
    Array.from({ length: highest + 1 }, (_, order) => ({ order, ...sumsOf(terms, order, component) })),
  );
}

/** What the terms of so many edges add to one number of their observable, and their magnitudes. */
export function sumsOf(
  terms: readonly Term[],
  order: number,
  component: number,
): Pick<PredictedOrder, "predicted" | "magnitude"> {
  let [predicted, magnitude] = [0, 0];
  for (const { edges, value, magnitude: own } of terms) {
    if (edges === order) {
      predicted += value[component]!;
      magnitude += own?.[component] ?? Math.abs(value[component]!);
    }
  }
  return { predicted, magnitude };
}
