import { counted } from "../printable/index.js";
import { describeMoments, pointsNeeded } from "./axis.js";
import { type BlockTerm, degreesIn, makeBlocks } from "./blocks.js";
import { centre, mergeSingles } from "./centring.js";
import { BasisChange } from "./coefficients-in-basis.js";
import { CoreCompiler, type CoreGroup, evaluateGroup } from "./cores.js";
import { type CentredFunction, CumulantTable, type Monomial } from "./cumulants.js";
import { turnedExpansion } from "./cumulants-in-basis.js";
import { LandscapeError } from "./error.js";
import { blockFunctions, typicalData } from "./functions.js";
import { makeGrid } from "./grid.js";
import type { Grid } from "./grid-request.js";
import type { AffineSymbol } from "./jets.js";
import { refuseMovingKinks } from "./kinks.js";
import { dataNames, type Landscape } from "./landscape.js";
import {
  largestExpansion,
  type Monomials,
  makeMonomials,
  monomialCount,
  monomialIndices,
} from "./monomials.js";
import type { Expansion } from "./random-derivatives.js";
import { recentred } from "./recentre.js";
import { unsettled } from "./sections.js";
import { separate } from "./separate.js";
import { refuseDear } from "./size.js";

/** How a landscape is expanded; see {@link expandLandscape}. */
export interface ExpansionOptions {
  /** Highest derivative. */
  readonly order: number;
  /** Most nodes in one part: how many derivatives are multiplied in one expectation. */
  readonly partSize: number;
  /** Where; by default the weights' starts. */
  readonly at?: readonly number[];
  /**
   * `basis[μ]` is the direction of new coordinate `μ` in weight space: `θ = at + Σ_μ φ_μ basis[μ]`;
   * by default the weights themselves.
   */
  readonly basis?: readonly (readonly number[])[];
}

const mostParts = 4096;

/** Means below this share of what they were added up from are 0. */
const cancelled = 2 ** -52;

/**
 * Expands a loss to its derivative tensors at a point, and makes their joint cumulants over the data
 * available. Derivatives are exact (Taylor arithmetic); expectations are exact for finitely many data
 * and for polynomials in normal and uniform data, and good to 1e-12 where the loss is analytic in them.
 * @throws LandscapeError when the loss or a derivative is not finite there, an expectation does not
 * settle, or the work would be too large
 */
export function expandLandscape(landscape: Landscape, options: ExpansionOptions): Expansion {
  return new Expander(landscape, options).expand();
}

class Expander {
  private readonly landscape: Landscape;
  /** Whether data far from 0 were recentred: then what depends on them is separated from what does not. */
  private readonly isRecentred: boolean;
  private readonly at: readonly number[];
  private readonly basis: readonly (readonly number[])[];
  private readonly monomials: Monomials;
  private readonly slots = new Map<string, number>();
  private readonly sourceSlots: number[] = [];
  private readonly unknowns = new Map<string, AffineSymbol>();

  constructor(
    original: Landscape,
    private readonly options: ExpansionOptions,
  ) {
    const landscape = recentred(original);
    this.landscape = landscape;
    this.isRecentred = landscape !== original;
    const { weights, data } = landscape;
    const { order } = options;
    this.at = options.at ?? weights.map(({ start }) => start);
    if (this.at.length !== weights.length) {
      throw new LandscapeError(
        landscape.name,
        `${this.at.length} values for ${weights.length} weights; give one each`,
      );
    }
    this.basis = options.basis ?? weights.map((_, mu) => weights.map((__, i) => (i === mu ? 1 : 0)));
    const dimension = this.basis.length;
    const count = monomialCount(dimension, order);
    if (!(count <= largestExpansion)) {
      let fits = order;
      while (fits > 0 && monomialCount(dimension, fits) > largestExpansion) {
        fits--;
      }
      throw new LandscapeError(
        landscape.name,
        `derivatives up to order ${order} in ${counted(dimension, "weight")} are ${count.toExponential(1)} numbers; up to order ${fits} they fit: lower the order`,
      );
    }
    this.monomials = makeMonomials(dimension, order);
    weights.forEach(({ name }, i) => {
      const slope = this.basis.flatMap((direction, unknown) =>
        direction[i] === 0 ? [] : [{ unknown, coefficient: direction[i]! }],
      );
      this.unknowns.set(name, { value: this.at[i]!, slope });
    });
    for (const source of data) {
      this.sourceSlots.push(this.slots.size);
      for (const name of dataNames(source)) {
        this.slots.set(name, this.slots.size);
      }
    }
  }

