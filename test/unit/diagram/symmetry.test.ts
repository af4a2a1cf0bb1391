import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  automorphismCount,
  canonicalForm,
  canonicalize,
  type Diagram,
  enumerateDiagrams,
  formatShortForm,
  makeDiagram,
  parseShortForm,
  symmetryOf,
} from "../../../src/diagram/index.js";

/** A diagram whose parts are given by labels; nodes may stand in any order. */
function diagramOf(parents: readonly number[], labels: readonly number[]): Diagram {
  return makeDiagram(parents, labels).diagram;
}

/** The same diagram with its nodes named anew. */
function renamed({ parents, parts }: Diagram, seed: number): Diagram {
  const name = permutation(parents.length, seed);
  const newParents: number[] = [];
  const newParts: number[] = [];
  parents.forEach((parent, node) => {
    newParents[name[node]!] = parent === -1 ? -1 : name[parent]!;
    newParts[name[node]!] = parts[node]!;
  });
  return diagramOf(newParents, newParts);
}

function permutation(size: number, seed: number): number[] {
  let state = seed + 1;
  const numbers = Array.from({ length: size }, (_, index) => index);
  for (let index = size - 1; index > 0; index--) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const other = (state >>> 8) % (index + 1);
    [numbers[index], numbers[other]] = [numbers[other]!, numbers[index]!];
  }
  return numbers;
}

/**
 * A diagram that is a hypergraph: a branch for each vertex, with a leaf for each block that it is in; the leaves of a block
 * are a part. Its symmetries are the hypergraph's.
 */
function hypergraph(vertices: number, blocks: readonly (readonly number[])[]): Diagram {
  const root = vertices;
  const parents = [...new Array<number>(vertices).fill(root), -1];
  const labels = Array.from({ length: vertices + 1 }, (_, node) => node);
  blocks.forEach((block, index) => {
    for (const vertex of block) {
      parents.push(vertex);
      labels.push(1000 + index);
    }
  });
  return diagramOf(parents, labels);
}

const range = (length: number) => Array.from({ length }, (_, index) => index);
const cycle = (length: number, from = 0): number[][] =>
  range(length).map((vertex) => [from + vertex, from + ((vertex + 1) % length)]);
const cycles = (...lengths: number[]): Diagram => {
  let from = 0;
  const edges = lengths.flatMap((length) => {
    from += length;
    return cycle(length, from - length);
  });
  return hypergraph(from, edges);
};

/** A cubic graph without a loop or a double edge, by trial; those of many vertices have hardly ever a symmetry. */
function cubic(vertices: number, seed: number): number[][] {
  for (let attempt = 0; ; attempt++) {
    const ends = permutation(3 * vertices, seed * 1000 + attempt).map((end) => Math.floor(end / 3));
    const edges = range((3 * vertices) / 2).map((edge) => [ends[2 * edge]!, ends[2 * edge + 1]!].sort());
    if (new Set(edges.map(String)).size === edges.length && edges.every(([a, b]) => a !== b)) {
      return edges;
    }
  }
}

/** Cells of a k × k board; two are joined when they share a row or a column. */
function rook(side: number): number[][] {
  const cells = range(side * side);
  const shares = (a: number, b: number) =>
    Math.floor(a / side) === Math.floor(b / side) || a % side === b % side;
  return cells.flatMap((a) => cells.filter((b) => a < b && shares(a, b)).map((b) => [a, b]));
}

/** Shrikhande's graph: as regular as the board of 4 × 4, and another. */
const shrikhande = range(16).flatMap((a) =>
  range(16)
    .filter((b) => {
      const [dx, dy] = [((b >> 2) - (a >> 2) + 4) % 4, ((b & 3) - (a & 3) + 4) % 4];
      return a < b && ["1 0", "3 0", "0 1", "0 3", "1 1", "3 3"].includes(`${dx} ${dy}`);
    })
    .map((b) => [a, b]),
);

/** Points and lines of the affine plane of five elements. */
const plane = [
  ...range(25).map((line) => range(5).map((x) => 5 * x + ((Math.floor(line / 5) * x + line) % 5))),
  ...range(5).map((x) => range(5).map((y) => 5 * x + y)),
];

/** Cai, Fürer and Immerman: for an even and an odd number of twists the same to the eye of refinement, and yet not the same. */
function gadgets(base: readonly (readonly number[])[], vertices: number, twists: number): Diagram {
  const blocks: number[][] = base.flatMap(() => [[], []]);
  let point = 0;
  for (let vertex = 0; vertex < vertices; vertex++) {
    const edges = base.flatMap((edge, index) => (edge.includes(vertex) ? [index] : []));
    for (const even of [0b000, 0b011, 0b101, 0b110]) {
      edges.forEach((edge, place) => {
        const twisted = edge < twists && base[edge]![0] === vertex ? 1 : 0;
        blocks[2 * edge + (((even >> place) & 1) ^ twisted)]!.push(point);
      });
      point++;
    }
  }
  return hypergraph(point, blocks);
}

