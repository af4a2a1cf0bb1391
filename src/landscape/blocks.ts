import { polynomialDegree } from "./build.js";
import type { Expression } from "./expression.js";
import { dataNames, type Landscape } from "./landscape.js";
import { printExpression } from "./print.js";
import type { SeparatedTerm } from "./separate.js";

/** Points of a grid that is cheap to sum over. */
const smallGrid = 1024;

/** A term of the loss over blocks: what it does in each block it involves. */
export interface BlockTerm {
  /** The part with weights; its data all lie in block `mixed`, if any. */
  readonly core: Expression;
  /** `-1` when the core is a function of the weights alone. */
  readonly mixed: number;
  /** Factors without weights: numbers into the features, one a block, none in block `mixed`. */
  readonly outer: readonly number[];
}

/** A function of the data of one block. */
export interface Feature {
  readonly block: number;
  readonly expression: Expression;
}

/** Data in blocks: sources which meet in a factor that does not separate share a block; blocks are independent. */
export interface BlockedLoss {
  /** The sources of each block, ascending. */
  readonly blocks: readonly (readonly number[])[];
  readonly terms: readonly BlockTerm[];
  readonly features: readonly Feature[];
}

/**
 * Finds the blocks of separated terms.
 * @param sizes how many points each source may need. Given these, what a term does in its only block is
 * kept in its core, weights and all, and blocks that occur in one term become one where the grid of
 * everything they are linked to is small: then sums over points are cheaper than sums over terms.
 */
export function makeBlocks(
  landscape: Landscape,
  separated: readonly SeparatedTerm[],
  sizes?: readonly number[],
): BlockedLoss {
  const joined = new Partition(landscape.data.length);
  const used = new Set<number>();
  for (const { mixed, outer } of separated) {
    for (const sources of [mixed, ...outer.map((factor) => factor.sources)]) {
      joined.join(sources);
      for (const source of sources) {
        used.add(source);
      }
    }
  }
  if (sizes !== undefined) {
    const linked = new Partition(landscape.data.length);
    for (const { mixed, outer } of separated) {
      linked.join([...mixed, ...outer.flatMap(({ sources }) => sources)]);
    }
    for (const component of linked.groups()) {
      const points = component.reduce((total, source) => total * sizes[source]!, 1);
      if (points <= smallGrid) {
        joined.join(component);
      }
    }
  }
  const blocks: number[][] = [];
  const blockOf = new Map<number, number>();
  landscape.data.forEach((_, source) => {
    if (!used.has(source)) {
      return;
    }
    const leader = joined.leader(source);
    const block = blockOf.get(leader) ?? blocks.length;
    blockOf.set(source, block);
    if (block === blocks.length) {
      blocks.push([source]);
    } else {
      blocks[block]!.push(source);
    }
  });
  const features: Feature[] = [];
  const featureNumbers = new Map<string, number>();
  const featureOf = (block: number, expression: Expression): number => {
    const key = printExpression(expression);
    const known = featureNumbers.get(key);
    if (known !== undefined) {
      return known;
    }
    featureNumbers.set(key, features.length);
    return features.push({ block, expression }) - 1;
  };
  const terms = separated.map(({ core, mixed, outer }): BlockTerm => {
    const byBlock = new Map<number, Expression[]>();
    for (const { sources, factor } of outer) {
      const block = blockOf.get(sources[0]!)!;
      const group = byBlock.get(block);
      if (group === undefined) {
        byBlock.set(block, [factor]);
      } else {
        group.push(factor);
      }
    }
    let mixedBlock = mixed.length === 0 ? -1 : blockOf.get(mixed[0]!)!;
    if (sizes !== undefined && mixedBlock < 0 && byBlock.size === 1) {
      mixedBlock = [...byBlock.keys()][0]!;
    }
    const inside = byBlock.get(mixedBlock);
    byBlock.delete(mixedBlock);
    return {
      core: inside === undefined ? core : { kind: "product", factors: [core, ...inside] },
      mixed: mixedBlock,
      outer: [...byBlock].map(([block, factors]) =>
        featureOf(block, factors.length === 1 ? factors[0]! : { kind: "product", factors }),
      ),
    };
  });
  return { blocks, terms, features };
}

/** Sets of numbers that are joined one to another. */
class Partition {
  private readonly leaders: number[];

  constructor(size: number) {
    this.leaders = Array.from({ length: size }, (_, i) => i);
  }

  leader(member: number): number {
    let leader = member;
    while (this.leaders[leader] !== leader) {
      leader = this.leaders[leader]!;
    }
    return leader;
  }

  join(members: readonly number[]): void {
    for (const member of members) {
      const a = this.leader(members[0]!);
      const b = this.leader(member);
      this.leaders[Math.max(a, b)] = Math.min(a, b);
    }
  }

  groups(): number[][] {
    const groups = new Map<number, number[]>();
    this.leaders.forEach((_, member) => {
      const leader = this.leader(member);
      const group = groups.get(leader);
      if (group === undefined) {
        groups.set(leader, [member]);
      } else {
        group.push(member);
      }
    });
    return [...groups.values()];
  }
}

/** For each source of a block, the highest degree of the expressions in its data together. */
export function degreesIn(
  landscape: Landscape,
  sources: readonly number[],
  expressions: readonly Expression[],
): number[] {
  return sources.map((source) => {
    const names = new Set(dataNames(landscape.data[source]!));
    return expressions.reduce((most, expression) => Math.max(most, polynomialDegree(expression, names)), 0);
  });
}
