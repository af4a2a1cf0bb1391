import { describe, expect, test } from "vitest";
import { readWith } from "../../src/cli/readings.js";
import { evaluateExpression } from "../../src/landscape/index.js";
import { variantsOf } from "../../src/verify/specification.js";
import { simulated, written } from "../written.js";
import { Editor, edited } from "./lsp/editor.js";
import { hoverAt } from "./lsp/reading-editor.js";
import { analyze, expectProblems } from "./workspace.js";

const landscape = `landscape l {
  param p = 1/2
  param q = 2*p
  weights u = q
  data x ~ discrete(-1: p, 1: 1 - p)
  loss (u - x)^2 / 2 + q*u
}
`;
const running = (line: string, observe = "f = u/(1 - q/4), test_loss") =>
  `${landscape}verify it { landscape l gd(N = 2, T = 2) eta = 0.1, 0.2 observe ${observe} predict order 2 ${line} }`;

describe("with", () => {
  test("runs over a param, with all that is made of it", async () => {
    const { verifies, diagnostics } = await analyze(running("with p = 1/4, 0.75"));
    expect(diagnostics).toEqual([]);
    const variants = variantsOf(simulated(verifies.get("it")));
    expect(variants.map((one) => one.with)).toEqual([{ p: 0.25 }, { p: 0.75 }]);
    // Bonferroni counts over the whole block.
    expect(variants.map(({ rates }) => rates)).toEqual([4, 4]);
    variants.forEach(({ landscape, observables }, index) => {
      const own = written(landscape);
      const p = [0.25, 0.75][index]!;
      expect(own.weights).toEqual([{ name: "u", start: 2 * p }]);
      expect(own.data[0]).toMatchObject({ outcomes: [{ probability: p }, { probability: 1 - p }] });
      expect(evaluateExpression(own.loss, { u: 1, x: 0 })).toBeCloseTo(1 / 2 + 2 * p, 14);
      expect(evaluateExpression(observables[0]!.value!, { u: 1 })).toBeCloseTo(1 / (1 - p / 2), 14);
    });
    const [only] = variantsOf(simulated((await analyze(running(""))).verifies.get("it")));
    expect(only!.with).toBeUndefined();
  });

  test.each([
    ["with «r» = 1", "error unknown-symbol", /`l` has no param `r`; its params are p, q/],
    ["with «u» = 1", "error unknown-symbol", /`u` is no param of `l`/],
    ["with p = 0.1, «1/10»", "error bad-value", /p = 0.1 stands twice/],
    ["with p = «u»", "error unknown-symbol", /`u` is no constant/],
    ["with p = 0.5, «2»", "error bad-value", /^with p = 2: .*probabilit/],
    ["with q = 1, «4»", "error bad-value", /^with q = 4: /],
    ["with p = 0.1 «with q = 1»", "error bad-value", /already; remove one/],
  ])("%s is refused where it is wrong", async (line, kind, message) => {
    await expectProblems(running(line), [[kind, message]]);
  });

  test("is a name too", async () => {
    const { diagnostics } = await analyze(running("with p = 0.3").replace(/\bu\b/g, "with"));
    expect(diagnostics).toEqual([]);
  });

  test("is given on a command line instead of the file's", async () => {
    const over = await readWith(" q = 1/2, 3");
    expect(over).toEqual({ parameter: "q", values: [0.5, 3] });
    for (const wrong of ["q", "q=", "q=1,1", "q=u", "=1"]) {
      await expect(readWith(wrong)).rejects.toThrow(/^--with [^\n]+$/);
    }
  });
});

describe("an editor", () => {
  const text = running("with p = 0.1, 0.2");

  test("finds and renames the param", async () => {
    const { main } = await Editor.of(text);
    const edit = await main.editor.diag.lsp.RenameProvider!.rename(main.document, {
      ...main.identifier,
      position: main.at("p = 0.1"),
      newName: "half",
    });
    const changed = edited(text, edit!.changes!["file:///main.diag"]!);
    expect(changed).toContain("param half = 1/2");
    expect(changed).toContain("with half = 0.1");
    expect((await analyze(changed)).diagnostics).toEqual([]);
  });

  test("explains and offers it", async () => {
    const hovered = (marked: string) => hoverAt(marked, { initializationOptions: {} });
    expect(await hovered(text.replace("p = 0.1", "¦p = 0.1"))).toContain("**param** `p` of `l`");
    expect(await hovered(text.replace("with p", "wi¦th p"))).toContain("Runs over a param");
    const labels = async (line: string) => {
      const marked = running(line);
      const { main } = await Editor.of(marked.replace("|", ""));
      const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
        ...main.identifier,
        position: main.document.textDocument.positionAt(marked.indexOf("|")),
      });
      return list!.items.map(({ label }) => label);
    };
    expect(await labels("|")).toContain("with");
    expect(await labels("with |")).toEqual(["p", "q"]);
    expect(await labels("with p = |")).toContain("pi");
    expect(await labels("with p = 0.1 |")).toContain("trials");
    expect(await labels("with p = 0.1 |")).not.toContain("with");
  });
});

test("so many values that looking at all of them takes long are refused, with how many are not", async () => {
  const text = (
    count: number,
  ) => `landscape l { param q = 1 weights w = 0 data x ~ normal(0, 1) loss (w - x)^2*q }
    verify v { landscape l gd(N = 2, T = 2) eta = 0.1 observe test_loss predict order 1
      with q = ${Array.from({ length: count }, (_, index) => index + 1).join(", ")} }`;
  const { diagnostics } = await analyze(text(50_000));
  expect(diagnostics.map(({ code }) => code)).toEqual(["bad-value"]);
  const [, most] = /^50000 values of `q` are more than .*; give at most (\d+), or /.exec(
    diagnostics[0]!.message,
  )!;
  expect(Number(most)).toBeGreaterThan(1000);
  const sound = await analyze(text(1000));
  expect(sound.diagnostics).toEqual([]);
  expect(variantsOf(simulated(sound.verifies.get("v")))).toHaveLength(1000);
});
