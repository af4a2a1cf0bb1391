import type { CodeLens, InlayHint } from "vscode-languageserver";
import { Editor, type Open } from "./editor.js";

/** What an editor says of itself. */
export interface EditorOptions {
  readonly initializationOptions?: Record<string, unknown>;
  /** Settings under `diag`. */
  readonly settings?: Record<string, unknown>;
  readonly contentFormat?: ("markdown" | "plaintext")[];
}

/** An editor that shows hovers, hints and lenses of one text, after its initialization. */
export class ReadingEditor {
  private constructor(
    readonly editor: Editor,
    readonly main: Open,
  ) {}

  static async open(text: string, options: EditorOptions = {}): Promise<ReadingEditor> {
    const { editor, main } = await Editor.of(text);
    const { Preferences, EvaluationService } = editor.diag.editor;
    Preferences.initialize({
      processId: null,
      rootUri: null,
      capabilities: {
        textDocument: { hover: { contentFormat: options.contentFormat ?? ["markdown", "plaintext"] } },
      },
      initializationOptions: options.initializationOptions ?? {},
    });
    EvaluationService.setTrusted(Preferences.trusted);
    const { ConfigurationProvider } = editor.shared.workspace;
    await ConfigurationProvider.initialized({});
    ConfigurationProvider.updateConfiguration({ settings: { diag: options.settings ?? {} } });
    return new ReadingEditor(editor, main);
  }

  get services() {
    return this.editor.diag.editor;
  }

  /** The hover at an offset of the text. */
  async hover(offset: number): Promise<string | undefined> {
    const { document, identifier } = this.main;
    const hover = await this.editor.diag.lsp.HoverProvider!.getHoverContent(document, {
      ...identifier,
      position: document.textDocument.positionAt(offset),
    });
    return hover && (hover.contents as { value: string }).value;
  }

  async inlayHints(): Promise<InlayHint[]> {
    const { document, identifier } = this.main;
    const range = {
      start: { line: 0, character: 0 },
      end: { line: document.textDocument.lineCount, character: 0 },
    };
    return (
      (await this.editor.diag.lsp.InlayHintProvider!.getInlayHints(document, { ...identifier, range })) ?? []
    );
  }

  async codeLenses(): Promise<CodeLens[]> {
    const { document, identifier } = this.main;
    return (await this.editor.diag.lsp.CodeLensProvider!.provideCodeLens(document, identifier)) ?? [];
  }

  async close(): Promise<void> {
    await this.services.EvaluationService.close();
  }
}

/** The hover at the mark `¦` of a text. */
export async function hoverAt(marked: string, options: EditorOptions = {}): Promise<string | undefined> {
  const offset = marked.indexOf("¦");
  const editor = await ReadingEditor.open(marked.replace("¦", ""), options);
  try {
    return await editor.hover(offset);
  } finally {
    await editor.close();
  }
}

/** A formula of a hover, as an image. */
export interface Image {
  readonly alt: string;
  readonly svg: string;
}

/** The images of a hover, decoded. */
export function imagesOf(markdown: string): Image[] {
  return [
    ...markdown.matchAll(/!\[((?:\\.|[^\\\]])*)\]\(data:image\/svg\+xml;base64,([A-Za-z0-9+/=]+)\)/g),
  ].map((match) => ({
    alt: match[1]!.replace(/\\([[\]])/g, "$1"),
    svg: Buffer.from(match[2]!, "base64").toString("utf8"),
  }));
}

/** An SVG's elements and the attributes of its root, read strictly. */
export interface ReadSvg {
  readonly tags: readonly string[];
  readonly root: ReadonlyMap<string, string>;
}

/** Reads an SVG. @throws unless every tag is closed in order and every used glyph is there. */
export function readSvg(svg: string): ReadSvg {
  const tags: string[] = [];
  const open: string[] = [];
  const ids = new Set<string>();
  const used: string[] = [];
  let root = new Map<string, string>();
  let rest = svg;
  while (rest !== "") {
    const match = /^<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>/.exec(rest);
    if (!match || (tags.length > 0 && open.length === 0)) {
      throw new Error(`no XML from here: ${rest.slice(0, 80)}`);
    }
    const [whole, closing, tag, attributes, selfClosing] = match as unknown as [
      string,
      string,
      string,
      string,
      string,
    ];
    rest = rest.slice(whole.length);
    if (closing !== "") {
      const opened = open.pop();
      if (opened !== tag) {
        throw new Error(`</${tag}> closes <${opened}>`);
      }
      continue;
    }
    const pairs = new Map(
      [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map((pair) => [pair[1]!, pair[2]!]),
    );
    if (tags.length === 0) {
      root = pairs;
    }
    tags.push(tag);
    ids.add(pairs.get("id") ?? "");
    if (tag === "use") {
      used.push(pairs.get("xlink:href")!.slice(1));
    }
    if (selfClosing === "") {
      open.push(tag);
    }
  }
  const missing = used.find((id) => !ids.has(id));
  if (open.length > 0 || missing !== undefined) {
    throw new Error(open.length > 0 ? `<${open.at(-1)}> is not closed` : `glyph ${missing} is not there`);
  }
  return { tags, root };
}
