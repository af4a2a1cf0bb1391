import type { FileSystemNode, FileSystemProvider } from "langium";
import { EmptyFileSystem, type LangiumDocument, URI } from "langium";
import type { Diagnostic, Position, Range, TextEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { DiagFile } from "../../../src/language/generated/ast.js";
import { createDiagLspServices, type DiagLspContainer } from "../../../src/server/index.js";

/** An editor without a window: documents that are opened and changed, over files that exist only here. */
export class Editor {
  readonly services: DiagLspContainer;

  constructor(readonly files: Map<string, string> = new Map()) {
    this.services = createDiagLspServices({ fileSystemProvider: () => new InMemory(files) });
  }

  /** An editor with these files, of which `main.diag` is open. */
  static async of(
    text: string,
    others: Record<string, string> = {},
  ): Promise<{ editor: Editor; main: Open }> {
    const files = new Map(Object.entries(others).map(([name, content]) => [`file:///${name}`, content]));
    const editor = new Editor(files);
    await editor.services.shared.workspace.DocumentBuilder.update(
      [...files.keys()].filter((name) => name.endsWith(".diag")).map((name) => URI.parse(name)),
      [],
    );
    return { editor, main: await editor.open("file:///main.diag", text) };
  }

  get shared() {
    return this.services.shared;
  }

  get diag() {
    return this.services.diag;
  }

  async open(uri: string, text: string): Promise<Open> {
    this.shared.workspace.TextDocuments.set(TextDocument.create(uri, "diag", 1, text));
    await this.shared.workspace.DocumentBuilder.update([URI.parse(uri)], []);
    return new Open(this, uri);
  }

  document(uri: string): LangiumDocument<DiagFile> {
    return this.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri)) as LangiumDocument<DiagFile>;
  }

  text(uri: string): string {
    return this.shared.workspace.TextDocuments.get(uri)?.getText() ?? this.files.get(uri) ?? "";
  }
}

/** A document that is open in an {@link Editor}. */
export class Open {
  constructor(
    readonly editor: Editor,
    readonly uri: string,
  ) {}

  get document(): LangiumDocument<DiagFile> {
    return this.editor.document(this.uri);
  }

  get text(): string {
    return this.document.textDocument.getText();
  }

  get diagnostics(): Diagnostic[] {
    return this.document.diagnostics ?? [];
  }

  get codes(): string[] {
    return this.diagnostics.map(({ code }) => String(code));
  }

  get identifier(): { textDocument: { uri: string } } {
    return { textDocument: { uri: this.uri } };
  }

  async type(text: string): Promise<void> {
    const { TextDocuments } = this.editor.shared.workspace;
    const version = (TextDocuments.get(this.uri)?.version ?? 0) + 1;
    TextDocuments.set(TextDocument.create(this.uri, "diag", version, text));
    await this.editor.shared.workspace.DocumentBuilder.update([URI.parse(this.uri)], []);
  }

  /** Where the `nth` occurrence of a text begins, from 1, and `within` characters later. */
  at(text: string, nth = 1, within = 0): Position {
    let offset = -1;
    for (let count = 0; count < nth; count++) {
      offset = this.text.indexOf(text, offset + 1);
      if (offset < 0) {
        throw new Error(`there are not ${nth} of "${text}"`);
      }
    }
    return this.document.textDocument.positionAt(offset + within);
  }

  range(text: string, nth = 1): Range {
    return { start: this.at(text, nth), end: this.at(text, nth, text.length) };
  }

  slice(range: Range): string {
    return this.document.textDocument.getText(range);
  }
}

/** A text after edits. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create("file:///x", "diag", 0, text), [...edits]);
}

class InMemory implements FileSystemProvider {
  private readonly empty = EmptyFileSystem.fileSystemProvider();

  constructor(private readonly files: ReadonlyMap<string, string>) {}

  async stat(uri: URI): Promise<FileSystemNode> {
    await this.readFile(uri);
    return { isFile: true, isDirectory: false, uri };
  }

  async exists(uri: URI): Promise<boolean> {
    return this.files.has(uri.toString());
  }

  async readFile(uri: URI): Promise<string> {
    const text = this.files.get(uri.toString());
    if (text === undefined) {
      throw Object.assign(new Error(`no ${uri}`), { code: "ENOENT" });
    }
    return text;
  }

  async readDirectory(): Promise<FileSystemNode[]> {
    return [...this.files.keys()].map((name) => ({ isFile: true, isDirectory: false, uri: URI.parse(name) }));
  }

  statSync = (uri: URI) => this.empty.statSync(uri);
  existsSync = (uri: URI) => this.files.has(uri.toString());
  readBinary = () => this.empty.readBinary();
  readBinarySync = () => this.empty.readBinarySync();
  readFileSync = (uri: URI) => this.files.get(uri.toString()) ?? "";
  readDirectorySync = () => [];
}
