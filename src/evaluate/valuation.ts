import { childrenOf, type Diagram, rootOf } from "../diagram/index.js";
import {
  type Expansion,
  type Expression,
  expandLandscape,
  hasHyperWeights,
  hessian,
  type Landscape,
  LandscapeError,
  modelWeights,
} from "../landscape/index.js";
import { type Combination, sumOf, type WeightFunction } from "../observables/index.js";
import { type Descent, ruleOf, scheduleOf, updates } from "../optimisers/index.js";
import type { EmbeddingPlan } from "../spacetime/index.js";
import { contract, decaysOf, type RootTensor } from "./contraction.js";
import { type Criteria, criteriaOf } from "./criteria.js";
import { type Eigenbasis, metricEigenbasis } from "./eigen.js";
import { EvaluationError, type EvaluatorOptions } from "./evaluation.js";
import { functionExpansion } from "./function-expansion.js";
import { sizeProblem } from "./limits.js";
import { divergenceOf, stayingOf } from "./stability.js";

/**
 * What stands at a diagram's root: the loss, nothing (the root's end of its one edge is left open), or a function of the weights,
 * and then the root is alone in its part. A root that is two has what covaries, each with its own edges.
 */
export type Root = "loss" | "open" | WeightFunction | RootPair;

/** Two roots in one. */
export interface RootPair {
  readonly covaried: readonly [Combination, Combination];
  /** For each node but the root, whether its path ends at the first of the two. */
  readonly isFirst: readonly boolean[];
}

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
  /** What criteria say of the generalization gap. */
  criteria(eta: number, descent: Descent): Criteria;
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
  private readonly functions = new WeakMap<Expression, Expansion>();
  private readonly order: number;
  private readonly at: readonly number[];

  constructor(
    private readonly landscape: Landscape,
    options: EvaluatorOptions,
  ) {
    this.order = Math.max(options.order, 1);
    this.at = options.at ?? landscape.weights.map((weight) => weight.start);
    this.basis = metricEigenbasis(hessian(landscape, this.at), landscape.metric);
    this.expansion = expandLandscape(landscape, {
      order: Math.max(this.order, 2),
      partSize: this.order + 1,
      at: this.at,
      basis: this.basis.vectors,
    });
  }

  get dimension(): number {
    return this.landscape.weights.length;
  }

  get loss(): number {
    return this.expansion.loss;
  }

  contract(diagram: Diagram, plan: EmbeddingPlan, step: number, root: Root): number[] {
    const decays = decaysOf(step, this.basis.values);
    if (typeof root === "string") {
      return contract(diagram, this.expansion, plan, decays, root);
    }
    if ("covaried" in root) {
      return contract(diagram, this.expansion, plan, decays, this.tensorOfPair(diagram, root));
    }
    const expansion = this.expanded(root);
    const entry = (indices: readonly number[]) => expansion.cumulant([expansion.derivative(indices)]);
    return contract(diagram, this.expansion, plan, decays, entry);
  }

  valueOf(observed: WeightFunction): number {
    return this.expanded(observed).loss;
  }

  /** The product of what stands at two roots, by the indices of the edges at both in the order of their nodes. */
  private tensorOfPair(diagram: Diagram, { covaried, isFirst }: RootPair): Exclude<RootTensor, string> {
    const children = childrenOf(diagram)[rootOf(diagram)]!;
    const places = [true, false].map((side) =>
      children.flatMap((node, place) => (isFirst[node] === side ? [place] : [])),
    );
    return (indices) =>
      covaried.reduce(
        (product, combination, side) =>
          product *
          this.derivativeOf(
            combination,
            places[side]!.map((place) => indices[place]!),
          ),
        1,
      );
  }

  /** The derivative, along some directions, of what covaries. */
  private derivativeOf(combination: Combination, indices: readonly number[]): number {
    const { expansion, basis } = this;
    return sumOf(
      combination.map(({ factor, quantity }) => {
        switch (quantity.kind) {
          case "expected_loss":
            return { factor, value: expansion.cumulant([expansion.derivative(indices)]) };
          case "weight_displacement":
            return {
              factor,
              value: indices.length === 1 ? basis.vectors[indices[0]!]![quantity.weight]! : 0,
            };
          default:
            throw new EvaluationError(
              `there are no diagrams with a root for the ${quantity.kind.replace("_", " ")} beside another`,
            );
        }
      }),
    );
  }

  private expanded(observed: WeightFunction): Expansion {
    let expansion = this.functions.get(observed.value);
    if (expansion === undefined) {
      const { order, at, basis } = this;
      expansion = functionExpansion(observed, this.landscape.weights, { order, at, basis: basis.vectors });
      this.functions.set(observed.value, expansion);
    }
    return expansion;
  }

  /** From the eigenbasis back to the chosen weights. */
  toWeights(value: readonly number[], weights: readonly number[]): number[] {
    return weights.map((weight) =>
      value.reduce((sum, entry, mu) => {
        const share = this.basis.vectors[mu]![weight]!;
        // A direction that overflows is nothing to the weights that it does not move.
        return share === 0 ? sum : sum + entry * share;
      }, 0),
    );
  }

  /** Of the model's own weights. */
  criteria(eta: number, descent: Descent): Criteria {
    const schedule = scheduleOf(descent);
    const { basis, expansion } = this.ofModel();
    const noise = basis.values.map((_, direction) => {
      const slope = expansion.derivative([direction]);
      try {
        return expansion.cumulant([slope, slope]);
      } catch (error) {
        // Data of which this moment does not exist have it infinite.
        if (error instanceof LandscapeError) {
          return Number.POSITIVE_INFINITY;
        }
        throw error;
      }
    });
    return criteriaOf(basis.values, noise, schedule.points, eta * ruleOf(descent).rate * updates(schedule));
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
