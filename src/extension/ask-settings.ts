import * as vscode from "vscode";
import {
  type DescribedVerify,
  type Description,
  type EvaluationSettings,
  readEtas,
  settingsOf,
  spaceTimeFault,
} from "./evaluation-settings.js";

const memory = "evaluate.settings";
const first = {
  landscape: "",
  spacetime: "sgd(N = 10, E = 1, B = 1)",
  etas: [0.1],
  observables: ["test_loss"],
};

/**
 * Where to evaluate a diagram: as the file's one `verify` block says, or as the user says. What the
 * user answered is offered again the next time.
 * @returns `undefined` when the user changed their mind.
 */
export async function settingsForDiagram(
  described: Description,
  memento: vscode.Memento,
): Promise<EvaluationSettings | undefined> {
  const verifies = described.verifies.filter(({ own }) => own);
  if (verifies.length === 1) return settingsOf(verifies[0]!);
  if (verifies.length > 1) {
    const chosen = await chooseVerify(verifies);
    if (chosen !== "ask") return chosen && settingsOf(chosen);
  }
  return askSettings(described, memento);
}

async function chooseVerify(
  verifies: readonly DescribedVerify[],
): Promise<DescribedVerify | "ask" | undefined> {
  interface Choice extends vscode.QuickPickItem {
    readonly verify: DescribedVerify | "ask";
  }
  const choices: Choice[] = verifies.map((verify) => ({
    label: verify.name,
    description: `${verify.landscape}, ${verify.spacetime}, eta = ${verify.etas.join(", ")}`,
    verify,
  }));
  const description = "choose a landscape, a space-time and a learning rate";
  choices.push({ label: "Other…", description, verify: "ask" });
  return (await vscode.window.showQuickPick(choices, { title: "Evaluate where verify … is" }))?.verify;
}

async function askSettings(
  described: Description,
  memento: vscode.Memento,
): Promise<EvaluationSettings | undefined> {
  const last = memento.get<Omit<EvaluationSettings, "sum">>(memory, first);
  const landscape = await choose(
    "Landscape",
    described.landscapes.map(({ name }) => name),
    last.landscape,
  );
  if (landscape === undefined) return undefined;
  const spacetime = await vscode.window.showInputBox({
    title: "Space-time",
    value: last.spacetime,
    validateInput: (text) => spaceTimeFault(text),
  });
  if (spacetime === undefined) return undefined;
  const eta = await vscode.window.showInputBox({
    title: "Learning rates eta",
    value: last.etas.join(", "),
    validateInput: (text) => {
      const etas = readEtas(text);
      return typeof etas === "string" ? etas : undefined;
    },
  });
  const etas = readEtas(eta ?? "");
  if (typeof etas === "string") return undefined;
  const weights = described.landscapes.find(({ name }) => name === landscape)?.weights ?? [];
  const displacements = weights.length > 1 ? ["displacement"] : [];
  const observable = await choose(
    "Observable",
    [
      "test_loss",
      "train_loss",
      "gen_gap",
      ...displacements,
      ...weights.map((name) => `displacement(${name})`),
    ],
    last.observables[0]!,
  );
  if (observable === undefined) return undefined;
  const answer = { landscape, spacetime, etas, observables: [observable] };
  await memento.update(memory, answer);
  return { ...answer, sum: "exact" };
}

/** One of some names, the last choice first; asks only when there is something to choose. */
async function choose(title: string, names: readonly string[], last: string): Promise<string | undefined> {
  if (names.length < 2) return names[0];
  return vscode.window.showQuickPick(
    [...names].sort((one, other) => Number(other === last) - Number(one === last)),
    { title },
  );
}
