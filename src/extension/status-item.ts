import * as vscode from "vscode";
import type { LanguageServer, ServerState } from "./language-server.js";

const looks: Readonly<Record<ServerState, { readonly icon: string; readonly words: string }>> = {
  starting: { icon: "$(loading~spin)", words: "is starting" },
  ready: { icon: "$(check)", words: "is ready" },
  restarting: { icon: "$(sync~spin)", words: "stopped unexpectedly and is starting again" },
  stopped: { icon: "$(error)", words: "is stopped" },
};

/** The item in the status bar that shows, beside `.diag` files, what the language server is doing. */
export function createStatusItem(server: LanguageServer): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("diag.server", vscode.StatusBarAlignment.Right, 100);
  item.name = "Diag Language Server";
  item.command = "diag.serverMenu";
  const show = (): void => {
    const { icon, words } = looks[server.state];
    // Beside it stands the name of the language.
    item.text = `${icon} Diag Server`;
    item.tooltip = `The Diag language server ${words}.`;
    item.accessibilityInformation = { label: item.tooltip, role: "button" };
    item.backgroundColor =
      server.state === "stopped" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    if (vscode.window.activeTextEditor?.document.languageId === "diag") {
      item.show();
    } else {
      item.hide();
    }
  };
  show();
  return vscode.Disposable.from(
    item,
    server.onDidChangeState(show),
    vscode.window.onDidChangeActiveTextEditor(show),
  );
}

/** What a click on the status bar's item offers. */
export async function showServerMenu(
  server: LanguageServer,
  channel: vscode.LogOutputChannel,
): Promise<void> {
  const choices: (vscode.QuickPickItem & { readonly run: () => unknown })[] = [
    { label: "$(debug-restart) Restart Language Server", run: () => server.restart() },
    { label: "$(output) Show Output", run: () => channel.show() },
    {
      label: "$(gear) Open Settings",
      run: () => vscode.commands.executeCommand("workbench.action.openSettings", "@lang:diag diag."),
    },
  ];
  const placeHolder = `The Diag language server ${looks[server.state].words}.`;
  await (await vscode.window.showQuickPick(choices, { placeHolder }))?.run();
}
