import { type LineRule, legendreRule } from "../quadrature.js";
import { Certificate, classScales, type Verdict } from "./certificate.js";
import { powersAtEnds } from "./ends.js";
import type { FixedPoints } from "./fixed-points.js";
import type { GridFunctions } from "./functions.js";
import type { Line } from "./line.js";

export interface CellRequest {
  readonly lines: readonly Line[];
  readonly fixed: FixedPoints;
  readonly functions: GridFunctions;
  /** How many numbers a datum's slots are. */
  readonly width: number;
  /** Moments up to this power must be right. */
  readonly powers: number;
  /** How far a moment may be off, relative to that of the absolute value. */
  readonly tolerance: number;
  /** The scales of moments to judge by, where they are not those of these integrals themselves. */
  readonly scales?: Float64Array;
  /** The most points (all data together) and the most work, in units of {@link GridFunctions.cost}. */
  readonly mostPoints: number;
  readonly mostWork: number;
}

/** What integration in cells came to. */
export type CellResult =
  | {
      readonly kind: "settled";
      /** `positions[a][q]`: the datum of line `a` at point `q`. */
      readonly positions: readonly Float64Array[];
      readonly weights: Float64Array;
      /** Of each class of functions, the highest power whose mean exists and was found. */
      readonly powers: Int32Array;
    }
  /** Too many points or too much work: how well the means had settled. */
  | {
      readonly kind: "too-large";
      readonly reached: number;
      /** Of each function, about what its mean is; of each function and power, about what the scale of its moment is. */
      readonly centres: Float64Array;
      readonly scales: Float64Array;
      /** The moments themselves, about these centres, as far as they are known. */
      readonly moments: Float64Array;
      readonly powers: Int32Array;
    }
  /** The mean of a function cannot be found, and most likely does not exist. */
  | { readonly kind: "unbounded"; readonly line: Line; readonly reached: number };

interface Cell {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** How often each axis was cut. */
  readonly depths: readonly number[];
}

/** What a coarse rule finds in a cell. */
interface Sample {
  /** Of each function and power, the integral of the absolute value. */
  readonly scales: Float64Array;
  /** Of each function and power, the integral. */
  readonly moments: Float64Array;
  /** Of each class, the largest absolute value met. */
  readonly largest: Float64Array;
  /** Of each function, the largest distance from its mean, over its factor. */
  readonly spreads: Float64Array;
  /** Whether a value overflowed, and whether one did where there is some probability: then the scales are infinite. */
  readonly wild: boolean;
  readonly overflows: boolean;
}

/** An error that is no reason to refuse, where numbers have no more digits. */
const goodEnough = 1e-10;
/** Cells with less probability than this are tails, in which a value may overflow. */
const tailMass = Math.log(1e-17);
/** Where a value that is not even infinite matters less than anything: 13 standard deviations out. */
const tailOfNumbers = -85;
/** The logarithm of the largest number. */
const logLargest = Math.log(Number.MAX_VALUE);
/** Cuts after which a singularity that still matters is none whose mean exists. */
const mostDepth = 500;
/** Cuts after which values met at points are believed where bounds say nothing, as beside a pole of a root. */
const believed = 16;
/** Work after which moments that have settled are believed where nothing can hide. */
const patience = 300_000_000;
const mostNumbers = 40_000_000;
const mostCells = 200_000;

/**
 * Cuts the space of some data into cells until each has a rule that is known to be right to the tolerance: by bounds of
 * the functions on discs of the complex plane around the cell, or because too little is left in it to matter.
 */
export function integrateInCells(request: CellRequest): CellResult {
  return new Cells(request).integrate();
}

class Cells {
  private readonly certificate: Certificate;
  private readonly centres: Float64Array;
  private readonly limits: Int32Array;
  private readonly data: Float64Array;
  private readonly out: Float64Array;
  private readonly coarse: LineRule;
  private readonly positions: number[][];
  private readonly weights: number[] = [];
  private work = 0;

