import { childrenOf, type Diagram, nodesOfParts, rootOf } from "../../diagram/index.js";
import type { WeightFunction } from "../../observables/index.js";
import type { Source } from "../directional/branch.js";
import { pairings } from "../directional/cuts.js";
import type { RootPair } from "../root.js";
import { passesOf, SharedNames } from "./sampled-passes.js";
import { lossSource, slotsOfEnds, slotsOfInner } from "./sampled-slots.js";
import {
  type BranchEnd,
  centredByMean,
  type SampledBranch,
  type SampledTree,
  type SlotChoice,
  sampledBranch,
  sampledTree,
} from "./sampled-tree.js";

/** Two branches with an edge between them, or one whose vector is meant. */
export type Factor = readonly SampledBranch[];

/** A number, or one for each row: a product of factors, the mean of which over the rows is what is meant but for a share. */
export interface Product {
  readonly factors: readonly Factor[];
  /** Of how many nodes each part has, and how many of them are centred by the mean over its rows. */
  readonly centred: readonly { readonly nodes: number; readonly byMean: number }[];
  /** For each pairing of the diagram, whether two nodes that are centred by the mean are a pair. */
  readonly together: readonly boolean[];
}

/** What is summed at one of two roots: what the loss says there, or an entry of a vector. */
export type PairedFactor = "loss" | "entry";

/** A tree is cut at one of these edges, or at an end that is open. */
type Alternatives = readonly (readonly BranchEnd[])[];

/**
 * How diagrams are read from rows in slots. Of all choices of slots and cuts those of least work are taken, where the passes that are
 * taken anyway are for nothing; and all of those, since the mean of several is off by less.
 */
export class SampledPlans {
  readonly shared: SharedNames;
  private readonly known = new WeakMap<Diagram, Map<string, readonly Product[]>>();
  private readonly sources = new Map<WeightFunction["value"], Source>();

  /** @param edges the most edges of the diagrams that will be asked for; those with more are right, too, and more work. */
  constructor(readonly edges: number) {
    this.shared = new SharedNames(edges);
  }

  /** What stands at the root where a function of the weights is observed. */
  sourceOf(observed: WeightFunction): Source {
    let source = this.sources.get(observed.value);
    if (source === undefined) {
      source = { name: `f${this.sources.size}` };
      this.sources.set(observed.value, source);
    }
    return source;
  }

  /** Vectors whose mean an open root of one edge is the end of. */
  open(diagram: Diagram): readonly Product[] {
    return this.found(diagram, "open", () => {
      const tree = sampledTree(diagram, lossSource, undefined);
      const top = rootOf(diagram);
      return [[[{ tree, at: tree.neighbours[top]![0]!, from: top }]]];
    });
  }

  single(diagram: Diagram, root: Source): readonly Product[] {
    return this.found(diagram, root.name, () => {
      const tree = sampledTree(diagram, lossSource, root);
      return [cutsOf(tree, diagram, allBut(rootOf(diagram)))];
    });
  }

  /** @param kinds what is at each of the two roots. */
  pair(diagram: Diagram, isFirst: RootPair["isFirst"], kinds: readonly PairedFactor[]): readonly Product[] {
    return this.found(diagram, `${kinds.join()} ${isFirst.join()}`, () => {
      const top = rootOf(diagram);
      const whole = sampledTree(diagram, lossSource, lossSource);
      return kinds.map((kind, side): Alternatives => {
        const isHere = (node: number) => isFirst[node] === (side === 0);
        const below = childrenOf(diagram)[top]!.filter(isHere);
        // What is observed at each root is an expectation of its own.
        const root = { source: lossSource, expectation: whole.sizes.length + side };
        const tree: SampledTree = {
          vertices: whole.vertices.map((vertex, node) => (node === top ? root : vertex)),
          neighbours: whole.neighbours.map((list, node) => (node === top ? below : list)),
          sizes: whole.sizes,
        };
        return kind === "entry"
          ? [[{ tree, at: below[0]!, from: top }]]
          : cutsOf(
              tree,
              diagram,
              isFirst.flatMap((_, node) => (isHere(node) ? [node] : [])),
            );
      });
    });
  }

  private found(diagram: Diagram, key: string, factors: () => readonly Alternatives[]): readonly Product[] {
    const own = this.known.get(diagram) ?? new Map<string, readonly Product[]>();
    this.known.set(diagram, own);
    let products = own.get(key);
    if (products === undefined) {
      products = this.leastWork(diagram, factors());
      own.set(key, products);
    }
    return products;
  }

