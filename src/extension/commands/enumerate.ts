import * as vscode from "vscode";
import { counted } from "../../printable/index.js";
import type { EnumerateParameters } from "../../runner/index.js";
import { confirms } from "../messages.js";
import { withProgress } from "../working.js";
import { enumerationHint, enumerationText, mostEdges, readEdges } from "./enumeration-text.js";
import type { Workshop } from "./workshop.js";

/** More diagrams than these are opened only when the user says so. */
const many = 5000;
const title = "Enumerate Diagrams";

/**
 * `diag.enumerate`: all diagrams of so many edges, as declarations of a new file. It reads nothing of the workspace, and so needs no trust.
 * @param wanted taken without asking when it is given.
 * @returns how many there are in the file; `undefined` when none was opened, and the user knows why.
 */
export async function enumerate({ runs }: Workshop, wanted?: unknown): Promise<number | undefined> {
  const parameters = isParameters(wanted) ? wanted : await askParameters();
  if (parameters === undefined) {
    return undefined;
  }
  const { edges } = parameters;
  const diagrams = await withProgress(`Enumerating diagrams of ${counted(edges, "edge")}`, (token) =>
    runs.enumerate(parameters, token),
  );
  if (diagrams === undefined) {
    return undefined;
  }
  if (diagrams.length > many && !(await confirm(diagrams.length))) {
    return undefined;
  }
  const content = enumerationText(parameters, diagrams);
  const document = await vscode.workspace.openTextDocument({ language: "diag", content });
  await vscode.window.showTextDocument(document, { preview: false });
  return diagrams.length;
}

async function confirm(count: number): Promise<boolean> {
  const open = "Open";
  const detail = "A file of so many is slow to edit and to draw.";
  const message = `There are ${count.toLocaleString("en")} diagrams. Open them all?`;
  return confirms("warning", message, detail, open);
}

async function askParameters(): Promise<EnumerateParameters | undefined> {
  const text = await vscode.window.showInputBox({
    title: `${title}: Number of Edges`,
    prompt: enumerationHint,
    value: "3",
    ignoreFocusOut: true,
    validateInput: (typed) =>
      readEdges(typed) === undefined ? `Write a whole number from 1 to ${mostEdges}.` : undefined,
  });
  const edges = text === undefined ? undefined : readEdges(text);
  if (edges === undefined) {
    return undefined;
  }
  const irreducible = {
    label: "Irreducible",
    description: "no link: no non-root node of degree 2 alone in its part",
    picked: true,
  };
  const pathCondition = {
    label: "Path condition",
    description: "no path from a leaf to the root meets a part twice",
    picked: true,
  };
  const chosen = await vscode.window.showQuickPick([irreducible, pathCondition], {
    title: `${title}: Conditions`,
    placeHolder: "Choose what the diagrams must be",
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return (
    chosen && {
      edges,
      irreducible: chosen.includes(irreducible),
      pathCondition: chosen.includes(pathCondition),
    }
  );
}

function isParameters(value: unknown): value is EnumerateParameters {
  const wanted = value as Partial<Record<keyof EnumerateParameters, unknown>> | null | undefined;
  return (
    typeof wanted === "object" &&
    wanted !== null &&
    readEdges(String(wanted.edges)) !== undefined &&
    typeof wanted.edges === "number" &&
    typeof wanted.irreducible === "boolean" &&
    typeof wanted.pathCondition === "boolean"
  );
}
