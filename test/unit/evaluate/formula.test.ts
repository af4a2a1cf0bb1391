import { describe, expect, test } from "vitest";
import { enumerateDiagrams, formatShortForm, parseShortForm } from "../../../src/diagram/index.js";
import { formulaOf } from "../../../src/evaluate/index.js";
import { planEmbeddings } from "../../../src/spacetime/index.js";

/**
 * Evaluates the LaTeX of a sum, read as a product of factors after the tensors: numbers, `k_{…}`,
 * `T`, fractions, brackets, and divided differences of `x^T`. It knows nothing of how it was made.
 */
class Reader {
  private at = 0;
  constructor(
    private readonly text: string,
    private readonly k: ReadonlyMap<string, number>,
    private readonly T: number,
  ) {}

  all(): number {
    const value = this.sum();
    expect(this.at, this.text.slice(this.at)).toBe(this.text.length);
    return value;
  }

  private take(word: string): boolean {
    if (this.text.startsWith(word, this.at)) {
      this.at += word.length;
      return true;
    }
    return false;
  }

  private sum(): number {
    let total = this.take("-") ? -this.product() : this.product();
    for (;;) {
      if (this.take("+")) {
        total += this.product();
      } else if (this.take("-")) {
        total -= this.product();
      } else {
        return total;
      }
    }
  }

  private product(): number {
    let value = 1;
    for (let factor = this.factor(); factor !== undefined; factor = this.factor()) {
      value *= factor;
    }
    return value;
  }

  private factor(): number | undefined {
    while (this.take("\\,") || this.take(" ")) {}
    if (this.take("\\frac{")) {
      const top = this.sum();
      expect(this.take("}{")).toBe(true);
      const bottom = this.sum();
      expect(this.take("}")).toBe(true);
      return top / bottom;
    }
    if (this.take("\\left[")) {
      const points = [this.sum()];
      while (this.take(",")) {
        points.push(this.sum());
      }
      expect(this.take("\\right]x^{T}")).toBe(true);
      return this.dividedDifference(points);
    }
    for (const [open, close] of [
      ["\\left(", "\\right)"],
      ["(", ")"],
    ] as const) {
      if (this.take(open)) {
        const value = this.sum();
        expect(this.take(close)).toBe(true);
        return this.power(value);
      }
    }
    const name = /^k_\{(\\\w+)\}/.exec(this.text.slice(this.at));
    if (name) {
      this.at += name[0].length;
      return this.power(this.k.get(name[1]!)!);
    }
    const number = /^\d+/.exec(this.text.slice(this.at));
    if (number) {
      this.at += number[0].length;
      return Number(number[0]);
    }
    return undefined;
  }

  private power(base: number): number {
    return this.take("^{T}") ? base ** this.T : base;
  }

  private dividedDifference(points: number[]): number {
    return points.reduce(
      (sum, x, i) => sum + x ** this.T / points.reduce((q, y, j) => (i === j ? q : q * (x - y)), 1),
      0,
    );
  }
}

/** Drops prefactor and tensors; the sums over times remain. */
function timesOf(sum: string): string {
  return sum
    .slice(sum.indexOf("\\sum_{"))
    .replace(/^\\sum_\{[^}]*\}\\,/, "")
    .replace(/(\\operatorname\{Cov\}|\\kappa)\((?:[^()]|\([^)]*\))*?l\)/g, "")
    .replace(/(?:[GHJQCS]|\\mathbb\{E\}\[[^\]]*\])_\{[^}]*\}/g, "");
}

describe("formulas", () => {
  test("the closed form and its limit equal the sum over embeddings, for all diagrams of up to four edges", () => {
    for (let edges = 1; edges <= 4; edges++) {
      for (const { diagram } of enumerateDiagrams(edges)) {
        const { sum, limit, reading } = formulaOf(diagram);
        for (const [text, T] of [
          [sum, 7],
          [limit, Number.POSITIVE_INFINITY],
        ] as const) {
          const letters = /\\sum_\{([^}]*)\}/.exec(text)![1]!.match(/\\\w+/g)!;
          const k = letters.map((_, i) => [0.83, 0.71, 0.94, 0.62][i]!);
          const found = new Reader(
            timesOf(text),
            new Map(letters.map((letter, i) => [letter, k[i]!])),
            T,
          ).all();
          const schedule = reading.startsWith("gd")
            ? ({ points: 1, batch: 1, epochs: Math.min(T, 2000), order: "same" } as const)
            : ({ points: Math.min(T, 2000), batch: 1, epochs: 1, order: "same" } as const);
          const expected = planEmbeddings(diagram, schedule).sum([...k.map((one) => 1 - one), 0]);
          expect(found / expected, formatShortForm(diagram)).toBeCloseTo(1, 8);
        }
      }
    }
  });

  test("Example 1 as the paper writes it", () => {
    const skew = formulaOf(parseShortForm("(012-3)(03-13-23)"));
    expect(skew.sum).toBe(
      "-\\frac{\\eta^{3}}{3!}\\,\\sum_{\\mu\\nu\\lambda}\\,S_{\\mu\\nu\\lambda}\\,J_{\\mu\\nu\\lambda}\\," +
        "\\frac{1-(k_{\\mu}k_{\\nu}k_{\\lambda})^{T}}{1-k_{\\mu}k_{\\nu}k_{\\lambda}}",
    );
    expect(skew.rvalue).toMatch(/^S_\{.*\(K\^\{\\Delta t-1\}\\eta\)\^\{.*J_\{/);
    expect(skew).toMatchObject({ edges: 3, automorphisms: 6, irreducible: true, pathCondition: true });
  });

  test("diagrams that break the path condition are read in gradient descent, with their powers of N", () => {
    const { sum, reading, pathCondition } = formulaOf(parseShortForm("(02-1-3)(01-12-23)"));
    expect(pathCondition).toBe(false);
    expect(reading).toBe("gd(N, T)");
    expect(sum).toContain("N^{-1}");
  });

  test("beyond nine edges there is no formula", () => {
    const star = { parents: [...new Array<number>(10).fill(10), -1], parts: [...new Array(11).keys()] };
    expect(() => formulaOf(star)).toThrow(/10 edges; formulas are written for up to 9 edges/);
  });
});
