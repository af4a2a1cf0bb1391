import { describe, expect, test } from "vitest";
import { readObserved } from "../../src/cli/readings.js";
import { describeFile } from "../../src/cli/verbs/describe.js";
import { componentLabels } from "../../src/observables/index.js";
import { Editor, edited } from "./lsp/editor.js";
import { hoverAt } from "./lsp/reading-editor.js";
import { analyze, expectProblems } from "./workspace.js";

const landscape = `landscape l {
  weights u = 1, v = 2
  param c = 3
  data x ~ normal(0, 1)
  loss u^2 + v^2 + c*x*u
}
diagram pair = (01-2)(02-12)
`;
const observing = (observe: string, predict = "order 2", descent = "gd(N = 2, T = 2)") =>
  `${landscape}verify it { landscape l ${descent} eta = 0.1 observe ${observe} predict ${predict} }`;

describe("a covariance", () => {
  test.each([
    ["variance(u)", [{ weight: 0 }]],
    ["variance(test_loss)", [{ name: "test_loss" }]],
    ["covariance(v, u)", [{ weight: 1 }, { weight: 0 }]],
    ["covariance(test_loss, v)", [{ name: "test_loss" }, { weight: 1 }]],
  ])("%s is of the final loss and of weights", async (observe, operands) => {
    const file = await analyze(observing(`${observe}, test_loss`));
    expect(file.diagnostics).toEqual([]);
    const { observables, landscape: own } = file.verifies.get("it")!;
    expect(observables[0]).toMatchObject({ operands });
    expect(componentLabels(observables[0]!, own)).toEqual([observe]);
    expect(describeFile(file).verifies[0]!.observables).toEqual([observe, "test_loss"]);
    const read = await readObserved(` ${observe} `, own, file.symbols.get("l"));
    expect(read).toEqual(observables[0]);
  });

  test("of the same under both names is two, and stands once under each", async () => {
    await expectProblems(observing("variance(u), covariance(u, v), «variance(u)»"), [
      ["error bad-value", /^this observable stands twice; remove one$/],
    ]);
  });

  test.each([
    ["variance(«w»)", "error unknown-symbol", /^`l` has no weight `w`; its weights are u, v$/],
    [
      "variance(«x»)",
      "error unknown-symbol",
      /^`x` is no weight of `l`; a `variance` is of `test_loss` or a weight$/,
    ],
    [
      "variance(«train_loss»)",
      "error bad-value",
      /^there is no `variance` of `train_loss`; write `test_loss` or a weight$/,
    ],
    ["covariance(u, «gen_gap»)", "error bad-value", /^there is no `covariance` of `gen_gap`; write/],
    [
      "radius = u^2 + v^2, covariance(u, «radius»)",
      "error bad-value",
      /^there is no `covariance` of `radius`; write `test_loss` or a weight$/,
    ],
    ["«variance»", "error bad-value", /^`variance` takes `test_loss` or a weight, such as `variance\(u\)`$/],
    ["«variance(u, v)»", "error bad-value", /^`variance` takes `test_loss` or a weight, such as/],
    [
      "«covariance(u)»",
      "error bad-value",
      /^`covariance` takes 2 of `test_loss` and the weights, such as `covariance\(u, v\)`$/,
    ],
    ["«covariance(u, u)»", "error bad-value", /^the `covariance` of `u` with itself is its variance/],
    ["«test_loss(u)»", "error bad-value", /^`test_loss` takes no weight; only `displacement` does$/],
    ["«variance» = u", "error bad-value", /^`variance` is an observable already/],
  ])("%s is refused where it is wrong", async (observe, kind, message) => {
    await expectProblems(observing(observe), [[kind, message]]);
    const { landscapes, symbols } = await analyze(landscape);
    await expect(
      readObserved(observe.replaceAll(/[«»]/g, ""), landscapes.get("l")!, symbols.get("l")),
    ).rejects.toThrow(/^--observe [^\n]+$/);
  });

  test("is not predicted by named diagrams", async () => {
    await expectProblems(observing("variance(u)", "«pair»"), [
      [
        "error bad-value",
        /^variance is of diagrams with two roots, and `pair` has one; predict them all, such as with `predict order 3`$/,
      ],
    ]);
  });

  test("is none where nothing is random", async () => {
    await expectProblems(observing("test_loss, «variance(u)»", "order 2", "ode(T = 2)"), [
      ["error bad-value", /^variance is of what is random, and in ode nothing is; observe something else$/],
    ]);
  });

  test("leaves its words to weights", async () => {
    const text =
      "landscape l { weights variance = 1, test_loss = 2 data x ~ normal(0, 1) loss variance^2 + x*variance*test_loss }\n" +
      "verify it { landscape l gd(N = 1, T = 1) eta = 1 observe variance(variance), displacement(test_loss) predict order 2 }";
    const { diagnostics, verifies } = await analyze(text);
    expect(diagnostics).toEqual([]);
    expect(verifies.get("it")!.observables[0]).toMatchObject({ operands: [{ weight: 0 }] });
  });
});

describe("an editor", () => {
  const text = observing("variance(u), covariance(test_loss, v)");

  test("renames the weights in it", async () => {
    const { main } = await Editor.of(text);
    const edit = await main.editor.diag.lsp.RenameProvider!.rename(main.document, {
      ...main.identifier,
      position: main.at("v)"),
      newName: "other",
    });
    const changes = edit!.changes!["file:///main.diag"]!;
    expect(edited(text, changes)).toContain("covariance(test_loss, other)");
    expect((await analyze(edited(text, changes))).diagnostics).toEqual([]);
  });

  test("explains it with its formula, and what stands in it", async () => {
    const hovered = (marked: string) =>
      hoverAt(marked, { initializationOptions: { hover: { formulas: "latex" } } });
    const variance = await hovered(text.replace("variance", "¦variance"));
    expect(variance).toMatch(/spreads over training sets/);
    expect(variance).toContain("E[a^2]-E[a]^2");
    expect(variance).toContain("two roots");
    expect(await hovered(text.replace("covariance", "¦covariance"))).toContain(String.raw`\mathrm{Cov}(a,b)`);
    expect(await hovered(text.replace("test_loss,", "¦test_loss,"))).toContain("The loss on new data");
    expect(await hovered(text.replace("v) predict", "¦v) predict"))).toContain("**weight** `v` of `l`");
  });

  test("offers what may stand in it, and what may follow", async () => {
    const labels = async (observe: string, rest = " predict order 1") => {
      const marked = `${landscape}verify it { landscape l gd(N = 2, T = 2) eta = 0.1 observe ${observe}${rest} }`;
      const { main } = await Editor.of(marked.replace("|", ""));
      const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
        ...main.identifier,
        position: main.document.textDocument.positionAt(marked.indexOf("|")),
      });
      return list!.items.map(({ label }) => label);
    };
    expect(await labels("|")).toEqual(expect.arrayContaining(["variance", "covariance"]));
    expect((await labels("variance(|")).toSorted()).toEqual(["test_loss", "u", "v"]);
    expect((await labels("covariance(u, |)")).toSorted()).toEqual(["test_loss", "v"]);
    expect(await labels("variance(u, |)")).toEqual([]);
    expect(await labels("variance(u), |")).toEqual(
      expect.arrayContaining(["variance", "covariance", "test_loss"]),
    );
    // Named diagrams have one root.
    expect(await labels("variance(u)", " predict |")).not.toContain("pair");
    expect(await labels("|", " predict pair")).not.toContain("variance");
  });
});
