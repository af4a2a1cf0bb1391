import fc from "fast-check";
import { derivative, type MathNode, parse } from "mathjs";
import { describe, expect, test } from "vitest";
import { expandLandscape } from "../../../src/landscape/index.js";
import { landscapeOf } from "./read.js";

/** A derivative's value by mathjs' symbolic differentiation. */
function symbolic(text: string, along: readonly string[], at: Record<string, number>): number {
  let node: MathNode = parse(text);
  for (const name of along) {
    node = derivative(node, name, { simplify: false });
  }
  return node.evaluate({ ...at }) as number;
}

describe("derivatives", () => {
  // [as we write it, the same for mathjs' derivative, a point]
  const functions: [string, string, number][] = [
    ["exp(w)", "exp(w)", 0.3],
    ["expm1(w)", "exp(w) - 1", 0.3],
    ["log(w)", "log(w)", 1.7],
    ["log1p(w)", "log(1 + w)", 0.4],
    ["log2(w)", "log(w) / log(2)", 1.3],
    ["log10(w)", "log(w) / log(10)", 1.3],
    ["sqrt(w)", "w^(1/2)", 2.1],
    ["cbrt(w)", "w^(1/3)", 2.1],
    ["cbrt(w)", "-(-w)^(1/3)", -2.1],
    ["sin(w)", "sin(w)", 0.8],
    ["cos(w)", "cos(w)", 0.8],
    ["tan(w)", "sin(w) / cos(w)", 0.8],
    ["asin(w)", "asin(w)", 0.4],
    ["acos(w)", "acos(w)", 0.4],
    ["atan(w)", "atan(w)", 1.4],
    ["sinh(w)", "sinh(w)", 0.7],
    ["cosh(w)", "cosh(w)", 0.7],
    ["tanh(w)", "sinh(w) / cosh(w)", 0.7],
    ["asinh(w)", "log(w + sqrt(w^2 + 1))", 0.7],
    ["acosh(w)", "log(w + sqrt(w^2 - 1))", 1.9],
    ["atanh(w)", "log((1 + w) / (1 - w)) / 2", 0.3],
    ["abs(w)", "-w", -0.3],
    ["softplus(w)", "log(1 + exp(w))", 0.7],
    ["sigmoid(w)", "1 / (1 + exp(-w))", -0.7],
    ["logcosh(w)", "log(cosh(w))", 0.7],
    ["w^2.5", "w^2.5", 1.2],
    ["w^-3", "w^(-3)", -1.2],
    ["w^7", "w^7", -0.6],
    ["2^w", "2^w", 0.9],
    ["w^w", "exp(w * log(w))", 1.4],
    ["w^(v*w)", "exp(v * w * log(w))", 1.4],
    ["v / w", "v / w", 1.4],
  ];
  test.each(functions)("%s is differentiated as %s is by mathjs", (ours, theirs, w) => {
    const at = { w, v: 0.6 };
    const expansion = expandLandscape(landscapeOf(`${ours} + 0*v`, at), { order: 5, partSize: 1 });
    for (let order = 0; order <= 5; order++) {
      for (let ofV = 0; ofV <= Math.min(order, 1); ofV++) {
        const along = [...Array(ofV).fill("v"), ...Array(order - ofV).fill("w")];
        const found = expansion.cumulant([expansion.derivative(along.map((name) => (name === "w" ? 0 : 1)))]);
        const wanted = symbolic(`${theirs} + 0*v`, along, at);
        expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-10 * (1 + Math.abs(wanted)));
      }
    }
  });

  test("high orders stay accurate", () => {
    // the k-th derivative of 1/w at 2 is (−1)^k k! / 2^(k+1); of tanh at 20, all tiny
    const expansion = expandLandscape(landscapeOf("1/w + tanh(10*w)", { w: 2 }), { order: 12, partSize: 1 });
    let factorial = 1;
    for (let k = 1; k <= 12; k++) {
      factorial *= k;
      const wanted = ((k % 2 === 0 ? 1 : -1) * factorial) / 2 ** (k + 1);
      const tail = -2 * (-20) ** k * Math.exp(-40);
      expect(expansion.cumulant([expansion.derivative(Array(k).fill(0))])).toBeCloseTo(wanted + tail, 8);
    }
  });

  const leaf = fc.constantFrom("u", "v", "w", "2", "0.5", "-1.5");
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: "e" },
      leaf,
      fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a} + ${b} - 1)`),
      fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a} * ${b})`),
      fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a} / (2 + (${b})^2))`),
      fc.tuple(tie("expression"), fc.integer({ min: 2, max: 4 })).map(([a, n]) => `(${a})^${n}`),
      fc
        .tuple(fc.constantFrom("sin", "cos", "tanh", "atan"), tie("expression"))
        .map(([f, a]) => `${f}(${a})`),
      tie("expression").map((a) => `exp(-(${a})^2)`),
      tie("expression").map((a) => `log(2 + (${a})^2)`),
      tie("expression").map((a) => `sqrt(1 + (${a})^2)`),
    ),
  }));

  test("random losses agree with mathjs", () => {
    const names = ["u", "v", "w"];
    fc.assert(
      fc.property(
        expression,
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 0, maxLength: 3 }),
        fc.tuple(...names.map(() => fc.integer({ min: -8, max: 8 }))),
        (text, along, eighths) => {
          const at = { u: eighths[0]! / 8, v: eighths[1]! / 8, w: eighths[2]! / 8 };
          const wanted = symbolic(
            text,
            along.map((i) => names[i]!),
            at,
          );
          fc.pre(Number.isFinite(wanted) && Math.abs(wanted) < 1e6);
          const expansion = expandLandscape(landscapeOf(text, at), { order: 3, partSize: 1 });
          const found = expansion.cumulant([expansion.derivative(along)]);
          // the scale of what may have cancelled
          let scale = 1;
          for (let id = 0; id < 20; id++) {
            scale = Math.max(scale, Math.abs(expansion.cumulant([id])));
          }
          return Math.abs(found - wanted) <= 1e-10 * scale;
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });

  test("indices may come in any order, and a basis turns the tensors", () => {
    const at = { u: 0.3, v: -0.4, w: 0.7 };
    const landscape = landscapeOf("exp(u*v) * sin(w + u) + u^3*w", at);
    const plain = expandLandscape(landscape, { order: 3, partSize: 1 });
    expect(plain.derivative([2, 0, 1])).toBe(plain.derivative([0, 1, 2]));
    const basis = [
      [0.6, 0.8, 0],
      [-0.5, 0.1, 2],
    ];
    const turned = expandLandscape(landscape, { order: 3, partSize: 1, basis });
    expect(turned.dimension).toBe(2);
    for (const indices of [[0], [1], [0, 1], [1, 1], [0, 0, 1], [1, 1, 1], [0, 1, 1]]) {
      let wanted = 0;
      const contract = (position: number, chosen: number[], factor: number): void => {
        if (position === indices.length) {
          wanted += factor * plain.cumulant([plain.derivative(chosen)]);
          return;
        }
        for (let i = 0; i < 3; i++) {
          contract(position + 1, [...chosen, i], factor * basis[indices[position]!]![i]!);
        }
      };
      contract(0, [], 1);
      expect(turned.cumulant([turned.derivative(indices)])).toBeCloseTo(wanted, 11);
    }
  });

  test("twenty weights to third order, a hundred to second", () => {
    const build = (p: number): { text: string; at: Record<string, number> } => {
      const at: Record<string, number> = {};
      const terms: string[] = [];
      for (let i = 0; i < p; i++) {
        at[`w${i}`] = ((i * 37) % 11) / 10 - 0.5;
        terms.push(`w${i} * ${(i % 5) - 2.5}`);
      }
      return { text: `log(1 + exp(${terms.join(" + ")})) + w0^2 * w1 * w2`, at };
    };
    for (const [p, order] of [
      [20, 3],
      [100, 2],
    ] as const) {
      const { text, at } = build(p);
      const expansion = expandLandscape(landscapeOf(text, at), { order, partSize: 1 });
      const coefficient = (i: number): number => (i % 5) - 2.5;
      let s = 0;
      Object.values(at).forEach((w, i) => {
        s += w * coefficient(i);
      });
      const sigma = 1 / (1 + Math.exp(-s));
      const second = sigma * (1 - sigma);
      expect(expansion.cumulant([expansion.derivative([7, 9])])).toBeCloseTo(
        second * coefficient(7) * coefficient(9),
        13,
      );
      expect(expansion.cumulant([expansion.derivative([0, 1])])).toBeCloseTo(
        second * coefficient(0) * coefficient(1) + 2 * at.w0! * at.w2!,
        13,
      );
      if (order === 3) {
        expect(expansion.cumulant([expansion.derivative([3, 19, 8])])).toBeCloseTo(
          second * (1 - 2 * sigma) * coefficient(3) * coefficient(19) * coefficient(8),
          13,
        );
      }
    }
  });
});
