import { type LangiumDocument, URI } from "langium";
import { type CodeAction, ResponseError } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { describeFile } from "../../../src/cli/verbs/describe.js";
import { DiagramError, formatShortForm } from "../../../src/diagram/index.js";
import { EvaluationError, Evaluator, formulaOf } from "../../../src/evaluate/index.js";
import { LandscapeError } from "../../../src/landscape/index.js";
import { type AnalyzedFile, analyzeText } from "../../../src/language/index.js";
import { selectionRanges } from "../../../src/server/editing/selection.js";
import { answerEdit } from "../../../src/server/preview/edits.js";
import { answerEmbeddings } from "../../../src/server/preview/embeddings.js";
import { answerExport } from "../../../src/server/preview/export.js";
import { answerHover } from "../../../src/server/preview/hover.js";
import { answerInsert } from "../../../src/server/preview/insert.js";
import { diagramsOf, findPreviewDiagram } from "../../../src/server/preview/listed-diagrams.js";
import { answerVerifies } from "../../../src/server/verifies/index.js";
import { Editor, edited, type Open } from "../lsp/editor.js";
import type { Random } from "./random.js";
import { besides } from "./sources.js";

/** What is tried with a file, in this order. */
export const stages = [
  "check",
  "describe",
  "open",
  "providers",
  "format",
  "preview",
  "edit",
  "evaluate",
] as const;
export type Stage = (typeof stages)[number];

export interface Failure {
  readonly stage: Stage;
  readonly what: string;
  readonly thrown: unknown;
}

/** Errors by which a part of the product says no, in a line. */
const meant = [DiagramError, EvaluationError, LandscapeError, ResponseError];

/** Tries everything that reads texts on one file after another, as the command and an editor do. */
export class Attempts {
  private number = 0;
  private failures: Failure[] = [];
  private stage: Stage = "check";

  private constructor(private readonly editor: Editor) {}

  static async begin(): Promise<Attempts> {
    const files = new Map(Object.entries(besides).map(([name, text]) => [`file:///${name}`, text]));
    const editor = new Editor(files);
    const { Preferences, EvaluationService } = editor.diag.editor;
    Preferences.initialize({
      processId: null,
      rootUri: null,
      capabilities: { textDocument: { hover: { contentFormat: ["markdown"] } } },
      initializationOptions: { commandLinks: true, trusted: false },
    });
    // Values are computed elsewhere, and evaluation is a stage of its own.
    EvaluationService.setTrusted(false);
    await editor.shared.workspace.ConfigurationProvider.initialized({});
    editor.shared.workspace.ConfigurationProvider.updateConfiguration({ settings: { diag: {} } });
    const attempts = new Attempts(editor);
    editor.diag.validation.Faults.onFault((place, thrown) => attempts.fail(place, thrown));
    return attempts;
  }

  /** @param onStage is told before each stage. */
  async try(
    text: string,
    random: Random,
    onStage: (stage: Stage) => void = () => undefined,
    chosen: readonly Stage[] = stages,
  ): Promise<Failure[]> {
    this.failures = [];
    const begin = (stage: Stage): boolean => {
      this.stage = stage;
      if (chosen.includes(stage)) {
        onStage(stage);
      }
      return chosen.includes(stage);
    };
    begin("check");
    const file = await this.attempt("check", () =>
      analyzeText(text, { path: "main.diag", reader: reader() }),
    );
    for (const { code, message } of file?.diagnostics ?? []) {
      if (code === "internal" || /[\n\r]/.test(message)) {
        this.fail("diagnostic", new Error(message));
      }
    }
    if (begin("describe") && file) {
      await this.describe(file);
    }
    if (begin("open")) {
      const main = await this.attempt("open", () => this.open(text));
      if (main) {
        if (begin("providers")) {
          await this.ask(main, random);
        }
        if (begin("format")) {
          await this.format(main);
        }
        if (begin("preview")) {
          await this.preview(main, random);
        }
        if (begin("edit")) {
          await this.edit(main, random);
        }
        this.stage = "open";
        await this.close(main);
      }
    }
    if (begin("evaluate") && file) {
      await this.evaluate(file);
    }
    return this.failures;
  }

  private async open(text: string): Promise<Open> {
    this.number++;
    const main = await this.editor.open(`file:///main${this.number}.diag`, text);
    for (const { code, message } of main.diagnostics) {
      if (code === "internal" || code === undefined) {
        this.fail("diagnostic", new Error(String(message)));
      }
    }
    return main;
  }

  private async close({ uri }: Open): Promise<void> {
    const { TextDocuments, DocumentBuilder } = this.editor.shared.workspace;
    TextDocuments.delete(uri);
    await DocumentBuilder.update([], [URI.parse(uri)]);
  }

