/**
 * The room that draws: from a diagram with names to a `Drawing` (positions, arcs, outlines and ties) and from
 * there to SVG, TikZ and JSON; to Graphviz directly. Pure; `elkjs` is imported here only.
 */
export { drawingToDot } from "./dot.js";
export {
  type CubicCurve,
  type Drawing,
  DrawingError,
  type DrawingInput,
  type DrawingMarks,
  type DrawnEdge,
  type DrawnLabel,
  type DrawnNode,
  type DrawnOutline,
  type InputMarks,
  type MarkedElements,
  type PartForm,
  type Point,
  type SmoothPath,
} from "./drawing.js";
export { type DiagramFormat, diagramFormats, formatDiagram } from "./formats.js";
export { drawingToJson } from "./json.js";
export { type LayoutOptions, layoutDrawing } from "./layout.js";
export { largestDrawing } from "./measures.js";
export { markColour, markDashes, type OutlineStyle, outlineStyle } from "./styles.js";
export { drawingToSvg, type SvgOptions } from "./svg.js";
export { drawingToTikz } from "./tikz.js";
