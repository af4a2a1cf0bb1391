import * as vscode from "vscode";
import { addressBook, serveFiles, surround, useAddresses, useFiles } from "../web/index.js";
import { activate as activateAnywhere, type DiagApi, deactivate } from "./extension.js";
import { filesOfEditor } from "./web/index.js";

/* The extension in the web extension host: the same as on the desktop, once the places of Node are taken. */

export { deactivate };

export function activate(context: vscode.ExtensionContext): DiagApi {
  const home = vscode.workspace.workspaceFolders?.[0]?.uri;
  const root = home?.with({ path: "/", query: "", fragment: "" });
  const storages = [context.storageUri, context.globalStorageUri].flatMap((uri) => uri ?? []);
  const programs = vscode.Uri.joinPath(context.extensionUri, "dist");
  const ask = filesOfEditor({ home, storages, programs });
  useFiles(ask);
  useAddresses(addressBook(root?.toString()));
  surround({
    script: addressOfScript(vscode.Uri.joinPath(programs, "web", "worker.js")),
    serveFiles: (port) => serveFiles(port, ask),
  });
  return activateAnywhere(context);
}

/** Workers are made of addresses of their own origin, which the extension's files are not. */
async function addressOfScript(uri: vscode.Uri): Promise<string> {
  const bytes = await vscode.workspace.fs.readFile(uri);
  return URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "text/javascript" }));
}
