import { describe, expect, it as test } from "vitest";
import { parseShortForm } from "../../../src/diagram/index.js";
import { type DrawingInput, drawingToTikz, layoutDrawing } from "../../../src/drawing/index.js";

// A real LaTeX compiles these files: `npm run check:tikz`, to be run whenever they change
// (`vitest run --project unit test/unit/drawing/tikz-golden.test.ts -u` writes them anew).
const drawings: Readonly<Record<string, DrawingInput>> = {
  skew: {
    diagram: parseShortForm("(012-3)(03-13-23)"),
    name: "skew",
    nodeNames: ["a", "b", "c", "test"],
    partNames: ["S", undefined],
  },
  names: {
    diagram: parseShortForm("(01-23-4-5)(04-14-24-34-45)"),
    name: "größe 重み",
    nodeNames: ["θ", "naïve_50%", "重み", "\\end{document}$#&~^", "Übung", "…′"],
    partNames: ["Σ", "Ω_1", undefined, undefined],
  },
  broken: {
    diagram: { parents: [1, -1, 3, -1], parts: [0, 1, 0, 2] },
    name: "broken",
    nodeNames: ["a", "b", "c", "out"],
    partNames: ["P", undefined, undefined],
    marks: { nodes: [1], edges: [0], parts: [0], strays: [{ from: 1, to: 0 }] },
  },
};

describe("TikZ that LaTeX has compiled", () => {
  test.each(Object.keys(drawings))("%s is as it was", async (name) => {
    const tikz = drawingToTikz(await layoutDrawing(drawings[name]!));
    await expect(tikz).toMatchFileSnapshot(`golden/${name}.tex`);
  });

  test("keeps names as they are in its comments", async () => {
    const [first, second] = drawingToTikz(await layoutDrawing(drawings.names!)).split("\n");
    expect(first).toBe("% größe 重み");
    expect(second).toContain("Part Σ joins θ and naïve_50%.");
  });
});
