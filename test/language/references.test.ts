import { CstUtils, type LangiumDocument, URI } from "langium";
import { expect, test } from "vitest";
import { createDiagServices } from "../../src/language/index.js";

const text = `import "other.diag"
diagram drift { a, b -> j -> out  part S = {a, b} }
landscape l { param p = 2 weights w = p, v = 0 data x ~ normal(p, 1) loss w * x^p + v + w }
verify check { landscape l gd(N = 2, T = 3) eta = 0.1 observe displacement(v, w) predict drift + far }
`;
const other = "diagram far { a, b, c -> j -> out  part {a, b, c} }\n";

async function workspace() {
  const services = createDiagServices();
  const { LangiumDocumentFactory, LangiumDocuments, DocumentBuilder } = services.shared.workspace;
  const documents = [
    LangiumDocumentFactory.fromString(text, URI.file("/w/main.diag")),
    LangiumDocumentFactory.fromString(other, URI.file("/w/other.diag")),
  ] as const;
  for (const document of documents) {
    LangiumDocuments.addDocument(document);
  }
  await DocumentBuilder.build([...documents], { validation: true });
  return { ...services, documents };
}

/** The leaf at the n-th occurrence of a word. */
function leafAt(document: LangiumDocument, word: string, occurrence: number) {
  const content = document.textDocument.getText();
  const places = [...content.matchAll(new RegExp(`(?<![\\w])${word}(?![\\w])`, "g"))].map(
    (match) => match.index,
  );
  return CstUtils.findLeafNodeAtOffset(document.parseResult.value.$cstNode!, places[occurrence]!)!;
}

test.each([
  ["a node", "a", 1, 0],
  ["a node's own declaration", "a", 0, 0],
  ["a weight in the loss", "w", 2, 0],
  ["a weight in displacement", "v", 2, 0],
  ["a param", "p", 3, 0],
  ["a datum", "x", 1, 0],
  ["a landscape", "l", 1, 0],
  ["a diagram", "drift", 1, 0],
])("%s leads to its declaration", async (_, word, from, to) => {
  const { diag, documents } = await workspace();
  const [found] = diag.references.References.findDeclarationNodes(leafAt(documents[0], word, from));
  expect(found?.offset).toBe(leafAt(documents[0], word, to).offset);
});

test("a diagram of an imported file leads there", async () => {
  const { diag, documents } = await workspace();
  const [found] = diag.references.References.findDeclarationNodes(leafAt(documents[0], "far", 0));
  expect(found?.text).toBe("far");
  expect(found?.root.astNode.$document?.uri.toString()).toBe(documents[1].uri.toString());
});

test.each([
  ["a", 2],
  ["out", 1],
  ["w", 4],
  ["p", 4],
  ["drift", 2],
])("all mentions of `%s` are found, for renaming", async (word, count) => {
  const { diag, documents } = await workspace();
  const [declaration] = diag.references.References.findDeclarations(leafAt(documents[0], word, 0));
  const found = diag.references.References.findReferences(declaration!, {
    includeDeclaration: true,
  }).toArray();
  expect(new Set(found.map(({ segment }) => segment.offset)).size).toBe(count);
});

test("when an imported file goes, the importing file is checked anew", async () => {
  const { shared, documents } = await workspace();
  expect(documents[0].diagnostics).toEqual([]);
  await shared.workspace.DocumentBuilder.update([], [documents[1].uri]);
  expect(documents[0].diagnostics?.map(({ code, range }) => [code, range.start.line])).toEqual([
    ["unresolved", 0],
    ["unresolved", 3],
  ]);
});
