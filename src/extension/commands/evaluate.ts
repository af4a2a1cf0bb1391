import * as vscode from "vscode";
import type { RunOrder } from "../../runner/index.js";
import type { RunRecord } from "../../runs/index.js";
import { openDiagFile } from "../preview/open-file.js";
import { sourceOf } from "../runs/index.js";
import { trustedTo } from "../target.js";
import { showFault, withProgress } from "../working.js";
import { askDiagrams } from "./ask-diagrams.js";
import { runShown } from "./run-order.js";
import { findSubject } from "./subject.js";
import type { Workshop } from "./workshop.js";

/**
 * `diag.evaluate`: the terms of chosen diagrams on a landscape, or of what a `verify` block predicts, in the results
 * panel.
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
  if (subject === undefined) {
    return undefined;
  }
  const { verify, named, here } = subject;
  const source = sourceOf(document!);
  let order: RunOrder | undefined;
  let title = verify ?? "";
  if (verify !== undefined) {
    order = { kind: "evaluation", source, target: { kind: "verify", name: verify } };
  } else {
    try {
      const chosen = await askDiagrams(workshop, document!, "Evaluate Diagrams", {
        ...(named === undefined ? {} : { named }),
        ...(here === undefined ? {} : { here }),
      });
      if (chosen === undefined) {
        return undefined;
      }
      const { names, setting } = chosen;
      title = names.join(" + ");
      order = {
        kind: "evaluation",
        source: sourceOf(document!),
        target: { kind: "diagrams", names, setting },
      };
    } catch (error) {
      if (!(error instanceof vscode.CancellationError)) {
        showFault("Evaluating failed", error);
      }
      return undefined;
    }
  }
  const record = await evaluateOrder(workshop, order, title);
  return record;
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
