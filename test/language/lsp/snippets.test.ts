import { describe, expect, test } from "vitest";
import { declarationOffers } from "../../../src/server/completion/declarations.js";
import { withoutPlaces } from "../../../src/server/completion/offers.js";
import { Editor } from "./editor.js";
import { declarationLabels, offeredAt, written } from "./snippets.js";

const labels = await declarationLabels();

/** What is found in a file, but that what only several epochs allow is there: that is what its mark says. */
const found = (diagnostics: readonly { code?: unknown; message: unknown }[]) =>
  diagnostics.filter(({ code }) => code !== "path-condition").map(({ message }) => message);

describe("whole declarations, with nothing in them changed", () => {
  test("are all that there are", () => {
    expect(labels).toEqual([
      "diagram",
      "diagram (short form)",
      "train diagram",
      "multi_epoch diagram",
      "landscape",
      "verify",
      "import",
      ...[1, 2, 3].map((edges) => `all irreducible diagrams of ${edges} edge${edges > 1 ? "s" : ""}`),
    ]);
  });

  test.each(labels)("%s has no fault, and no other behind it, nor itself", async (first) => {
    const file = await written(first);
    const { text } = file;
    expect([text, ...found(file.diagnostics)]).toEqual([text]);
    const offered = await offeredAt(file, text.length);
    // There is nothing more to import, and no diagram of that order that is lacking.
    expect(labels.filter((second) => !offered.has(second))).toEqual(
      /^(?:import|all)/.test(first) ? [first] : [],
    );
    for (const both of offered.values()) {
      await file.type(both);
      expect([both, ...found(file.diagnostics)]).toEqual([both]);
    }
  });

  test("of half a dozen of one kind each has a name and a shape of its own", async () => {
    for (const label of labels.slice(0, 6)) {
      const file = await written(...Array.from({ length: 6 }, () => label));
      expect([file.text, ...found(file.diagnostics)]).toEqual([file.text]);
    }
  });

  test("an import is offered of a file that brings no name that is taken", async () => {
    const files = {
      "a.diag": "diagram pair = (01-2)(02-12)",
      "b } $c.diag": "diagram three = (012-3)(03-13-23)",
    };
    const { main } = await Editor.of("diagram pair = (0-1)(01)\n", files);
    expect((await offeredAt(main, main.text.length)).get("import")).toBe(
      `${main.text}import "b } $c.diag"\n`,
    );
    await main.type(main.text.replace("pair", "other"));
    expect((await offeredAt(main, main.text.length)).get("import")).toBe(`${main.text}import "a.diag"\n`);
    const alone = (await Editor.of("")).main;
    expect((await offeredAt(alone, 0)).has("import")).toBe(false);
  });

  test("behind a mark the diagram is one that the file lacks too", async () => {
    const { main } = await Editor.of("diagram pair = (01-2)(02-12)\ntrain ");
    for (const [label, text] of await offeredAt(main, main.text.length)) {
      if (label !== "multi_epoch") {
        await main.type(text);
        expect([text, ...found(main.diagnostics)]).toEqual([text]);
      }
    }
  });
});

const landscape =
  "landscape own {\n  weights w = 0\n  param a = 1\n  data x ~ normal(0, a)\n  loss (w - x)^2 / 2\n}\n";
const verify = withoutPlaces(
  declarationOffers({
    names: new Set(),
    forms: new Set(),
    landscape: { name: "own", isPredictable: true },
  }).find(({ label }) => label === "verify")!.snippet!,
);

describe("statements, with nothing in them changed, make no fault where they are offered", () => {
  test.each([
    ["weights w = 0\n  |\n  loss w^2"],
    ["weights w = 0\n  data x ~ normal(0, 1)\n  loss (w - x)^2\n  |"],
    ["weights w = 0\n  data x ~ normal(0, 1)\n  |"],
    ["weights w = 0\n  |"],
    ["|\n  weights v = 0\n  param a = 2\n  loss v^2"],
  ])("in a landscape: %s", async (body) => {
    const marked = `landscape l {\n  ${body}\n}`;
    const { main } = await Editor.of(marked.replace("|", ""));
    const before = new Set(found(main.diagnostics));
    const offered = await offeredAt(main, marked.indexOf("|"));
    expect([...offered.keys()]).toEqual(expect.arrayContaining(["weights", "param", "let", "data"]));
    for (const [label, text] of offered) {
      await main.type(text);
      expect([label, text, ...found(main.diagnostics).filter((one) => !before.has(one))]).toEqual([
        label,
        text,
      ]);
    }
  });

  test("in a verify", async () => {
    const text = `${landscape}\n${verify}`;
    const end = text.lastIndexOf("}");
    const { main } = await Editor.of(text);
    expect(main.diagnostics).toEqual([]);
    const offered = await offeredAt(main, end);
    const own = ["sum", "measure", "with", "metric", "trials", "seed"];
    expect([...offered.keys()].filter((label) => own.includes(label))).toEqual(own);
    for (const [label, changed] of offered) {
      await main.type(changed);
      expect([label, changed, ...found(main.diagnostics)]).toEqual([label, changed]);
    }
  });

  test("the file's own landscape is filled in, and where there is none, none is offered", async () => {
    const text = `${landscape}\nverify v {\n  gd(N = 1, T = 1)\n  eta = 0.1\n  observe test_loss\n}`;
    const { main } = await Editor.of(text);
    const filled = (await offeredAt(main, text.lastIndexOf("}"))).get("landscape")!;
    expect(filled).toContain("\nlandscape own}");
    await main.type(filled);
    expect(found(main.diagnostics)).toEqual([]);
    await main.type(text.slice(landscape.length));
    expect((await offeredAt(main, main.text.lastIndexOf("}"))).has("landscape")).toBe(false);
  });
});
