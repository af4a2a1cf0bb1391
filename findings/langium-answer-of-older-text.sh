#!/usr/bin/env bash
# Langium: a question that comes right behind a key, while a check of the text before still runs, is answered for that text.
#
# Handlers wait until a document has the state that they need (`DocumentBuilder.waitUntil`). The update that a change asks
# for waits for the build that runs; until then the document has the state that its old text had reached, so that the
# handler goes on at once: `textDocument` is the new text, `parseResult` the tree of the old one, and places do not fit.
set -euo pipefail

version=4.4.0
node=24.21.0 # its parser needs 22 or later
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "langium@$version" "node@$node" >/dev/null

cat > try.mjs <<'JS'
import { DocumentState, EmptyFileSystem, URI } from "langium";
import { createServicesForGrammar } from "langium/grammar";
import { createRequestHandler } from "langium/lsp";
import { TextDocument } from "vscode-languageserver-textdocument";

const language = await createServicesForGrammar({
  grammar: `grammar Names
    entry Names: names+=Name*;
    Name: 'name' name=ID;
    terminal ID: /[a-z]+/;
    hidden terminal WS: /\\s+/;`,
});
const { shared, validation } = language;
const { TextDocuments, LangiumDocuments, DocumentBuilder } = shared.workspace;
// A check that waits for something, as one may that reads a file.
let letGo;
const held = new Promise((resolve) => (letGo = resolve));
let began;
const begun = new Promise((resolve) => (began = resolve));
validation.ValidationRegistry.register({ Names: () => (began(), held) });

const uri = URI.parse(`memory:/a.${language.LanguageMetaData.fileExtensions[0].slice(1)}`);
// As an editor's messages do it: one document, which is changed in place.
const document = TextDocument.create(uri.toString(), "names", 1, "name first");
TextDocuments.set(document);
const tell = () => shared.lsp.DocumentUpdateHandler.didChangeContent({ document });
const ask = createRequestHandler(
  (_, { textDocument, parseResult }) =>
    parseResult.value.names.map(
      ({ name, $cstNode }) => `${name} stands at "${textDocument.getText($cstNode.range)}"`,
    ),
  shared,
  DocumentState.IndexedReferences,
);
const asked = () => ask({ textDocument: { uri: uri.toString() } }, undefined);

await shared.workspace.WorkspaceManager.initializeWorkspace([]);
tell();
await begun;
TextDocument.update(document, [{ text: "name   zeroth name second" }], 2);
tell();
console.log(`while the check of the first text runs: ${await asked()}`);
letGo();
await DocumentBuilder.waitUntil(DocumentState.Validated, uri);
await new Promise((resolve) => setTimeout(resolve, 500));
console.log(`once all is read: ${await asked()}`);
JS
echo "langium $version"
seen=$(node_modules/.bin/node try.mjs)
echo "$seen"
grep -q '^once all is read: zeroth stands at "name   zeroth",second stands at "name second"$' <<<"$seen" ||
  { echo "changed: the new text is no longer read"; exit 1; }
if ! grep -q '^while the check of the first text runs: first stands at "name   zer"$' <<<"$seen"; then
  echo "changed: the question waits for the new text now"
  exit 1
fi
