import {
  automorphismCount,
  type Diagram,
  edgeCount,
  formatShortForm,
  formatTwoRooted,
  isRootAlone,
} from "../diagram/index.js";
import { isAmputable, isCovariance, isSeen, type Observable, sumOf } from "../observables/index.js";
import {
  type Descent,
  hasTrainingPoints,
  infinite,
  isDifference,
  isLimit,
  type SpaceTime,
  sidesOf,
} from "../optimisers/index.js";
import { type Embedding, type EmbeddingPlan, planOfEmbedding, weightOfTimes } from "../spacetime/index.js";
import type { AnyLandscape } from "./any-landscape.js";
import type { Criteria } from "./criteria.js";
import { factsOf } from "./descent-facts.js";
import { type DescentRequest, seriesOfSides, termsOfSides } from "./difference.js";
import {
  type EstimatedOrders,
  type Evaluation,
  EvaluationError,
  type EvaluationRequest,
  type EvaluatorOptions,
  type Term,
} from "./evaluation.js";
import { type Candidate, type EvaluatedLandscape, KnownDiagrams } from "./known-diagrams.js";
import { largestWork, limitOf } from "./limits.js";
import { timesPower, weightOfParts } from "./part-weights.js";
import type { Root } from "./root.js";
import { refuseUnknown } from "./unknown.js";
import type { Valuation } from "./valuation.js";
import { valuationOn } from "./valuation-on.js";

/**
 * Evaluates diagrams on one landscape from one start. Derivatives and their cumulants are found once
 * and shared by all space-times, learning rates and observables.
 */
export class Evaluator {
  private readonly values: Valuation;
  private readonly order: number;
  private known: KnownDiagrams;
  private readonly contractions = new Map<string, number[]>();
  /**
   * @param values what diagrams are worth on the landscape; by default found from its loss.
   * @throws EvaluationError when the order is too high for the number of weights.
   * @throws LandscapeError when the loss or its derivatives are not finite at the start.
   */
  constructor(landscape: AnyLandscape, options: EvaluatorOptions);
  constructor(landscape: EvaluatedLandscape, options: EvaluatorOptions, values: Valuation);
  constructor(
    readonly landscape: EvaluatedLandscape,
    options: EvaluatorOptions,
    values = valuationOn(landscape as AnyLandscape, options),
  ) {
    this.order = Math.max(options.order, 1);
    this.values = values;
    this.known = new KnownDiagrams(landscape);
  }

  /** Another of the same diagrams, which are found once for both, with values of its own. */
  protected beside(values: Valuation): Evaluator {
    const other = new Evaluator(this.landscape, { order: this.order }, values);
    other.known = this.known;
    return other;
  }

  /** The prediction with its terms and its Taylor series. */
  evaluate(request: EvaluationRequest): Evaluation {
    const terms = this.terms(request);
    const total = this.zero(request.observable);
    for (const term of terms) {
      addTo(total, term.value);
    }
    return isLimit(request.spacetime)
      ? { total, series: [], terms, isLimit: true }
      : { total, series: seriesOfSides(request, (side) => this.series(side)), terms };
  }

  /** Whether values are estimated from rows that were drawn, and have errors. */
  get isEstimate(): boolean {
    return false;
  }

  /** Of what is estimated, how far its orders may be off. */
  errorsOfOrders(_request: EvaluationRequest): EstimatedOrders | undefined {
    return undefined;
  }

  /** One line when descent diverges at this learning rate, by what the curvature says. */
  divergence(eta: number, spacetime: SpaceTime): string | undefined {
    const lines = sidesOf(spacetime).map((side) => this.values.divergence(eta, side));
    return lines.find((line) => line !== undefined);
  }

  /** Whether updates overshoot along some direction, so that what later ones leave of it changes its sign. */
  alternates(eta: number, spacetime: SpaceTime): boolean {
    return sidesOf(spacetime).some((side) => this.values.alternates(eta * factsOf(side).rule.rate));
  }

