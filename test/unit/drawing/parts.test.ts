import { describe, expect, it as test } from "vitest";
import { childrenOf, type Diagram, enumerateDiagrams, makeDiagram } from "../../../src/diagram/index.js";
import { type Drawing, type DrawingInput, layoutDrawing } from "../../../src/drawing/index.js";
import { orderChildren, partedParts } from "../../../src/drawing/order.js";
import { atLength, oneOf } from "../../times.js";
import { between, walk } from "./geometry.js";
import { named, numbersFrom, randomDiagram } from "./inputs.js";
import { faultsOfParts } from "./part-faults.js";

/** All diagrams of up to three edges, and a share of those of more; at length all of up to six. */
function diagramsTried(): readonly Diagram[] {
  const of = (edges: number): Diagram[] => [...enumerateDiagrams(edges, {})].map(({ diagram }) => diagram);
  const shareOf = (share: number, edges: number): readonly Diagram[] =>
    atLength ? of(edges) : oneOf(share, of(edges));
  return [...[0, 1, 2, 3].flatMap(of), ...shareOf(8, 4), ...shareOf(70, 5), ...shareOf(2000, 6)];
}

const star = (parts: readonly number[]): Diagram =>
  makeDiagram([...parts.map(() => parts.length), -1], [...parts, Math.max(...parts) + 1]).diagram;
const chain = (parts: readonly number[]): Diagram =>
  makeDiagram([...parts.map((_, node) => node + 1), -1], [...parts, Math.max(...parts) + 1]).diagram;
/** Families of leaves at the root, each with a parent. */
function families(sizes: readonly number[], leafParts: readonly number[]): Diagram {
  const leaves = leafParts.length;
  const most = Math.max(...leafParts);
  const root = leaves + sizes.length;
  return makeDiagram(
    [
      ...sizes.flatMap((size, family) => Array<number>(size).fill(leaves + family)),
      ...sizes.map(() => root),
      -1,
    ],
    [...leafParts, ...sizes.map((_, family) => most + 1 + family), most + sizes.length + 1],
  ).diagram;
}

function withNames(diagram: Diagram, nameOf: (index: number) => string): DrawingInput {
  return {
    diagram,
    name: "example",
    nodeNames: diagram.parents.map((_, node) => nameOf(node)),
    partNames: diagram.parents.map((_, part) => nameOf(part + 3)),
  };
}

async function faultsOf(input: DrawingInput): Promise<string[]> {
  return faultsOfParts(await layoutDrawing(input)).map(
    (fault) => `${JSON.stringify(input.diagram)}: ${fault}`,
  );
}

const formsOf = ({ outlines }: Drawing): string[] => outlines.map(({ form }) => form);

