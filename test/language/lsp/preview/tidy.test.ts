import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { FormattingOptions, TextEdit } from "vscode-languageserver";
import { isDiagramDeclaration } from "../../../../src/language/generated/ast.js";
import type { NodeEdit } from "../../../../src/preview/index.js";
import { replaced } from "../../../../src/server/actions/text.js";
import { editDiagram } from "../../../../src/server/preview/edits.js";
import { answerInsert } from "../../../../src/server/preview/insert.js";
import { times } from "../../../times.js";
import { Editor, edited, type Open } from "../editor.js";
import { Chance, commentsIn, randomFile } from "../random-files.js";
import { answer, type NamedEdit } from "./edit-by-name.js";

let main: Open;
beforeAll(async () => {
  main = (await Editor.of("")).main;
});

type Indentation = Pick<FormattingOptions, "tabSize" | "insertSpaces">;

/** The file as its formatter leaves it. */
async function formatted(text: string, options: Indentation): Promise<string> {
  await main.type(text);
  const edits = await main.editor.diag.lsp.Formatter!.formatDocument(main.document, {
    textDocument: { uri: main.uri },
    options,
  });
  return edited(text, edits as TextEdit[]);
}

const indentations: readonly Indentation[] = [
  { tabSize: 2, insertSpaces: true },
  { tabSize: 4, insertSpaces: true },
  { tabSize: 4, insertSpaces: false },
];

/** Every edit of one node or two by hand, of each diagram of the file that is open. */
function* editsOf(): Generator<{ readonly after: string; readonly label: string }> {
  for (const declaration of main.document.parseResult.value.declarations.filter(isDiagramDeclaration)) {
    const { value } = main.editor.diag.validation.DeclarationChecker.diagram(declaration);
    const nodes = [...value!.diagram.parents.keys()];
    const edits = nodes.flatMap((node): NodeEdit[] => [
      { kind: "addChild", parent: node },
      { kind: "ungroup", node },
      { kind: "contract", node },
      { kind: "remove", node },
      { kind: "group", nodes: [node, (node + 1) % nodes.length] },
      { kind: "reattach", node, parent: (node + 2) % nodes.length },
    ]);
    for (const edit of edits) {
      const made = editDiagram(main.editor.diag, declaration, edit);
      if (!("problem" in made)) {
        const label = `${JSON.stringify(edit)} of ${declaration.name} in ${JSON.stringify(main.text)}`;
        yield { after: replaced(main.text, made.pieces), label };
      }
    }
  }
}

describe("edits by hand", () => {
  test("leave every formatted file as its formatter does, and each of its comments", async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(randomFile(false), async ({ seed, text }) => {
        const options = new Chance(seed).of(indentations);
        const tidy = await formatted(text, options);
        await main.type(tidy);
        // Carriage returns alone are no line ends to the formatter.
        fc.pre((await formatted(tidy, options)) === tidy && !/\r(?!\n)/.test(tidy));
        await main.type(tidy);
        for (const { after, label } of [...editsOf()]) {
          made++;
          expect(await formatted(after, options), label).toBe(after);
          expect(commentsIn(after), label).toEqual(commentsIn(tidy));
        }
      }),
      { numRuns: times(12) },
    );
    expect(made).toBeGreaterThan(40);
  });

  test("leave no blanks at the ends of lines and no empty lines together that were not there", async () => {
    const untidy = (text: string): number =>
      text.replace(/\r\n?/g, "\n").match(/[^\S\n]+(?=\n|$)|\n\s*\n\s*\n/g)?.length ?? 0;
    await fc.assert(
      fc.asyncProperty(randomFile(false), async ({ text }) => {
        await main.type(text);
        for (const { after, label } of editsOf()) {
          expect(untidy(after), label).toBeLessThanOrEqual(untidy(text));
          const words = after.replace(/\/\/[^\n\r]*|\/\*[\s\S]*?\*\//g, " ");
          expect(words, label).not.toMatch(/[,{]\s*,|,\s*\}|=\s*\{\s*\}|part\s*\{\s*\}/);
        }
      }),
      { numRuns: times(25) },
    );
  });

  test.each<[string, NamedEdit, string, string]>([
    [
      "an empty line on both sides of what goes",
      { kind: "remove", node: "b" },
      "diagram d {\n  a -> out\n\n  b -> out\n\n  part {a, c}\n  c -> out\n}\n",
      "diagram d {\n  a -> out\n\n  part {a, c}\n  c -> out\n}\n",
    ],
    [
      "the last statement, behind an empty line",
      { kind: "ungroup", node: "a" },
      "diagram d {\n    a, b -> out\n\n    part {a, b}\n}\n",
      "diagram d {\n    a, b -> out\n}\n",
    ],
    [
      "a remark at the part that goes",
      { kind: "ungroup", node: "a" },
      "diagram d {\r\n\ta, b -> out\r\n\tpart {a, b} // pair\r\n}\r\n",
      "diagram d {\r\n\ta, b -> out\r\n\t// pair\r\n}\r\n",
    ],
    [
      "a text that nobody has formatted, around the place only",
      { kind: "remove", node: "b" },
      "diagram  d{\n  a->out\n\n\n  b->out\n\n\n  c->out}\n",
      "diagram  d{\n  a->out\n\n  c->out}\n",
    ],
  ])("%s", async (_, edit, before, expected) => {
    await main.type(before);
    const made = await answer(main, edit);
    expect("problem" in made ? made.problem : edited(before, [...made.edits] as TextEdit[])).toBe(expected);
  });

  test("a diagram that is inserted leaves a formatted file so", async () => {
    await fc.assert(
      fc.asyncProperty(randomFile(false), async ({ seed, text }) => {
        const [options] = indentations;
        const tidy = await formatted(text, options!);
        await main.type(tidy);
        fc.pre((await formatted(tidy, options!)) === tidy && !/\r(?!\n)/.test(tidy));
        await main.type(tidy);
        const { version, textDocument } = { version: main.document.textDocument.version, ...main.document };
        const position = textDocument.positionAt(new Chance(seed).below(tidy.length + 1));
        const shortForm = "(01-2)(02-12)";
        const given = await answerInsert(main.editor.diag, { uri: main.uri, version, shortForm, position });
        const after = "edits" in given ? edited(tidy, [...given.edits] as TextEdit[]) : "";
        expect(await formatted(after, options!), JSON.stringify(tidy)).toBe(after);
      }),
      { numRuns: times(25) },
    );
  });
});
