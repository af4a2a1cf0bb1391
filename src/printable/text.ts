/** A text that is cut when it is longer than so many characters. */
export function cutText(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
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
