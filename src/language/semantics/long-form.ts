import {
  type DiagramDeclaration,
  type EdgeStatement,
  isEdgeStatement,
  type NodeMention,
} from "../generated/ast.js";
import { rangeOf, span } from "../problem.js";
import type { DiagramDraft, DraftEdge, DraftMention, DraftNode, DraftPart } from "./draft.js";

/** A diagram written as statements, nodes in the order of their first mention. What the parser found no name for is left out. */
export function draftOfStatements(declaration: DiagramDeclaration): DiagramDraft {
  const nodes: DraftNode[] = [];
  const edges: DraftEdge[] = [];
  const parts: DraftPart[] = [];
  const lists: (readonly DraftMention[])[] = [];
  const mentions: DraftMention[] = [];
  const numbers = new Map<string, number>();

  const numberOf = (name: string, mention: NodeMention): DraftMention => {
    const range = rangeOf(mention);
    let node = numbers.get(name);
    if (node === undefined) {
      node = nodes.length;
      numbers.set(name, node);
      nodes.push({ name, range });
    }
    const found = { node, range };
    mentions.push(found);
    return found;
  };
  const numbersOf = (written: readonly NodeMention[]): DraftMention[] =>
    written.flatMap((mention) => {
      const name = mention.node?.$refText;
      return name ? [numberOf(name, mention)] : [];
    });

  for (const statement of declaration.statements) {
    if (isEdgeStatement(statement)) {
      let children: readonly DraftMention[] = [];
      const separate = oneByOne(statement);
      for (const group of statement.groups) {
        const ends = numbersOf(group.nodes);
        for (const child of children) {
          for (const parent of ends) {
            edges.push({
              child: child.node,
              parent: parent.node,
              range: span(child.range, parent.range),
              ...(separate ? { oneByOne: separate } : {}),
            });
          }
        }
        children = ends;
      }
      if (statement.groups.length === 1) {
        lists.push(children);
      }
    } else {
      parts.push({
        ...(statement.name ? { name: statement.name, nameRange: rangeOf(statement, "name") } : {}),
        range: rangeOf(statement),
        nodes: numbersOf(statement.nodes),
      });
    }
  }
  return { nodes, edges, parts, lists, mentions };
}

/** `a -> b, b -> c` read as `a -> b` and `b -> c`; nothing where no list stands between two arrows. */
function oneByOne({ groups }: EdgeStatement): readonly string[] | undefined {
  const names = groups.map(({ nodes }) => nodes.map(({ node }) => node?.$refText ?? ""));
  const inner = names.slice(1, -1);
  if (inner.every((group) => group.length < 2) || names.at(-1)!.length !== 1 || names.flat().includes("")) {
    return undefined;
  }
  const edges: string[] = [];
  let open = names[0]!.join(", ");
  for (const [first, ...others] of names.slice(1)) {
    open += ` -> ${first}`;
    if (others.length > 0) {
      edges.push(open);
      open = others.join(", ");
    }
  }
  return [...edges, open];
}
