import { Cancellation, DocumentState, URI } from "langium";
import { expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Editor } from "./editor.js";

// A question about a file whose turn is still to come waits for it, though the edited file is done already.

const importer = "file:///importer.diag";
const imported = "file:///imported.diag";
const texts = {
  [importer]: 'import "imported.diag"\ndiagram d { a -> b }\n',
  [imported]: "diagram e { x, y -> z }\n",
};

async function open(): Promise<Editor> {
  const editor = new Editor();
  for (const [uri, text] of Object.entries(texts)) {
    await editor.open(uri, text);
  }
  return editor;
}

/** Asks for a file as soon as another is done; settles as the question does. */
function askWhenDone({ shared }: Editor, done: string, about: string): Promise<URI | undefined> {
  const { DocumentBuilder } = shared.workspace;
  return new Promise((resolve, reject) => {
    const subscription = DocumentBuilder.onDocumentPhase(DocumentState.Validated, ({ uri }) => {
      if (uri.toString() !== done) {
        return;
      }
      subscription.dispose();
      DocumentBuilder.waitUntil(DocumentState.Linked, URI.parse(about)).then(resolve, reject);
    });
  });
}

function type({ shared }: Editor, uri: string, text: string): void {
  shared.workspace.TextDocuments.set(TextDocument.create(uri, "diag", 2, text));
}

test("about a file that imports the one that was edited", async () => {
  const editor = await open();
  type(editor, imported, "diagram f { x, y -> z }\n");
  const asked = askWhenDone(editor, imported, importer);
  await editor.shared.workspace.DocumentBuilder.update([URI.parse(imported)], []);
  expect((await asked)?.toString()).toBe(importer);
});

test("about a file whose reading was given up for another", async () => {
  const editor = await open();
  const other = "file:///other.diag";
  await editor.open(other, "diagram g { x -> z }\n");
  const { DocumentBuilder } = editor.shared.workspace;
  const cancellation = new Cancellation.CancellationTokenSource();
  const parsed = DocumentBuilder.onBuildPhase(DocumentState.Parsed, () => cancellation.cancel());
  type(editor, importer, `${texts[importer]}\n`);
  await expect(DocumentBuilder.update([URI.parse(importer)], [], cancellation.token)).rejects.toBeDefined();
  parsed.dispose();
  expect(editor.document(importer).state).toBe(DocumentState.Parsed);
  type(editor, other, "diagram h { x -> z }\n");
  const asked = askWhenDone(editor, other, importer);
  await DocumentBuilder.update([URI.parse(other)], []);
  expect((await asked)?.toString()).toBe(importer);
});