const grid = (branches: number, leaves: number): Diagram =>
  diagramOf(
    [
      ...range(branches).map(() => branches),
      -1,
      ...range(branches * leaves).map((leaf) => Math.floor(leaf / leaves)),
    ],
    [...range(branches + 1), ...range(branches * leaves).map((leaf) => 1000 + (leaf % leaves))],
  );

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

describe("the order of the symmetry group", () => {
  test.each<[string, Diagram, number]>([
    ["64 branches whose two leaves share a part: Z₂ ≀ S₆₄", pairedBranches(64), 2 ** 64 * factorial(64)],
    ["a cycle of 64 branches: the dihedral group", cycles(64), 128],
    ["21 triangles: S₃ ≀ S₂₁", cycles(...range(21).map(() => 3)), 6 ** 21 * factorial(21)],
    [
      "cycles of 3 to 10",
      cycles(3, 4, 5, 6, 7, 8, 9, 10),
      [3, 4, 5, 6, 7, 8, 9, 10].reduce((a, n) => a * 2 * n, 1),
    ],
    ["13 branches with a leaf in each of 13 parts: S₁₃ × S₁₃", grid(13, 13), factorial(13) ** 2],
    ["the board of 4 × 4: S₄ ≀ S₂", hypergraph(16, rook(4)), 1152],
    ["Shrikhande's graph", hypergraph(16, shrikhande), 192],
    ["the affine plane of 5 elements: 25 · |GL₂(5)|", hypergraph(25, plane), 25 * 480],
    ["190 leaves in 19 parts of ten: S₁₀ ≀ S₁₉", leavesInParts(19, 10), factorial(10) ** 19 * factorial(19)],
    ["a star of 192 leaves", leavesInParts(192, 1), Number.POSITIVE_INFINITY],
    ["a binary tree of 127 nodes", binaryTree(6), 2 ** 63],
  ])("%s", (_, diagram, order) => {
    const found = automorphismCount(diagram)!;
    expect(Number.isFinite(order) ? found / order : found).toBeCloseTo(
      Number.isFinite(order) ? 1 : order,
      12,
    );
    expect(automorphismCount(renamed(diagram, 5))).toBe(found);
  });

  function pairedBranches(count: number): Diagram {
    return diagramOf(
      [...range(count).map(() => count), -1, ...range(2 * count).map((leaf) => leaf >> 1)],
      [...range(count + 1), ...range(2 * count).map((leaf) => 1000 + (leaf >> 1))],
    );
  }
  function leavesInParts(parts: number, size: number): Diagram {
    const leaves = range(parts * size);
    return diagramOf(
      [...leaves.map(() => leaves.length), -1],
      [...leaves.map((leaf) => leaf % parts), parts],
    );
  }
  function binaryTree(height: number): Diagram {
    const size = 2 ** (height + 1) - 1;
    return diagramOf(
      range(size).map((node) => (node === 0 ? -1 : (node - 1) >> 1)),
      range(size),
    );
  }
});

describe("canonical forms", () => {
  const symmetric: Diagram[] = [
    cycles(3, 3, 4, 5, 8),
    hypergraph(48, cubic(48, 1)),
    hypergraph(16, shrikhande),
    hypergraph(25, plane),
    grid(9, 12),
    gadgets(cubic(10, 2), 10, 1),
  ];

  test("are equal for the same diagram with its nodes named anew, and are that diagram", () => {
    for (const diagram of symmetric) {
      const form = canonicalForm(diagram)!;
      for (let seed = 0; seed < 4; seed++) {
        expect(canonicalForm(renamed(diagram, seed))).toBe(form);
      }
      const { diagram: canonical, order, automorphisms } = canonicalize(diagram)!;
      expect(formatShortForm(parseShortForm(form))).toBe(form);
      order.forEach((node, index) => {
        expect(order[canonical.parents[index]!] ?? -1).toBe(diagram.parents[node]);
        order.forEach((other, place) => {
          expect(canonical.parts[index] === canonical.parts[place]).toBe(
            diagram.parts[node] === diagram.parts[other],
          );
        });
      });
      expect(canonicalize(canonical)!.automorphisms).toBe(automorphisms);
    }
  });

  test.each<[string, Diagram, Diagram]>([
    ["a cycle of 12, and two of 6", cycles(12), cycles(6, 6)],
    ["cycles of 5 and 7, and of 4 and 8", cycles(5, 7), cycles(4, 8)],
    ["Shrikhande's graph, and the board", hypergraph(16, shrikhande), hypergraph(16, rook(4))],
    ["one twist, and none", gadgets(cubic(12, 2), 12, 1), gadgets(cubic(12, 2), 12, 0)],
    ["cubic graphs", hypergraph(48, cubic(48, 3)), hypergraph(48, cubic(48, 4))],
  ])("are told apart: %s", (_, one, other) => {
    expect(canonicalForm(one)).toBeDefined();
    expect(canonicalForm(one)).not.toBe(canonicalForm(other));
  });

  test("two twists are none", () => {
    const base = cubic(12, 2);
    expect(canonicalForm(gadgets(base, 12, 2))).toBe(canonicalForm(gadgets(base, 12, 0)));
  });
});

