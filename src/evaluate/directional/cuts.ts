import { childrenOf, type Diagram, makeDiagram, nodesOfParts, rootOf } from "../../diagram/index.js";
import type { Combination, WeightFunction } from "../../observables/index.js";
import { noRootBeside } from "../eigenbasis-contraction.js";
import type { Root, RootPair } from "../root.js";
import { type Branch, branchOf, type Source, type Tree, treeOf } from "./branch.js";
import type { Ledger } from "./work.js";

/**
 * A number for each choice of rows for the parts that are free in it: the product of two branches with an edge between them,
 * or a weight's entry of one.
 */
export type Scalar =
  | { readonly branches: readonly [Branch, Branch] }
  | { readonly branches: readonly [Branch]; readonly weight: number };

/** What is summed at one of the roots. */
export type Side = readonly { readonly factor: number; readonly scalar: Scalar }[];

/** Where diagrams are cut, and what work that is beforehand; no derivative is asked for. */
export class Cuts {
  /** @param functionSource the source of a function of the weights at a root. */
  constructor(
    private readonly loss: Source,
    private readonly functionSource: (observed: WeightFunction) => Source,
  ) {}

  /** Adds the work of a diagram to a ledger. */
  add(diagram: Diagram, root: Root, ledger: Ledger): number {
    const apart = pairings(diagram);
    const own = ledger.add(this.branchesOf(diagram, root, ledger));
    return apart.reduce((work, other) => work + ledger.add(this.branchesOf(other, root, ledger)), own);
  }

  private branchesOf(diagram: Diagram, root: Root, ledger: Ledger): readonly Branch[] {
    return root === "open"
      ? [this.openBranch(diagram)]
      : this.sidesOf(diagram, root, ledger).flatMap((side) => side.flatMap(({ scalar }) => scalar.branches));
  }

  /** What an open root is the end of. */
  openBranch(diagram: Diagram): Branch {
    const root = rootOf(diagram);
    const tree = treeOf(diagram, this.loss, undefined);
    return branchOf(tree, tree.neighbours[root]![0]!, root);
  }

  private sourceAt(root: Exclude<Root, "open" | RootPair>): Source {
    return root === "loss" ? this.loss : this.functionSource(root);
  }

  /** What is summed at each root of a diagram. */
  sidesOf(diagram: Diagram, root: Exclude<Root, "open">, ledger: Ledger): readonly Side[] {
    if (typeof root !== "string" && "covaried" in root) {
      return this.sidesOfPair(diagram, root, ledger);
    }
    const tree = treeOf(diagram, this.loss, this.sourceAt(root));
    const edges = Array.from({ length: rootOf(diagram) }, (_, node) => node);
    return [[{ factor: 1, scalar: this.cut(tree, diagram, edges, ledger) }]];
  }

  private sidesOfPair(diagram: Diagram, { covaried, isFirst }: RootPair, ledger: Ledger): readonly Side[] {
    const root = rootOf(diagram);
    const children = childrenOf(diagram)[root]!;
    return covaried.map((combination: Combination, side): Side => {
      const isHere = (node: number) => isFirst[node] === (side === 0);
      const below = children.filter(isHere);
      const whole = treeOf(diagram, this.loss, this.loss);
      const tree = {
        ...whole,
        neighbours: whole.neighbours.map((list, node) => (node === root ? below : list)),
      };
      const edges = isFirst.flatMap((_, node) => (isHere(node) ? [node] : []));
      return combination.flatMap(({ factor, quantity }): Side => {
        switch (quantity.kind) {
          case "expected_loss":
            return [{ factor, scalar: this.cut(tree, diagram, edges, ledger) }];
          case "weight_displacement":
            return below.length === 1
              ? [
                  {
                    factor,
                    scalar: { branches: [branchOf(tree, below[0]!, root)], weight: quantity.weight },
                  },
                ]
              : [];
          default:
            throw noRootBeside(quantity.kind);
        }
      });
    });
  }

  /**
   * The tree as a product of two branches, cut where that is the least work, and near the root where that is all the same: diagrams
   * have subtrees in common.
   * @param edges by the nodes that they leave.
   */
  private cut(tree: Tree, { parents }: Diagram, edges: readonly number[], ledger: Ledger): Scalar {
    const cuts = edges.map((node): { branches: [Branch, Branch]; work: number } => {
      const parent = parents[node]!;
      const branches: [Branch, Branch] = [branchOf(tree, node, parent), branchOf(tree, parent, node)];
      return { branches, work: ledger.workOf(branches) };
    });
    return cuts.reduce((least, one) => (one.work <= least.work ? one : least));
  }
}

/** Of a diagram with a part of four nodes those in which they are two pairs: by these a fourth cumulant is less than the moment. */
export function pairings(diagram: Diagram): Diagram[] {
  const four = nodesOfParts(diagram).find((nodes) => nodes.length === 4);
  const apart = Math.max(...diagram.parts) + 1;
  return (four ?? []).slice(1).map((partner) => {
    const parts = diagram.parts.map((part, node) =>
      four!.includes(node) && node !== four![0] && node !== partner ? apart : part,
    );
    return makeDiagram(diagram.parents, parts).diagram;
  });
}