  /**
   * What criteria say of the generalization gap, whatever diagrams do; undefined where descent has no training points, and
   * of differences.
   */
  criteria(eta: number, spacetime: SpaceTime): Criteria | undefined {
    return hasTrainingPoints(spacetime) && !isDifference(spacetime)
      ? this.values.criteria(eta, spacetime)
      : undefined;
  }

  /** The terms of the prediction, which add up to it; the order-0 term comes first. Those of a difference are differences. */
  terms(request: EvaluationRequest): Term[] {
    const { observable, selection } = request;
    refuseUnknown(this.landscape, request.spacetime, selection, observable);
    return termsOfSides(request, (side) => this.termsOf(side));
  }

  private termsOf(request: DescentRequest): Term[] {
    const { observable, selection } = request;
    const hasLimit = isLimit(request.spacetime);
    if (hasLimit && selection.kind === "series") {
      throw new EvaluationError(
        `coefficients of a Taylor series grow without end as ${limitOf(request.spacetime)}; ask for order ${selection.order}`,
      );
    }
    const start = this.startValue(observable);
    const lowest = isCovariance(observable) ? "(0-1)()(0|1)" : "(0)()";
    const terms: Term[] = [{ diagram: lowest, edges: 0, automorphisms: 1, embeddings: 1, value: start }];
    for (const candidate of this.candidates(request)) {
      if (edgeCount(candidate.diagram) === 0) {
        continue;
      }
      const plain = selection.kind === "series";
      const term = this.term(request, candidate, plain);
      const isThere = term.embeddings !== 0 || term.value.some((one) => one !== 0);
      if (isThere || selection.kind === "diagrams") {
        if (hasLimit && !term.value.every(Number.isFinite)) {
          throw new EvaluationError(this.withoutLimit(request, term));
        }
        terms.push(term);
      }
    }
    return terms;
  }

  /** Why a term has no limit, in one line. */
  private withoutLimit({ eta, spacetime }: DescentRequest, { diagram, name }: Term): string {
    const why = this.values.staying(eta, spacetime) ?? "its sum is not finite";
    return `${name ?? diagram} has no limit as ${limitOf(spacetime)}: ${why}; write a whole number instead of ${infinite}`;
  }

  /** The total of the diagrams with exactly so many edges, by the request's kind of values. */
  orderTotal(request: EvaluationRequest, order: number): number[] {
    const total = this.zero(request.observable);
    for (const { value } of this.orderTerms(request, order)) {
      addTo(total, value);
    }
    return total;
  }

  /** What each diagram with exactly so many edges adds, whichever the request names, by its kind of values. */
  orderTerms(request: EvaluationRequest, order: number): Term[] {
    const plain = request.selection.kind === "series";
    refuseUnknown(this.landscape, request.spacetime, { kind: "order", order });
    return termsOfSides(request, (side) =>
      this.known.enumerated(side, order, !plain).map((candidate) => this.term(side, candidate, plain)),
    );
  }

  /** Coefficients of `eta^d` from uvalues: of all diagrams, or of the named ones. */
  private series(request: DescentRequest): number[][] {
    const { selection, observable } = request;
    const unit: DescentRequest = { ...request, eta: 1, sum: "exact" };
    if (selection.kind !== "diagrams") {
      const coefficients = [[...this.startValue(observable)]];
      for (let order = 1; order <= selection.order; order++) {
        const total = this.zero(observable);
        for (const candidate of this.known.enumerated(request, order, false)) {
          addTo(total, this.term(unit, candidate, true).value);
        }
        coefficients.push(total);
      }
      return coefficients;
    }
    const candidates = this.candidates(request);
    const most = Math.max(0, ...candidates.map((candidate) => edgeCount(candidate.diagram)));
    const coefficients = Array.from({ length: most + 1 }, () => this.zero(observable));
    addTo(coefficients[0]!, this.startValue(observable));
    for (const candidate of candidates) {
      if (edgeCount(candidate.diagram) > 0) {
        addTo(coefficients[edgeCount(candidate.diagram)]!, this.term(unit, candidate, true).value);
      }
    }
    return coefficients;
  }

