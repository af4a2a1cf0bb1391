import * as vscode from "vscode";
import type { PageRequest, Problem } from "../../preview/index.js";
import type { LanguageServer } from "../language-server.js";
import { visibleEditor } from "./places.js";
import { saveExport } from "./save-export.js";
import type { HistoryStep } from "./text-history.js";
import { writeEdits, writeRename } from "./write-edits.js";

/** The file that a page asks about, and what hears of edits made for it. */
export interface Asker {
  readonly uri: vscode.Uri;
  /** A name that an edit made in a diagram, to be shown as selected. */
  made(id: string, name: string): void;
  /** Takes the last change of the text back, or makes it again. */
  step(step: HistoryStep): Promise<Partial<Problem>>;
}

/**
 * Answers what a page asks: by the language server, or by what only the editor can do.
 * @throws errors of one line.
 */
export async function answerPage(
  server: LanguageServer,
  asker: Asker,
  request: PageRequest,
): Promise<unknown> {
  const { uri: address } = asker;
  const uri = address.toString();
  switch (request.method) {
    case "draw":
      return server.request("draw", { uri, ids: request.ids });
    case "hover":
      return server.request("hover", {
        ...{ uri, position: request.position },
        ...(request.room === undefined ? {} : { room: request.room }),
      });
    case "embeddings":
      return server.request("embeddings", { ...request.question, uri });
    case "export":
      return server.request("export", { uri, id: request.id, format: request.format });
    case "edit": {
      const { version, id, edit } = request;
      // Open, so that the server's version is the editor's.
      await vscode.workspace.openTextDocument(address);
      const done = await writeEdits(address, await server.request("edit", { uri, version, id, edit }));
      if ("problem" in done) {
        return done;
      }
      if (done.select !== undefined) {
        asker.made(id, done.select);
      }
      return {};
    }
    case "rename": {
      const { version, id, element, name } = request;
      await vscode.workspace.openTextDocument(address);
      return writeRename(address, await server.request("rename", { uri, version, id, element, name }));
    }
    case "insert": {
      const done = await insertShortForm(server, address, request.shortForm, request.version);
      return "problem" in done ? done : {};
    }
    case "history":
      return asker.step(request.step);
    case "copy":
      await vscode.env.clipboard.writeText(request.text);
      return {};
    case "save": {
      const { suggestedName, format, content } = request;
      const bytes = Buffer.from(content, format === "png" ? "base64" : "utf8");
      return { saved: (await saveExport(address, suggestedName, format, bytes)) !== undefined };
    }
  }
}

/**
 * Writes a short form into a file as a declaration: behind the one at the cursor of an editor in sight, or at the end.
 * @param version of the text that the user saw; the present one when absent.
 */
export async function insertShortForm(
  server: LanguageServer,
  uri: vscode.Uri,
  shortForm: string,
  version?: number,
): ReturnType<typeof writeEdits> {
  const document = await vscode.workspace.openTextDocument(uri);
  const cursor = visibleEditor(uri)?.selection.active;
  const answer = await server.request("insert", {
    uri: uri.toString(),
    version: version ?? document.version,
    shortForm,
    ...(cursor === undefined ? {} : { position: { line: cursor.line, character: cursor.character } }),
  });
  return writeEdits(uri, answer);
}
