import { describe, expect, test } from "vitest";
import { type Diagram, enumerateDiagrams, formatShortForm, rootOf } from "../../../src/diagram/index.js";
import { type Schedule, updates } from "../../../src/optimisers/index.js";
import { planEmbeddings } from "../../../src/spacetime/index.js";

/** Gauss's rule of seven nodes on [0, 1]. */
const nodes = [
  [0.5, 0.4179591836734694],
  [0.2970774243113014, 0.3818300505051189],
  [0.7029225756886986, 0.3818300505051189],
  [0.1292344072003028, 0.2797053914892766],
  [0.8707655927996972, 0.2797053914892766],
  [0.0254460438286207, 0.1294849661688697],
  [0.9745539561713793, 0.1294849661688697],
].map(([place, weight]) => [place!, weight! / 2] as const);

/** The integral over `0 < t_1 < … < t_n < length` of a function of the times. */
function overOrdered(n: number, length: number, of: (times: readonly number[]) => number): number {
  const times: number[] = [];
  const inner = (left: number, before: number): number => {
    if (left === 0) {
      return of(times);
    }
    // The last time first: each earlier one lies between 0 and it.
    return nodes.reduce((sum, [place, weight]) => {
      times[left - 1] = before * place;
      return sum + weight * before * inner(left - 1, before * place);
    }, 0);
  };
  return inner(n, length);
}

function permutations(items: readonly number[]): number[][] {
  return items.length === 0
    ? [[]]
    : items.flatMap((item) =>
        permutations(items.filter((one) => one !== item)).map((rest) => [item, ...rest]),
      );
}

/** All ways to give each of so many things a number below `most`. */
function* assignments(count: number, most: number): Generator<number[]> {
  for (let code = 0; code < most ** count; code++) {
    yield Array.from({ length: count }, (_, place) => Math.floor(code / most ** place) % most);
  }
}

/**
 * The integral form by brute force: each event has a time of its own in [0, length], in every order; nodes stand at
 * their event's time, and epochs later by the number that `epochOf` gives them.
 */
function bruteForce(
  diagram: Diagram,
  eventOf: (node: number) => number,
  length: number,
  epochs: number,
  decay: readonly number[],
): number {
  const root = rootOf(diagram);
  const own = Array.from({ length: root }, (_, node) => node);
  const events = [...new Set(own.map(eventOf))];
  let total = 0;
  for (const epochOf of assignments(root, epochs)) {
    for (const order of permutations(events)) {
      const rank = (node: number) => order.indexOf(eventOf(node));
      const increases = own.every((node) => {
        const head = diagram.parents[node]!;
        const later = epochOf[head]! - epochOf[node]!;
        return head === root || later > 0 || (later === 0 && rank(head) > rank(node));
      });
      if (increases) {
        total += overOrdered(events.length, length, (times) => {
          const at = (node: number) =>
            node === root ? epochs * length : epochOf[node]! * length + times[rank(node)]!;
          return Math.exp(
            -own.reduce((sum, node) => sum + decay[node]! * (at(diagram.parents[node]!) - at(node)), 0),
          );
        });
      }
    }
  }
  return total;
}

const decays = [0.23, -0.11, 0.4, 0.07];

function partsBelow(diagram: Diagram): Set<number> {
  return new Set(diagram.parts.slice(0, -1));
}

/** In how many rows the parts can stand: `B` each at a time, and the root's is averaged. */
function rowsOf(diagram: Diagram, N: number, B: number): number {
  const root = diagram.parts.at(-1)!;
  return [...partsBelow(diagram)].reduce((product, part) => product * (part === root ? B / N : B), 1);
}

function expectIntegral(diagram: Diagram, schedule: Schedule, expected: number) {
  const found = planEmbeddings(diagram, schedule, "integral").sum([...decays.slice(0, rootOf(diagram)), 0]);
  const what = `${formatShortForm(diagram)} ${JSON.stringify(schedule)}`;
  expect(Math.abs(found - expected), what).toBeLessThan(1e-9 * Math.abs(expected) + 1e-15);
}

describe("integrals over times run over [0, T] for every diagram", () => {
  const diagrams = [1, 2, 3].flatMap((edges) =>
    [...enumerateDiagrams(edges, { rootInPart: true })].map(({ diagram }) => diagram),
  );

  test("in gradient descent, also in the first updates", () => {
    for (const diagram of diagrams) {
      for (const [N, T] of [
        [1, 1],
        [3, 1],
        [2, 2],
        [2, 5],
      ] as const) {
        const expected = bruteForce(diagram, (node) => node, T, 1, decays) * rowsOf(diagram, N, N);
        expectIntegral(diagram, { points: N, batch: N, epochs: T, order: "same" }, expected);
        expect(expected).toBeGreaterThan(0);
        expectIntegral(diagram, { points: N, batch: N, epochs: T, order: "same" }, expected);
        expectIntegral(diagram, { points: N, batch: N, epochs: T, order: "reshuffled" }, expected);
      }
    }
  });

  test("in one epoch, where a part's nodes share their time", () => {
    for (const diagram of diagrams) {
      for (const [N, B] of [
        [2, 1],
        [4, 2],
        [9, 3],
      ] as const) {
        const parts = (node: number) => diagram.parts[node]!;
        const expected = bruteForce(diagram, parts, N / B, 1, decays) * rowsOf(diagram, N, B);
        expectIntegral(diagram, { points: N, batch: B, epochs: 1, order: "same" }, expected);
        expectIntegral(diagram, { points: N, batch: B, epochs: 1, order: "reshuffled" }, expected);
      }
    }
  });

  test("over several epochs, where a row comes back after each", () => {
    for (const diagram of diagrams) {
      for (const [N, B, E] of [
        [2, 1, 2],
        [6, 2, 2],
      ] as const) {
        const expected =
          bruteForce(diagram, (node) => diagram.parts[node]!, N / B, E, decays) * rowsOf(diagram, N, B);
        expectIntegral(diagram, { points: N, batch: B, epochs: E, order: "same" }, expected);
      }
    }
  });

  test("a chain's integral grows as a power of T, without a jump", () => {
    const chain: Diagram = { parents: [1, 2, 3, -1], parts: [0, 1, 2, 3] };
    for (const T of [1, 2, 3, 4, 10]) {
      const schedules: Schedule[] = [
        { points: 1, batch: 1, epochs: T, order: "same" },
        { points: T, batch: 1, epochs: 1, order: "same" },
        { points: 1, batch: 1, epochs: T, order: "reshuffled" },
      ];
      for (const schedule of schedules) {
        expect(updates(schedule)).toBe(T);
        expect(planEmbeddings(chain, schedule, "integral").sum([0, 0, 0, 0])).toBeCloseTo(T ** 3 / 6, 9);
      }
    }
  });
});
