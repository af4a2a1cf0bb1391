import {
  childrenOf,
  type Diagram,
  degreesOf,
  edgeCount,
  formatShortForm,
  nodesOfParts,
  rootOf,
} from "../../diagram/index.js";
import type { WeightFunction } from "../../observables/index.js";
import type { Source } from "../directional/branch.js";
import { pairings } from "../directional/cuts.js";
import type { DirectionalDerivatives, DirectionalLandscape } from "../directional/derivatives.js";
import { mostEdges } from "../directional/work.js";
import { noRootBeside } from "../eigenbasis-contraction.js";
import { EvaluationError } from "../evaluation.js";
import type { Root, RootPair } from "../root.js";
import type { SampledRows } from "./sampled-rows.js";
import {
  type SampledBranch,
  type SampledTree,
  sampledBranch,
  sampledTree,
  shortfall,
} from "./sampled-tree.js";

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
  private readonly loss: Source = { name: "l" };
  private readonly sources = new Map<WeightFunction["value"], Source>();
  private readonly functions = new Map<Source, DirectionalDerivatives>();
  private readonly vectors = new Map<string, Vectors>();
  private readonly rowsOfSlots: Int32Array[] = [];
  /** In gradients of one row. */
  work = 0;

  constructor(
    private readonly landscape: DirectionalLandscape,
    private readonly rows: SampledRows,
    private readonly sample: number,
  ) {}

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
      const tree = sampledTree(diagram, this.loss, undefined);
      const top = rootOf(diagram);
      const { entries } = this.raised(this.at(sampledBranch(tree, tree.neighbours[top]![0]!, top)));
      const share = shortfall(tree, this.rows.size);
      return entries.map((entry) => entry / share);
    }
    const value =
      typeof root !== "string" && "covaried" in root
        ? this.pair(diagram, root)
        : this.single(diagram, root === "loss" ? this.loss : this.sourceOf(root));
    return Float64Array.of(
      pairings(diagram).reduce(
        (moment, other) => moment - this.pairingShare(diagram, other) * this.contract(other, root)[0]!,
        value,
      ),
    );
  }

  /**
   * How often a product of two covariances is in a moment of four: once, and where two are centred by the mean over the same rows,
   * once more in so many rows.
   */
  private pairingShare(diagram: Diagram, pairing: Diagram): number {
    const degrees = degreesOf(diagram);
    const four = nodesOfParts(diagram).find((nodes) => nodes.length === 4)!;
    const together = nodesOfParts(pairing).some(
      (nodes) => nodes.length === 2 && nodes.every((node) => four.includes(node) && degrees[node] === 1),
    );
    return together ? 1 + 1 / (this.rows.size - 1) : 1;
  }

  private single(diagram: Diagram, source: Source): number {
    const tree = sampledTree(diagram, this.loss, source);
    const top = rootOf(diagram);
    const value = this.cut(tree, diagram, childrenOf(diagram)[top]!.length === 0 ? [] : allBut(top));
    return mean(value) / shortfall(tree, this.rows.size);
  }

  private pair(diagram: Diagram, { covaried, isFirst }: RootPair): number {
    const top = rootOf(diagram);
    const children = childrenOf(diagram)[top]!;
    const whole = sampledTree(diagram, this.loss, this.loss);
    const sides = covaried.map((combination, side): Numbers => {
      const isHere = (node: number) => isFirst[node] === (side === 0);
      const below = children.filter(isHere);
      const vertices = whole.vertices.map((vertex, node) =>
        // What is observed at each root is an expectation of its own.
        node === top ? { source: this.loss, slot: whole.slots + side } : vertex,
      );
      const neighbours = whole.neighbours.map((list, node) => (node === top ? below : list));
      const tree = { ...whole, vertices, neighbours };
      const edges = isFirst.flatMap((_, node) => (isHere(node) ? [node] : []));
      let sum: Numbers = 0;
      for (const { factor, quantity } of combination) {
        switch (quantity.kind) {
          case "expected_loss":
            sum = added(sum, this.cut(tree, diagram, edges), factor);
            break;
          case "weight_displacement":
            if (below.length === 1) {
              const { dimension } = this.landscape.loss;
              const { entries, isEach } = this.raised(this.at(sampledBranch(tree, below[0]!, top)));
              const own = isEach
                ? Float64Array.from(
                    { length: this.rows.size },
                    (_, row) => entries[row * dimension + quantity.weight]!,
                  )
                : entries[quantity.weight]!;
              sum = added(sum, own, factor);
            }
            break;
          default:
            throw noRootBeside(quantity.kind);
        }
      }
      return sum;
    });
    return mean(times(sides[0]!, sides[1]!)) / shortfall(whole, this.rows.size);
  }

  /** The tree as a product of two branches, cut where that is the least work. */
  private cut(tree: SampledTree, { parents }: Diagram, edges: readonly number[]): Numbers {
    let least: { branches: readonly [SampledBranch, SampledBranch]; work: number } | undefined;
    for (const node of edges) {
      const parent = parents[node]!;
      const branches = [sampledBranch(tree, node, parent), sampledBranch(tree, parent, node)] as const;
      const work = this.workOf(branches);
      if (least === undefined || work <= least.work) {
        least = { branches, work };
      }
    }
    const [one, other] = least!.branches;
    return this.dot(this.raised(this.at(one)), this.at(other));
  }

  private dot(one: Vectors, other: Vectors): Numbers {
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

  private find({ vertex, children, isEach }: SampledBranch): Vectors {
    const { slot, source, centred } = vertex;
    const { dimension } = this.landscape.loss;
    const inner = children.map((child) => this.raised(this.at(child)));
    const comesEach = inner.some((one) => one.isEach);
    if (slot === undefined) {
      return this.ofFunction(source, inner, comesEach, isEach);
    }
    const entries = this.held(slot, inner);
    if (centred === "mean") {
      const own = this.meanOf(entries);
      return this.closed(
        entries.map((entry, place) => entry - own[place % dimension]!),
        isEach,
      );
    }
    if (centred !== undefined) {
      const taken = this.held(centred.slot, inner);
      return this.closed(
        entries.map((entry, place) => entry - taken[place]!),
        isEach,
      );
    }
    return this.closed(entries, isEach);
  }

  /** What the rows of a slot hold, row by row. */
  private held(slot: number, directions: readonly Vectors[]): Float64Array {
    this.work += this.rows.size * 2 ** directions.length;
    return this.landscape.loss.rowGradients(
      this.rowsOf(slot),
      directions.map(({ entries }) => entries),
    );
  }

  private ofFunction(
    source: Source,
    inner: readonly Vectors[],
    comesEach: boolean,
    isEach: boolean,
  ): Vectors {
    const { dimension } = this.landscape.loss;
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
    const { size } = this.rows;
    const sum = new Float64Array(dimension);
    for (let row = 0; row < size; row++) {
      for (let entry = 0; entry < dimension; entry++) {
        sum[entry]! += entries[row * dimension + entry]!;
      }
    }
    return sum.map((entry) => entry / size);
  }

  private raised({ entries, isEach }: Vectors): Vectors {
    const { metric, loss } = this.landscape;
    return metric === undefined
      ? { entries, isEach }
      : { entries: entries.map((entry, place) => entry * metric[place % loss.dimension]!), isEach };
  }

  private rowsOf(slot: number): Int32Array {
    this.rowsOfSlots[slot] ??= this.rows.of(this.sample, slot);
    return this.rowsOfSlots[slot];
  }

  private workOf(branches: readonly SampledBranch[]): number {
    const known = new Set<string>();
    const of = ({ name, vertex, children }: SampledBranch): number => {
      if (known.has(name) || this.vectors.has(name)) {
        return 0;
      }
      known.add(name);
      const passes = vertex.centred === undefined || vertex.centred === "mean" ? 1 : 2;
      return passes * 2 ** children.length + children.reduce((sum, child) => sum + of(child), 0);
    };
    return branches.reduce((sum, branch) => sum + of(branch), 0);
  }

  private sourceOf(observed: WeightFunction): Source {
    let source = this.sources.get(observed.value);
    if (source === undefined) {
      source = { name: `f${this.sources.size}` };
      this.sources.set(observed.value, source);
      this.functions.set(source, this.landscape.functionOf(observed));
    }
    return source;
  }
}

function allBut(root: number): number[] {
  return Array.from({ length: root }, (_, node) => node);
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

function added(sum: Numbers, one: Numbers, factor: number): Numbers {
  if (typeof sum === "number") {
    return typeof one === "number" ? sum + factor * one : one.map((value) => sum + factor * value);
  }
  return sum.map((value, row) => value + factor * (typeof one === "number" ? one : one[row]!));
}
