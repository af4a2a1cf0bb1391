import { expect, test } from "vitest";
import { analyze } from "./workspace.js";

const range = (length: number) => Array.from({ length }, (_, index) => index);

/** Numbers below a bound, always the same for a seed. */
function numbers(seed: number): (bound: number) => number {
  let state = seed + 1;
  return (bound) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % bound;
  };
}

function shuffled<T>(list: readonly T[], seed: number): T[] {
  const next = numbers(seed);
  return list
    .map((item) => ({ item, key: next(1 << 20) }))
    .sort((one, other) => one.key - other.key)
    .map(({ item }) => item);
}

/** A branch for each vertex, a leaf in it for each of its blocks, and a part for each block; names and order by a seed. */
function declared(
  name: string,
  vertices: number,
  blocks: readonly (readonly number[])[],
  seed: number,
): string {
  const names = shuffled(range(vertices), seed);
  const leaf = (vertex: number, block: number) => `a${names[vertex]}_${block}`;
  const branches = range(vertices).map((vertex) => {
    const leaves = blocks.flatMap((block, index) => (block.includes(vertex) ? [leaf(vertex, index)] : []));
    return `  ${shuffled(leaves, seed).join(", ")} -> v${names[vertex]} -> out`;
  });
  const parts = blocks.map(
    (block, index) =>
      `  part {${shuffled(block, seed)
        .map((one) => leaf(one, index))
        .join(", ")}}`,
  );
  return `diagram ${name} {\n${shuffled([...branches, ...parts], seed).join("\n")}\n}\n`;
}

/** A cubic graph without a loop or a double edge. */
function cubic(vertices: number, seed: number): number[][] {
  for (let attempt = 0; ; attempt++) {
    const ends = shuffled(range(3 * vertices), 1000 * seed + attempt).map((end) => end % vertices);
    const edges = range((3 * vertices) / 2).map((edge) => [ends[2 * edge]!, ends[2 * edge + 1]!].sort());
    if (new Set(edges.map(String)).size === edges.length && edges.every(([a, b]) => a !== b)) {
      return edges;
    }
  }
}

/** Triples of which each pair of points is in one (a Steiner system), by hill climbing; it has no symmetry. */
function triples(points: number, seed: number): number[][] {
  const next = numbers(seed);
  const third = new Map<string, number>();
  const key = (a: number, b: number) => (a < b ? `${a} ${b}` : `${b} ${a}`);
  const free = (a: number) => range(points).filter((b) => b !== a && !third.has(key(a, b)));
  while (third.size < (points * (points - 1)) / 2) {
    const live = range(points).filter((point) => free(point).length > 0);
    const x = live[next(live.length)]!;
    const others = free(x);
    const y = others.splice(next(others.length), 1)[0]!;
    const z = others[next(others.length)]!;
    const w = third.get(key(y, z));
    if (w !== undefined) {
      for (const pair of [key(y, w), key(z, w)]) {
        third.delete(pair);
      }
    }
    third.set(key(x, y), z).set(key(x, z), y).set(key(y, z), x);
  }
  const found = [...third].map(([pair, c]) => [...pair.split(" ").map(Number), c].sort((a, b) => a - b));
  return [...new Map(found.map((triple) => [String(triple), triple])).values()];
}

const infos = async (text: string) =>
  (await analyze(text)).diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);

test("diagrams of 193 nodes that nothing tells apart at a glance are compared", async () => {
  const graphs = range(7).map((seed) => cubic(48, seed));
  const texts = [
    ...graphs.map((graph, index) => declared(`d${index}`, 48, graph, index)),
    declared("again", 48, graphs[3]!, 50),
    declared("too", 48, graphs[6]!, 51),
  ];
  expect(await infos(texts.join("\n"))).toEqual([
    "info same-diagram: `again` is the same diagram as `d3`",
    "info same-diagram: `too` is the same diagram as `d6`",
  ]);
});

test("what is too symmetric to compare is said once, and the others are compared all the same", async () => {
  const systems = [1, 2, 3].map((seed) => triples(19, seed));
  const texts = [
    declared("first", 48, cubic(48, 1), 1),
    ...systems.map((system, index) => declared(`triples${index}`, 19, system, index)),
    declared("second", 48, cubic(48, 1), 2),
  ];
  expect(await infos(texts.join("\n"))).toEqual([
    expect.stringMatching(/^info same-diagram: `triples0` is too symmetric to compare/),
    "info same-diagram: `second` is the same diagram as `first`",
  ]);
});
