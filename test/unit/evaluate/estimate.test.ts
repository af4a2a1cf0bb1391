import { describe, expect, test } from "vitest";
import { rowWords } from "../../../src/compile/index.js";
import {
  type Diagram,
  enumerateDiagrams,
  formatShortForm,
  isRootAlone,
  nodesOfParts,
} from "../../../src/diagram/index.js";
import type { Source } from "../../../src/evaluate/directional/branch.js";
import { DirectionalContraction } from "../../../src/evaluate/directional/contraction.js";
import { SampledContraction } from "../../../src/evaluate/estimate/sampled-contraction.js";
import { type Product, SampledPlans } from "../../../src/evaluate/estimate/sampled-plans.js";
import { SampledRows } from "../../../src/evaluate/estimate/sampled-rows.js";
import { lossSource } from "../../../src/evaluate/estimate/sampled-slots.js";
import type { Root } from "../../../src/evaluate/root.js";
import type { Expression, Landscape } from "../../../src/landscape/index.js";
import { analyzeText } from "../../../src/language/index.js";
import type { WeightFunction } from "../../../src/observables/index.js";
import { directional } from "./directional-rows.js";

const text = "weights u = 0.3, v = -0.2 data x ~ rows loss exp(u*x/2) + u*v*x^2 + sin(v + x/3)*u + x*v^3";

/** Two rows, so that every sample there is can be looked at. */
async function landscapeOfRows(): Promise<Landscape> {
  const body = text.replace("data x ~ rows", "data x ~ discrete(1: 1/2, 2: 1/2)");
  const file = await analyzeText(`landscape two { ${body} }`);
  const landscape = file.landscapes.get("two") as Landscape;
  return { ...landscape, data: [{ kind: "rows", names: ["x"], values: Float64Array.of(1, 2) }] } as Landscape;
}

const written = await landscapeOfRows();
const landscape = directional(written, { metric: [1, 1.5] });
const exact = new DirectionalContraction(landscape);
const plans = new SampledPlans(3);

/** Of the plans of diagrams one each, and no pass that serves several: so that few slots are drawn. */
class OnePlan extends SampledPlans {
  constructor(private readonly number: number) {
    super(0);
  }

  override open(diagram: Diagram): readonly Product[] {
    return this.one(plans.open(diagram));
  }

  override single(diagram: Diagram, root: Source): readonly Product[] {
    return this.one(plans.single(diagram, root));
  }

  private one(products: readonly Product[]): readonly Product[] {
    return [products[this.number % products.length]!];
  }
}

/** One number of each kind of plans, which are of one kind where they differ by the numbers of their slots. */
function kindsOf(products: readonly Product[]): number[] {
  const kinds = new Map<string, number>();
  products.forEach((product, number) => {
    const names: string[] = [];
    const text = JSON.stringify(
      product.factors.map((branches) => branches.map(({ name }) => name).sort()),
    ).replaceAll(/\d/g, (slot) => {
      if (!names.includes(slot)) {
        names.push(slot);
      }
      return `${names.indexOf(slot)}`;
    });
    if (!kinds.has(text)) {
      kinds.set(text, number);
    }
  });
  return [...kinds.values()];
}

const planned = (diagram: Diagram, root: "loss" | "open") =>
  root === "open" ? plans.open(diagram) : plans.single(diagram, lossSource);

/** The mean over all samples of two rows that there are, with as many rows a slot as cumulants take. */
function meanOverSamples(diagram: Diagram, root: Root, number: number): number[] {
  const size = Math.max(...nodesOfParts(diagram).map((nodes) => nodes.length)) > 2 ? 3 : 2;
  const slots: number[] = [];
  const one = new OnePlan(number);
  const find = (bitOf: (slot: number, index: number) => number) => {
    const words = (_: number, slot: number, index: number) => {
      if (!slots.includes(slot)) {
        slots.push(slot);
      }
      // Slots that have more rows have them over again.
      return bitOf(slot, index % size) * 2 ** 31;
    };
    return new SampledContraction(landscape, new SampledRows(landscape.loss, words, size), 0, one).contract(
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
    for (const number of kindsOf(planned(diagram, "loss"))) {
      expectSame(meanOverSamples(diagram, "loss", number), exact.contract(diagram, "loss"));
    }
  });
  test.each(
    diagrams.filter(
      ([, diagram]) =>
        isRootAlone(diagram) && diagram.parents.filter((p) => p === diagram.parents.length - 1).length === 1,
    ),
  )("of %s with an open root", (_, diagram) => {
    for (const number of kindsOf(planned(diagram, "open"))) {
      expectSame(meanOverSamples(diagram, "open", number), exact.contract(diagram, "open"));
    }
  });
});

describe("a sample", () => {
  const rows = new SampledRows(landscape.loss, rowWords(3), 5);
  const endsOpen = (diagram: Diagram) =>
    isRootAlone(diagram) && diagram.parents.filter((p) => p === diagram.parents.length - 1).length === 1;

  test.each(diagrams)("of %s is the mean of its plans, each with passes of its own", (_, diagram) => {
    const roots = ["loss", ...(endsOpen(diagram) ? ["open"] : [])] as const;
    for (const root of roots as readonly ("loss" | "open")[]) {
      const found = new SampledContraction(landscape, rows, 7, plans).contract(diagram, root);
      const count = planned(diagram, root).length;
      const own = Array.from({ length: 12 * count }, (__, number) =>
        new SampledContraction(landscape, rows, 7, new OnePlan(number)).contract(diagram, root),
      );
      expectSame(
        [...found],
        Float64Array.from(found, (___, entry) => own.reduce((sum, one) => sum + one[entry]! / own.length, 0)),
      );
    }
  });

  const alone = diagrams.map(([, diagram]) => diagram).filter(isRootAlone);
  const curved: WeightFunction = {
    name: "curved",
    value: {
      kind: "power",
      base: { kind: "symbol", name: "u" },
      exponent: { kind: "number", value: 4 },
    } as Expression,
  };
  const rootInPart = diagrams.map(([, diagram]) => diagram).filter((diagram) => !isRootAlone(diagram));
  const cases: [string, readonly [Diagram, Root][]][] = [
    ["the test loss", alone.map((diagram) => [diagram, "loss"])],
    ["the gap", rootInPart.map((diagram) => [diagram, "loss"])],
    ["the train loss", [...alone, ...rootInPart].map((diagram) => [diagram, "loss"])],
    ["a displacement", alone.filter(endsOpen).map((diagram) => [diagram, "open"])],
    ["a function", alone.map((diagram) => [diagram, curved])],
  ];
  test.each(cases)("of all diagrams of %s is at most 60 gradients a row", (_, list) => {
    const counted = directional(written, { isTogether: true });
    const contraction = new SampledContraction(counted, new SampledRows(counted.loss, rowWords(0), 5), 0);
    const asked: [number, number, number] = [...counted.passes];
    for (const [diagram, root] of list) {
      contraction.contract(diagram, root);
    }
    const gradients = counted.passes.reduce((sum, count, k) => sum + (count - asked[k]!) * 2 ** k, 0);
    expect(gradients).toBe(contraction.work);
    expect(gradients / 5).toBeLessThanOrEqual(60);
  });
});
