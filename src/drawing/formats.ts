import { canonicalForm } from "../diagram/canonical.js";
import { formatShortForm } from "../diagram/shortform.js";
import { drawingToDot } from "./dot.js";
import type { Drawing, DrawingInput } from "./drawing.js";
import { drawingToJson } from "./json.js";
import { drawingToSvg } from "./svg.js";
import { drawingToTikz } from "./tikz.js";

/** What a diagram can be taken elsewhere as; the first three are drawings. */
export const diagramFormats = ["svg", "tikz", "json", "dot", "short"] as const;
export type DiagramFormat = (typeof diagramFormats)[number];

/**
 * A diagram in a format: SVG in black without a background, a LaTeX document, the drawing as JSON, a Graphviz graph, or the
 * paper's short form in its canonical numbering. One that has too many symmetries to have a canonical
 * numbering found keeps its own.
 * @param drawn lays the diagram out; called for drawings only.
 */
export async function formatDiagram(
  input: DrawingInput,
  format: DiagramFormat,
  drawn: () => Promise<Drawing>,
): Promise<string> {
  switch (format) {
    case "svg":
      return drawingToSvg(await drawn(), { ink: "#000" });
    case "tikz":
      return drawingToTikz(await drawn());
    case "json":
      return drawingToJson(await drawn());
    case "dot":
      return drawingToDot(input);
    case "short":
      return `${canonicalForm(input.diagram) ?? formatShortForm(input.diagram)}\n`;
  }
}
