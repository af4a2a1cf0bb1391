import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { webviewPage } from "../preview/page.js";
import type { OpenedPage, PageListener } from "./page-device.js";

const gpuType = "diag.gpu";

/** Where the tab goes, and what is to be seen in its place once it works. */
export interface TabPlace {
  readonly column: vscode.ViewColumn;
  /** Shows again what the tab has covered. */
  uncover(): void;
}

/**
 * Opens the page with a GPU in a tab that does not take the keyboard. Its work goes on while it is hidden: it is no view
 * of something but the work itself, and a hidden page that is thrown away would end the run on the GPU.
 */
export function openGpuPanel(extension: vscode.Uri, place: TabPlace, listener: PageListener): OpenedPage {
  const folder = vscode.Uri.joinPath(extension, "dist", "webview");
  const panel = vscode.window.createWebviewPanel(
    gpuType,
    "Diag GPU",
    { viewColumn: place.column, preserveFocus: true },
    {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: [folder],
      retainContextWhenHidden: true,
    },
  );
  panel.iconPath = {
    light: vscode.Uri.joinPath(extension, "media", "file-light.svg"),
    dark: vscode.Uri.joinPath(extension, "media", "file-dark.svg"),
  };
  const { webview } = panel;
  const subscriptions = [
    webview.onDidReceiveMessage((message: unknown) => listener.hear(message)),
    panel.onDidDispose(() => {
      for (const one of subscriptions) {
        one.dispose();
      }
      listener.gone();
    }),
  ];
  const address = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  webview.html = webviewPage(
    { title: "GPU", facts: {} },
    {
      script: address("gpu.js"),
      style: address("gpu.css"),
      origin: webview.cspSource,
      nonce: randomBytes(16).toString("base64"),
    },
  );
  return {
    post: (message) => void webview.postMessage(message),
    settled: () => place.uncover(),
    close: () => panel.dispose(),
  };
}
