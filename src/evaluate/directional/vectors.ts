import { type Branch, isCurvature, nameOf, type Source } from "./branch.js";
import { beyondMean } from "./centring.js";
import { Curvature, matrixName } from "./curvature.js";
import type { DirectionalDerivatives, DirectionalLandscape, LossDerivatives } from "./derivatives.js";

/** Rows chosen for parts: one for each, but for one part a range of them, one after the other. */
export interface Place {
  readonly fixed: ReadonlyMap<number, number>;
  readonly batch?: { readonly part: number; readonly first: number; readonly count: number };
}

/** A vector for each row of a place's batch, or one that does not depend on the batch. */
export interface Vectors {
  readonly entries: Float64Array;
  readonly isEach: boolean;
}

/** Most numbers of vectors that are kept, where nobody says how many. */
const mostKept = 1 << 25;

/** No place: of branches in which no part is free. */
export const nowhere: Place = { fixed: new Map() };

/**
 * The vectors of branches, found from the leaves on. Those in which no part is free are kept, and, as far as there is room, those
 * with one, for all rows together: whatever has the same branch again has its vectors for nothing.
 */
export class BranchVectors {
  readonly curvature: Curvature;
  private readonly loss: LossDerivatives;
  private readonly kept = new Map<string, Float64Array>();
  private room: number;

  constructor(
    private readonly landscape: DirectionalLandscape,
    private readonly source: Source,
    private readonly derivativesOf: (source: Source) => DirectionalDerivatives,
  ) {
    this.loss = landscape.loss;
    this.curvature = new Curvature(this.loss);
    this.room = landscape.room ?? mostKept;
  }

  /** Whether the vectors of a branch, by {@link nameOf}, are known; or the matrix that goes by its own name. */
  isKept(name: string): boolean {
    return name === matrixName ? this.curvature.isKnown : this.kept.has(name);
  }

  at(branch: Branch, place: Place): Vectors {
    const [part, ...more] = branch.free;
    if (part === undefined) {
      const entries = this.keptOr(branch, () => this.find(branch, nowhere).entries);
      return { entries, isEach: false };
    }
    const { dimension, rows } = this.loss;
    const name = nameOf(branch);
    if (more.length > 0 || !(this.kept.has(name) || rows * dimension <= this.room)) {
      return this.find(branch, place);
    }
    const all = this.keptOr(branch, () => this.ofAllRows(branch, part));
    const { batch, fixed } = place;
    const [first, count] = batch?.part === part ? [batch.first, batch.count] : [fixed.get(part)!, undefined];
    return {
      entries: all.subarray(first * dimension, (first + (count ?? 1)) * dimension),
      isEach: count !== undefined,
    };
  }

  /** With the index raised by the metric, as a direction. */
  raised({ entries, isEach }: Vectors): Vectors {
    const { metric } = this.landscape;
    return metric === undefined
      ? { entries, isEach }
      : { entries: entries.map((entry, index) => entry * metric[index % this.loss.dimension]!), isEach };
  }

  private keptOr(branch: Branch, find: () => Float64Array): Float64Array {
    const name = nameOf(branch);
    let entries = this.kept.get(name);
    if (entries === undefined) {
      entries = find();
      this.room -= entries.length;
      this.kept.set(name, entries);
    }
    return entries;
  }

  private ofAllRows(branch: Branch, part: number): Float64Array {
    const { dimension, rows } = this.loss;
    const all = new Float64Array(rows * dimension);
    for (const batch of this.batchesOf(part)) {
      all.set(this.find(branch, { fixed: new Map(), batch }).entries, batch.first * dimension);
    }
    return all;
  }

  /** The rows of a part, a batch at a time. */
  *batchesOf(part: number): Generator<NonNullable<Place["batch"]>> {
    const { rows, batch } = this.loss;
    for (let first = 0; first < rows; first += batch) {
      yield { part, first, count: Math.min(batch, rows - first) };
    }
  }

