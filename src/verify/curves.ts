import type { Criteria, Evaluator } from "../evaluate/index.js";
import { componentLabels, isGap, type Observable } from "../observables/index.js";
import { type Curves, errorsWith, ninetyFivePercent, type PointTerms } from "../runs/index.js";
import { predictionOrder, requestOf, truncationsOf } from "./predict.js";
import type { VerifySpecification } from "./specification.js";

/** Learning rates of a curve; with slow evaluations fewer, down to the least. */
const mostPoints = 41;
const fewestPoints = 9;

/** Terms that overflow are named up to this many, and lines said. */
const mostNamed = 3;
const mostNotes = 6;

/** How long curves may take where somebody waits for them, in milliseconds. */
const usualPatience = 2000;

/**
 * The terms of the prediction at each learning rate of a specification, of each number by itself.
 * @param rest called now and then; lets other work in.
 */
export async function termsOf(
  evaluator: Evaluator,
  specification: VerifySpecification,
  rest: () => Promise<void>,
): Promise<PointTerms[]> {
  const found: PointTerms[] = [];
  for (const eta of specification.etas) {
    for (const observable of specification.observables) {
      const terms = evaluator.terms(requestOf(specification, observable, eta));
      componentLabels(observable, specification.landscape).forEach((label, component) => {
        const own = terms.map(({ value, standardError, magnitude: _, ...term }) => ({
          ...term,
          value: finite(value[component]!),
          ...(standardError === undefined ? {} : { standardError: standardError[component]! }),
        }));
        found.push({ eta, observable: label, terms: own });
      });
      await rest();
    }
  }
  return found;
}

/** Lines on what is predicted at the learning rates of a specification, each a sentence without its full stop. */
export function notesOf(
  evaluator: Evaluator,
  { etas, spacetime, observables }: VerifySpecification,
  terms: readonly PointTerms[],
): string[] {
  const divergences = etas.flatMap((eta) => {
    const line = evaluator.divergence(eta, spacetime);
    return line === undefined ? [] : [`At eta = ${eta} ${line}`];
  });
  const overflows = terms.flatMap(({ eta, observable, terms: own }) => {
    const large = own.filter(({ value }) => value === null).map(({ name, diagram }) => name ?? diagram);
    const named = `${large.slice(0, mostNamed).join(", ")}${large.length > mostNamed ? " and others" : ""}`;
    const verb = large.length === 1 ? "overflows" : "overflow";
    return large.length === 0
      ? []
      : [`At eta = ${eta} the prediction of ${observable} is not finite, since ${named} ${verb}`];
  });
  const gaps = observables.some(isGap) ? gapNotes(evaluator, { etas, spacetime }) : [];
  return [...divergences, ...overflows, ...gaps].slice(0, mostNotes);
}

/** What criteria say of the gap, a line a learning rate. */
export function gapNotes(
  evaluator: Evaluator,
  { etas, spacetime }: Pick<VerifySpecification, "etas" | "spacetime">,
): string[] {
  return etas.slice(0, mostNotes).flatMap((eta) => {
    const criteria = evaluator.criteria(eta, spacetime);
    if (criteria === undefined) {
      return [];
    }
    const { aic, tic, stic } = criteria;
    const shown = (value: number) =>
      Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "infinite";
    return [
      `At eta = ${eta} the gap's criteria are AIC ${shown(aic)}, TIC ${shown(tic)} and STIC ${shown(stic)}`,
    ];
  });
}

/**
 * Predictions as functions of the learning rate, from half the least of the specification to a quarter more than its
 * largest, those of the specification among them.
 * @param rest called now and then; lets other work in.
 * @param patience how long it may take, in milliseconds; slow evaluations have fewer points then.
 */
