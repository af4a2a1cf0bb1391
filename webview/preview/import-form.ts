import { makeButton, makeTextField } from "../kit/controls.js";
import { htmlElement } from "../kit/elements.js";
import { makePopover, makeStatusLine } from "../kit/popover.js";
import { lineOf } from "../kit/text.js";
import type { Page } from "./page.js";
import { problemOf } from "./text-edits.js";

const longest = 20_000; // characters; larger ones are not drawn either

/**
 * Puts the button *Paste short form* into the toolbar, whose form adds a diagram to the text, such as
 * `\sdia{c(012-3)(03-13-23)}`. A short form that is pasted onto the page does the same without the form.
 */
export function mountImportForm(page: Page, slot: HTMLElement): void {
  const button = makeButton({ label: "Import", appearance: "secondary", onPress: () => popover.toggle() });
  const field = makeTextField({
    label: "Short form: parts, then edges",
    placeholder: "\\sdia{c(012-3)(03-13-23)}",
    onInput: () => status.show("", false),
  });
  field.classList.add("short-form");
  const status = makeStatusLine();
  const insert = makeButton({ label: "Insert", appearance: "primary", onPress: () => void submit() });
  const buttons = htmlElement("div", { class: "form-buttons" }, insert);
  const popover = makePopover(button, "Import a diagram", [field, status.element, buttons], () => field);
  slot.append(button);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) {
      void submit();
    }
  });

  async function submit(): Promise<void> {
    const shortForm = field.value.trim();
    if (shortForm === "") {
      return show("write or paste a short form, such as (01-2)(02-12)");
    }
    const problem = await insertShortForm(shortForm);
    show(problem);
    if (problem !== undefined) {
      return field.focus();
    }
    field.value = "";
    popover.close();
    page.notify("the diagram is in the text now");
  }

  function show(problem: string | undefined): void {
    status.show(problem ?? "", problem !== undefined);
    if (problem === undefined) {
      field.removeAttribute("aria-invalid");
    } else {
      field.setAttribute("aria-invalid", "true");
    }
  }

  /** The problem line, if there is one. */
  async function insertShortForm(shortForm: string): Promise<string | undefined> {
    const version = page.store.view.file?.version;
    if (version === undefined) {
      return "the file is not there yet; try again";
    }
    if (shortForm.length > longest) {
      return `a short form of ${shortForm.length} characters is too long; at most ${longest} are read`;
    }
    return page.link.request({ method: "insert", version, shortForm }).then(problemOf, lineOf);
  }

  document.addEventListener("paste", (event) => {
    const target = event.target;
    if (
      target instanceof Element &&
      target.closest("input, textarea, [contenteditable], vscode-text-field")
    ) {
      return;
    }
    const text = event.clipboardData?.getData("text/plain").trim() ?? "";
    if (text === "") {
      return;
    }
    event.preventDefault();
    if (!looksLikeShortForm(text)) {
      return page.notify("what was pasted is no short form of a diagram");
    }
    void insertShortForm(text).then((problem) => {
      if (problem === undefined) {
        return page.notify("the diagram is in the text now");
      }
      field.value = text;
      popover.open();
      show(problem);
    });
  });
  page.describeKey("Paste", "insert a short form, such as (01-2)(02-12), as a diagram");
}

/** Whether a text is meant as a short form; whether it is one is for the language server to say. */
function looksLikeShortForm(text: string): boolean {
  return text.length <= longest && /^(\\s?m?dia\b|[a-z]?\s*\()/.test(text);
}
