import { describe, expect, test } from "vitest";
import { type Diagram, enumerateDiagrams, formatShortForm, makeDiagram } from "../../../src/diagram/index.js";
import { type Schedule, updates } from "../../../src/optimisers/index.js";
import {
  countEmbeddings,
  type Embedding,
  isShaded,
  listEmbeddings,
  symmetriesKeeping,
} from "../../../src/spacetime/index.js";

/** Every way to give each node a row and a time that is an embedding by THEORY §3, as text. */
function everyEmbedding(diagram: Diagram, schedule: Schedule): Set<string> {
  const root = diagram.parents.length - 1;
  const T = updates(schedule);
  const rootShares = diagram.parts.indexOf(diagram.parts[root]!) !== root;
  const cells = Array.from({ length: schedule.points }, (_, n) =>
    Array.from({ length: T }, (_, t) => ({ n, t })).filter(({ t }) => isShaded(schedule, n, t)),
  ).flat();
  const found = new Set<string>();
  const rows = new Array<number>(root + 1).fill(-1);
  const times = new Array<number>(root + 1).fill(T);
  const rowOfPart = new Map<number, number>();
  const place = (node: number): void => {
    if (node < 0) {
      if (rootShares) {
        rows[root] = rowOfPart.get(diagram.parts[root]!)!;
      }
      found.add(JSON.stringify({ rows, times }));
      return;
    }
    const part = diagram.parts[node]!;
    const known = rowOfPart.get(part);
    for (const { n, t } of cells) {
      if (t < times[diagram.parents[node]!]! && (known === undefined || known === n)) {
        rowOfPart.set(part, n);
        rows[node] = n;
        times[node] = t;
        place(node - 1);
      }
    }
    if (known === undefined) {
      rowOfPart.delete(part);
    }
  };
  place(root - 1);
  return found;
}

const same = "same" as const;
const schedules: Schedule[] = [
  { points: 4, batch: 1, epochs: 1, order: same },
  { points: 4, batch: 2, epochs: 1, order: same },
  { points: 2, batch: 1, epochs: 2, order: same },
  { points: 3, batch: 1, epochs: 2, order: same },
  { points: 2, batch: 2, epochs: 3, order: same },
  { points: 3, batch: 1, epochs: 2, order: "reshuffled" },
  { points: 2, batch: 2, epochs: 3, order: "same" },
];

function allOf(diagram: Diagram, schedule: Schedule): Embedding[] {
  const list = listEmbeddings(diagram, schedule);
  return Array.from({ length: Number(list.total) }, (_, index) => list.at(BigInt(index)));
}

describe("embeddings by number", () => {
  test.each(schedules)("are all there, each once, in %o", (schedule) => {
    for (let edges = 0; edges <= 3; edges++) {
      for (const { diagram } of enumerateDiagrams(edges, { rootInPart: true })) {
        const expected = everyEmbedding(diagram, schedule);
        const listed = allOf(diagram, schedule).map((embedding) => JSON.stringify(embedding));
        expect(listed.length, formatShortForm(diagram)).toBe(expected.size);
        expect(new Set(listed), formatShortForm(diagram)).toEqual(expected);
      }
    }
  });

  test("are as many as the sums over embeddings say, for all diagrams of 4 edges", () => {
    const grids: Schedule[] = [
      { points: 12, batch: 3, epochs: 5, order: same },
      { points: 6, batch: 1, epochs: 1, order: same },
      { points: 5, batch: 5, epochs: 7, order: "same" },
    ];
    for (const schedule of grids) {
      for (const { diagram } of enumerateDiagrams(4, { rootInPart: true })) {
        const shares = diagram.parts.indexOf(diagram.parts.at(-1)!) !== diagram.parts.length - 1;
        const counted = countEmbeddings(diagram, schedule) * (shares ? schedule.points : 1);
        expect(Number(listEmbeddings(diagram, schedule).total), formatShortForm(diagram)).toBeCloseTo(
          counted,
          3,
        );
      }
    }
  });

  test("of a diagram that breaks the path condition are none in one epoch", () => {
    const diagram: Diagram = { parents: [1, 2, -1], parts: [0, 0, 1] };
    expect(listEmbeddings(diagram, { points: 100, batch: 1, epochs: 1, order: same }).total).toBe(0n);
    expect(() => listEmbeddings(diagram, { points: 1, batch: 1, epochs: 1, order: "same" }).at(0n)).toThrow(
      /no embedding of number 0/,
    );
  });

  test("move their last node first, and numbers outside are refused", () => {
    const chain: Diagram = { parents: [1, 2, -1], parts: [0, 1, 2] };
    const list = listEmbeddings(chain, { points: 4, batch: 1, epochs: 1, order: same });
    expect(Array.from({ length: 6 }, (_, index) => list.at(BigInt(index)).times.slice(0, 2))).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    expect(() => list.at(6n)).toThrow(RangeError);
    expect(() => list.at(-1n)).toThrow(RangeError);
  });
});

/** What each embedding must be; independent of how it was found. */
function checkEmbedding(diagram: Diagram, schedule: Schedule, { rows, times }: Embedding): void {
  diagram.parents.forEach((parent, node) => {
    if (parent === -1) {
      return;
    }
    expect(times[node]).toBeGreaterThanOrEqual(0);
    expect(times[node]).toBeLessThan(times[parent]!);
    expect(rows[node]).toBeGreaterThanOrEqual(0);
    expect(rows[node]).toBeLessThan(schedule.points);
    expect(isShaded(schedule, rows[node]!, times[node]!)).toBe(true);
    expect(rows[node]).toBe(rows[diagram.parts.indexOf(diagram.parts[node]!)]);
  });
}

