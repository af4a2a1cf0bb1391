import {
  childrenOf,
  type Diagram,
  isRootAlone,
  linksOf,
  nodesOfParts,
  pathViolations,
  rootOf,
} from "../../diagram/index.js";
import { largestDrawing } from "../../drawing/index.js";
import { type DiagFile, isDiagramDeclaration } from "../../language/generated/ast.js";
import { checkDiagram, type NamedDiagram } from "../../language/semantics/diagram.js";
import type { DiagramEdit } from "../../preview/index.js";
import type { DiagLspServices } from "../services.js";

/** In one line why an edit makes no sense for a diagram, and what to do; `undefined` when it does. */
export function refusalOf(named: NamedDiagram, edit: DiagramEdit): string | undefined {
  const { diagram, nodeNames, train } = named;
  const size = diagram.parents.length;
  const root = rootOf(diagram);
  const name = (node: number) => `\`${nodeNames[node]}\``;
  const mentioned = nodesOf(edit);
  if (mentioned.some((node) => !Number.isInteger(node) || node < 0 || node >= size)) {
    return "a node is no longer in the text; choose it again";
  }
  switch (edit.kind) {
    case "addChild":
      return size >= largestDrawing
        ? `a diagram of ${size} nodes does not grow by hand; edit its text`
        : undefined;
    case "reattach": {
      const { node, parent } = edit;
      if (node === root) {
        return `${name(node)} is the root, which hangs from no other node; move what hangs from it instead`;
      }
      if (node === parent) {
        return `${name(node)} cannot hang from itself; choose another node`;
      }
      if (diagram.parents[node] === parent) {
        return `${name(node)} hangs from ${name(parent)} already; choose another node`;
      }
      return descendantsOf(diagram, node).includes(parent)
        ? `${name(parent)} hangs from ${name(node)} itself; choose a node outside of what hangs from ${name(node)}`
        : undefined;
    }
    case "group": {
      const nodes = new Set(edit.nodes);
      if (nodes.size < 2) {
        return "a part joins two nodes or more; choose another node too";
      }
      if (nodes.has(root) && !train) {
        return `${name(root)} is the root, which shares its datapoint with no other node; leave it out, or mark the diagram \`train diagram\``;
      }
      const parts = new Set([...nodes].map((node) => diagram.parts[node]!));
      const [part] = parts;
      return parts.size === 1 && nodesOfParts(diagram)[part!]!.length === nodes.size
        ? "these nodes are one part already; choose others"
        : undefined;
    }
    case "ungroup":
      return nodesOfParts(diagram)[diagram.parts[edit.node]!]!.length === 1
        ? `${name(edit.node)} shares its part with no other node; choose one inside an outline`
        : undefined;
    case "contract":
      return linksOf(diagram).includes(edit.node)
        ? undefined
        : `${name(edit.node)} is no link; choose a node with one edge in and one out that is alone in its part`;
    case "remove":
      return edit.node === root
        ? `${name(root)} is the root, and a diagram has one; remove what hangs from it, or the diagram in the text`
        : undefined;
  }
}

/**
 * In one line why a declaration, as it would be after an edit of the diagram `before`, cannot stand: it
 * breaks a condition that the diagram did not break before.
 */
export function refusalOfResult(
  services: DiagLspServices,
  before: NamedDiagram,
  declaration: string,
): string | undefined {
  const { value, lexerErrors, parserErrors } = services.parser.LangiumParser.parse<DiagFile>(declaration);
  const [parsed] = value.declarations;
  const after =
    isDiagramDeclaration(parsed) && lexerErrors.length + parserErrors.length === 0
      ? checkDiagram(parsed, undefined).value
      : undefined;
  if (!after) {
    return "this cannot be done by hand where the text is written so; edit the text";
  }
  if (!after.train && !isRootAlone(after.diagram)) {
    return "the root would share its part; leave it out, or mark the diagram `train diagram`";
  }
  const violations = pathViolations(after.diagram);
  if (after.multiEpoch || violations.length <= pathViolations(before.diagram).length) {
    return undefined;
  }
  const old = new Set(pathViolations(before.diagram).map(({ path }) => ends(path, before.nodeNames)));
  const { path } = violations.find((one) => !old.has(ends(one.path, after.nodeNames))) ?? violations[0]!;
  const [first, last] = [path[0]!, path.at(-1)!].map((node) => `\`${after.nodeNames[node]}\``);
  return `${first} and ${last} would be in one part and on one path to the root; mark the diagram \`multi_epoch diagram\` if it is for several epochs`;
}

function ends(path: readonly number[], names: readonly string[]): string {
  return `${names[path[0]!]} ${names[path.at(-1)!]}`;
}

/** A node and all that hangs from it. */
export function descendantsOf(diagram: Diagram, node: number): number[] {
  const children = childrenOf(diagram);
  const found = [node];
  for (const one of found) {
    found.push(...children[one]!);
  }
  return found;
}

function nodesOf(edit: DiagramEdit): readonly number[] {
  switch (edit.kind) {
    case "addChild":
      return [edit.parent];
    case "reattach":
      return [edit.node, edit.parent];
    case "group":
      return edit.nodes;
    default:
      return [edit.node];
  }
}
