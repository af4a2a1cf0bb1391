import { integrateInCells, kronrodPair, type Line, makeLine } from "./adaptive/index.js";
import { type Axis, laddered } from "./axis.js";
import type { Grid, GridRequest } from "./grid-request.js";
import type { Points } from "./points.js";

/** What is integrated: moments `[function · powers + power − 1]` about `centres`, to a tolerance on their scales. */
export interface NestedAim {
  readonly centres: Float64Array;
  readonly scales: Float64Array;
  readonly tolerance: number;
  readonly mostPoints: number;
  /** How many inner integrals may be done. */
  readonly mostInner: number;
}

/** The integral over the data from one line on, the outer ones being fixed: its moments, and its points. */
interface Integral {
  readonly moments: Float64Array;
  /** Of the innermost line. */
  readonly points?: { readonly positions: Float64Array; readonly weights: Float64Array };
  /** Of an outer line: a point, its weight and the integral there. */
  readonly nodes?: readonly { readonly x: number; readonly weight: number; readonly inside: Integral }[];
}

/** Thrown when too many points are needed. */
const tooLarge = Symbol("too large");

/**
 * Integrates over one datum after the other: the inner one has cells of its own for each point of the outer ones, and
 * these are refined where an embedded pair of rules says so. Kinks and poles that lie across all data move with the
 * outer ones, and are gone when the inner integral is done.
 * @returns nothing when it takes too many points
 */
export function integrateNested(
  request: GridRequest,
  points: Points,
  inner: Axis,
  aim: NestedAim,
): Grid | undefined {
  try {
    return new Nest(request, points, inner, aim).integrate();
  } catch (error) {
    if (error === tooLarge) {
      return undefined;
    }
    throw error;
  }
}

class Nest {
  /** The outer lines, then the inner one. */
  private readonly lines: readonly Line[];
  private readonly powers: Int32Array;
  private readonly data: Float64Array;
  private readonly out: Float64Array;
  private inner = 0;
  private pointCount = 0;

  constructor(
    private readonly request: GridRequest,
    private readonly points: Points,
    inner: Axis,
    private readonly aim: NestedAim,
  ) {
    const axes = [...points.adaptive.filter((axis) => axis !== inner), inner];
    this.lines = axes.map(({ source, firstSlot }) => makeLine(source as Line["source"], firstSlot));
    this.powers = new Int32Array(request.functions.count).fill(request.partSize);
    this.data = new Float64Array(points.width);
    this.out = new Float64Array(request.functions.count);
  }

  integrate(): Grid {
    const { fixed } = this.points;
    const positions: number[][] = Array.from({ length: this.points.width }, () => []);
    const weights: number[] = [];
    for (let i = 0; i < fixed.weights.length; i++) {
      fixed.slots.forEach((slot, s) => {
        this.data[slot] = fixed.values[s]![i]!;
      });
      const integral = this.over(0, fixed.weights[i]!);
      this.collect(integral, 0, fixed.weights[i]!, positions, weights);
    }
    const grid = this.points.evaluateAt(positions, Float64Array.from(weights));
    return this.powers.every((power) => power >= this.request.partSize)
      ? grid
      : { ...grid, powers: this.powers };
  }

  /** The integral over line `depth` and those inside it; `share` is what weight it has in the whole. */
  private over(depth: number, share: number): Integral {
    return depth === this.lines.length - 1 ? this.innermost(share) : this.outer(depth, share);
  }

  private innermost(share: number): Integral {
    const { request, data, aim } = this;
    const { functions, partSize } = request;
    if (++this.inner > aim.mostInner) {
      throw tooLarge;
    }
    const line = this.lines.at(-1)!;
    const slots = data.length === 1 ? [] : Array.from(data.keys()).filter((slot) => slot !== line.slot);
    const result = integrateInCells({
      lines: [line],
      fixed: {
        slots,
        values: slots.map((slot) => Float64Array.of(data[slot]!)),
        weights: Float64Array.of(1),
      },
      functions,
      width: data.length,
      powers: partSize,
      // what is rare need not be known so well
      tolerance: Math.min(1e-2, (aim.tolerance * 0.02) / share),
      scales: aim.scales,
      mostPoints: 20_000,
      mostWork: Infinity,
    });
    if (result.kind !== "settled") {
      throw tooLarge;
    }
    for (let j = 0; j < this.powers.length; j++) {
      this.powers[j] = Math.min(this.powers[j]!, result.powers[functions.classes[j]!]!);
    }
    const known = this.integral(result.positions[0]!, result.weights);
    return this.fewer(line, known, share) ?? known;
  }

  /** The moments that a rule for the innermost line has. */
  private integral(positions: Float64Array, weights: Float64Array): Integral {
    const { data, out, aim } = this;
    const { functions, partSize } = this.request;
    const { slot } = this.lines.at(-1)!;
    const moments = new Float64Array(functions.count * partSize);
    for (let q = 0; q < weights.length; q++) {
      data[slot] = positions[q]!;
      functions.evaluate(data, out);
      for (let j = 0; j < functions.count; j++) {
        const weight = weights[q]!;
        moments[j * partSize]! += weight * out[j]!;
        const spread = out[j]! - aim.centres[j]!;
        let powered = weight * spread;
        for (let k = 1; k < partSize; k++) {
          powered *= spread;
          moments[j * partSize + k]! += powered;
        }
      }
    }
    return { moments, points: { positions, weights } };
  }

