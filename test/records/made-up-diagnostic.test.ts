/**
 * A diagnostic that is added by its check alone: whatever tells, marks and mends faults of a diagram does it with this one.
 * Of the rest of the product only the check of diagrams is another here, by a call of it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { runCommand } from "../../src/cli/command.js";
import { answerFile } from "../../src/server/preview/index.js";
import { Editor } from "../language/lsp/editor.js";
import { expectProblems } from "../language/workspace.js";

vi.mock("../../src/language/semantics/diagram.js", async (original) => {
  const real = await original<typeof import("../../src/language/semantics/diagram.js")>();
  const { ProblemList } = await import("../../src/language/problem.js");
  const { draftOfStatements } = await import("../../src/language/semantics/long-form.js");
  const { checkShouting } = await import("./shouting.js");
  const checkDiagram: typeof real.checkDiagram = (declaration, documentation) => {
    const { problems, ...checked } = real.checkDiagram(declaration, documentation);
    const own = new ProblemList();
    if (declaration.shortForm === undefined) {
      checkShouting(draftOfStatements(declaration), own);
    }
    return { ...checked, problems: [...problems, ...own.problems] };
  };
  return { ...real, checkDiagram };
});

const folder = mkdtempSync(join(tmpdir(), "diag-diagnostic-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = "diagram d {\n  LEAF, b -> out\n  part {LEAF, b}\n}\n";

test("it is told at its places, and nowhere else", async () => {
  const { diagrams } = await expectProblems("diagram d {\n  «LEAF», b -> out\n  part P = {«LEAF», b}\n}", [
    ["warning shouting", "the node `LEAF` is in capitals, as parts are; write `leaf`"],
    ["warning shouting"],
  ]);
  // A warning takes the diagram's value from nobody.
  expect([...diagrams.keys()]).toEqual(["d"]);
  await expectProblems("diagram d = (01-2)(02-12)\ndiagram e { A, a -> out }", []);
});

test("an editor has it with its code, and the fix that its suggestion makes", async () => {
  const { main } = await Editor.of(text);
  expect(main.codes).toEqual(["shouting", "shouting"]);
  const actions = await main.editor.diag.lsp.CodeActionProvider!.getCodeActions(main.document, {
    ...main.identifier,
    range: main.range("LEAF"),
    context: { diagnostics: main.diagnostics.slice(0, 1), only: ["quickfix"] },
  });
  const [fix] = actions as { title: string; edit: { changes: Record<string, { newText: string }[]> } }[];
  expect(fix!.title).toBe("Change to `leaf`");
  expect(fix!.edit.changes[main.uri]!.map(({ newText }) => newText)).toEqual(["leaf", "leaf"]);
});

test("the preview marks the node", async () => {
  const { main } = await Editor.of(text);
  const [diagram] = (await answerFile(main.editor.diag, { uri: main.uri }))!.diagrams;
  await main.editor.diag.editor.Drawings.close();
  expect(diagram!.nodes[0]!.name).toBe("LEAF");
  const marks = diagram!.marks.map(({ severity, code, elements }) => ({ severity, code, elements }));
  const mark = { severity: "warning", code: "shouting", elements: [{ kind: "node", index: 0 }] };
  expect(marks).toEqual([mark, mark]);
});

test("the command prints it, and ends as it does with warnings", async () => {
  const path = join(folder, "a.diag");
  writeFileSync(path, text);
  const printed: string[] = [];
  const status = await runCommand(["check", path, "--json"], {
    interrupt: new AbortController().signal,
    print: (line) => printed.push(line),
    note: (line) => expect.unreachable(line),
    ...{ progress: () => undefined, doing: () => undefined, known: () => undefined },
  });
  expect(status).toBe(0);
  const { diagnostics } = JSON.parse(printed.join("\n")) as { diagnostics: { code: string }[] };
  expect(diagnostics.map(({ code }) => code)).toEqual(["shouting", "shouting"]);
});
