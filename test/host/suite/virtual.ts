import { match } from "node:assert/strict";
import * as vscode from "vscode";
import { diagnosticsOnce, hoverAt, positionOf, type Tests, until } from "./testing.js";

/** Files that are on no disk, as those of a virtual workspace. */
class MemoryFiles implements vscode.FileSystemProvider {
  private readonly files = new Map<string, Uint8Array>();
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;

  watch(): vscode.Disposable {
    return { dispose() {} };
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.readFile(uri).length };
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const content = this.files.get(uri.path);
    if (content === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return content;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.files.set(uri.path, content);
  }

  createDirectory(): void {}

  delete(uri: vscode.Uri): void {
    this.files.delete(uri.path);
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}

export const virtual: Tests = {
  "files of a virtual workspace have diagnostics and hovers": async () => {
    const files = new MemoryFiles();
    const registration = vscode.workspace.registerFileSystemProvider("memory-test", files);
    try {
      const uri = vscode.Uri.parse("memory-test:/folder/bent.diag");
      files.writeFile(uri, new TextEncoder().encode("diagram bent {\n  a -> b -> c\n  part P = {a, b}\n}\n"));
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, { preview: true });
      await diagnosticsOnce(uri, ["path-condition"]);
      const hover = await until(
        "a hover",
        async () => (await hoverAt(document, positionOf(document, "bent"))) || false,
      );
      match(hover, /data:image\/svg\+xml/);
    } finally {
      await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
      registration.dispose();
    }
  },
};
