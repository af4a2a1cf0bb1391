import {
  automorphismCount,
  type Diagram,
  edgeCount,
  enumerateDiagrams,
  formatShortForm,
  isRootAlone,
  largestEnumeration,
  leastDiagramCount,
  rootOf,
} from "../diagram/index.js";
import {
  checkExpansion,
  type Expansion,
  expandLandscape,
  hessian,
  type Landscape,
} from "../landscape/index.js";
import {
  batchSize,
  type Embedding,
  type EmbeddingPlan,
  formatSpaceTime,
  planEmbeddings,
  planOfEmbedding,
  type SpaceTime,
} from "../spacetime/index.js";
import { contract } from "./contraction.js";
import { type Eigenbasis, symmetricEigenbasis } from "./eigen.js";
import {
  type Evaluation,
  EvaluationError,
  type EvaluationRequest,
  type EvaluatorOptions,
  type Term,
} from "./evaluation.js";
import type { Observable, SumMode } from "./observable.js";

interface Candidate {
  readonly name?: string;
  readonly diagram: Diagram;
  readonly automorphisms: number;
}

/** The most products of tensor entries one evaluation may take; a minute or so. */
const largestWork = 2.4e9;

/** Plans are kept for other learning rates and observables, while they are few enough to hold. */
const mostPlans = 2000;

/** What a diagram costs beside its products: symmetries and the plan of its embeddings. */
const workOfPlan = 5000;

/**
 * Evaluates diagrams on one landscape from one start. Derivatives and their cumulants are found once
 * and shared by all space-times, learning rates and observables.
 */
export class Evaluator {
  readonly basis: Eigenbasis;
  private readonly expansion: Expansion;
  private readonly order: number;
  private readonly plans = new Map<string, EmbeddingPlan>();
  private readonly lists = new Map<string, Candidate[]>();
  private readonly contractions = new Map<string, number[]>();

  /**
   * @throws EvaluationError when the order is too high for the number of weights.
   * @throws LandscapeError when the loss or its derivatives are not finite at the start.
   */
  constructor(
    readonly landscape: Landscape,
    options: EvaluatorOptions,
  ) {
    this.order = Math.max(options.order, 1);
    checkSize(landscape, options.order);
    checkExpansion(landscape, { order: Math.max(this.order, 2), partSize: this.order + 1 });
    const at = options.at ?? landscape.weights.map((weight) => weight.start);
    this.basis = symmetricEigenbasis(hessian(landscape, at));
    this.expansion = expandLandscape(landscape, {
      order: Math.max(this.order, 2),
      partSize: this.order + 1,
      at,
      basis: this.basis.vectors,
    });
  }

  /** The prediction with its terms and its Taylor series. */
  evaluate(request: EvaluationRequest): Evaluation {
    const terms = this.terms(request);
    const total = this.zero(request.observable);
    for (const term of terms) {
      addTo(total, term.value);
    }
    return { total, series: this.series(request), terms };
  }

  /** The terms of the prediction, which add up to it; the order-0 term comes first. */
  terms(request: EvaluationRequest): Term[] {
    const { observable, selection } = request;
    const start = this.startValue(observable);
    const terms: Term[] = [{ diagram: "(0)()", edges: 0, automorphisms: 1, embeddings: 1, value: start }];
    for (const candidate of this.candidates(request)) {
      if (edgeCount(candidate.diagram) === 0) {
        continue;
      }
      const plain = selection.kind === "series";
      const term = this.term(request, candidate, plain);
      if (term.embeddings !== 0 || selection.kind === "diagrams") {
        terms.push(term);
      }
    }
    return terms;
  }

  /** The total of the diagrams with exactly so many edges, by the request's kind of values. */
  orderTotal(request: EvaluationRequest, order: number): number[] {
    const total = this.zero(request.observable);
    const plain = request.selection.kind === "series";
    for (const candidate of this.enumerated(request, order, !plain)) {
      addTo(total, this.term(request, candidate, plain).value);
    }
    return total;
  }

