import { type Diagram, edgeCount, formatShortForm } from "../../diagram/index.js";
import type { Quantity, WeightFunction } from "../../observables/index.js";
import type { Source } from "../directional/branch.js";
import { pairings } from "../directional/cuts.js";
import type { DirectionalDerivatives, DirectionalLandscape } from "../directional/derivatives.js";
import { mostEdges } from "../directional/work.js";
import { noRootBeside } from "../eigenbasis-contraction.js";
import { EvaluationError } from "../evaluation.js";
import type { Root, RootPair } from "../root.js";
import { SampledPasses } from "./sampled-passes.js";
import { type PairedFactor, type Product, SampledPlans } from "./sampled-plans.js";
import type { SampledRows } from "./sampled-rows.js";
import { lossSource } from "./sampled-slots.js";
import type { SampledBranch } from "./sampled-tree.js";

/** A number, or one for each row. */
type Numbers = number | Float64Array;

interface Vectors {
  readonly entries: Float64Array;
  readonly isEach: boolean;
}

/**
 * Diagrams of up to three edges at one place from one sample of rows: numbers whose expectation is the exact contraction.
 * Branches that diagrams have in common are found once.
 */
export class SampledContraction {
  private readonly functions = new Map<Source, DirectionalDerivatives>();
  private readonly vectors = new Map<string, Vectors>();
  private readonly dots = new Map<string, Numbers>();
  private readonly passes: SampledPasses;

  /** @param plans what diagrams are made of; samples share it. */
  constructor(
    private readonly landscape: DirectionalLandscape,
    private readonly rows: SampledRows,
    sample: number,
    private readonly plans = new SampledPlans(mostEdges),
  ) {
    this.passes = new SampledPasses(landscape.loss, rows, sample, plans.shared);
  }

  /** In gradients of one row. */
  get work(): number {
    return this.passes.work;
  }

  /**
   * @returns an entry a weight of an open root, with the index raised; otherwise one entry.
   * @throws EvaluationError where the diagram is too large.
   */
  contract(diagram: Diagram, root: Root): Float64Array {
    if (edgeCount(diagram) > mostEdges) {
      throw new EvaluationError(
        `diagram ${formatShortForm(diagram)} of ${edgeCount(diagram)} edges is too large for estimates; up to ${mostEdges} edges fit`,
      );
    }
    if (root === "open") {
      return this.openEnd(diagram);
    }
    if (typeof root !== "string" && "covaried" in root) {
      return Float64Array.of(this.pair(diagram, root));
    }
    const source = root === "loss" ? lossSource : this.functionSource(root);
    return Float64Array.of(
      this.mean(diagram, root, this.plans.single(diagram, source), ([branches]) => this.dot(branches!)),
    );
  }

  private openEnd(diagram: Diagram): Float64Array {
    const products = this.plans.open(diagram);
    const sum = new Float64Array(this.landscape.loss.dimension);
    for (const product of products) {
      const { entries } = this.raised(product.factors[0]![0]!);
      const share = products.length * shortfall(product, this.rows.size);
      for (let entry = 0; entry < sum.length; entry++) {
        sum[entry]! += entries[entry]! / share;
      }
    }
    return sum;
  }

  private pair(diagram: Diagram, root: RootPair): number {
    const [firsts, seconds] = root.covaried;
    let sum = 0;
    for (const one of firsts) {
      for (const other of seconds) {
        const quantities = [one.quantity, other.quantity];
        const kinds = quantities.map(kindOf);
        if (kinds.some((kind, side) => kind === "entry" && !isEnd(diagram, root.isFirst, side === 0))) {
          continue;
        }
        sum +=
          one.factor *
          other.factor *
          this.mean(
            diagram,
            { covaried: [[one], [other]], isFirst: root.isFirst },
            this.plans.pair(diagram, root.isFirst, kinds),
            (factors) =>
              factors
                .map((branches, side) => {
                  const quantity = quantities[side]!;
                  return quantity.kind === "weight_displacement"
                    ? this.entry(branches[0]!, quantity.weight)
                    : this.dot(branches);
                })
                .reduce(times),
          );
      }
    }
    return sum;
  }

  /** The mean of products over the rows and the plans; of a part of four nodes without what pairs of it are. */
  private mean(
    diagram: Diagram,
    root: Root,
    products: readonly Product[],
    numbers: (factors: Product["factors"]) => Numbers,
  ): number {
    const { size } = this.rows;
    const value =
      products.reduce((sum, one) => sum + mean(numbers(one.factors)) / shortfall(one, size), 0) /
      products.length;
    return pairings(diagram).reduce((moment, other, index) => {
      const share =
        products.reduce((sum, { together }) => sum + pairingShare(together[index]!, size), 0) /
        products.length;
      return moment - share * this.contract(other, root)[0]!;
    }, value);
  }

  private entry(branch: SampledBranch, weight: number): Numbers {
    const { dimension } = this.landscape.loss;
    const { entries, isEach } = this.raised(branch);
    return isEach
      ? Float64Array.from({ length: this.rows.size }, (_, row) => entries[row * dimension + weight]!)
      : entries[weight]!;
  }

  private dot(branches: readonly SampledBranch[]): Numbers {
    const name = branches.map((one) => one.name).join("·");
    let found = this.dots.get(name);
    if (found === undefined) {
      found = this.dotOf(this.raised(branches[0]!), this.at(branches[1]!));
      this.dots.set(name, found);
    }
    return found;
  }

