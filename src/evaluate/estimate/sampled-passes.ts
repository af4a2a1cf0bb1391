import type { LossDerivatives } from "../directional/derivatives.js";
import type { SampledRows } from "./sampled-rows.js";
import { lossSource, multipleOf, type SharedPass, sharedPasses } from "./sampled-slots.js";
import { leafBranch, type SampledBranch } from "./sampled-tree.js";

/** A pass over the rows of a slot, named after what comes in. Its work is in gradients: each direction doubles it. */
interface NamedPass {
  readonly name: string;
  readonly work: number;
}

function passName(slot: number, directions: readonly SampledBranch[]): string {
  return `${slot}: ${directions
    .map(({ name }) => name)
    .sort()
    .join(" ")}`;
}

/** The passes that a branch's own vertex takes; what comes in takes others. */
export function passesOf({ slot, centred, children }: SampledBranch): NamedPass[] {
  const slots = [
    ...(slot === undefined ? [] : [slot]),
    ...(centred === undefined || centred === "mean" ? [] : [centred.slot]),
  ];
  return slots.map((one) => ({ name: passName(one, children), work: 2 ** children.length }));
}

/** All choices among directions, as bits of numbers. */
function choicesAmong<Direction>(directions: readonly Direction[]): Direction[][] {
  return Array.from({ length: 1 << directions.length }, (_, set) =>
    directions.filter((__, place) => ((set >> place) & 1) === 1),
  );
}

function branchesOf({ directions }: SharedPass): SampledBranch[] {
  return directions.map(({ slot, isEach }) => leafBranch(lossSource, slot, isEach));
}

/** What the passes find that a sample takes anyway. */
export class SharedNames {
  /** By what is found, which pass finds it: the first that does. */
  private readonly passes = new Map<string, SharedPass>();

  /** @param edges the most edges of diagrams. */
  constructor(edges: number) {
    for (const pass of sharedPasses[Math.min(edges, sharedPasses.length - 1)]!) {
      for (const directions of choicesAmong(branchesOf(pass))) {
        const name = passName(pass.slot, directions);
        if (!this.passes.has(name)) {
          this.passes.set(name, pass);
        }
      }
    }
  }

  has(name: string): boolean {
    return this.passes.has(name);
  }

  /** The pass in which something is found. */
  passFor(name: string): SharedPass | undefined {
    return this.passes.get(name);
  }
}

/** What passes over the rows of one sample have found. */
export class SampledPasses {
  private readonly found = new Map<string, Float64Array>();
  private readonly rowsOfSlots: Int32Array[] = [];
  /** In gradients of one row. */
  work = 0;

  constructor(
    private readonly loss: LossDerivatives,
    private readonly rows: SampledRows,
    private readonly sample: number,
    private readonly shared: SharedNames,
  ) {}

  /**
   * What the rows of a slot hold, row by row.
   * @param vectorsOf what a branch says: a vector, or one a row.
   */
  gradients(
    slot: number,
    directions: readonly SampledBranch[],
    vectorsOf: (branch: SampledBranch) => Float64Array,
  ): Float64Array {
    const name = passName(slot, directions);
    let found = this.found.get(name);
    if (found === undefined) {
      const shared = this.shared.passFor(name);
      if (shared === undefined) {
        const rows = this.counted(slot, directions.length);
        this.found.set(name, this.loss.rowGradients(rows, directions.map(vectorsOf)));
      } else {
        this.take(shared, vectorsOf);
      }
      found = this.found.get(name)!;
    }
    return found;
  }

  /**
   * Keeps of a pass that serves several only what is always found by it: what a sample says is the same to the last bit, whatever was
   * asked before.
   */
  private take(pass: SharedPass, vectorsOf: (branch: SampledBranch) => Float64Array): void {
    const { loss } = this;
    const directions = branchesOf(pass);
    // One array for directions that are the same, which is less work.
    const known = new Map<string, Float64Array>();
    const vectors = directions.map((direction) => {
      const vector = known.get(direction.name) ?? vectorsOf(direction);
      known.set(direction.name, vector);
      return vector;
    });
    const rows = this.counted(pass.slot, directions.length);
    const together = loss.rowGradientsOfAll?.(rows, vectors);
    choicesAmong(directions).forEach((choice, set) => {
      const name = passName(pass.slot, choice);
      if (this.shared.passFor(name) === pass) {
        const along = vectors.filter((_, place) => ((set >> place) & 1) === 1);
        this.found.set(name, together?.[set] ?? loss.rowGradients(rows, along));
      }
    });
  }

  /** The rows of a slot, for a pass along so many directions. */
  private counted(slot: number, directions: number): Int32Array {
    const { rows } = this;
    this.rowsOfSlots[slot] ??= rows.of(this.sample, slot, rows.size * multipleOf(slot));
    const own = this.rowsOfSlots[slot];
    this.work += own.length * 2 ** directions;
    return own;
  }
}
