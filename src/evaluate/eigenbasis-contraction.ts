import { childrenOf, type Diagram, rootOf } from "../diagram/index.js";
import { type Expansion, type Expression, LandscapeError } from "../landscape/index.js";
import { type Combination, sumOf, type WeightFunction } from "../observables/index.js";
import type { EmbeddingPlan } from "../spacetime/index.js";
import { contract, decaysOf, type EmbeddingSums, type RootTensor } from "./contraction.js";
import type { Eigenbasis } from "./eigen.js";
import { EvaluationError } from "./evaluation.js";
import type { Root, RootPair } from "./root.js";

/** Diagrams contracted entry by entry in the eigenbasis of the Hessian and the metric, whoever knows the entries. */
export class EigenbasisContraction {
  private readonly functions = new WeakMap<Expression, Expansion>();
  /** Those of the step that was asked for last: what else is observed asks for it next. */
  private sums: { readonly step: number; readonly known: EmbeddingSums } | undefined;

  /**
   * @param expansion of the loss, along the basis.
   * @param expand the same of a function of the weights; it throws EvaluationError where that is not smooth.
   * @param sum how entries and sums over embeddings are put together.
   */
  constructor(
    private readonly basis: Eigenbasis,
    private readonly expansion: Expansion,
    private readonly expand: (observed: WeightFunction) => Expansion,
    private readonly sum: typeof contract = contract,
  ) {}

  /** As a `Valuation` does. */
  contract(diagram: Diagram, plan: EmbeddingPlan, step: number, root: Root): number[] {
    const decays = decaysOf(step, this.basis.values);
    const tensor = this.tensorOf(diagram, root);
    return this.sum(diagram, this.expansion, plan, decays, tensor, this.sumsOf(step));
  }

  private sumsOf(step: number): EmbeddingSums | undefined {
    // Evaluators keep what uvalues are contracted to.
    if (step !== 0 && this.sums?.step !== step) {
      this.sums = { step, known: new WeakMap() };
    }
    return step === 0 ? undefined : this.sums?.known;
  }

  private tensorOf(diagram: Diagram, root: Root): RootTensor {
    if (typeof root === "string") {
      return root;
    }
    if ("covaried" in root) {
      return this.tensorOfPair(diagram, root);
    }
    const expansion = this.expanded(root);
    return (indices) => expansion.cumulant([expansion.derivative(indices)]);
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
            throw noRootBeside(quantity.kind);
        }
      }),
    );
  }

  private expanded(observed: WeightFunction): Expansion {
    let expansion = this.functions.get(observed.value);
    if (expansion === undefined) {
      expansion = this.expand(observed);
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
}

/** What is thrown where something covaries of which there are no diagrams. */
export function noRootBeside(kind: string): EvaluationError {
  return new EvaluationError(
    `there are no diagrams with a root for the ${kind.replace("_", " ")} beside another`,
  );
}

/** The variance of the gradient of a datum's loss along each direction; infinite where it does not exist. */
export function noiseAlong(expansion: Expansion): number[] {
  return Array.from({ length: expansion.dimension }, (_, direction) => {
    const slope = expansion.derivative([direction]);
    try {
      return expansion.cumulant([slope, slope]);
    } catch (error) {
      if (error instanceof LandscapeError) {
        return Number.POSITIVE_INFINITY;
      }
      throw error;
    }
  });
}
