import {
  type DiagramDeclaration,
  type EdgeStatement,
  isEdgeStatement,
  isPartStatement,
  type NodeMention,
  type PartStatement,
} from "../../language/generated/ast.js";
import { behindRemarks, commentsOf } from "../actions/comments.js";
import { keepingOnly } from "../actions/contract.js";
import { newlineOf, type Piece, withSpace } from "../actions/text.js";

/** A part written without a name says nothing once only one node is left in it. */
const leastNodesOfPart = 2;

/**
 * Edits of a diagram that is written as statements, each as the pieces of the text that change. Nodes go
 * by their names. The diagram is sound, so that every list but the first of a chain is one node.
 */
export class StatementEdits {
  private readonly edges: readonly EdgeStatement[];
  private readonly parts: readonly PartStatement[];
  private readonly text: string;

  constructor(private readonly declaration: DiagramDeclaration) {
    this.edges = declaration.statements.filter(isEdgeStatement);
    this.parts = declaration.statements.filter(isPartStatement);
    this.text = declaration.$cstNode!.root.fullText;
  }

  /** A new node, or one that no edge leaves now, becomes a child of another. */
  addEdge(child: string, parent: string): Piece[] {
    const list = this.edges.findLast(
      ({ groups }) => groups.length > 1 && nameOf(groups[1]!.nodes[0]!) === parent,
    );
    if (list) {
      return [insertion(list.groups[0]!.nodes.at(-1)!.$cstNode!.end, `, ${child}`)];
    }
    const alone = this.edges.find(({ groups }) => groups.length === 1 && groups[0]!.nodes.length === 1);
    if (alone && nameOf(alone.groups[0]!.nodes[0]!) === parent) {
      return [insertion(alone.$cstNode!.offset, `${child} -> `)];
    }
    const before =
      this.edges.findLast((statement) => mentionsOf(statement).some((one) => nameOf(one) === parent)) ??
      this.edges.at(-1) ??
      this.declaration.statements.at(-1)!;
    return [this.statementAfter(before, `${child} -> ${parent}`)];
  }

  /** The edge from a node goes to another parent. */
  reattach(node: string, parent: string): Piece[] {
    for (const statement of this.edges) {
      const { groups } = statement;
      const index = groups
        .slice(0, -1)
        .findIndex(({ nodes }) => nodes.some((mention) => nameOf(mention) === node));
      if (index < 0) {
        continue;
      }
      const { nodes } = groups[index]!;
      if (nodes.length > 1) {
        const others = nodes.filter((mention) => nameOf(mention) !== node);
        return [...keepingOnly(nodes, others), ...this.addEdge(node, parent)];
      }
      // The chain ends at the new parent; what it went on with stands as a statement by itself.
      const target = groups[index + 1]!.$cstNode!;
      return index + 2 === groups.length
        ? [{ start: target.offset, end: target.end, text: parent }]
        : [insertion(target.offset, `${parent}${this.separator(statement)}`)];
    }
    return [];
  }

  /** Nodes, with each all that hangs from it, are taken out. */
  remove(removed: ReadonlySet<string>): Piece[] {
    const kept = this.edges.map((statement) => ({
      statement,
      groups: statement.groups.filter(({ nodes }) => nodes.some((mention) => !removed.has(nameOf(mention)))),
    }));
    // What is left of a chain may be its end alone, which need not be said when an edge says it.
    const said = new Set(
      kept
        .filter(({ groups }) => groups.length > 1)
        .flatMap(({ groups }) => groups.flatMap(({ nodes }) => nodes.map(nameOf))),
    );
    return [
      ...kept.flatMap(({ statement, groups }): Piece[] => {
        const whole = statement.$cstNode!;
        const first = groups[0];
        if (
          !first ||
          (groups.length === 1 &&
            groups.length < statement.groups.length &&
            first.nodes.every((one) => said.has(nameOf(one))))
        ) {
          return [withSpace(this.text, whole)];
        }
        if (groups.length === 1) {
          for (const mention of first.nodes) {
            said.add(nameOf(mention));
          }
        }
        const { nodes } = first;
        const before = first.$cstNode!.offset;
        return [
          ...(before > whole.offset ? [{ start: whole.offset, end: before, text: "" }] : []),
          ...keepingOnly(
            nodes,
            nodes.filter((mention) => !removed.has(nameOf(mention))),
          ),
        ];
      }),
      ...this.leaveParts(removed),
    ];
  }

