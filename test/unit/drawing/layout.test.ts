import { describe, expect, it as test } from "vitest";
import { type Diagram, parseShortForm, restrictedGrowth } from "../../../src/diagram/index.js";
import { DrawingError, largestDrawing, layoutDrawing } from "../../../src/drawing/index.js";
import { fontSize } from "../../../src/drawing/measures.js";
import { named, numbersFrom } from "./inputs.js";

/** The nodes without children from top to bottom. */
async function leavesInOrder(diagram: Diagram): Promise<number[]> {
  const { nodes } = await layoutDrawing(named(diagram));
  return nodes
    .filter(({ node }) => !diagram.parents.includes(node))
    .sort((a, b) => a.y - b.y)
    .map(({ node }) => node);
}

const star = (leaves: number, parts: number[]): Diagram => ({
  parents: [...Array.from({ length: leaves }, () => leaves), -1],
  parts: restrictedGrowth([...parts, -1]),
});

describe("the layout", () => {
  test("keeps the order of the file when no parts ask for another", async () => {
    expect(await leavesInOrder(star(5, [0, 1, 2, 3, 4]))).toEqual([0, 1, 2, 3, 4]);
    expect(await leavesInOrder(star(70, [...Array(70).keys()]))).toEqual([...Array(70).keys()]);
  });

  test.each([
    ["tried one by one", 4],
    ["approached", 9],
    ["in a family too large to improve", 80],
  ])("brings the leaves of interleaved parts together: orders %s", async (_, leaves) => {
    const diagram = star(
      leaves,
      Array.from({ length: leaves }, (_, leaf) => leaf % 3),
    );
    const parts = (await leavesInOrder(diagram)).map((leaf) => leaf % 3);
    const changes = parts.filter((part, index) => index > 0 && part !== parts[index - 1]).length;
    expect(changes).toBe(2);
  });

  test("puts cousins of one part next to each other", async () => {
    // Two families of two; the part joins one child of each.
    const order = await leavesInOrder(parseShortForm("(03-1-2-4-5-6)(04-14-25-35-46-56)"));
    expect(Math.abs(order.indexOf(0) - order.indexOf(3))).toBe(1);
  });

  test("shows degrees by larger discs, and the root by the largest", async () => {
    const { nodes } = await layoutDrawing(named(parseShortForm("(0-1-2-3-4)(03-13-23-34)")));
    const [leaf, , , inner, root] = nodes;
    expect([leaf!.degree, inner!.degree, root!.degree]).toEqual([1, 4, 1]);
    expect(inner!.radius).toBeGreaterThan(leaf!.radius);
    expect(root!.radius).toBeGreaterThan(inner!.radius);
    expect(root!.isRoot && !inner!.isRoot).toBe(true);
  });

  test("is the same every time", async () => {
    const input = named(parseShortForm("(02-134-5-6)(04-14-25-35-46-56)"));
    expect(await layoutDrawing(input)).toEqual(await layoutDrawing(input));
  });

  test("shortens long names on the page and keeps them in the data", async () => {
    const name = "a".repeat(5000);
    const drawing = await layoutDrawing({ ...named(parseShortForm("(0-1)(01)")), nodeNames: [name, "b"] });
    expect(drawing.nodes[0]!.name).toBe(name);
    expect(drawing.nodes[0]!.label.text).toBe(`${"a".repeat(23)}…`);
    expect(drawing.width).toBeLessThan(500);
  });

  test("cuts a long name behind a word of it, where there is one", async () => {
    const nodeNames = [`a_name_of_sixty_characters_${"x".repeat(33)}`, "b"];
    const { nodes } = await layoutDrawing({ ...named(parseShortForm("(0-1)(01)")), nodeNames });
    expect(nodes[0]!.label.text).toBe("a_name_of_sixty…");
  });

  describe("with long names beside each other", () => {
    const chain = named(parseShortForm("(012-3-4)(03-13-23-34)"));
    const ending = (length: number, words: string): string => `${words}${"x".repeat(length - words.length)}`;
    const withNames = (node: (letter: string) => string) =>
      layoutDrawing({
        ...chain,
        nodeNames: chain.nodeNames.map((_, index) => node("abcde"[index]!)),
        partNames: chain.partNames.map((_, index) => node("PQRST"[index]!)),
      });

    test("is narrow enough to be read in a side bar", async () => {
      for (const name of [
        (letter: string) => ending(60, `${letter}_name_of_many_words_`),
        (letter: string) => ending(60, letter),
      ]) {
        const { width, nodes, outlines } = await withNames(name);
        const labels = [...nodes, ...outlines].flatMap(({ label }) => label ?? []);
        // At 400 px with 10 px around it the letters, of 13 px, are no smaller than 8.
        expect((380 / width) * fontSize).toBeGreaterThan(8);
        expect(new Set(labels.map(({ text }) => text)).size).toBe(labels.length);
        expect(labels.every(({ text }) => [...text].length <= 12)).toBe(true);
      }
    });

    test("leaves names whole that have room in a window, and apart those that begin alike", async () => {
      const whole = await withNames((letter) => ending(24, letter));
      expect(whole.nodes.map(({ label, name }) => label.text === name)).toEqual(
        chain.nodeNames.map(() => true),
      );
      const alike = await withNames((letter) => `all_begin_so_${letter}_${"x".repeat(40)}`);
      expect(new Set(alike.nodes.map(({ label }) => label.text)).size).toBe(chain.nodeNames.length);
    });
  });

  test("says whole names in the description, of nodes and of parts", async () => {
    const [node, part] = [`${"n".repeat(60)}_of_node`, `${"p".repeat(60)}_of_part`];
    const input = named(parseShortForm("(01-2)(02-12)"));
    const { description, outlines } = await layoutDrawing({
      ...input,
      nodeNames: [node, ...input.nodeNames.slice(1)],
      partNames: [part, ...input.partNames.slice(1)],
    });
    expect(outlines.map(({ label }) => label?.text)).toContain(`${"p".repeat(23)}…`);
    expect(description).toContain(node);
    expect(description).toContain(`Part ${part} joins`);
    expect(description).not.toContain("…");
  });

  test("draws hundreds of nodes", async () => {
    const next = numbersFrom(11);
    const parents = Array.from({ length: 300 }, (_, node) =>
      node === 299 ? -1 : node + 1 + Math.floor(next() * Math.min(60, 299 - node)),
    );
    const drawing = await layoutDrawing(
      named({ parents, parts: restrictedGrowth(parents.map((_, node) => node >> 2)) }),
    );
    expect(drawing.nodes).toHaveLength(300);
    expect(drawing.outlines).toHaveLength(75);
  });

  test("says in one line what is too large", async () => {
    const size = largestDrawing + 1;
    const chain = Array.from({ length: size }, (_, node) => (node === size - 1 ? -1 : node + 1));
    const alone = chain.map((_, node) => node);
    await expect(layoutDrawing(named({ parents: chain, parts: alone }))).rejects.toThrow(
      new DrawingError("a diagram of 2001 nodes is too large to be drawn; at most 2000 nodes fit"),
    );
    const pairs = Array.from({ length: 2000 }, (_, node) => node % 1000);
    await expect(
      layoutDrawing(named({ parents: [...chain.slice(0, 1999), -1], parts: pairs })),
    ).rejects.toThrow(
      /^the parts of this diagram are spread too far to be outlined \(2000 nodes, 1000 parts.*\): draw smaller pieces of it$/,
    );
  });
});
