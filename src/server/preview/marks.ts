import type { Problem, Range } from "../../language/problem.js";
import { cycleOf } from "../../language/semantics/tree.js";
import type { ElementReference, PreviewMark } from "../../preview/index.js";
import { mostStrays, type Sketch } from "./sketch.js";

const wholeDiagram: ElementReference = { kind: "diagram" };

/** A problem of a declaration with the elements of its drawing that it concerns. */
export function markOf(problem: Problem, sketch: Sketch): PreviewMark {
  const { code, message } = problem;
  const elements = elementsOf(problem, sketch);
  return {
    severity: problem.severity === "error" ? "error" : "warning",
    code,
    message,
    elements: elements.length > 0 ? elements : [wholeDiagram],
  };
}

function elementsOf(problem: Problem, sketch: Sketch): ElementReference[] {
  const { draft, forest, order, placeOf, diagram } = sketch;
  const data = (problem.data ?? {}) as Readonly<Record<string, unknown>>;
  const node = (place: number): ElementReference => ({ kind: "node", index: place });
  const edge = (child: number): ElementReference => ({ kind: "edge", index: child });
  const stray = (index: number): ElementReference[] =>
    index < mostStrays ? [edge(order.length + index)] : [];
  const partAt = (place: number): ElementReference => ({ kind: "part", index: diagram!.parts[place]! });
  const named = (name: unknown): number[] => {
    const found = draft.nodes.findIndex((one) => one.name === name);
    return found < 0 ? [] : [placeOf[found]!];
  };
  switch (problem.code) {
    case "cycle":
    case "second-parent": {
      const index = forest.strays.findIndex((one) => isSame(one.edge.range, problem.range));
      const found = forest.strays[index];
      if (!found) {
        return [];
      }
      const child = placeOf[found.edge.child]!;
      if (found.earlier) {
        return [...stray(index), edge(child), node(child)];
      }
      const cycle =
        found.edge.child === found.edge.parent
          ? [child]
          : cycleOf(forest, found.edge).map((one) => placeOf[one]!);
      return [...stray(index), ...cycle.slice(1).map(edge), ...cycle.map(node)];
    }
    case "many-roots":
      return named(data.node).map(node);
    case "two-parts": {
      const others = draft.parts.flatMap((part, index) =>
        part.nodes.some(({ range }) => isSame(range, problem.range)) ? [index] : [],
      );
      return named(data.node).flatMap((place) => [
        node(place),
        ...uniqueParts([partAt(place), ...others.flatMap((part) => partWritten(sketch, part))]),
      ]);
    }
    case "root-in-part":
      return named(data.node).flatMap((place) => [node(place), partAt(place)]);
    case "duplicate-name":
      return draft.parts.flatMap((part, index) =>
        part.nameRange && isSame(part.nameRange, problem.range) ? partWritten(sketch, index) : [],
      );
    case "path-condition": {
      const [first, last] = (data.nodes as readonly string[]).map(named).map(([place]) => place);
      if (first === undefined || last === undefined || !diagram) {
        return [];
      }
      const path = [first];
      for (let at = first; at !== last && diagram.parents[at] !== -1; ) {
        at = diagram.parents[at]!;
        path.push(at);
      }
      return [...path.map(node), ...path.slice(0, -1).map(edge), partAt(first)];
    }
    case "reducible":
      return named(data.link).map(node);
    default:
      return elementsAt(problem.range, sketch);
  }
}

/** The nodes that are named where a problem is, as far as it is about one or two names. */
export function elementsAt(range: Range, { draft, placeOf }: Sketch): ElementReference[] {
  const found = draft.mentions.filter((mention) => touches(mention.range, range));
  return found.length > 2
    ? []
    : [...new Set(found.map(({ node }) => placeOf[node]!))].map((index) => ({ kind: "node", index }));
}

/** The number in the listing of a written part: of the drawing, or behind those when it is empty. */
function numberOfPart({ writtenParts, emptyParts }: Sketch, part: number): number {
  const drawn = writtenParts.indexOf(part);
  return drawn >= 0 ? drawn : writtenParts.length + emptyParts.indexOf(part);
}

function partWritten(sketch: Sketch, part: number): ElementReference[] {
  return [{ kind: "part", index: numberOfPart(sketch, part) }];
}

function uniqueParts(parts: readonly ElementReference[]): ElementReference[] {
  const seen = new Set<number>();
  return parts.filter((part) => {
    const index = part.kind === "diagram" ? -1 : part.index;
    const fresh = !seen.has(index);
    seen.add(index);
    return fresh;
  });
}

function isSame(one: Range, other: Range): boolean {
  return (
    one.start.line === other.start.line &&
    one.start.character === other.start.character &&
    one.end.line === other.end.line &&
    one.end.character === other.end.character
  );
}

function touches(one: Range, other: Range): boolean {
  return !isBefore(one.end, other.start) && !isBefore(other.end, one.start);
}

function isBefore(one: Range["start"], other: Range["start"]): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character);
}