describe("outlines and ties", () => {
  test("of small diagrams with all their interleavings: outlines are convex, meet neither each other nor strange nodes, ties run past these, and words are clear of all", async () => {
    for (const diagram of diagramsTried()) {
      expect(await faultsOf(named(diagram))).toEqual([]);
    }
  });

  test.each([
    ["long words", (index: number) => `a_name_of_${index}`.padEnd(60, "_and_more")],
    ["capitals", (index: number) => "W".repeat(1 + ((index * 7) % 60))],
    ["words of all lengths", (index: number) => "n".repeat(1 + ((index * 11) % 60))],
    ["East Asian words", (index: number) => "重み".repeat(1 + ((index * 5) % 30))],
  ])("words are clear of rings, signs, borders and each other when they are %s", async (_, nameOf) => {
    for (const [index, diagram] of diagramsTried().entries()) {
      if (index % (atLength ? 40 : 6) === 0) {
        expect(await faultsOf(withNames(diagram, nameOf))).toEqual([]);
      }
    }
    expect(await faultsOf(withNames(star([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]), nameOf))).toEqual([]);
    expect(await faultsOf(withNames(chain([0, 0, 0, 0, 1, 1, 1, 2, 3]), nameOf))).toEqual([]);
  });

  test("of random diagrams, the root in any part, keep clear of strange nodes and of each other", async () => {
    const next = numbersFrom(21);
    for (let trial = 0; trial < 12; trial++) {
      const faults = await faultsOf(named(randomDiagram(8 + (trial % 3), next)));
      // So many parts across each other may leave a name no place of its own.
      expect(faults.filter((fault) => !fault.includes("is under the name"))).toEqual([]);
    }
  });

  test("a part whose nodes are neighbours has an outline, one with a stranger among them has ties", async () => {
    const forms = async (diagram: Diagram) => formsOf(await layoutDrawing(named(diagram)));
    expect(await forms(star([0, 1, 0, 1, 2, 0, 2]))).toEqual(["outline", "outline", "outline"]);
    expect(await forms(families([2, 2], [0, 1, 0, 1]))).toEqual(["ties", "outline"]);
    expect(await forms(chain([0, 1, 0]))).toEqual(["ties"]);
    expect(await forms(makeDiagram([3, 3, 4, 4, -1], [0, 0, 0, 0, 0]).diagram)).toEqual(["outline"]);
    expect(await forms(star([0]))).toEqual([]);
    expect(await forms({ parents: [-1], parts: [0] })).toEqual([]);
  });

  test("a tie is no longer than 2.5 times the straight line, from rim to rim", async () => {
    for (const diagram of diagramsTried()) {
      const { nodes, outlines } = await layoutDrawing(named(diagram));
      for (const { form, nodes: members, paths } of outlines) {
        if (form !== "ties" || members.length !== 2) {
          continue;
        }
        const [a, b] = members.map((node) => nodes[node]!);
        const line = paths.flatMap((path) => walk(path, 4));
        const round = line.reduce((sum, point, index) => sum + between(line.at(index - 1)!, point), 0);
        // There and back along the band.
        expect(round / 2).toBeLessThan(2.5 * between(a!, b!) + 40);
      }
    }
  });

  test("the judge of parts finds what winds, what meets and what is covered", async () => {
    const drawing = await layoutDrawing(named(star([0, 0, 1, 1])));
    expect(faultsOfParts(drawing)).toEqual([]);
    const [first, second] = drawing.outlines;
    const changed = (outlines: Drawing["outlines"]): string =>
      faultsOfParts({ ...drawing, outlines }).join("\n");
    expect(changed([first!, { ...first!, part: 1 }])).toContain("outlines 0 and 1 meet");
    expect(changed([{ ...first!, nodes: [0] }])).toMatch(/outline 0 is -?[\d.]+ px from b/);
    expect(changed([first!, { ...second!, label: { ...first!.label!, x: first!.label!.x + 4 } }])).toContain(
      "covers the name of part 0",
    );
    const ties = await layoutDrawing(named(chain([0, 1, 0])));
    expect(faultsOfParts({ ...ties, outlines: [{ ...ties.outlines[0]!, form: "outline" }] }).join()).toMatch(
      /outline 0 winds by/,
    );
  });
});

/** Every order of every family, children before parents or not. */
function* allOrders(diagram: Diagram): Generator<readonly (readonly number[])[]> {
  const families = childrenOf(diagram);
  const permuted = (list: readonly number[]): number[][] =>
    list.length < 2
      ? [[...list]]
      : list.flatMap((first) =>
          permuted(list.filter((one) => one !== first)).map((rest) => [first, ...rest]),
        );
  const go = function* (
    at: number,
    chosen: readonly (readonly number[])[],
  ): Generator<readonly (readonly number[])[]> {
    if (at === families.length) {
      yield chosen;
      return;
    }
    for (const order of permuted(families[at]!)) {
      yield* go(at + 1, [...chosen, order]);
    }
  };
  yield* go(0, []);
}

/**
 * How many parts have a stranger among their nodes, told by Carathéodory: it is in a triangle of three of them, or
 * within 24 px of the line between two, where layers are 66 px and rows of leaves 42 px apart.
 */
