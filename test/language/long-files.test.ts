import { describe, expect, test } from "vitest";
import { analyzeText } from "../../src/language/index.js";

// Files twice as long take about twice as long to check: none of these grows with the square of its length.

const list = (count: number, write: (index: number) => string, between = " "): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(between);

const files: Readonly<Record<string, (count: number) => string>> = {
  "declarations within declarations": (n) => "verify v { landscape l {".repeat(n),
  "diagrams within diagrams": (n) => `${"diagram d {".repeat(n)} a -> b ${"}".repeat(n)}`,
  "one part that repeats another": (n) =>
    `diagram d { ${list(n, (i) => `n${i}`, ", ")} -> o ${`part {${list(n, (i) => `n${i}`, ", ")}}`.repeat(2)} }`,
  "lets of lets": (n) =>
    `landscape l { weights w = 1 let k0 = w ${list(n, (i) => `let k${i + 1} = k${i}*k${i}`)} loss k${n} }`,
  "sums of a long let": (n) =>
    `landscape l { weights w = 1 let s = ${list(900, () => "w", "+")} ${list(n, (i) => `let k${i} = s + s + s`)} loss w }`,
  "a product of many data": (n) =>
    `landscape l { weights w = 1 data ${list(n, (i) => `x${i} ~ normal(0, 1)`, ", ")} loss w * ${list(n, (i) => `x${i}`, " * ")} }`,
  "names that are not declared": (n) =>
    `landscape l { weights ${list(n, (i) => `w${i} = ${i}`, ", ")} loss ${list(n, (i) => `u${i}`, " + ")} }`,
  "functions that there are not": (n) =>
    `landscape l { weights w = 0 loss ${list(n, (i) => `fun${i}(w)`, " + ")} }`,
  "signs of other notations": (n) => `landscape l { weights w = 0 loss w ${"\u2212 w ".repeat(8 * n)} }`,
  "commands of LaTeX": (n) => `landscape l { weights w = 0 loss w ${"\\cdot w ".repeat(4 * n)} }`,
  "words where a file is named": (n) =>
    `from ${"name".repeat(12)} landscape l { data x, y from skew} - sea xavier( verify v { observe displacement( ${list(n, (i) => `b${i}`)} ] }`,
  "words in the brackets of a diagram": (n) =>
    `diagram d { (${"name".repeat(12)} + b) -> c  ${list(n, (i) => `a${i} -> c`, "  ")} }`,
  "files of a reader of Python": (n) =>
    `landscape l { weights w = 0 data x from np.load(${list(n, () => '"x.npy"', "    ")} ; loss w }`,
  "verifies of nothing": (n) =>
    `${list(n, (i) => `verify v${i} { landscape q${i} }`)} ${list(n / 4, (i) => `landscape l${i} { weights w = 0 loss w }`)}`,
};

/** Seconds of the processor, the least of two: other work on the machine only adds. */
async function seconds(text: string): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 2; turn++) {
    const began = process.cpuUsage();
    await analyzeText(text);
    const { user, system } = process.cpuUsage(began);
    least = Math.min(least, (user + system) / 1e6);
  }
  return least;
}

describe("long files", () => {
  test.each(Object.entries(files))("%s", async (_, write) => {
    await seconds(write(100));
    const [short, long] = [await seconds(write(250)), await seconds(write(2000))];
    // Eight times as long: sixty-four times as long is what must not be.
    expect(long).toBeLessThan(24 * short + 0.25);
  });
});