  expand(): Expansion {
    const { landscape, monomials } = this;
    refuseMovingKinks(landscape, this.options.order);
    const blocked = makeBlocks(landscape, separate(landscape, this.isRecentred ? 1 : 2), this.sizes());
    refuseDear(landscape, blocked, this.options);
    const { blocks, terms, features } = blocked;
    const means = new Float64Array(monomials.count);
    const magnitudes = new Float64Array(monomials.count);
    const functions: CentredFunction[] = [];
    const variables: Map<string, Monomial>[] = [];
    /** @param magnitude of what a mean was added up from. */
    const collect = (
      id: number,
      coefficient: number,
      own: readonly number[],
      magnitude = Math.abs(coefficient),
    ): void => {
      if (own.length === 0) {
        means[id]! += coefficient;
        magnitudes[id]! += magnitude;
        return;
      }
      if (coefficient === 0) {
        return;
      }
      variables[id] ??= new Map();
      const key = own.join();
      const before = variables[id]!.get(key)?.coefficient ?? 0;
      variables[id]!.set(key, { coefficient: before + coefficient, functions: own });
    };
    const { groups, turning } = this.compile(terms, blocks.length);
    const samples = typicalData(landscape);
    const grids: Grid[] = blocks.map((sources, block) => {
      const ownFeatures = features.filter((feature) => feature.block === block);
      return makeGrid({
        landscape,
        sources,
        slots: this.sourceSlots,
        functions: blockFunctions(
          groups[block]!,
          ownFeatures.map(({ expression }) => expression),
          this.slots,
          this.monomials,
          samples,
          (id, data) => this.notFinite(id, data),
        ),
        degrees: degreesIn(landscape, sources, [
          ...groups[block]!.flatMap(({ expressions }) => expressions),
          ...ownFeatures.map(({ expression }) => expression),
        ]),
        partSize: this.options.partSize,
      });
    });
    /** Registers a function of a block; what it is on average and, unless constant, its number. */
    const register = (
      block: number,
      column: Float64Array,
      powers: number | undefined,
    ): { mean: number; magnitude: number; number: number } => {
      const { mean, magnitude, centred } = centre(grids[block]!.weights, column);
      if (centred === undefined) {
        return { mean, magnitude, number: -1 };
      }
      const limited = powers !== undefined && powers < this.options.partSize;
      return {
        mean,
        magnitude,
        number: functions.push({ block, column: centred, ...(limited && { powers }) }) - 1,
      };
    };
    const used = new Int32Array(blocks.length);
    const featureNumbers = features.map(({ block }) => {
      const { columns, powers } = grids[block]!;
      const at = used[block]!++;
      return register(block, columns[at]!, powers?.[at]);
    });
    /** A product of features, written as a sum of products of centred ones. */
    const expanded = (outer: readonly number[]): Monomial[] => {
      let parts: Monomial[] = [{ coefficient: 1, functions: [] }];
      for (const feature of outer) {
        const { mean, number } = featureNumbers[feature]!;
        parts = parts.flatMap((part) => [
          ...(mean === 0 ? [] : [{ coefficient: part.coefficient * mean, functions: part.functions }]),
          ...(number < 0 ? [] : [{ coefficient: part.coefficient, functions: [...part.functions, number] }]),
        ]);
        if (parts.length > mostParts) {
          throw new LandscapeError(
            landscape.name,
            `a term of the loss multiplies ${outer.length} independent data with means, which is more than can be separated; ${Math.log2(mostParts)} fit: use data of mean 0, or fewer`,
          );
        }
      }
      return parts.map(({ coefficient, functions: own }) => ({
        coefficient,
        functions: [...own].sort((a, b) => a - b),
      }));
    };
    groups.slice(0, -1).forEach((inBlock, block) => {
      for (const group of inBlock) {
        const outer = expanded(group.outer);
        const { columns: all, powers } = grids[block]!;
        const column = (i: number) => all[group.first + i]!;
        const turned = turning?.turn(group.ids, column);
        const least = powers
          ?.slice(group.first, group.first + group.ids.length)
          .reduce((a, b) => Math.min(a, b), Infinity);
        const { ids, columns } = turned ?? {
          ids: group.ids,
          columns: Array.from(group.ids, (_, i) => column(i)),
        };
        ids.forEach((id, i) => {
          const own = turned === undefined ? powers?.[group.first + i] : least;
          const { mean, magnitude, number } = register(block, columns[i]!, own);
          for (const part of outer) {
            collect(id, mean * part.coefficient, part.functions, Math.abs(magnitude * part.coefficient));
            if (number >= 0) {
              collect(
                id,
                part.coefficient,
                [...part.functions, number].sort((a, b) => a - b),
              );
            }
          }
        });
      }
    });
    for (const group of groups[blocks.length]!) {
      const outer = expanded(group.outer);
      const values = this.constants(group);
      const column = (i: number) => values.subarray(i, i + 1);
      const { ids, columns } = turning?.turn(group.ids, column) ?? {
        ids: group.ids,
        columns: Array.from(group.ids, (_, i) => column(i)),
      };
      ids.forEach((id, i) => {
        for (const part of outer) {
          collect(id, columns[i]![0]! * part.coefficient, part.functions);
        }
      });
    }
    const factorials = monomials.factorials;
    for (let id = 0; id < means.length; id++) {
      // What rounding leaves of terms that cancel would be told as a slope, and asked for in trials.
      means[id] = Math.abs(means[id]!) <= cancelled * magnitudes[id]! ? 0 : means[id]! * factorials[id]!;
    }
    this.checkFinite(means);
    const scaled = Array.from({ length: monomials.count }, (_, id) =>
      [...(variables[id]?.values() ?? [])].map(({ coefficient, functions: own }) => ({
        coefficient: coefficient * factorials[id]!,
        functions: own,
      })),
    );
    const table = new CumulantTable(
      grids.map(({ weights }) => weights),
      functions,
      mergeSingles(scaled, functions),
      (block, factors) => this.missingMoment(blocks[block]!, factors),
    );
    const direct = this.expansion(means, table);
    const { basis, ...plainOptions } = this.options;
    if (basis === undefined || !table.entangled) {
      return direct;
    }
    return turnedExpansion(expandLandscape(landscape, plainOptions), direct, basis, (id) =>
      monomialIndices(monomials, id),
    );
  }

