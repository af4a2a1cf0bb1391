#!/usr/bin/env bash
# Langium: semantic tokens of two texts that are asked for at once are written into one list.
#
# `AbstractSemanticTokenProvider` keeps the document and the list of tokens that it is at in itself, and pauses between
# nodes (`interruptAndCheck`) once some milliseconds have gone. An editor that shows two texts asks for both at once: the
# second question then takes over the list of the first, and both answers hold tokens of both texts, or too few.
set -euo pipefail

version=4.4.0
node=24.21.0 # its parser needs 22 or later
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "langium@$version" "node@$node" >/dev/null

cat > try.mjs <<'JS'
import { EmptyFileSystem, URI } from "langium";
import { createServicesForGrammar } from "langium/grammar";
import { AbstractSemanticTokenProvider } from "langium/lsp";

class Tokens extends AbstractSemanticTokenProvider {
  highlightElement(node, acceptor) {
    if (node.$type === "Name") {
      // As long as some providers take for a node.
      for (const end = performance.now() + 0.2; performance.now() < end; );
      acceptor({ node, property: "name", type: "variable" });
    }
  }
}
const language = await createServicesForGrammar({
  grammar: `grammar Names
    entry Names: names+=Name*;
    Name: 'name' name=ID;
    terminal ID: /[a-z]+/;
    hidden terminal WS: /\\s+/;`,
  module: { lsp: { SemanticTokenProvider: (services) => new Tokens(services) } },
});
const { LangiumDocumentFactory, DocumentBuilder } = language.shared.workspace;
const extension = language.LanguageMetaData.fileExtensions[0];
const documents = [300, 200].map((count) =>
  LangiumDocumentFactory.fromString("name a\n".repeat(count), URI.parse(`memory:/${count}${extension}`)),
);
await DocumentBuilder.build(documents);
const provider = language.lsp.SemanticTokenProvider;
const count = ({ data }) => data.length / 5;
const ask = (document) => provider.semanticHighlight(document, { textDocument: { uri: String(document.uri) } });
const alone = [];
for (const document of documents) {
  alone.push(count(await ask(document)));
}
console.log(`alone: ${alone.join(" and ")} tokens`);
const together = await Promise.all(documents.map(ask));
console.log(`at once: ${String(together.map(count)) === String(alone) ? "the same" : "others"}`);
JS
echo "langium $version"
seen=$(node_modules/.bin/node try.mjs)
echo "$seen"
grep -q "^alone: 300 and 200 tokens$" <<<"$seen" || { echo "changed: tokens of one text are no longer found"; exit 1; }
grep -q "^at once: others$" <<<"$seen" || { echo "changed: tokens of texts are kept apart now"; exit 1; }
