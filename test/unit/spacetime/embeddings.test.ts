import { describe, expect, test } from "vitest";
import { type Diagram, enumerateDiagrams, formatShortForm } from "../../../src/diagram/index.js";
import type { Schedule } from "../../../src/optimisers/index.js";
import { countEmbeddings, planEmbeddings } from "../../../src/spacetime/index.js";

/**
 * The oracle: every labelled embedding, one by one. `batchAt[n]` lists the times at which training
 * point `n` is in the batch; the sum goes over rows of parts and times of nodes.
 */
function bruteForce(diagram: Diagram, batchAt: number[][], T: number, decay: number[]): number {
  const root = diagram.parents.length - 1;
  const N = batchAt.length;
  const rowOf = new Map<number, number>();
  const timeOf = new Array<number>(root + 1).fill(T);
  let total = 0;
  const place = (node: number, value: number): void => {
    if (node < 0) {
      total += value;
      return;
    }
    const part = diagram.parts[node]!;
    const rows = rowOf.has(part) ? [rowOf.get(part)!] : batchAt.map((_, row) => row);
    const fresh = !rowOf.has(part);
    for (const row of rows) {
      rowOf.set(part, row);
      const share = fresh && part === diagram.parts[root] ? 1 / N : 1;
      for (const time of node === root ? [T] : batchAt[row]!) {
        const head = diagram.parents[node]!;
        if (node !== root && time >= timeOf[head]!) {
          continue;
        }
        timeOf[node] = time;
        const propagator = node === root ? 1 : (1 - decay[node]!) ** (timeOf[head]! - time - 1);
        place(node - 1, value * share * propagator);
      }
    }
    if (fresh) {
      rowOf.delete(part);
    }
  };
  place(root, 1);
  return total;
}

function permutations(items: number[]): number[][] {
  return items.length === 0
    ? [[]]
    : items.flatMap((item, index) =>
        permutations(items.filter((_, at) => at !== index)).map((rest) => [item, ...rest]),
      );
}

/** The expected brute-force sum over all shuffles. */
function oracle(diagram: Diagram, schedule: Schedule, decay: number[]): number {
  const { points: N, epochs: E, batch: B, order: shuffle } = schedule;
  const perEpoch = N / B;
  const identity = Array.from({ length: N }, (_, n) => n);
  const orders = shuffle === "same" ? [identity] : permutations(identity);
  let sequences: number[][][] = [[]];
  for (let epoch = 0; epoch < E; epoch++) {
    const choices = shuffle === "same" ? [identity] : orders;
    sequences = sequences.flatMap((sequence) => choices.map((order) => [...sequence, order]));
  }
  let total = 0;
  for (const sequence of sequences) {
    const batchAt = identity.map((n) =>
      sequence.map((order, epoch) => epoch * perEpoch + Math.floor(order[n]! / B)),
    );
    total += bruteForce(diagram, batchAt, E * perEpoch, decay);
  }
  return total / sequences.length;
}

const schedules: Schedule[] = [
  { points: 4, batch: 1, epochs: 1, order: "same" },
  { points: 4, batch: 2, epochs: 1, order: "same" },
  { points: 3, batch: 1, epochs: 1, order: "reshuffled" },
  { points: 2, batch: 1, epochs: 2, order: "same" },
  { points: 3, batch: 1, epochs: 3, order: "same" },
  { points: 4, batch: 2, epochs: 2, order: "same" },
  { points: 2, batch: 2, epochs: 3, order: "same" },
  { points: 2, batch: 1, epochs: 3, order: "reshuffled" },
  { points: 3, batch: 1, epochs: 2, order: "reshuffled" },
  { points: 4, batch: 2, epochs: 2, order: "reshuffled" },
  { points: 2, batch: 2, epochs: 3, order: "same" },
  { points: 3, batch: 3, epochs: 2, order: "same" },
];

