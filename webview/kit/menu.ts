import { giveKeyboard, isPlainKey } from "./keyboard.js";
import { keepBeside, type Place } from "./placement.js";

export interface MenuItem {
  readonly label: string;
  /** Keys that do the same, shown at the end of the line. */
  readonly keys?: string;
  readonly disabled?: boolean;
  /** Why it is disabled, in one line: its tip. */
  readonly why?: string;
  /** It was picked although it is disabled; the menu stays open. */
  readonly onRefuse?: () => void;
  /** Present for an item that is switched on and off; the menu then stays open. */
  readonly checked?: boolean;
  readonly onPick: (checked: boolean) => void;
  /** The item got the pointer or the keyboard. */
  readonly onHover?: () => void;
}

export interface MenuOptions {
  readonly label: string;
  /** Where the menu opens, in client px. */
  readonly at: Place;
  readonly items: readonly MenuItem[];
  readonly onClose?: () => void;
}

let closeOpen: (() => void) | undefined;

/** Closes the menu that is open, if one is. */
export function closeMenu(): void {
  closeOpen?.();
}

/**
 * Opens a menu, as WAI-ARIA describes menus: arrow keys, Home, End, the first letter, Enter and Space, Escape. The
 * keyboard's place goes back to where it was when the menu closes. There is one menu at a time.
 */
export function openMenu({ label, at, items, onClose }: MenuOptions): void {
  closeOpen?.();
  const before = document.activeElement;
  const menu = document.createElement("div");
  menu.className = "menu";
  menu.dataset.tool = "menu";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", label);
  menu.append(...items.map(makeItem));
  const entries = [...menu.children] as HTMLElement[];

  const close = (): void => {
    if (closeOpen !== close) {
      return;
    }
    closeOpen = undefined;
    window.removeEventListener("pointerdown", outside, { capture: true });
    window.removeEventListener("blur", close);
    release();
    menu.remove();
    onClose?.();
    giveKeyboard(before);
  };
  const outside = (event: PointerEvent): void => {
    if (!(event.target instanceof Node) || !menu.contains(event.target)) {
      close();
    }
  };
  const focus = (index: number): void => {
    const entry = entries[(index + entries.length) % entries.length];
    entry?.focus();
  };
  const pick = (entry: HTMLElement): void => {
    const item = items[entries.indexOf(entry)];
    if (item === undefined || item.disabled) {
      item?.onRefuse?.();
      return;
    }
    if (item.checked === undefined) {
      close();
      item.onPick(true);
      return;
    }
    const checked = entry.getAttribute("aria-checked") !== "true";
    entry.setAttribute("aria-checked", String(checked));
    item.onPick(checked);
  };
  const entryOf = (event: Event): HTMLElement | undefined =>
    entries.find((entry) => event.target instanceof Node && entry.contains(event.target));

  menu.addEventListener("click", (event) => {
    const entry = entryOf(event);
    if (entry) {
      pick(entry);
    }
  });
  menu.addEventListener("pointermove", (event) => entryOf(event)?.focus());
  menu.addEventListener("focusin", (event) => {
    const entry = entryOf(event);
    if (entry) {
      items[entries.indexOf(entry)]?.onHover?.();
    }
  });
  menu.addEventListener("keydown", (event) => {
    const current = entries.indexOf(document.activeElement as HTMLElement);
    const letter = event.key.length === 1 ? event.key.toLowerCase() : undefined;
    if (event.key === "ArrowDown") {
      focus(current + 1);
    } else if (event.key === "ArrowUp") {
      focus(current - 1);
    } else if (event.key === "Home") {
      focus(0);
    } else if (event.key === "End") {
      focus(-1);
    } else if (event.key === "Enter" || event.key === " ") {
      pick(entries[current]!);
    } else if (event.key === "Escape" || event.key === "Tab") {
      close();
    } else if (letter && isPlainKey(event)) {
      const order = [...entries.slice(current + 1), ...entries.slice(0, current + 1)];
      order.find(({ textContent }) => textContent?.toLowerCase().startsWith(letter))?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });

  // Within a landmark, so that a screen reader knows where it is.
  (document.querySelector("main") ?? document.body).append(menu);
  const release = keepBeside(at, menu);
  closeOpen = close;
  window.addEventListener("pointerdown", outside, { capture: true });
  window.addEventListener("blur", close);
  focus(0);
}

function makeItem({ label, keys, disabled = false, why, checked }: MenuItem): HTMLElement {
  const entry = document.createElement("div");
  entry.setAttribute("role", checked === undefined ? "menuitem" : "menuitemcheckbox");
  if (checked !== undefined) {
    entry.setAttribute("aria-checked", String(checked));
  }
  if (disabled) {
    entry.setAttribute("aria-disabled", "true");
    if (why !== undefined) {
      entry.title = why;
    }
  }
  entry.tabIndex = -1;
  const words = document.createElement("span");
  words.append(label);
  entry.append(words);
  if (keys !== undefined) {
    entry.setAttribute("aria-keyshortcuts", keys);
    const hint = document.createElement("span");
    hint.className = "menu-keys";
    hint.setAttribute("aria-hidden", "true");
    hint.append(keys);
    entry.append(hint);
  }
  return entry;
}
