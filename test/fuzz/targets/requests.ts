import { previewMethods } from "../../../src/preview/index.js";
import { verifiesMethods } from "../../../src/server/verifies/protocol.js";
import { Client } from "../../differential/client.js";
import type { Random } from "../../language/generated/random.js";
import { sources } from "../../language/generated/sources.js";
import { mutatedValue } from "../mutations.js";
import { check, checkLine, target } from "../target.js";

// Requests of an editor whose parameters are anything, to a server that has a document open: each is answered, or refused in a
// line, nothing is thrown within, and the server answers the next.

interface Input {
  readonly method: string;
  readonly parameters: object;
}

const uri = "untitled:fuzz";
const position = { line: 2, character: 4 };
const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
const at = { textDocument: { uri }, position };

const samples: readonly Input[] = [
  ...["completion", "hover", "definition", "documentHighlight", "prepareRename", "signatureHelp"].map(
    (name) => ({
      method: `textDocument/${name}`,
      parameters: at,
    }),
  ),
  ...["documentSymbol", "semanticTokens/full", "foldingRange", "codeLens", "documentLink"].map((name) => ({
    method: `textDocument/${name}`,
    parameters: { textDocument: { uri } },
  })),
  { method: "textDocument/references", parameters: { ...at, context: { includeDeclaration: true } } },
  { method: "textDocument/rename", parameters: { ...at, newName: "fresh" } },
  {
    method: "textDocument/formatting",
    parameters: { textDocument: { uri }, options: { tabSize: 2, insertSpaces: true } },
  },
  {
    method: "textDocument/rangeFormatting",
    parameters: { textDocument: { uri }, range, options: { tabSize: 2, insertSpaces: true } },
  },
  {
    method: "textDocument/codeAction",
    parameters: { textDocument: { uri }, range, context: { diagnostics: [] } },
  },
  { method: "textDocument/inlayHint", parameters: { textDocument: { uri }, range } },
  { method: "textDocument/selectionRange", parameters: { textDocument: { uri }, positions: [position] } },
  { method: "workspace/symbol", parameters: { query: "d" } },
  { method: previewMethods.file, parameters: { uri } },
  { method: previewMethods.draw, parameters: { uri, ids: ["d0", "skew"] } },
  { method: previewMethods.hover, parameters: { uri, position } },
  {
    method: previewMethods.embeddings,
    parameters: { uri, id: "skew", spacetime: "gd(2, 2)", first: "0", count: 2 },
  },
  {
    method: previewMethods.edit,
    parameters: { uri, version: 1, id: "skew", edit: { kind: "addChild", parent: 1 } },
  },
  { method: previewMethods.insert, parameters: { uri, version: 1, shortForm: "(01-2)(02-12)" } },
  { method: previewMethods.export, parameters: { uri, id: "skew", format: "tikz" } },
  { method: verifiesMethods.list, parameters: { uri } },
  {
    method: verifiesMethods.amend,
    parameters: { uri, name: "v", amendment: { kind: "trials", trials: 100 } },
  },
];

let client: Client;

export default target<Input>({
  outcomes: ["answered", "refused"],
  async begin() {
    client = new Client();
    await client.initialize();
    await client.open(uri, sources.find((text) => text.includes("verify")) ?? sources[0]!);
    await client.diagnostics();
  },
  make(random: Random) {
    const { method, parameters } = random.of(samples);
    const given = random.chance(0.05) ? parameters : mutatedValue(random, parameters);
    // What JSON has no word for is never sent.
    const sent = JSON.parse(JSON.stringify(given) ?? "{}") as unknown;
    return { method, parameters: typeof sent === "object" && sent !== null ? sent : { sent } };
  },
  async attempt({ method, parameters }) {
    const said = client.log.length;
    let outcome = "answered";
    await client.ask(method, parameters).catch((error: Error) => {
      outcome = "refused";
      checkLine(error.message);
    });
    check(client.log.length === said, `the server has thrown: ${client.log.at(-1)}`);
    client.log.length = 0;
    return outcome;
  },
  show: ({ method, parameters }) => `${method} ${JSON.stringify(parameters).slice(0, 1500)}`,
});
