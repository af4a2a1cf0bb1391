import type { DiagramDraft } from "../../language/semantics/draft.js";

/** A short form's groups and edges, nodes by their numbers, and how it is written. */
interface Form {
  readonly groups: readonly (readonly number[])[];
  readonly edges: readonly (readonly [child: number, parent: number])[];
}

/**
 * Edits of a diagram in the short form, each as the short form that takes its place. The author's order of
 * parts and edges stays; nodes are numbered anew where the language demands it, the root last.
 */
export class ShortFormEdits {
  private readonly form: Form;
  private readonly size: number;
  private readonly dotted: boolean;
  private readonly sorted: boolean;

  /** @param dotted whether dots separate the numbers as it is written. */
  constructor(draft: DiagramDraft, dotted: boolean) {
    this.form = {
      groups: draft.parts.map((part) => part.nodes.map(({ node }) => node)),
      edges: draft.edges.map(({ child, parent }) => [child, parent]),
    };
    this.size = draft.nodes.length;
    this.dotted = this.size <= mostDigits && dotted;
    this.sorted = isSorted(this.form.groups);
  }

  /** The new node takes the root's number, and the root the next. */
  addChild(parent: number): { text: string; added: number } {
    const root = this.size - 1;
    const added = this.size;
    const groups = [...this.form.groups, [added]];
    const order = [...range(root), added, root];
    return {
      text: this.written({ groups, edges: [...this.form.edges, [added, parent]] }, order),
      added: root,
    };
  }

  reattach(node: number, parent: number): string {
    const edges = this.form.edges.map(
      ([child, before]) => [child, child === node ? parent : before] as const,
    );
    return this.written({ ...this.form, edges });
  }

  remove(removed: ReadonlySet<number>): string {
    const groups = without(this.form.groups, removed);
    const edges = this.form.edges.filter(([child]) => !removed.has(child));
    return this.written(
      { groups, edges },
      range(this.size).filter((node) => !removed.has(node)),
    );
  }

  group(nodes: ReadonlySet<number>): string {
    const place = this.form.groups.findIndex((group) => group.some((node) => nodes.has(node)));
    const together = this.form.groups.flat().filter((node) => nodes.has(node));
    // Groups before the place hold none of the nodes, so that all of them stay.
    return this.written({
      ...this.form,
      groups: inserted(without(this.form.groups, nodes), place, together),
    });
  }

  ungroup(node: number): string {
    const place = this.form.groups.findIndex((group) => group.includes(node));
    const left = without(this.form.groups, new Set([node]));
    return this.written({ ...this.form, groups: inserted(left, place + 1, [node]) });
  }

  /** Each of the nodes, which are of one part, becomes one by itself. */
  dissolve(nodes: ReadonlySet<number>): string {
    const groups = this.form.groups.flatMap((group) => {
      const left = group.filter((node) => !nodes.has(node));
      const alone = group.filter((node) => nodes.has(node)).map((node) => [node]);
      return [...(left.length > 0 ? [left] : []), ...alone];
    });
    return this.written({ ...this.form, groups });
  }

  /** @param order the nodes that are left by their numbers now, in the order of their new numbers. */
  private written({ groups, edges }: Form, order: readonly number[] = range(this.size)): string {
    const numbers = new Map(order.map((node, number) => [node, number]));
    const separator = this.dotted || order.length > mostDigits ? "." : "";
    const numbered = (nodes: readonly number[]) => nodes.map((node) => numbers.get(node)!);
    const renumbered = groups.map(numbered);
    if (this.sorted) {
      for (const group of renumbered) {
        group.sort((one, other) => one - other);
      }
      renumbered.sort(([one], [other]) => one! - other!);
    }
    const list = (all: readonly (readonly number[])[]) => all.map((nodes) => nodes.join(separator)).join("-");
    return `(${list(renumbered)})(${list(edges.map(numbered))})`;
  }
}

/** With more nodes numbers stand apart by dots. */
const mostDigits = 10;

function range(size: number): number[] {
  return Array.from({ length: size }, (_, index) => index);
}

/** Whether parts and their nodes stand in the order of their numbers. */
function isSorted(groups: readonly (readonly number[])[]): boolean {
  return (
    groups.every((group) => group.every((node, index) => index === 0 || group[index - 1]! < node)) &&
    groups.every((group, index) => index === 0 || groups[index - 1]![0]! < group[0]!)
  );
}

function without(groups: readonly (readonly number[])[], nodes: ReadonlySet<number>): number[][] {
  return groups.map((group) => group.filter((node) => !nodes.has(node))).filter((group) => group.length > 0);
}

function inserted<T>(list: readonly T[], place: number, item: T): T[] {
  return [...list.slice(0, place), item, ...list.slice(place)];
}
