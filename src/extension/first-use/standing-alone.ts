/** Words behind which a file is named. */
const namesFile = /\b(?:import|from)\s*(?:[A-Za-z]\w*\s*\(\s*)?"/;

/** Whether a text of the language needs no other file. */
export function standsAlone(text: string): boolean {
  return !namesFile.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ""));
}

/** What the first comment of a text says, in one line; empty where it begins without one. */
export function firstRemark(text: string): string {
  const [found = ""] = /^\s*(?:\/\*[\s\S]*?\*\/|(?:\/\/[^\n]*(?:\n|$))+)/.exec(text) ?? [];
  return found
    .replace(/\/\*+|\*\/|^\s*(?:\*|\/\/+)/gm, " ")
    .replace(/\s+/g, " ")
    .trim();
}
