import type { ClassBounds, GridFunctions } from "./functions.js";
import type { Line } from "./line.js";

/** Logarithms of the scales on which errors are judged: `logs[class · powers + power − 1]`. */
export interface Scales {
  readonly logs: Float64Array;
}

/** What a cell needs. */
export type Verdict =
  /** No points: what is in it does not matter. */
  | { readonly kind: "nothing" }
  /** A product of Gauss–Legendre rules of so many points an axis. */
  | { readonly kind: "points"; readonly counts: readonly number[] }
  /** Smaller cells, cut across this axis. */
  | { readonly kind: "cut"; readonly axis: number };

interface Region {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly depths: readonly number[];
}

interface Asked {
  readonly lines: readonly Line[];
  readonly fixed: {
    readonly slots: readonly number[];
    readonly values: readonly Float64Array[];
    readonly weights: Float64Array;
  };
  readonly functions: GridFunctions;
  readonly width: number;
  readonly powers: number;
  readonly tolerance: number;
}

/** Many cells share the error that is allowed. */
const share = 1 / 50;
/** A bound is mostly far above what happens: it is taken at face value, with nothing to spare. */
/** How far a bound of a function may be above what was seen of it where nothing hides. */
const logHiding = Math.log(1e8);
const logLegendre = Math.log(64 / 15);

/** Discs to try, in units of half the cell: the Bernstein ellipse of parameter `rho` lies in the disc. */
const discs = [5, 3, 2].map((rho, i) => ({
  reach: (rho + 1 / rho) / 2,
  logRho: Math.log(rho),
  logTail: -Math.log(1 - rho ** -2),
  /** The most points that an axis is given before cells are cut, in one, two, and more dimensions. */
  most: [
    [14, 24, 36],
    [12, 16, 20],
    [10, 12, 14],
  ].map((byDisc) => byDisc[i]!),
}));

/**
 * Judges cells. For a function analytic and at most `M` on the Bernstein ellipse of parameter `ρ` around an interval of
 * half-length `h`, the Gauss–Legendre rule of `n` points is off by at most `(64/15) h M ρ^{−2n}/(1 − ρ^{−2})`
 * (Trefethen, Approximation Theory and Approximation Practice, Theorem 19.3).
 */
export class Certificate {
  private readonly centres: Float64Array;
  private readonly radii: Float64Array;
  private readonly bounds: ClassBounds;
  private readonly classCentres: Float64Array;
  private logs: Float64Array;
  private spreads: Float64Array;
  private readonly logTolerance: number;

  /** @param limits of each class, the highest power that is judged; read at each judgement */
  constructor(
    private readonly asked: Asked,
    private readonly limits: Int32Array,
  ) {
    const { functions, width, powers, tolerance } = asked;
    this.centres = new Float64Array(width);
    this.radii = new Float64Array(width);
    this.bounds = {
      magnitudes: new Float64Array(functions.classCount),
      variations: new Float64Array(functions.classCount),
      analytic: new Uint8Array(functions.classCount),
    };
    this.classCentres = new Float64Array(functions.classCount);
    this.logs = new Float64Array(functions.classCount * powers);
    this.spreads = new Float64Array(functions.classCount).fill(Infinity);
    this.logTolerance = Math.log(share * tolerance);
  }

  /** The functions' means: moments above the first are taken about them. */
  setCentres(centres: Float64Array): void {
    const { classes, factors } = this.asked.functions;
    this.classCentres.fill(0);
    centres.forEach((centre, j) => {
      const own = classes[j]!;
      this.classCentres[own] = Math.max(this.classCentres[own]!, Math.abs(centre) / factors[j]!);
    });
  }

  setScales({ logs }: Scales): void {
    this.logs = logs;
  }

  /** The logarithm of the error that one cell may leave in a moment. */
  logAllowed(own: number, power: number): number {
    return this.logTolerance + this.logs[own * this.asked.powers + power - 1]!;
  }

  /** The logarithm of an upper bound of a cell's probability. */
  logMass({ low, high }: Pick<Region, "low" | "high">): number {
    return this.asked.lines.reduce((sum, line, axis) => sum + line.logMass(low[axis]!, high[axis]!), 0);
  }

  /** Whether any value that a double holds would be too small to matter, for all powers that are judged. */
  mayOverflow(cell: Region, logLargest: number): boolean {
    return this.firstFailing(this.logMass(cell), () => logLargest) > this.asked.powers;
  }

  /**
   * The least power that matters in a cell where the classes have been seen to be so large; more than all powers when
   * none does. With `lower`, classes are no longer judged by powers above the first that matter there.
   */
  failingPower(cell: Region, largest: Float64Array, lower = true): number {
    const logs = (own: number): number => Math.log(8 * largest[own]! + this.classCentres[own]!);
    const worst = this.firstFailing(this.logMass(cell), logs);
    if (lower && worst > 1) this.lower(this.logMass(cell), logs);
    return worst;
  }

