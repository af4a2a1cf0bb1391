import {
  canonicalize,
  childrenOf,
  type Diagram,
  edgeCount,
  formatShortForm,
  makeDiagram,
  nodesOfParts,
  rootOf,
} from "../../diagram/index.js";
import type { Combination, WeightFunction } from "../../observables/index.js";
import { noRootBeside } from "../eigenbasis-contraction.js";
import { EvaluationError } from "../evaluation.js";
import { approximate } from "../limits.js";
import type { Root, RootPair } from "../root.js";
import { type Branch, branchOf, joined, type Source, type Tree, treeOf } from "./branch.js";
import type { DirectionalLandscape } from "./derivatives.js";
import { BranchVectors, nowhere, type Place, type Vectors } from "./vectors.js";
import { Ledger, mostEdges, mostOperations, rowsThatFit } from "./work.js";

/**
 * A number for each choice of rows for the parts that are free in it: the product of two branches with an edge between them,
 * or a weight's entry of one.
 */
type Scalar =
  | { readonly branches: readonly [Branch, Branch] }
  | { readonly branches: readonly [Branch]; readonly weight: number };

/** What is summed at one of the roots. */
type Side = readonly { readonly factor: number; readonly scalar: Scalar }[];

/** Diagrams of up to three edges at one place, whatever the space-time: what their plain contraction is, without a tensor. */
export class DirectionalContraction {
  readonly vectors: BranchVectors;
  readonly loss: Source;
  private readonly functions = new WeakMap<WeightFunction["value"], Source>();
  private functionCount = 0;
  private readonly values = new Map<string, Float64Array>();

  constructor(private readonly landscape: DirectionalLandscape) {
    this.loss = { name: "l", of: landscape.loss };
    this.vectors = new BranchVectors(landscape, this.loss);
  }

  /**
   * @returns an entry a weight of an open root, with the index raised; otherwise one entry.
   * @throws EvaluationError where it is too much work, or the diagram too large.
   */
  contract(diagram: Diagram, root: Root): Float64Array {
    const { canonical, name } = this.named(diagram, root);
    let value = this.values.get(name);
    if (value === undefined) {
      this.refuse(canonical, root);
      value = this.valueOf(canonical, root);
      this.values.set(name, value);
    }
    return value;
  }

  /** Equal diagrams with equal roots have one name, whatever the numbers of their nodes. */
  private named(diagram: Diagram, root: Root): { canonical: Diagram; name: string } {
    if (typeof root !== "string" && "covaried" in root) {
      return { canonical: diagram, name: `${formatShortForm(diagram)} ${JSON.stringify(root)}` };
    }
    const canonical = canonicalize(diagram)!;
    const above = typeof root === "string" ? root : this.functionSource(root).name;
    return { canonical: canonical.diagram, name: `${canonical.form} ${above}` };
  }

  /** Why a diagram would not fit. */
  private refuse(diagram: Diagram, root: Root): void {
    const { loss } = this.landscape;
    if (edgeCount(diagram) > mostEdges) {
      throw new EvaluationError(
        `a diagram of ${edgeCount(diagram)} edges is too large for a landscape with derivatives along directions; up to ${mostEdges} edges fit`,
      );
    }
    const operations = (rows: number) =>
      loss.operations * this.add(diagram, root, this.ledger(rows === loss.rows, rows));
    const needed = operations(loss.rows);
    if (needed > mostOperations) {
      throw new EvaluationError(
        `the exact value of diagram ${formatShortForm(diagram)} over ${loss.rows} rows takes about ${approximate(needed)} operations; about ${rowsThatFit(loss.rows, operations)} rows fit, or a lower order`,
      );
    }
  }

  /** A ledger that knows what is known, or one of as many rows as there could be. */
  ledger(isHere: boolean, rows: number): Ledger {
    const { vectors, loss } = this;
    return new Ledger({ rows, dimension: this.landscape.loss.dimension }, loss, (name) =>
      isHere ? vectors.isKept(name) : false,
    );
  }

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

  private valueOf(diagram: Diagram, root: Root): Float64Array {
    if (edgeCount(diagram) === 0) {
      return Float64Array.of(this.sourceOf(root).of.value);
    }
    if (root === "open") {
      return this.vectors.raised(this.vectors.at(this.openBranch(diagram), nowhere)).entries;
    }
    const ledger = this.ledger(true, this.landscape.loss.rows);
    const moment = this.sum(this.sidesOf(diagram, root, ledger));
    return Float64Array.of(
      // The fourth cumulant.
      pairings(diagram).reduce((value, other) => value - this.contract(other, root)[0]!, moment),
    );
  }

