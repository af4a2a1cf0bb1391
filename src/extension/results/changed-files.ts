import { createHash } from "node:crypto";
import * as vscode from "vscode";
import type { RunRecord } from "../../results/index.js";

interface Known {
  /** Of the open document, or of the file on its disk; either changes with the text. */
  readonly edition: string;
  readonly hash: string;
}

/** Tells whether files are still those that runs were made from. Texts are read and hashed once per edition. */
export class ChangedFiles {
  private readonly known = new Map<string, Known>();
  /** Documents by when they were first met: the versions of one that is opened again begin anew. */
  private readonly met = new WeakMap<vscode.TextDocument, number>();
  private count = 0;

  /** Whether the file's text, saved or not, is another than the run's, or cannot be read any more. */
  async isChanged({ uri, textHash }: Pick<RunRecord, "uri" | "textHash">): Promise<boolean> {
    try {
      return (await this.hashOf(uri)) !== textHash;
    } catch {
      return true;
    }
  }

  private async hashOf(address: string): Promise<string> {
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === address);
    if (document !== undefined) {
      const number = this.met.get(document) ?? this.count++;
      this.met.set(document, number);
      return this.remembered(address, `document ${number} ${document.version}`, async () =>
        document.getText(),
      );
    }
    const uri = vscode.Uri.parse(address, true);
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    return this.remembered(address, `file ${mtime} ${size}`, async () =>
      // A mark of the byte order is no part of the text, for the decoder as for the editor.
      new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)),
    );
  }

  private async remembered(address: string, edition: string, read: () => Promise<string>): Promise<string> {
    const known = this.known.get(address);
    if (known?.edition === edition) return known.hash;
    const hash = createHash("sha256")
      .update(await read())
      .digest("hex");
    this.known.set(address, { edition, hash });
    return hash;
  }
}