  /**
   * The cores, expanded in the coordinates; or in the weights, with how to turn them, where each
   * involves few weights and the coordinates are directions across many.
   */
  private compile(
    terms: readonly BlockTerm[],
    blocks: number,
  ): { groups: CoreGroup[][]; turning: BasisChange | undefined } {
    const { landscape, monomials, slots } = this;
    const isDense = [...this.unknowns.values()].some(({ slope }) => slope.length > 1);
    if (isDense) {
      const plain = makeMonomials(landscape.weights.length, this.options.order);
      const weights = new Map(
        landscape.weights.map(({ name }, unknown): [string, AffineSymbol] => [
          name,
          { value: this.at[unknown]!, slope: [{ unknown, coefficient: 1 }] },
        ]),
      );
      const groups = new CoreCompiler(landscape.name, plain, weights, slots).group(terms, blocks);
      const turning = new BasisChange(plain, monomials, this.basis);
      if (turning.isWorthWhile(groups.flat().flatMap(({ ids }) => [...ids]))) {
        return { groups, turning };
      }
    }
    const compiler = new CoreCompiler(landscape.name, monomials, this.unknowns, slots);
    return { groups: compiler.group(terms, blocks), turning: undefined };
  }

  /** About how many points each source needs. */
  private sizes(): number[] {
    const { data, loss } = this.landscape;
    const all = data.map((_, source) => source);
    return degreesIn(this.landscape, all, [loss]).map((degree, source) =>
      pointsNeeded(data[source]!, degree * this.options.partSize),
    );
  }

