import { type Diagram, formatShortForm, wordsOfShortForm } from "../diagram/index.js";
import { type AnalyzedFile, type NamedDiagram, readShortForm } from "../language/index.js";
import { findDeclaration, findSoundDiagram, namesWithin } from "./files.js";
import { UsageError } from "./usage.js";

/** Whether a word of the command line is a short form, or was meant as one, and no name. */
export function isForm(word: string): boolean {
  // What the paper writes around a form has letters in it, as names have.
  return word.startsWith("(") || !("problem" in wordsOfShortForm(word));
}

/**
 * A diagram that may be summed, by its name in a file or as a short form.
 * @param option behind which it stands; without one it is a word by itself.
 * @throws UsageError
 */
export function findGivenDiagram(word: string, file: AnalyzedFile, option?: string): Diagram {
  return isForm(word) ? readGivenForm(word, option) : findSoundDiagram(word, file);
}

/**
 * A diagram to be looked at, by its name in a file or as a short form, which is its name then.
 * @throws UsageError
 */
export function findShownDiagram(word: string, file: AnalyzedFile): NamedDiagram {
  if (!isForm(word)) {
    return findDeclaration(file.diagrams, word, "diagram", file);
  }
  const diagram = readGivenForm(word);
  return {
    name: formatShortForm(diagram),
    diagram,
    nodeNames: diagram.parents.map((_, node) => String(node)),
    partNames: new Array<undefined>(Math.max(...diagram.parts) + 1).fill(undefined),
    ...{ train: false, multiEpoch: false },
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  };
}

function readGivenForm(word: string, option?: string): Diagram {
  const several = /[,;+]/.test(word) ? namesWithin(word) : undefined;
  if (several !== undefined) {
    const written = option === undefined ? several : `${option} ${several}`;
    throw new UsageError(`"${word}" is no short form; separate diagrams by spaces: ${written}`);
  }
  const read = readShortForm(word);
  if ("problem" in read) {
    const place = option === undefined ? "" : `${option} `;
    throw new UsageError(`${place}"${word}" is not a short form: ${read.problem}`);
  }
  return read.diagram;
}
