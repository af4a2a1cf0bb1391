import { breaksOf } from "./breaks.js";
import { nodeCount } from "./build.js";
import { type ContinuousSource, continuousOf, countedOf } from "./distributions/index.js";
import { type CompiledExpression, compileExpression } from "./evaluation.js";
import type { Expression } from "./expression.js";
import { type DataSource, dataNames, type Landscape } from "./landscape.js";
import {
  coarsest,
  type Fineness,
  farthestReach,
  finer,
  isContinuous,
  type PairedRule,
  pairedRule,
  type SourceRule,
} from "./paired-rules.js";

/** How far the two rules may be apart, as a share of the mean magnitude of what is averaged. */
export const agreement = 1e-12;

const mostPoints = 2 ** 20;

/** Points of some data with two rules; see `PairedRule`. */
interface PairedPoints {
  readonly count: number;
  /** Weights of the finer rule, which sum to 1; at the other one's points they are 0. */
  readonly weights: Float64Array;
  /**
   * Weights of the finer rule less the other, and, where data have no bounds, of what may lie beyond the points: a sum
   * that is nearly 0 says that the finer rule is good.
   */
  readonly differences: Float64Array;
  /** What multiplies the finer rule's weights to bound what may lie beyond its points; mostly 0. */
  readonly beyond: Float64Array;
  /** For each name its values. */
  readonly values: readonly Float64Array[];
}

/** What two rules say of an expectation. */
export interface Estimate {
  readonly value: number;
  /** Whether the rules agree, and nothing lies beyond their points. */
  readonly settled: boolean;
  /** The mean magnitude of what is averaged. */
  readonly scale: number;
  /** How far the rules are apart, and a bound of what may lie beyond their points. */
  readonly difference: number;
  readonly beyond: number;
}

/** Rules that agree, or that differ by less than what the whole loss lets them: then `agrees` is false. */
export interface SettledLoss {
  readonly fineness: GridFineness;
  readonly estimate: Estimate;
  readonly agrees: boolean;
}

/** How much may still be evaluated, in operations; it is counted down. */
export interface Work {
  left: number;
}

/** For each of the sources how fine its rules are. */
export type GridFineness = readonly Fineness[];

/** A part of the expected loss that must be averaged over points of its data. */
export class SampledLoss {
  /** The data that it depends on. */
  readonly names: readonly string[];
  /** Whether its data are finitely many, so that every rule is exact. */
  readonly exact: boolean;
  /** Whether there is one rule only, a sum over all that is listed. */
  private readonly single: boolean;
  readonly coarsest: GridFineness;
  private readonly landscape: Landscape;
  private readonly compiled: CompiledExpression;
  private readonly cost: number;
  /** For each source where the expression is not smooth in it. */
  private readonly breaks: readonly (readonly number[])[];
  private readonly rules = new Map<string, PairedRule>();
  private readonly grids = new Map<string, PairedPoints>();
  private kept = 0;

  /**
   * @param expression its symbols are weights and data of these sources.
   * @param sources numbers of the landscape's sources.
   */
  constructor(
    landscape: Landscape,
    readonly expression: Expression,
    readonly sources: readonly number[],
  ) {
    this.landscape = landscape;
    this.names = sources.flatMap((source) => dataNames(landscape.data[source]!));
    this.single = sources.every((source) => !isContinuous(landscape.data[source]!));
    this.exact = this.single && sources.every((source) => !countedOf(landscape.data[source]!)?.endless);
    this.coarsest = sources.map(() => coarsest);
    this.breaks = sources.map((source) => breaksIn(expression, landscape.data[source]!));
    const names = [...landscape.weights.map(({ name }) => name), ...this.names];
    this.compiled = compileExpression(expression, new Map(names.map((name, slot) => [name, slot])));
    this.cost = nodeCount(expression) + 4;
  }

  /** How many points there are at a fineness. */
  size(fineness: GridFineness): number {
    const sizeOf = (which: 0 | 1) =>
      fineness.reduce((size, own, i) => size * this.rule(i, own)[which].weights.length, 1);
    return this.single ? sizeOf(0) : sizeOf(0) + sizeOf(1);
  }

  /** Operations of one estimate. */
  work(fineness: GridFineness): number {
    return this.size(fineness) * this.cost;
  }