  private firstFailing(logMass: number, logSize: (own: number) => number): number {
    const { powers } = this.asked;
    let worst = powers + 1;
    for (let own = 0; own < this.limits.length; own++) {
      const log = logSize(own);
      for (let k = 1; k <= Math.min(this.limits[own]!, worst - 1); k++) {
        if (logMass + k * log > this.logAllowed(own, k)) worst = k;
      }
    }
    return worst;
  }

  private lower(logMass: number, logSize: (own: number) => number): void {
    for (let own = 0; own < this.limits.length; own++) {
      const log = logSize(own);
      for (let k = 2; k <= this.limits[own]!; k++) {
        if (logMass + k * log > this.logAllowed(own, k)) this.limits[own] = k - 1;
      }
    }
  }

  /** @param spreads of each class, the largest distance from their means that the functions were seen to have */
  judge(cell: Region, spreads: Float64Array): Verdict {
    this.spreads = spreads;
    return this.judgeRange(cell, 0, this.asked.fixed.weights.length);
  }

  /** For the fixed points of a range at once, or where that is too coarse for each half of it. */
  private judgeRange(cell: Region, from: number, to: number): Verdict {
    this.placeFixed(from, to);
    const whole = this.judgeHere(cell);
    if (whole.kind !== "cut" || to - from <= 1) return whole;
    const middle = (from + to) >> 1;
    const first = this.judgeRange(cell, from, middle);
    if (first.kind === "cut") return first;
    const second = this.judgeRange(cell, middle, to);
    if (second.kind === "cut" || first.kind === "nothing") return second;
    if (second.kind === "nothing") return first;
    return {
      kind: "points",
      counts: first.counts.map((count, axis) => Math.max(count, second.counts[axis]!)),
    };
  }

  /**
   * Whether nothing in a cell can be much larger than what was seen of the functions: a peak too narrow to be met by a
   * coarse rule would have bounds far above that.
   */
  hidesNothing(cell: Region, spreads: Float64Array): boolean {
    this.spreads = spreads;
    return this.hidesNothingIn(cell, 0, this.asked.fixed.weights.length);
  }

  private hidesNothingIn(cell: Region, from: number, to: number): boolean {
    this.placeFixed(from, to);
    this.placeCell(cell, -1, 1, -1);
    const logMass = this.logMass(cell);
    const { analytic } = this.bounds;
    const bounded = this.everyMoment((own, k) => {
      const size = this.size(own, k);
      if (size === 0) return true;
      const excess = logMass + k * Math.log(size) - this.logs[own * this.asked.powers + k - 1]!;
      return excess <= Math.log(1e-14) || (analytic[own] === 1 && excess <= k * logHiding);
    });
    if (bounded || to - from <= 1) return bounded;
    const middle = (from + to) >> 1;
    return this.hidesNothingIn(cell, from, middle) && this.hidesNothingIn(cell, middle, to);
  }

  private placeFixed(from: number, to: number): void {
    const { slots, values } = this.asked.fixed;
    slots.forEach((slot, s) => {
      const column = values[s]!;
      let low = Infinity;
      let high = -Infinity;
      for (let i = from; i < to; i++) {
        low = Math.min(low, column[i]!);
        high = Math.max(high, column[i]!);
      }
      this.centres[slot] = low === high ? low : low / 2 + high / 2;
      this.radii[slot] = low === high ? 0 : (high - low) / 2;
    });
  }

  /** Puts each line's disc around the cell; `reach` times as wide on one axis, a point on another. */
  private placeCell({ low, high }: Region, wide: number, reach: number, frozen: number): void {
    this.asked.lines.forEach(({ slot }, axis) => {
      const half = (high[axis]! - low[axis]!) / 2;
      this.centres[slot] = low[axis]! + half;
      this.radii[slot] = axis === frozen ? 0 : axis === wide ? reach * half : half;
    });
    this.asked.functions.bound(this.centres, this.radii, this.bounds);
  }

  private judgeHere(cell: Region): Verdict {
    const { lines } = this.asked;
    this.placeCell(cell, -1, 1, -1);
    const logMass = this.logMass(cell);
    if (this.isNegligible(logMass)) return { kind: "nothing" };
    const flat = lines.every((line, axis) => line.isFlat((cell.high[axis]! - cell.low[axis]!) / 2));
    if (flat && this.isConstant(logMass)) return { kind: "points", counts: lines.map(() => 2) };
    const counts = lines.map((_, axis) => this.count(cell, axis));
    if (counts.every((count) => count < Infinity)) return { kind: "points", counts };
    return { kind: "cut", axis: lines.length === 1 ? 0 : this.axisToCut(cell, counts) };
  }

  private isNegligible(logMass: number): boolean {
    // the probability itself is always among what must be right: moments are taken about means
    if (logMass > this.logTolerance) return false;
    return this.everyMoment((own, k) => {
      const size = this.size(own, k);
      return size === 0 || logMass + k * Math.log(size) <= this.logAllowed(own, k);
    });
  }

  /** Whether functions hardly change within the cell. */
  private isConstant(logMass: number): boolean {
    const { variations } = this.bounds;
    return this.everyMoment((own, k) => {
      const rest = k === 1 ? 0 : (k - 1) * Math.log(this.size(own, k));
      const variation = variations[own]!;
      return variation === 0 || logMass + Math.log(2 * k * variation) + rest <= this.logAllowed(own, k);
    });
  }

