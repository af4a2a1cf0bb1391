import { expect, test } from "vitest";
import { written } from "../written.js";
import { analyze, expectProblems } from "./workspace.js";

test("weights and a loss are needed, each loss once; data are not", async () => {
  await expectProblems("landscape «l» { data x ~ normal(0, 1) loss x }", [
    ["error bad-value", /no weight; add a line/],
  ]);
  await expectProblems("landscape «l» { weights w = 0 }", [["error bad-value", /no loss; add a line/]]);
  await expectProblems("landscape l { weights w = 0 loss w «loss w^2» }", [
    ["error bad-value", /a loss already/],
  ]);
  const { landscapes } = await expectProblems("landscape l { weights w = 0 loss w^2 }", []);
  expect(written(landscapes.get("l")).data).toEqual([]);
});

test("start values are constant expressions with params", async () => {
  const { landscapes } = await analyze(
    "landscape l { weights h = log(2), k = -p param p = 2^-1 loss h * k }",
  );
  expect(landscapes.get("l")?.weights).toEqual([
    { name: "h", start: Math.LN2 },
    { name: "k", start: -0.5 },
  ]);
});

test("a broken landscape is absent, and a verify of it too, without a second error", async () => {
  const { landscapes, verifies } = await expectProblems(
    "landscape l { weights w = 0 loss «v» } verify t { landscape l gd(N = 1, T = 1) eta = 1 observe displacement(w) predict order 1 }",
    [["error unknown-symbol"]],
  );
  expect(landscapes.size).toBe(0);
  expect(verifies.size).toBe(0);
});
