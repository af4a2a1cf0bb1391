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

/** Puts the keyboard back to where it was. */
export function focusAgain(before: Element | null): void {
  if (before instanceof HTMLElement || before instanceof SVGElement) {
    before.focus();
  }
}
