import { describe, expect, test } from "vitest";
import {
  type Diagram,
  enumerateDiagrams,
  formatTwoRooted,
  isJoined,
  makeDiagram,
  parseShortForm,
  splitRoot,
} from "../../../src/diagram/index.js";

function diagram(form: string): Diagram {
  return parseShortForm(form);
}

const forms = (form: string) => splitRoot({ diagram: diagram(form) }).map(formatTwoRooted);

describe("a root in two", () => {
  test("has an edge or more on either side, once up to symmetries", () => {
    expect(forms("(01-2)(02-12)")).toEqual(["(01-2-3)(02-13)(2|3)"]);
    expect(forms("(01-2)(01-12)")).toEqual([]);
    // One of the three alike at the first root, or two.
    expect(
      splitRoot({ diagram: diagram("(012-3)(03-13-23)") }).map(({ automorphisms }) => automorphisms),
    ).toEqual([2, 2]);
    expect(forms("(012-3)(03-13-23)").toSorted()).toEqual([
      "(012-3-4)(03-14-24)(3|4)",
      "(012-3-4)(04-13-23)(3|4)",
    ]);
  });

  test("counts the symmetries that keep each root", () => {
    for (const edges of [2, 3, 4]) {
      for (const { diagram: whole, automorphisms } of enumerateDiagrams(edges)) {
        const degree = whole.parents.filter((parent) => parent === edges).length;
        const splits = splitRoot({ diagram: whole });
        const ways = splits.reduce((sum, one) => sum + automorphisms / one.automorphisms, 0);
        // Each choice of a first root's edges is one of the diagram's symmetries' images of one split.
        expect(ways).toBe(Math.max(0, 2 ** degree - 2));
      }
    }
  });

  test("is joined where a part has nodes below both", () => {
    const joined = (form: string) =>
      splitRoot({ diagram: diagram(form) }).map((one) => [formatTwoRooted(one), isJoined(one)]);
    expect(joined("(0-1-2)(02-12)")).toEqual([["(0-1-2-3)(02-13)(2|3)", false]]);
    expect(Object.fromEntries(joined("(01-2-3)(03-13-23)"))).toEqual({
      "(01-2-3-4)(03-14-24)(3|4)": true,
      "(01-2-3-4)(04-13-23)(3|4)": true,
      "(0-12-3-4)(04-13-23)(3|4)": false,
      "(0-12-3-4)(03-14-24)(3|4)": false,
    });
  });

  test("is written with dots where there are more than ten nodes with both", () => {
    const edges = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    const { diagram: star } = makeDiagram([...edges.map(() => 9), -1], [...edges.map(() => 0), 1]);
    const [first] = splitRoot({ diagram: star }, (one) => one === 1);
    expect(formatTwoRooted(first!)).toMatch(/^\(0\.[\d.]+-9-10\)\(0\.(?:9|10)-[-\d.]+\)\(9\|10\)$/);
  });
});
