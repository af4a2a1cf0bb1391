import { DOMImplementation } from "@xmldom/xmldom";
import { describe, expect, test } from "vitest";
import { enumerateDiagrams, formatShortForm } from "../../../src/diagram/index.js";
import type { PlotLook } from "../../../src/plots/look.js";
import { smallDrawing, smallPlaces } from "../../../src/plots/small-drawing.js";

const document = new DOMImplementation().createDocument(
  "http://www.w3.org/2000/svg",
  "svg",
  null,
) as unknown as PlotLook["document"];
const draw = (text: string) => smallDrawing(text, 40, 20, { document, palette: { ink: "#000" } });
const all = [...enumerateDiagrams(4)].map(({ diagram }) => diagram);

describe("a small drawing", () => {
  test("has every node and edge of its diagram, apart from each other and within its box", () => {
    expect(all.length).toBeGreaterThan(20);
    for (const diagram of all) {
      const drawing = draw(formatShortForm(diagram))!;
      const circles = [...drawing.getElementsByTagName("circle")];
      const places = circles.map((circle) => ["cx", "cy"].map((name) => Number(circle.getAttribute(name))));
      expect(circles.length).toBe(diagram.parents.length);
      expect(drawing.getElementsByTagName("line").length).toBe(diagram.parents.length - 1);
      expect(new Set(places.map(String)).size).toBe(circles.length);
      for (const [x, y] of places) {
        expect(x! >= 0 && x! <= 40 && y! >= 0 && y! <= 20).toBe(true);
      }
    }
  });

  test("runs to the right, and ties the nodes of each part and no others", () => {
    for (const diagram of all) {
      const { columns, ties } = smallPlaces(diagram);
      diagram.parents.forEach((parent, node) => {
        expect(parent === -1 || columns[parent]! > columns[node]!).toBe(true);
      });
      expect(ties.every(([one, other]) => diagram.parts[one] === diagram.parts[other])).toBe(true);
      expect(ties.length).toBe(diagram.parts.length - new Set(diagram.parts).size);
    }
  });

  test.each(["<img src=x>", "(0-1", "(0-1)(01)(a|b)", ""])("is none of what is no diagram: %j", (text) => {
    expect(draw(text)).toBeUndefined();
  });
});
