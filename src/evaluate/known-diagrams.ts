import { type Diagram, enumerateDiagrams, isJoined, type TwoRootedDiagram } from "../diagram/index.js";
import type { Expression } from "../landscape/index.js";
import { isSeen, numbersOf, type Observable, type RootFactors, rootFactors } from "../observables/index.js";
import { type Descent, usesPointsOnce } from "../optimisers/index.js";
import { type EmbeddingPlan, planEmbeddings, planShuffledTogether } from "../spacetime/index.js";
import type { AnyLandscape } from "./any-landscape.js";
import { factsOf } from "./descent-facts.js";
import type { DescentRequest } from "./difference.js";
import type { SumMode } from "./evaluation.js";
import { partSizes, weightOfPart } from "./part-weights.js";
import { splitsSeen } from "./two-roots.js";

export interface Candidate {
  readonly name?: string;
  readonly diagram: Diagram;
  readonly automorphisms: number;
  /** Present where it has two roots. */
  readonly split?: TwoRootedDiagram;
}

/** What of a landscape is asked for, whoever knows what diagrams are worth on it. */
export type EvaluatedLandscape = Pick<AnyLandscape, "name" | "weights">;

/** Plans are kept for other learning rates and observables, while they are few enough to hold. */
const mostPlans = 2000;

/** Diagrams that evaluations sum, and their embeddings: what is the same whatever diagrams are worth. */
export class KnownDiagrams {
  private readonly plans = new Map<string, EmbeddingPlan>();
  private readonly lists = new Map<string, Candidate[]>();
  /** Those of a list that an observable sees. */
  private readonly seen = new WeakMap<Candidate[], WeakMap<readonly RootFactors[], Candidate[]>>();
  private readonly factors = new WeakMap<Observable, readonly RootFactors[]>();
  private readonly factorsByText = new Map<string, readonly RootFactors[]>();
  /** Numbers of the functions of weights that were asked for. */
  private readonly functions = new WeakMap<Expression, number>();
  private functionCount = 0;

  constructor(private readonly landscape: EvaluatedLandscape) {}

  /** All diagrams of so many edges that the observable and the space-time let contribute. */
  enumerated({ observable, spacetime }: DescentRequest, order: number, irreducible: boolean): Candidate[] {
    const factors = this.factorsOf(observable);
    const rootInPart = factors.some(({ inPart }) => inPart !== 0);
    const { schedule, rule } = factsOf(spacetime);
    const pathCondition = usesPointsOnce(schedule);
    const sizes = Array.from({ length: order + 1 }, (_, size) => weightOfPart(rule, size + 1) !== 0);
    const key = `${order} ${irreducible} ${rootInPart} ${pathCondition} ${sizes}`;
    let list = this.lists.get(key);
    if (!list) {
      list = [...enumerateDiagrams(order, { irreducible, rootInPart, pathCondition })].filter(({ diagram }) =>
        partSizes(diagram).every((size) => sizes[size - 1]),
      );
      this.lists.set(key, list);
    }
    let seen = this.seen.get(list)?.get(factors);
    if (!seen) {
      const covaried = factors.find((one) => one.covaried !== undefined)?.covaried;
      seen =
        covaried === undefined
          ? list.filter(({ diagram }) => isSeen(diagram, factors))
          : splitsSeen(list, covaried, schedule).map((split) => ({ ...split, split }));
      const known = this.seen.get(list) ?? new WeakMap<readonly RootFactors[], Candidate[]>();
      this.seen.set(list, known.set(factors, seen));
    }
    return seen;
  }

  plan({ diagram, split }: Candidate, short: string, spacetime: Descent, mode: SumMode): EmbeddingPlan {
    const { text, schedule } = factsOf(spacetime);
    const key = `${text} ${mode} ${short}`;
    let plan = this.plans.get(key);
    if (!plan) {
      const apart = split !== undefined && !isJoined(split);
      plan =
        (apart ? planShuffledTogether(diagram, split.isFirst, schedule, mode) : undefined) ??
        planEmbeddings(diagram, schedule, mode);
      if (this.plans.size < mostPlans) {
        this.plans.set(key, plan);
      }
    }
    return plan;
  }

  /** What each number of an observable counts of a diagram. */
  factorsOf(observable: Observable): readonly RootFactors[] {
    let factors = this.factors.get(observable);
    if (!factors) {
      const { name, weights, operands, value } = observable;
      const own = operands === undefined ? "" : JSON.stringify(operands);
      const text = `${name} ${weights.join()} ${own} ${value === undefined ? "" : this.numberOf(value)}`;
      factors = this.factorsByText.get(text) ?? numbersOf(observable, this.landscape).map(rootFactors);
      this.factorsByText.set(text, factors);
      this.factors.set(observable, factors);
    }
    return factors;
  }

  /** Tells functions of the weights apart. */
  numberOf(value: Expression): number {
    let number = this.functions.get(value);
    if (number === undefined) {
      number = this.functionCount++;
      this.functions.set(value, number);
    }
    return number;
  }
}
