import type { ClassBounds, GridFunctions } from "./functions.js";
import type { Line } from "./line.js";

/** Logarithms of the scales on which errors are judged. */
export interface Scales {
  /** Of each class, those of its smallest function that is more than rounding: `logs[class · powers + power − 1]`. */
  readonly logs: Float64Array;
  /** The same of each function. */
  readonly ofFunctions: Float64Array;
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
  /** Of each function, its mean over its factor. */
  private functionCentres: Float64Array;
  /** Of each class and power, how far its functions' means are beyond their scales at most, as logarithms. */
  private readonly centreRatios: Float64Array;
  /** The same of the distances from the means that were seen in a cell. */
  private readonly spreadRatios: Float64Array;
  private ofFunctions: Float64Array;
  private logs: Float64Array;
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
    this.functionCentres = new Float64Array(functions.count);
    this.centreRatios = new Float64Array(functions.classCount * powers).fill(Infinity);
    this.spreadRatios = new Float64Array(functions.classCount * powers).fill(Infinity);
    this.ofFunctions = new Float64Array(functions.count * powers);
    this.logs = new Float64Array(functions.classCount * powers);
    this.logTolerance = Math.log(share * tolerance);
  }

  /** The functions' means: moments above the first are taken about them. */
  setCentres(centres: Float64Array): void {
    const { factors } = this.asked.functions;
    this.functionCentres = centres.map((centre, j) => Math.abs(centre) / factors[j]!);
  }

  /** The scales of moments; after the means. */
  setScales({ logs, ofFunctions }: Scales): void {
    this.logs = logs;
    this.ofFunctions = ofFunctions;
    this.compare(this.functionCentres, this.centreRatios);
  }

  /** How far sizes of the functions are beyond their scales, for each class and power. */
  private compare(sizes: Float64Array | undefined, ratios: Float64Array): void {
    const { functions, powers } = this.asked;
    ratios.fill(sizes === undefined ? Infinity : -Infinity);
    if (sizes === undefined) {
      return;
    }
    for (let j = 0; j < functions.count; j++) {
      if (sizes[j] === 0) {
        continue;
      }
      const log = Math.log(sizes[j]!);
      for (let k = 1; k < powers; k++) {
        const at = functions.classes[j]! * powers + k;
        const ratio = (k + 1) * log - this.ofFunctions[j * powers + k]!;
        if (ratio > ratios[at]!) {
          ratios[at] = ratio;
        }
      }
    }
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
    const excess = (own: number, k: number): number =>
      k * logLargest - this.logs[own * this.asked.powers + k - 1]!;
    return this.firstFailing(this.logMass(cell), excess) > this.asked.powers;
  }

  /**
   * The least power that matters in a cell where the classes have been seen to be so large; more than all powers when
   * none does. With `lower`, classes are no longer judged by powers above the first that matter there. With `last`, the
   * cell cannot be cut any more, and an error of 1e-11 is allowed in it.
   */
  failingPower(cell: Region, largest: Float64Array, lower: boolean, last: boolean): number {
    const spare = last ? 1 : 8;
    const logMass = this.logMass(cell) - (last ? Math.log(1e-11) - this.logTolerance : 0);
    const excess = (own: number, k: number): number => {
      const seen =
        k * Math.log((k === 1 ? spare : 2 * spare) * largest[own]!) -
        this.logs[own * this.asked.powers + k - 1]!;
      return k === 1
        ? seen
        : Math.max(seen, k * Math.LN2 + this.centreRatios[own * this.asked.powers + k - 1]!);
    };
    const worst = this.firstFailing(logMass, excess);
    if (lower && worst > 1) {
      this.lower(logMass, excess);
    }
    return worst;
  }

  /** @param excess the logarithm of the size of what is integrated, over the scale of its moment */
  private firstFailing(logMass: number, excess: (own: number, power: number) => number): number {
    let worst = this.asked.powers + 1;
    for (let own = 0; own < this.limits.length; own++) {
      for (let k = 1; k <= Math.min(this.limits[own]!, worst - 1); k++) {
        if (logMass + excess(own, k) > this.logTolerance) {
          worst = k;
        }
      }
    }
    return worst;
  }

  private lower(logMass: number, excess: (own: number, power: number) => number): void {
    for (let own = 0; own < this.limits.length; own++) {
      for (let k = 2; k <= this.limits[own]!; k++) {
        if (logMass + excess(own, k) > this.logTolerance) {
          this.limits[own] = k - 1;
        }
      }
    }
  }

  /** @param spreads of each function, the largest distance from its mean that was seen, over its factor */
  judge(cell: Region, spreads: Float64Array): Verdict {
    this.compare(spreads, this.spreadRatios);
    return this.judgeRange(cell, 0, this.asked.fixed.weights.length);
  }

  /** For the fixed points of a range at once, or where that is too coarse for each half of it. */
  private judgeRange(cell: Region, from: number, to: number): Verdict {
    this.placeFixed(from, to);
    const whole = this.judgeHere(cell);
    if (whole.kind !== "cut" || to - from <= 1) {
      return whole;
    }
    const middle = (from + to) >> 1;
    const first = this.judgeRange(cell, from, middle);
    if (first.kind === "cut") {
      return first;
    }
    const second = this.judgeRange(cell, middle, to);
    if (second.kind === "cut" || first.kind === "nothing") {
      return second;
    }
    if (second.kind === "nothing") {
      return first;
    }
    return {
      kind: "points",
      counts: first.counts.map((count, axis) => Math.max(count, second.counts[axis]!)),
    };
  }

  /**
   * Whether nothing in a cell can be much larger than what was seen of the functions: a peak too narrow to be met by a
   * coarse rule would have bounds far above that.
   */
  hidesNothing(cell: Region, spreads?: Float64Array): boolean {
    this.compare(spreads, this.spreadRatios);
    return this.hidesNothingIn(cell, 0, this.asked.fixed.weights.length);
  }

  private hidesNothingIn(cell: Region, from: number, to: number): boolean {
    this.placeFixed(from, to);
    this.placeCell(cell, -1, 1, -1);
    const logMass = this.logMass(cell);
    const { analytic } = this.bounds;
    const bounded = this.everyMoment((own, k) => {
      const excess = logMass + this.excess(own, k);
      return excess <= Math.log(1e-14) || (analytic[own] === 1 && excess <= k * logHiding);
    });
    if (bounded || to - from <= 1) {
      return bounded;
    }
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
    if (this.isNegligible(logMass)) {
      return { kind: "nothing" };
    }
    const flat = lines.every((line, axis) => line.isFlat((cell.high[axis]! - cell.low[axis]!) / 2));
    if (flat && this.isConstant(logMass)) {
      return { kind: "points", counts: lines.map(() => 2) };
    }
    const counts = lines.map((_, axis) => this.count(cell, axis));
    if (counts.every((count) => count < Infinity)) {
      return { kind: "points", counts };
    }
    return { kind: "cut", axis: lines.length === 1 ? 0 : this.axisToCut(cell, counts) };
  }

  private isNegligible(logMass: number): boolean {
    // the probability itself is always among what must be right: moments are taken about means
    if (logMass > this.logTolerance) {
      return false;
    }
    return this.everyMoment((own, k) => logMass + this.excess(own, k) <= this.logTolerance);
  }

  /** Whether functions hardly change within the cell. */
  private isConstant(logMass: number): boolean {
    const { variations } = this.bounds;
    return this.everyMoment((own, k) => {
      const variation = variations[own]!;
      if (variation === 0) {
        return true;
      }
      // k · variation · size^{k−1}, each over the scale's share of the power
      const scale = this.logs[own * this.asked.powers + k - 1]! / k;
      const rest = k === 1 ? 0 : (this.excess(own, k) * (k - 1)) / k;
      return logMass + Math.log(2 * k * variation) - scale + rest <= this.logTolerance;
    });
  }

  /**
   * The logarithm of how large what is raised to a power can be, over the scale of its moment: a function, or for powers
   * above 1 its distance from its mean, which is at most `bound + mean` and at most `what was seen + 2 variations`.
   */
  private excess(own: number, power: number): number {
    const at = own * this.asked.powers + power - 1;
    const { magnitudes, variations } = this.bounds;
    const scale = this.logs[at]!;
    if (power === 1) {
      return Math.log(magnitudes[own]!) - scale;
    }
    const byBound = Math.max(
      power * Math.log(2 * magnitudes[own]!) - scale,
      power * Math.LN2 + this.centreRatios[at]!,
    );
    const bySight = Math.max(
      power * Math.log(4 * variations[own]!) - scale,
      power * Math.LN2 + this.spreadRatios[at]!,
    );
    return Math.min(byBound, bySight);
  }

  private everyMoment(holds: (own: number, power: number) => boolean): boolean {
    for (let own = 0; own < this.limits.length; own++) {
      for (let k = 1; k <= this.limits[own]!; k++) {
        if (!holds(own, k)) {
          return false;
        }
      }
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
        if (this.limits[own]! > 0 && analytic[own] === 0) {
          needed = Infinity;
        }
        for (let k = 1; k <= Math.min(this.limits[own]!, powers) && needed <= most; k++) {
          const excess = common + this.excess(own, k) - this.logTolerance;
          needed = Math.max(needed, Math.ceil(excess / (2 * logRho)));
        }
      }
      if (needed <= most) {
        return needed;
      }
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
    if (all.length === 1) {
      return 0;
    }
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
    if (failing.length === 1) {
      return failing[0]!;
    }
    const helping = failing.filter((axis) => {
      this.placeCell(cell, -1, 1, axis);
      return this.bounds.analytic.every((flag, own) => flag === 1 || this.limits[own] === 0);
    });
    return widest(helping.length > 0 ? helping : failing);
  }
}

