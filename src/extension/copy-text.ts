import * as vscode from "vscode";

const shown = 3000; // milliseconds

/** `diag.copyText`: puts a text, such as a formula's LaTeX, on the clipboard. Links in hovers call it. */
export async function copyText(text: unknown): Promise<void> {
  if (typeof text !== "string" || text === "") {
    return;
  }
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage("$(check) Copied", shown);
}
