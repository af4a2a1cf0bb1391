import fc from "fast-check";
import { expect, test } from "vitest";
import { times } from "../times.js";
import { analyze } from "./workspace.js";

/** A random program, written with random white space, and what it must mean. */
interface Sample {
  readonly text: string;
  readonly parentOf: ReadonlyMap<string, string | undefined>;
  readonly partOf: ReadonlyMap<string, number>;
}

const gap = fc.constantFrom(" ", "\n", "\t ", " /* , -> } */ ", " // { diagram d\n", "\r\n");

const sample: fc.Arbitrary<Sample> = fc
  .record({
    choices: fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 }),
    labels: fc.array(fc.nat(5), { minLength: 13, maxLength: 13 }),
    order: fc.array(fc.nat(1000), { minLength: 13, maxLength: 13 }),
    gaps: fc.array(gap, { minLength: 200, maxLength: 200 }),
    grouped: fc.boolean(),
  })
  .map(({ choices, labels, order, gaps, grouped }) => {
    const size = choices.length + 1;
    const names = Array.from({ length: size }, (_, node) => `n${node}`);
    // Node 0 is the root; every other node's parent comes before it.
    const parents = [-1, ...choices.map((choice, index) => choice % (index + 1))];
    const groups = new Map<number, string[]>();
    parents.forEach((parent, node) => {
      if (parent >= 0) {
        groups.set(parent, [...(groups.get(parent) ?? []), names[node]!]);
      }
    });
    const edges = [...groups].flatMap(([parent, children]) =>
      grouped
        ? [`${children.join(" , ")} -> ${names[parent]}`]
        : children.map((child) => `${child} -> ${names[parent]}`),
    );
    const parts = new Map<number, string[]>();
    names.slice(1).forEach((name, index) => {
      const label = labels[index]!;
      if (label < 4) {
        parts.set(label, [...(parts.get(label) ?? []), name]);
      }
    });
    const statements = [
      ...edges,
      ...[...parts].map(
        ([label, nodes]) => `part ${label % 2 ? `P${label} = ` : ""}{ ${nodes.join(" , ")} }`,
      ),
    ];
    const shuffled = statements
      .map((statement, index) => ({ statement, key: order[index % order.length]! }))
      .sort((one, other) => one.key - other.key)
      .map(({ statement }) => statement);
    let at = 0;
    const text = `multi_epoch diagram d { ${shuffled.join(" ")} }`.replace(
      / /g,
      () => gaps[at++ % gaps.length]!,
    );
    return {
      text,
      parentOf: new Map(names.map((name, node) => [name, names[parents[node]!]])),
      partOf: new Map(
        names.map((name, node) => {
          const label = node === 0 ? 4 : labels[node - 1]!;
          return [name, label < 4 ? label : 10 + node];
        }),
      ),
    };
  });

test("random diagrams mean what is written", async () => {
  await fc.assert(
    fc.asyncProperty(sample, async ({ text, parentOf, partOf }) => {
      const { diagrams, diagnostics } = await analyze(text);
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      const { diagram, nodeNames, partNames } = diagrams.get("d")!;
      expect(new Set(nodeNames)).toEqual(new Set(parentOf.keys()));
      nodeNames.forEach((name, node) => {
        expect(nodeNames[diagram.parents[node]!]).toBe(parentOf.get(name));
        nodeNames.forEach((other, index) => {
          expect(diagram.parts[node] === diagram.parts[index]).toBe(partOf.get(name) === partOf.get(other));
        });
        const label = partOf.get(name)!;
        expect(partNames[diagram.parts[node]!]).toBe(label < 4 && label % 2 ? `P${label}` : undefined);
      });
    }),
    { numRuns: times(150) },
  );
});

test("random landscapes and verifies mean what is written", async () => {
  const number = fc.double({ min: -1e3, max: 1e3, noNaN: true, noDefaultInfinity: true });
  const whole = fc.integer({ min: 1, max: 50 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom("u", "v", "w", "data", "loss", "π", "E"), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.array(number, { minLength: 5, maxLength: 5 }),
      fc.tuple(whole, whole, whole),
      fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
      fc.array(gap, { minLength: 100, maxLength: 100 }),
      async (names, starts, [batches, E, B], etas, gaps) => {
        const rates = [...new Set(etas)];
        const N = batches * B;
        let at = 0;
        const text =
          `landscape l { weights ${names.map((name, index) => `${name} = ${starts[index]}`).join(" , ")} data x ~ normal( ${starts[0]} , ${Math.abs(starts[1]!) + 1} ) loss ${names.map((name) => `${name} ^ 2`).join(" + ")} + x }
          verify check { landscape l sgd( E = ${E} , N = ${N} , B = ${B} , shuffle = reshuffled ) eta = ${rates.join(" , ")} observe displacement( ${names.at(-1)} ) predict series 2 }`.replace(
            / /g,
            () => gaps[at++ % gaps.length]!,
          );
        const { landscapes, verifies, diagnostics } = await analyze(text);
        expect(diagnostics).toEqual([]);
        expect(landscapes.get("l")).toMatchObject({
          weights: names.map((name, index) => ({ name, start: starts[index]! === 0 ? 0 : starts[index] })),
          data: [
            { distribution: "normal", name: "x", parameters: [expect.any(Number), Math.abs(starts[1]!) + 1] },
          ],
        });
        expect(verifies.get("check")).toMatchObject({
          spacetime: { optimiser: "sgd", parameters: { N, E, B, shuffle: "reshuffled" } },
          etas: rates,
          observables: [{ name: "displacement", weights: [names.length - 1] }],
          prediction: { kind: "series", order: 2 },
        });
      },
    ),
    { numRuns: times(80) },
  );
});
