import * as vscode from "vscode";

const scheme = "diag-result";
const mostKept = 50;

/** Read-only documents that show results as text, one for each title. */
export class ResultDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "This result is gone; run the command again.";
  }

  /** Shows a text beside the editor, in place of the one that had this title before. */
  async show(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${title}` });
    // Kept in the order of use; the oldest goes first.
    this.texts.delete(uri.path);
    this.texts.set(uri.path, text);
    if (this.texts.size > mostKept) this.texts.delete(this.texts.keys().next().value!);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
