import * as vscode from "vscode";
import { asLabel } from "../../markdown/index.js";
import type { RunOrder } from "../../runner/index.js";
import type { RunRecord } from "../../runs/index.js";
import { declarationsOf } from "../declarations.js";
import { showMessage } from "../messages.js";
import { openDiagFile } from "../preview/open-file.js";
import { fileName } from "../preview/places.js";
import { RunRefused, sourceOf } from "../runs/index.js";
import { trustedTo } from "../target.js";
import { type Report, showFault, withProgress } from "../working.js";
import { chooseDiagrams } from "./choose-diagrams.js";
import { describeSoon } from "./describe-soon.js";
import { writeNewBlock } from "./new-block.js";
import { runShown } from "./run-order.js";
import { type Ending, endingOf, endingOfAll } from "./run-words.js";
import { findSubject } from "./subject.js";
import type { Workshop } from "./workshop.js";

/**
 * `diag.verify`: simulates SGD for one `verify` block, for all of a file, or for a block that is written for diagrams
 * that the user chooses, and says the verdict.
 * @returns the run as it ended, or all of them; `undefined` when there is none, and the user knows why.
 */
export async function verify(
  workshop: Workshop,
  uri?: unknown,
  name?: unknown,
): Promise<RunRecord | readonly RunRecord[] | undefined> {
  if (!trustedTo("simulate")) {
    return undefined;
  }
  const document = await openDiagFile(uri);
  const subject = document && findSubject(document, ["verify"], name);
  if (document === undefined || subject === undefined) {
    return undefined;
  }
  if (subject.verify !== undefined) {
    return verifyBlock(workshop, document, subject.verify);
  }
  const names = subject.declared.filter(({ kind }) => kind === "verify").map((one) => one.name);
  const choice = names.length === 0 ? "diagrams" : await choose(names);
  if (choice === undefined) {
    return undefined;
  }
  if (choice === "diagrams") {
    return verifyDiagrams(workshop, document, subject.here);
  }
  if (choice === "all") {
    return verifyAll(workshop, document);
  }
  return verifyBlock(workshop, document, choice.verify);
}

/** `diag.verifyFile`: all `verify` blocks of a file, in their order. */
export async function verifyFile(
  workshop: Workshop,
  uri?: unknown,
): Promise<readonly RunRecord[] | undefined> {
  if (!trustedTo("simulate")) {
    return undefined;
  }
  const document = await openDiagFile(uri);
  return document && verifyAll(workshop, document);
}

/** Simulates what is ordered, with a notification, and says the verdict. */
export async function verifyOrder(
  workshop: Pick<Workshop, "runs" | "showResults" | "isShown">,
  order: RunOrder,
  title: string,
): Promise<RunRecord | undefined> {
  const record = await withProgress(`Verifying ${title}`, (token, report) =>
    runShown(workshop, order, token, report),
  );
  if (record !== undefined) {
    announce(workshop, endingOf(record), record);
  }
  return record;
}

type Choice = { readonly verify: string } | "all" | "diagrams";

async function choose(names: readonly string[]): Promise<Choice | undefined> {
  interface Item extends vscode.QuickPickItem {
    readonly choice: Choice;
  }
  const items: Item[] = [
    ...(names.length > 1
      ? [{ label: "All of this file", description: names.join(", "), choice: "all" as const }]
      : []),
    ...names.map((verify) => ({ label: verify, description: "verify", choice: { verify } })),
    { label: "New verify block…", description: "for chosen diagrams", choice: "diagrams" },
  ];
  return (await vscode.window.showQuickPick(items, { title: "Verify Against SGD" }))?.choice;
}

function verifyBlock(
  workshop: Workshop,
  document: vscode.TextDocument,
  name: string,
): Promise<RunRecord | undefined> {
  const order = blockOrder(document, name);
  return verifyOrder(workshop, order, name);
}

function blockOrder(document: vscode.TextDocument, name: string): RunOrder {
  return { kind: "verification", source: sourceOf(document), target: { kind: "verify", name } };
}

async function verifyAll(
  workshop: Workshop,
  document: vscode.TextDocument,
): Promise<readonly RunRecord[] | undefined> {
  const names = declarationsOf(document.getText())
    .filter(({ kind }) => kind === "verify")
    .map(({ name }) => name);
  const file = fileName(document.uri);
  if (names.length === 0) {
    void showMessage("information", "This file has no verify.");
    return undefined;
  }
  const records: RunRecord[] = [];
  const refused: string[] = [];
  await withProgress(`Verifying ${file}`, async (token, report) => {
    for (const [index, name] of names.entries()) {
      if (token.isCancellationRequested) {
        return;
      }
      const place = names.length === 1 ? name : `${name} (${index + 1} of ${names.length})`;
      const tell: Report = (message, share = 0) =>
        report(`${place}: ${message}`, (index + share) / names.length);
      try {
        records.push(await runShown(workshop, blockOrder(document, name), token, tell));
      } catch (error) {
        // A block with errors does not keep the others from running.
        if (!(error instanceof RunRefused)) {
          throw error;
        }
        refused.push(`${name} was not run: ${error.message}`);
      }
    }
  });
  for (const line of refused) {
    void showMessage("error", line);
  }
  if (records.length > 0) {
    // The page says how one run ended, and never how all of them did.
    const isShown = (id: string): boolean => records.length === 1 && workshop.isShown(id);
    announce({ ...workshop, isShown }, endingOfAll(file, records), records.at(-1)!);
  }
  return records;
}

/** Verifies diagrams by the block that predicts with them, which is written when the file has none. */
async function verifyDiagrams(
  workshop: Workshop,
  document: vscode.TextDocument,
  here: string | undefined,
): Promise<RunRecord | undefined> {
  let block: string | undefined;
  try {
    const title = "Verify Diagrams";
    const description = await describeSoon(workshop.runs, document);
    const names = await chooseDiagrams(description, title, here === undefined ? {} : { here });
    const predict = names?.join(" + ") ?? "";
    const known = description.verifies.find((verify) => verify.own && verify.predict === predict);
    block =
      known === undefined
        ? names && (await writeNewBlock(document, description, title, { names, predict }))
        : known.name;
  } catch (error) {
    if (!(error instanceof vscode.CancellationError)) {
      showFault("Verifying failed", error);
    }
  }
  return block === undefined ? undefined : verifyBlock(workshop, document, block);
}

/** How long the status bar says what the page says too, in milliseconds. */
const glance = 10_000;

/**
 * Says how a run ended, with a way to its results; where they are in view already, which say the same, in the status bar alone.
 * @param record the run that the results are to show.
 */
export function announce(
  { showResults, isShown }: Pick<Workshop, "showResults" | "isShown">,
  { message, severity }: Ending,
  { id }: RunRecord,
): void {
  if (isShown(id)) {
    vscode.window.setStatusBarMessage(asLabel(message), glance);
    return;
  }
  const results = "Show Results";
  void showMessage(severity, message, results).then((answer) => {
    if (answer === results) {
      showResults(id);
    }
  });
}