  private expansion(means: Float64Array, table: CumulantTable): Expansion {
    const { variables: dimension, order, next, count } = this.monomials;
    const { name } = this.landscape;
    const { partSize } = this.options;
    return {
      dimension,
      order,
      loss: means[0]!,
      derivative(indices) {
        if (indices.length > order) {
          throw new RangeError(
            `a derivative of order ${indices.length}, but ${name} is expanded to order ${order}`,
          );
        }
        let id = 0;
        for (const index of indices) {
          if (!(index >= 0 && index < dimension)) {
            throw new RangeError(`coordinate ${index} of ${name}, which has ${dimension}`);
          }
          id = next[id * dimension + index]!;
        }
        return id;
      },
      cumulant(ids) {
        for (const id of ids) {
          if (!(id >= 0 && id < count)) {
            throw new RangeError(`derivative ${id} of ${name}, which has ${count}`);
          }
        }
        if (ids.length === 1) {
          return means[ids[0]!]!;
        }
        if (ids.length === 0 || ids.length > partSize) {
          throw new RangeError(
            `a cumulant of ${ids.length} derivatives, but ${name} is expanded for parts of ${partSize}`,
          );
        }
        return table.cumulant(ids);
      },
    };
  }

  private constants(group: CoreGroup): Float64Array {
    const out = new Float64Array(group.ids.length);
    evaluateGroup(group, new Float64Array(0), out, 0);
    out.forEach((value, i) => {
      if (!Number.isFinite(value)) {
        throw this.notFinite(group.ids[i]!);
      }
    });
    return out;
  }

  private checkFinite(means: Float64Array): void {
    means.forEach((value, id) => {
      if (!Number.isFinite(value)) {
        throw this.notFinite(id);
      }
    });
  }

  private missingMoment(sources: readonly number[], factors: number): LandscapeError {
    const names = sources.map((source) => describeMoments(this.landscape.data[source]!)).join(" and ");
    return unsettled(this.landscape.name, names, factors, Infinity);
  }

  private notFinite(id: number, data?: Float64Array): LandscapeError {
    const degree = this.monomials.degrees[id] ?? 0;
    const what = degree === 0 ? "the loss" : `a derivative of order ${degree} of the loss`;
    const where = this.landscape.weights.map(({ name }, i) => `${name} = ${this.at[i]}`);
    const shown = where.length > 6 ? [...where.slice(0, 6), "…"] : where;
    if (data !== undefined) {
      const values = [...this.slots].map(([name, slot]) => `${name} = ${Number(data[slot]!.toPrecision(6))}`);
      shown.push(...(values.length > 6 ? [...values.slice(0, 6), "…"] : values));
    }
    return new LandscapeError(
      this.landscape.name,
      `${what} is not finite at ${shown.join(", ")}; start elsewhere, or change the loss or its data so that it is smooth there`,
    );
  }
}

/** The Hessian `H = E∇∇l` of the expected loss (by default at the start): a symmetric matrix. */
export function hessian(landscape: Landscape, at?: readonly number[]): number[][] {
  const expansion = expandLandscape(landscape, {
    order: 2,
    partSize: 1,
    ...(at === undefined ? {} : { at }),
  });
  return landscape.weights.map((_, i) =>
    landscape.weights.map((__, j) => expansion.cumulant([expansion.derivative([i, j])])),
  );
}

/** The expected loss `l(θ)`. */
export function expectedLoss(landscape: Landscape, theta: readonly number[]): number {
  return expandLandscape(landscape, { order: 0, partSize: 1, at: theta }).loss;
}
