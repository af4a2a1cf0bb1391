/** A declaration by its kind and name, with where its keyword starts in the text. */
export interface Declared {
  readonly kind: "diagram" | "landscape" | "verify";
  readonly name: string;
  readonly offset: number;
}

/**
 * The declarations of a text, in order, found by their keywords alone: it serves to offer names in a
 * menu when the file has errors and the language server is down.
 */
export function declarationsOf(text: string): Declared[] {
  // Blanks of the same length keep the offsets.
  const code = text.replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"[^"\n\r]*"/g, (skipped) =>
    skipped.replace(/[^\n]/g, " "),
  );
  const pattern =
    /(?<!\p{ID_Continue})(diagram|landscape|verify)\s+([\p{ID_Start}_]\p{ID_Continue}*)\s*[{=]/gu;
  return [...code.matchAll(pattern)].map((match) => ({
    kind: match[1] as Declared["kind"],
    name: match[2]!,
    offset: match.index,
  }));
}

/** The last declaration of these that starts before a place in the text. */
export function declaredAt(declared: readonly Declared[], offset: number): Declared | undefined {
  return declared.findLast((one) => one.offset <= offset);
}