function partedIn(diagram: Diagram, order: readonly (readonly number[])[]): number {
  const place = new Map<number, { x: number; y: number }>();
  let row = 0;
  const put = (node: number, x: number): number => {
    const rows = order[node]!.map((child) => put(child, x - 66));
    const y = rows.length > 0 ? (rows[0]! + rows.at(-1)!) / 2 : 42 * row++;
    place.set(node, { x, y });
    return y;
  };
  put(diagram.parents.length - 1, 0);
  const at = (node: number) => place.get(node)!;
  const side = (a: number, b: number, c: number): number =>
    (at(b).x - at(a).x) * (at(c).y - at(a).y) - (at(b).y - at(a).y) * (at(c).x - at(a).x);
  const isNearLine = (node: number, a: number, b: number): boolean => {
    let [low, high] = [0, 1];
    const gap = (share: number): number =>
      Math.hypot(
        at(a).x + share * (at(b).x - at(a).x) - at(node).x,
        at(a).y + share * (at(b).y - at(a).y) - at(node).y,
      );
    for (let round = 0; round < 60; round++) {
      const [p, q] = [low + (high - low) / 3, high - (high - low) / 3];
      [low, high] = gap(p) < gap(q) ? [low, q] : [p, high];
    }
    return gap(low) < 24;
  };
  const isInTriangle = (node: number, [a, b, c]: readonly [number, number, number]): boolean => {
    const sides = [side(a, b, node), side(b, c, node), side(c, a, node)];
    return side(a, b, c) !== 0 && (sides.every((one) => one >= 0) || sides.every((one) => one <= 0));
  };
  const parts = [...new Set(diagram.parts)].map((part) =>
    diagram.parts.flatMap((one, node) => (one === part ? [node] : [])),
  );
  return parts.filter((nodes) =>
    diagram.parents.some(
      (_, node) =>
        !nodes.includes(node) &&
        nodes.some((a, i) =>
          nodes.some(
            (b, j) =>
              j > i &&
              (isNearLine(node, a, b) || nodes.some((c, k) => k > j && isInTriangle(node, [a, b, c]))),
          ),
        ),
    ),
  ).length;
}

describe("the order of children", () => {
  test("leaves as few parts with a stranger among their nodes as any order of the tree does", () => {
    const tried = [
      ...[2, 3, 4].flatMap((edges) => [...enumerateDiagrams(edges, {})]),
      ...oneOf(20, [...enumerateDiagrams(5, {})]),
    ].map(({ diagram }) => diagram);
    for (const diagram of [...tried, families([2, 2], [0, 1, 1, 0]), families([2, 1, 2], [0, 1, 2, 1, 0])]) {
      const order = orderChildren(diagram);
      expect(order.map((children) => [...children].sort((a, b) => a - b))).toEqual(childrenOf(diagram));
      const least = Math.min(...[...allOrders(diagram)].map((one) => partedIn(diagram, one)));
      expect(partedIn(diagram, order), JSON.stringify(diagram)).toBe(least);
      expect(partedParts(diagram, order).length).toBe(least);
    }
  });

  test.each([
    [[0, 1, 2, 0, 1, 2, 0, 1, 2, 0]],
    [[0, 1, 2, 3, 4, 0, 1, 2, 3, 4]],
    [[0, 1, 2, 3, 4, 4, 3, 2, 1, 0]],
    [[0, 1, 2, 3, 0, 4, 5, 1, 6, 2]],
  ])("parts none of a star of ten edges with parts %j", async (parts) => {
    const diagram = star(parts);
    expect(partedIn(diagram, orderChildren(diagram))).toBe(0);
    const drawing = await layoutDrawing(named(diagram));
    expect(new Set(formsOf(drawing))).toEqual(new Set(["outline"]));
    expect(faultsOfParts(drawing)).toEqual([]);
  });
});
