import { describe, expect, test } from "vitest";
import {
  canonicalForm,
  canonicalize,
  enumerateDiagrams,
  formatShortForm,
  leastDiagramCount,
} from "../../../src/diagram/index.js";

/** THEORY §2: how many diagrams of 0 to 6 edges there are, root alone, up to isomorphism. */
const counts = [
  { filter: {}, expected: [1, 1, 4, 17, 101, 700, 5861] },
  { filter: { pathCondition: true }, expected: [1, 1, 3, 9, 37, 166, 926] },
  { filter: { irreducible: true }, expected: [1, 1, 3, 12, 65, 423, 3379] },
  { filter: { irreducible: true, pathCondition: true }, expected: [1, 1, 2, 6, 21, 85, 439] },
];

describe("enumeration", () => {
  test.each(counts)("counts of THEORY §2 with $filter", ({ filter, expected }) => {
    const found = expected.map((_, edges) => [...enumerateDiagrams(edges, filter)].length);
    expect(found).toEqual(expected);
  });

  test.each([{}, { rootInPart: true }])("yields each class once, in canonical form, with %j", (filter) => {
    for (let edges = 0; edges <= 4; edges++) {
      const seen = new Set<string>();
      for (const { diagram, automorphisms } of enumerateDiagrams(edges, filter)) {
        const form = formatShortForm(diagram);
        expect(canonicalForm(diagram)).toBe(form);
        expect(canonicalize(diagram)!.automorphisms).toBe(automorphisms);
        expect(seen.has(form)).toBe(false);
        seen.add(form);
      }
    }
  });

  test("the size of a request is bounded from below", () => {
    for (let edges = 0; edges <= 6; edges++) {
      expect(leastDiagramCount(edges)).toBeLessThanOrEqual(counts[0]!.expected[edges]!);
    }
    expect(() => [...enumerateDiagrams(40)]).toThrow(
      /at least 1\.\d?e?\+?\d* ?diagrams|at least .* diagrams of 40 edges/,
    );
    expect(() => [...enumerateDiagrams(-1)]).toThrow(/whole number from 0 to 8/);
  });
});
