import { childrenOf, type Diagram, nodesOfParts } from "../diagram/diagram.js";
import { neighbourhood } from "./neighbours.js";

const largestSearch = 3000; // orders tried one by one; more are approached by iteration
const rounds = 16;
const largestImproved = 60; // nodes
const largestFamily = 12; // children
/** More than any spread, in rows, of as many nodes as are looked at so closely. */
const costOfOverlap = 1e4;
const costOfParted = 1e7;

/**
 * The order of every node's children from top to bottom in which the fewest parts have a stranger among their nodes;
 * among those the one in which the fewest parts overlap, then that which brings the nodes of parts nearest together.
 * Among equals it is the one nearest to the diagram's own order. The tree stays free of crossings: only siblings
 * change places, with all that hangs on them. Small trees are searched through; larger ones are approached.
 */
export function orderChildren(diagram: Diagram): number[][] {
  const own = childrenOf(diagram).map((children) => [...children]);
  const together = nodesOfParts(diagram).filter((nodes) => nodes.length > 1);
  if (together.length === 0) {
    return own;
  }
  const depths = depthsOf(diagram);
  const isSmall = own.length <= largestImproved;
  const spread = (order: readonly (readonly number[])[]): number => {
    const row = rowsOf(order);
    let sum = 0;
    for (const nodes of together) {
      let [top, bottom] = [Infinity, -Infinity];
      for (const node of nodes) {
        top = Math.min(top, row[node]!);
        bottom = Math.max(bottom, row[node]!);
      }
      sum += bottom - top;
    }
    if (isSmall) {
      const { parted, overlapping } = neighbourhood(together, depths, row);
      sum += costOfParted * parted.length + costOfOverlap * overlapping;
    }
    return sum;
  };
  return countOrders(own) <= largestSearch
    ? bestOfAll(own, spread)
    : improve(approach(own, together, diagram.parts, spread), spread);
}

/** The parts of several nodes, by their numbers, that have a stranger among their nodes in a rough picture of a diagram in some order. */
export function partedParts(diagram: Diagram, order: readonly (readonly number[])[]): number[] {
  const parts = nodesOfParts(diagram).flatMap((nodes, part) => (nodes.length > 1 ? [{ nodes, part }] : []));
  const { parted } = neighbourhood(
    parts.map(({ nodes }) => nodes),
    depthsOf(diagram),
    rowsOf(order),
  );
  return parted.map((index) => parts[index]!.part);
}

/** A tree as it is; a forest under one node more, the last. */
export function treeOf(diagram: Diagram): Diagram {
  const { parents, parts } = diagram;
  const size = parents.length;
  return parents.indexOf(-1) === size - 1
    ? diagram
    : {
        parents: [...parents.map((parent) => (parent === -1 ? size : parent)), -1],
        parts: [...parts, parts.reduce((most, part) => Math.max(most, part), 0) + 1],
      };
}

function depthsOf({ parents }: Diagram): number[] {
  const depths = new Array<number>(parents.length).fill(0);
  for (let node = parents.length - 1; node >= 0; node--) {
    const parent = parents[node]!;
    depths[node] = parent === -1 ? 0 : depths[parent]! + 1;
  }
  return depths;
}

/** A rough vertical place of every node: leaves in rows of their own, parents at their children's mean. */
function rowsOf(order: readonly (readonly number[])[]): number[] {
  const row = new Array<number>(order.length).fill(0);
  let next = 0;
  for (const node of depthFirst(order)) {
    if (order[node]!.length === 0) {
      row[node] = next++;
    }
  }
  for (let node = 0; node < order.length; node++) {
    const children = order[node]!;
    if (children.length > 0) {
      row[node] = (row[children[0]!]! + row[children.at(-1)!]!) / 2;
    }
  }
  return row;
}

/** All nodes, a parent before its children, families from top to bottom. The root is the last node. */
export function depthFirst(order: readonly (readonly number[])[]): number[] {
  const visited: number[] = [];
  const waiting = [order.length - 1];
  while (waiting.length > 0) {
    const node = waiting.pop()!;
    visited.push(node);
    for (const child of [...order[node]!].reverse()) {
      waiting.push(child);
    }
  }
  return visited;
}

function countOrders(order: readonly (readonly number[])[]): number {
  let count = 1;
  for (const { length } of order) {
    for (let factor = 2; factor <= length; factor++) {
      count *= factor;
      if (count > largestSearch) {
        return count;
      }
    }
  }
  return count;
}

type Spread = (order: readonly (readonly number[])[]) => number;

function bestOfAll(own: readonly number[][], spread: Spread): number[][] {
  const order = own.map((children) => [...children]);
  const families = own.flatMap((children, node) =>
    children.length > 1 ? [{ node, orders: permutations(children) }] : [],
  );
  let best = order.map((children) => [...children]);
  let least = spread(order);
  const tryFamilies = (index: number): void => {
    const family = families[index];
    if (!family) {
      const value = spread(order);
      if (value < least - 1e-9) {
        least = value;
        best = order.map((children) => [...children]);
      }
      return;
    }
    for (const children of family.orders) {
      order[family.node] = children;
      tryFamilies(index + 1);
    }
  };
  tryFamilies(0);
  return best;
}

/** The permutations of a list, the list itself first. */
function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) {
    return [[...items]];
  }
  return items.flatMap((first, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [first, ...rest]),
  );
}

/** Sorts families again and again by where the nodes that share parts with them are; keeps the best found. */
function approach(
  own: readonly number[][],
  together: readonly (readonly number[])[],
  parts: readonly number[],
  spread: Spread,
): number[][] {
  let order = own.map((children) => [...children]);
  let best = order;
  let least = spread(order);
  for (let round = 0; round < rounds; round++) {
    const row = rowsOf(order);
    const pull = new Array<number>(order.length).fill(0);
    const weight = new Array<number>(order.length).fill(0);
    for (const nodes of together) {
      const mean = nodes.reduce((sum, node) => sum + row[node]!, 0) / nodes.length;
      for (const node of nodes) {
        pull[node]! += mean;
        weight[node]! += 1;
      }
    }
    // Children come before their parents, so a family's pull is complete when its parent is reached.
    order.forEach((children, node) => {
      for (const child of children) {
        pull[node]! += pull[child]!;
        weight[node]! += weight[child]!;
      }
    });
    const target = order.map((_, node) => (weight[node]! > 0 ? pull[node]! / weight[node]! : row[node]!));
    order = order.map((children) =>
      [...children].sort((a, b) => target[a]! - target[b]! || parts[a]! - parts[b]! || row[a]! - row[b]!),
    );
    const value = spread(order);
    if (value < least - 1e-9) {
      least = value;
      best = order;
    }
  }
  return best;
}

/** Moves single children within their families as long as that brings parts together. */
function improve(start: readonly number[][], spread: Spread): number[][] {
  const order = start.map((children) => [...children]);
  if (order.length > largestImproved) {
    return order;
  }
  let least = spread(order);
  for (let round = 0, improved = true; improved && round < rounds; round++) {
    improved = false;
    for (let parent = 0; parent < order.length; parent++) {
      const { length } = order[parent]!;
      if (length > largestFamily) {
        continue;
      }
      for (let from = 0; from < length; from++) {
        for (let to = 0; to < length; to++) {
          const before = order[parent]!;
          const after = before.filter((_, index) => index !== from);
          after.splice(to, 0, before[from]!);
          order[parent] = after;
          const value = spread(order);
          if (value < least - 1e-9) {
            least = value;
            improved = true;
          } else {
            order[parent] = before;
          }
        }
      }
    }
  }
  return order;
}
