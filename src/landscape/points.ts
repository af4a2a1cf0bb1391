import { type FixedPoints, type Line, makeLine } from "./adaptive/index.js";
import { type Axis, describe } from "./axis.js";
import { LandscapeError } from "./error.js";
import type { Grid, GridRequest } from "./grid-request.js";

/** Grids of more points, or of more numbers, are not made. */
export const mostPoints = 2_000_000;
export const mostValues = 40_000_000;

/** A rule for the data that are integrated adaptively: `positions[a][q]` is the datum of adaptive axis `a`. */
export interface Rule {
  readonly positions: readonly Float64Array[];
  readonly weights: Float64Array;
  /** Points so far out that a value which is not finite counts as nothing. */
  readonly far?: Uint8Array;
}

/** The points of a block of data: those that are fixed, and rules for the others. */
export class Points {
  readonly adaptive: readonly Axis[];
  /** Their distributions. */
  readonly lines: readonly Line[];
  readonly fixed: FixedPoints;
  readonly width: number;

  constructor(
    private readonly request: GridRequest,
    readonly axes: readonly Axis[],
  ) {
    this.adaptive = axes.filter((axis) => axis.ladder.length > 0);
    this.lines = this.adaptive.map(({ source, firstSlot }) => makeLine(source as Line["source"], firstSlot));
    this.width = request.landscape.data.reduce(
      (width, source) => width + (source.kind === "rows" ? source.names.length : 1),
      0,
    );
    this.fixed = this.enumerateFixed();
  }

  setLevel(axis: Axis, level: number): void {
    axis.level = level;
    axis.rule = axis.ladder[level]!();
  }

  /** Points of the product of the adaptive axes' rules. */
  productSize(): number {
    return this.adaptive.reduce((total, axis) => total * axis.rule.weights.length, 1);
  }

  size(): number {
    return this.productSize() * this.fixed.weights.length;
  }

  fits(): boolean {
    return this.size() <= mostPoints && this.size() * this.request.functions.count <= mostValues;
  }

  /** The product of the rules of some axes, by default all adaptive ones. */
  productRule(axes: readonly Axis[] = this.adaptive): Rule {
    const rules = axes.map(({ rule }) => rule);
    const size = rules.reduce((total, { weights }) => total * weights.length, 1);
    if (size > mostPoints) {
      throw this.tooLarge();
    }
    const positions = rules.map(() => new Float64Array(size));
    const weights = new Float64Array(size).fill(1);
    const far = new Uint8Array(size);
    let repeat = size;
    rules.forEach((rule, a) => {
      const own = rule.weights.length;
      repeat /= own;
      for (let q = 0; q < size; q++) {
        const i = Math.floor(q / repeat) % own;
        positions[a]![q] = rule.values[0]![i]!;
        weights[q]! *= rule.weights[i]!;
        if (rule.far?.[i] === 1) {
          far[q] = 1;
        }
      }
    });
    return { positions, weights, far };
  }

  /** At most so many of the fixed points, spread over them. */
  someFixed(most: number): { numbers: readonly number[]; points: FixedPoints } {
    const total = this.fixed.weights.length;
    const count = Math.min(most, total);
    const numbers = Array.from({ length: count }, (_, i) =>
      count < 2 ? 0 : Math.floor((i * (total - 1)) / (count - 1)),
    );
    const { slots, values, weights } = this.fixed;
    return {
      numbers,
      points: {
        slots,
        values: values.map((column) => Float64Array.from(numbers, (i) => column[i]!)),
        weights: Float64Array.from(numbers, (i) => weights[i]!),
      },
    };
  }

  /** A grid at some of the fixed points only. */
  restrict(grid: Grid, numbers: readonly number[]): Grid {
    const total = this.fixed.weights.length;
    const kept: number[] = [];
    for (let q = 0; q < grid.weights.length; q += total) {
      for (const i of numbers) {
        kept.push(q + i);
      }
    }
    const take = (column: Float64Array): Float64Array => Float64Array.from(kept, (q) => column[q]!);
    return {
      weights: take(grid.weights),
      slots: grid.slots,
      values: grid.values.map(take),
      columns: grid.columns.map(take),
    };
  }

  evaluateOrThrow(): Grid {
    return this.evaluate(this.productRule(), this.fixed, true)!;
  }

