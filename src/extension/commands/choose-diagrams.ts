import * as vscode from "vscode";
import { counted } from "../../printable/index.js";
import type { Description } from "../../runner/index.js";

/**
 * The diagrams that a command is for: the one that is named, the only one, or those that the user chooses.
 * @param named by a press above it.
 * @param here the diagram at the cursor, chosen before the user chooses.
 * @returns `undefined` when the user changed their mind.
 * @throws in one line: why there is nothing to choose.
 */
export async function chooseDiagrams(
  { diagrams, error }: Description,
  title: string,
  { named, here }: { readonly named?: string; readonly here?: string },
): Promise<readonly string[] | undefined> {
  if (named !== undefined) {
    if (!diagrams.some(({ name }) => name === named)) {
      throw new Error(`diagram ${named} has errors; mend them first`);
    }
    return [named];
  }
  const [only, ...others] = diagrams;
  if (only === undefined) {
    throw new Error(error ?? "the file has no diagram; write or import one");
  }
  if (others.length === 0) {
    return [only.name];
  }
  const items = [...diagrams]
    .sort((one, other) => Number(other.own) - Number(one.own))
    .map(({ name, diagram, edges, own }) => ({
      label: name,
      description: `${diagram}, ${counted(edges, "edge")}${own ? "" : ", imported"}`,
      picked: name === here,
    }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: `${title}: Diagrams`,
    placeHolder: "Choose one diagram or several",
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return chosen === undefined || chosen.length === 0 ? undefined : chosen.map(({ label }) => label);
}