  private async describe(file: AnalyzedFile): Promise<void> {
    await this.attempt("describe", () => describeFile(file));
    for (const { diagram } of [...file.diagrams.values()].slice(0, 10)) {
      await this.attempt("short form", () => formatShortForm(diagram));
      if (diagram.parents.length <= 8) {
        await this.attempt("formula", () => formulaOf(diagram));
      }
    }
  }

  private async ask(main: Open, random: Random): Promise<void> {
    const { lsp } = this.editor.diag;
    const { document, identifier } = main;
    const { textDocument } = document;
    const end = textDocument.positionAt(textDocument.getText().length);
    const range = { start: { line: 0, character: 0 }, end };
    const whole = { ...identifier, range };
    await this.attempt("outline", () => lsp.DocumentSymbolProvider!.getSymbols(document, identifier));
    await this.attempt("tokens", () => lsp.SemanticTokenProvider!.semanticHighlight(document, identifier));
    await this.attempt("tokens of a range", () =>
      lsp.SemanticTokenProvider!.semanticHighlightRange(document, whole),
    );
    await this.attempt("folding", () => lsp.FoldingRangeProvider!.getFoldingRanges(document, identifier));
    await this.attempt("links", () => lsp.DocumentLinkProvider!.getDocumentLinks(document, identifier));
    await this.attempt("lenses", () => lsp.CodeLensProvider!.provideCodeLens(document, identifier));
    await this.attempt("hints", () => lsp.InlayHintProvider!.getInlayHints(document, whole));
    const { WorkspaceSymbolProvider } = this.editor.shared.lsp;
    await this.attempt("symbols", () =>
      WorkspaceSymbolProvider!.getSymbols({ query: random.of(["", "d", "l"]) }),
    );
    for (const offset of placesIn(textDocument.getText(), random)) {
      const at = { ...identifier, position: textDocument.positionAt(offset) };
      await this.attempt("completion", () => lsp.CompletionProvider!.getCompletion(document, at));
      await this.attempt("hover", () => lsp.HoverProvider!.getHoverContent(document, at));
      await this.attempt("definition", () => lsp.DefinitionProvider!.getDefinition(document, at));
      await this.attempt("references", () =>
        lsp.ReferencesProvider!.findReferences(document, { ...at, context: { includeDeclaration: true } }),
      );
      await this.attempt("highlight", () =>
        lsp.DocumentHighlightProvider!.getDocumentHighlight(document, at),
      );
      await this.attempt("prepared rename", () => lsp.RenameProvider!.prepareRename(document, at));
      const renamed = await this.attempt("rename", () =>
        lsp.RenameProvider!.rename(document, {
          ...at,
          newName: random.of(["fresh", "a", "w", "1", "diagram"]),
        }),
      );
      await this.attempt("renamed text", () => edited(main.text, renamed?.changes?.[main.uri] ?? []));
      await this.attempt("selection", () => selectionRanges(document, [at.position]));
      await this.attempt("actions at a place", () =>
        this.apply(
          main,
          lsp.CodeActionProvider!.getCodeActions(document, {
            ...identifier,
            range: { start: at.position, end: at.position },
            context: { diagnostics: [] },
          }),
        ),
      );
    }
    await this.attempt("actions", () =>
      this.apply(
        main,
        lsp.CodeActionProvider!.getCodeActions(document, {
          ...whole,
          context: { diagnostics: main.diagnostics.slice(0, 20) },
        }),
      ),
    );
  }

  /** Makes the edits of actions, each by itself. */
  private async apply(main: Open, given: unknown): Promise<void> {
    const actions = ((await given) ?? []) as CodeAction[];
    for (const { edit } of actions.slice(0, 20)) {
      edited(main.text, edit?.changes?.[main.uri] ?? []);
      for (const change of edit?.documentChanges ?? []) {
        if ("edits" in change && change.textDocument.uri === main.uri) {
          edited(main.text, change.edits as Parameters<typeof edited>[1]);
        }
      }
    }
  }

  private async format(main: Open): Promise<void> {
    const { Formatter } = this.editor.diag.lsp;
    const { document, identifier, text } = main;
    const options = { tabSize: 2, insertSpaces: true };
    const edits = await this.attempt("format", () =>
      Formatter!.formatDocument(document, { ...identifier, options }),
    );
    await this.attempt("formatted text", () => edited(text, edits ?? []));
    const end = document.textDocument.positionAt(Math.floor(text.length / 2));
    await this.attempt("format of a range", () =>
      Formatter!.formatDocumentRange(document, {
        ...identifier,
        options,
        range: { start: { line: 0, character: 0 }, end },
      }),
    );
  }

