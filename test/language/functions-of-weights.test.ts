import { describe, expect, test } from "vitest";
import { readObserved } from "../../src/cli/readings.js";
import { describeFile } from "../../src/cli/verbs/describe.js";
import { evaluateExpression } from "../../src/landscape/index.js";
import { Editor, edited } from "./lsp/editor.js";
import { hoverAt } from "./lsp/reading-editor.js";
import { analyze, expectProblems } from "./workspace.js";

const landscape = `landscape l {
  weights u = 1, v = 2
  param c = 3
  data x ~ normal(0, 1)
  let r = u^2 + v^2
  let noisy = x*u
  loss r + noisy
}
train diagram inside = (01)(01)
`;
const observing = (observe: string, predict = "order 2") =>
  `${landscape}verify it { landscape l gd(N = 2, T = 2) eta = 0.1 observe ${observe} predict ${predict} }`;

describe("a function of the weights", () => {
  test.each([
    ["f = u^2 + c*v", 7],
    ["f = r", 5],
    ["f = -(r - c)^2 / u", -4],
    ["trials = exp(u - 1) * sin(pi/2)", 1],
  ])("%s is one of weights, params and lets", async (observe, value) => {
    const { verifies, diagnostics } = await analyze(observing(`${observe}, test_loss`));
    expect(diagnostics).toEqual([]);
    const [own, loss] = verifies.get("it")!.observables;
    expect(own!.name).toBe(observe.split(" ")[0]);
    expect(evaluateExpression(own!.value!, { u: 1, v: 2 })).toBeCloseTo(value, 14);
    expect(loss).toEqual({ name: "test_loss", weights: [] });
  });

  test.each([
    [
      "f = u + «w»",
      "error unknown-symbol",
      /`w` is no weight, param or constant of `l`; its weights are u, v/,
    ],
    ["f = u + «x»", "error unknown-symbol", /`x` is a datum; .* weights and params alone/],
    ["f = «noisy» + u", "error unknown-symbol", /`noisy` has `x` in it/],
    ["f = «softplux»(u)", "error unknown-symbol", /no function `softplux`; did you mean `softplus`/],
    ["f = u + «c»(v)", "error unknown-symbol", /`c` is no function/],
    ["«test_loss» = u", "error bad-value", /`test_loss` is an observable already/],
    ["f = u, «f = v»", "error bad-value", /stands twice/],
    ["f = «c^2»", "error bad-value", /the same wherever descent ends/],
    ["f = «log(u - 1)»", "error bad-value", /^f or a derivative of it is not finite at u = 1, v = 2/],
    ["f = «sqrt(v - 2)»", "error bad-value", /^f or a derivative of it is not finite/],
  ])("%s is refused where it is wrong", async (observe, kind, message) => {
    await expectProblems(observing(observe), [[kind, message]]);
  });

  test("has no diagram whose root shares its part", async () => {
    await expectProblems(observing("f = u", "«inside»"), [
      ["error bad-value", /which only train_loss and gen_gap have; it adds nothing to f/],
    ]);
  });

  test("is described as a file writes it", async () => {
    const { verifies } = describeFile(await analyze(observing("f = r, displacement(u)")));
    expect(verifies[0]!.observables).toEqual(["f = u^2 + v^2", "displacement(u)"]);
  });

  test.each([
    ["f = r + c*u", 8],
    ["  f=c", undefined],
    ["f = u + w", undefined],
    ["f = u, test_loss", undefined],
    ["f = u trials = 3", undefined],
    ["f = u } verify other { ", undefined],
  ])("is read from a command line: %s", async (given, value) => {
    const { landscapes, symbols } = await analyze(landscape);
    const read = readObserved(given, landscapes.get("l")!, symbols.get("l"));
    if (value === undefined) {
      await expect(read).rejects.toThrow(/^--observe [^\n]+$/);
    } else {
      const observable = await read;
      expect(observable.name).toBe("f");
      expect(evaluateExpression(observable.value!, { u: 1, v: 2 })).toBe(value);
    }
  });
});

describe("an editor", () => {
  const text = observing("f = u*c + exp(v), test_loss");

  test("finds and renames the weights and params in it", async () => {
    const { main } = await Editor.of(text);
    for (const [name, place, count] of [
      ["weight", "u*c", 4],
      ["factor", "c + exp", 2],
    ] as const) {
      const edit = await main.editor.diag.lsp.RenameProvider!.rename(main.document, {
        ...main.identifier,
        position: main.at(place),
        newName: name,
      });
      const changes = edit!.changes!["file:///main.diag"]!;
      expect(changes.length).toBe(count);
      const { diagnostics } = await analyze(edited(text, changes));
      expect(diagnostics).toEqual([]);
    }
  });

  test("explains it and what it is made of", async () => {
    const hovered = (marked: string) => hoverAt(marked, { initializationOptions: {} });
    const own = await hovered(text.replace("f =", "¦f ="));
    expect(own).toContain("**observable** `f` of `it`");
    expect(own).toMatch(/e\^|exp/);
    expect(own).toContain("in place of the loss's");
    expect(await hovered(text.replace("u*c", "¦u*c"))).toContain("**weight** `u` of `l`");
    expect(await hovered(text.replace("c + exp", "¦c + exp"))).toContain("**param** `c` of `l`");
    expect(await hovered(text.replace("observe", "obs¦erve"))).toContain("radius = u^2 + v^2");
  });

  test("offers what it may be made of, and what may follow", async () => {
    const labels = async (observe: string, rest = " predict order 1") => {
      const marked = `${landscape}verify it { landscape l gd(N = 2, T = 2) eta = 0.1 observe ${observe}${rest} }`;
      const { main } = await Editor.of(marked.replace("|", ""));
      const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
        ...main.identifier,
        position: main.document.textDocument.positionAt(marked.indexOf("|")),
      });
      return list!.items.map(({ label }) => label);
    };
    for (const place of ["f = |", "f = u + |", "f = exp(|", "f = u^2, g = |", "test_loss, g = pow(u, |"]) {
      expect(await labels(place)).toEqual(expect.arrayContaining(["u", "v", "c", "exp", "pi"]));
      expect(await labels(place)).not.toContain("x");
    }
    expect(await labels("f = u |")).toContain("trials");
    expect(await labels("f = u, |")).toContain("test_loss");
    expect(await labels("f = u, displacement(|")).toEqual(["u", "v"]);
    // A root in a part adds nothing to a function of the weights.
    expect(await labels("train_loss", " predict |")).toContain("inside");
    expect(await labels("f = u*(v + 1), train_loss", " predict |")).not.toContain("inside");
  });

  test("formats it like any expression", async () => {
    const { main } = await Editor.of(observing("f=u ^2+c* v"));
    const edits = await main.editor.diag.lsp.Formatter!.formatDocument(main.document, {
      ...main.identifier,
      options: { tabSize: 2, insertSpaces: true },
    });
    expect(edited(main.document.textDocument.getText(), edits)).toContain("observe f = u^2 + c*v");
  });
});
