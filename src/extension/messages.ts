import * as vscode from "vscode";
import { harmlessLine } from "../markdown/index.js";
import { printableText } from "../printable/index.js";

export type Severity = "information" | "warning" | "error";

/**
 * A text as notifications and input boxes may show it. They make links of `[words](address)`, those that run commands
 * among them, and what they say quotes names, paths and texts of files.
 */
export function shownText(text: string): string {
  return harmlessLine(printableText(text));
}

/**
 * Shows a message, with answers to choose from. The only way to show one: see {@link shownText}.
 * @returns the answer; `undefined` when the message was closed.
 */
export function showMessage<Answer extends string>(
  severity: Severity,
  message: string,
  ...answers: readonly Answer[]
): Thenable<Answer | undefined> {
  return shows[severity](shownText(message), ...answers) as Thenable<Answer | undefined>;
}

/** Asks the user to be sure of something, in a dialog. @returns whether they chose the answer that does it. */
export async function confirms(
  severity: Severity,
  message: string,
  detail: string,
  answer: string,
): Promise<boolean> {
  const options = { modal: true, detail: shownText(detail) };
  return (await shows[severity](shownText(message), options, answer)) === answer;
}

/** A command as the editor may run it: the editor shows what it throws, as a message. */
export function toldAsMessages<Words extends unknown[], Result>(
  run: (...words: Words) => Promise<Result> | Result,
): (...words: Words) => Promise<Result> {
  return async (...words) => {
    try {
      return await run(...words);
    } catch (error) {
      if (error instanceof vscode.CancellationError) {
        throw error;
      }
      throw new Error(shownText(error instanceof Error ? error.message : String(error)));
    }
  };
}

type Rest = readonly (vscode.MessageOptions | string)[];

const shows: Readonly<Record<Severity, (message: string, ...rest: Rest) => Thenable<unknown>>> = {
  information: (message, ...rest) => vscode.window.showInformationMessage(message, ...(rest as string[])),
  warning: (message, ...rest) => vscode.window.showWarningMessage(message, ...(rest as string[])),
  error: (message, ...rest) => vscode.window.showErrorMessage(message, ...(rest as string[])),
};
