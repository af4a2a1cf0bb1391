import * as vscode from "vscode";
import type { Description } from "../../runner/index.js";
import type { Runs } from "../runs/index.js";
import type { Choices, LastChoice } from "./choices.js";
import { pressed, type Question, type Reply } from "./quick-input.js";
import { back, type StepAnswer, type StepPlace } from "./steps.js";

/** What the questions about a run have in common. */
export interface Asker {
  readonly title: string;
  readonly document: vscode.TextDocument;
  readonly description: Description;
  readonly last: LastChoice;
  readonly runs: Runs;
  /** The diagrams that are chosen before the user chooses. */
  readonly preselected: readonly string[];
  /** The most trials that may be asked for; absent when none are. */
  readonly mostTrials?: number;
}

const otherLandscape: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("list-selection"),
  tooltip: "Choose Another Landscape",
};

/** A question about where to evaluate; its button leads to all landscapes, also when the file has only one. */
export function questionOf({ title }: Asker, words: string, place: StepPlace, state: Choices): Question {
  const whole = { title: `${title}: ${words}`, place };
  return state.place === "own" && state.landscape !== undefined
    ? { ...whole, button: otherLandscape }
    : whole;
}

/** What is known after a reply. */
export function after<Value>(
  reply: Reply<Value>,
  state: Choices,
  take: (value: Value) => Choices,
): StepAnswer<Choices> {
  if (reply === undefined || reply === back) {
    return reply;
  }
  if (reply !== pressed) {
    return { ...state, ...take(reply.value) };
  }
  const { landscape: _, weights: __, ...rest } = state;
  return rest;
}
