import { type Diagram, edgeCount } from "../../diagram/index.js";
import type { WeightFunction } from "../../observables/index.js";
import { type Descent, ruleOf, scheduleOf, updates } from "../../optimisers/index.js";
import type { EmbeddingPlan } from "../../spacetime/index.js";
import { type Criteria, criteriaOf } from "../criteria.js";
import { type Eigenbasis, metricEigenbasis } from "../eigen.js";
import { EigenbasisContraction, noiseAlong } from "../eigenbasis-contraction.js";
import { EvaluationError, type EvaluatorOptions } from "../evaluation.js";
import { approximate } from "../limits.js";
import type { Root } from "../root.js";
import { divergenceOf, stayingOf } from "../stability.js";
import type { Valuation } from "../valuation.js";
import { DirectionalContraction } from "./contraction.js";
import { mostWeightsOfMatrix } from "./curvature.js";
import type { DirectionalLandscape } from "./derivatives.js";
import { CertainExpansion } from "./entries.js";
import { contractByFew } from "./few-directions.js";
import { directionalProblem, propagatorProblem } from "./limits.js";
import { RowExpansion } from "./row-expansion.js";
import { steepest } from "./steepest.js";
import { mostEdges, mostOperations } from "./work.js";

/**
 * Diagrams of up to three edges on a landscape with finitely many rows of data and any number of weights, from derivatives along
 * directions. Propagators, and what else needs the curvature along all directions, are there for up to 300 weights.
 *
 * @throws EvaluationError when the order is too high, or takes too much work for so many rows.
 */
export function directionalValuation(landscape: DirectionalLandscape, options: EvaluatorOptions): Valuation {
  const { order, named } = options;
  const problem = directionalProblem(landscape.loss, order, named !== undefined);
  if (problem !== undefined) {
    throw new EvaluationError(problem);
  }
  return new DirectionalValuation(landscape, named !== undefined);
}

/**
 * The same whatever it takes: whoever asks for a diagram is told.
 * @param operations about how many finding curvatures may take.
 */
export function exactValuation(landscape: DirectionalLandscape, operations = mostOperations): Valuation {
  return new DirectionalValuation(landscape, true, operations);
}

/** Curvatures along directions: along all of them, or along the one of the highest. */
interface Curvatures {
  readonly basis: Eigenbasis;
  readonly expansion: RowExpansion;
  readonly entries?: EigenbasisContraction;
}

class DirectionalValuation implements Valuation {
  private readonly plain: DirectionalContraction;
  private found: { readonly curvatures: Curvatures | undefined } | undefined;

  /**
   * @param isNamed whether only some diagrams are asked for.
   * @param operations about how many finding curvatures may take.
   */
  constructor(
    private readonly landscape: DirectionalLandscape,
    private readonly isNamed: boolean,
    private readonly operations = mostOperations,
  ) {
    this.plain = new DirectionalContraction(landscape);
  }

  get dimension(): number {
    return this.landscape.loss.dimension;
  }

  get loss(): number {
    return this.landscape.loss.value;
  }

  contract(diagram: Diagram, plan: EmbeddingPlan, step: number, root: Root): number[] {
    if (step !== 0) {
      return this.withPropagators(diagram, plan, step, root);
    }
    const flat = new Float64Array(diagram.parents.length);
    const count = plan.factors.reduce((product, factor) => product * factor.sum(flat), 1);
    return Array.from(this.plain.contract(diagram, root), (value) => value * count);
  }

  /** An open root's entries are a weight each, as those of plain contractions are. */
  private withPropagators(diagram: Diagram, plan: EmbeddingPlan, step: number, root: Root): number[] {
    const { loss, weights } = this.landscape;
    const { dimension, rows } = loss;
    const problem = propagatorProblem(loss, edgeCount(diagram), this.isNamed);
    if (problem !== undefined) {
      throw new EvaluationError(problem);
    }
    if (edgeCount(diagram) > mostEdges) {
      throw new EvaluationError(
        `a diagram of ${edgeCount(diagram)} edges is too large; up to ${mostEdges} edges fit`,
      );
    }
    const pairs = edgeCount(diagram) < mostEdges ? 0 : dimension * (dimension + 1);
    const needed = loss.operations * rows * 2 * (dimension + pairs);
    const { curvatures } = this;
    if (needed > mostOperations || curvatures?.entries === undefined) {
      throw new EvaluationError(
        `derivatives along ${dimension} directions over ${rows} rows take about ${approximate(needed)} operations; take fewer rows or a lower order, or use series instead of order`,
      );
    }
    const { entries } = curvatures;
    const value = entries.contract(diagram, plan, step, root);
    return root === "open" ? entries.toWeights(value, [...weights.keys()]) : value;
  }

  valueOf(observed: WeightFunction): number {
    return this.plain.functionValue(observed);
  }

  toWeights(value: readonly number[], weights: readonly number[]): number[] {
    return weights.map((weight) => value[weight]!);
  }

  alternates(step: number): boolean {
    return this.curvatures?.basis.values.some((h) => step * h > 1) ?? false;
  }

  staying(eta: number, descent: Descent): string | undefined {
    const { curvatures, landscape } = this;
    return curvatures?.entries && stayingOf(landscape, curvatures.basis, eta, descent);
  }

  divergence(eta: number, descent: Descent): string | undefined {
    const { curvatures, landscape } = this;
    return curvatures && divergenceOf(landscape, curvatures.basis, curvatures.expansion, eta, descent);
  }

  criteria(eta: number, descent: Descent): Criteria | undefined {
    const { curvatures } = this;
    if (curvatures?.entries === undefined) {
      return undefined;
    }
    const schedule = scheduleOf(descent);
    const time = eta * ruleOf(descent).rate * updates(schedule);
    return criteriaOf(curvatures.basis.values, noiseAlong(curvatures.expansion), schedule.points, time);
  }

  /** Found when first asked for; undefined where it would be too much work. */
  private get curvatures(): Curvatures | undefined {
    this.found ??= { curvatures: this.findCurvatures() };
    return this.found.curvatures;
  }

  private findCurvatures(): Curvatures | undefined {
    const { landscape, plain } = this;
    const { loss, metric } = landscape;
    const { dimension, rows, operations } = loss;
    if (dimension > mostWeightsOfMatrix) {
      const basis = steepest(landscape, Math.floor(this.operations / (2 * rows * operations)));
      return basis && { basis, expansion: new RowExpansion(loss, basis.vectors, basis.values) };
    }
    if (2 * rows * dimension * operations > this.operations) {
      return undefined;
    }
    const { matrix } = plain.vectors.curvature;
    const square = Array.from({ length: dimension }, (_, row) =>
      Array.from(matrix.subarray(row * dimension, (row + 1) * dimension)),
    );
    const diagonal = metric && square.map((row, i) => row.map((_, j) => (i === j ? metric[i]! : 0)));
    const basis = metricEigenbasis(square, diagonal);
    const expansion = new RowExpansion(loss, basis.vectors, basis.values);
    const entries = new EigenbasisContraction(
      basis,
      expansion,
      (observed) => new CertainExpansion(landscape.functionOf(observed), basis.vectors),
      (diagram, _, plan, decays, root, sums) => contractByFew(diagram, expansion, plan, decays, root, sums),
    );
    return { basis, expansion, entries };
  }
}
