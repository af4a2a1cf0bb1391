import type { LangiumSharedServices } from "langium/lsp";
import type { TextLoader } from "../language/loader/index.js";
import { RunStore } from "./evaluation/runs.js";
import { type EvaluationService, WorkerEvaluationService, type WorkerLimits } from "./evaluation/service.js";
import { Typesetter } from "./formulas/typesetter.js";
import { DiagramFacts } from "./hover/diagram-facts.js";
import { EditorPreferences } from "./preferences.js";
import { DrawingService } from "./preview/drawings.js";
import { Confinement } from "./workspace/confined.js";
import { editorLoader } from "./workspace/reading.js";

/** What hovers, hints and lenses share, and what the editor's notifications reach. */
export interface DiagEditorServices {
  readonly editor: {
    readonly Preferences: EditorPreferences;
    readonly Typesetter: Typesetter;
    readonly DiagramFacts: DiagramFacts;
    readonly EvaluationService: EvaluationService;
    readonly RunStore: RunStore;
    readonly Drawings: DrawingService;
    readonly Confinement: Confinement;
    readonly Loader: TextLoader;
  };
}

/**
 * The makers of these services, for Langium's module.
 * @param evaluation how evaluations are made, where that is not as usual.
 */
export const editorServices = (evaluation: Partial<WorkerLimits>) => ({
  Preferences: ({ shared }: { shared: LangiumSharedServices }) => new EditorPreferences(shared),
  Typesetter: () => new Typesetter(),
  DiagramFacts: () => new DiagramFacts(),
  EvaluationService: ({ shared }: { shared: LangiumSharedServices }) =>
    new WorkerEvaluationService({
      isOpen: (document) => shared.workspace.TextDocuments.get(document) !== undefined,
      ...evaluation,
    }),
  RunStore: () => new RunStore(),
  Drawings: () => new DrawingService(),
  Confinement: ({ shared, editor }: { shared: LangiumSharedServices } & DiagEditorServices) =>
    new Confinement(shared, editor.Preferences),
  Loader: ({ shared, editor }: { shared: LangiumSharedServices } & DiagEditorServices) =>
    editorLoader(shared, editor.Confinement),
});

/** Milliseconds after the start until formulas are typeset ahead of the first hover. */
const warmingDelay = 500;

/**
 * Listens to the editor: to its initialization, and to the notifications `diag/theme` (`{kind}`),
 * `diag/trust` (`{trusted}`), `diag/reading` (`{outside}`) and `diag/runs` (`{uri, runs}`, runs as `diag verify --json` prints them).
 */
export function listenToEditor(shared: LangiumSharedServices, { editor }: DiagEditorServices): void {
  const { Preferences, EvaluationService, Drawings, RunStore: runs, Typesetter: typesetter } = editor;
  const { Connection: connection, LanguageServer } = shared.lsp;
  LanguageServer.onInitialize((params) => {
    Preferences.initialize(params);
    EvaluationService.setTrusted(Preferences.trusted);
    if (Preferences.showsImages) {
      setTimeout(() => void typesetter.warm(), warmingDelay).unref();
    }
  });
  shared.workspace.ConfigurationProvider.onConfigurationSectionUpdate(() => {
    Preferences.refreshInlayHints();
    Preferences.refreshCodeLenses();
    void Preferences.readMostTrials();
  });
  void Preferences.readMostTrials();
  EvaluationService.onArrival(() => Preferences.refreshInlayHints());
  connection?.onNotification("diag/theme", (params: unknown) => Preferences.setTheme(field(params, "kind")));
  connection?.onNotification("diag/trust", (params: unknown) => {
    Preferences.trusted = field(params, "trusted") === true;
    EvaluationService.setTrusted(Preferences.trusted);
    Preferences.refreshInlayHints();
    Preferences.refreshCodeLenses();
    Preferences.tellRights();
  });
  connection?.onNotification("diag/reading", (params: unknown) => {
    Preferences.readsOutside = field(params, "outside") === true;
    Preferences.tellRights();
  });
  connection?.onNotification("diag/runs", (params: unknown) => {
    const [uri, list] = [field(params, "uri"), field(params, "runs")];
    if (typeof uri === "string" && Array.isArray(list)) {
      runs.put(uri, list);
    }
  });
  connection?.onShutdown(async () => {
    await Promise.all([EvaluationService.close(), Drawings.close()]);
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
