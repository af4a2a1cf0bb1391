import * as vscode from "vscode";
import { shownText } from "../messages.js";
import { back, type StepPlace } from "./steps.js";
import { faultOf, type Typed } from "./typed-values.js";

/** One of several questions, as the editor's quick input asks it. */
export interface Question {
  readonly title: string;
  readonly place: StepPlace;
  readonly placeholder?: string;
  /** What is said when there is nothing to choose. */
  readonly emptyWords?: string;
  /** A button of the title, and what a press on it comes to. */
  readonly button?: vscode.QuickInputButton;
}

/** Pressed was the question's own button. */
export const pressed = Symbol("pressed");

/** What a question came to; `undefined` when the user changed their mind. */
export type Reply<Value> = { readonly value: Value } | typeof back | typeof pressed | undefined;

/** Items that come while the user looks at those there are. */
export type MoreItems<Item> = (
  add: (items: readonly Item[]) => void,
  token: vscode.CancellationToken,
) => Promise<void>;

/**
 * Lets the user choose one of some items.
 * @param active the item to begin at.
 * @param more adds items; the box shows that it is busy until then.
 */
export function pickOne<Item extends vscode.QuickPickItem>(
  question: Question,
  items: readonly Item[],
  active?: Item,
  more?: MoreItems<Item>,
): Promise<Reply<Item>> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.items = items;
  pick.matchOnDescription = true;
  if (active !== undefined) {
    pick.activeItems = [active];
  }
  const source = new vscode.CancellationTokenSource();
  const answer = ask(pick, question, () => pick.selectedItems[0]).finally(() => {
    source.cancel();
    source.dispose();
  });
  if (more !== undefined) {
    pick.busy = true;
    pick.keepScrollPosition = true;
    const add = (added: readonly Item[]): void => {
      const [at] = pick.activeItems;
      pick.items = [...pick.items, ...added];
      if (at !== undefined) {
        pick.activeItems = [at];
      }
    };
    // What cannot be read is not offered.
    void more(add, source.token)
      .catch(() => undefined)
      .then(() => {
        if (source.token.isCancellationRequested) {
          return;
        }
        pick.busy = false;
        if (pick.items.length === 0) {
          pick.placeholder = question.emptyWords ?? pick.placeholder;
        }
      });
  }
  return answer;
}

/** Lets the user choose some items, one at least unless none will do. */
export function pickMany<Item extends vscode.QuickPickItem>(
  question: Question,
  items: readonly Item[],
  selected: readonly Item[],
  { mayBeNone = false } = {},
): Promise<Reply<readonly Item[]>> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.items = items;
  pick.selectedItems = selected;
  return ask(pick, question, () =>
    pick.selectedItems.length > 0 || mayBeNone ? [...pick.selectedItems] : undefined,
  );
}

/** Lets the user write a value; what is wrong with the text is said while they write. */
export function typeIn<Value>(
  question: Question & { readonly prompt: string },
  text: string,
  read: (text: string) => Typed<Value>,
): Promise<Reply<Value>> {
  const box = vscode.window.createInputBox();
  box.value = text;
  box.prompt = shownText(question.prompt);
  const judge = (): void => {
    box.validationMessage = shownText(faultOf(read(box.value)) ?? "");
  };
  box.onDidChangeValue(judge);
  return ask(box, question, () => {
    judge();
    const typed = read(box.value);
    return "value" in typed ? typed.value : undefined;
  });
}

/** Shows an input until it is accepted with a value, left, or one of its buttons is pressed. */
function ask<Value>(
  input: vscode.QuickInput & (vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox),
  { title, place, placeholder, button }: Question,
  accepted: () => Value | undefined,
): Promise<Reply<Value>> {
  input.title = title;
  if (place.totalSteps > 1) {
    input.step = place.step;
    input.totalSteps = place.totalSteps;
  }
  if (placeholder !== undefined) {
    input.placeholder = placeholder;
  }
  // A look into another window does not throw the answers away.
  input.ignoreFocusOut = true;
  input.buttons = [
    ...(place.canGoBack ? [vscode.QuickInputButtons.Back] : []),
    ...(button === undefined ? [] : [button]),
  ];
  return new Promise((resolve) => {
    const end = (reply: Reply<Value>): void => {
      resolve(reply);
      input.dispose();
    };
    input.onDidTriggerButton((one) => end(one === vscode.QuickInputButtons.Back ? back : pressed));
    input.onDidHide(() => end(undefined));
    input.onDidAccept(() => {
      const value = accepted();
      if (value !== undefined) {
        end({ value });
      }
    });
    input.show();
  });
}