  /** Coefficients of `eta^d` from uvalues: of all diagrams, or of the named ones. */
  private series(request: EvaluationRequest): number[][] {
    const { selection, observable } = request;
    const unit: EvaluationRequest = { ...request, eta: 1, sum: "exact" };
    if (selection.kind !== "diagrams") {
      const coefficients = [[...this.startValue(observable)]];
      for (let order = 1; order <= selection.order; order++) {
        const total = this.zero(observable);
        for (const candidate of this.enumerated(request, order, false)) {
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

  private candidates(request: EvaluationRequest): Candidate[] {
    const { selection } = request;
    if (selection.kind === "diagrams") {
      return selection.diagrams.map(({ name, diagram }) => this.named(name, diagram));
    }
    const orders = Array.from({ length: selection.order }, (_, index) => index + 1);
    return orders.flatMap((order) => this.enumerated(request, order, selection.kind === "order"));
  }

  private named(name: string, diagram: Diagram): Candidate {
    const automorphisms = automorphismCount(diagram);
    if (edgeCount(diagram) > this.order || automorphisms === undefined) {
      throw new EvaluationError(
        `diagram ${name} has ${edgeCount(diagram)} edges; at most ${this.order} fit this evaluation`,
      );
    }
    return { name, diagram, automorphisms };
  }

  /** All diagrams of so many edges that the observable and the space-time let contribute. */
  private enumerated(
    { observable, spacetime }: EvaluationRequest,
    order: number,
    irreducible: boolean,
  ): Candidate[] {
    const rootInPart = observable.kind === "train_loss" || observable.kind === "gen_gap";
    const pathCondition = spacetime.kind === "sgd" && spacetime.E === 1;
    const key = `${order} ${irreducible} ${rootInPart} ${pathCondition}`;
    let list = this.lists.get(key);
    if (!list) {
      list = [...enumerateDiagrams(order, { irreducible, rootInPart, pathCondition })];
      this.lists.set(key, list);
    }
    if (observable.kind === "displacement") {
      return list.filter(({ diagram }) => isAmputable(diagram));
    }
    return observable.kind === "gen_gap" ? list.filter(({ diagram }) => !isRootAlone(diagram)) : list;
  }

  /** One diagram's contribution: as an rvalue, or plainly as a uvalue. */
  private term(request: EvaluationRequest, candidate: Candidate, plain: boolean): Term {
    const { spacetime, eta, observable, sum } = request;
    const { diagram, automorphisms } = candidate;
    const edges = edgeCount(diagram);
    const short = formatShortForm(diagram);
    const exactPlan = this.plan(diagram, short, spacetime, "exact");
    const embeddings = exactPlan.sum(new Float64Array(diagram.parents.length));
    const base = {
      diagram: short,
      ...(candidate.name === undefined ? {} : { name: candidate.name }),
      edges,
      automorphisms,
      embeddings,
    };
    if (embeddings === 0 || !isSeen(diagram, observable)) {
      return { ...base, value: this.zero(observable) };
    }
    const mode = plain ? "exact" : sum;
    const plan = mode === "exact" ? exactPlan : this.plan(diagram, short, spacetime, mode);
    const amputate = observable.kind === "displacement";
    const contracted = this.contraction(diagram, short, spacetime, plan, plain ? 0 : eta, amputate);
    return { ...base, value: this.scaled(contracted, diagram, automorphisms, request) };
  }

  /**
   * What each of some labelled embeddings adds to the exact sum of a diagram's rvalue: its own rvalue with sign, and
   * `1/|Aut(D)|` of it. One entry an embedding, with one number, or one for each weight of a displacement.
   *
   * @throws EvaluationError for a diagram of more edges than this evaluator was made for, or embeddings too many.
   */
  contributions(
    diagram: Diagram,
    automorphisms: number,
    embeddings: readonly Pick<Embedding, "times">[],
    request: Pick<EvaluationRequest, "spacetime" | "eta" | "observable">,
  ): number[][] {
    const { eta, observable, spacetime } = request;
    const edges = edgeCount(diagram);
    if (edges > this.order) {
      throw new EvaluationError(
        `a diagram of ${edges} edges is too large; at most ${this.order} fit this evaluation`,
      );
    }
    if (embeddings.length * this.landscape.weights.length ** edges > largestWork) {
      throw new EvaluationError(`${embeddings.length} embeddings take too long; ask for fewer at once`);
    }
    const decays = this.basis.values.map((h) => eta * h);
    const amputate = observable.kind === "displacement";
    // A root that shares a part is measured on each of the N rows with weight 1/N.
    const weight = isRootAlone(diagram) ? 1 : 1 / spacetime.N;
    return embeddings.map((embedding) => {
      if (!isSeen(diagram, observable)) {
        return this.zero(observable);
      }
      const plan = planOfEmbedding(diagram, embedding);
      const contracted = contract(diagram, this.expansion, plan, decays, amputate);
      return this.scaled(contracted, diagram, automorphisms, request).map((value) => weight * value);
    });
  }

  /** With sign, powers of `eta` and `B`, and the symmetry factor (THEORY §3). */
  private scaled(
    contracted: readonly number[],
    diagram: Diagram,
    automorphisms: number,
    { eta, observable, spacetime }: Pick<EvaluationRequest, "spacetime" | "eta" | "observable">,
  ): number[] {
    const edges = edgeCount(diagram);
    const sign = (edges % 2 === 0 ? 1 : -1) * (observable.kind === "gen_gap" ? -1 : 1);
    const scale = (sign * (eta / batchSize(spacetime)) ** edges) / automorphisms;
    const value = contracted.map((entry) => entry * scale);
    return observable.kind === "displacement" ? this.toWeights(value, observable.weights) : value;
  }

  private contraction(
    diagram: Diagram,
    short: string,
    spacetime: SpaceTime,
    plan: EmbeddingPlan,
    eta: number,
    amputate: boolean,
  ): number[] {
    // Values at eta = 0 are uvalues, which series of many learning rates share.
    const key = eta === 0 ? `${formatSpaceTime(spacetime)} ${short} ${amputate}` : undefined;
    const known = key === undefined ? undefined : this.contractions.get(key);
    if (known) {
      return known;
    }
    const decays = this.basis.values.map((h) => eta * h);
    const result = contract(diagram, this.expansion, plan, decays, amputate);
    if (key !== undefined) {
      this.contractions.set(key, result);
    }
    return result;
  }

  private plan(diagram: Diagram, short: string, spacetime: SpaceTime, mode: SumMode): EmbeddingPlan {
    const key = `${formatSpaceTime(spacetime)} ${mode} ${short}`;
    let plan = this.plans.get(key);
    if (!plan) {
      plan = planEmbeddings(diagram, spacetime, mode);
      if (this.plans.size < mostPlans) {
        this.plans.set(key, plan);
      }
    }
    return plan;
  }

  private startValue(observable: Observable): number[] {
    return observable.kind === "displacement" || observable.kind === "gen_gap"
      ? this.zero(observable)
      : [this.expansion.loss];
  }

  private zero(observable: Observable): number[] {
    return observable.kind === "displacement" ? observable.weights.map(() => 0) : [0];
  }

  /** From the eigenbasis back to the chosen weights. */
  private toWeights(value: readonly number[], weights: readonly number[]): number[] {
    return weights.map((weight) =>
      value.reduce((sum, entry, mu) => sum + entry * this.basis.vectors[mu]![weight]!, 0),
    );
  }
}

function addTo(total: number[], value: readonly number[]): void {
  value.forEach((entry, index) => {
    total[index]! += entry;
  });
}

/** Whether a diagram adds anything to an observable, for what its root is. */
function isSeen(diagram: Diagram, { kind }: Observable): boolean {
  switch (kind) {
    case "displacement":
      return isAmputable(diagram);
    case "gen_gap":
      return !isRootAlone(diagram);
    case "test_loss":
      return isRootAlone(diagram);
    case "train_loss":
      return true;
  }
}

/** Whether a displacement sees the diagram: its root has one edge, and stands alone. */
function isAmputable(diagram: Diagram): boolean {
  const root = rootOf(diagram);
  return diagram.parents.filter((parent) => parent === root).length === 1 && isRootAlone(diagram);
}

/** Refuses orders for which diagrams or tensor entries are too many, and says what fits. */
function checkSize(landscape: Landscape, order: number): void {
  if (!Number.isInteger(order) || order < 0) {
    throw new EvaluationError(`order ${order} is not a whole number of edges; give 0 or more`);
  }
  const dimension = landscape.weights.length;
  const work = (edges: number) => leastDiagramCount(edges) * (dimension ** edges + workOfPlan);
  const largest = largestEnumeration({});
  if (order > largest || work(order) > largestWork) {
    let fits = Math.min(order, largest);
    while (fits > 0 && work(fits) > largestWork) {
      fits--;
    }
    const plural = dimension === 1 ? "weight" : "weights";
    throw new EvaluationError(
      `order ${order} with ${dimension} ${plural} takes about ${approximate(work(order))} products of tensor ` +
        `entries; order ${fits} is the highest that fits`,
    );
  }
}

function approximate(count: number): string {
  return Number.isFinite(count) ? count.toExponential(0).replace("e+", "·10^") : "10^300 or more";
}
