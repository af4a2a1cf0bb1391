import * as vscode from "vscode";
import type { RunOrder } from "../../runner/index.js";
import type { RunRecord } from "../../runs/index.js";
import { declarationsOf } from "../declarations.js";
import { showMessage } from "../messages.js";
import { openDiagFile } from "../preview/open-file.js";
import { fileName } from "../preview/places.js";
import { RunRefused, sourceOf } from "../runs/index.js";
import { trustedTo } from "../target.js";
import { type Report, showFault, withProgress } from "../working.js";
import { askDiagrams, type ChosenDiagrams } from "./ask-diagrams.js";
import { runShown } from "./run-order.js";
import { type Ending, endingOf, endingOfAll } from "./run-words.js";
import { findSubject } from "./subject.js";
import type { Workshop } from "./workshop.js";
import { writeIntoFile } from "./write-into-file.js";

/**
 * `diag.verify`: simulates SGD for one `verify` block, for all of a file, or for diagrams that the user chooses, and
 * says the verdict.
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
  workshop: Pick<Workshop, "runs" | "showResults">,
  order: RunOrder,
  title: string,
  offer?: Offer,
): Promise<RunRecord | undefined> {
  const record = await withProgress(`Verifying ${title}`, (token, report) =>
    runShown(workshop, order, token, report),
  );
  if (record !== undefined) {
    announce(workshop, endingOf(record), record, offer);
  }
  return record;
}

/** One more thing that can be done with a run that has ended. */
interface Offer {
  readonly words: string;
  take(): Promise<void>;
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
    { label: "Chosen diagrams…", description: "without a verify block", choice: "diagrams" },
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
    announce(workshop, endingOfAll(file, records), records.at(-1)!);
  }
  return records;
}

async function verifyDiagrams(
  workshop: Workshop,
  document: vscode.TextDocument,
  here: string | undefined,
): Promise<RunRecord | undefined> {
  let chosen: ChosenDiagrams | undefined;
  try {
    const options = { withTrials: true, ...(here === undefined ? {} : { here }) };
    chosen = await askDiagrams(workshop, document, "Verify Diagrams", options);
  } catch (error) {
    if (!(error instanceof vscode.CancellationError)) {
      showFault("Verifying failed", error);
    }
  }
  if (chosen === undefined) {
    return undefined;
  }
  const { names, setting, trials } = chosen;
  const order: RunOrder = {
    kind: "verification",
    source: sourceOf(document),
    target: { kind: "diagrams", names, setting },
    ...(trials === undefined ? {} : { trials }),
  };
  const made = chosen;
  return verifyOrder(workshop, order, names.join(" + "), {
    words: "Write Into File",
    take: () => writeIntoFile(document.uri, made),
  });
}

function announce(
  { showResults }: Pick<Workshop, "showResults">,
  { message, severity }: Ending,
  { id, state }: RunRecord,
  offer?: Offer,
): void {
  const results = "Show Results";
  const further = offer !== undefined && state === "done" ? [offer.words] : [];
  void showMessage(severity, message, results, ...further).then(async (answer) => {
    if (answer === results) {
      showResults(id);
    } else if (answer !== undefined) {
      await offer?.take();
    }
  });
}