  points(fineness: GridFineness): PairedPoints {
    const key = JSON.stringify(fineness);
    let grid = this.grids.get(key);
    if (grid === undefined) {
      grid = this.product(fineness);
      if (this.kept + grid.count > mostKept) {
        this.grids.clear();
        this.kept = 0;
      }
      this.grids.set(key, grid);
      this.kept += grid.count;
    }
    return grid;
  }

  /** The expectation at these weights as the rules have it. */
  estimate(theta: ArrayLike<number>, fineness: GridFineness, work?: Work): Estimate {
    const { count, weights, differences, beyond: factors, values } = this.points(fineness);
    const symbols = new Float64Array(theta.length + values.length);
    symbols.set(theta);
    let value = 0;
    let check = 0;
    let scale = 0;
    let beyond = 0;
    let signed = 0;
    for (let q = 0; q < count; q++) {
      for (let c = 0; c < values.length; c++) {
        symbols[theta.length + c] = values[c]![q]!;
      }
      const loss = this.compiled(symbols);
      const term = weights[q]! * loss;
      value += term;
      check += differences[q]! * loss;
      scale += Math.abs(term);
      if (factors[q] === 0) {
        continue;
      }
      signed += factors[q]! * term;
      beyond += factors[q]! * Math.abs(term);
    }
    if (work !== undefined) {
      work.left -= count * this.cost;
    }
    const settled = this.exact ? Number.isFinite(value) : Math.abs(check) < agreement * scale;
    return { value, settled, scale, difference: Math.abs(check - signed), beyond };
  }

  /**
   * The least fineness, from the given one on, at which the rules agree at these weights; undefined when they do not on
   * any grid that is small enough, or when the work that is allowed does not do.
   * @param rest the rest of the expected loss, when it is known: `E|l_x|` is at least the magnitude of the whole.
   */
  settle(theta: ArrayLike<number>, from: GridFineness, work: Work, rest?: number): SettledLoss | undefined {
    let fineness = from;
    for (;;) {
      const size = this.size(fineness);
      if (size > mostPoints || size * this.cost > work.left) {
        return undefined;
      }
      const estimate = this.estimate(theta, fineness, work);
      if (estimate.settled) {
        return { fineness, estimate, agrees: true };
      }
      if (rest !== undefined && isEnough(estimate, rest)) {
        return { fineness, estimate, agrees: false };
      }
      const next = this.single ? undefined : this.refined(theta, fineness, estimate, work);
      if (next === undefined) {
        return undefined;
      }
      fineness = next;
    }
  }

  /** One step finer in every source; undefined when there is none or it is too large. */
  finer(fineness: GridFineness): GridFineness | undefined {
    const next = fineness.map((own, i) => {
      const source = this.sourceOf(i);
      return isContinuous(source) ? finer(source, own, "step", this.breaks[i]) : own;
    });
    if (next.includes(undefined)) {
      return undefined;
    }
    return this.size(next as GridFineness) > mostPoints ? undefined : (next as GridFineness);
  }

  /** One step finer, and as far as the density is more than nothing; undefined when that is too large. */
  farthest(fineness: GridFineness): GridFineness | undefined {
    const next = this.finer(fineness)?.map(({ step }) => ({ step, reach: farthestReach }));
    return next === undefined || this.size(next) > mostPoints ? undefined : next;
  }

  /** Finer in the sources whose rules are apart; undefined when there is nothing finer. */
  private refined(
    theta: ArrayLike<number>,
    fineness: GridFineness,
    { scale }: Estimate,
    work: Work,
  ): GridFineness | undefined {
    const finite = Number.isFinite(scale);
    const continuous = this.sources.flatMap((_, i) => (isContinuous(this.sourceOf(i)) ? [i] : []));
    const least = (agreement / (4 * continuous.length)) * scale;
    const wishes = continuous.map((i): { i: number; wish: "step" | "reach" } | undefined => {
      // points between those at which the loss is not finite do not help, but other rules leave out the ends
      if (!finite) {
        return continuousOf(this.sourceOf(i) as ContinuousSource).bounded ? { i, wish: "step" } : undefined;
      }
      const { difference, beyond } = this.along(theta, fineness, i, work);
      if (beyond >= least) {
        return { i, wish: "reach" };
      }
      return difference < least ? undefined : { i, wish: "step" };
    });
    const wished = wishes.filter((wish) => wish !== undefined);
    if (!finite && wished.length === 0) {
      return undefined;
    }
    const next = [...fineness];
    for (const { i, wish } of wished.length > 0
      ? wished
      : continuous.map((i) => ({ i, wish: "step" as const }))) {
      const own = finer(this.sourceOf(i) as ContinuousSource, fineness[i]!, wish, this.breaks[i]);
      if (own === undefined) {
        return undefined;
      }
      next[i] = own;
    }
    return next;
  }

