import type { Diagram } from "../diagram/diagram.js";

/** What is drawn: a diagram with the words that an author gave to it. */
export interface DrawingInput {
  /** A tree, or of what is broken a forest: several nodes may have the parent −1, the last node among them. */
  readonly diagram: Diagram;
  /** The name of the diagram, shown in titles only. */
  readonly name: string;
  /** `nodeNames[v]` labels node `v`. */
  readonly nodeNames: readonly string[];
  /** `partNames[p]` labels part `p`; `undefined` for a part without a name. */
  readonly partNames: readonly (string | undefined)[];
  /** What is wrong with it, to be shown. */
  readonly marks?: InputMarks;
}

/** Elements that break a rule. Edges are numbers of their children. */
export interface MarkedElements {
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly parts: readonly number[];
}

export interface InputMarks extends MarkedElements {
  /** Edges that would make the tree none, drawn beside it. */
  readonly strays: readonly { readonly from: number; readonly to: number }[];
}

/** A place in the drawing, in px. x grows to the right, y grows down, as in SVG. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A cubic Bézier curve from a point that is known from its context: the end of the one before. */
export interface CubicCurve {
  readonly control1: Point;
  readonly control2: Point;
  readonly end: Point;
}

/** A smooth path. In a closed one the last curve ends at `start`. */
export interface SmoothPath {
  readonly start: Point;
  readonly curves: readonly CubicCurve[];
}

/** A line of text. `anchor` says which of its points lies at (x, y); vertically it is always the middle. */
export interface DrawnLabel extends Point {
  readonly text: string;
  readonly anchor: "start" | "middle" | "end";
  /** The estimated extent of the text, px. */
  readonly width: number;
  readonly height: number;
}

export interface DrawnNode extends Point {
  /** The node of the diagram. */
  readonly node: number;
  readonly name: string;
  /** The number of its edges. Discs grow a little with it. */
  readonly degree: number;
  readonly isRoot: boolean;
  readonly part: number;
  /** The radius of the disc; for the root that of the ring around it. */
  readonly radius: number;
  readonly label: DrawnLabel;
}

/** The edge from a node to its parent, an arc from disc to disc. */
export interface DrawnEdge {
  readonly from: number;
  readonly to: number;
  readonly path: SmoothPath;
}

/** How a part of several nodes is drawn: inside one closed line, or by soft bands from node to node. */
export type PartForm = "outline" | "ties";

/** What joins the nodes of one part with two nodes or more: an outline round them, or ties between them. It contains their discs and no others. */
export interface DrawnOutline {
  readonly part: number;
  readonly name: string | undefined;
  readonly nodes: readonly number[];
  /** Which of the styles (colour and dashes) it has, from 0. No two outlines of a drawing share theirs while there are enough. */
  readonly style: number;
  /** An outline is convex and meets no other. Ties are bands without a border of their own; they may cross. */
  readonly form: PartForm;
  /** The border of the outline, or of all ties together. Closed paths; where one lies inside another it cuts a hole (even-odd rule). */
  readonly paths: readonly SmoothPath[];
  readonly label: DrawnLabel | undefined;
  /** The middle of the place where a sign about the part, of an error or a warning, covers nothing. */
  readonly sign: Point;
}

/** What is wrong with a diagram: its marked elements, and the edges beside its tree. */
export interface DrawingMarks extends MarkedElements {
  readonly strays: readonly DrawnEdge[];
}

/** A diagram laid out: leaves on the left, the root rightmost. All lengths in px; everything lies within (0, 0) and (width, height). */
export interface Drawing {
  readonly name: string;
  /** The diagram as a sentence. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly outlines: readonly DrawnOutline[];
  /** Absent when nothing is wrong. */
  readonly marks?: DrawingMarks;
}

/** A diagram that cannot be drawn. The message is one line that says why. */
export class DrawingError extends Error {
  override readonly name = "DrawingError";
}
