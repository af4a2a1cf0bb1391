import type { DiagramEdit, PreviewDiagram } from "../../src/preview/index.js";
import { lineOf } from "../kit/text.js";
import { plain, whyNot } from "./edit-rules.js";
import type { Page } from "./page.js";

/** Why nothing is edited by what is drawn. */
export const changedMeanwhile = "the text has changed meanwhile; try again once it is drawn";

/** The line of a `Problem`, if an answer is one. */
export function problemOf(answer: object | null): string | undefined {
  if (answer === null || !("problem" in answer)) {
    return undefined;
  }
  return typeof answer.problem === "string" ? answer.problem : "the language server refused without a reason";
}

/** Has a diagram taken out of its text; undo brings it back. */
export async function deleteDiagram(page: Page, diagram: PreviewDiagram): Promise<void> {
  const done = `${diagram.name} is deleted; undo brings it back`;
  const isDone = await editText(page, diagram, { kind: "deleteDiagram" }, done);
  if (isDone && page.store.view.shown === diagram.id) {
    page.store.update({ shown: undefined });
  }
}

/**
 * Has the text of a diagram edited, and says so; or shows why not. The answer is whether it was.
 *
 * @param diagram as it is drawn: the edit's numbers are those of its nodes
 * @param done what has happened then, as a sentence
 */
export async function editText(
  page: Page,
  diagram: PreviewDiagram,
  edit: DiagramEdit,
  done: string,
): Promise<boolean> {
  const { id, key } = diagram;
  const version = page.store.view.file?.version;
  // A drawing may be older than the file for a moment, and then the file's nodes have other numbers.
  const isCurrent = version !== undefined && page.store.diagram(id)?.key === key;
  const problem = isCurrent
    ? (whyNot(diagram, edit) ??
      plain(await page.link.request({ method: "edit", version, id, edit }).then(problemOf, lineOf)))
    : changedMeanwhile;
  if (problem === undefined) {
    page.announce(done);
  } else {
    page.notify(problem, "error");
  }
  return problem === undefined;
}