  /** The functions at all points of a rule and fixed ones; nothing where one is not finite that should be. */
  evaluate(rule: Rule, fixed: FixedPoints, strict = this.adaptive.length === 0): Grid | undefined {
    const { functions } = this.request;
    const size = rule.weights.length * fixed.weights.length;
    if (size > mostPoints || size * functions.count > mostValues) {
      throw this.tooLarge();
    }
    const slots = this.axes.flatMap(({ firstSlot, width }) =>
      Array.from({ length: width }, (_, c) => firstSlot + c),
    );
    const weights = new Float64Array(size);
    const values = slots.map(() => new Float64Array(size));
    const columns = Array.from({ length: functions.count }, () => new Float64Array(size));
    const data = new Float64Array(this.width);
    const out = new Float64Array(functions.count);
    let q = 0;
    for (let p = 0; p < rule.weights.length; p++) {
      this.adaptive.forEach(({ firstSlot }, a) => {
        data[firstSlot] = rule.positions[a]![p]!;
      });
      for (let i = 0; i < fixed.weights.length; i++, q++) {
        for (let s = 0; s < fixed.slots.length; s++) {
          data[fixed.slots[s]!] = fixed.values[s]![i]!;
        }
        weights[q] = rule.weights[p]! * fixed.weights[i]!;
        slots.forEach((slot, s) => {
          values[s]![q] = data[slot]!;
        });
        functions.evaluate(data, out);
        for (let j = 0; j < columns.length; j++) {
          let value = out[j]!;
          if (!Number.isFinite(value)) {
            if (rule.far?.[p] !== 1) {
              if (strict) {
                throw functions.problem(j, data);
              }
              return undefined;
            }
            value = 0;
          }
          columns[j]![q] = value;
        }
      }
    }
    return { weights, slots, values, columns };
  }

  /**
   * The functions at points given one by one.
   * @param positions `positions[slot][q]`
   */
  evaluateAt(positions: readonly ArrayLike<number>[], weights: Float64Array): Grid {
    const { functions } = this.request;
    if (weights.length * functions.count > mostValues) {
      throw this.tooLarge(weights.length);
    }
    const slots = this.axes.flatMap(({ firstSlot, width }) =>
      Array.from({ length: width }, (_, c) => firstSlot + c),
    );
    const columns = Array.from({ length: functions.count }, () => new Float64Array(weights.length));
    const data = new Float64Array(this.width);
    const out = new Float64Array(functions.count);
    for (let q = 0; q < weights.length; q++) {
      for (const slot of slots) {
        data[slot] = positions[slot]![q]!;
      }
      functions.evaluate(data, out);
      for (let j = 0; j < columns.length; j++) {
        if (!Number.isFinite(out[j]!)) {
          throw functions.problem(j, data);
        }
        columns[j]![q] = out[j]!;
      }
    }
    return { weights, slots, values: slots.map((slot) => Float64Array.from(positions[slot]!)), columns };
  }

  /** All combinations of the points of the axes that have rules of their own. */
  private enumerateFixed(): FixedPoints {
    const axes = this.axes.filter((axis) => axis.ladder.length === 0);
    const size = axes.reduce((total, { rule }) => total * rule.weights.length, 1);
    if (size > mostPoints) {
      throw this.tooLarge();
    }
    const weights = new Float64Array(size).fill(1);
    const slots: number[] = [];
    const values: Float64Array[] = [];
    let repeat = size;
    for (const { rule, firstSlot } of axes) {
      const own = rule.weights.length;
      repeat /= own;
      const columns = rule.values.map(() => new Float64Array(size));
      for (let i = 0; i < size; i++) {
        const at = Math.floor(i / repeat) % own;
        weights[i]! *= rule.weights[at]!;
        columns.forEach((column, c) => {
          column[i] = rule.values[c]![at]!;
        });
      }
      columns.forEach((column, c) => {
        slots.push(firstSlot + c);
        values.push(column);
      });
    }
    return { slots, values, weights };
  }

  /** An error that says how many points there would be. */
  tooLarge(points = this.axes.reduce((total, { rule }) => total * rule.weights.length, 1)): LandscapeError {
    const count = Math.max(1, this.request.functions.count);
    const named = this.axes.map((axis) => `${describe(axis.source)}: ${axis.rule.weights.length}`);
    const sizes = [...named.slice(0, 6), ...(named.length > 6 ? ["…"] : [])].join(", ");
    return new LandscapeError(
      this.request.landscape.name,
      `averaging over data that do not separate needs ${points.toLocaleString("en")} points (${sizes}) with ${count.toLocaleString("en")} numbers each; ${Math.floor(Math.min(mostPoints, mostValues / count)).toLocaleString("en")} points fit: use fewer data, fewer weights or a lower order`,
    );
  }
}