  private openBranch(diagram: Diagram): Branch {
    const root = rootOf(diagram);
    const tree = treeOf(diagram, this.loss, undefined);
    return branchOf(tree, tree.neighbours[root]![0]!, root);
  }

  private sourceOf(root: Root): Source {
    return typeof root === "string" || "covaried" in root ? this.loss : this.functionSource(root);
  }

  private functionSource(observed: WeightFunction): Source {
    let source = this.functions.get(observed.value);
    if (source === undefined) {
      source = { name: `f${this.functionCount++}`, of: this.landscape.functionOf(observed) };
      this.functions.set(observed.value, source);
    }
    return source;
  }

  /** What a function is at this place. */
  functionValue(observed: WeightFunction): number {
    return this.functionSource(observed).of.value;
  }

  private sidesOf(diagram: Diagram, root: Exclude<Root, "open">, ledger: Ledger): readonly Side[] {
    if (typeof root !== "string" && "covaried" in root) {
      return this.sidesOfPair(diagram, root, ledger);
    }
    const tree = treeOf(diagram, this.loss, this.sourceOf(root));
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

  /** The product of the sides, summed over the rows of the parts that several branches have nodes of. */
  private sum(sides: readonly Side[]): number {
    const parts = joined(
      sides.flatMap((side) => side.flatMap(({ scalar }) => scalar.branches.flatMap(({ free }) => free))),
    );
    return this.sumOver(parts, sides, new Map());
  }

  private sumOver(
    [part, ...others]: readonly number[],
    sides: readonly Side[],
    fixed: ReadonlyMap<number, number>,
  ): number {
    const { loss } = this.landscape;
    let total = 0;
    if (part === undefined) {
      return this.product(sides, { fixed }, 1)[0]!;
    }
    if (others.length > 0) {
      for (let row = 0; row < loss.rows; row++) {
        total += loss.probability(row) * this.sumOver(others, sides, new Map(fixed).set(part, row));
      }
      return total;
    }
    for (const batch of this.vectors.batchesOf(part)) {
      this.product(sides, { fixed, batch }, batch.count).forEach((value, index) => {
        total += loss.probability(batch.first + index) * value;
      });
    }
    return total;
  }

  private product(sides: readonly Side[], place: Place, count: number): Float64Array {
    const product = new Float64Array(count).fill(1);
    for (const side of sides) {
      const sum = new Float64Array(count);
      for (const { factor, scalar } of side) {
        this.scalars(scalar, place, count).forEach((value, index) => {
          sum[index]! += factor * value;
        });
      }
      sum.forEach((value, index) => {
        product[index]! *= value;
      });
    }
    return product;
  }

  private scalars(scalar: Scalar, place: Place, count: number): Float64Array {
    const { dimension } = this.landscape.loss;
    const offset = ({ isEach }: Vectors, index: number) => (isEach ? index * dimension : 0);
    const one = this.vectors.raised(this.vectors.at(scalar.branches[0], place));
    if ("weight" in scalar) {
      return Float64Array.from({ length: count }, (_, i) => one.entries[offset(one, i) + scalar.weight]!);
    }
    const other = this.vectors.at(scalar.branches[1]!, place);
    return Float64Array.from({ length: count }, (_, index) => {
      const [first, second] = [offset(one, index), offset(other, index)];
      let sum = 0;
      for (let entry = 0; entry < dimension; entry++) {
        sum += one.entries[first + entry]! * other.entries[second + entry]!;
      }
      return sum;
    });
  }
}

/** Of a diagram with a part of four nodes those in which they are two pairs: by these a fourth cumulant is less than the moment. */
function pairings(diagram: Diagram): Diagram[] {
  const four = nodesOfParts(diagram).find((nodes) => nodes.length === 4);
  const apart = Math.max(...diagram.parts) + 1;
  return (four ?? []).slice(1).map((partner) => {
    const parts = diagram.parts.map((part, node) =>
      four!.includes(node) && node !== four![0] && node !== partner ? apart : part,
    );
    return makeDiagram(diagram.parents, parts).diagram;
  });
}
