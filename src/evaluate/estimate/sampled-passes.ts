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
    if (!this.found.has(name)) {
      const shared = this.shared.passFor(name);
      this.take(slot, shared === undefined ? directions : branchesOf(shared), vectorsOf);
    }
    return this.found.get(name)!;
  }

  private take(
    slot: number,
    directions: readonly SampledBranch[],
    vectorsOf: (branch: SampledBranch) => Float64Array,
  ): void {
    const { loss, rows } = this;
    const vectors = directions.map(vectorsOf);
    this.rowsOfSlots[slot] ??= rows.of(this.sample, slot, rows.size * multipleOf(slot));
    const own = this.rowsOfSlots[slot];
    this.work += own.length * 2 ** directions.length;
    if (loss.rowGradientsOfAll === undefined) {
      for (const choice of choicesAmong(directions)) {
        const along = choice.map((direction) => vectors[directions.indexOf(direction)]!);
        this.keep(passName(slot, choice), () => loss.rowGradients(own, along));
      }
      return;
    }
    const found = loss.rowGradientsOfAll(own, vectors);
    choicesAmong(directions).forEach((choice, set) => {
      this.keep(passName(slot, choice), () => found[set]!);
    });
  }

  private keep(name: string, find: () => Float64Array): void {
    if (!this.found.has(name)) {
      this.found.set(name, find());
    }
  }
}