  constructor(private readonly request: CellRequest) {
    const { functions, lines, powers, width } = request;
    this.centres = new Float64Array(functions.count);
    this.limits = new Int32Array(functions.classCount).fill(powers);
    this.certificate = new Certificate(request, this.limits);
    this.data = new Float64Array(width);
    this.out = new Float64Array(functions.count);
    this.coarse = legendreRule(lines.length === 1 ? 8 : lines.length === 2 ? 5 : 4);
    this.positions = lines.map(() => []);
  }

  integrate(): CellResult {
    const { request, limits, certificate } = this;
    const { functions, lines, powers } = request;
    const size = functions.count * powers;
    const accepted = { scales: new Float64Array(size), moments: new Float64Array(size) };
    let pending = this.firstCells();
    this.findCentres(pending);
    let previous: Float64Array | undefined;
    let known = accepted.scales;
    let reached = Infinity;
    let before = Infinity;
    for (let round = 0; pending.length > 0; round++) {
      if (pending.length > mostCells || pending.length * size > mostNumbers) {
        return {
          kind: "too-large",
          reached,
          centres: this.centres,
          scales: known,
          moments: previous ?? accepted.moments,
          powers: limits,
        };
      }
      const samples = pending.map((cell) => this.sample(cell));
      const scales = accepted.scales.slice();
      const moments = accepted.moments.slice();
      for (const sample of samples) {
        for (let i = 0; i < size; i++) {
          scales[i]! += sample.scales[i]!;
          moments[i]! += sample.moments[i]!;
        }
      }
      if (previous !== undefined) {
        reached = this.change(previous, moments, scales);
      }
      previous = moments;
      certificate.setScales(classScales(functions, powers, request.scales ?? scales));
      if (round === 0 || samples.some(({ overflows }) => overflows)) {
        const line = this.limitPowers(scales);
        if (line !== undefined) {
          return { kind: "unbounded", line, reached };
        }
      }
      if (this.work > patience && reached <= 1e-13 && before <= 1e-10) {
        if (pending.every((cell, i) => certificate.hidesNothing(cell, samples[i]!.spreads))) {
          for (const cell of pending) {
            this.addPoints(
              cell,
              lines.map(() => this.coarse.points.length),
            );
          }
          break;
        }
      }
      before = reached;
      const next: Cell[] = [];
      for (let i = 0; i < pending.length; i++) {
        const cell = pending[i]!;
        const sample = samples[i]!;
        let verdict = this.judge(cell, sample);
        if (verdict.kind === "cut" && !this.canCut(cell, verdict.axis)) {
          const worst = certificate.failingPower(cell, sample.largest, true, true);
          if (worst <= 1) {
            return {
              kind: "unbounded",
              line: lines[verdict.axis]!,
              reached: reached > goodEnough ? reached : Infinity,
            };
          }
          verdict = this.judge(cell, sample);
          if (verdict.kind === "cut") {
            verdict = { kind: "nothing" };
          }
        }
        if (verdict.kind === "cut") {
          next.push(...halves(cell, verdict.axis));
        } else {
          for (let s = 0; s < size; s++) {
            accepted.scales[s]! += sample.scales[s]!;
            accepted.moments[s]! += sample.moments[s]!;
          }
          if (verdict.kind === "points") {
            this.addPoints(cell, verdict.counts);
          }
        }
      }
      known = scales;
      if (this.tooLarge()) {
        return { kind: "too-large", reached, centres: this.centres, scales, moments, powers: limits };
      }
      pending = next;
    }
    return {
      kind: "settled",
      positions: this.positions.map((own) => Float64Array.from(own)),
      weights: Float64Array.from(this.weights),
      powers: limits,
    };
  }

  private firstCells(): Cell[] {
    let cells: Cell[] = [{ low: [], high: [], depths: [] }];
    for (const { breaks } of this.request.lines) {
      cells = cells.flatMap((cell) =>
        breaks.slice(1).map((high, i) => ({
          low: [...cell.low, breaks[i]!],
          high: [...cell.high, high],
          depths: [...cell.depths, 0],
        })),
      );
    }
    return cells;
  }

