import type { ElementReference, PreviewDiagram } from "../../src/preview/index.js";
import { makeTextField } from "../kit/controls.js";
import { htmlElement } from "../kit/elements.js";
import { giveKeyboard } from "../kit/keyboard.js";
import { keepBeside } from "../kit/placement.js";
import { makeStatusLine } from "../kit/popover.js";
import { lineOf } from "../kit/text.js";
import { plain } from "./edit-rules.js";
import { nameOf } from "./element-labels.js";
import type { DrawingView, Page } from "./page.js";
import { changedMeanwhile, problemOf } from "./text-edits.js";

let closeOpen: (() => void) | undefined;

/** What has a name, and the name that it has now. */
interface Renamed {
  readonly words: string;
  readonly name: string;
  readonly element: ElementReference;
}

/**
 * A field beside an element for its new name. The name goes to the language server, which changes it wherever it stands; why
 * it cannot be stands below the field. Enter renames, Escape and a press elsewhere leave the name as it was.
 */
export function openRenameField(page: Page, view: DrawingView, element: ElementReference): void {
  const { diagram } = view;
  const subject = renamed(diagram, element);
  const anchor = (element.kind === "diagram" ? undefined : view.find(subject.element)) ?? view.element;
  if (diagram.shortForm && element.kind !== "diagram") {
    page.notify(
      "a short form has numbers and no names; write the diagram as statements first, by the light bulb in its text",
    );
    return;
  }
  closeOpen?.();
  const before = document.activeElement;
  const wasInDrawing = view.element.contains(before);
  const status = makeStatusLine();
  const field = makeTextField({
    label: subject.words,
    value: subject.name,
    onInput: () => {
      status.show("", false);
      field.removeAttribute("aria-invalid");
    },
  });
  const box = htmlElement(
    "div",
    { class: "popover rename", "data-tool": "rename", role: "dialog", "aria-label": subject.words },
    field,
    status.element,
  );
  document.body.append(box);
  const release = keepBeside(anchor, box, { below: 6 });
  const close = (): void => {
    if (closeOpen !== close) {
      return;
    }
    closeOpen = undefined;
    window.removeEventListener("pointerdown", outside, { capture: true });
    unsubscribe();
    release();
    box.remove();
    // A drawing with the new name may have come meanwhile, with another shape in its place.
    const isThere = before?.isConnected === true && !before.classList.contains("leaving");
    giveKeyboard(
      wasInDrawing && !isThere ? view.element.querySelector<SVGElement>('[data-kind][tabindex="0"]') : before,
    );
  };
  const outside = (event: PointerEvent): void => {
    if (!event.composedPath().includes(box)) {
      close();
    }
  };
  const submit = async (): Promise<void> => {
    const name = field.value.trim();
    if (name === subject.name) {
      return close();
    }
    const problem = await rename(page, diagram, subject.element, name);
    if (problem === undefined) {
      close();
      page.announce(subject.name === "" ? `the part is ${name} now` : `${subject.name} is ${name} now`);
    } else {
      status.show(problem, true);
      page.announce(problem);
      field.setAttribute("aria-invalid", "true");
      giveKeyboard(field);
    }
  };
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      void submit();
    }
  });
  closeOpen = close;
  const { shown } = page.store.view;
  const unsubscribe = page.store.subscribe((now) => {
    // What it names is not in sight any longer.
    if (now.shown !== shown) {
      close();
    }
  });
  window.addEventListener("pointerdown", outside, { capture: true });
  // At once: the next key is the field's, however soon it comes.
  field.focus();
  field.shadowRoot?.querySelector("input")?.select();
}

/** Why an element was not renamed, in one line. */
async function rename(
  page: Page,
  diagram: PreviewDiagram,
  element: ElementReference,
  name: string,
): Promise<string | undefined> {
  const version = page.store.view.file?.version;
  const { id, key } = diagram;
  return version === undefined || page.store.diagram(id)?.key !== key
    ? changedMeanwhile
    : plain(
        await page.link.request({ method: "rename", version, id, element, name }).then(problemOf, lineOf),
      );
}

function renamed(diagram: PreviewDiagram, element: ElementReference): Renamed {
  switch (element.kind) {
    case "diagram":
      return { words: `New name of the diagram ${diagram.name}`, name: diagram.name, element };
    case "part": {
      const { name = "" } = diagram.parts[element.index] ?? {};
      return { words: name === "" ? "Name of the part" : `New name of the part ${name}`, name, element };
    }
    default: {
      const name = nameOf(diagram, element.index);
      return { words: `New name of ${name}`, name, element: { kind: "node", index: element.index } };
    }
  }
}