  private leastWork(diagram: Diagram, factors: readonly Alternatives[]): readonly Product[] {
    let least = Number.POSITIVE_INFINITY;
    let passes = "";
    const found = new Map<string, Product>();
    for (const ends of combinations(factors)) {
      for (const product of productsOf(diagram, ends)) {
        const extra = this.extraPasses(product.factors.flat());
        const work = [...extra.values()].reduce((sum, one) => sum + one, 0);
        const names = [...extra.keys()].sort().join(" ");
        if (work < least) {
          found.clear();
          [least, passes] = [work, names];
        }
        if (work === least && names === passes) {
          found.set(textOf(product.factors), product);
        }
      }
    }
    return [...found.values()];
  }

  /** The passes that branches take beyond those taken anyway, with their work in gradients. */
  private extraPasses(branches: readonly SampledBranch[]): Map<string, number> {
    const extra = new Map<string, number>();
    const add = (branch: SampledBranch): void => {
      for (const { name, work } of passesOf(branch)) {
        if (!this.shared.has(name)) {
          extra.set(name, work);
        }
      }
      branch.children.forEach(add);
    };
    branches.forEach(add);
    return extra;
  }
}

/** Products that are the same have the same text, whatever their slots are for. */
function textOf(factors: readonly Factor[]): string {
  return factors
    .map((branches) =>
      branches
        .map(({ name }) => name)
        .sort()
        .join("·"),
    )
    .join(" ");
}

function allBut(root: number): number[] {
  return Array.from({ length: root }, (_, node) => node);
}

/** @param edges by the nodes that they leave. */
function cutsOf(tree: SampledTree, { parents }: Diagram, edges: readonly number[]): Alternatives {
  return edges.map((node) => [
    { tree, at: node, from: parents[node]! },
    { tree, at: parents[node]!, from: node },
  ]);
}

/** One of each. */
function combinations<Item>(lists: readonly (readonly Item[])[]): Item[][] {
  return lists.reduce<Item[][]>(
    (all, list) => all.flatMap((chosen) => list.map((one) => [...chosen, one])),
    [[]],
  );
}

function* productsOf(diagram: Diagram, cuts: readonly (readonly BranchEnd[])[]): Generator<Product> {
  const ends = cuts.flat();
  const byMean = centredByMean(ends);
  const parts = nodesOfParts(diagram);
  const own = {
    centred: parts.flatMap((nodes) =>
      nodes.length === 1
        ? []
        : [{ nodes: nodes.length, byMean: nodes.filter((node) => byMean.has(node)).length }],
    ),
    together: pairings(diagram).map((pairing) =>
      nodesOfParts(pairing).some(
        (nodes) =>
          nodes.length === 2 &&
          nodes.every((node) => byMean.has(node) && parts[diagram.parts[node]!]!.length === 4),
      ),
    ),
  };
  for (const choice of choicesOf(ends, parts, byMean)) {
    yield { ...own, factors: cuts.map((cut) => cut.map((end) => sampledBranch(end, choice))) };
  }
}

/** Slots for the expectations, each its own, and others to be taken off where the rows' mean does not do. */
function* choicesOf(
  ends: readonly BranchEnd[],
  parts: readonly (readonly number[])[],
  byMean: ReadonlySet<number>,
): Generator<SlotChoice> {
  const isInner = new Map<number, boolean>();
  for (const { tree, at, from } of ends) {
    for (const node of nodesBehind(tree, at, from)) {
      const { expectation, part } = tree.vertices[node]!;
      if (expectation !== undefined) {
        isInner.set(expectation, part !== undefined || tree.neighbours[node]!.length > 1);
      }
    }
  }
  const expectations = [...isInner];
  // Of a part of two nodes one that is centred is enough.
  const lacking = combinations(
    parts.flatMap((nodes) => {
      const own = nodes.filter((node) => !byMean.has(node));
      if (nodes.length === 1) {
        return [];
      }
      return nodes.length > 2 ? own.map((node) => [node]) : own.length === 2 ? [own] : [];
    }),
  );
  for (const slots of injections(
    expectations.map(([, inner]) => (inner ? slotsOfInner : slotsOfEnds)),
    [],
  )) {
    const byExpectation = new Map(expectations.map(([one], index) => [one, slots[index]!]));
    for (const nodes of lacking) {
      for (const others of injections(
        nodes.map(() => slotsOfInner),
        slots,
      )) {
        yield { slots: byExpectation, takenOff: new Map(nodes.map((node, index) => [node, others[index]!])) };
      }
    }
  }
}

function nodesBehind(tree: SampledTree, at: number, from: number): number[] {
  const below = tree.neighbours[at]!.filter((other) => other !== from);
  return [at, ...below.flatMap((other) => nodesBehind(tree, other, at))];
}

/** One of each list, all different, and different from those that are taken. */
function* injections(lists: readonly (readonly number[])[], taken: readonly number[]): Generator<number[]> {
  const [list, ...rest] = lists;
  if (list === undefined) {
    yield [];
    return;
  }
  for (const one of list) {
    if (!taken.includes(one)) {
      for (const others of injections(rest, [...taken, one])) {
        yield [one, ...others];
      }
    }
  }
}
