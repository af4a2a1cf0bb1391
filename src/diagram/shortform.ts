import { type Diagram, DiagramError, makeDiagram, nodesOfParts } from "./diagram.js";

/**
 * The short form of LANGUAGE.md: partition, then edges, as in `(01-2)(02-12)`; the last node is the
 * root. With more than ten nodes, numbers stand apart by dots: `(0.1-10)(0.10-1.10)`.
 */
export function formatShortForm(diagram: Diagram): string {
  const separator = diagram.parents.length > 10 ? "." : "";
  const parts = nodesOfParts(diagram).map((nodes) => nodes.join(separator));
  const edges = diagram.parents.slice(0, -1).map((parent, node) => `${node}${separator}${parent}`);
  return `(${parts.join("-")})(${edges.join("-")})`;
}

/** A stretch of a short form without white space, and where it stands in a text. */
export interface FormWord {
  readonly text: string;
  readonly start: number;
}

/** A number, a dot, a dash, or what is none of these, of a short form. */
export interface FormPiece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What is no short form: what is wrong with it, and from where to where; without a place it is the partition. */
export interface FormFault {
  readonly code: "syntax" | "unresolved" | "many-roots";
  readonly message: string;
  readonly start?: number;
  readonly end?: number;
}

/** The numbers of a short form: those of each part, and the two of each edge. */
export interface FormNumbers {
  /** Nodes are `0 … size − 1`, each in a part at least once. */
  readonly size: number;
  readonly parts: readonly (readonly FormPiece[])[];
  /** Child, then parent; no edge leaves the last node but to itself. */
  readonly edges: readonly (readonly FormPiece[])[];
}

/** Whether dots separate the numbers of a short form: when one stands anywhere in it. Otherwise each digit is a number. */
export function isDotted(words: readonly FormWord[]): boolean {
  return words.some(({ text }) => text.includes("."));
}

/** The pieces of a word. */
export function piecesOfWord({ text, start }: FormWord, dotted: boolean): FormPiece[] {
  const pattern = dotted ? /\d+|[.-]|[^\d.-]+/g : /\d|[.-]|[^\d.-]+/g;
  return [...text.matchAll(pattern)].map((match) => ({
    text: match[0],
    start: start + match.index,
    end: start + match.index + match[0].length,
  }));
}

/** Whether a piece is the number of a node. */
export function isNodeNumber({ text }: FormPiece): boolean {
  return /^\d{1,9}$/.test(text);
}

/**
 * The numbers of a short form whose words, between its parentheses, are given: the one reader for files, arguments and
 * what is pasted. Whether its edges are a tree, and its parts a partition, is for others to say.
 */
export function readFormNumbers(
  partition: readonly FormWord[],
  edges: readonly FormWord[],
): FormNumbers | FormFault {
  const dotted = isDotted([...partition, ...edges]);
  const parts = readGroups(partition, dotted);
  if (!Array.isArray(parts)) {
    return parts;
  }
  const pairs = readGroups(edges, dotted);
  if (!Array.isArray(pairs)) {
    return pairs;
  }
  const numbers = new Set(parts.flat().map(({ text }) => Number(text)));
  const size = numbers.size;
  const last = size - 1;
  const gap = Array.from({ length: size }, (_, node) => node).find((node) => !numbers.has(node));
  if (gap !== undefined) {
    return {
      code: "syntax",
      message: `node ${gap} is missing from the partition; number the ${size} nodes 0 to ${last}`,
    };
  }
  if (size === 0) {
    return { code: "syntax", message: "the partition has no node; write one such as `(01-2)(02-12)`" };
  }
  for (const pair of pairs) {
    const place = { start: pair[0]!.start, end: pair.at(-1)!.end };
    if (pair.length !== 2) {
      return { code: "syntax", message: edgeMessage(pair.length, dotted), ...place };
    }
    const stray = pair.find((end) => Number(end.text) > last);
    if (stray) {
      return {
        code: "unresolved",
        message: `node ${Number(stray.text)} is not in the partition, which has nodes 0 to ${last}`,
        start: stray.start,
        end: stray.end,
      };
    }
    if (Number(pair[0]!.text) === last && Number(pair[1]!.text) !== last) {
      return {
        code: "many-roots",
        message: `node ${last} must be the root, and the root has no outgoing edge; renumber so that the last node is the root`,
        ...place,
      };
    }
  }
  return { size, parts, edges: pairs };
}

function edgeMessage(numbers: number, dotted: boolean): string {
  const written = numbers === 1 ? "an edge joins two nodes" : `an edge joins two nodes, not ${numbers}`;
  return dotted
    ? `${written}; with dots write \`0.10\` for the edge from 0 to 10`
    : `${written}: write \`02\` for the edge from 0 to 2; with more than ten nodes separate numbers by dots, as in \`0.10\``;
}

