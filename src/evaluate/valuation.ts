import type { Diagram } from "../diagram/index.js";
import {
  type Expansion,
  expandLandscape,
  hasHyperWeights,
  hessian,
  type Landscape,
  modelWeights,
} from "../landscape/index.js";
import type { WeightFunction } from "../observables/index.js";
import { type Descent, ruleOf, scheduleOf, updates } from "../optimisers/index.js";
import type { EmbeddingPlan } from "../spacetime/index.js";
import { type Criteria, criteriaOf } from "./criteria.js";
import { type Eigenbasis, metricEigenbasis } from "./eigen.js";
import { EigenbasisContraction, noiseAlong } from "./eigenbasis-contraction.js";
import { EvaluationError, type EvaluatorOptions } from "./evaluation.js";
import { functionExpansion } from "./function-expansion.js";
import { sizeProblem } from "./limits.js";
import type { Root } from "./root.js";
import { divergenceOf, stayingOf } from "./stability.js";

/**
 * A landscape at one place, as far as diagrams are valued on it: all that an evaluator knows of it. Other kinds of
 * landscapes than expressions need only have one of these.
 */
export interface Valuation {
  /** How many weights there are. */
  readonly dimension: number;
  /** The expected loss. */
  readonly loss: number;
  /**
   * A diagram's value with everything contracted; signs, powers of `eta` and `B`, and symmetry factors are left to the caller.
   * @param step how far an update goes, for the propagators; 0 gives uvalues.
   * @returns of an open root an entry a direction, which {@link toWeights} understands. Otherwise one entry.
   * @throws EvaluationError when a function of the weights is not smooth at this place.
   */
  contract(diagram: Diagram, plan: EmbeddingPlan, step: number, root: Root): number[];
  /** What a function of the weights is here; throws as {@link contract} does. */
  valueOf(observed: WeightFunction): number;
  /** What entries of directions are along some weights, by their numbers. */
  toWeights(value: readonly number[], weights: readonly number[]): number[];
  /** Whether a propagator is negative along some direction. @param step how far an update goes. */
  alternates(step: number): boolean;
  /** One line when descent diverges at this learning rate, by what the curvature says. */
  divergence(eta: number, descent: Descent): string | undefined;
  /** One line that names a direction that updates do not contract, so that a limit of ever more of them need not exist. */
  staying(eta: number, descent: Descent): string | undefined;
  /** What criteria say of the generalization gap; undefined where the curvature is not known along all directions. */
  criteria(eta: number, descent: Descent): Criteria | undefined;
}

/**
 * @throws EvaluationError when the order is too high for the number of weights.
 * @throws LandscapeError when the loss or its derivatives are not finite there.
 */
export function valuationOf(landscape: Landscape, options: EvaluatorOptions): Valuation {
  const { beyond = 0, named } = options;
  const reach = { order: options.order - beyond, beyond, ...(named === undefined ? {} : { named }) };
  const problem = sizeProblem(landscape, reach);
  if (problem !== undefined) {
    throw new EvaluationError(problem);
  }
  return new ExpressionValuation(landscape, options);
}

/** Derivatives and their cumulants, entry by entry in the eigenbasis of the Hessian and the metric. */
class ExpressionValuation implements Valuation {
  private readonly basis: Eigenbasis;
  private readonly expansion: Expansion;
  private readonly entries: EigenbasisContraction;
  private readonly at: readonly number[];

  constructor(
    private readonly landscape: Landscape,
    options: EvaluatorOptions,
  ) {
    const order = Math.max(options.order, 1);
    const at = options.at ?? landscape.weights.map((weight) => weight.start);
    this.at = at;
    this.basis = metricEigenbasis(hessian(landscape, at), landscape.metric);
    this.expansion = expandLandscape(landscape, {
      order: Math.max(order, 2),
      partSize: order + 1,
      at,
      basis: this.basis.vectors,
    });
    this.entries = new EigenbasisContraction(this.basis, this.expansion, (observed) =>
      functionExpansion(observed, landscape.weights, { order, at, basis: this.basis.vectors }),
    );
  }

  get dimension(): number {
    return this.landscape.weights.length;
  }

  get loss(): number {
    return this.expansion.loss;
  }

  contract(diagram: Diagram, plan: EmbeddingPlan, step: number, root: Root): number[] {
    return this.entries.contract(diagram, plan, step, root);
  }

  valueOf(observed: WeightFunction): number {
    return this.entries.valueOf(observed);
  }

  toWeights(value: readonly number[], weights: readonly number[]): number[] {
    return this.entries.toWeights(value, weights);
  }

  /** Of the model's own weights. */
  criteria(eta: number, descent: Descent): Criteria {
    const schedule = scheduleOf(descent);
    const { basis, expansion } = this.ofModel();
    const time = eta * ruleOf(descent).rate * updates(schedule);
    return criteriaOf(basis.values, noiseAlong(expansion), schedule.points, time);
  }

  /** The landscape as far as its hyper weights stay where they are. */
  private ofModel(): { readonly basis: Eigenbasis; readonly expansion: Expansion } {
    const { landscape, at } = this;
    if (!hasHyperWeights(landscape)) {
      return { basis: this.basis, expansion: this.expansion };
    }
    const own = modelWeights(landscape);
    const within = (matrix: readonly (readonly number[])[]) =>
      own.map((row) => own.map((column) => matrix[row]![column]!));
    const { metric } = landscape;
    const basis = metricEigenbasis(within(hessian(landscape, at)), metric && within(metric));
    const vectors = basis.vectors.map((vector) =>
      landscape.weights.map((_, weight) => vector[own.indexOf(weight)] ?? 0),
    );
    return { basis, expansion: expandLandscape(landscape, { order: 1, partSize: 2, at, basis: vectors }) };
  }

  alternates(step: number): boolean {
    return this.basis.values.some((h) => step * h > 1);
  }

  staying(eta: number, descent: Descent): string | undefined {
    return stayingOf(this.landscape, this.basis, eta, descent);
  }

  divergence(eta: number, descent: Descent): string | undefined {
    return divergenceOf(this.landscape, this.basis, this.expansion, eta, descent);
  }
}