describe("sums over embeddings", () => {
  test.each(schedules)("equal the sum over each embedding in turn, in %o", (schedule) => {
    const heavy = schedule.order === "reshuffled" && schedule.points > 3;
    const decays = [0.3, -0.2, 1.7, 0, 0.9];
    for (let edges = 0; edges <= (heavy ? 3 : 4); edges++) {
      for (const { diagram } of enumerateDiagrams(edges, { rootInPart: true })) {
        if (heavy && new Set(diagram.parts).size > 3) {
          continue;
        }
        const decay = diagram.parents.map((_, node) => decays[node % decays.length]!);
        const expected = oracle(diagram, schedule, decay);
        const found = planEmbeddings(diagram, schedule).sum(decay);
        expect(found, formatShortForm(diagram)).toBeCloseTo(expected, 9);
      }
    }
  });

  test("counts of large grids are polynomials in N and T", () => {
    const pair: Diagram = { parents: [2, 2, -1], parts: [0, 0, 1] };
    const singles: Diagram = { parents: [2, 2, -1], parts: [0, 1, 2] };
    const N = 1000;
    const E = 7;
    const B = 5;
    const same: Schedule = { points: N, batch: B, epochs: E, order: "same" };
    expect(countEmbeddings(pair, same)).toBeCloseTo(N * E * E, 3);
    expect(countEmbeddings(singles, same)).toBeCloseTo((N * E) ** 2, 3);
    expect(countEmbeddings(pair, { ...same, order: "reshuffled" }) / (N * E * E)).toBeCloseTo(1, 12);
    expect(
      countEmbeddings(pair, { points: N, batch: N, epochs: 1e6, order: "same" }) / (N * 1e12),
    ).toBeCloseTo(1, 12);
  });

  test("the exact sum over a long time keeps its digits", () => {
    // Σ_{s<t<T} k^{t−s−1} k^{T−t−1} = Σ_m (m+1) k^m over m = 0 … T−2, summed here in closed form.
    const chain: Diagram = { parents: [1, 2, -1], parts: [0, 1, 2] };
    const T = 1_000_000;
    for (const loss of [1e-9, 1e-6, 1e-3, 0.5]) {
      let term = 1;
      let expected = 0;
      for (let m = 0; m <= T - 2 && term > 1e-30; m++) {
        expected += (m + 1) * term;
        term *= 1 - loss;
      }
      const found = planEmbeddings(chain, { points: T, batch: 1, epochs: 1, order: "same" }).sum([
        loss,
        loss,
        0,
      ]);
      expect(Math.abs(found / expected - 1)).toBeLessThan(1e-9);
    }
  });

  test("integrals are the limit of exact sums in small steps", () => {
    for (const { diagram } of enumerateDiagrams(3)) {
      const decay = [0.4, 1.1, 0.2, 0].slice(0, diagram.parents.length);
      const T = 2;
      const fine = 2 ** 14;
      const gd = (mode: "exact" | "integral", steps: number) =>
        planEmbeddings(diagram, { points: 1, batch: 1, epochs: steps, order: "same" }, mode);
      const integral = gd("integral", T).sum(decay);
      const sum = gd("exact", T * fine).sum(decay.map((one) => one / fine)) / fine ** 3;
      expect(Math.abs(sum - integral)).toBeLessThan(2e-3 * Math.abs(integral) + 1e-12);
    }
  });

  test("integrals over several epochs tend to the exact sums as the grid gets finer", () => {
    for (const shuffle of ["same", "reshuffled"] as const) {
      for (const { diagram } of enumerateDiagrams(3)) {
        const N = 4096;
        const decay = [0.4, 1.1, 0.2, 0].map((one) => one / N);
        const schedule: Schedule = { points: N, batch: 1, epochs: 2, order: shuffle };
        const exact = planEmbeddings(diagram, schedule).sum(decay);
        const integral = planEmbeddings(diagram, schedule, "integral").sum(decay);
        expect(Math.abs(integral - exact), formatShortForm(diagram)).toBeLessThan(3e-3 * exact + 1e-9);
      }
    }
  });
});