  private dotOf(one: Vectors, other: Vectors): Numbers {
    const { dimension } = this.landscape.loss;
    const sumAt = (first: number, second: number) => {
      let sum = 0;
      for (let entry = 0; entry < dimension; entry++) {
        sum += one.entries[first + entry]! * other.entries[second + entry]!;
      }
      return sum;
    };
    if (!one.isEach && !other.isEach) {
      return sumAt(0, 0);
    }
    return Float64Array.from({ length: this.rows.size }, (_, row) =>
      sumAt(one.isEach ? row * dimension : 0, other.isEach ? row * dimension : 0),
    );
  }

  private at(branch: SampledBranch): Vectors {
    let found = this.vectors.get(branch.name);
    if (found === undefined) {
      found = this.find(branch);
      this.vectors.set(branch.name, found);
    }
    return found;
  }

  private find({ source, slot, centred, children, isEach }: SampledBranch): Vectors {
    const { dimension } = this.landscape.loss;
    if (slot === undefined) {
      return this.ofFunction(source, children, isEach);
    }
    const vectorsOf = (branch: SampledBranch) => this.raised(branch).entries;
    const entries = this.passes.gradients(slot, children, vectorsOf);
    if (centred === undefined) {
      return this.closed(entries, isEach);
    }
    if (centred === "mean") {
      const own = this.meanOf(entries);
      return this.closed(
        entries.map((entry, place) => entry - own[place % dimension]!),
        isEach,
      );
    }
    const taken = this.passes.gradients(centred.slot, children, vectorsOf);
    return this.closed(
      entries.map((entry, place) => entry - taken[place]!),
      isEach,
    );
  }

  private ofFunction(source: Source, children: readonly SampledBranch[], isEach: boolean): Vectors {
    const { dimension } = this.landscape.loss;
    const inner = children.map((child) => this.raised(child));
    const comesEach = inner.some((one) => one.isEach);
    const count = comesEach ? this.rows.size : 1;
    const directions = inner.map((one) =>
      comesEach && !one.isEach ? repeated(one.entries, count) : one.entries,
    );
    const entries = this.functions.get(source)!.gradients(count, directions);
    return comesEach
      ? this.closed(entries, isEach)
      : { entries: entries.subarray(0, dimension), isEach: false };
  }

  /** Vectors of rows as they are, or, where the branch has no part in common with others, their mean. */
  private closed(entries: Float64Array, isEach: boolean): Vectors {
    return isEach ? { entries, isEach } : { entries: this.meanOf(entries), isEach: false };
  }

  private meanOf(entries: Float64Array): Float64Array {
    const { dimension } = this.landscape.loss;
    const size = entries.length / dimension;
    const sum = new Float64Array(dimension);
    for (let row = 0; row < size; row++) {
      for (let entry = 0; entry < dimension; entry++) {
        sum[entry]! += entries[row * dimension + entry]!;
      }
    }
    return sum.map((entry) => entry / size);
  }

  /** What a branch says with its index raised. */
  private raised(branch: SampledBranch): Vectors {
    const { metric, loss } = this.landscape;
    const { entries, isEach } = this.at(branch);
    return metric === undefined
      ? { entries, isEach }
      : { entries: entries.map((entry, place) => entry * metric[place % loss.dimension]!), isEach };
  }

  private functionSource(observed: WeightFunction): Source {
    const source = this.plans.sourceOf(observed);
    if (!this.functions.has(source)) {
      this.functions.set(source, this.landscape.functionOf(observed));
    }
    return source;
  }
}

/** @throws EvaluationError where nothing of the kind covaries. */
function kindOf(quantity: Quantity): PairedFactor {
  switch (quantity.kind) {
    case "expected_loss":
      return "loss";
    case "weight_displacement":
      return "entry";
    default:
      throw noRootBeside(quantity.kind);
  }
}

/** Whether one of two roots has one edge. */
function isEnd({ parents }: Diagram, isFirst: readonly boolean[], side: boolean): boolean {
  return (
    parents.filter((parent, node) => parent === parents.length - 1 && isFirst[node] === side).length === 1
  );
}

/**
 * By how much the mean over the rows of slots falls short of what its parts stand for, the fourth cumulants' pairs aside: centring by
 * the mean over `size` rows takes off a share of a row itself.
 */
function shortfall({ centred }: Product, size: number): number {
  return centred.reduce((product, { nodes, byMean }) => {
    if (byMean === 0) {
      return product;
    }
    // Of a pair it is all the same whether one is centred or both.
    const share = (size - 1) / size;
    return (
      product *
      (nodes === 2 ? share : nodes === 3 && byMean === 3 ? share * ((size - 2) / size) : share ** byMean)
    );
  }, 1);
}

/**
 * How often a product of two covariances is in a moment of four: once, and where two are centred by the mean over the same rows,
 * once more in so many rows.
 */
function pairingShare(areTogether: boolean, size: number): number {
  return areTogether ? 1 + 1 / (size - 1) : 1;
}

function repeated(entries: Float64Array, count: number): Float64Array {
  const all = new Float64Array(count * entries.length);
  for (let item = 0; item < count; item++) {
    all.set(entries, item * entries.length);
  }
  return all;
}

function mean(numbers: Numbers): number {
  return typeof numbers === "number" ? numbers : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

function times(one: Numbers, other: Numbers): Numbers {
  if (typeof one === "number") {
    return typeof other === "number" ? one * other : other.map((value) => one * value);
  }
  return typeof other === "number" ? times(other, one) : one.map((value, row) => value * other[row]!);
}
