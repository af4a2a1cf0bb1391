import { childrenOf, type Diagram } from "./diagram.js";
import { renumberParents, treeShape } from "./shape.js";

/** A numbering of a diagram's tree, and how many of them give the same labels of parts. */
export interface SmallestLabels {
  /** `order[new]` is the node of the given diagram that became node `new`. */
  readonly order: readonly number[];
  readonly treeParents: readonly number[];
  readonly automorphisms: number;
}

/**
 * Among all numberings of a diagram's tree in its canonical shape the one whose parts read as the smallest restricted
 * growth string, as enumeration has them. Only for few nodes: it looks at all that are equal so far.
 */
export function smallestLabels(diagram: Diagram): SmallestLabels {
  const search = new SmallestLabelsSearch(diagram);
  search.run();
  return {
    order: search.best,
    treeParents: search.treeParents,
    automorphisms: search.matches * search.twinSymmetries,
  };
}

/**
 * Backtracking over the numberings of the tree, position by position, always by the smallest part
 * label. Twins (leaves of one parent whose exchange is plainly a symmetry) are tried in one order
 * only, and counted by a factorial.
 */
class SmallestLabelsSearch {
  readonly treeParents: number[];
  /** Product over classes of twins of the factorial of their number. */
  readonly twinSymmetries: number;
  best: number[] = [];
  /** Numberings that reach the best labels. */
  matches = 0;

  private readonly size: number;
  private readonly rank: readonly number[];
  private readonly positionRank: number[];
  private readonly depth: number[];
  private readonly nodesByKind = new Map<string, number[]>();
  private readonly twinClass: number[];
  private readonly nodeAt: number[];
  private readonly taken: boolean[];
  private readonly label: number[];
  private readonly labelOfPart = new Map<number, number>();
  private bestLabels: number[] = [];

  constructor(private readonly diagram: Diagram) {
    const { parents } = diagram;
    this.size = parents.length;
    const shape = treeShape(parents);
    this.rank = shape.rank;
    this.treeParents = renumberParents(parents, shape.order);
    this.positionRank = shape.order.map((node) => shape.rank[node]!);
    this.depth = new Array<number>(this.size).fill(0);
    for (let node = this.size - 2; node >= 0; node--) {
      this.depth[node] = this.depth[parents[node]!]! + 1;
    }
    for (let node = 0; node < this.size; node++) {
      const kind = `${this.depth[node]} ${this.rank[node]}`;
      const nodes = this.nodesByKind.get(kind);
      if (nodes) {
        nodes.push(node);
      } else {
        this.nodesByKind.set(kind, [node]);
      }
    }
    this.nodeAt = new Array<number>(this.size).fill(-1);
    this.taken = new Array<boolean>(this.size).fill(false);
    this.label = new Array<number>(this.size).fill(-1);
    this.nodeAt[this.size - 1] = this.size - 1;
    this.taken[this.size - 1] = true;
    const twins = twinClasses(diagram);
    this.twinClass = twins.classes;
    this.twinSymmetries = twins.symmetries;
  }

  run(): void {
    this.extend(0, false);
  }

  /**
   * Numbers the positions from `position` on. `tied` says that the labels so far equal the best
   * ones, so that a larger label ends the branch.
   */
  private extend(start: number, tied: boolean): void {
    const undo: (() => void)[] = [];
    this.extendAndKeep(start, tied, undo);
    for (let index = undo.length - 1; index >= 0; index--) {
      undo[index]!();
    }
  }

