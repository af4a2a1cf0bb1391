import fc from "fast-check";
import { expect, test } from "vitest";
import { type CodeAction, CodeActionTriggerKind, type TextEdit } from "vscode-languageserver";
import { canonicalForm, enumerateDiagrams, formatShortForm, linksOf } from "../../../src/diagram/index.js";
import type { NamedDiagram } from "../../../src/language/index.js";
import { contracted } from "../../../src/server/actions/contract.js";
import { statementsOf } from "../../../src/server/actions/refactorings.js";
import { fewTimes } from "../../times.js";
import { Editor, edited, type Open } from "./editor.js";

async function actions(main: Open, place: string, only?: string[]): Promise<CodeAction[]> {
  const position = main.at(place);
  const found = await main.editor.diag.lsp.CodeActionProvider!.getCodeActions(main.document, {
    ...main.identifier,
    range: { start: position, end: position },
    context: { diagnostics: [], ...(only ? { only } : {}) },
  });
  return (found ?? []) as CodeAction[];
}

function after(main: Open, action: CodeAction | undefined): string {
  return edited(main.text, (action?.edit?.changes?.[main.uri] ?? []) as TextEdit[]);
}

/** The text after the action whose title begins so, at a place. */
async function done(
  text: string,
  place: string,
  title: string,
  others: Record<string, string> = {},
): Promise<string> {
  const { main } = await Editor.of(text, others);
  const found = await actions(main, place);
  const action = found.find((one) => one.title.startsWith(title));
  expect(found.map((one) => one.title).join("; ")).toContain(title);
  return after(main, action);
}

test.each([
  [
    "diagram d { a, b -> j -> m -> out  part {a, b} }",
    "m ->",
    "Contract",
    "diagram d { a, b -> j -> out  part {a, b} }",
  ],
  [
    "diagram d {\n  a, b -> j\n  j -> m // link\n  m, c -> out\n  part {a, b, c}\n}",
    "m //",
    "Contract",
    "diagram d {\n  a, b -> j\n  j -> out // link\n  c -> out\n  part {a, b, c}\n}",
  ],
  ["diagram d {\n  c -> m\n  m -> out\n  part {m}\n}", "m\n", "Contract", "diagram d {\n  c -> out\n}"],
  ["diagram d = (01-2-3-4)(02-12-23-34)", "3-4)(", "Contract", "diagram d = (01-2-3)(02-12-23)"],
  [
    "diagram d { a -> o }\ndiagram d { a, b -> o }\n",
    "d { a, b",
    "Rename to",
    "diagram d { a -> o }\ndiagram d_2 { a, b -> o }\n",
  ],
  [
    "diagram d { a -> o }\n/** Doc. */\ndiagram d { a, b -> o }\n",
    "d { a, b",
    "Remove this",
    "diagram d { a -> o }\n",
  ],
  [
    "landscape l { weights w = 0, w = 1 loss w }",
    "w = 1",
    "Rename to",
    "landscape l { weights w = 0, w_2 = 1 loss w }",
  ],
  [
    "diagram d { a, b, c -> out part {a, b} part {b, c} }",
    "b, c}",
    "Take `b` out",
    "diagram d { a, b, c -> out part {a, b} part {c} }",
  ],
  [
    "diagram d { a, b -> out part {a, b} part {b} }",
    "b} }",
    "Take `b` out",
    "diagram d { a, b -> out part {a, b} }",
  ],
  [
    "diagram d { a, b -> out part {a, out} }",
    "out} ",
    "Mark as",
    "train diagram d { a, b -> out part {a, out} }",
  ],
  [
    "diagram d { a, b -> out part {a, out} }",
    "out} ",
    "Take `out` out",
    "diagram d { a, b -> out part {a} }",
  ],
  [
    "diagram d { a, b -> j -> out part {a, j} }",
    "a, j}",
    "Mark as",
    "multi_epoch diagram d { a, b -> j -> out part {a, j} }",
  ],
  [
    "diagram d { a, b -> j -> out part {a, j} }",
    "a, j}",
    "Take `j` out",
    "diagram d { a, b -> j -> out part {a} }",
  ],
  [
    "landscape l { weights w = 0 data x ~ discrete(-1: 1/2, 1: 1/4) loss w*x }",
    "discrete",
    "Give the last",
    "landscape l { weights w = 0 data x ~ discrete(-1: 1/2, 1: 1 - 1/2) loss w*x }",
  ],
  [
    "landscape l { weights w = 0 data x ~ discrete(-1: 1, 1: 3) loss w*x }",
    "1:",
    "",
    "landscape l { weights w = 0 data x ~ discrete(-1: 1, 1: 3) loss w*x }",
  ],
  [
    "landscape l { weights width = 0 loss widht^2 }",
    "widht",
    "Change to `width`",
    "landscape l { weights width = 0 loss width^2 }",
  ],
  [
    "landscape l { weights w = 0 data x ~ nromal(0, 1) loss w*x }",
    "nromal",
    "Change to `normal`",
    "landscape l { weights w = 0 data x ~ normal(0, 1) loss w*x }",
  ],
  [
    "diagram d { a, b -> test  c -> tset }",
    "tset",
    "Change to `test`",
    "diagram d { a, b -> test  c -> test }",
  ],
  [
    "landscape l { loss 1 }\nverify v {\n  landscape l\n  gd(n = 2, T = 3)\n}",
    "n = 2",
    "Change to `N`",
    "landscape l { loss 1 }\nverify v {\n  landscape l\n  gd(N = 2, T = 3)\n}",
  ],
  [
    "verify v {\n  gd(N = 2, T = 3)\n}",
    "v {",
    "Add `eta = 0.1`",
    "verify v {\n  gd(N = 2, T = 3)\n  eta = 0.1\n}",
  ],
])("%s, at %s: %s", async (text, place, title, expected) => {
  expect(await done(text, place, title)).toBe(expected);
});

