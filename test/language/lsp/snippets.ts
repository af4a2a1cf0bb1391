import { withoutPlaces } from "../../../src/server/completion/offers.js";
import { Editor, edited, type Open } from "./editor.js";

/** A file that snippets may import. */
export const library = { "lib.diag": "diagram from_library = (0-1-2-3-4)(04-14-24-34)" };

/** What is offered at the end of a file, by its label, as the text that stands there when nothing in it is changed. */
export async function offeredAt(main: Open, offset: number): Promise<Map<string, string>> {
  const { textDocument } = main.document;
  const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
    ...main.identifier,
    position: textDocument.positionAt(offset),
  });
  return new Map(
    list!.items.map((item) => {
      const edit = item.textEdit as { range: never; newText: string };
      const newText = item.insertTextFormat === 2 ? withoutPlaces(edit.newText) : edit.newText;
      return [item.label, edited(main.text, [{ ...edit, newText }])];
    }),
  );
}

/** The file after whole declarations were inserted, one after the other, as they are offered there. */
export async function written(...labels: readonly string[]): Promise<Open> {
  const { main } = await Editor.of("", library);
  for (const label of labels) {
    const text = (await offeredAt(main, main.text.length)).get(label);
    if (text === undefined) {
      throw new Error(`${label} is not offered after ${JSON.stringify(main.text)}`);
    }
    await main.type(text);
  }
  return main;
}

/** What is offered in an empty file. */
export async function declarationLabels(): Promise<string[]> {
  return [...(await offeredAt((await Editor.of("", library)).main, 0)).keys()];
}
