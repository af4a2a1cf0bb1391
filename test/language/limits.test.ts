import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { reachProblem } from "../../src/evaluate/index.js";
import { analyzeText } from "../../src/language/index.js";
import { times } from "../times.js";
import { written } from "../written.js";

async function only(
  text: string,
): Promise<{ code: string; message: string; line: number; character: number }> {
  const { diagnostics } = await analyzeText(text);
  expect(diagnostics).toHaveLength(1);
  const { code, message, range } = diagnostics[0]!;
  return { code, message, ...range.start };
}

const size = 10_000;
const names = Array.from({ length: size }, (_, index) => `n${index}`);

test("a large file is refused in one line", async () => {
  const found = await only("diagram d { a -> b }\n".repeat(500_000));
  expect(found).toMatchObject({ code: "syntax", line: 0, character: 0 });
  expect(found.message).toMatch(/10\.5 million characters, more than the 2 million/);
});

test("noise is refused in one line", async () => {
  expect(await only("diagram d { a -> b }\n  \0\x01\x02")).toMatchObject({
    code: "syntax",
    line: 1,
    character: 2,
    message: expect.stringContaining("not a text file"),
  });
  const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => 1 + ((index * 7919) % 255)));
  expect((await only(bytes.toString("utf8"))).message).toMatch(/not a UTF-8 text file/);
});

test("a file of too many words is refused in one line", async () => {
  expect((await only("a ".repeat(260_000))).message).toMatch(/260000 words and signs, more than the 250000/);
});

test("nesting of ten thousand parentheses", async () => {
  const deep = `${"(".repeat(size)}w${")".repeat(size)}`;
  const { diagnostics, diagrams } = await analyzeText(
    `landscape l { weights w = 0 loss ${deep} } diagram d { a -> a }`,
  );
  expect(diagnostics.map(({ code }) => code)).toEqual(["syntax", "cycle"]);
  expect(diagnostics[0]!.message).toMatch(/more than 64 deep/);
  expect(diagrams.size).toBe(0);
  expect(
    (await only(`landscape l { weights w = 0 loss ${"sin(".repeat(size)}w${")".repeat(size)} }`)).code,
  ).toBe("syntax");
  expect((await only(`landscape l { weights w = 0 loss ${"(".repeat(size)} }`)).code).toBe("syntax");
  expect((await only(`landscape l { weights w = 0 loss ${"w^".repeat(size)}w }`)).message).toMatch(/tower/);
  const { landscapes } = await analyzeText(`landscape l { weights w = 0 loss ${"-".repeat(size)}w }`);
  expect(written(landscapes.get("l")).loss).toEqual({ kind: "symbol", name: "w" });
});

test("sixty parentheses are fine", async () => {
  const { diagnostics } = await analyzeText(
    `landscape l { weights w = 0 loss ${"(".repeat(60)}w${")".repeat(60)} }`,
  );
  expect(diagnostics).toEqual([]);
});

test("diagrams of ten thousand nodes", async () => {
  const path = await analyzeText(`diagram d { ${names.join(" -> ")} }`);
  expect(path.diagrams.get("d")?.diagram.parents[size - 2]).toBe(size - 1);
  expect(path.diagnostics).toHaveLength(100);
  expect(path.diagnostics.some(({ message }) => /and 9898 more/.test(message))).toBe(true);

  const star = await analyzeText(`diagram d { ${names.join(", ")} -> out part {${names.join(", ")}} }`);
  expect(star.diagnostics).toEqual([]);
  expect(star.diagrams.get("d")?.diagram.parents).toEqual([...new Array(size).fill(size), -1]);

  const backwards = names.map((name, index) => `${name} -> n${index + 1}`).reverse();
  const reversed = await analyzeText(`diagram d { ${backwards.join("\n")} }`);
  expect(reversed.diagrams.get("d")?.diagram.parents).toHaveLength(size + 1);

  const loop = await only(`diagram d { ${names.join(" -> ")} -> n0 }`);
  expect(loop.code).toBe("cycle");
  expect(loop.message.length).toBeLessThan(300);
});

test("syntax errors everywhere are reported up to a hundred, in every declaration first", async () => {
  const { diagnostics } = await analyzeText(
    `diagram d { ${"a -> -> ".repeat(5000)} }\ndiagram e { x -> }\ndiagram f { y -> y }`,
  );
  expect(diagnostics.length).toBeLessThanOrEqual(101);
  const lines = new Set(diagnostics.map(({ range }) => range.start.line));
  expect([...lines].sort()).toEqual([0, 1, 2]);
  const many = await analyzeText("diagram d { a -> }\n".repeat(3000));
  expect(many.diagnostics.filter(({ code }) => code === "syntax")).toHaveLength(100);
});

test("an open comment or string ends where it can", async () => {
  expect(await only(`diagram d { a -> b } /* ${"* ".repeat(100_000)}`)).toMatchObject({
    code: "syntax",
    character: 21,
    message: expect.stringContaining("not closed"),
  });
  const { diagnostics } = await analyzeText('import "a.diag\ndiagram d { a -> a }');
  expect(diagnostics.map(({ code, range }) => [code, range.start.line])).toEqual([
    ["syntax", 0],
    ["cycle", 1],
  ]);
});

test("random text never throws", async () => {
  const word = fc.constantFrom(
    ...'import diagram landscape verify train multi_epoch part weights param data from loss sgd gd eta observe predict order sum x y 1 0.5 { } ( ) [ -> - + * / ^ , : = ~ . " \n // /* */ /** # 012 (01-2)(02-12)'.split(
      " ",
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(word, { maxLength: 60 }).map((words) => words.join(" ")),
      ),
      async (text) => {
        const { diagnostics } = await analyzeText(text);
        const lines = text.split("\n");
        for (const { code, message, range } of diagnostics) {
          expect(code).toBeTruthy();
          expect(message).not.toContain("\n");
          expect(message).not.toMatch(/undefined|NaN|\[object/);
          expect(range.start.line).toBeLessThanOrEqual(lines.length);
          expect(range.end.line).toBeGreaterThanOrEqual(range.start.line);
        }
      },
    ),
    { numRuns: times(200) },
  );
});