  /** The same integral by a ready-made rule of fewer points, where one does for the weight it has in the whole. */
  private fewer(line: Line, known: Integral, share: number): Integral | undefined {
    const { scales, tolerance } = this.aim;
    const { partSize } = this.request;
    for (const rule of laddered(line.source)) {
      const { values, weights } = rule();
      if (2 * weights.length > known.points!.weights.length) {
        return undefined;
      }
      const found = this.integral(values[0]!, weights);
      const agrees = found.moments.every(
        (moment, i) =>
          i % partSize >= this.powers[Math.floor(i / partSize)]! ||
          share * Math.abs(moment - known.moments[i]!) <=
            0.02 * tolerance * Math.max(share, 1e-4) * scales[i]!,
      );
      if (agrees) {
        return found;
      }
    }
    return undefined;
  }

  private outer(depth: number, share: number): Integral {
    const { lines, aim, request } = this;
    const line = lines[depth]!;
    const size = request.functions.count * request.partSize;
    const total = new Float64Array(size);
    const nodes: { x: number; weight: number; inside: Integral }[] = [];
    // what is rare need not be known so well, and errors at many points mostly cancel
    const allowed = aim.tolerance * Math.max(1, 0.003 / share);
    const pending = line.breaks.slice(1).map((high, i) => ({ low: line.breaks[i]!, high, cuts: 0 }));
    for (let panel = pending.pop(); panel !== undefined; panel = pending.pop()) {
      const { low, high, cuts } = panel;
      if (this.isEmpty(depth, low, high, share, allowed)) {
        continue;
      }
      const found = this.panel(depth, low, high, share);
      const worst = this.error(found, allowed);
      if (worst > 1 && cuts < 40) {
        const middle = (low + high) / 2;
        pending.push({ low, high: middle, cuts: cuts + 1 }, { low: middle, high, cuts: cuts + 1 });
        continue;
      }
      for (const node of found) {
        nodes.push(node);
        for (let i = 0; i < size; i++) {
          total[i]! += node.weight * node.inside.moments[i]!;
        }
      }
    }
    return { moments: total, nodes };
  }

  /** Whether a panel is a tail in which nothing of weight lies, as far as its nearer end tells. */
  private isEmpty(depth: number, low: number, high: number, share: number, allowed: number): boolean {
    const line = this.lines[depth]!;
    const logMass = line.logMass(low, high);
    if (line.bounded || logMass > Math.log(1e-13)) {
      return false;
    }
    if (logMass < Math.log(1e-60) && line.heavy !== true) {
      return true;
    }
    const mass = Math.exp(logMass);
    this.data[line.slot] = Math.abs(low - line.mean) < Math.abs(high - line.mean) ? low : high;
    const { moments } = this.over(depth + 1, Math.max(1e-12, share * mass));
    return moments.every((moment, i) => mass * Math.abs(moment) <= 1e-3 * allowed * this.aim.scales[i]!);
  }

  private panel(
    depth: number,
    low: number,
    high: number,
    share: number,
  ): { x: number; weight: number; coarse: number; inside: Integral }[] {
    const line = this.lines[depth]!;
    const half = (high - low) / 2;
    return Array.from(kronrodPair.points, (t, i) => {
      const x = low + half * (1 + t);
      const density = half * line.density(x);
      const weight = density * kronrodPair.weights[i]!;
      this.data[line.slot] = x;
      const inside = this.over(depth + 1, Math.max(1e-12, share * weight));
      return { x, weight, coarse: density * kronrodPair.coarse[i]!, inside };
    });
  }

  /** The error of a panel in units of what is allowed, by QUADPACK's estimate from the embedded pair. */
  private error(
    nodes: readonly { weight: number; coarse: number; inside: Integral }[],
    allowed: number,
  ): number {
    const { scales } = this.aim;
    const { partSize } = this.request;
    const probability = nodes.reduce((sum, { weight }) => sum + weight, 0);
    let worst = 0;
    for (let i = 0; i < scales.length; i++) {
      if (i % partSize >= this.powers[Math.floor(i / partSize)]!) {
        continue;
      }
      let fine = 0;
      let coarse = 0;
      for (const node of nodes) {
        fine += node.weight * node.inside.moments[i]!;
        coarse += node.coarse * node.inside.moments[i]!;
      }
      const mean = probability === 0 ? 0 : fine / probability;
      const spread = nodes.reduce(
        (sum, { weight, inside }) => sum + weight * Math.abs(inside.moments[i]! - mean),
        0,
      );
      const difference = Math.abs(fine - coarse);
      const error = spread === 0 ? difference : spread * Math.min(1, ((200 * difference) / spread) ** 1.5);
      const least = allowed * scales[i]!;
      if (Math.min(error, difference) > least) {
        worst = Math.max(worst, least === 0 ? Infinity : Math.min(error, difference) / least);
      }
    }
    return worst;
  }

  private collect(
    { points, nodes }: Integral,
    depth: number,
    weight: number,
    positions: readonly number[][],
    weights: number[],
  ): void {
    const { slot } = this.lines[depth]!;
    for (const node of nodes ?? []) {
      this.data[slot] = node.x;
      this.collect(node.inside, depth + 1, weight * node.weight, positions, weights);
    }
    if (points === undefined) {
      return;
    }
    this.pointCount += points.weights.length;
    if (this.pointCount > this.aim.mostPoints) {
      throw tooLarge;
    }
    points.weights.forEach((own, q) => {
      this.data[slot] = points.positions[q]!;
      this.data.forEach((value, s) => {
        positions[s]!.push(value);
      });
      weights.push(weight * own);
    });
  }
}
