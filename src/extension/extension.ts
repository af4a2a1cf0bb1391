import { execFile } from "node:child_process";
import { join } from "node:path";
import * as vscode from "vscode";

/** One finding of `diag check --json`, as LANGUAGE fixes it. Lines and characters count from 0. */
interface Finding {
  readonly file: string;
  readonly severity: "error" | "warning" | "info";
  readonly code: string;
  readonly message: string;
  readonly range: { readonly start: vscode.Position; readonly end: vscode.Position };
}

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};
const longestCheck = 60_000; // milliseconds
const largestAnswer = 64 * 1024 * 1024; // bytes

/** Registers the command `diag.checkFile`. */
export function activate(context: vscode.ExtensionContext): void {
  const findings = vscode.languages.createDiagnosticCollection("diag");
  const command = context.asAbsolutePath(join("dist", "diag.js"));
  context.subscriptions.push(
    findings,
    vscode.commands.registerCommand("diag.checkFile", () => checkActiveFile(command, findings)),
    vscode.workspace.onDidCloseTextDocument((document) => findings.delete(document.uri)),
  );
}

export function deactivate(): void {}

async function checkActiveFile(command: string, findings: vscode.DiagnosticCollection): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "diag") {
    void vscode.window.showInformationMessage("Open a .diag file to check it.");
    return;
  }
  // The command reads the file from the disk, so what is checked must be what is shown.
  if (document.uri.scheme !== "file" || !(await document.save())) {
    void vscode.window.showWarningMessage("Save this file to the disk first, so that it can be checked.");
    return;
  }
  try {
    const answer = await runCheck(command, document.uri.fsPath);
    const byFile = new Map<string, vscode.Diagnostic[]>([[document.uri.fsPath, []]]);
    for (const finding of answer) {
      const file = vscode.Uri.file(finding.file).fsPath;
      byFile.set(file, [...(byFile.get(file) ?? []), toDiagnostic(finding)]);
    }
    findings.clear();
    for (const [file, diagnostics] of byFile) findings.set(vscode.Uri.file(file), diagnostics);
    const summary = answer.length === 0 ? "no problems" : `${answer.length} in the Problems panel`;
    vscode.window.setStatusBarMessage(`Diag: ${summary}`, 5000);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`The file could not be checked: ${reason}`);
  }
}

function toDiagnostic({ range, message, severity, code }: Finding): vscode.Diagnostic {
  const { start, end } = range;
  const place = new vscode.Range(start.line, start.character, end.line, end.character);
  const diagnostic = new vscode.Diagnostic(place, message, severities[severity]);
  diagnostic.code = code;
  diagnostic.source = "diag";
  return diagnostic;
}

/** Runs the bundled `diag check`, in a process of its own so that a slow file never blocks the editor. */
function runCheck(command: string, file: string): Promise<readonly Finding[]> {
  const options = {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
    timeout: longestCheck,
    maxBuffer: largestAnswer,
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [command, "check", "--json", file], options, (error, stdout, stderr) => {
      if (error?.killed) return reject(new Error(`it took longer than ${longestCheck / 1000} s.`));
      try {
        const answer = JSON.parse(stdout) as { diagnostics?: readonly Finding[] };
        if (answer.diagnostics) return resolve(answer.diagnostics);
      } catch {
        // No JSON: what the command said on standard error is the answer then.
      }
      reject(new Error(stderr.trim() || error?.message || "diag check gave no answer."));
    });
  });
}
