import { expect, test } from "vitest";
import { Editor } from "./editor.js";

// What a fix makes of its diagram is looked at before it is offered; a long diagram on one line has a hundred diagnostics.

async function fixesIn(nodes: number, name: string): Promise<number> {
  const chain = Array.from({ length: nodes }, (_, index) => `${name}${index}`).join(" -> ");
  const { main } = await Editor.of(`diagram d { ${chain} }`);
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1_000_000 } };
  const actions = await main.editor.diag.lsp.CodeActionProvider!.getCodeActions(main.document, {
    ...main.identifier,
    range,
    context: { diagnostics: main.diagnostics, only: ["quickfix"] },
  });
  return actions!.length;
}

test("all fixes of a short diagram are offered, and some of a long one's", async () => {
  expect(await fixesIn(12, "n")).toBe(10);
  const ofLong = await fixesIn(90, "a_name_of_thirty_characters___");
  expect(ofLong).toBeGreaterThan(0);
  expect(ofLong).toBeLessThan(50);
});
