import { canonicalize, formatShortForm } from "../diagram/index.js";
import {
  EvaluationError,
  type EvaluationRequest,
  Evaluator,
  evaluationProblem,
  type Selection,
  workOf,
} from "../evaluate/index.js";
import { LandscapeError } from "../landscape/index.js";
import { numbersOf, type Observable, observableOfLoss } from "../observables/index.js";
import { sidesOf } from "../optimisers/index.js";
import { unitsOfRounding } from "../simulate/index.js";
import type { Outlook } from "./doubts.js";
import { shiftingMoments } from "./drawing-notes.js";
import { largestRate, mostBeyond, mostRates } from "./largest-rate.js";
import { predictionOrder } from "./predict.js";
import { isZero, sumsOf } from "./predicted-orders.js";
import { predictionOf, type VerifySpecification } from "./specification.js";

/** The most products of tensor entries that are worth a hint: some seconds. */
const largestHint = 2e7;

/** Orders that are looked at beyond the prediction's for one that carries the observable. */
const mostOrders = 4;

/** What lies beyond a prediction is looked at two orders far. */
const beyond = 2;

/** Diagrams that a reason names at most. */
const mostNamed = 3;

/** A term below this share of the largest of its order is nothing that lacks. */
const negligible = 1e-9;

/**
 * What predictions of other orders and at other learning rates would be, of all diagrams: evaluated when a reason asks for
 * it, as far as that is some seconds' work by count.
 */
export class Outlooks {
  private readonly specification: VerifySpecification;
  /** By the highest order; `undefined` where it cannot be evaluated. */
  private readonly evaluators = new Map<number, Evaluator | undefined>();

  constructor(specification: VerifySpecification) {
    this.specification = specification;
  }

  /** Of one number of an observable, at one learning rate. */
  of(observable: Observable, component: number, eta: number): Outlook {
    const { specification } = this;
    const last = predictionOrder(specification);
    const ordersAt = (rate: number, highest: number) =>
      this.ordersAt(this.requestOf(observable, rate), component, highest);
    return {
      rate: (remainder) => {
        const isKnown = (highest: number) =>
          this.isWorth(highest, mostRates) && ordersAt(eta, highest) !== undefined;
        const reach = [last + beyond, last].find(isKnown);
        return reach === undefined
          ? undefined
          : largestRate(eta, last, remainder, (rate) => {
              const orders = ordersAt(rate, reach) ?? [];
              const carried = sumOf(orders.slice(0, last));
              return reach === last ? { carried } : { carried, beyond: magnitudeOf(orders.slice(last)) };
            });
      },
      order: () => {
        const most = Array.from(
          { length: mostOrders + beyond },
          (_, index) => last + mostOrders + beyond - index,
        );
        for (const highest of most) {
          const orders = this.isWorth(highest, 1) ? ordersAt(eta, highest) : undefined;
          if (orders !== undefined) {
            return lowestOrder(orders, last);
          }
        }
        return undefined;
      },
      lacking: (order) => this.lacking(this.requestOf(observable, eta), component, order),
      drawing: () => shiftingMoments(specification),
      rounding: (order) => this.rounding(observable, component, eta, order),
    };
  }

  /** Orders 1 and on of all diagrams; what is rounding of terms that cancel is 0. */
  private ordersAt(
    request: EvaluationRequest,
    component: number,
    highest: number,
  ): readonly number[] | undefined {
    const evaluator = this.evaluatorOf(highest);
    return (
      evaluator &&
      unlessImpossible(() =>
        Array.from({ length: highest }, (_, index) => {
          const order = sumsOf(evaluator.orderTerms(request, index + 1), index + 1, component);
          return isZero(order) ? 0 : order.predicted;
        }),
      )
    );
  }

