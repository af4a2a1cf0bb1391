import { canonicalForm, edgeCount } from "../diagram/index.js";
import type { AnalyzedFile } from "../language/index.js";
import type { PointTerms } from "../runs/index.js";

/**
 * By which name a file knows diagrams: its own or an imported one that is the same up to isomorphism, the first of several.
 * @param most edges; larger ones are not looked at.
 */
export function diagramNames(file: Pick<AnalyzedFile, "diagrams">, most: number): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, { diagram }] of file.diagrams) {
    const form = edgeCount(diagram) > most ? undefined : canonicalForm(diagram);
    if (form !== undefined && !names.has(form)) {
      names.set(form, name);
    }
  }
  return names;
}

/** Terms under the names that a file has for their diagrams, where they have none. */
export function namedTerms(
  points: readonly PointTerms[],
  file: Pick<AnalyzedFile, "diagrams">,
): PointTerms[] {
  const most = Math.max(0, ...points.flatMap(({ terms }) => terms.map(({ edges }) => edges)));
  const names = diagramNames(file, most);
  return points.map((point) => ({
    ...point,
    terms: point.terms.map((term) => {
      const name = term.name ?? names.get(term.diagram);
      return name === undefined ? term : { ...term, name };
    }),
  }));
}