  /** How large what is raised to a power can be: a function, or for higher powers than 1 its distance from its mean. */
  private size(own: number, power: number): number {
    const { magnitudes, variations } = this.bounds;
    if (power === 1) return magnitudes[own]!;
    return Math.min(magnitudes[own]! + this.classCentres[own]!, this.spreads[own]! + 2 * variations[own]!);
  }

  private everyMoment(holds: (own: number, power: number) => boolean): boolean {
    for (let own = 0; own < this.limits.length; own++) {
      for (let k = 1; k <= this.limits[own]!; k++) if (!holds(own, k)) return false;
    }
    return true;
  }

  /** How many points an axis needs; `Infinity` where the cell is too large. */
  private count(cell: Region, axis: number): number {
    const { lines, powers } = this.asked;
    const half = (cell.high[axis]! - cell.low[axis]!) / 2;
    const others = lines.reduce(
      (sum, line, other) => (other === axis ? sum : sum + line.logMass(cell.low[other]!, cell.high[other]!)),
      0,
    );
    const { analytic } = this.bounds;
    for (const { reach, logRho, logTail, most: mostByDimension } of discs) {
      const most = mostByDimension[Math.min(lines.length, 3) - 1]!;
      this.placeCell(cell, axis, reach, -1);
      const density = lines[axis]!.logDensity(cell.low[axis]! + half, reach * half);
      const common = logLegendre + Math.log(half) + density + others + logTail;
      let needed = Math.max(1, Math.ceil((common - this.logTolerance) / (2 * logRho)));
      for (let own = 0; own < this.limits.length && needed <= most; own++) {
        if (this.limits[own]! > 0 && analytic[own] === 0) needed = Infinity;
        for (let k = 1; k <= Math.min(this.limits[own]!, powers) && needed <= most; k++) {
          const size = this.size(own, k);
          if (size === 0) continue;
          const excess = common + k * Math.log(size) - this.logAllowed(own, k);
          needed = Math.max(needed, Math.ceil(excess / (2 * logRho)));
        }
      }
      if (needed <= most) return needed;
    }
    return Infinity;
  }

  /**
   * The axis to cut where something may hide: the widest of those that make the difference.
   * @param sizes of the cell along each axis, in standard deviations
   */
  axisThatHides(cell: Region, sizes: readonly number[]): number {
    const widest = (axes: readonly number[]): number =>
      axes.reduce((best, axis) => (sizes[axis]! > sizes[best]! ? axis : best));
    const all = sizes.map((_, axis) => axis);
    if (all.length === 1) return 0;
    const helping = all.filter((axis) => {
      this.placeCell(cell, -1, 1, axis);
      return this.bounds.analytic.every((flag, own) => flag === 1 || this.limits[own] === 0);
    });
    return widest(helping.length > 0 ? helping : all);
  }

  /** The axis along which functions are hardest: the one whose cutting can help. */
  private axisToCut(cell: Region, counts: readonly number[]): number {
    const { lines } = this.asked;
    const failing = lines.flatMap((_, axis) => (counts[axis] === Infinity ? [axis] : []));
    const width = (axis: number): number => -cell.depths[axis]!;
    const widest = (axes: readonly number[]): number =>
      axes.reduce((best, axis) => (width(axis) > width(best) ? axis : best));
    if (failing.length === 1) return failing[0]!;
    const helping = failing.filter((axis) => {
      this.placeCell(cell, -1, 1, axis);
      return this.bounds.analytic.every((flag, own) => flag === 1 || this.limits[own] === 0);
    });
    return widest(helping.length > 0 ? helping : failing);
  }
}

/** The scales by which each class is judged: those of its smallest function that is more than rounding. */
export function classScales(functions: GridFunctions, powers: number, scales: Float64Array): Scales {
  const logs = new Float64Array(functions.classCount * powers).fill(Infinity);
  const most = new Float64Array(powers);
  const scaleOf = (j: number, k: number): number =>
    scales[j * powers + k]! / functions.factors[j]! ** (k + 1);
  for (let j = 0; j < functions.count; j++) {
    for (let k = 0; k < powers; k++) {
      const scale = scaleOf(j, k);
      if (scale < Infinity) most[k] = Math.max(most[k]!, scale);
    }
  }
  const least = (k: number): number =>
    Math.max(1e-6 ** (k + 1) * most[k]!, (1e-8 * most[0]!) ** (k + 1), 1e-290);
  for (let j = 0; j < functions.count; j++) {
    for (let k = 0; k < powers; k++) {
      const scale = scaleOf(j, k);
      if (scale < least(k)) continue;
      const at = functions.classes[j]! * powers + k;
      logs[at] = Math.min(logs[at]!, Math.log(scale));
    }
  }
  // where all functions of a class are zero, as far as was seen
  for (let at = 0; at < logs.length; at++) if (logs[at] === Infinity) logs[at] = Math.log(least(at % powers));
  return { logs };
}
