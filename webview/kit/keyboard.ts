/** Whether a key is pressed without those that make a command of it; Shift is not one of them. */
export function isPlainKey(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** Where a key leads in a list of `count` things from the one at `index`; nowhere when it is not a list's key. */
export function stepInList(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return Math.min(index + 1, count - 1);
    case "ArrowUp":
      return Math.max(index - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
  }
  return undefined;
}

type Holder = HTMLElement | SVGElement;

/** What has the keyboard once the page has it again. */
let awaiting: Holder | undefined;
/** What has just had it, until the task ends. */
let lost: EventTarget | null = null;

/**
 * From now on the keyboard comes back to what had it when it left the page, unless something else is chosen on the way. A
 * window forgets that for its frames, and keys for what is selected then meet nothing.
 */
export function followKeyboard(): void {
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (relatedTarget === null) {
      lost = target;
      setTimeout(() => {
        lost = null;
      });
    }
  });
  window.addEventListener("blur", () => {
    awaiting = holderOf(lost ?? document.activeElement);
  });
  window.addEventListener("focus", () => {
    const active = document.activeElement;
    const isFree = active === null || active === document.body || active.classList.contains("leaving");
    if (isFree && awaiting?.isConnected) {
      awaiting.focus({ preventScroll: true });
    }
    awaiting = undefined;
  });
}

/** What has the keyboard, or will have it when the page has it again. */
export function keyboardHolder(): Element | null {
  return document.hasFocus() ? document.activeElement : (awaiting ?? document.activeElement);
}

/**
 * Gives an element the keyboard; while that is elsewhere in the window, such as in a text, only once it comes back to this
 * page. A page that took it would take it from whoever types.
 */
export function giveKeyboard(element: Element | null | undefined): void {
  const holder = holderOf(element);
  if (document.hasFocus()) {
    holder?.focus({ preventScroll: true });
  } else {
    awaiting = holder;
  }
}

function holderOf(element: EventTarget | null | undefined): Holder | undefined {
  const isOne = element instanceof HTMLElement || element instanceof SVGElement;
  return isOne && element !== document.body ? element : undefined;
}