  /** The means of the functions, roughly: higher moments are taken about them. */
  private findCentres(cells: readonly Cell[]): void {
    for (const cell of cells) {
      if (this.certificate.logMass(cell) < tailMass) {
        continue;
      }
      const { moments } = this.sample(cell);
      for (let j = 0; j < this.centres.length; j++) {
        this.centres[j]! += moments[j * this.request.powers]!;
      }
    }
    for (let j = 0; j < this.centres.length; j++) {
      if (!Number.isFinite(this.centres[j]!)) {
        this.centres[j] = 0;
      }
    }
    this.certificate.setCentres(this.centres);
  }

  /** Visits the points of a product rule in a cell, with all fixed points. */
  private visit(cell: Cell, ruleFor: (axis: number) => LineRule, see: (weight: number) => void): void {
    const { lines, fixed, functions } = this.request;
    const { data, out } = this;
    const place = (axis: number, weight: number): void => {
      if (axis < lines.length) {
        const line = lines[axis]!;
        const half = (cell.high[axis]! - cell.low[axis]!) / 2;
        const { points, weights } = ruleFor(axis);
        for (let q = 0; q < points.length; q++) {
          const x = cell.low[axis]! + half * (1 + points[q]!);
          data[line.slot] = x;
          place(axis + 1, weight * weights[q]! * 2 * half * line.density(x));
        }
        return;
      }
      for (let i = 0; i < fixed.weights.length; i++) {
        for (let s = 0; s < fixed.slots.length; s++) {
          data[fixed.slots[s]!] = fixed.values[s]![i]!;
        }
        functions.evaluate(data, out);
        this.work += functions.cost;
        see(weight * fixed.weights[i]!);
      }
    };
    place(0, 1);
  }

  private sample(cell: Cell): Sample {
    const { functions, powers } = this.request;
    const { count, classes, classCount, factors } = functions;
    const { out, centres } = this;
    const scales = new Float64Array(count * powers);
    const moments = new Float64Array(count * powers);
    const largest = new Float64Array(classCount);
    const spreads = new Float64Array(count);
    const deep = isDeep(cell);
    const logMass = this.certificate.logMass(cell);
    const inTail = logMass < tailMass;
    // Where a density dies away slowly, what overflows may have no expectation.
    const heavy = this.request.lines.some((line) => line.heavy);
    let wild = false;
    let overflows = false;
    this.visit(
      cell,
      () => this.coarse,
      (weight) => {
        for (let j = 0; j < count; j++) {
          const value = out[j]!;
          if (!Number.isFinite(value)) {
            // a point may hit the very place of a singularity
            if (deep) {
              continue;
            }
            if ((!inTail && !heavy) || (Number.isNaN(value) && logMass > tailOfNumbers)) {
              throw functions.problem(j, this.data);
            }
            wild = true;
            if (!inTail) {
              overflows = true;
              scales.fill(Infinity, j * powers, (j + 1) * powers);
            }
            largest[classes[j]!] = Infinity;
            spreads[j] = Infinity;
            continue;
          }
          const own = classes[j]!;
          largest[own] = Math.max(largest[own]!, Math.abs(value) / factors[j]!);
          moments[j * powers]! += weight * value;
          scales[j * powers]! += weight * Math.abs(value);
          const spread = value - centres[j]!;
          spreads[j] = Math.max(spreads[j]!, Math.abs(spread) / factors[j]!);
          let powered = weight * spread;
          for (let k = 1; k < powers; k++) {
            powered *= spread;
            moments[j * powers + k]! += powered;
            scales[j * powers + k]! += Math.abs(powered);
          }
        }
      },
    );
    return { scales, moments, largest, spreads, wild, overflows };
  }

  /** Powers whose expectations do not exist, or are too large for a number, are not integrated. */
  private limitPowers(scales: Float64Array): Line | undefined {
    const { lines, fixed, functions, width, powers } = this.request;
    const { limits, centres } = this;
    for (let i = 0; i < scales.length; i++) {
      if (scales[i]! < Infinity) {
        continue;
      }
      const own = functions.classes[Math.floor(i / powers)]!;
      limits[own] = Math.min(limits[own]!, i % powers);
    }
    const { tolerance } = this.request;
    const moments = this.request.scales ?? scales;
    const asked = { lines, fixed, functions, width, powers, tolerance, centres, moments };
    const failed = powersAtEnds(asked, limits);
    return failed ?? (limits.some((limit) => limit < 1) && powers > 0 ? lines[0] : undefined);
  }

