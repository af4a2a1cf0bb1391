import fc from "fast-check";
import { expect, test } from "vitest";
import type { CodeAction, TextEdit } from "vscode-languageserver";
import { canonicalForm } from "../../../src/diagram/index.js";
import { isDiagramDeclaration } from "../../../src/language/generated/ast.js";
import { type AnalyzedFile, analyzeText } from "../../../src/language/index.js";
import type { NodeEdit } from "../../../src/preview/index.js";
import { replaced } from "../../../src/server/actions/text.js";
import { editDiagram } from "../../../src/server/preview/edits.js";
import { answerInsert } from "../../../src/server/preview/insert.js";
import { times } from "../../times.js";
import { Editor, edited, type Open } from "./editor.js";
import { Chance, commentsIn, randomFile } from "./random-files.js";

/** What a file says, without the places at which it says it, and without the names and numbers of nodes. */
function meaning({ diagrams, landscapes, verifies }: AnalyzedFile): Map<string, string> {
  const shapes = [...diagrams].map(([name, { diagram, train, multiEpoch, documentation }]) => {
    return [name, { form: canonicalForm(diagram), train, multiEpoch, documentation }] as const;
  });
  // A number of the file may be any; JSON has no infinities, and no file has one.
  return new Map(
    [...shapes, ...landscapes, ...verifies].map(([name, value]) => [name, JSON.stringify(value)]),
  );
}

async function meaningOf(text: string): Promise<Map<string, string>> {
  return meaning(await analyzeText(text));
}

/** What is said of each sound diagram, by name. */
async function docsOf(text: string): Promise<Map<string, string | undefined>> {
  const { diagrams } = await analyzeText(text);
  return new Map([...diagrams].map(([name, { documentation }]) => [name, documentation]));
}

/** The codes of a file's errors, sorted. */
const errorsOf = (main: Open): string[] =>
  main.diagnostics
    .filter(({ severity }) => severity === 1)
    .map(({ code }) => String(code))
    .sort();

async function actionsAt(main: Open, offset: number, only?: string[]): Promise<CodeAction[]> {
  const position = main.document.textDocument.positionAt(offset);
  const found = await main.editor.diag.lsp.CodeActionProvider!.getCodeActions(main.document, {
    ...main.identifier,
    range: { start: position, end: position },
    context: { diagnostics: [], ...(only ? { only } : {}) },
  });
  return (found ?? []) as CodeAction[];
}

/** The texts of the files that an action leaves, by address. */
function applied(main: Open, { edit }: CodeAction, text = main.text): Map<string, string> {
  const texts = new Map([[main.uri, text]]);
  const apply = (uri: string, edits: readonly TextEdit[]) =>
    texts.set(uri, edited(texts.get(uri) ?? "", edits));
  for (const [uri, edits] of Object.entries(edit?.changes ?? {})) {
    apply(uri, edits);
  }
  for (const change of edit?.documentChanges ?? []) {
    if ("edits" in change) {
      apply(change.textDocument.uri, change.edits as TextEdit[]);
    }
  }
  return texts;
}

/** Some places of a text, the ends of all declarations and what is around them among them. */
function places(main: Open, chance: Chance): number[] {
  const ends = main.document.parseResult.value.declarations.flatMap(({ $cstNode }) => [
    $cstNode!.offset - 1,
    $cstNode!.offset,
    $cstNode!.end,
    $cstNode!.end + 1,
  ]);
  const others = Array.from({ length: 4 }, () => chance.below(main.text.length + 1));
  return [...ends, ...others].filter((place) => place >= 0 && place <= main.text.length);
}

