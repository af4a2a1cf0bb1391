import { describe, expect, it as test } from "vitest";
import { parseShortForm } from "../../../src/diagram/index.js";
import {
  type Drawing,
  drawingToDot,
  drawingToJson,
  drawingToSvg,
  drawingToTikz,
  layoutDrawing,
  outlineStyle,
} from "../../../src/drawing/index.js";
import { named } from "./inputs.js";

const hostileNames = [
  "</text><script>alert(1)</script>",
  "\"a\" & 'b'",
  "\\end{document}%$#_^~{}",
  "\u0000\u0007\ud800 ]]>",
  "θ₀ … 重み é",
];

async function hostileDrawing(): Promise<Drawing> {
  const diagram = parseShortForm("(01-23-4)(04-14-24-34)");
  return layoutDrawing({
    diagram,
    name: "a -- b\nend </title>",
    nodeNames: hostileNames,
    partNames: ["<S>", "\\write18{x}", undefined],
  });
}

/** What is wrong with a text as an XML document, judged by the grammar of tags and references alone. */
function faultOfXml(xml: string): string | undefined {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xml)) {
    return "a character that XML forbids";
  }
  const open: string[] = [];
  let roots = 0;
  for (const [piece] of xml.trim().matchAll(/<[^>]*>|[^<]+/g)) {
    const tag = /^<(\/?)([a-z]+)((?: [\w:-]+="[^"<&]*(?:&#\d+;[^"<&]*)*")*)(\/?)>$/i.exec(piece);
    if (!tag) {
      if (piece.startsWith("<")) {
        return `not a tag: ${piece}`;
      }
      if (/&(?!#\d+;)/.test(piece)) {
        return `not a reference: ${piece}`;
      }
      if (open.length === 0 && piece.trim() !== "") {
        return `text outside: ${piece}`;
      }
      continue;
    }
    const [, closing, name, , empty] = tag;
    if (closing) {
      if (open.pop() !== name) {
        return `closed too early: ${piece}`;
      }
    } else {
      if (open.length === 0) {
        roots++;
      }
      if (!empty) {
        open.push(name!);
      }
    }
  }
  return open.length > 0 || roots !== 1 ? "not one closed element" : undefined;
}

describe("SVG", () => {
  test("is one well-formed document, whatever the names are", async () => {
    const svg = drawingToSvg(await hostileDrawing(), { ink: 'red" onload="x', background: "#fff" });
    expect(faultOfXml(svg)).toBeUndefined();
    expect(faultOfXml(`${svg}<p>`)).toBeDefined();
    expect(faultOfXml(svg.replace("</desc>", ""))).toBeDefined();
    expect(svg).not.toMatch(/<script|<image|<style|href=|url\(|onload="/i);
  });

  test("starts with its title and says the diagram in words", async () => {
    const svg = drawingToSvg(
      await layoutDrawing({
        ...named(parseShortForm("(01-2)(02-12)")),
        name: "skew",
        partNames: ["S", undefined],
      }),
    );
    expect(svg).toContain("<title>skew</title>");
    expect(svg).toContain(
      "<desc>A diagram of 3 nodes and 2 edges, with root node2. a and b point to node2. Part S joins a and b.</desc>",
    );
    expect(svg).toContain("<title>part S = {a, b}</title>");
    expect(svg).toContain("<title>node2: root, degree 2</title>");
  });

  test("takes its ink from the text around it unless it is given one", async () => {
    const drawing = await layoutDrawing(named(parseShortForm("(0-1)(01)")));
    expect(drawingToSvg(drawing)).toContain('stroke="currentColor"');
    expect(drawingToSvg(drawing)).not.toContain("<rect");
    const fixed = drawingToSvg(drawing, { ink: "#102030", background: "#fffff0" });
    expect(fixed).not.toContain("currentColor");
    expect(fixed).toContain('stroke="#102030"');
    expect(fixed).toContain('fill="#fffff0"');
  });

  test("draws one disc for a node, one arc for an edge, two strokes for an outline and one area for ties", async () => {
    const drawing = await layoutDrawing(named(parseShortForm("(03-12-4-5-6)(04-14-25-35-46-56)")));
    expect(drawing.outlines.map(({ form }) => form)).toEqual(["ties", "outline"]);
    const svg = drawingToSvg(drawing);
    const count = (pattern: RegExp): number => [...svg.matchAll(pattern)].length;
    expect(count(/<circle /g)).toBe(7 + 1);
    expect(count(/<path /g)).toBe(6 + 1 + 2);
    expect(count(/<text /g)).toBe(7 + 1);
    expect(count(/<path [^>]*fill-opacity="0.34"/g)).toBe(1);
    const tikz = drawingToTikz(drawing);
    expect(tikz.match(/fill opacity=0\.\d+/g)).toEqual(["fill opacity=0.34", "fill opacity=0.13"]);
    expect(tikz.match(/^\\draw\[part[AB], /gm)).toHaveLength(1);
  });
});

describe("TikZ", () => {
  test("escapes every character that TeX would act on", async () => {
    const tikz = drawingToTikz(await hostileDrawing());
    const names = [...tikz.matchAll(/\\node\[.*\] at \([-\d.]+,[-\d.]+\) \{(.*)\};/g)].map(
      ([, words]) => words,
    );
    expect(names).toContain(
      "\\textbackslash{}end\\{document\\}\\%\\$\\#\\_\\textasciicircum{}\\textasciitilde{}\\{\\}",
    );
    expect(names).toContain("$\\theta$$_{0}$ \\ldots{} \\texttt{U+91CD}\\texttt{U+307F} é");
    expect(names).toContain("\\textbackslash{}write18\\{x\\}");
    expect(names).toHaveLength(5 + 2);
  });

  test("keeps its comments on their lines and its braces balanced", async () => {
    const tikz = drawingToTikz(await hostileDrawing());
    const lines = tikz.split("\n");
    expect(lines.filter((line) => line.startsWith("%"))).toHaveLength(2);
    expect(lines[0]).toBe("% a -- b?end </title>");
    const code = lines
      .filter((line) => !line.startsWith("%"))
      .join("\n")
      .replace(/\\[{}%$#_&]/g, "");
    expect(code.split("{").length).toBe(code.split("}").length);
    expect(lines.find((line) => !line.startsWith("%"))).toMatch(/^\\documentclass\[tikz.*\]\{standalone\}$/);
    expect(tikz.trimEnd().endsWith("\\end{tikzpicture}\n\\end{document}")).toBe(true);
  });

  test("keeps every length within what TeX can count", async () => {
    const parents = Array.from({ length: 1200 }, (_, node) => (node === 1199 ? -1 : 1199));
    const tikz = drawingToTikz(
      await layoutDrawing(named({ parents, parts: parents.map((_, node) => node) })),
    );
    const lengths = [...tikz.matchAll(/\((-?[\d.]+),(-?[\d.]+)\)/g)].flatMap(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    expect(Math.max(...lengths.map(Math.abs))).toBeGreaterThan(10_000);
    expect(Math.max(...lengths.map(Math.abs))).toBeLessThan(16_383);
  });
});

describe("DOT", () => {
  test("lists nodes, clusters and edges, with quoted names", () => {
    const dot = drawingToDot({
      diagram: parseShortForm("(01-2)(02-12)"),
      name: 'a "b" \\ c',
      nodeNames: ['x"', "y\\", "z\n"],
      partNames: ["S"],
    });
    expect(dot).toMatch(/^digraph "a \\"b\\" \\\\ c" \{\n/);
    expect(dot).toContain('xlabel="x\\""');
    expect(dot).toContain('xlabel="y\\\\"');
    expect(dot).toContain('xlabel="z "');
    expect(dot).toMatch(/subgraph cluster_0 \{\n {4}graph \[label="S".*\n {4}0; 1;\n {2}\}/);
    expect(dot.match(/\d -> \d/g)).toEqual(["0 -> 2", "1 -> 2"]);
  });
});

describe("DOT of interleaved parts", () => {
  test("ties nodes that are no neighbours, without moving them, and lists nodes in the order of the drawing", () => {
    const dot = drawingToDot({
      diagram: parseShortForm("(03-12-4-5-6)(04-14-25-35-46-56)"),
      name: "crossed",
      nodeNames: [..."abcdefg"],
      partNames: ["S"],
    });
    expect(dot.match(/subgraph cluster_\d/g)).toEqual(["subgraph cluster_1"]);
    expect(dot).toContain(
      '  0 -> 3 [constraint=false, penwidth=9, color="#0077bb57", label="S", fontcolor="#0077bb"];',
    );
    const listed = [...dot.matchAll(/^ {2}(\d) \[/gm)].map(([, node]) => Number(node));
    expect(listed).toEqual([6, 4, 0, 1, 5, 2, 3]);
  });
});

describe("JSON", () => {
  test("is the drawing, to a hundredth of a px", async () => {
    const drawing = await layoutDrawing(named(parseShortForm("(01-23-4)(03-14-24-34)")));
    const read = JSON.parse(drawingToJson(drawing)) as Drawing;
    expect(Object.keys(read)).toEqual(Object.keys(drawing));
    expect(read.description).toBe(drawing.description);
    expect(read.nodes.map(({ name, degree, part }) => [name, degree, part])).toEqual(
      drawing.nodes.map(({ name, degree, part }) => [name, degree, part]),
    );
    read.nodes.forEach((node, index) => {
      expect(Math.abs(node.x - drawing.nodes[index]!.x)).toBeLessThanOrEqual(0.005001);
    });
    expect(read.outlines[0]!.paths[0]!.curves).toHaveLength(drawing.outlines[0]!.paths[0]!.curves.length);
  });
});

describe("styles", () => {
  test("differ from each other as long as there are enough", () => {
    const styles = Array.from({ length: 42 }, (_, index) => JSON.stringify(outlineStyle(index)));
    expect(new Set(styles).size).toBe(42);
    const dashes = Array.from({ length: 7 }, (_, index) => JSON.stringify(outlineStyle(index).dashes));
    expect(new Set(dashes).size).toBe(7);
  });
});
