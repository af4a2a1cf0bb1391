import {
  type Diagram,
  isRootAlone,
  linksOf,
  makeDiagram,
  mostSteps,
  pathViolations,
  readFormNumbers,
  symmetryOf,
  wordsOfShortForm,
} from "../../diagram/index.js";
import { namesInWords, namesWithRootInPart } from "../../observables/index.js";
import { gradientDescent } from "../../optimisers/index.js";
import type { DiagramDeclaration } from "../generated/ast.js";
import { type Checked, ProblemList, type Range, rangeOf } from "../problem.js";
import type { DiagramDraft } from "./draft.js";
import { draftOfStatements } from "./long-form.js";
import { draftOfNumbers, draftOfShortForm } from "./short-form.js";
import { checkTree, formatPath, listOfNames } from "./tree.js";

/** A declared diagram: the combinatorial object, and beside it the names that the file gives. */
export interface NamedDiagram {
  readonly name: string;
  readonly diagram: Diagram;
  /** By node of `diagram`; numbers in a short form. */
  readonly nodeNames: readonly string[];
  /** By part of `diagram`. */
  readonly partNames: readonly (string | undefined)[];
  /** The text of its doc comment. */
  readonly documentation?: string;
  /** Marked `train`: its root may join a part. */
  readonly train: boolean;
  /** Marked `multi_epoch`: it may break the path condition. */
  readonly multiEpoch: boolean;
  /** Where its name stands. */
  readonly range: Range;
}

/** Checks a declaration whose syntax is sound, and makes its diagram. */
export function checkDiagram(
  declaration: DiagramDeclaration,
  documentation: string | undefined,
): Checked<NamedDiagram> {
  const problems = new ProblemList();
  const marked = { train: false, multiEpoch: false };
  declaration.markers.forEach((marker, index) => {
    const key = marker === "train" ? "train" : "multiEpoch";
    if (marked[key] && !problems.hasErrors) {
      problems.error(
        "syntax",
        rangeOf(declaration, "markers", index),
        `\`${marker}\` stands twice; remove one`,
      );
    }
    marked[key] = true;
  });
  const draft = declaration.shortForm
    ? draftOfShortForm(declaration.shortForm, problems)
    : draftOfStatements(declaration);
  if (!draft) {
    return { problems: problems.problems };
  }
  if (draft.nodes.length === 0) {
    problems.error(
      "syntax",
      rangeOf(declaration, "name"),
      `the diagram \`${declaration.name}\` has no node; add edges such as \`a, b -> out\``,
    );
    return { problems: problems.problems };
  }
  const checked = checkDraft(draft, marked.train, problems);
  if (!checked) {
    return { problems: problems.problems };
  }

  const { diagram, order, parts } = checked;
  const nodeNames = order.map((node) => draft.nodes[node]!.name);
  const partNames: (string | undefined)[] = [];
  diagram.parts.forEach((part, node) => {
    partNames[part] = draft.parts[parts[order[node]!]!]?.name;
  });
  const named: NamedDiagram = {
    name: declaration.name,
    diagram,
    nodeNames,
    partNames,
    ...(documentation === undefined ? {} : { documentation }),
    ...marked,
    range: rangeOf(declaration, "name"),
  };
  checkPathCondition(draft, order, named, problems);
  checkLinks(draft, order, named, problems);
  return { value: named, problems: problems.problems };
}

interface CheckedDraft {
  readonly diagram: Diagram;
  /** By node of the diagram, the node of the draft. */
  readonly order: readonly number[];
  /** By node of the draft: the index of its written part, or a number of its own. */
  readonly parts: readonly number[];
}

/** The diagram of a draft whose edges are a rooted tree and whose parts are a partition; what they are not is reported. */
function checkDraft(draft: DiagramDraft, train: boolean, problems: ProblemList): CheckedDraft | undefined {
  const parents = checkTree(draft, problems);
  const parts = checkParts(draft, problems);
  const root = parents?.indexOf(-1);
  if (root !== undefined && !train) {
    checkRootAlone(draft, root, problems);
  }
  return parents && !problems.hasErrors ? { ...makeDiagram(parents, parts), parts } : undefined;
}

/**
 * The diagram of a short form that stands in no file: an argument, or what somebody pastes. It is read, and found fault
 * with, as in a file; whether its root stands in a part, and the path condition, are for its users to judge.
 * @returns the diagram and where its form stands, or in one line what is wrong, characters counted from 1.
 */
