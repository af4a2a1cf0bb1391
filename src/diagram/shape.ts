/**
 * Shapes of rooted trees without their partition: ranks that decide isomorphism of subtrees, and
 * the numbering on which canonical forms rest.
 */
export interface TreeShape {
  /** `rank[v]` is the same for nodes with isomorphic subtrees, and larger for higher subtrees. */
  readonly rank: readonly number[];
  /**
   * The canonical numbering: `order[position]` is a node. The root is last; before it come its
   * children, then theirs, each family with its highest-ranked member nearest the end.
   */
  readonly order: readonly number[];
}

/** The shape of a tree given by parents; every node comes before its parent. */
export function treeShape(parents: readonly number[]): TreeShape {
  const size = parents.length;
  const children: number[][] = parents.map(() => []);
  const height = new Array<number>(size).fill(0);
  for (let node = 0; node < size - 1; node++) {
    const parent = parents[node]!;
    children[parent]!.push(node);
    height[parent] = Math.max(height[parent]!, height[node]! + 1);
  }
  const byHeight: number[][] = [];
  for (let node = 0; node < size; node++) {
    const level = byHeight[height[node]!];
    if (level) {
      level.push(node);
    } else {
      byHeight[height[node]!] = [node];
    }
  }
  // Children are lower than their parent, so their ranks are known when its level is ranked.
  const rank = new Array<number>(size).fill(0);
  let next = 0;
  for (const level of byHeight) {
    const keyed = level.map((node) => {
      children[node]!.sort((a, b) => rank[b]! - rank[a]!);
      return { node, key: children[node]!.map((child) => rank[child]!) };
    });
    keyed.sort((a, b) => compareKeys(a.key, b.key));
    keyed.forEach((item, index) => {
      if (index > 0 && compareKeys(keyed[index - 1]!.key, item.key) !== 0) {
        next++;
      }
      rank[item.node] = next;
    });
    next++;
  }
  const order = new Array<number>(size);
  order[size - 1] = size - 1;
  let free = size - 2;
  for (let position = size - 1; position >= 0; position--) {
    for (const child of children[order[position]!]!) {
      order[free--] = child;
    }
  }
  return { rank, order };
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    if (a[index] !== b[index]) {
      return a[index]! - b[index]!;
    }
  }
  return a.length - b.length;
}

/** The parents of a tree after renumbering: `order[position]` is the old node. */
export function renumberParents(parents: readonly number[], order: readonly number[]): number[] {
  const position = new Array<number>(order.length);
  order.forEach((node, index) => {
    position[node] = index;
  });
  return order.map((node) => (parents[node] === -1 ? -1 : position[parents[node]!]!));
}

/**
 * All rooted trees with `size` nodes, each once, as parents in the canonical numbering.
 *
 * They are found by the successor rule on level sequences: the last level above 2 goes down by one,
 * and what follows repeats the stretch that began with its parent.
 */
export function* rootedTrees(size: number): Generator<number[]> {
  const levels = Array.from({ length: size }, (_, index) => index + 1);
  for (;;) {
    yield canonicalParents(levels);
    let last = size - 1;
    while (last >= 0 && levels[last]! <= 2) {
      last--;
    }
    if (last < 0) {
      return;
    }
    let parent = last - 1;
    while (levels[parent] !== levels[last]! - 1) {
      parent--;
    }
    const period = last - parent;
    for (let index = last; index < size; index++) {
      levels[index] = levels[index - period]!;
    }
  }
}

function canonicalParents(levels: readonly number[]): number[] {
  const size = levels.length;
  const lastAtLevel: number[] = [];
  const parents = new Array<number>(size).fill(-1);
  levels.forEach((level, index) => {
    // Level sequences name parents first; nodes here come children first.
    const node = size - 1 - index;
    lastAtLevel[level] = node;
    parents[node] = index === 0 ? -1 : lastAtLevel[level - 1]!;
  });
  return renumberParents(parents, treeShape(parents).order);
}
