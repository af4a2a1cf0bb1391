import * as vscode from "vscode";
import type { DescribedVerify } from "../../runner/index.js";
import { fileName } from "../preview/places.js";
import { showFault } from "../working.js";
import { type Asker, after, questionOf } from "./asker.js";
import { type Choices, isSameLandscape, landscapesInSight, ownPlace, takenFrom } from "./choices.js";
import { describeSoon } from "./describe-soon.js";
import { findLandscapes, type LandscapeChoice, shownPath } from "./landscapes.js";
import { pickMany, pickOne } from "./quick-input.js";
import { back, type Step, type StepAnswer, type StepPlace } from "./steps.js";

/* The questions which diagrams to evaluate, and on which landscape. */

/** Which diagrams: the file's own, then those it imports. */
export function namesStep(asker: Asker): Step<Choices> {
  const { description, preselected } = asker;
  return {
    isOpen: ({ names }) => names === undefined,
    async ask(state, place) {
      const isOwn = ({ own }: { readonly own: boolean }): boolean => own;
      const own = description.diagrams.filter(isOwn);
      const imported = description.diagrams.filter((diagram) => !isOwn(diagram));
      const items = [...own, ...imported].map(({ name, diagram, edges, own }) => ({
        label: name,
        description: `${diagram}, ${edges === 1 ? "1 edge" : `${edges} edges`}${own ? "" : ", imported"}`,
      }));
      const selected = items.filter(({ label }) => preselected.includes(label));
      const question = {
        ...questionOf(asker, "Diagrams", place, state),
        placeholder: "Choose one diagram or several",
      };
      return after(await pickMany(question, items, selected), state, (chosen) => ({
        names: chosen.map(({ label }) => label),
      }));
    },
  };
}

/** Where a `verify` block of the file is, or elsewhere. */
export function placeStep(asker: Asker): Step<Choices> {
  const { description, last } = asker;
  interface Item extends vscode.QuickPickItem {
    readonly choices: Choices;
  }
  const itemOf = (verify: DescribedVerify): Item => ({
    label: verify.name,
    description: `${verify.landscape}, ${verify.spacetime}, eta = ${verify.etas.join(", ")}`,
    choices: takenFrom(verify),
  });
  return {
    isOpen: (state) => state.place === undefined,
    async ask(state, place) {
      const items: Item[] = description.verifies.filter(({ own }) => own).map(itemOf);
      items.push({
        label: "Other…",
        description: "choose a landscape, a space-time and learning rates",
        choices: ownPlace(description.landscapes),
      });
      const active = items.find(({ label }) => label === last.verify);
      const question = questionOf(asker, "As in Which verify Block?", place, state);
      return after(await pickOne(question, items, active), state, ({ choices }) => choices);
    },
  };
}

interface LandscapeItem extends vscode.QuickPickItem {
  readonly landscape?: LandscapeChoice;
}

/** Which landscape of the workspace. One that turns out to have errors is not taken; the user chooses again. */
export function landscapeStep(asker: Asker): Step<Choices> {
  return {
    isOpen: (state) => state.place === "own" && state.landscape === undefined,
    async ask(state, place) {
      for (;;) {
        const answer = await askLandscape(asker, state, place);
        if (answer === undefined || answer === back) {
          return answer;
        }
        try {
          return { ...answer, weights: await weightsOf(asker, answer.landscape!) };
        } catch (error) {
          showFault(`The landscape ${answer.landscape!.name} cannot be used`, error);
        }
      }
    },
  };
}

async function askLandscape(asker: Asker, state: Choices, place: StepPlace): Promise<StepAnswer<Choices>> {
  const { document, description, last } = asker;
  const isOwn = ({ name }: LandscapeChoice): boolean =>
    description.landscapes.some((one) => one.name === name && one.own);
  const here = landscapesInSight(description.landscapes, last.landscape);
  const items = here.map((landscape): LandscapeItem => {
    if (landscape.uri !== undefined) {
      return itemIn(landscape, vscode.Uri.parse(landscape.uri));
    }
    const origin = isOwn(landscape) ? fileName(document.uri) : `imported by ${fileName(document.uri)}`;
    return { label: landscape.name, description: origin, landscape };
  });
  const question = {
    ...questionOf(asker, "Landscape", place, state),
    placeholder: "Choose a landscape of this file or of another",
    emptyWords: "There is no landscape in the workspace; write one first",
  };
  const active = items.find(({ landscape }) => isSameLandscape(landscape!, last.landscape));
  const reply = await pickOne(question, items, active, async (add, token) => {
    const found = (landscapes: readonly LandscapeChoice[], file: vscode.Uri): void =>
      add(
        landscapes
          .filter((landscape) => !here.some((one) => isSameLandscape(one, landscape)))
          .map((landscape) => itemIn(landscape, file)),
      );
    await findLandscapes(document, found, token);
  });
  return after(reply, state, ({ landscape }) => (landscape === undefined ? {} : { landscape }));
}

function itemIn(landscape: LandscapeChoice, file: vscode.Uri): LandscapeItem {
  return { label: landscape.name, description: shownPath(file), landscape };
}

/** @throws when the landscape is not there, or has errors. */
async function weightsOf(
  { description, runs }: Asker,
  { name, uri }: LandscapeChoice,
): Promise<readonly string[]> {
  const all =
    uri === undefined
      ? description
      : await describeSoon(runs, await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true)));
  const landscape = all.landscapes.find((one) => one.name === name && (uri === undefined || one.own));
  if (landscape === undefined) {
    throw new Error(all.error ?? "its file does not declare it any more");
  }
  return landscape.weights;
}
