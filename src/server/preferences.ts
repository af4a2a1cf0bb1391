import type { LangiumSharedServices } from "langium/lsp";
import { CodeLensRefreshRequest, Emitter, type InitializeParams } from "vscode-languageserver";
import { usualMostTrials } from "../runs/defaults.js";
import { type ThemeKind, themeKinds } from "./formulas/picture.js";
import { strangeOptions } from "./strange-settings.js";

/** How a hover shows formulas: as images, as LaTeX, or as text with Unicode's signs. */
export type FormulaFormat = "image" | "latex" | "text";

export interface HoverPreferences {
  readonly format: FormulaFormat;
  readonly theme: ThemeKind;
  /** Whether the hover may be Markdown at all. */
  readonly markdown: boolean;
  /** Whether links may run commands of the editor. */
  readonly commandLinks: boolean;
}

export interface InlayHintPreferences {
  readonly diagram: boolean;
  readonly shape: boolean;
  readonly spaceTime: boolean;
  readonly prediction: boolean;
}

/**
 * What the editor can show and its user wants: from the initialization (`initializationOptions`:
 * `{commandLinks, images, readsOutside, theme, trusted}`), from the settings under `diag`, and from the notification
 * `diag/theme`.
 */
export class EditorPreferences {
  commandLinks = false;
  trusted = true;
  /** Whether imports and data outside the workspace's folders are read. */
  readsOutside = false;
  private readonly rightsChanged = new Emitter<void>();
  /** Fires when the user allows more, or less. */
  readonly onDidChangeRights = this.rightsChanged.event;
  /** The most trials that the editor runs for each learning rate; infinite where it has no such setting. */
  mostTrials = Number.POSITIVE_INFINITY;
  private readonly mostTrialsChanged = new Emitter<void>();
  /** Fires when {@link mostTrials} is another. */
  readonly onDidChangeMostTrials = this.mostTrialsChanged.event;
  private images = false;
  private markdown = true;
  private refreshesInlayHints = false;
  private refreshesCodeLenses = false;
  private theme: ThemeKind = "light";

  constructor(private readonly shared: LangiumSharedServices) {}

  initialize({ initializationOptions, capabilities }: InitializeParams): void {
    const options = record(initializationOptions);
    this.commandLinks = options.commandLinks === true;
    // What is no answer to whether somebody is trusted is none that says so.
    this.trusted = (options.trusted ?? true) === true;
    this.readsOutside = options.readsOutside === true;
    // Who runs our commands is the extension, and its editor shows images.
    this.images = options.images === undefined ? this.commandLinks : options.images === true;
    this.setTheme(options.theme);
    for (const line of strangeOptions(initializationOptions)) {
      this.shared.lsp.Connection?.console.warn(line);
    }
    const formats = capabilities.textDocument?.hover?.contentFormat;
    this.markdown = !Array.isArray(formats) || formats.includes("markdown");
    this.refreshesCodeLenses = capabilities.workspace?.codeLens?.refreshSupport === true;
    this.refreshesInlayHints = capabilities.workspace?.inlayHint?.refreshSupport === true;
  }

  /** Says that `trusted` or `readsOutside` is another. */
  tellRights(): void {
    this.rightsChanged.fire();
  }

  /** Reads the setting of the most trials, as the editor reads it before a run. */
  async readMostTrials(): Promise<void> {
    const before = this.mostTrials;
    const set = record(await this.setting("engine")).maximumTrials;
    const makesSense = Number.isSafeInteger(set) && (set as number) >= 1;
    this.mostTrials =
      set === undefined ? Number.POSITIVE_INFINITY : makesSense ? (set as number) : usualMostTrials;
    if (this.mostTrials !== before) {
      this.mostTrialsChanged.fire();
    }
  }

  setTheme(kind: unknown): void {
    this.theme = themeKinds.find((known) => known === kind) ?? this.theme;
  }

  /** Whether hovers show images, as far as the initialization says. */
  get showsImages(): boolean {
    return this.images;
  }

  async hover(): Promise<HoverPreferences> {
    const hover = record(await this.setting("hover"));
    const formats: readonly FormulaFormat[] = ["image", "latex", "text"];
    const automatic: FormulaFormat = this.images ? "image" : this.markdown ? "latex" : "text";
    return {
      format: formats.find((known) => known === hover.format) ?? automatic,
      theme: themeKinds.find((known) => known === hover.theme) ?? this.theme,
      markdown: this.markdown,
      commandLinks: this.commandLinks,
    };
  }

  async inlayHints(): Promise<InlayHintPreferences> {
    const hints = record(await this.setting("inlayHints"));
    return {
      diagram: hints.diagram !== false,
      shape: hints.shape !== false,
      spaceTime: hints.spaceTime !== false,
      prediction: hints.prediction !== false,
    };
  }

  async codeLenses(): Promise<boolean> {
    return this.commandLinks && (await this.setting("codeLenses")) !== false;
  }

  /** Asks the editor to ask for inlay hints again, when it can be asked. */
  refreshInlayHints(): void {
    if (this.refreshesInlayHints) {
      this.shared.lsp.Connection?.languages.inlayHint.refresh().catch(() => undefined);
    }
  }

  /** Asks the editor to ask for code lenses again, when it can be asked. */
  refreshCodeLenses(): void {
    if (this.refreshesCodeLenses) {
      this.shared.lsp.Connection?.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    }
  }

  private async setting(name: string): Promise<unknown> {
    return this.shared.workspace.ConfigurationProvider.getConfiguration("diag", name);
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
