/** A name or a text of the user's as code within a line, in which it is no mark, whatever it holds. */
export function asCode(value: string): string {
  const line = value.replace(/\s+/g, " ");
  const ticks = "`".repeat(longestRun(line) + 1);
  return ticks.length > 1 || line.trim() === "" ? `${ticks} ${line} ${ticks}` : `\`${line}\``;
}

/** A text as a block of code, which no line of it ends. */
export function asCodeBlock(value: string, language: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(value) + 1));
  return `${fence}${language}\n${value}\n${fence}`;
}

/** The length of the longest run of backticks. */
function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}