export async function curvesOf(
  evaluator: Evaluator,
  specification: VerifySpecification,
  rest: () => Promise<void>,
  patience = usualPatience,
): Promise<Curves[]> {
  const curves: Curves[] = [];
  const started = performance.now();
  for (const observable of specification.observables) {
    const first = performance.now();
    const known = new Map([
      [specification.etas[0]!, predictedAt(evaluator, specification, observable, specification.etas[0]!)],
    ]);
    const cost = performance.now() - first;
    const left = Math.max(0, patience - (performance.now() - started)) / specification.observables.length;
    const count = Math.max(fewestPoints, Math.min(mostPoints, Math.floor(left / Math.max(cost, 0.01))));
    const etas = spread(specification.etas, count);
    for (const eta of etas) {
      if (!known.has(eta)) {
        known.set(eta, predictedAt(evaluator, specification, observable, eta));
      }
      await rest();
    }
    const points = etas.map((eta) => known.get(eta)!);
    componentLabels(observable, specification.landscape).forEach((label, component) => {
      const orders = Array.from({ length: predictionOrder(specification) + 1 }, (_, order) =>
        points.map(({ totals }) => finite(totals[order]![component]!)),
      );
      curves.push({
        observable: label,
        etas,
        orders,
        truncation: points.map(({ truncation }) => finite(Math.abs(truncation[component]!))),
        ...intervalAlong(points, component),
        ...criteriaAlong(points),
      });
    });
  }
  return curves;
}

/** Learning rates evenly apart by their ratios, with the given ones among them. */
export function spread(etas: readonly number[], count: number): number[] {
  const least = Math.min(...etas) / 2;
  const most = Math.max(...etas) * 1.25;
  const steps = Math.max(1, count - 1 - etas.length);
  const between = Array.from({ length: steps + 1 }, (_, step) => least * (most / least) ** (step / steps));
  return [...new Set([...between, ...etas])].sort((one, other) => one - other);
}

/** What is predicted of an observable at one learning rate. */
export interface PredictedPoint {
  /** `totals[d][component]`: diagrams of at most `d` edges. */
  readonly totals: readonly (readonly number[])[];
  readonly truncation: readonly number[];
  /** Of an estimate: half the width of the 95 % interval of each number. */
  readonly interval?: readonly number[];
  /** Of a gap that has some. */
  readonly criteria?: Criteria;
}

/** How far estimates of a number may be off along a curve; nothing where it is exact. */
export function intervalAlong(
  points: readonly PredictedPoint[],
  component: number,
): Pick<Curves, "interval"> {
  return points.some(({ interval }) => interval === undefined)
    ? {}
    : { interval: points.map(({ interval }) => finite(interval![component]!)) };
}

/** What criteria say of the gap along a curve; nothing where there are none. */
export function criteriaAlong(points: readonly PredictedPoint[]): Pick<Curves, "criteria"> {
  if (points.some(({ criteria }) => criteria === undefined)) {
    return {};
  }
  const criteria = (["aic", "tic", "stic"] as const).map((name) => ({
    name: name.toUpperCase(),
    values: points.map((point) => finite(point.criteria![name])),
  }));
  return { criteria };
}

/** What diagrams of at most so many edges predict, from none on, and how far off that may be. */
export function predictedAt(
  evaluator: Evaluator,
  specification: VerifySpecification,
  observable: Observable,
  eta: number,
): PredictedPoint {
  const request = requestOf(specification, observable, eta);
  const order = predictionOrder(specification);
  const terms = evaluator.terms(request);
  const width = terms[0]!.value.length;
  const totals = Array.from({ length: order + 1 }, () => new Array<number>(width).fill(0));
  for (const { edges, value } of terms) {
    for (let most = edges; most <= order; most++) {
      value.forEach((one, component) => {
        totals[most]![component]! += one;
      });
    }
  }
  const criteria = isGap(observable) ? evaluator.criteria(eta, specification.spacetime) : undefined;
  const estimated = evaluator.errorsOfOrders(request);
  return {
    totals,
    truncation: truncationsOf(evaluator, specification, observable, eta),
    ...(estimated === undefined
      ? {}
      : {
          interval: estimated.total.map((error) => errorsWith(estimated.samples, ninetyFivePercent) * error),
        }),
    ...(criteria === undefined ? {} : { criteria }),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
