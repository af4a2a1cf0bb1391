import { EmptyFileSystem, URI } from "langium";
import { TextDocument } from "vscode-languageserver-textdocument";
import { enumerateDiagrams, formatShortForm } from "../../src/diagram/index.js";
import { createDiagLspServices } from "../../src/server/index.js";
import { type Figure, milliseconds } from "../figure.js";

const uri = "file:///hovers.diag";

/**
 * What a hover costs, formulas typeset as images and all: the first of a server that has not warmed up,
 * those on diagrams never seen before, and one on a diagram seen before. To be called before anything else
 * in the process has typeset a formula.
 */
export async function benchHover(): Promise<Figure[]> {
  const forms = [2, 3, 4].flatMap((edges) =>
    [...enumerateDiagrams(edges, { irreducible: true })].map(({ diagram }) => formatShortForm(diagram)),
  );
  const text = forms.map((form, index) => `multi_epoch diagram d${index} = ${form}\n`).join("");
  const { shared, diag } = createDiagLspServices(EmptyFileSystem);
  diag.editor.Preferences.initialize({
    processId: null,
    rootUri: null,
    capabilities: {},
    initializationOptions: { commandLinks: true },
  });
  await shared.workspace.ConfigurationProvider.initialized({});
  shared.workspace.TextDocuments.set(TextDocument.create(uri, "diag", 1, text));
  await shared.workspace.DocumentBuilder.update([URI.parse(uri)], []);
  const document = shared.workspace.LangiumDocuments.getDocument(URI.parse(uri))!;

  const hover = async (line: number): Promise<number> => {
    const began = performance.now();
    const found = await diag.lsp.HoverProvider!.getHoverContent(document, {
      textDocument: { uri },
      position: { line, character: "multi_epoch diagram ".length },
    });
    const seconds = (performance.now() - began) / 1000;
    if (!JSON.stringify(found).includes("data:image/svg+xml")) {
      throw new Error(`the hover on ${forms[line]} has no image`);
    }
    return seconds;
  };

  const cold = await hover(0);
  const fresh: number[] = [];
  const again: number[] = [];
  for (let line = 1; line < forms.length; line++) {
    fresh.push(await hover(line));
  }
  for (let line = 1; line < forms.length; line++) {
    again.push(await hover(line));
  }
  return [
    figure("hover cold: the first, with the typesetter to be loaded", cold, 0.25),
    figure(
      `hover warm: ${fresh.length} diagrams of 2 to 4 edges, each for the first time (p95)`,
      p95(fresh),
      0.05,
    ),
    figure("hover warm: the same diagrams again (p95)", p95(again), 0.05),
  ];
}

function figure(what: string, seconds: number, goal: number): Figure {
  return {
    what: `language: ${what}`,
    measured: milliseconds(seconds),
    goal: `< ${goal * 1000} ms`,
    met: seconds < goal,
  };
}

function p95(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(0.95 * times.length)]!;
}