  /** How far the rules of one source are apart, the others' being their first, and what may lie beyond its points. */
  private along(
    theta: ArrayLike<number>,
    fineness: GridFineness,
    source: number,
    work: Work,
  ): { difference: number; beyond: number } {
    const sums = ([0, 1] as const).map((which) => {
      const rules = fineness.map((own, i) => this.rule(i, own)[i === source ? which : 0]);
      const symbols = new Float64Array(theta.length + this.names.length);
      symbols.set(theta);
      let value = 0;
      let beyond = 0;
      let count = 0;
      eachPoint(rules, (index, weight, data) => {
        symbols.set(data, theta.length);
        const term = weight * this.compiled(symbols);
        value += term;
        beyond += beyondFactor(rules[source]!, index[source]!) * Math.abs(term);
        count++;
      });
      work.left -= count * this.cost;
      return { value, beyond };
    });
    return { difference: Math.abs(sums[1]!.value - sums[0]!.value), beyond: sums[1]!.beyond };
  }

  private sourceOf(i: number): DataSource {
    return this.landscape.data[this.sources[i]!]!;
  }

  private rule(i: number, fineness: Fineness): PairedRule {
    const key = `${i},${fineness.step},${fineness.reach}`;
    let rule = this.rules.get(key);
    if (rule === undefined) {
      rule = pairedRule(this.sourceOf(i), fineness, this.breaks[i]);
      this.rules.set(key, rule);
    }
    return rule;
  }

  private product(fineness: GridFineness): PairedPoints {
    const count = this.size(fineness);
    const weights = new Float64Array(count);
    const differences = new Float64Array(count);
    const factors = new Float64Array(count);
    const values = this.names.map(() => new Float64Array(count));
    let q = 0;
    for (const which of this.single ? ([0] as const) : ([0, 1] as const)) {
      const rules = fineness.map((own, i) => this.rule(i, own)[which]);
      eachPoint(rules, (index, weight, data) => {
        weights[q] = which === 1 || this.single ? weight : 0;
        const beyond = rules.reduce((sum, rule, i) => sum + beyondFactor(rule, index[i]!), 0);
        if (which === 1 || this.single) {
          factors[q] = beyond;
        }
        differences[q] = this.single ? weight * beyond : which === 1 ? weight * (1 + beyond) : -weight;
        for (let c = 0; c < values.length; c++) {
          values[c]![q] = data[c]!;
        }
        q++;
      });
    }
    return { count, weights, differences, beyond: factors, values };
  }
}

/** What lies beyond the points is judged beside what is averaged alone: it may have no bound. */
function isEnough({ value, scale, difference, beyond }: Estimate, rest: number): boolean {
  return difference < agreement * (scale + Math.abs(value + rest)) && beyond <= agreement * scale;
}

/** Points of all grids that are kept. */
const mostKept = 2 ** 21;

function breaksIn(expression: Expression, source: DataSource): readonly number[] {
  return isContinuous(source)
    ? breaksOf(expression, source.name, ...continuousOf(source).extent(source.parameters))
    : [];
}

/** What the weight of a rule's point is multiplied with to bound what lies beyond it; 0 inside. */
function beyondFactor({ weights, beyond }: SourceRule, point: number): number {
  if (beyond === undefined) {
    return 0;
  }
  return point === 0 ? beyond[0] : point === weights.length - 1 ? beyond[1] : 0;
}

/** Visits all combinations of some rules' points. */
function eachPoint(
  rules: readonly SourceRule[],
  visit: (index: Int32Array, weight: number, data: Float64Array) => void,
): void {
  const index = new Int32Array(rules.length);
  const data = new Float64Array(rules.reduce((width, { columns }) => width + columns.length, 0));
  for (;;) {
    let weight = 1;
    let column = 0;
    for (let r = 0; r < rules.length; r++) {
      const i = index[r]!;
      weight *= rules[r]!.weights[i]!;
      for (const own of rules[r]!.columns) {
        data[column++] = own[i]!;
      }
    }
    visit(index, weight, data);
    let r = rules.length - 1;
    for (; r >= 0; r--) {
      index[r]!++;
      if (index[r]! < rules[r]!.weights.length) {
        break;
      }
      index[r] = 0;
    }
    if (r < 0) {
      return;
    }
  }
}
