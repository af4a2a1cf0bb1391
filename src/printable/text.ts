/** A text that is cut when it is longer than so many characters. */
export function cutText(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/**
 * A count with what is counted: `1 edge`, `2,000 edges`.
 * @param one what one of them is called, with its verb where there is one: `task is`.
 * @param several what other counts of them are called; with an s where absent.
 */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : several}`;
}

/** A whole number, raised: `⁻¹²`. */
export function superscript(power: number): string {
  const digits = [...String(Math.abs(power))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");
  return power < 0 ? `⁻${digits}` : digits;
}

/** A name as that of a file on any disk; `otherwise` when nothing of it can stand there. */
export function fileNameOf(name: string, otherwise: string): string {
  return (
    name
      .replace(/[^\p{L}\p{N}_-]+/gu, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 80) || otherwise
  );
}