  private candidates(request: DescentRequest): Candidate[] {
    const { selection } = request;
    if (selection.kind === "diagrams") {
      return selection.diagrams.map(({ name, diagram }) => this.named(name, diagram));
    }
    const orders = Array.from({ length: selection.order }, (_, index) => index + 1);
    return orders.flatMap((order) => this.known.enumerated(request, order, selection.kind === "order"));
  }

  private named(name: string, diagram: Diagram): Candidate {
    const automorphisms = automorphismCount(diagram);
    if (edgeCount(diagram) > this.order) {
      throw new EvaluationError(
        `diagram ${name} has ${edgeCount(diagram)} edges; at most ${this.order} fit this evaluation`,
      );
    }
    if (automorphisms === undefined) {
      throw new EvaluationError(
        `the symmetries of diagram ${name} are too many to be counted; choose another`,
      );
    }
    return { name, diagram, automorphisms };
  }

  /** One diagram's contribution: as an rvalue, or plainly as a uvalue. */
  private term(request: DescentRequest, candidate: Candidate, plain: boolean): Term {
    const { spacetime, eta, observable, sum } = request;
    const { diagram, automorphisms, split } = candidate;
    const edges = edgeCount(diagram);
    const short = split === undefined ? formatShortForm(diagram) : formatTwoRooted(split);
    const exactPlan = this.known.plan(candidate, short, spacetime, "exact");
    const embeddings = exactPlan.count();
    const base = {
      diagram: short,
      ...(candidate.name === undefined ? {} : { name: candidate.name }),
      edges,
      automorphisms,
      embeddings,
    };
    const mode = plain ? "exact" : sum;
    const weighs = weightOfParts(factsOf(spacetime).rule, diagram) !== 0;
    // Integrals over times are there also where no whole times are.
    const isCounted = split !== undefined || isSeen(diagram, this.known.factorsOf(observable));
    if ((mode === "exact" && embeddings === 0) || !weighs || !isCounted) {
      return { ...(weighs ? base : { ...base, embeddings: 0 }), value: this.zero(observable) };
    }
    const plan = mode === "exact" ? exactPlan : this.known.plan(candidate, short, spacetime, mode);
    const step = plain ? 0 : eta * factsOf(spacetime).rule.rate;
    const value = this.scaled(
      (root) => this.contraction(diagram, short, spacetime, plan, step, root),
      candidate,
      request,
    );
    return { ...base, value };
  }

  /**
   * What each of some labelled embeddings adds to the exact sum of a diagram's rvalue: its own rvalue with sign, and
   * `1/|Aut(D)|` of it. One entry an embedding, with each number of the observable.
   *
   * @throws EvaluationError for a diagram of more edges than this evaluator was made for, embeddings too many, or a descent
   * that has no prediction.
   */
  contributions(
    diagram: Diagram,
    automorphisms: number,
    embeddings: readonly Pick<Embedding, "times">[],
    request: Pick<DescentRequest, "spacetime" | "eta" | "observable">,
  ): number[][] {
    const { eta, observable, spacetime } = request;
    refuseUnknown(this.landscape, spacetime);
    const edges = edgeCount(diagram);
    if (edges > this.order) {
      throw new EvaluationError(
        `a diagram of ${edges} edges is too large; at most ${this.order} fit this evaluation`,
      );
    }
    if (embeddings.length * this.values.dimension ** edges > largestWork) {
      throw new EvaluationError(`${embeddings.length} embeddings take too long; ask for fewer at once`);
    }
    const step = eta * factsOf(spacetime).rule.rate;
    const isCounted = isSeen(diagram, this.known.factorsOf(observable));
    // A root that shares a part is measured on each of the N rows with weight 1/N.
    const weight = isRootAlone(diagram) ? 1 : 1 / factsOf(spacetime).schedule.points;
    return embeddings.map((embedding) => {
      if (!isCounted) {
        return this.zero(observable);
      }
      const plan = planOfEmbedding(diagram, embedding);
      const counted = weight * weightOfTimes(diagram, embedding.times, factsOf(spacetime).schedule);
      return this.scaled(
        (root) => this.values.contract(diagram, plan, step, root),
        { diagram, automorphisms },
        request,
      ).map((value) => counted * value);
    });
  }