export function readShortForm(
  text: string,
):
  | { readonly diagram: Diagram; readonly start: number; readonly end: number }
  | { readonly problem: string } {
  const words = wordsOfShortForm(text);
  if ("problem" in words) {
    return words;
  }
  const problems = new ProblemList();
  const read = readFormNumbers(words.partition, words.edges);
  // The text is one line here: a place is its character.
  const rangeAt = ({ start, end }: { start: number; end: number }): Range => ({
    start: { line: 0, character: start },
    end: { line: 0, character: end },
  });
  if ("message" in read) {
    const start = read.start ?? words.partition[0]?.start ?? words.start;
    problems.error(read.code, rangeAt({ start, end: read.end ?? start }), read.message);
  } else {
    const checked = checkDraft(draftOfNumbers(read, rangeAt), true, problems);
    if (checked) {
      return { diagram: checked.diagram, start: words.start, end: words.end };
    }
  }
  const { message, range } = problems.problems
    .filter(({ severity }) => severity === "error")
    .reduce((first, one) => (one.range.start.character < first.range.start.character ? one : first));
  return { problem: `at character ${range.start.character + 1}: ${message}` };
}

/** Part of each node: the index of its written part, or one of its own. */
function checkParts(draft: DiagramDraft, problems: ProblemList): number[] {
  const places = new Map<number, { part: number; range: Range }>();
  const names = new Map<string, Range>();
  draft.parts.forEach((part, index) => {
    const earlier = part.name === undefined ? undefined : names.get(part.name);
    if (earlier) {
      problems.error(
        "duplicate-name",
        part.nameRange!,
        `another part is called \`${part.name}\`; rename one`,
        {
          related: [{ range: earlier, message: `the first part \`${part.name}\`` }],
        },
      );
    } else if (part.name !== undefined) {
      names.set(part.name, part.nameRange!);
    }
    // Nodes of this part that stand in another, or in this one, before: one slip for each such part.
    const again = new Map<number, { node: number; range: Range; first: Range }[]>();
    for (const { node, range } of part.nodes) {
      const first = places.get(node);
      if (first) {
        const known = again.get(first.part) ?? [];
        again.set(first.part, known);
        known.push({ node, range, first: first.range });
      } else {
        places.set(node, { part: index, range });
      }
    }
    for (const [earlierPart, mentions] of again) {
      reportRepeated(draft, mentions, earlierPart === index, problems);
    }
  });
  return draft.nodes.map((_, node) => places.get(node)?.part ?? draft.parts.length + node);
}

function reportRepeated(
  draft: DiagramDraft,
  mentions: readonly { node: number; range: Range; first: Range }[],
  isOnePart: boolean,
  problems: ProblemList,
): void {
  const names = [...new Set(mentions.map(({ node }) => draft.nodes[node]!.name))];
  const shown = listOfNames(names);
  const { range, first } = mentions[0]!;
  const one = names.length === 1;
  problems.error(
    "two-parts",
    range,
    isOnePart
      ? `${shown} ${one ? "stands" : "stand"} twice in this part; remove ${one ? "one" : "one of each"}`
      : `${shown} ${one ? "is" : "are"} in two parts; a node is in one, so remove ${one ? "it" : "them"} here or there`,
    {
      related: [{ range: first, message: `\`${names[0]}\` is in this part already` }],
      data: { node: names[0], nodes: names, twice: isOnePart },
    },
  );
}

function checkRootAlone(draft: DiagramDraft, root: number, problems: ProblemList): void {
  for (const part of draft.parts) {
    const place = part.nodes.find(({ node }) => node === root);
    const others = part.nodes.filter(({ node }) => node !== root);
    if (place && others.length > 0) {
      const name = draft.nodes[root]!.name;
      problems.error(
        "root-in-part",
        place.range,
        `\`${name}\` is the root, the test measurement, which shares its datapoint with no other node; take it out of the part, or mark the diagram \`train diagram\` if it is for ${namesInWords(namesWithRootInPart(), "or")}`,
        { data: { node: name, nodes: [name] } },
      );
    }
  }
}

const mostPathViolations = 20;

