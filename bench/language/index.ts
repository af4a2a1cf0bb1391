import { DocumentState, EmptyFileSystem, URI } from "langium";
import { TextDocument } from "vscode-languageserver-textdocument";
import { createDiagLspServices, type DiagLspContainer } from "../../src/server/index.js";
import { type Figure, milliseconds } from "../figure.js";
import { benchHover } from "./hover.js";
import { largeFile, percentile, workspaceOf } from "./texts.js";

// The language server's promises: after one key in a file of 2,000 diagrams, or in a workspace of 200
// files, diagnostics are there within 150 ms, and completion answers within 50 ms; twice the size costs
// about twice as much. Memory is measured in the same process, after a collection of garbage.

const diagrams = 2000;
const files = 200;
const keys = 40;

interface Measured {
  /** Until the diagnostics of the edited document are there. */
  readonly key: number;
  /** Until those of all files that import it are there too. */
  readonly all: number;
  readonly completion: number;
  readonly memory: number;
}

/** Types into the middle of a document, one key at a time, and asks for completion after each. */
async function typeInto({ shared, diag }: DiagLspContainer, uri: string): Promise<Omit<Measured, "memory">> {
  const { TextDocuments, DocumentBuilder, LangiumDocuments } = shared.workspace;
  const typed = "  extra, more -> out\n";
  const times: number[] = [];
  const all: number[] = [];
  const completions: number[] = [];
  let checked = 0;
  DocumentBuilder.onDocumentPhase(DocumentState.Validated, (document) => {
    if (document.uri.toString() === uri) {
      checked = performance.now();
    }
  });
  for (let key = 0; key < keys; key++) {
    const document = TextDocuments.get(uri)!;
    const text = document.getText();
    const middle = text.indexOf("{\n", Math.floor(text.length / 2)) + 2;
    const begun = middle + (key % typed.length);
    const position = document.positionAt(begun);
    const began = performance.now();
    TextDocument.update(
      document,
      [{ range: { start: position, end: position }, text: typed[key % typed.length]! }],
      document.version + 1,
    );
    await DocumentBuilder.update([URI.parse(uri)], []);
    times.push((checked - began) / 1000);
    all.push((performance.now() - began) / 1000);
    const asked = performance.now();
    await diag.lsp.CompletionProvider!.getCompletion(LangiumDocuments.getDocument(URI.parse(uri))!, {
      textDocument: { uri },
      position: document.positionAt(begun + 1),
    });
    completions.push((performance.now() - asked) / 1000);
  }
  // The first keys find a cold machine; what a person feels is the rest.
  return {
    key: percentile(times, 0.95),
    all: percentile(all, 0.95),
    completion: percentile(completions, 0.95),
  };
}

function usedMemory(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

async function open(services: DiagLspContainer, documents: Record<string, string>): Promise<void> {
  const { TextDocuments, DocumentBuilder } = services.shared.workspace;
  for (const [uri, text] of Object.entries(documents)) {
    TextDocuments.set(TextDocument.create(uri, "diag", 1, text));
  }
  await DocumentBuilder.update(
    Object.keys(documents).map((uri) => URI.parse(uri)),
    [],
  );
}

async function measure(documents: Record<string, string>, typedIn: string): Promise<Measured> {
  const before = usedMemory();
  const services = createDiagLspServices(EmptyFileSystem);
  await open(services, documents);
  const times = await typeInto(services, typedIn);
  const memory = usedMemory() - before;
  // The documents are used once more here, so that they were still in memory when it was measured.
  if (services.shared.workspace.LangiumDocuments.all.count() !== Object.keys(documents).length) {
    throw new Error("the documents are not all open");
  }
  return { ...times, memory };
}

function workspace(count: number): Record<string, string> {
  return Object.fromEntries(
    Object.entries(workspaceOf(count)).map(([name, text]) => [`file:///${name}`, text]),
  );
}

export { benchProcess } from "./process.js";

function figures(what: string, small: Measured, large: Measured, twice: string): Figure[] {
  const rows: Figure[] = [];
  const row = (name: string, value: number, doubled: number, goal: number): void => {
    rows.push(
      {
        what: `language: ${what}, ${name}`,
        measured: milliseconds(value),
        goal: `< ${goal * 1000} ms`,
        met: value < goal,
      },
      {
        what: `    ${twice}`,
        measured: `${milliseconds(doubled)}, ${(doubled / value).toFixed(2)} times`,
        goal: "≤ 2.5 times, or met there too",
        met: doubled / value <= 2.5 || doubled < goal,
      },
    );
  };
  row("diagnostics after a key (p95)", small.key, large.key, 0.15);
  if (small.all > 1.5 * small.key) {
    rows.push(
      { what: `language: ${what}, and of all files that import it (p95)`, measured: milliseconds(small.all) },
      {
        what: `    ${twice}`,
        measured: `${milliseconds(large.all)}, ${(large.all / small.all).toFixed(2)} times`,
      },
    );
  }
  row("completion (p95)", small.completion, large.completion, 0.05);
  rows.push(
    {
      what: `language: ${what}, memory`,
      measured: `${small.memory.toFixed(0)} MB`,
      goal: "< 400 MB",
      met: small.memory < 400,
    },
    {
      what: `    ${twice}`,
      measured: `${large.memory.toFixed(0)} MB, ${(large.memory / small.memory).toFixed(2)} times`,
    },
  );
  return rows;
}

/** The figures of the language server. */
export async function benchLanguage(): Promise<Figure[]> {
  const uri = "file:///large.diag";
  // Before all else, so that nothing else has loaded the typesetter.
  const hovers = await benchHover();
  await measure({ [uri]: largeFile(100) }, uri);
  const file = await measure({ [uri]: largeFile(diagrams) }, uri);
  const fileTwice = await measure({ [uri]: largeFile(2 * diagrams) }, uri);
  const folder = await measure(workspace(files), "file:///shared.diag");
  const folderTwice = await measure(workspace(2 * files), "file:///shared.diag");
  return [
    ...figures(`a file of ${diagrams} diagrams`, file, fileTwice, `with ${2 * diagrams} diagrams`),
    ...figures(`a workspace of ${files} files`, folder, folderTwice, `with ${2 * files} files`),
    ...hovers,
  ];
}
