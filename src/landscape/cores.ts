import type { BlockTerm } from "./blocks.js";
import { nodeCount, symbolsOf } from "./build.js";
import { type Bound, compileBound } from "./enclosure/index.js";
import { LandscapeError } from "./error.js";
import type { Expression } from "./expression.js";
import { type AffineSymbol, compileJet, type JetProgram } from "./jets.js";
import { MonomialTables } from "./monomial-tables.js";
import { type Monomials, monomialIndices, monomialProductCount } from "./monomials.js";

const mostTableEntries = 40_000_000;

/** A sum of cores in one block with the same outer features: the jets that make it up. */
export interface CoreGroup {
  readonly outer: readonly number[];
  readonly expressions: Expression[];
  /** First of its outputs in the block's functions, and the derivatives they are, in order. */
  first: number;
  ids: Int32Array;
  /** About how much work its evaluation is: nodes times coefficients. */
  cost: number;
  programs: CoreProgram[];
}

/** One jet of a group. */
export interface CoreProgram {
  readonly program: JetProgram;
  /** Which of the group's outputs each coefficient of the pattern adds to. */
  readonly targets: Int32Array;
  /** The coordinates that are its unknowns, in order. */
  readonly unknowns: readonly number[];
  /**
   * How large the coefficients of each degree are over discs of the data, each coordinate counted in units of its own.
   * @param units of all coordinates
   */
  boundIn(units: ArrayLike<number>): (centres: ArrayLike<number>, radii: ArrayLike<number>) => Bound;
}

/** Compiles the cores of terms to jets, each in the coordinates it involves only. */
export class CoreCompiler {
  private readonly tables = new MonomialTables();

  /**
   * @param landscape its name, for messages
   * @param monomials the derivatives' numbers
   * @param unknowns each weight in terms of the coordinates
   * @param slots where each datum will be found
   */
  constructor(
    private readonly landscape: string,
    private readonly monomials: Monomials,
    private readonly unknowns: ReadonlyMap<string, AffineSymbol>,
    private readonly slots: ReadonlyMap<string, number>,
  ) {}

  /** Cores by block (the last group: cores without data), those with the same outer features together. */
  group(terms: readonly BlockTerm[], blocks: number): CoreGroup[][] {
    const groups = Array.from({ length: blocks + 1 }, () => new Map<string, CoreGroup>());
    for (const { core, mixed, outer } of terms) {
      const inBlock = groups[mixed < 0 ? blocks : mixed]!;
      const key = [...outer].sort((a, b) => a - b).join();
      let group = inBlock.get(key);
      if (group === undefined) {
        group = { outer, expressions: [], first: 0, ids: new Int32Array(0), cost: 0, programs: [] };
        inBlock.set(key, group);
      }
      // term by term, so that each is expanded in its own weights only
      if (core.kind === "sum") {
        group.expressions.push(...core.terms);
      } else {
        group.expressions.push(core);
      }
    }
    for (const inBlock of groups) {
      for (const group of inBlock.values()) {
        this.compileGroup(group);
      }
    }
    return groups.map((inBlock) => [...inBlock.values()]);
  }

  private compileGroup(group: CoreGroup): void {
    const byUnknowns = new Map<string, Expression[]>();
    for (const expression of group.expressions) {
      const key = this.unknownsOf(expression).join();
      const same = byUnknowns.get(key);
      if (same === undefined) {
        byUnknowns.set(key, [expression]);
      } else {
        same.push(expression);
      }
    }
    const compiled = [...byUnknowns.values()].map((same) => {
      const expression: Expression = same.length === 1 ? same[0]! : { kind: "sum", terms: same };
      const compiledCore = this.compile(expression, this.unknownsOf(expression));
      group.cost += nodeCount(expression) * compiledCore.globals.length;
      return compiledCore;
    });
    const mark = new Map<number, number>();
    for (const { globals } of compiled) {
      for (const id of globals) {
        mark.set(id, 0);
      }
    }
    const ids = Int32Array.from(mark.keys()).sort();
    ids.forEach((id, i) => {
      mark.set(id, i);
    });
    group.ids = ids;
    group.programs = compiled.map(({ program, globals, unknowns, boundIn }) => ({
      program,
      unknowns,
      boundIn,
      targets: Int32Array.from(globals, (id) => mark.get(id)!),
    }));
  }

  private unknownsOf(expression: Expression): number[] {
    const unknowns = new Set<number>();
    if (this.monomials.order === 0) {
      return [];
    }
    for (const name of symbolsOf(expression)) {
      for (const { unknown } of this.unknowns.get(name)?.slope ?? []) {
        unknowns.add(unknown);
      }
    }
    return [...unknowns].sort((a, b) => a - b);
  }

  private compile(
    expression: Expression,
    unknowns: readonly number[],
  ): {
    program: JetProgram;
    globals: Int32Array;
    unknowns: readonly number[];
    boundIn: CoreProgram["boundIn"];
  } {
    const { order } = this.monomials;
    const entries = monomialProductCount(unknowns.length, order);
    if (!(entries <= mostTableEntries)) {
      let fits = order;
      while (fits > 0 && monomialProductCount(unknowns.length, fits) > mostTableEntries) {
        fits--;
      }
      throw new LandscapeError(
        this.landscape,
        `products of derivatives up to order ${order} in ${unknowns.length} weights at once need ${entries.toExponential(1)} entries; up to order ${fits} they fit: lower the order`,
      );
    }
    const locals = new Map(unknowns.map((unknown, local) => [unknown, local] as const));
    const symbols = new Map<string, AffineSymbol>();
    for (const name of symbolsOf(expression)) {
      const affine = this.unknowns.get(name);
      if (affine === undefined) {
        continue;
      }
      symbols.set(name, {
        value: affine.value,
        slope:
          order === 0
            ? []
            : affine.slope.map(({ unknown, coefficient }) => ({
                unknown: locals.get(unknown)!,
                coefficient,
              })),
      });
    }
    const program = compileJet(expression, symbols, this.slots, unknowns.length, order, this.tables);
    const { next, variables } = this.monomials;
    const globals = Int32Array.from(program.pattern, (local) => {
      let id = 0;
      for (const index of monomialIndices(program.monomials, local)) {
        id = next[id * variables + unknowns[index]!]!;
      }
      return id;
    });
    const boundIn = (units: ArrayLike<number>) => {
      const inUnits = new Map<string, AffineSymbol>();
      for (const [name, { value, slope }] of symbols) {
        const scaled = slope.map(({ unknown, coefficient }) => ({
          unknown,
          coefficient: coefficient * units[unknowns[unknown]!]!,
        }));
        inUnits.set(name, { value, slope: scaled });
      }
      return compileBound(expression, inUnits, this.slots, order);
    };
    return { program, globals, unknowns, boundIn };
  }
}

/** Writes the coefficients of a group from `out[first]` on. */
export function evaluateGroup(group: CoreGroup, data: Float64Array, out: Float64Array, first: number): void {
  out.fill(0, first, first + group.ids.length);
  for (const { program, targets } of group.programs) {
    const values = program.run(data);
    const { pattern } = program;
    for (let i = 0; i < pattern.length; i++) {
      out[first + targets[i]!]! += values[pattern[i]!]!;
    }
  }
}