  /**
   * Units in the last place of all that is added up: what losses on new data and on training points are apart, though they cancel
   * in what they differ by, and with propagators of 1 where alternating ones cancel.
   */
  private rounding(observable: Observable, component: number, eta: number, order: number): number {
    const { specification } = this;
    const { spacetime, landscape } = specification;
    const evaluator = this.isWorth(order, 2) ? this.evaluatorOf(order) : undefined;
    if (evaluator === undefined) {
      return 0;
    }
    const { combination } = numbersOf(observable, landscape)[component]!;
    const losses = combination.flatMap(({ factor, quantity }) => {
      const alone = observableOfLoss(quantity);
      return alone === undefined ? [] : [{ factor, observable: alone, component: 0 }];
    });
    const parts = losses.length === combination.length ? losses : [{ factor: 1, observable, component }];
    // What is added up has the magnitudes of plain orders where these are measured: propagators may be all that there is of them.
    const isPlain = predictionOf(specification).kind === "series" || evaluator.alternates(eta, spacetime);
    const kind = isPlain ? "series" : "order";
    const magnitude = unlessImpossible(() =>
      sumOf(
        parts.map((part) => {
          const selection: Selection = { kind: order === 0 ? "order" : kind, order };
          const request = { spacetime, eta, observable: part.observable, selection, sum: "exact" as const };
          const terms = order === 0 ? evaluator.terms(request) : evaluator.orderTerms(request, order);
          return (
            Math.abs(part.factor) *
            magnitudeOf(terms.map(({ value, magnitude }) => (magnitude ?? value)[part.component]!))
          );
        }),
      ),
    );
    return Number.isFinite(magnitude) ? Math.max(...sidesOf(spacetime).map(unitsOfRounding)) * magnitude! : 0;
  }

  private lacking(request: EvaluationRequest, component: number, order: number): readonly string[] {
    const prediction = predictionOf(this.specification);
    if (prediction.kind !== "diagrams" || order === 0 || !this.isWorth(order, 1)) {
      return [];
    }
    const named = new Set(
      prediction.diagrams.map(({ diagram }) => formatShortForm(canonicalize(diagram)?.diagram ?? diagram)),
    );
    const terms = unlessImpossible(() => this.evaluatorOf(order)!.orderTerms(request, order)) ?? [];
    const size = ({ value }: { readonly value: readonly number[] }) => Math.abs(value[component]!);
    const largest = Math.max(0, ...terms.map(size));
    const lacking = terms
      .filter((term) => !named.has(term.diagram) && size(term) > negligible * largest)
      .sort((one, other) => size(other) - size(one))
      .map(({ diagram }) => diagram);
    const rest = lacking.length - mostNamed;
    return rest > 0 ? [...lacking.slice(0, mostNamed), `${rest} more`] : lacking;
  }

  private requestOf(observable: Observable, eta: number): EvaluationRequest {
    const { spacetime, sum } = this.specification;
    const kind = predictionOf(this.specification).kind === "series" ? "series" : "order";
    // Which diagrams are asked for by their number of edges.
    const selection: Selection = { kind, order: predictionOrder(this.specification) };
    return { spacetime, eta, observable, selection, sum };
  }

  /** Whether so many evaluations up to an order are few enough, and possible. */
  private isWorth(order: number, evaluations: number): boolean {
    const weights = this.specification.landscape.weights.length;
    const work = evaluations * workOf(weights, { order, beyond: 0 });
    return work <= largestHint && this.evaluatorOf(order) !== undefined;
  }

  private evaluatorOf(order: number): Evaluator | undefined {
    if (!this.evaluators.has(order)) {
      this.evaluators.set(order, evaluatorUpTo(this.specification, order));
    }
    return this.evaluators.get(order);
  }
}

function evaluatorUpTo({ landscape }: VerifySpecification, order: number): Evaluator | undefined {
  const reach = { order, beyond: 0 };
  if (evaluationProblem(landscape, reach) !== undefined) {
    return undefined;
  }
  return unlessImpossible(() => new Evaluator(landscape, reach));
}

/** What cannot be evaluated, or needs a moment that does not exist, is no hint. */
function unlessImpossible<Found>(find: () => Found): Found | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof LandscapeError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * The lowest order above one whose next two are at most a quarter of what it carries; where none is, the lowest that carries
 * anything, which lower learning rates make larger than what is beyond it.
 * @param orders 1 and on.
 */
function lowestOrder(orders: readonly number[], above: number): number | undefined {
  const candidates = Array.from({ length: orders.length - above }, (_, index) => above + 1 + index);
  const carried = (order: number) => Math.abs(sumOf(orders.slice(0, order)));
  const isCarried = (order: number) =>
    order + beyond <= orders.length &&
    carried(order) > 0 &&
    magnitudeOf(orders.slice(order, order + beyond)) <= mostBeyond * carried(order);
  return candidates.find(isCarried) ?? candidates.find((order) => carried(order) > 0);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function magnitudeOf(values: readonly number[]): number {
  return sumOf(values.map(Math.abs));
}