  private judge(cell: Cell, sample: Sample): Verdict {
    const { certificate, coarse, request } = this;
    if (sample.wild && certificate.mayOverflow(cell, logLargest)) {
      return { kind: "nothing" };
    }
    const verdict = certificate.judge(cell, sample.spreads);
    if (verdict.kind !== "cut" || sample.wild || !cell.depths.some((depth) => depth >= believed)) {
      return verdict;
    }
    return certificate.failingPower(cell, sample.largest, false, !this.canCut(cell, verdict.axis)) >
      request.powers
      ? { kind: "points", counts: cell.low.map(() => coarse.points.length) }
      : verdict;
  }

  private canCut({ low, high, depths }: Cell, axis: number): boolean {
    const width = high[axis]! - low[axis]!;
    const size = Math.max(Math.abs(low[axis]!), Math.abs(high[axis]!));
    return depths[axis]! < mostDepth && width > 1e-15 * size && width > 1e-300;
  }

  private addPoints(cell: Cell, counts: readonly number[]): void {
    const { lines } = this.request;
    const x = lines.map(() => 0);
    const place = (axis: number, weight: number): void => {
      if (axis === lines.length) {
        if (isDeep(cell) && !this.isFiniteAt(x)) {
          return;
        }
        x.forEach((value, a) => {
          this.positions[a]!.push(value);
        });
        this.weights.push(weight);
        return;
      }
      const line = lines[axis]!;
      const half = (cell.high[axis]! - cell.low[axis]!) / 2;
      const { points, weights } = legendreRule(counts[axis]!);
      for (let q = 0; q < points.length; q++) {
        x[axis] = cell.low[axis]! + half * (1 + points[q]!);
        place(axis + 1, weight * weights[q]! * 2 * half * line.density(x[axis]!));
      }
    };
    place(0, 1);
  }

  private isFiniteAt(x: readonly number[]): boolean {
    const { lines, fixed, functions } = this.request;
    const { data, out } = this;
    lines.forEach(({ slot }, axis) => {
      data[slot] = x[axis]!;
    });
    for (let i = 0; i < fixed.weights.length; i++) {
      for (let s = 0; s < fixed.slots.length; s++) {
        data[fixed.slots[s]!] = fixed.values[s]![i]!;
      }
      functions.evaluate(data, out);
      if (!out.every(Number.isFinite)) {
        return false;
      }
    }
    return true;
  }

  /** By how much the moments that are integrated changed, on their scales. */
  private change(before: Float64Array, after: Float64Array, scales: Float64Array): number {
    const { powers, functions } = this.request;
    let worst = 0;
    for (let i = 0; i < after.length; i++) {
      if (i % powers >= this.limits[functions.classes[Math.floor(i / powers)]!]!) {
        continue;
      }
      const scale = scales[i]!;
      if (scale > 1e-290) {
        worst = Math.max(worst, Math.abs(after[i]! - before[i]!) / scale);
      }
    }
    return worst;
  }

  private tooLarge(): boolean {
    const { fixed, functions, mostPoints, mostWork } = this.request;
    const points = this.weights.length * fixed.weights.length;
    return (
      points > mostPoints ||
      points * functions.count > mostNumbers ||
      this.work + points * functions.cost > mostWork
    );
  }
}

function isDeep({ depths }: Cell): boolean {
  return depths.some((depth) => depth >= believed);
}

function halves(cell: Cell, axis: number): [Cell, Cell] {
  const { low, high, depths } = cell;
  const middle = low[axis]! + (high[axis]! - low[axis]!) / 2;
  const deeper = depths.with(axis, depths[axis]! + 1);
  return [
    { low, high: high.with(axis, middle), depths: deeper },
    { low: low.with(axis, middle), high, depths: deeper },
  ];
}