/** The node numbers between the dashes, or what stands where one must be. */
function readGroups(words: readonly FormWord[], dotted: boolean): FormPiece[][] | FormFault {
  if (words.length === 0) {
    return [];
  }
  const groups: FormPiece[][] = [[]];
  let afterNumber = false;
  const fault = (message: string, { start, end }: FormPiece): FormFault => ({
    code: "syntax",
    message,
    start,
    end,
  });
  for (const piece of words.flatMap((word) => piecesOfWord(word, dotted))) {
    if (piece.text === "-" || piece.text === ".") {
      if (!afterNumber) {
        return fault(`expected a node number before \`${piece.text}\``, piece);
      }
      if (piece.text === "-") {
        groups.push([]);
      }
      afterNumber = false;
    } else if (!isNodeNumber(piece)) {
      return fault(`\`${piece.text}\` is no node number; nodes are numbered 0, 1, 2 and so on`, piece);
    } else if (dotted && afterNumber) {
      return fault("expected `.` or `-` between two node numbers", piece);
    } else {
      groups.at(-1)!.push(piece);
      afterNumber = true;
    }
  }
  const last = words.at(-1)!;
  return afterNumber
    ? groups
    : fault(`expected a node number after \`${last.text.slice(-1)}\``, {
        text: last.text,
        start: last.start,
        end: last.start + last.text.length,
      });
}

/** The words between the parentheses of a short form in a text, or why there is none. */
export interface FormWords {
  readonly partition: readonly FormWord[];
  readonly edges: readonly FormWord[];
  /** Where its first parenthesis opens, and behind its last. */
  readonly start: number;
  readonly end: number;
}

const example = "write one such as (01-2)(02-12)";

/**
 * Finds the short form in a text that has nothing else but white space and, around it, what the paper writes:
 * `$\sdia{c(012-3)(03-13-23)}$`.
 * @returns its words, or in one line what is wrong, characters counted from 1.
 */
export function wordsOfShortForm(text: string): FormWords | { readonly problem: string } {
  if (text.trim() === "") {
    return { problem: `there is no short form; ${example}` };
  }
  const { start, end } = withoutSetting(text);
  const form = text.slice(start, end);
  if (!form.startsWith("(")) {
    return { problem: `"${shortened(text)}" is no short form; ${example}` };
  }
  const stray = /[^\d\s().-]/u.exec(form);
  const meant = stray && asciiOf(stray[0]);
  if (stray && meant !== undefined) {
    return { problem: `"${stray[0]}" at character ${start + stray.index + 1}: write ${meant} in its place` };
  }
  if (stray) {
    return {
      problem: `"${stray[0]}" at character ${start + stray.index + 1}: a short form has digits, dots, dashes and parentheses only`,
    };
  }
  const match = /^\(([^()]*)\)\s*\(([^()]*)\)$/d.exec(form);
  if (!match) {
    return {
      problem: `a short form has two pairs of parentheses, for the parts and for the edges; ${example}`,
    };
  }
  const wordsOf = (group: 1 | 2): FormWord[] =>
    [...match[group]!.matchAll(/\S+/g)].map((word) => ({
      text: word[0],
      start: start + match.indices![group]![0] + word.index,
    }));
  return { partition: wordsOf(1), edges: wordsOf(2), start, end };
}

/** What a character that looks like one of a short form stands for: a dash, a minus, a wide digit. */
function asciiOf(character: string): string | undefined {
  if (/\p{Dash}/u.test(character)) {
    return "-";
  }
  const plain = character.normalize("NFKC");
  return plain !== character && /^[\d().-]$/.test(plain) ? plain : undefined;
}

/** Where the form itself stands in what the paper writes. */
function withoutSetting(text: string): { start: number; end: number } {
  let start = 0;
  for (const pattern of [/^[\s$]*/, /^\\[A-Za-z]+\s*/, /^\{\s*/, /^[A-Za-z]\s*/]) {
    start += pattern.exec(text.slice(start))?.[0].length ?? 0;
  }
  let end = text.length;
  while (end > start && /[\s$},;.]/.test(text[end - 1]!)) {
    end--;
  }
  return { start, end };
}

function shortened(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

/**
 * Reads a short form, with or without white space, and with the paper's setting around it.
 * @throws DiagramError with one line saying what is wrong.
 */
export function parseShortForm(text: string): Diagram {
  const words = wordsOfShortForm(text);
  if ("problem" in words) {
    throw new DiagramError(words.problem);
  }
  const numbers = readFormNumbers(words.partition, words.edges);
  if ("message" in numbers) {
    throw new DiagramError(numbers.message);
  }
  const parts = new Array<number>(numbers.size).fill(-1);
  numbers.parts.forEach((nodes, part) => {
    for (const node of nodes.map((piece) => Number(piece.text))) {
      if (parts[node] !== -1) {
        throw new DiagramError(`node ${node} stands in two parts; name each node once`);
      }
      parts[node] = part;
    }
  });
  const parents = new Array<number>(numbers.size).fill(-1);
  for (const [child, parent] of numbers.edges.map((edge) => edge.map((piece) => Number(piece.text)))) {
    if (parents[child!] !== -1) {
      throw new DiagramError(`node ${child} has two outgoing edges; each node but the root has one`);
    }
    parents[child!] = parent!;
  }
  return makeDiagram(parents, parts).diagram;
}