/** All symmetries of a diagram by trying every permutation of siblings, and whether two diagrams are the same. */
function isomorphisms(one: Diagram, other: Diagram): number {
  const size = one.parents.length;
  if (other.parents.length !== size) {
    return 0;
  }
  const image = new Array<number>(size).fill(-1);
  const taken = new Set<number>();
  const count = (node: number): number => {
    if (node < 0) {
      return one.parts.every((part, a) =>
        one.parts.every(
          (against, b) => (part === against) === (other.parts[image[a]!] === other.parts[image[b]!]),
        ),
      )
        ? 1
        : 0;
    }
    let found = 0;
    for (let onto = 0; onto < size; onto++) {
      const parent = one.parents[node]!;
      if (!taken.has(onto) && other.parents[onto] === (parent === -1 ? -1 : image[parent])) {
        taken.add(onto);
        image[node] = onto;
        found += count(node - 1);
        taken.delete(onto);
      }
    }
    return found;
  };
  return count(size - 1);
}

test("agree with brute force for diagrams that are too large to be enumerated", () => {
  // Few labels and low trees, so that symmetries and near misses are frequent.
  const diagram = fc
    .record({
      parents: fc.array(fc.nat(2), { minLength: 10, maxLength: 11 }),
      labels: fc.array(fc.nat(4), { minLength: 12, maxLength: 12 }),
    })
    .map(({ parents, labels }) => {
      const up = parents.map((choice, index) => Math.min(choice, index));
      return diagramOf(
        [-1, ...up],
        range(up.length + 1).map((node) => (labels[node]! === 4 ? 100 + node : labels[node]!)),
      );
    });
  let same = 0;
  fc.assert(
    fc.property(diagram, diagram, fc.nat(1000), fc.boolean(), (one, two, seed, isRenamed) => {
      const other = isRenamed ? renamed(one, seed) : two;
      const between = isomorphisms(one, other);
      same += between > 0 ? 1 : 0;
      expect(canonicalForm(one) === canonicalForm(other)).toBe(between > 0);
      expect(automorphismCount(one)).toBe(isomorphisms(one, one));
    }),
    { numRuns: 60, seed: 1 },
  );
  expect(same).toBeGreaterThan(10);
});

test("colours and both kinds of canonical form agree on the number of symmetries", () => {
  // Eleven nodes and more go by refinement; a long stalk makes enumerated diagrams that large and adds no symmetry.
  for (const { diagram, automorphisms } of enumerateDiagrams(5)) {
    const size = diagram.parents.length;
    const stalk = range(11);
    const longer = diagramOf(
      [
        ...diagram.parents.map((parent) => (parent === -1 ? size : parent)),
        ...stalk.map((k) => (k === 10 ? -1 : size + k + 1)),
      ],
      [...diagram.parts, ...stalk.map((k) => 1000 + k)],
    );
    expect(automorphismCount(longer), formatShortForm(diagram)).toBe(automorphisms);
  }
});

test("what is too symmetric is given up after the steps allowed, and the same whatever was asked before", () => {
  const diagram = hypergraph(48, cubic(48, 1));
  expect(symmetryOf(diagram, 1000)).toEqual({ steps: 1000 });
  const { canonical, steps } = symmetryOf(diagram);
  expect(canonical).toBeDefined();
  expect(symmetryOf(diagram, steps - 1)).toEqual({ steps: steps - 1 });
  expect(symmetryOf(diagram, steps).canonical).toBe(canonical);
});

test("symmetric diagrams of 193 nodes take at most half of the steps that one may take", () => {
  for (const diagram of [
    hypergraph(48, cubic(48, 1)),
    cycles(64),
    cycles(...range(21).map(() => 3)),
    grid(12, 15),
  ]) {
    const { canonical, steps } = symmetryOf(diagram);
    expect(canonical).toBeDefined();
    expect(steps).toBeLessThan(500_000);
  }
});
