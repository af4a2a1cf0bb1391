import { counted } from "../../printable/index.js";
import type { EnumerateParameters } from "../../runner/index.js";

/** Enumerated diagrams, in short form, as a `.diag` file that declares each of them. */
export function enumerationText(
  { edges, irreducible, pathCondition }: EnumerateParameters,
  diagrams: readonly string[],
): string {
  const count = diagrams.length === 1 ? "One diagram" : `All ${counted(diagrams.length, "diagram")}`;
  const conditions = [
    ...(irreducible ? ["irreducible"] : []),
    ...(pathCondition ? ["with the path condition"] : []),
  ];
  const heading = [`${count} of ${counted(edges, "edge")}`, ...conditions].join(", ");
  return [
    `// ${heading}`,
    "",
    ...diagrams.map((diagram, index) => `diagram d${index + 1} = ${diagram}`),
    "",
  ].join("\n");
}

/** The most edges that are enumerated; the lists beyond are too long for an editor. */
export const mostEdges = 8;

/** How long the lists are, for those who ask for one. */
export const enumerationHint =
  "1 to 8 edges. With both conditions, 6 edges have 439 diagrams and 8 have 17,867; without any, 6 have 5,861 and 8 have 598,201.";

/** A number of edges of diagrams to enumerate; `undefined` when the text is none. */
export function readEdges(text: string): number | undefined {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return value >= 1 && value <= mostEdges ? value : undefined;
}
