import { describe, expect, it as test } from "vitest";
import { type Diagram, enumerateDiagrams } from "../../../src/diagram/index.js";
import { type Drawing, type DrawnNode, layoutDrawing, type Point } from "../../../src/drawing/index.js";
import { boxOf, isEnclosed, walk } from "./geometry.js";
import { named, numbersFrom, randomDiagram } from "./inputs.js";

function faultsOfOutlines(drawing: Drawing): string[] {
  return drawing.outlines.flatMap((outline) => {
    const loops = outline.paths.map((path) => walk(path, 4));
    const open = loops.filter(
      (loop) => Math.hypot(loop[0]!.x - loop.at(-1)!.x, loop[0]!.y - loop.at(-1)!.y) > 1e-6,
    );
    const nodes = drawing.nodes.flatMap((node) => {
      const belongs = outline.nodes.includes(node.node);
      const rim = Math.min(...loops.flat().map(({ x, y }) => Math.hypot(x - node.x, y - node.y)));
      if (isEnclosed(node, loops) === belongs && rim > node.radius + 1) {
        return [];
      }
      return [`part ${outline.part} ${belongs ? "loses" : "takes in"} node ${node.node}`];
    });
    return [...open.map(() => `part ${outline.part} is not closed`), ...nodes];
  });
}

function faultsOfNodes(drawing: Drawing, diagram: Diagram): string[] {
  const faults: string[] = [];
  const gap = (a: DrawnNode, b: DrawnNode): number => Math.hypot(a.x - b.x, a.y - b.y) - a.radius - b.radius;
  for (const a of drawing.nodes) {
    const label = boxOf(a.label);
    if (label.left < 0 || label.top < 0 || label.right > drawing.width || label.bottom > drawing.height) {
      faults.push(`the name of ${a.node} leaves the drawing`);
    }
    for (const b of drawing.nodes) {
      if (b.node > a.node && gap(a, b) < 10) {
        faults.push(`${a.node} and ${b.node} are too near`);
      }
      const dx = Math.max(label.left - b.x, 0, b.x - label.right);
      const dy = Math.max(label.top - b.y, 0, b.y - label.bottom);
      if (Math.hypot(dx, dy) < b.radius) {
        faults.push(`the name of ${a.node} covers ${b.node}`);
      }
      const other = boxOf(b.label);
      const apart =
        label.right <= other.left ||
        other.right <= label.left ||
        label.bottom <= other.top ||
        other.bottom <= label.top;
      if (b.node > a.node && !apart) {
        faults.push(`the names of ${a.node} and ${b.node} overlap`);
      }
    }
    const parent = diagram.parents[a.node]!;
    if (parent !== -1 && drawing.nodes[parent]!.x - a.x < 40) {
      faults.push(`${a.node} is not left of its parent`);
    }
  }
  for (const { paths, part } of drawing.outlines) {
    for (const { x, y } of paths.flatMap((path) => walk(path, 3))) {
      if (x < 3 || y < 3 || x > drawing.width - 3 || y > drawing.height - 3) {
        faults.push(`outline ${part} leaves the drawing`);
      }
    }
  }
  return faults;
}

function faultsOfEdges(drawing: Drawing, diagram: Diagram): string[] {
  const drawn = drawing.edges.map(({ from, to }) => `${from}-${to}`).join(" ");
  const meant = diagram.parents
    .flatMap((parent, node) => (parent === -1 ? [] : [`${node}-${parent}`]))
    .join(" ");
  const faults = drawn === meant ? [] : [`edges ${drawn} instead of ${meant}`];
  for (const { from, to, path } of drawing.edges) {
    const points = walk(path, 12);
    const touches = (node: DrawnNode, point: Point): boolean =>
      Math.abs(Math.hypot(node.x - point.x, node.y - point.y) - node.radius) < 0.01;
    if (!touches(drawing.nodes[from]!, points[0]!) || !touches(drawing.nodes[to]!, points.at(-1)!)) {
      faults.push(`edge ${from}-${to} hangs in the air`);
    }
    for (const node of drawing.nodes) {
      if (node.node === from || node.node === to) {
        continue;
      }
      if (points.some(({ x, y }) => Math.hypot(x - node.x, y - node.y) < node.radius + 1)) {
        faults.push(`edge ${from}-${to} runs into ${node.node}`);
      }
    }
  }
  return faults;
}

async function faultsOf(diagram: Diagram): Promise<string[]> {
  const drawing = await layoutDrawing(named(diagram));
  const several = diagram.parts.filter((part, node) => diagram.parts.indexOf(part) !== node);
  const outlined = new Set(several).size === drawing.outlines.length ? [] : ["a part has no outline"];
  return [
    ...outlined,
    ...faultsOfOutlines(drawing),
    ...faultsOfNodes(drawing, diagram),
    ...faultsOfEdges(drawing, diagram),
  ].map((fault) => `${JSON.stringify(diagram)}: ${fault}`);
}

describe("the geometry of drawings", () => {
  test("is sound for every diagram of up to four edges, and for some hundreds of five and six", async () => {
    let count = 0;
    for (const [edges, every] of [
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 10],
      [6, 100],
    ] as const) {
      let index = 0;
      for (const { diagram } of enumerateDiagrams(edges, {})) {
        if (index++ % every !== 0) {
          continue;
        }
        expect(await faultsOf(diagram)).toEqual([]);
        count++;
      }
    }
    expect(count).toBe(124 + 70 + 59);
  });

  test.each([
    ["6 edges, the root in any part", 7, 60],
    ["a dozen nodes", 13, 20],
    ["some dozens of nodes", 40, 5],
    ["more nodes than ELK is asked to place", 90, 3],
  ])("is sound for random diagrams of %s", async (_, nodes, count) => {
    const next = numbersFrom(nodes);
    for (let trial = 0; trial < count; trial++) {
      expect(await faultsOf(randomDiagram(nodes, next))).toEqual([]);
    }
  });

  test("can tell a wrong outline from a right one", async () => {
    const drawing = await layoutDrawing(named({ parents: [3, 3, 3, -1], parts: [0, 0, 1, 2] }));
    const [outline] = drawing.outlines;
    expect(faultsOfOutlines(drawing)).toEqual([]);
    const faulty = (nodes: number[]): string[] =>
      faultsOfOutlines({ ...drawing, outlines: [{ ...outline!, nodes }] });
    expect(faulty([0])).toEqual(["part 0 takes in node 1"]);
    expect(faulty([0, 1, 2])).toEqual(["part 0 loses node 2"]);
  });
});