test("the reference's table of limits is what is refused and what is not", async () => {
  const page = readFileSync(new URL("../../docs/language.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| ([\d,]+)(?: to |, )?([\d,]*) \| (\d) \| (\d) \|$/gm)];
  expect(rows).toHaveLength(7);
  for (const [, first, last, evaluated, total] of rows) {
    for (const written of [first!, last!].filter((text) => text !== "")) {
      const weights = Number(written.replaceAll(",", ""));
      const refused = (order: number, beyond: number) => reachProblem(weights, { order, beyond });
      expect([refused(Number(total), 2), refused(Number(evaluated), 0)]).toEqual([undefined, undefined]);
      expect(refused(Number(total) + 1, 2)).toContain(`order ${total} is the highest`);
      expect(refused(Number(evaluated) + 1, 0)).toContain(`order ${evaluated} is the highest`);
    }
  }
});

test("an order that is too high is refused where it stands, with the highest that is not", async () => {
  const landscape = (weights: number) => {
    const names = Array.from({ length: weights }, (_, index) => `w${index}`);
    return `landscape l { weights ${names.map((name) => `${name} = 0`).join(", ")} data x ~ normal(0, 1)
      loss ${names.map((name) => `(${name} - x)^2`).join(" + ")} }
      diagram long { a, b, c, d, e, f, g, h, i -> out }\n`;
  };
  const block = (predict: string) =>
    `verify v { landscape l gd(N = 2, T = 2) eta = 0.1 observe test_loss predict ${predict} }`;
  for (const [weights, highest] of [
    [1, 8],
    [4, 7],
    [64, 4],
  ] as const) {
    for (const kind of ["order", "series"]) {
      const found = await only(landscape(weights) + block(`${kind} ${highest + 1}`));
      expect(found.code).toBe("bad-value");
      expect(found.message).toMatch(
        new RegExp(
          `^order ${highest + 1} with ${weights} weights? takes .*; order ${highest} is the highest that fits$`,
        ),
      );
      const sound = await analyzeText(landscape(weights) + block(`${kind} ${highest}`));
      expect(sound.diagnostics).toEqual([]);
    }
  }
  // What each order measures needs none beyond; a total does.
  const total = await only(landscape(4) + block("order 6 measure = total"));
  expect(total.message).toMatch(/^order 6 with 4 weights takes .*; order 5 is the highest that fits$/);
  const byName = await only(landscape(2) + block("long measure = total"));
  expect(byName.message).toMatch(/^9 edges with 2 weights take .*; diagrams of up to 6 edges fit$/);
});

test("an order that no derivatives reach is refused before anything is taken to it", async () => {
  const scalar = `landscape l { param q = 1 weights h = 0 data x ~ normal(0, 1) loss (h + x^2*exp(-h))*q/2 }`;
  const tensors = `landscape l { weights A[2, 3] = 1/10, b[2] = 0 data x[3] ~ bernoulli(1/2) loss sum(square(A @ x + b)) }`;
  for (const [landscape, weights] of [
    [scalar, "1 weight"],
    [tensors, "8 weights"],
  ] as const) {
    for (const kind of ["order", "series"]) {
      for (const rest of ["", "measure = total"]) {
        const found = await only(`${landscape}
          verify v { landscape l gd(N = 2, T = 2) eta = 0.1 observe test_loss predict ${kind} ${Number.MAX_SAFE_INTEGER} ${rest} }`);
        expect(found.message).toContain(`order ${Number.MAX_SAFE_INTEGER} with ${weights} takes`);
      }
    }
  }
  const functions = await only(`${scalar}
    verify v { landscape l gd(N = 2, T = 2) eta = 0.1 observe r = h^2, variance(h) predict order ${Number.MAX_SAFE_INTEGER} with q = 1, 2 }`);
  expect(functions.message).toMatch(/order 8 is the highest that fits$/);
});

test("what stands twice in a product of matrices is not written out", async () => {
  const factors = Array.from({ length: 100 }, () => "A @ transpose(A)").join(" @ ");
  const { diagnostics, landscapes } = await analyzeText(
    `landscape l { weights A[2, 3] = 1/10 data y ~ bernoulli(1/2) loss sum(${factors}) * y + log(1 + y) }`,
  );
  expect(diagnostics).toEqual([]);
  expect(landscapes.size).toBe(1);
});

test("what the data of a landscape cannot be averaged over is refused where it is predicted", async () => {
  const sum = Array.from({ length: 64 }, (_, index) => `w${index}`).join(" + ");
  const weights = sum.replaceAll(" +", " = 0.1,");
  const text = (order: number) => `
    landscape network { weights ${weights} = 0.1 data x ~ normal(0, 1), y ~ normal(0, 1)
      loss (tanh((${sum})*x/64 + w0*y*x) - y)^2 }
    verify v { landscape network gd(N = 2, T = 2) eta = 0.1 observe test_loss predict order ${order} measure = total }`;
  const found = await only(text(3));
  expect(found.code).toBe("bad-value");
  const highest = Number(/order (\d+) is the highest that can be predicted/.exec(found.message)![1]);
  expect(highest).toBeLessThan(3);
  expect((await only(text(highest + 1))).message).toContain(`order ${highest} is the highest`);
  expect((await analyzeText(text(highest))).diagnostics).toEqual([]);
});