test("every refactoring of every file is sound, keeps what the file says and all its comments", async () => {
  const { main } = await Editor.of("");
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(randomFile(false), async ({ seed, text }) => {
      await main.type(text);
      const errors = errorsOf(main);
      const before = await meaningOf(text);
      const tried = new Set<string>();
      for (const place of places(main, new Chance(seed))) {
        await main.type(text);
        for (const action of await actionsAt(main, place, ["refactor", "source"])) {
          if (tried.has(JSON.stringify(action.edit))) {
            continue;
          }
          tried.add(JSON.stringify(action.edit));
          seen.set(action.title.split(" ")[0]!, 1);
          const texts = applied(main, action, text);
          const after = texts.get(main.uri)!;
          const label = `${action.title} at ${place} of ${JSON.stringify(text)}`;
          expect(commentsIn([...texts.values()].join("\n")), label).toEqual(commentsIn(text));
          const whole = new Map([...texts].map(([uri, content]) => [uri.replace(/^.*\//, ""), content]));
          const said = [
            await meaningOf(after),
            ...(await Promise.all(
              [...whole].filter(([name]) => name !== "main.diag").map(([, one]) => meaningOf(one)),
            )),
          ];
          for (const [name, value] of before) {
            const now = said.map((one) => one.get(name)).find((one) => one !== undefined);
            // A verify whose landscape has moved is read with its import, below; contracting is no refactoring.
            if (action.kind === "refactor.extract" && now === undefined) {
              continue;
            }
            if (action.kind?.startsWith("source")) {
              continue;
            }
            expect(now, label).toBe(value);
          }
          const others = [...whole].filter(([name]) => name !== "main.diag");
          if (others.length === 0) {
            await main.type(after);
          }
          const opened =
            others.length === 0 ? main : (await Editor.of(after, Object.fromEntries(others))).main;
          expect(
            errorsOf(opened).filter((code) => code !== "path-condition"),
            label,
          ).toEqual(errors.filter((code) => code !== "path-condition"));
        }
      }
    }),
    { numRuns: times(10), endOnFailure: true },
  );
  expect([...seen.keys()]).toContain("Write");
});

test.each([
  [
    "a comment in the head",
    "/** Doc. */ train /* = { */ diagram // } name\n  d /* ( */ { a, b -> out /* e */ part {a, b} // p\n}\n",
    "/** Doc. */ train /* = { */ diagram // } name\n  d /* ( */ =\n  /* e */\n  // p\n  (01-2)(02-12)\n",
  ],
  [
    "comments in the body of a text with CR LF",
    "diagram d {\r\n  a -> out // first\r\n  /** not about e */\r\n}\r\n/** About e. */\r\ndiagram e { x, y -> z }\r\n",
    "diagram d =\r\n  // first\r\n  /** not about e */\r\n  (0-1)(01)\r\n/** About e. */\r\ndiagram e { x, y -> z }\r\n",
  ],
  ["no comment", "multi_epoch diagram d{a->out}", "multi_epoch diagram d= (0-1)(01)"],
])("the short form is written behind the name: %s", async (_, text, expected) => {
  const { main } = await Editor.of(text);
  const [action] = await actionsAt(main, text.indexOf("out"), ["refactor.rewrite"]);
  expect(applied(main, action!).get(main.uri)).toBe(expected);
});

test.each([
  ["/* one\n^two */ diagram d { a -> b }\n", "^/* one\ntwo */ diagram d { a -> b }\n"],
  ["// one\n/** D. */^\ndiagram d { a -> b }\n", "^// one\n/** D. */\ndiagram d { a -> b }\n"],
  ["// one\n\n/** D. */\n\n^\ndiagram d { a -> b }\n", "// one\n\n^/** D. */\n\n\ndiagram d { a -> b }\n"],
  ["diagram d {\n  a -> b\n}^\n// end\n", undefined],
  ["diagram d {\n  a -> b\n} ^\n// end\n", "diagram d {\n  a -> b\n}^ \n// end\n"],
  ['import\n^"x.diag"\n', '^import\n"x.diag"\n'],
])("diagrams are inserted between what stands there: %j", async (marked, expected) => {
  const at = marked.indexOf("^");
  const text = marked.replace("^", "");
  const { main } = await Editor.of(text, { "x.diag": "" });
  const [action] = await actionsAt(main, at - (marked.slice(0, at).match(/\^/g)?.length ?? 0), [
    "refactor.insert",
  ]);
  if (expected === undefined) {
    expect(action).toBeUndefined();
    return;
  }
  const after = applied(main, action!).get(main.uri)!;
  const [before, behind] = expected.split("^") as [string, string];
  expect(after.startsWith(before) && after.endsWith(behind), after).toBe(true);
  expect(after.slice(before.length, after.length - behind.length).trim()).toMatch(/^diagram order1_1 = \S+$/);
});

test("every quick fix of every file removes an error, adds none and keeps all comments", async () => {
  const { main } = await Editor.of("");
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(randomFile(true), async ({ text }) => {
      await main.type(text);
      const errors = errorsOf(main);
      const found = main.diagnostics.map(({ range, ...rest }) => ({
        ...rest,
        place: main.document.textDocument.offsetAt(range.start),
      }));
      const fixes: { fix: CodeAction; texts: Map<string, string> }[] = [];
      for (const { place } of found) {
        for (const fix of await actionsAt(main, place, ["quickfix"])) {
          fixes.push({ fix, texts: applied(main, fix) });
        }
      }
      for (const { fix, texts } of fixes) {
        const after = texts.get(main.uri)!;
        const label = `${fix.title} for ${fix.diagnostics![0]!.message} of ${JSON.stringify(text)}`;
        const { code, severity } = fix.diagnostics![0]!;
        seen.add(`${code}: ${fix.title.replace(/`.*?`/g, "`…`")}`);
        if (!fix.title.startsWith("Remove this")) {
          expect(commentsIn(after), label).toEqual(commentsIn(text));
        }
        if (code !== "duplicate-name") {
          const docs = await docsOf(after);
          for (const [name, said] of await docsOf(text)) {
            expect(docs.get(name) ?? said, label).toBe(said);
          }
        }
        await main.type(after);
        const left = errorsOf(main);
        expect(left.filter((one) => one === code).length, label).toBeLessThan(
          errors.filter((one) => one === code).length + (severity === 1 ? 0 : 1),
        );
        expect(main.document.parseResult.parserErrors, label).toEqual([]);
        // Names that are known again, and diagrams that are sound again, are used again: that tells no error anew here.
        const added = [...left];
        for (const one of errors) {
          added.splice(added.indexOf(one), added.includes(one) ? 1 : 0);
        }
        expect(added, label).toEqual([]);
      }
    }),
    { numRuns: times(25), endOnFailure: true },
  );
  expect(seen.size).toBeGreaterThan(5);
});

test("renaming keeps what a file says, and all its comments", async () => {
  const { main } = await Editor.of("");
  await fc.assert(
    fc.asyncProperty(randomFile(false), async ({ seed, text }) => {
      await main.type(text);
      const chance = new Chance(seed);
      const errors = errorsOf(main);
      const names = [...text.matchAll(/[\p{ID_Start}_]\p{ID_Continue}*/gu)].map(({ index }) => index);
      for (const place of chance.mixed(names).slice(0, 6)) {
        const position = main.document.textDocument.positionAt(place);
        const provider = main.editor.diag.lsp.RenameProvider!;
        const newName = chance.of(["part", "predict", "π_9", "from", "sgd"]);
        const edit = await Promise.resolve()
          .then(() => provider.rename(main.document, { ...main.identifier, position, newName }))
          .catch(() => undefined);
        const edits = edit?.changes?.[main.uri] ?? [];
        if (edits.length === 0) {
          continue;
        }
        const old = main.slice(edits[0]!.range);
        const after = edited(text, edits);
        const label = `${old} to ${newName} in ${JSON.stringify(text)}`;
        expect(commentsIn(after), label).toEqual(commentsIn(text));
        await main.type(after);
        expect(errorsOf(main), label).toEqual(errors);
        const said = withoutNames(await meaningOf(text), [old, newName]);
        expect(withoutNames(await meaningOf(after), [old, newName]), label).toEqual(said);
        await main.type(text);
      }
    }),
    { numRuns: times(15), endOnFailure: true },
  );

  function withoutNames(said: Map<string, string>, names: readonly string[]): string[] {
    return [...said].map(([own, value]) =>
      names.reduce(
        (text, name) => text.replaceAll(`"name":"${name}"`, "?"),
        `${names.includes(own) ? "?" : own} ${value}`,
      ),
    );
  }
});

test("edits by hand keep all comments, and whatever they do not touch", async () => {
  const { main } = await Editor.of("");
  let made = 0;
  await fc.assert(
    fc.asyncProperty(randomFile(false), async ({ seed, text }) => {
      const chance = new Chance(seed);
      const before = await meaningOf(text);
      await main.type(text);
      const { declarations } = main.document.parseResult.value;
      for (const declaration of declarations.filter(isDiagramDeclaration)) {
        const { value } = main.editor.diag.validation.DeclarationChecker.diagram(declaration);
        const size = value!.diagram.parents.length;
        const node = () => chance.below(size);
        const edits: NodeEdit[] = [
          { kind: "addChild", parent: node() },
          { kind: "reattach", node: node(), parent: node() },
          { kind: "group", nodes: [node(), node()] },
          { kind: "ungroup", node: node() },
          { kind: "contract", node: node() },
          { kind: "remove", node: node() },
        ];
        for (const edit of edits) {
          const result = editDiagram(main.editor.diag, declaration, edit);
          if ("problem" in result) {
            continue;
          }
          made++;
          const after = replaced(text, result.pieces);
          const label = `${JSON.stringify(edit)} in ${declaration.name} of ${JSON.stringify(text)}`;
          expect(commentsIn(after), label).toEqual(commentsIn(text));
          const now = await meaningOf(after);
          expect([...now.keys()], label).toEqual([...before.keys()]);
          for (const [name, said] of before) {
            if (name !== declaration.name) {
              expect(now.get(name), label).toBe(said);
            }
          }
        }
      }
      for (let count = 0; count < 3; count++) {
        const offset = chance.below(text.length + 1);
        const { version } = main.document.textDocument;
        const position = main.document.textDocument.positionAt(offset);
        const shortForm = "\\sdia{c(01-2)(02-12)}";
        const answer = await answerInsert(main.editor.diag, { uri: main.uri, version, shortForm, position });
        if ("problem" in answer) {
          throw new Error(answer.problem);
        }
        const after = edited(text, [...answer.edits] as TextEdit[]);
        const label = `inserted at ${offset} of ${JSON.stringify(text)}`;
        expect(commentsIn(after), label).toEqual(commentsIn(text));
        const now = await meaningOf(after);
        expect(now.has("pasted"), label).toBe(true);
        for (const [name, said] of before) {
          expect(now.get(name), label).toBe(said);
        }
      }
    }),
    { numRuns: times(15), endOnFailure: true },
  );
  expect(made).toBeGreaterThan(20);
});
