import type { Diagram } from "../../diagram/index.js";
import type { WeightFunction } from "../../observables/index.js";
import type { EmbeddingPlan } from "../../spacetime/index.js";
import type { DirectionalLandscape } from "../directional/derivatives.js";
import { EvaluationError } from "../evaluation.js";
import type { Root } from "../root.js";
import type { Valuation } from "../valuation.js";
import { SampledContraction } from "./sampled-contraction.js";
import type { SampledPlans } from "./sampled-plans.js";
import type { SampledRows } from "./sampled-rows.js";

/** What the embeddings of a plan are without propagators; every sample asks for it. */
const counts = new WeakMap<EmbeddingPlan, number>();

export function countOf(plan: EmbeddingPlan, nodes: number): number {
  let count = counts.get(plan);
  if (count === undefined) {
    const flat = new Float64Array(nodes);
    count = plan.factors.reduce((product, factor) => product * factor.sum(flat), 1);
    counts.set(plan, count);
  }
  return count;
}

/** What diagrams are worth by one sample of rows. */
export class SampledValuation implements Valuation {
  private contraction: SampledContraction | undefined;
  private spent = 0;

  /**
   * @param loss the expected loss, or an estimate of it.
   * @param functionValue what functions of the weights are at the place.
   * @param plans what diagrams are made of; samples share it.
   */
  constructor(
    private readonly landscape: DirectionalLandscape,
    private readonly rows: SampledRows,
    private readonly sample: number,
    readonly loss: number,
    private readonly functionValue: (observed: WeightFunction) => number,
    private readonly plans?: SampledPlans,
  ) {}

  get dimension(): number {
    return this.landscape.loss.dimension;
  }

  /** Work until now, in gradients of one row. */
  get work(): number {
    return this.spent + (this.contraction?.work ?? 0);
  }

  contract(diagram: Diagram, plan: EmbeddingPlan, step: number, root: Root): number[] {
    if (step !== 0) {
      throw new EvaluationError(
        "what is estimated from samples of rows has no propagators; use series instead of order",
      );
    }
    this.contraction ??= new SampledContraction(this.landscape, this.rows, this.sample, this.plans);
    const count = countOf(plan, diagram.parents.length);
    return Array.from(this.contraction.contract(diagram, root), (value) => value * count);
  }

  /** Lets go of the vectors that diagrams have in common. */
  forget(): void {
    this.spent = this.work;
    this.contraction = undefined;
  }

  valueOf(observed: WeightFunction): number {
    return this.functionValue(observed);
  }

  toWeights(value: readonly number[], weights: readonly number[]): number[] {
    return weights.map((weight) => value[weight]!);
  }

  // The landscape itself is asked for these.
  alternates(): boolean {
    return false;
  }

  divergence(): undefined {
    return undefined;
  }

  staying(): undefined {
    return undefined;
  }

  criteria(): undefined {
    return undefined;
  }
}
