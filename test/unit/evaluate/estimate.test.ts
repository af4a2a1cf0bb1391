import { describe, expect, test } from "vitest";
import { type Diagram, enumerateDiagrams, formatShortForm, isRootAlone } from "../../../src/diagram/index.js";
import { DirectionalContraction } from "../../../src/evaluate/directional/contraction.js";
import { SampledContraction } from "../../../src/evaluate/estimate/sampled-contraction.js";
import { SampledRows } from "../../../src/evaluate/estimate/sampled-rows.js";
import type { Root } from "../../../src/evaluate/root.js";
import type { Landscape } from "../../../src/landscape/index.js";
import { analyzeText } from "../../../src/language/index.js";
import { directional } from "./directional-rows.js";

const text = "weights u = 0.3, v = -0.2 data x ~ rows loss exp(u*x/2) + u*v*x^2 + sin(v + x/3)*u + x*v^3";

/** Two rows, so that every sample there is can be looked at. */
async function landscapeOfRows(): Promise<Landscape> {
  const body = text.replace("data x ~ rows", "data x ~ discrete(1: 1/2, 2: 1/2)");
  const file = await analyzeText(`landscape two { ${body} }`);
  const landscape = file.landscapes.get("two") as Landscape;
  return { ...landscape, data: [{ kind: "rows", names: ["x"], values: Float64Array.of(1, 2) }] } as Landscape;
}

const landscape = directional(await landscapeOfRows(), { metric: [1, 1.5] });
const exact = new DirectionalContraction(landscape);

/** The mean over all samples of two rows that there are, with so many rows a slot. */
function meanOverSamples(diagram: Diagram, root: Root, size: number): number[] {
  const slots: number[] = [];
  const find = (bitOf: (slot: number, index: number) => number) => {
    const words = (_: number, slot: number, index: number) => {
      if (!slots.includes(slot)) {
        slots.push(slot);
      }
      return bitOf(slot, index) * 2 ** 31;
    };
    return new SampledContraction(landscape, new SampledRows(landscape.loss, words, size), 0).contract(
      diagram,
      root,
    );
  };
  const sums = new Array<number>(find(() => 0).length).fill(0);
  const count = 2 ** (size * slots.length);
  for (let sample = 0; sample < count; sample++) {
    const value = find((slot, index) => (sample >> (slots.indexOf(slot) * size + index)) & 1);
    value.forEach((one, entry) => {
      sums[entry]! += one / count;
    });
  }
  return sums;
}

const diagrams = [1, 2, 3].flatMap((edges) =>
  [...enumerateDiagrams(edges, { irreducible: false, rootInPart: true, pathCondition: false })].map(
    ({ diagram }) => [formatShortForm(diagram), diagram] as const,
  ),
);

function expectSame(found: readonly number[], expected: ArrayLike<number>): void {
  found.forEach((value, entry) => {
    expect(Math.abs(value - expected[entry]!)).toBeLessThanOrEqual(
      1e-11 * Math.max(1, Math.abs(expected[entry]!)),
    );
  });
}

describe("the mean over all samples is the exact value", () => {
  test.each(diagrams)("of %s", (_, diagram) => {
    expectSame(meanOverSamples(diagram, "loss", 3), exact.contract(diagram, "loss"));
  });
  test.each(
    diagrams.filter(
      ([, diagram]) =>
        isRootAlone(diagram) && diagram.parents.filter((p) => p === diagram.parents.length - 1).length === 1,
    ),
  )("of %s with an open root", (_, diagram) => {
    expectSame(meanOverSamples(diagram, "open", 3), exact.contract(diagram, "open"));
  });
});
