import { describe, expect, test } from "vitest";
import { analyzeText } from "../../../src/language/index.js";
import { meaningOf } from "../../../src/verify/index.js";

const base = `
diagram pair { a, b -> test part {a, b} }

landscape bowl {
  param a = 1/2
  weights h = 0
  data x ~ normal(0, 1)
  loss a * (h + x^2 * exp(-h))
}

verify it {
  landscape bowl
  sgd(N = 4, E = 1, B = 1)
  eta = 0.05, 0.1
  observe test_loss
  predict pair
  trials = 2000
}
`;

async function meaning(text: string): Promise<string> {
  const file = await analyzeText(text);
  expect(file.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return meaningOf(file.verifies.get("it")!);
}

const changed = (from: string, to: string): string => {
  expect(base).toContain(from);
  return base.replaceAll(from, to);
};

describe("what a block means", () => {
  test.each([
    ["blank lines", changed("\n", "\n\n")],
    ["comments", changed("\n", " // so\n")],
    ["one line", base.replace(/\s+/g, " ")],
    [
      "other blocks",
      `${base}\n${base.replace("verify it", "verify other").replace(/diagram.*|landscape bowl \{[^}]*\}/g, "")}`,
    ],
    ["a landscape's name", changed("bowl", "dish")],
    [
      "a diagram's names",
      changed("pair", "couple").replace("a, b -> test part {a, b}", "n, m -> r part {m, n}"),
    ],
    ["a short form", changed("diagram pair { a, b -> test part {a, b} }", "diagram pair = (01-2)(02-12)")],
    ["a number's way of writing", changed("0.05", "1/20").replace("2000", "2e3")],
    [
      "the order of lines",
      changed("  trials = 2000\n", "").replace("  landscape bowl\n", "  trials = 2000\n  landscape bowl\n"),
    ],
  ])("is the same with other %s", async (_, text) => {
    expect(await meaning(text)).toBe(await meaning(base));
  });

  test.each([
    ["loss", changed("exp(-h)", "exp(-2*h)")],
    ["param", changed("a = 1/2", "a = 1/3")],
    ["start", changed("h = 0", "h = 0.1")],
    ["data", changed("normal(0, 1)", "normal(0, 2)")],
    ["descent", changed("N = 4", "N = 5")],
    ["learning rates", changed("0.05, 0.1", "0.05, 0.2")],
    ["observable", changed("test_loss", "train_loss")],
    ["diagram", changed("a, b -> test part {a, b}", "a, b, c -> test part {a, b, c}")],
    ["prediction", changed("predict pair", "predict order 2")],
    ["trials", changed("2000", "3000")],
    ["seed", changed("trials = 2000", "trials = 2000\n  seed = 7")],
    ["metric", changed("trials = 2000", "trials = 2000\n  metric [2]")],
    ["sum", changed("trials = 2000", "trials = 2000\n  sum = integral")],
  ])("is another with another %s", async (_, text) => {
    expect(await meaning(text)).not.toBe(await meaning(base));
  });

  test("is what was ordered, where that is not what the file says", async () => {
    const one = await analyzeText(base);
    const other = await analyzeText(changed("2000", "3000"));
    const of = (file: typeof one, trials?: number) => meaningOf(file.verifies.get("it")!, { trials });
    expect(of(one, 50)).toBe(of(other, 50));
    expect(of(one, 50)).not.toBe(of(one));
  });
});
