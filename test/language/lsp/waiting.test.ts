import { DocumentState, URI } from "langium";
import { expect, test } from "vitest";
import { Editor } from "./editor.js";

test("who waits for a document that goes is told so", async () => {
  const editor = new Editor();
  const { DocumentBuilder, LangiumDocumentFactory, LangiumDocuments } = editor.shared.workspace;
  const uri = URI.parse("file:///passing.diag");
  LangiumDocuments.addDocument(LangiumDocumentFactory.fromString("diagram d { a -> o }", uri));
  const waiting = DocumentBuilder.waitUntil(DocumentState.Validated, uri);
  const refused = expect(waiting).rejects.toThrow(/^there is no document file:\/\/\/passing\.diag$/);
  await DocumentBuilder.update([], [uri]);
  await refused;
});

test("who waits for the workspace goes on after a build in which there was nothing to do", async () => {
  const editor = new Editor();
  const { DocumentBuilder } = editor.shared.workspace;
  const building = DocumentBuilder.update([], []);
  const waiting = [DocumentState.Parsed, DocumentState.IndexedContent, DocumentState.Validated].map((state) =>
    DocumentBuilder.waitUntil(state),
  );
  await Promise.all([building, ...waiting]);
  await DocumentBuilder.waitUntil(DocumentState.Validated);
});