test("scaled probabilities sum to 1", async () => {
  const text = "landscape l { weights w = 0 data x ~ discrete(-1: 1/2, 0: 1/4, 1: 1/7) loss w*x }";
  const { main } = await Editor.of(await done(text, "discrete", "Scale"));
  expect(main.codes).toEqual([]);
});

// The oracle of contraction works on the combinatorial object: parents and parts, without any text.
const reducible = [3, 4, 5].flatMap((edges) =>
  [...enumerateDiagrams(edges, { pathCondition: true })]
    .map(({ diagram }) => diagram)
    .filter((diagram) => linksOf(diagram).length > 0),
);

test.each(["statements", "short form"])("all links of random diagrams are contracted: %s", async (form) => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...reducible), async (diagram) => {
      const text =
        form === "statements"
          ? `diagram d {\n${statementsOf(diagram)}}\n`
          : `diagram d = ${formatShortForm(diagram)}\n`;
      let expected = diagram;
      for (let link = linksOf(expected)[0]; link !== undefined; link = linksOf(expected)[0]) {
        expected = contracted(expected, link);
      }
      const { main } = await Editor.of(text);
      const [action] = await actions(main, "diagram", ["source.fixAll.diag"]);
      const { main: fixed } = await Editor.of(after(main, action));
      expect(fixed.codes).toEqual([]);
      const [declaration] = fixed.document.parseResult.value.declarations;
      const { value } = fixed.editor.diag.validation.DeclarationChecker.check(declaration!);
      expect(canonicalForm((value as NamedDiagram).diagram)).toBe(canonicalForm(expected));
    }),
    { numRuns: fewTimes(20, 40) },
  );
});

test("a contraction leaves the other nodes, their parts and their order to the root", () => {
  // 0 and 1 in one part on the link 2 on the root 3: the link goes, 0 and 1 are not touched.
  expect(contracted({ parents: [2, 4, 3, 4, -1], parts: [0, 0, 1, 2, 3] }, 3)).toEqual({
    parents: [2, 3, 3, -1],
    parts: [0, 0, 1, 2],
  });
});

test("the short form and the statements say the same diagram", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...reducible), async (diagram) => {
      const short = `train multi_epoch diagram d = ${formatShortForm(diagram)}`;
      const long = await done(short, "diagram", "Write as statements");
      expect(long).toMatch(/^train multi_epoch diagram d \{\n/);
      const back = await done(long, "diagram", "Write in the short form");
      const forms = await Promise.all(
        [short, long, back].map(async (text) => {
          const { main } = await Editor.of(text);
          const { value } = main.editor.diag.validation.DeclarationChecker.check(
            main.document.parseResult.value.declarations[0]!,
          );
          return canonicalForm((value as NamedDiagram).diagram);
        }),
      );
      expect(new Set(forms).size).toBe(1);
    }),
    { numRuns: fewTimes(12, 25) },
  );
});

test("a landscape moves to a file of its own", async () => {
  const text =
    'import "lib.diag"\n\n/** Doc. */\nlandscape bowl { weights w = 1 loss w^2 }\n\ndiagram d { a -> o }\n';
  const { main } = await Editor.of(text, { "lib.diag": "" });
  const action = (await actions(main, "landscape")).find(({ kind }) => kind === "refactor.extract")!;
  const [created, filled, left] = action.edit!.documentChanges! as unknown as [
    { uri: string },
    { edits: TextEdit[] },
    { edits: TextEdit[] },
  ];
  expect(created).toMatchObject({ kind: "create", uri: "file:///bowl.diag" });
  expect(edited("", filled.edits)).toBe("/** Doc. */\nlandscape bowl { weights w = 1 loss w^2 }\n");
  expect(edited(text, left.edits)).toBe(
    'import "lib.diag"\nimport "./bowl.diag"\n\n\ndiagram d { a -> o }\n',
  );
});

test("the diagrams of an order are inserted, and all are sound", async () => {
  const text =
    "landscape l { weights w = 0 loss w^2 }\nverify v { landscape l gd(N = 2, T = 9) eta = 0.1 observe test_loss predict order 2 }\n";
  const { main } = await Editor.of(await done(text, "verify", "Insert the"));
  expect(main.codes.filter((code) => code !== "path-condition")).toEqual([]);
  const count = main.document.parseResult.value.declarations.filter(
    ({ $type }) => $type === "DiagramDeclaration",
  ).length;
  expect(count).toBe([...enumerateDiagrams(2, { irreducible: true })].length);
});

test.each(["", "\n\n", "// only a remark\n", `import "a.diag"\n`, "diagram d { a -> b }\n\n\n"])(
  "no light is lit where nothing is declared: %j",
  async (text) => {
    const { editor, main } = await Editor.of(text);
    const end = main.document.textDocument.positionAt(text.length);
    const offered = async (triggerKind: CodeActionTriggerKind) =>
      (await editor.diag.lsp.CodeActionProvider!.getCodeActions(main.document, {
        ...main.identifier,
        range: { start: end, end },
        context: { diagnostics: [], triggerKind },
      })) as { title: string }[];
    expect((await offered(CodeActionTriggerKind.Automatic)).map(({ title }) => title)).toEqual([]);
    // Who asks is offered what may be inserted.
    expect((await offered(CodeActionTriggerKind.Invoked))[0]?.title).toContain("Insert the irreducible");
  },
);
