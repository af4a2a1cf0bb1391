import { type Branch, isCurvature, nameOf, type Source } from "./branch.js";
import { matrixName, mostWeightsOfMatrix } from "./curvature.js";

/** What the work of branches depends on. */
export interface Size {
  readonly rows: number;
  readonly dimension: number;
}

/**
 * Work beforehand, in gradients of one row: each direction of a derivative doubles it. What is found once is counted once; so a
 * ledger of what is known already grows with every branch that is added.
 */
export class Ledger {
  private readonly known: Set<string>;

  /** @param isKept of what is known, by names. */
  constructor(
    private readonly size: Size,
    private readonly loss: Source,
    private readonly isKept: (name: string) => boolean = () => false,
    known: Iterable<string> = [],
  ) {
    this.known = new Set(known);
  }

  /** The work of some branches together; they are known from then on. */
  add(branches: readonly Branch[]): number {
    return branches.reduce((work, branch) => work + this.addOne(branch), 0);
  }

  /** The same without adding them. */
  workOf(branches: readonly Branch[]): number {
    return new Ledger(this.size, this.loss, this.isKept, this.known).add(branches);
  }

  private addOne(branch: Branch): number {
    const name = nameOf(branch);
    if (!this.isNew(name)) {
      return 0;
    }
    const { vertex, children, centred, averaged, free } = branch;
    if (averaged !== undefined) {
      return this.addOne(averaged.branch);
    }
    if (centred !== undefined) {
      return this.add([centred.ofRow, centred.ofMean]);
    }
    const { rows, dimension } = this.size;
    const vectors = rows ** free.length;
    const overRows = vertex.part === undefined && vertex.source === this.loss ? rows : 1;
    const isMatrix =
      isCurvature(branch, this.loss) && dimension <= mostWeightsOfMatrix && dimension <= vectors;
    const own = isMatrix
      ? this.isNew(matrixName)
        ? 2 * rows * dimension
        : 0
      : vectors * overRows * 2 ** children.length;
    return own + this.add(children);
  }

  private isNew(name: string): boolean {
    if (this.known.has(name) || this.isKept(name)) {
      return false;
    }
    this.known.add(name);
    return true;
  }
}

/** The most edges of a diagram: more ask for more than three directions. */
export const mostEdges = 3;

/** The most arithmetic operations that one exact value may take; a minute or so. */
export const mostOperations = 3e10;

/** About how many rows fit. @param operations that so many rows take. */
export function rowsThatFit(rows: number, operations: (rows: number) => number): string {
  let [least, most] = [1, rows];
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (operations(middle) <= mostOperations) {
      least = middle;
    } else {
      most = middle;
    }
  }
  // Two digits, and none more than fit.
  const unit = 10 ** Math.max(0, String(least).length - 2);
  return String(Math.floor(least / unit) * unit);
}
