/** Where the blanks begin that stand before a place on its line. */
export function startOfBlanks(text: string, place: number): number {
  let start = place;
  while (start > 0 && /[^\S\n\r]/.test(text[start - 1]!)) {
    start--;
  }
  return start;
}

/** Whether nothing but blanks stands before a place on its line. */
export function beginsLine(text: string, place: number): boolean {
  const start = startOfBlanks(text, place);
  return start === 0 || /[\n\r]/.test(text[start - 1]!);
}
