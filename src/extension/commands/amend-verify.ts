import * as vscode from "vscode";
import type { EditAnswer } from "../../preview/index.js";
import type { RunRecord, VerifyAmendment } from "../../runs/index.js";
import { type AmendParameters, verifiesMethods } from "../../server/verifies/protocol.js";
import type { LanguageServer } from "../language-server.js";
import { writeEdits } from "../preview/write-edits.js";
import { trustedTo } from "../target.js";
import { showFault } from "../working.js";
import { withPresentTexts } from "./run-order.js";
import { runAgain } from "./unfinished.js";
import { verifyOrder } from "./verify.js";
import type { Workshop } from "./workshop.js";

/**
 * Has the `verify` block of a kept run say something else, in its text, and runs the whole block.
 * @returns the run as it ended; `undefined` when there is none, and the user knows why.
 */
export async function amendVerify(
  workshop: Pick<Workshop, "runs" | "history" | "showResults" | "isShown"> & {
    readonly server: Pick<LanguageServer, "ask">;
  },
  id: string,
  amendment: VerifyAmendment,
): Promise<RunRecord | undefined> {
  const kept = await workshop.history.order(id);
  if (kept?.target.kind === "diagrams" && amendment.kind === "trials") {
    return runAgain(workshop, id, { trials: amendment.trials });
  }
  if (kept?.target.kind !== "verify") {
    showFault("The verify block cannot be changed", "the run is not kept any more, or of no block");
    return undefined;
  }
  const { name } = kept.target;
  if (!trustedTo("simulate")) {
    return undefined;
  }
  try {
    const uri = vscode.Uri.parse(kept.source.uri, true);
    // What is asked of is open then.
    await vscode.workspace.openTextDocument(uri);
    const parameters: AmendParameters = { uri: uri.toString(), verify: name, amendment };
    const written = await writeEdits(
      uri,
      await workshop.server.ask<EditAnswer>(verifiesMethods.amend, parameters),
    );
    if ("problem" in written) {
      throw new Error(written.problem);
    }
    // Of the order as it was only what the file does not say stays.
    const { resume: _, trials: __, ...order } = await withPresentTexts(kept);
    return await verifyOrder(workshop, { ...order, target: { kind: "verify", name } }, name);
  } catch (error) {
    showFault(`verify ${name} cannot be changed`, error);
    return undefined;
  }
}