  private async preview(main: Open, random: Random): Promise<void> {
    const { diag } = this.editor;
    const { uri } = main;
    const version = this.editor.shared.workspace.TextDocuments.get(uri)!.version;
    const listed = diagramsOf(main.document.parseResult.value);
    await this.attempt("verifies", () => answerVerifies(diag, { uri }));
    await this.attempt("insertion", () =>
      answerInsert(diag, {
        uri,
        version,
        shortForm: random.of(["(01-2)(02-12)", "(0", "\\sdia{c(01-2)(02-12)}", main.text.slice(0, 40)]),
      }),
    );
    for (const { id } of listed.slice(0, 4)) {
      const found = await this.attempt("listing", () => findPreviewDiagram(diag, uri, id));
      const size = Math.max(1, found?.listed.nodes.length ?? 1);
      const [node, parent] = [random.below(size), random.below(size)];
      const edits = [
        { kind: "addChild", parent },
        { kind: "reattach", node, parent },
        { kind: "group", nodes: [node, parent] },
        { kind: "ungroup", node },
        { kind: "contract", node },
        { kind: "remove", node },
      ] as const;
      await this.attempt("edit by hand", () =>
        answerEdit(diag, { uri, version, id, edit: random.of(edits) }),
      );
      if (size > 40) {
        continue;
      }
      await this.attempt("export", () =>
        answerExport(diag, { uri, id, format: random.of(["dot", "short"]) }),
      );
      await this.attempt("embeddings", () =>
        answerEmbeddings(diag, {
          uri,
          id,
          spacetime: random.of(["gd(2, 2)", "sgd(N = 3, E = 2)", main.text.slice(0, 30)]),
          first: "0",
          count: 2,
        }),
      );
    }
    const position = main.document.textDocument.positionAt(random.below(main.text.length + 1));
    await this.attempt("hover of the preview", () => answerHover(diag, { uri, position }));
  }

  /** One edit, after which the text is read as far as it differs. */
  private async edit(main: Open, random: Random): Promise<void> {
    const at = random.below(main.text.length + 1);
    const text =
      main.text.slice(0, at) +
      random.of(["x", "{", "}", "\n", "", " diagram ", "~"]) +
      main.text.slice(at + random.below(3));
    await this.attempt("typing", () => main.type(text));
    for (const { code, message } of main.diagnostics) {
      if (code === "internal" || code === undefined) {
        this.fail("diagnostic after typing", new Error(String(message)));
      }
    }
    const { document } = main as { document: LangiumDocument };
    const position = document.textDocument.positionAt(at);
    await this.attempt("completion while typing", () =>
      this.editor.diag.lsp.CompletionProvider!.getCompletion(document, { ...main.identifier, position }),
    );
  }

  private async evaluate(file: AnalyzedFile): Promise<void> {
    for (const { landscape, spacetime, etas, observables, prediction: predicted, sum } of [
      ...file.verifies.values(),
    ].slice(0, 2)) {
      const sizes = Object.values(spacetime).filter((size) => typeof size === "number");
      const prediction = predicted ?? { kind: "order", order: 1 };
      const order =
        prediction.kind === "diagrams"
          ? Math.max(0, ...prediction.diagrams.map(({ diagram }) => diagram.parents.length - 1))
          : prediction.order;
      if (order > 3 || sizes.some((size) => size > 12)) {
        continue;
      }
      await this.attempt("evaluation", () => {
        const named = prediction.kind === "diagrams" ? { named: prediction.diagrams.length } : {};
        const evaluator = new Evaluator(landscape, { order, ...named });
        for (const observable of observables) {
          evaluator.evaluate({ spacetime, eta: etas[0]!, observable, selection: prediction, sum });
        }
      });
    }
  }

  private async attempt<T>(what: string, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (thrown) {
      if (!meant.some((kind) => thrown instanceof kind)) {
        this.fail(what, thrown);
      }
      return undefined;
    }
  }

  private fail(what: string, thrown: unknown): void {
    this.failures.push({ stage: this.stage, what, thrown });
  }
}

function reader() {
  return {
    readText: async (path: string): Promise<string> => {
      const text = besides[path];
      if (text === undefined) {
        throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
      }
      return text;
    },
  };
}

/** Some places at which an editor may ask: within words, between them, at both ends. */
function placesIn(text: string, random: Random): number[] {
  return [
    ...new Set([random.of([0, text.length]), ...random.several(2, 3, () => random.below(text.length + 1))]),
  ];
}

export { TextDocument };