  private find(branch: Branch, place: Place): Vectors {
    const { averaged, centred } = branch;
    if (centred !== undefined) {
      return this.less(this.at(centred.ofRow, place), this.at(centred.ofMean, place));
    }
    if (averaged === undefined) {
      return this.applied(branch, place);
    }
    const { batch, fixed } = place;
    if (batch === undefined || !branch.free.includes(batch.part)) {
      return { entries: this.mean(averaged.branch, averaged.part, fixed), isEach: false };
    }
    const { dimension } = this.loss;
    const means = new Float64Array(batch.count * dimension);
    for (let index = 0; index < batch.count; index++) {
      const here = new Map(fixed).set(batch.part, batch.first + index);
      means.set(this.mean(averaged.branch, averaged.part, here), index * dimension);
    }
    return { entries: means, isEach: true };
  }

  /** The mean of a branch over the rows of a part that is free in it. */
  private mean(branch: Branch, part: number, fixed: ReadonlyMap<number, number>): Float64Array {
    const { dimension } = this.loss;
    const total = new Float64Array(dimension);
    for (const batch of this.batchesOf(part)) {
      const { entries } = this.at(branch, { fixed, batch });
      for (let index = 0; index < batch.count; index++) {
        const probability = this.loss.probability(batch.first + index);
        for (let entry = 0; entry < dimension; entry++) {
          total[entry]! += probability * entries[index * dimension + entry]!;
        }
      }
    }
    return total;
  }

  /** What the vertex of a branch holds, applied to the vectors of its children. */
  private applied(branch: Branch, place: Place): Vectors {
    const { part } = branch.vertex;
    const children = branch.children.map((child) => this.raised(this.at(child, place)));
    return part === undefined ? this.ofMean(branch, children, place) : this.ofRows(part, children, place);
  }

  private ofMean(branch: Branch, children: readonly Vectors[], { batch }: Place): Vectors {
    const { dimension, rows } = this.loss;
    const isEach = children.some((child) => child.isEach);
    const count = isEach ? batch!.count : 1;
    const directions = children.map((child) =>
      isEach && !child.isEach ? repeated(child.entries, count) : child.entries,
    );
    const [direction] = directions;
    const entries =
      isCurvature(branch, this.source) && this.curvature.isWorth(rows ** branch.free.length)
        ? this.curvature.times(count, direction!)
        : this.derivativesOf(branch.vertex.source).gradients(count, directions);
    return { entries: entries.subarray(0, count * dimension), isEach };
  }

  private ofRows(part: number, children: readonly Vectors[], { fixed, batch }: Place): Vectors {
    const isBatch = batch?.part === part;
    const isEach = isBatch || children.some((child) => child.isEach);
    const own = isBatch ? batch.first : fixed.get(part)!;
    const rows = Int32Array.from({ length: isEach ? batch!.count : 1 }, (_, index) =>
      isBatch ? own + index : own,
    );
    const directions = children.map((child) => child.entries);
    return { entries: this.loss.rowGradients(rows, directions), isEach };
  }

  private less(one: Vectors, other: Vectors): Vectors {
    const { dimension } = this.loss;
    const entries = new Float64Array(Math.max(one.entries.length, other.entries.length));
    for (let offset = 0; offset < entries.length; offset += dimension) {
      const [first, second] = [one, other].map(({ isEach }) => (isEach ? offset : 0)) as [number, number];
      for (let entry = 0; entry < dimension; entry++) {
        entries[offset + entry] = beyondMean(
          one.entries[first + entry]!,
          other.entries[second + entry]!,
          this.loss.rows,
        );
      }
    }
    return { entries, isEach: one.isEach || other.isEach };
  }
}

function repeated(entries: Float64Array, count: number): Float64Array {
  const all = new Float64Array(count * entries.length);
  for (let index = 0; index < count; index++) {
    all.set(entries, index * entries.length);
  }
  return all;
}