function checkPathCondition(
  draft: DiagramDraft,
  order: readonly number[],
  named: NamedDiagram,
  problems: ProblemList,
): void {
  const violations = pathViolations(named.diagram);
  const shown = violations.slice(0, mostPathViolations);
  for (const { part, path } of shown) {
    const names = path.map((node) => named.nodeNames[node]!);
    const [first, last] = [names[0]!, names[names.length - 1]!];
    const partName = named.partNames[part];
    const place = placeInParts(draft, order[path[0]!]!);
    const message = `\`${first}\` and \`${last}\` are both in ${partName === undefined ? "one part" : `part \`${partName}\``} and on one path to the root, which no embedding in a single epoch allows${shown.length < violations.length && path === shown.at(-1)!.path ? ` (and ${violations.length - shown.length} more such pairs)` : ""}`;
    const onPath = new Set(path.slice(0, -1).map((node) => order[node]!));
    const edges = draft.edges.filter((edge) => onPath.has(edge.child)).slice(0, 10);
    problems.add({
      severity: named.multiEpoch ? "warning" : "error",
      code: "path-condition",
      message: named.multiEpoch
        ? message
        : `${message}; mark it \`multi_epoch diagram\` if it is for several epochs or for ${gradientDescent.name}`,
      range: place,
      related: [
        {
          range: placeInParts(draft, order[path[path.length - 1]!]!),
          message: `the path ${formatPath(names)}`,
        },
        ...edges.map((edge) => ({
          range: edge.range,
          message: `${draft.nodes[edge.child]!.name} -> ${draft.nodes[edge.parent]!.name}`,
        })),
      ],
      data: {
        nodes: [first, last],
        ...(partName === undefined ? {} : { part: partName }),
        path: names.slice(0, 100),
      },
    });
  }
}

function placeInParts(draft: DiagramDraft, node: number): Range {
  for (const part of draft.parts) {
    const place = part.nodes.find((mention) => mention.node === node);
    if (place) {
      return place.range;
    }
  }
  return draft.nodes[node]!.range;
}

function checkLinks(
  draft: DiagramDraft,
  order: readonly number[],
  named: NamedDiagram,
  problems: ProblemList,
): void {
  const { diagram, nodeNames } = named;
  const links = linksOf(diagram);
  if (links.length === 0) {
    return;
  }
  const children = new Map(diagram.parents.map((parent, node) => [parent, node]));
  for (const link of links) {
    const [child, name, parent] = [children.get(link)!, link, diagram.parents[link]!].map(
      (node) => nodeNames[node]!,
    );
    problems.warning(
      "reducible",
      draft.nodes[order[link]!]!.range,
      `\`${name}\` is a link: one edge in, one out, and alone in its part, so this diagram's rvalue is already inside its contraction's; contract it to \`${child} -> ${parent}\``,
      { data: { link: name, child, parent } },
    );
  }
}

/** Diagrams of more nodes are not compared with each other: nobody writes one twice by chance. */
const mostComparedNodes = 200;

/** What the comparison of diagrams makes of one of them. */
export interface Comparable {
  /** A text that isomorphic diagrams share; missing when the diagram is too large or too symmetric to have it found. */
  readonly form?: string;
  readonly tooSymmetric: boolean;
  /** Steps that it took, of those that were allowed. */
  readonly steps: number;
}

/** Diagrams that have been compared: each is again with every key, and what is known of its symmetries lies scattered. */
const compared = new WeakMap<Diagram, Comparable>();

/** What to compare a diagram by, found in at most so many steps. */
export function comparable(diagram: Diagram, steps: number = mostSteps): Comparable {
  if (diagram.parents.length > mostComparedNodes) {
    return { tooSymmetric: false, steps: 0 };
  }
  const kept = compared.get(diagram);
  if (kept !== undefined && kept.steps <= steps) {
    return kept;
  }
  const found = symmetryOf(diagram, steps);
  if (found.canonical === undefined) {
    return { tooSymmetric: true, steps: found.steps };
  }
  const comparison = { form: found.canonical.form, tooSymmetric: false, steps: found.steps };
  compared.set(diagram, comparison);
  return comparison;
}

/** A text that isomorphic diagrams share; `undefined` when finding it would take too long. */
export function comparableForm(diagram: Diagram): string | undefined {
  return comparable(diagram).form;
}

/** Whether the root shares its part, as only some observables have it. */
export function isTrainDiagram(diagram: Diagram): boolean {
  return !isRootAlone(diagram);
}
