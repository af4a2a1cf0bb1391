import type * as vscode from "vscode";
import { window } from "vscode";
import { formatRuns } from "../cli/results.js";
import type { VerifyRun } from "../verify/run.js";
import type { Workshop } from "./evaluate.js";
import type { LanguageServer } from "./language-server.js";
import { savedSource } from "./source-file.js";
import { findTarget, trustedTo } from "./target.js";
import { verdictOf } from "./verdicts.js";
import { withProgress } from "./working.js";

/**
 * `diag.verify`: runs one `verify` block, says the verdict, shows the table, and tells the language server,
 * whose hover shows the last verdict.
 * @returns the runs; `undefined` when there are none, and the user knows why.
 */
export async function verify(
  workshop: Workshop,
  server: LanguageServer,
  channel: vscode.LogOutputChannel,
  uri?: unknown,
  name?: unknown,
): Promise<readonly VerifyRun[] | undefined> {
  if (!trustedTo("simulate")) return undefined;
  const target = await findTarget(["verify"], uri, name);
  if (target === undefined) return undefined;
  const { name: own } = target.declared;
  const runs = await withProgress(`Verifying ${own}`, async (token) => {
    const source = await savedSource(target.document);
    try {
      const { result } = await workshop.engine.run<{ readonly runs: readonly VerifyRun[] }>(
        ["verify", source.path, own],
        token,
      );
      return result.runs;
    } finally {
      await source.release();
    }
  });
  if (runs === undefined || runs.length === 0) return undefined;
  server.notify("diag/runs", { uri: target.document.uri.toString(), runs });
  const table = formatRuns(runs);
  channel.info(`verify ${own}\n${table}`);
  announce(own, runs, () => workshop.results.show(`${own} verified`, `verify ${own}\n\n${table}\n`));
  return runs;
}

function announce(name: string, runs: readonly VerifyRun[], showTable: () => Promise<void>): void {
  const verdict = verdictOf(runs);
  const stopped = runs.some((run) => run.cancelled) ? " (stopped early)" : "";
  const telling = runs.filter((run) => run.verdict === verdict);
  const counted = runs.length === 1 ? "" : ` in ${telling.length} of ${runs.length} runs`;
  const message =
    verdict === "agrees"
      ? `${name}: prediction and simulation agree${counted}${stopped}.`
      : `${name}: ${verdict}${counted}${stopped}: eta = ${telling[0]!.eta}: ${telling[0]!.reason}.`;
  const show = {
    agrees: window.showInformationMessage,
    disagrees: window.showErrorMessage,
    inconclusive: window.showWarningMessage,
  }[verdict];
  void show(message, "Show Table").then((answer) => (answer ? showTable() : undefined));
}
