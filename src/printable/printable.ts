/**
 * What a terminal or an editor acts on, or shows as nothing, instead of showing it: control characters (C0, DEL and C1, so
 * every escape sequence), characters that format (overrides and isolates of the direction of writing, marks without width,
 * tags), the separators of lines and paragraphs, and halves of a surrogate pair. The joiners without width stay: names in
 * several scripts are spelled with them.
 */
const hidden = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The same but for what lays out lines of text. */
const hiddenInText = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const letters: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Text as one line without anything that a terminal would act on: each such character is shown, as `\n`, `\x1b` or
 * `\u{202e}`. All else stays as it is, backslashes too, so that it is to be read, not to be undone.
 */
export function printableLine(text: string): string {
  return text.replace(hidden, shown);
}

/** As {@link printableLine}, but line feeds and tabs stay, and carriage returns before line feeds go. */
export function printableText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(hiddenInText, shown);
}

/**
 * JSON as one line that carries the value's texts unchanged: what {@link printableLine} would show is escaped within the
 * JSON strings that hold it.
 * @param value what `JSON.stringify` takes.
 */
export function printableJson(value: unknown): string {
  // Outside of strings there is nothing of the kind, as nothing is laid out.
  return JSON.stringify(value).replace(hidden, (found) =>
    [...Array(found.length).keys()]
      .map((unit) => `\\u${found.charCodeAt(unit).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

function shown(found: string): string {
  const code = found.codePointAt(0)!;
  const digits = code.toString(16);
  return letters[found] ?? (code < 0x100 ? `\\x${digits.padStart(2, "0")}` : `\\u{${digits}}`);
}
