import { lineOf } from "../kit/text.js";
import type { Page } from "./page.js";
import { problemOf } from "./text-edits.js";

/**
 * Takes the last change back, or makes it again: in a field of the page what was typed there, else in the text that
 * the picture shows.
 */
export async function stepInHistory(page: Page, step: "undo" | "redo"): Promise<void> {
  if (isTyping()) {
    // The only way to a field's own history.
    document.execCommand(step);
    return;
  }
  const problem = await page.link.request({ method: "history", step }).then(problemOf, lineOf);
  if (problem === undefined) {
    page.announce(step === "undo" ? "Undone in the text" : "Done again in the text");
  } else {
    page.notify(problem);
  }
}

/** Whether the keyboard is in a field; those of controls are inside of them. */
function isTyping(): boolean {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) {
    focused = focused.shadowRoot.activeElement;
  }
  return focused?.matches("input, textarea") ?? false;
}
