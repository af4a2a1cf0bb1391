import { describe, expect, test } from "vitest";
import { analyze, expectProblems } from "./workspace.js";

const data = "data x ~ normal(0, 1)";

describe("a loss that is not smooth at its start is warned of at the part that is to blame", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["h = 0", "«abs(h)» + x * h", /^`abs\(h\)` has no derivative at `h = 0`, where descent starts: .*sqrt/],
    ["h = 0", "x^2 * «sqrt(h)»", /^`sqrt\(h\)` has no derivative at `h = 0`/],
    ["h = 0", "h^2 + «x / h»", /^`x \/ h` divides by 0 at `h = 0`/],
    ["h = 0", "(h + x) / 2 - 3 * (1 + «log(h)»)", /^`log\(h\)` is not finite at `h = 0`/],
    ["h = -1", "x * «log(h)»", /^`log\(h\)` is no real number at `h = -1`/],
    ["h = 0", "«h^1.5» + h * x", /^`h\^1.5` is not smooth at `h = 0`/],
    ["h = 0", "exp(-h) * «abs(h)^1.5» + h * x", /^`abs\(h\)\^1.5` has no second derivative at `h = 0`/],
    ["h = 1", "h^2 + «sqrt(x)» * h", /^`sqrt\(x\)` is no real number at `x = -[\d.]+`: .*its data/],
    ["h = 2", "«abs(h - x)»", /^`abs\(h - x\)` has a kink that moves with the weights over the datum `x`/],
    ["h = 0", "x * «exp(1e5 + h)»", /^`exp\(1e5 \+ h\)` is not finite at `h = 0`/],
    ["h = 0, k = 2", "h^2 + k * x + «asin(k)»", /^`asin\(k\)` is no real number at `k = 2`/],
  ];
  test.each(cases)("weights %s: %s", async (weights, loss, message) => {
    const { landscapes } = await expectProblems(`landscape l { weights ${weights} ${data} loss ${loss} }`, [
      ["warning not-smooth", message],
    ]);
    // a warning: the landscape is there for trials
    expect(landscapes.has("l")).toBe(true);
  });

  test("also where that part is a let", async () => {
    await expectProblems(`landscape l { weights h = 0 ${data} let r = 2 * «sqrt(h)» loss (r + x)^2 }`, [
      ["warning not-smooth", /^`sqrt\(h\)`/],
    ]);
  });

  test("and what is smooth as a whole is not", async () => {
    for (const loss of ["abs(h)^2 + h * x", "abs(h) * 0 + h * x", "sqrt(h^2 + 0.01) * x", "x * log(x) * h"]) {
      const { diagnostics } = await analyze(
        `landscape l { weights h = 0 data x ~ bernoulli(0.5) loss ${loss} }`,
      );
      expect(diagnostics, loss).toEqual([]);
    }
  });
});

describe("where it lacks higher derivatives only", () => {
  const cubic = `landscape l { weights h = 0 ${data} loss h * x + «abs(h)^3» }`;
  const about = "landscape l gd(N = 3, T = 3) eta = 0.1 observe displacement";

  test("that is said of it, and no more where they are not asked for", async () => {
    await expectProblems(`${cubic} verify v { ${about} predict order 2 }`, [
      ["info not-smooth", /has no third derivative at `h = 0`, .* orders below 3 can be predicted/],
    ]);
  });

  test("a prediction that takes them is warned of", async () => {
    await expectProblems(`${cubic} verify v { ${about} predict order «3» }`, [
      ["info not-smooth"],
      [
        "warning not-smooth",
        /the loss of `l` has no third derivative where descent starts, and this takes it/,
      ],
    ]);
    await expectProblems(`${cubic} verify v { ${about} measure = total predict order «2» }`, [
      ["info not-smooth"],
      ["warning not-smooth", /and this takes the fourth; lower the order/],
    ]);
  });
});

test("of a landscape of tensors the loss is to blame", async () => {
  await expectProblems("landscape l { weights A[2] = 0, b = 1 loss «b^2 + sqrt(sum(square(A)))» }", [
    [
      "warning not-smooth",
      /^the loss has no second derivative at `A\[0\] = 0, A\[1\] = 0`, where descent starts/,
    ],
  ]);
  const { diagnostics } = await analyze("landscape l { weights A[2] = 1 loss sqrt(sum(square(A))) }");
  expect(diagnostics).toEqual([]);
});

test("a landscape of another file is warned of where something is predicted on it", async () => {
  await expectProblems(
    'import "l.diag" verify v { landscape l gd(N = 3, T = 3) eta = 0.1 observe displacement predict order «2» }',
    [["warning not-smooth", /the loss of `l` is not smooth where descent starts/]],
    { "l.diag": `landscape l { weights h = 0 ${data} loss abs(h) + x * h }` },
  );
});

test("of the values of a param those are warned of at which nothing can be predicted", async () => {
  const landscape = `landscape l { param c = 1 weights h = 0 ${data} loss sqrt(h + c) + x * h }`;
  const verify = (more: string, values: string) =>
    `${landscape} verify v { landscape l gd(N = 3, T = 3) eta = 0.1 observe displacement with c = ${values} ${more} }`;
  await expectProblems(verify("predict order 2", "«0», 1, «-1»"), [
    ["warning not-smooth", /^with c = 0: `sqrt\(h \+ c\)` has no derivative/],
    ["warning not-smooth", /^with c = -1: `sqrt\(h \+ c\)` is no real number/],
  ]);
  expect((await analyze(verify("", "0, 1"))).diagnostics).toEqual([]);
});
