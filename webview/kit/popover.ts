import { htmlElement } from "./elements.js";
import { keepBeside } from "./placement.js";

/** A small form under a button of the toolbar. */
export interface Popover {
  readonly isOpen: boolean;
  open(): void;
  /** Closes it; the keyboard's place goes back to the button. */
  close(): void;
  toggle(): void;
}

/**
 * Shows a form under a button while it is open. Escape and a press elsewhere close it.
 *
 * @param first what gets the keyboard when it opens
 */
export function makePopover(
  button: HTMLElement,
  label: string,
  content: readonly Element[],
  first: () => HTMLElement,
): Popover {
  const box = htmlElement(
    "div",
    { class: "popover", "data-tool": "popover", role: "dialog", "aria-label": label },
    ...content,
  );
  box.hidden = true;
  document.body.append(box);
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-expanded", "false");

  let release = (): void => {};
  const outside = (event: PointerEvent): void => {
    const path = event.composedPath();
    if (!path.includes(box) && !path.includes(button)) {
      close(false);
    }
  };
  // The keyboard may have been lost, to a control that is gone; in the form the form's own controls come first.
  const closeByEscape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.composedPath().includes(box)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    close(true);
  };
  const open = (): void => {
    if (!box.hidden) {
      return;
    }
    box.hidden = false;
    release = keepBeside(button, box, { below: 4 });
    button.setAttribute("aria-expanded", "true");
    window.addEventListener("pointerdown", outside, { capture: true });
    window.addEventListener("keydown", closeByEscape, { capture: true });
    first().focus();
  };
  const close = (giveBack: boolean): void => {
    if (box.hidden) {
      return;
    }
    const hadFocus = box.contains(document.activeElement);
    box.hidden = true;
    button.setAttribute("aria-expanded", "false");
    window.removeEventListener("pointerdown", outside, { capture: true });
    window.removeEventListener("keydown", closeByEscape, { capture: true });
    release();
    if (giveBack || hadFocus) {
      button.focus();
    }
  };
  // Keys of a form are not keys of the drawing.
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Escape" || event.defaultPrevented) {
      return;
    }
    event.preventDefault();
    close(true);
  });
  return {
    get isOpen() {
      return !box.hidden;
    },
    open,
    close: () => close(true),
    toggle: () => (box.hidden ? open() : close(true)),
  };
}

export interface StatusLine {
  readonly element: HTMLElement;
  show(text: string, isProblem: boolean): void;
}

/** A line below a form that says what went wrong or well; screen readers hear it. */
export function makeStatusLine(): StatusLine {
  const element = htmlElement("p", { class: "form-status", role: "status" });
  return {
    element,
    show(text, isProblem) {
      element.classList.toggle("problem", isProblem);
      element.textContent = text;
    },
  };
}