describe("embeddings in large grids", () => {
  const tree: Diagram = makeDiagram([4, 4, 5, 5, 6, 6, -1], [0, 1, 0, 2, 3, 4, 5]).diagram;
  test.each<Schedule>([
    { points: 1_000_000, batch: 1, epochs: 1, order: same },
    { points: 1_000_000, batch: 10, epochs: 100, order: same },
    { points: 1_000, batch: 1, epochs: 1_000_000_000, order: same },
    { points: 1_000_000, batch: 1_000_000, epochs: 1_000_000_000_000, order: "same" },
  ])("are found one by one, in %o", (schedule) => {
    const list = listEmbeddings(tree, schedule);
    expect(list.total).toBeGreaterThan(10n ** 20n);
    const found = new Set<string>();
    for (let part = 0n; part <= 50n; part++) {
      const index = part === 50n ? list.total - 1n : (list.total * part) / 50n;
      const embedding = list.at(index);
      checkEmbedding(tree, schedule, embedding);
      found.add(JSON.stringify(embedding));
    }
    expect(found.size).toBe(51);
  });

  test("also for large diagrams, or it says in one line that it cannot", () => {
    const star = makeDiagram(
      [...new Array<number>(16).fill(16), -1],
      Array.from({ length: 17 }, (_, v) => v),
    ).diagram;
    const schedule: Schedule = { points: 1000, batch: 1, epochs: 3, order: same };
    expect(listEmbeddings(star, schedule).total).toBe(3000n ** 16n);
    const hub = makeDiagram(
      [...new Array<number>(15).fill(15), 16, -1],
      Array.from({ length: 17 }, (_, v) => v),
    ).diagram;
    expect(() => listEmbeddings(hub, schedule)).toThrow(/^the diagram has too many orders in time [^\n]+$/);
    // Ten edges always fit: comb, caterpillar, bush and star with parts across them, over several epochs.
    const parents = [
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -1],
      [9, 9, 9, 9, 9, 9, 9, 9, 9, 10, -1],
      [8, 8, 8, 8, 9, 9, 9, 9, 10, 10, -1],
      [5, 5, 6, 6, 7, 8, 8, 9, 9, 10, -1],
    ];
    const parts = [
      [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5],
      [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [0, 1, 2, 3, 0, 4, 5, 6, 7, 8, 9],
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 9],
    ];
    for (const tree of parents) {
      for (const partition of parts) {
        const { diagram } = makeDiagram(tree, partition);
        const list = listEmbeddings(diagram, { ...schedule, points: 60 });
        if (list.total > 0n) {
          checkEmbedding(diagram, { ...schedule, points: 60 }, list.at(list.total / 2n));
        }
      }
    }
  });
});

describe("symmetries that keep an embedding", () => {
  /** All permutations of the nodes that are symmetries, by trial. */
  function symmetries(diagram: Diagram): number[][] {
    const found: number[][] = [];
    const image: number[] = [];
    const size = diagram.parents.length;
    const fill = (): void => {
      const node = image.length;
      if (node === size) {
        const keepsTree = diagram.parents.every((parent, v) =>
          parent === -1 ? image[v] === v : diagram.parents[image[v]!] === image[parent],
        );
        const keepsParts = diagram.parts.every((part, v) =>
          diagram.parts.every(
            (other, w) => (part === other) === (diagram.parts[image[v]!] === diagram.parts[image[w]!]),
          ),
        );
        if (keepsTree && keepsParts) {
          found.push([...image]);
        }
        return;
      }
      for (let other = 0; other < size; other++) {
        if (!image.includes(other)) {
          image.push(other);
          fill();
          image.pop();
        }
      }
    };
    fill();
    return found;
  }

  test("are counted as by trial, and orbits of embeddings have |Aut| / |Aut_f| members", () => {
    const grids: Schedule[] = [
      { points: 2, batch: 2, epochs: 2, order: "same" },
      { points: 3, batch: 3, epochs: 1, order: same },
      { points: 2, batch: 1, epochs: 2, order: same },
    ];
    for (let edges = 0; edges <= 4; edges++) {
      for (const { diagram } of enumerateDiagrams(edges, { rootInPart: true })) {
        const group = symmetries(diagram);
        for (const schedule of grids) {
          const list = listEmbeddings(diagram, schedule);
          const step = list.total / 12n + 1n;
          for (let index = 0n; index < list.total; index += step) {
            const embedding = list.at(index);
            const moved = (image: readonly number[]) =>
              JSON.stringify([image.map((v) => embedding.rows[v]), image.map((v) => embedding.times[v])]);
            const own = JSON.stringify([embedding.rows, embedding.times]);
            const keeping = group.filter((image) => moved(image) === own).length;
            expect(symmetriesKeeping(diagram, embedding), formatShortForm(diagram)).toBe(keeping);
            expect(new Set(group.map(moved)).size * keeping).toBe(group.length);
          }
        }
      }
    }
  });

  test("are all of Aut(D) where nothing tells nodes apart", () => {
    const chains = makeDiagram(
      [8, 9, 10, 11, 12, 13, 14, 15, 16, 16, 16, 16, 16, 16, 16, 16, -1],
      Array.from({ length: 17 }, (_, v) => v),
    ).diagram;
    const paired = makeDiagram(
      [...new Array<number>(16).fill(16), -1],
      [...Array(16).keys(), 16].map((v) => v >> 1),
    ).diagram;
    expect(symmetriesKeeping(chains)).toBe(40_320);
    expect(symmetriesKeeping(paired)).toBe(2 ** 8 * 40_320);
    for (const { diagram, automorphisms } of enumerateDiagrams(5)) {
      expect(symmetriesKeeping(diagram)).toBe(automorphisms);
    }
  });
});