  /**
   * With sign, what the update rule and `1/B` weigh each node, powers of `eta`, and the symmetry factor (THEORY §3), as often as
   * each number has it.
   * @param contracted the diagram's contraction with what stands at its root.
   */
  private scaled(
    contracted: (root: Root) => readonly number[],
    { diagram, automorphisms, split }: Candidate,
    { eta, observable, spacetime }: Pick<DescentRequest, "spacetime" | "eta" | "observable">,
  ): number[] {
    const edges = edgeCount(diagram);
    const { schedule, rule } = factsOf(spacetime);
    const sign = (edges % 2 === 0 ? 1 : -1) * weightOfParts(rule, diagram);
    const isAlone = isRootAlone(diagram);
    const base = (eta * rule.rate) / schedule.batch;
    let along: readonly number[] | undefined;
    return this.known.factorsOf(observable).map(({ alone, inPart, amputated, functions, covaried }) => {
      if (covaried !== undefined && split !== undefined) {
        const { isFirst } = split;
        return timesPower(contracted({ covaried, isFirst })[0]! * (sign / automorphisms), base, edges);
      }
      const factor = isAlone ? alone : inPart;
      const whole =
        factor === 0
          ? 0
          : timesPower(contracted("loss")[0]! * ((sign * factor) / automorphisms), base, edges);
      const terms = (isAlone ? functions : []).map((one) => ({
        factor: one.factor,
        value: timesPower(contracted(one.function)[0]! * (sign / automorphisms), base, edges),
      }));
      if (amputated.length > 0 && isAmputable(diagram)) {
        along ??= contracted("open").map((one) => timesPower(one * (sign / automorphisms), base, edges));
        const ofWeights = this.values.toWeights(
          along,
          amputated.map(({ weight }) => weight),
        );
        terms.push(...amputated.map((share, index) => ({ factor: share.factor, value: ofWeights[index]! })));
      }
      if (terms.length === 0) {
        return whole;
      }
      return sumOf(factor === 0 ? terms : [{ factor: 1, value: whole }, ...terms]);
    });
  }

  /** @param step how far an update goes; 0 gives uvalues, which series of many learning rates share. */
  private contraction(
    diagram: Diagram,
    short: string,
    spacetime: Descent,
    plan: EmbeddingPlan,
    step: number,
    root: Root,
  ): number[] {
    const key = step === 0 ? `${factsOf(spacetime).text} ${short} ${this.textOf(root)}` : undefined;
    const known = key === undefined ? undefined : this.contractions.get(key);
    if (known) {
      return known;
    }
    const result = this.values.contract(diagram, plan, step, root);
    if (key !== undefined) {
      this.contractions.set(key, result);
    }
    return result;
  }

  /** Tells what stands at roots apart. */
  private textOf(root: Root): string {
    if (typeof root === "string") {
      return root;
    }
    return "covaried" in root ? JSON.stringify(root.covaried) : `${this.known.numberOf(root.value)}`;
  }

  private startValue(observable: Observable): number[] {
    return this.known
      .factorsOf(observable)
      .map(({ alone, functions }) =>
        sumOf([
          { factor: alone, value: this.values.loss },
          ...functions.map((one) => ({ factor: one.factor, value: this.values.valueOf(one.function) })),
        ]),
      );
  }

  private zero(observable: Observable): number[] {
    return this.known.factorsOf(observable).map(() => 0);
  }
}

function addTo(total: number[], value: readonly number[]): void {
  value.forEach((entry, index) => {
    total[index]! += entry;
  });
}
