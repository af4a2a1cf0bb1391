import * as vscode from "vscode";
import type { FromResultsPage, RunRecord } from "../../runs/index.js";
import { describeSoon } from "../commands/describe-soon.js";
import { declarationsOf } from "../declarations.js";
import type { LanguageServer } from "../language-server.js";
import { showMessage } from "../messages.js";
import { fileName, revealText, toRange } from "../preview/places.js";
import type { Runs } from "../runs/index.js";

type Reveal = Extract<FromResultsPage, { readonly type: "reveal" }>;

/** What shows places needs. */
export interface Guide {
  readonly server: LanguageServer;
  readonly runs: Pick<Runs, "describe">;
}

/**
 * Shows where a run or one of its diagrams is declared, or draws the diagram.
 * @param panelColumn where the results are.
 * @throws errors of one line: why it cannot be shown.
 */
export async function reveal(
  guide: Guide,
  record: Pick<RunRecord, "uri" | "title">,
  { diagram, where }: Pick<Reveal, "diagram" | "where">,
  panelColumn: vscode.ViewColumn | undefined,
): Promise<void> {
  const uri = vscode.Uri.parse(record.uri, true);
  const document = await vscode.workspace.openTextDocument(uri).then(
    (opened) => opened,
    () => {
      throw new Error(`${fileName(uri)} cannot be read; it may have been moved or deleted`);
    },
  );
  if (diagram === undefined) {
    if (where === "preview") {
      await vscode.commands.executeCommand("diag.previewToSide", uri);
    } else {
      await show(document, rangeOfRun(document, record.title), panelColumn);
    }
    return;
  }
  const name = await nameOf(guide, document, diagram);
  if (name === undefined) {
    return offerInsert(uri, diagram.shortForm);
  }
  if (where === "preview") {
    await vscode.commands.executeCommand("diag.preview", uri.toString(), name);
  } else {
    await show(document, await rangeOfDiagram(guide, document, name), panelColumn);
  }
}

async function show(
  { uri }: vscode.TextDocument,
  range: vscode.Range,
  panelColumn: vscode.ViewColumn | undefined,
): Promise<void> {
  await revealText(uri, range, { focus: true, panelColumn });
}

/** The `verify` block of a run, or the first of its diagrams that the file declares. */
function rangeOfRun(document: vscode.TextDocument, title: string): vscode.Range {
  const declared = declarationsOf(document.getText());
  const names = title.split(" + ");
  const found =
    declared.find(({ kind, name }) => kind === "verify" && name === title) ??
    declared.find(({ kind, name }) => kind === "diagram" && names.includes(name));
  if (found === undefined) {
    throw new Error(`${fileName(document.uri)} does not declare ${title} any more`);
  }
  return at(document, found.offset);
}

/** The name by which the file declares a diagram: that of the run, or of an equal one. */
async function nameOf(
  { runs }: Guide,
  document: vscode.TextDocument,
  { name, shortForm }: NonNullable<Reveal["diagram"]>,
): Promise<string | undefined> {
  const isDeclared = declarationsOf(document.getText()).some(
    (one) => one.kind === "diagram" && one.name === name,
  );
  if (isDeclared) {
    return name;
  }
  try {
    const { diagrams } = await describeSoon(runs, document);
    return diagrams.find(({ own, diagram }) => own && diagram === shortForm)?.name;
  } catch {
    return undefined;
  }
}

async function rangeOfDiagram(
  { server }: Guide,
  document: vscode.TextDocument,
  name: string,
): Promise<vscode.Range> {
  try {
    const file = await server.request("file", { uri: document.uri.toString() });
    const diagram = file?.version === document.version && file.diagrams.find((one) => one.name === name);
    if (diagram) {
      return toRange(diagram.nameRange);
    }
  } catch {
    // Without the server, the keyword will do.
  }
  const declared = declarationsOf(document.getText()).find(
    (one) => one.kind === "diagram" && one.name === name,
  );
  return at(document, declared?.offset ?? 0);
}

function at(document: vscode.TextDocument, offset: number): vscode.Range {
  const position = document.positionAt(offset);
  return new vscode.Range(position, position);
}

/** What is predicted with all diagrams of an order is mostly declared nowhere. */
async function offerInsert(uri: vscode.Uri, shortForm: string): Promise<void> {
  const insert = "Insert It";
  const message = `${fileName(uri)} has no diagram ${shortForm}.`;
  const answer = await showMessage("information", message, insert);
  if (answer === insert) {
    await vscode.commands.executeCommand("diag.insertShortForm", uri, shortForm);
  }
}
