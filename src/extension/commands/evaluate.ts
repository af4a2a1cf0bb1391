import * as vscode from "vscode";
import type { Description, RunOrder, RunTarget } from "../../runner/index.js";
import type { RunRecord } from "../../runs/index.js";
import { openDiagFile } from "../preview/open-file.js";
import { sourceOf } from "../runs/index.js";
import { trustedTo } from "../target.js";
import { showFault, withProgress } from "../working.js";
import { chooseDiagrams } from "./choose-diagrams.js";
import { describeSoon } from "./describe-soon.js";
import { writeNewBlock } from "./new-block.js";
import { runShown } from "./run-order.js";
import { findSubject, type Subject } from "./subject.js";
import type { Workshop } from "./workshop.js";

const evaluating = "Evaluate Diagrams";

/**
 * `diag.evaluate`: what a `verify` block predicts, or the terms of diagrams where a block is, in the results panel. A file
 * without a block gets one.
 * @returns the run as it ended; `undefined` when there is none, and the user knows why.
 */
export async function evaluate(
  workshop: Workshop,
  uri?: unknown,
  name?: unknown,
): Promise<RunRecord | undefined> {
  if (!trustedTo("evaluate diagrams")) {
    return undefined;
  }
  const document = await openDiagFile(uri);
  const subject = document && findSubject(document, ["diagram", "verify"], name);
  if (document === undefined || subject === undefined) {
    return undefined;
  }
  let target: RunTarget | undefined;
  try {
    target =
      subject.verify === undefined
        ? await chooseTarget(workshop, document, subject)
        : { kind: "verify", name: subject.verify };
  } catch (error) {
    if (!(error instanceof vscode.CancellationError)) {
      showFault("Evaluating failed", error);
    }
  }
  if (target === undefined) {
    return undefined;
  }
  const title = target.kind === "verify" ? target.name : target.names.join(" + ");
  return evaluateOrder(workshop, { kind: "evaluation", source: sourceOf(document), target }, title);
}

/** Which diagrams, and where. */
async function chooseTarget(
  { runs }: Workshop,
  document: vscode.TextDocument,
  subject: Subject,
): Promise<RunTarget | undefined> {
  const description = await describeSoon(runs, document);
  const names = await chooseDiagrams(description, evaluating, subject);
  const verify = names && (await blockOf(document, description, names, subject.named !== undefined));
  return names === undefined || verify === undefined ? undefined : { kind: "diagrams", names, verify };
}

/**
 * The block that says where diagrams are evaluated: one of the file's, or a new one that predicts with as many edges as they
 * have, which is sound whatever they are.
 * @param isNamed whether the file's only block is taken without a question.
 */
async function blockOf(
  document: vscode.TextDocument,
  description: Description,
  names: readonly string[],
  isNamed: boolean,
): Promise<string | undefined> {
  const own = description.verifies.filter((verify) => verify.own);
  const [only] = own;
  if (only !== undefined && own.length === 1 && isNamed) {
    return only.name;
  }
  const items = own.map(({ name, landscape, spacetime, etas }) => ({
    label: name,
    description: `${landscape}, ${spacetime}, eta = ${etas.join(", ")}`,
    name,
  }));
  const fresh = { label: "New verify block…", description: "at the end of the file", name: undefined };
  const choice =
    only === undefined
      ? fresh
      : await vscode.window.showQuickPick([...items, fresh], { title: "As in Which verify Block?" });
  if (choice === undefined || choice.name !== undefined) {
    return choice?.name;
  }
  const edges = description.diagrams.filter(({ name }) => names.includes(name)).map((one) => one.edges);
  const predict = `order ${Math.max(1, ...edges)}`;
  return writeNewBlock(document, description, evaluating, { names, predict });
}

/** Evaluates what is ordered, with a notification; says what went wrong, if anything did. */
export async function evaluateOrder(
  workshop: Pick<Workshop, "runs" | "showResults">,
  order: RunOrder,
  title: string,
): Promise<RunRecord | undefined> {
  const record = await withProgress(`Evaluating ${title}`, (token, report) =>
    runShown(workshop, order, token, report),
  );
  if (record?.state === "failed" || record?.state === "interrupted") {
    showFault(`Evaluating ${title} failed`, record.message ?? "it ended too early");
  }
  return record;
}