/** The scales by which functions and classes are judged, from those of the moments. */
export function classScales(functions: GridFunctions, powers: number, scales: Float64Array): Scales {
  const logs = new Float64Array(functions.classCount * powers).fill(Infinity);
  const ofFunctions = new Float64Array(functions.count * powers);
  const most = new Float64Array(powers);
  const scaleOf = (j: number, k: number): number =>
    scales[j * powers + k]! / functions.factors[j]! ** (k + 1);
  for (let j = 0; j < functions.count; j++) {
    for (let k = 0; k < powers; k++) {
      const scale = scaleOf(j, k);
      if (scale < Infinity) {
        most[k] = Math.max(most[k]!, scale);
      }
    }
  }
  const least = most.map((scale, k) =>
    Math.max(1e-6 ** (k + 1) * scale, (1e-8 * most[0]!) ** (k + 1), 1e-290),
  );
  for (let j = 0; j < functions.count; j++) {
    for (let k = 0; k < powers; k++) {
      const scale = scaleOf(j, k);
      ofFunctions[j * powers + k] = Math.log(Math.max(scale, least[k]!));
      if (scale < least[k]!) {
        continue;
      }
      const at = functions.classes[j]! * powers + k;
      logs[at] = Math.min(logs[at]!, Math.log(scale));
    }
  }
  // where all functions of a class are zero, as far as was seen
  for (let at = 0; at < logs.length; at++) {
    if (logs[at] === Infinity) {
      logs[at] = Math.log(least[at % powers]!);
    }
  }
  return { logs, ofFunctions };
}
