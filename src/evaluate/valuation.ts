import type { Diagram } from "../diagram/index.js";
import { type Expansion, expandLandscape, hessian, type Landscape } from "../landscape/index.js";
import type { SpaceTime } from "../optimisers/index.js";
import type { EmbeddingPlan } from "../spacetime/index.js";
import { contract, decaysOf } from "./contraction.js";
import { type Eigenbasis, symmetricEigenbasis } from "./eigen.js";
import { EvaluationError, type EvaluatorOptions } from "./evaluation.js";
import { sizeProblem } from "./limits.js";
import { divergenceOf } from "./stability.js";

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
   * @param amputate leave the root's end of its one edge open: the result has an entry a direction, which
   *   {@link toWeights} understands. Otherwise it has one entry.
   */
  contract(diagram: Diagram, plan: EmbeddingPlan, step: number, amputate: boolean): number[];
  /** What entries of directions are along some weights, by their numbers. */
  toWeights(value: readonly number[], weights: readonly number[]): number[];
  /** One line when descent diverges at this learning rate, by what the curvature says. */
  divergence(eta: number, spacetime: SpaceTime): string | undefined;
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

/** Derivatives and their cumulants, entry by entry in the eigenbasis of the Hessian. */
class ExpressionValuation implements Valuation {
  private readonly basis: Eigenbasis;
  private readonly expansion: Expansion;

  constructor(
    private readonly landscape: Landscape,
    options: EvaluatorOptions,
  ) {
    const order = Math.max(options.order, 1);
    const at = options.at ?? landscape.weights.map((weight) => weight.start);
    this.basis = symmetricEigenbasis(hessian(landscape, at));
    this.expansion = expandLandscape(landscape, {
      order: Math.max(order, 2),
      partSize: order + 1,
      at,
      basis: this.basis.vectors,
    });
  }

  get dimension(): number {
    return this.landscape.weights.length;
  }

  get loss(): number {
    return this.expansion.loss;
  }

  contract(diagram: Diagram, plan: EmbeddingPlan, step: number, amputate: boolean): number[] {
    return contract(diagram, this.expansion, plan, decaysOf(step, this.basis.values), amputate);
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

  divergence(eta: number, spacetime: SpaceTime): string | undefined {
    return divergenceOf(this.landscape, this.basis, this.expansion, eta, spacetime);
  }
}