  private extendAndKeep(start: number, startTied: boolean, undo: (() => void)[]): void {
    let tied = startTied;
    for (let position = start; position < this.size; position++) {
      const candidates = this.nodeAt[position] === -1 ? this.smallestCandidates(position) : undefined;
      const smallest = this.labelFor(candidates ? candidates[0]! : this.nodeAt[position]!);
      if (tied && smallest > this.bestLabels[position]!) {
        return;
      }
      if (tied && smallest < this.bestLabels[position]!) {
        tied = false;
        this.matches = 0;
      }
      if (!candidates || candidates.length === 1) {
        undo.push(this.place(position, candidates ? candidates[0]! : this.nodeAt[position]!));
        continue;
      }
      for (const candidate of candidates) {
        const remove = this.place(position, candidate);
        this.extend(position + 1, tied);
        remove();
        // The first branch has set the best labels, to which the others are compared.
        tied = true;
      }
      return;
    }
    if (!tied) {
      this.bestLabels = [...this.label];
      this.best = [...this.nodeAt];
      this.matches = 0;
    }
    this.matches++;
  }

  private labelFor(node: number): number {
    return this.labelOfPart.get(this.diagram.parts[node]!) ?? this.labelOfPart.size;
  }

  /** The nodes that may stand at a position and give it the smallest label there. */
  private smallestCandidates(position: number): number[] {
    const root = this.size - 1;
    const chain: number[] = [];
    let fixed = position;
    while (this.nodeAt[fixed] === -1) {
      chain.push(fixed);
      fixed = this.treeParents[fixed]!;
    }
    const anchor = this.nodeAt[fixed]!;
    const depth = this.depth[anchor]! + chain.length;
    const tried = new Set<number>();
    let candidates: number[] = [];
    let smallest = Number.POSITIVE_INFINITY;
    for (const node of this.nodesByKind.get(`${depth} ${this.positionRank[position]}`)!) {
      if (this.taken[node] || tried.has(this.twinClass[node]!)) {
        continue;
      }
      let above = node;
      let fits = true;
      for (const step of chain) {
        if (this.taken[above] || this.rank[above] !== this.positionRank[step]) {
          fits = false;
          break;
        }
        above = above === root ? -1 : this.diagram.parents[above]!;
      }
      if (!fits || above !== anchor) {
        continue;
      }
      tried.add(this.twinClass[node]!);
      const label = this.labelFor(node);
      if (label < smallest) {
        smallest = label;
        candidates = [];
      }
      if (label === smallest) {
        candidates.push(node);
      }
    }
    return candidates;
  }

  /** Puts a node and its ancestors at a position and its ancestors; returns how to take them away. */
  private place(position: number, node: number): () => void {
    const placed: number[] = [];
    let at = position;
    let who = node;
    while (this.nodeAt[at] === -1) {
      this.nodeAt[at] = who;
      this.taken[who] = true;
      placed.push(at);
      at = this.treeParents[at]!;
      who = this.diagram.parents[who]!;
    }
    const part = this.diagram.parts[node]!;
    const isNew = !this.labelOfPart.has(part);
    if (isNew) {
      this.labelOfPart.set(part, this.labelOfPart.size);
    }
    this.label[position] = this.labelOfPart.get(part)!;
    return () => {
      if (isNew) {
        this.labelOfPart.delete(part);
      }
      for (const filled of placed) {
        this.taken[this.nodeAt[filled]!] = false;
        this.nodeAt[filled] = -1;
      }
    };
  }
}

/**
 * Classes of leaves that may be exchanged: siblings in the same part, and siblings that are each
 * alone in their part.
 */
function twinClasses(diagram: Diagram): { classes: number[]; symmetries: number } {
  const children = childrenOf(diagram);
  const sizes: number[] = [];
  for (const part of diagram.parts) {
    sizes[part] = (sizes[part] ?? 0) + 1;
  }
  const named = new Map<string, number>();
  const counts: number[] = [];
  let symmetries = 1;
  const classes = diagram.parts.map((part, node) => {
    const isLeaf = children[node]!.length === 0 && diagram.parents[node] !== -1;
    const name = isLeaf ? `${diagram.parents[node]} ${sizes[part] === 1 ? "alone" : part}` : `node ${node}`;
    const known = named.get(name) ?? named.size;
    named.set(name, known);
    counts[known] = (counts[known] ?? 0) + 1;
    symmetries *= counts[known]!;
    return known;
  });
  return { classes, symmetries };
}
