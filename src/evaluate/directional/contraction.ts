import { canonicalize, type Diagram, edgeCount, formatShortForm } from "../../diagram/index.js";
import type { WeightFunction } from "../../observables/index.js";
import { EvaluationError } from "../evaluation.js";
import { approximate } from "../limits.js";
import type { Root } from "../root.js";
import { joined, type Source } from "./branch.js";
import { Cuts, pairings, type Scalar, type Side } from "./cuts.js";
import type { DirectionalDerivatives, DirectionalLandscape } from "./derivatives.js";
import { BranchVectors, nowhere, type Place, type Vectors } from "./vectors.js";
import { Ledger, mostEdges, mostOperations, rowsThatFit } from "./work.js";

/** Diagrams of up to three edges at one place, whatever the space-time: what their plain contraction is, without a tensor. */
export class DirectionalContraction {
  readonly vectors: BranchVectors;
  private readonly loss: Source = { name: "l" };
  private readonly cuts: Cuts;
  private readonly derivatives = new Map<Source, DirectionalDerivatives>();
  private readonly functions = new WeakMap<WeightFunction["value"], Source>();
  private functionCount = 0;
  private readonly values = new Map<string, Float64Array>();

  constructor(private readonly landscape: DirectionalLandscape) {
    this.derivatives.set(this.loss, landscape.loss);
    this.cuts = new Cuts(this.loss, (observed) => this.functionSource(observed));
    this.vectors = new BranchVectors(landscape, this.loss, (source) => this.derivatives.get(source)!);
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
      loss.operations * this.cuts.add(diagram, root, this.ledger(rows === loss.rows, rows));
    const needed = operations(loss.rows);
    if (needed > mostOperations) {
      throw new EvaluationError(
        `the exact value of diagram ${formatShortForm(diagram)} over ${loss.rows} rows takes about ${approximate(needed)} operations; about ${rowsThatFit(loss.rows, operations)} rows fit, or a lower order`,
      );
    }
  }

  /** A ledger that knows what is known, or one of as many rows as there could be. */
  private ledger(isHere: boolean, rows: number): Ledger {
    const { vectors, loss } = this;
    return new Ledger({ rows, dimension: this.landscape.loss.dimension }, loss, (name) =>
      isHere ? vectors.isKept(name) : false,
    );
  }

  private valueOf(diagram: Diagram, root: Root): Float64Array {
    if (edgeCount(diagram) === 0) {
      const isFunction = typeof root !== "string" && !("covaried" in root);
      return Float64Array.of(isFunction ? this.functionValue(root) : this.landscape.loss.value);
    }
    if (root === "open") {
      return this.vectors.raised(this.vectors.at(this.cuts.openBranch(diagram), nowhere)).entries;
    }
    const ledger = this.ledger(true, this.landscape.loss.rows);
    const moment = this.sum(this.cuts.sidesOf(diagram, root, ledger));
    return Float64Array.of(
      // The fourth cumulant.
      pairings(diagram).reduce((value, other) => value - this.contract(other, root)[0]!, moment),
    );
  }

  private functionSource(observed: WeightFunction): Source {
    let source = this.functions.get(observed.value);
    if (source === undefined) {
      source = { name: `f${this.functionCount++}` };
      this.derivatives.set(source, this.landscape.functionOf(observed));
      this.functions.set(observed.value, source);
    }
    return source;
  }

  /** What a function is at this place. */
  functionValue(observed: WeightFunction): number {
    return this.derivatives.get(this.functionSource(observed))!.value;
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
