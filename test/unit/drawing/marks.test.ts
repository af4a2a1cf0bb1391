import { describe, expect, it as test } from "vitest";
import {
  type Drawing,
  drawingToSvg,
  drawingToTikz,
  type InputMarks,
  layoutDrawing,
} from "../../../src/drawing/index.js";
import { named } from "./inputs.js";

const nothing: InputMarks = { nodes: [], edges: [], parts: [], strays: [] };

/** Two trees and a lone node: 0 and 1 to 2, 3 to 5, and 4; a part joins the two trees. */
const forest = { parents: [2, 2, -1, 5, -1, -1], parts: [0, 1, 2, 0, 3, 4] };

function draw(marks: Partial<InputMarks>): Promise<Drawing> {
  return layoutDrawing({ ...named(forest), marks: { ...nothing, ...marks } });
}

const distance = (a: { x: number; y: number }, b: { x: number; y: number }) =>
  Math.hypot(a.x - b.x, a.y - b.y);

describe("a forest", () => {
  test("is drawn with all its roots in the rightmost layer, its parts outlined across trees", async () => {
    const { nodes, edges, outlines, width, height } = await layoutDrawing(named(forest));
    expect(nodes.map(({ isRoot }) => isRoot)).toEqual([false, false, true, false, true, true]);
    const right = Math.max(...nodes.map(({ x }) => x));
    for (const node of nodes) {
      expect(node.x === right).toBe(node.isRoot);
      expect(node.x + node.radius < width && node.y + node.radius < height).toBe(true);
      for (const other of nodes.slice(0, node.node)) {
        expect(distance(node, other)).toBeGreaterThan(node.radius + other.radius);
      }
    }
    expect(edges.map(({ from, to }) => [from, to])).toEqual([
      [0, 2],
      [1, 2],
      [3, 5],
    ]);
    expect(outlines.map((outline) => outline.nodes)).toEqual([[0, 3]]);
  });

  test("of lone nodes is drawn too, also without ELK", async () => {
    const lone = { parents: Array<number>(90).fill(-1), parts: [...Array(90).keys()] };
    for (const fast of [false, true]) {
      expect((await layoutDrawing(named(lone), { fast })).nodes).toHaveLength(90);
    }
    const { nodes } = await layoutDrawing(named(forest), { fast: true });
    expect(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(6);
  });
});

describe("marks", () => {
  test("of edges beside the tree join their nodes, away from the tree's own edges and within the drawing", async () => {
    const strays = [
      { from: 0, to: 2 },
      { from: 2, to: 0 },
      { from: 4, to: 4 },
      { from: 2, to: 5 },
    ];
    const drawing = await draw({ strays });
    const drawn = drawing.marks!.strays;
    expect(drawn.map(({ from, to }) => ({ from, to }))).toEqual(strays);
    for (const { from, to, path } of drawn) {
      const [start, end] = [drawing.nodes[from]!, drawing.nodes[to]!];
      expect(distance(start, path.start)).toBeCloseTo(start.radius, 0);
      expect(distance(end, path.curves.at(-1)!.end)).toBeCloseTo(end.radius, 0);
      for (const { x, y } of path.curves.map((curve) => ({
        x: (path.start.x + 3 * curve.control1.x + 3 * curve.control2.x + curve.end.x) / 8,
        y: (path.start.y + 3 * curve.control1.y + 3 * curve.control2.y + curve.end.y) / 8,
      }))) {
        expect(x > 0 && y > 0 && x < drawing.width && y < drawing.height).toBe(true);
        for (const node of drawing.nodes) {
          expect(distance(node, { x, y })).toBeGreaterThan(node.radius);
        }
      }
    }
    const middles = drawn.slice(0, 2).map(({ path: { start, curves } }) => {
      const { control1, control2, end } = curves[0]!;
      return {
        x: (start.x + 3 * control1.x + 3 * control2.x + end.x) / 8,
        y: (start.y + 3 * control1.y + 3 * control2.y + end.y) / 8,
      };
    });
    expect(distance(middles[0]!, middles[1]!)).toBeGreaterThan(5);
  });

  test("are red dashes and crosses in SVG and TikZ, and words for those who cannot see them", async () => {
    const plain = await layoutDrawing(named(forest));
    const marked = await draw({ nodes: [2, 4], edges: [3], parts: [0], strays: [{ from: 0, to: 5 }] });
    const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
    const svg = drawingToSvg(marked);
    const group = /<g fill="none" stroke="#e03a3a"[^>]*stroke-dasharray[\s\S]*?<\/g>/.exec(svg)![0];
    expect([count(group, /<circle/g), count(group, /<path/g)]).toEqual([2, 3]);
    expect(svg).toContain("an edge too many, from a to node5");
    expect(count(drawingToSvg(plain), /e03a3a/g)).toBe(0);
    const tikz = drawingToTikz(marked);
    expect(count(tikz, /\\draw\[wrong, [^\]]*dash pattern/g)).toBe(5);
    expect(count(tikz, /\\draw\[wrong, line width=[\d.]+pt\]/g)).toBe(2);
    expect(tikz).toContain("\\definecolor{wrong}{HTML}{E03A3A}");
    expect(drawingToTikz(plain)).not.toContain("wrong");
    expect(plain.description).toMatch(/^A diagram of 6 nodes and 3 edges, in several trees with roots /);
    expect(marked.description).toMatch(
      /^A broken diagram .*Beside the tree is an edge from a to node5\. Marked as wrong: node2 and e\.$/,
    );
    expect("marks" in plain).toBe(false);
  });
});
