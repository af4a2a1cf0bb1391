import type { EnumerateParameters } from "../../runner/index.js";

/** Enumerated diagrams, in short form, as a `.diag` file that declares each of them. */
export function enumerationText(
  { edges, irreducible, pathCondition }: EnumerateParameters,
  diagrams: readonly string[],
): string {
  const count = diagrams.length === 1 ? "One diagram" : `All ${diagrams.length} diagrams`;
  const conditions = [
    ...(irreducible ? ["irreducible"] : []),
    ...(pathCondition ? ["with the path condition"] : []),
  ];
  const heading = [`${count} of ${edges === 1 ? "1 edge" : `${edges} edges`}`, ...conditions].join(", ");
  return [
    `// ${heading}`,
    "",
    ...diagrams.map((diagram, index) => `diagram d${index + 1} = ${diagram}`),
    "",
  ].join("\n");
}
