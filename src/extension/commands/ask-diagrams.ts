import * as vscode from "vscode";
import type { Description, RunSetting } from "../../runner/index.js";
import { sourceOf } from "../runs/index.js";
import { countSetting } from "../settings.js";
import type { Asker } from "./asker.js";
import { type Choices, choiceFor, knownChoices, withChoice } from "./choices.js";
import { describeSoon } from "./describe-soon.js";
import { landscapeStep, namesStep, placeStep } from "./place-steps.js";
import { etasStep, observablesStep, spaceTimeStep, trialsStep } from "./setting-steps.js";
import { askInSteps } from "./steps.js";
import type { Workshop } from "./workshop.js";

/** Diagrams with where to evaluate them. */
export interface ChosenDiagrams {
  readonly names: readonly string[];
  readonly setting: RunSetting;
  /** What the user chose the landscape from, to say so in the text. */
  readonly description: Description;
  readonly trials?: number;
}

const memory = "diag.choices";

/**
 * Lets the user choose diagrams and where to evaluate them. What the file says is not asked; what was chosen last
 * is offered first.
 * @param named the diagram that the user pressed on, if any.
 * @param here the diagram at the cursor, if any.
 * @param withTrials asks for trials, too.
 * @returns `undefined` when the user changed their mind.
 * @throws RunRefused, and errors of one line: why there is nothing to choose.
 */
export async function askDiagrams(
  { runs, memento }: Workshop,
  document: vscode.TextDocument,
  title: string,
  { named, here, withTrials = false }: { named?: string; here?: string; withTrials?: boolean },
): Promise<ChosenDiagrams | undefined> {
  const uri = document.uri.toString();
  const description = await describeSoon(runs, document);
  const preselected = named ?? here;
  if (named !== undefined && !description.diagrams.some(({ name }) => name === named)) {
    throw new Error(`diagram ${named} has errors; mend them first`);
  }
  if (description.diagrams.length === 0) {
    throw new Error(description.error ?? "the file has no diagram; write or import one");
  }
  const kept = memento.get<unknown>(memory);
  const last = choiceFor(kept, uri);
  const mostTrials = countSetting("engine.maximumTrials");
  const asker: Asker = {
    title,
    document,
    description,
    last,
    runs,
    preselected: preselected === undefined ? last.names : [preselected],
    ...(withTrials ? { mostTrials } : {}),
  };
  const steps = [namesStep, placeStep, landscapeStep, spaceTimeStep, etasStep, observablesStep, trialsStep];
  const known = knownChoices(description, named);
  const chosen = await askInSteps(
    steps.map((step) => step(asker)),
    known,
  );
  if (chosen === undefined) {
    return undefined;
  }
  const { names, landscape, spacetime, etas, observables, verify, trials } = chosen as Complete;
  const choice = {
    names,
    landscape,
    spacetime,
    etas,
    observables,
    ...(verify === undefined ? {} : { verify }),
    ...(trials === undefined ? {} : { trials }),
  };
  await memento.update(memory, withChoice(kept, uri, choice));
  return {
    names,
    setting: await settingOf(chosen as Complete),
    description,
    ...(trials === undefined ? {} : { trials }),
  };
}

type Asked = "names" | "landscape" | "spacetime" | "etas" | "observables";
type Complete = Choices & { readonly [Name in Asked]-?: NonNullable<Choices[Name]> };

async function settingOf({ landscape, spacetime, etas, observables, sum }: Complete): Promise<RunSetting> {
  const setting = { landscape: landscape.name, spacetime, etas, observables, sum: sum ?? "exact" };
  if (landscape.uri === undefined) {
    return setting;
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(landscape.uri, true));
  return { ...setting, landscapeSource: sourceOf(document) };
}