  /** Nodes become one part; one that they contain grows, so that it keeps its name. */
  group(nodes: readonly string[]): Piece[] {
    const wanted = new Set(nodes);
    const contained = this.parts.filter((part) => part.nodes.every((mention) => wanted.has(nameOf(mention))));
    const grown = contained.sort(
      (one, other) =>
        Number(other.name !== undefined) - Number(one.name !== undefined) ||
        other.nodes.length - one.nodes.length,
    )[0];
    const pieces = this.leaveParts(wanted, grown);
    const untouched = this.parts.findLast((part) => !this.disappears(part, wanted));
    if (grown) {
      const there = new Set(grown.nodes.map(nameOf));
      const added = nodes.filter((name) => !there.has(name));
      return [
        ...pieces,
        insertion(grown.nodes.at(-1)!.$cstNode!.end, added.map((name) => `, ${name}`).join("")),
      ];
    }
    const before = untouched ?? this.edges.at(-1)!;
    return [...pieces, this.statementAfter(before, `part {${nodes.join(", ")}}`)];
  }

  /** A node leaves its part. */
  ungroup(node: string): Piece[] {
    return this.leaveParts(new Set([node]));
  }

  /** The nodes of a part leave it; where they are all of it, it is no more. */
  dissolve(nodes: readonly string[]): Piece[] {
    return this.leaveParts(new Set(nodes));
  }

  private leaveParts(leaving: ReadonlySet<string>, except?: PartStatement): Piece[] {
    return this.parts.flatMap((part): Piece[] => {
      const kept = part.nodes.filter((mention) => !leaving.has(nameOf(mention)));
      if (part === except || kept.length === part.nodes.length) {
        return [];
      }
      return this.disappears(part, leaving)
        ? [withSpace(this.text, part.$cstNode!)]
        : keepingOnly(part.nodes, kept);
    });
  }

  /** Whether nothing is left to say of a part when nodes leave it: a name alone is. */
  private disappears(part: PartStatement, leaving: ReadonlySet<string>): boolean {
    const left = part.nodes.filter((mention) => !leaving.has(nameOf(mention))).length;
    return left < part.nodes.length && left < (part.name === undefined ? leastNodesOfPart : 1);
  }

  private statementAfter({ $cstNode }: { $cstNode?: EdgeStatement["$cstNode"] }, statement: string): Piece {
    const { end } = $cstNode!;
    const at = behindRemarks(commentsOf(this.declaration.$cstNode!), this.text, end);
    return insertion(at, `${this.separator({ $cstNode })}${statement}`);
  }

  /** What stands between two statements where one stands on a line of its own, and where it does not. */
  private separator({ $cstNode }: { $cstNode?: EdgeStatement["$cstNode"] | undefined }): string {
    const { start, end } = this.declaration.$cstNode!.range;
    if (start.line === end.line) {
      return " ";
    }
    const newline = newlineOf(this.text);
    const indent = (offset: number): string | undefined =>
      /(?:^|\n)([^\S\n]*)$/.exec(this.text.slice(0, offset))?.[1];
    const own = [$cstNode, ...this.declaration.statements.map((statement) => statement.$cstNode)]
      .map((node) => indent(node!.offset))
      .find((found) => found !== undefined);
    return `${newline}${own ?? `${indent(this.declaration.$cstNode!.offset) ?? ""}  `}`;
  }
}

function nameOf(mention: NodeMention): string {
  return mention.node.$refText;
}

function mentionsOf({ groups }: EdgeStatement): NodeMention[] {
  return groups.flatMap(({ nodes }) => nodes);
}

function insertion(at: number, text: string): Piece {
  return { start: at, end: at, text };
}
