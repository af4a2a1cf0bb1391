import type { PreviewDiagram, PreviewEmbedding, PreviewEmbeddings } from "../../../src/preview/index.js";
import { shortNumber } from "../../../src/printable/numbers.js";
import { counted, superscript } from "../../kit/text.js";
import { listOf, nameOf } from "../element-labels.js";

/** Numbers of more digits are shown rounded. */
const mostDigits = 15;

/** A whole number in groups of digits, or rounded where it is long. */
export function countWords(digits: string): string {
  if (digits.length <= mostDigits) {
    return BigInt(digits).toLocaleString("en-US");
  }
  return `≈ ${digits[0]}.${digits.slice(1, 4)}·10${superscript(digits.length - 1)}`;
}

/** A contribution or a sum, to four digits. */
export function valueWords(value: number | null): string {
  return shortNumber(value, 4);
}

/** Where a node is, as `(n = 0, t = 1)`; a root has no point when it is alone in its part. */
export function cellWords([n, t]: readonly [number, number]): string {
  return n < 0
    ? `t = ${t.toLocaleString("en-US")}`
    : `(n = ${n.toLocaleString("en-US")}, t = ${t.toLocaleString("en-US")})`;
}

/** What a pointer at a node is told: all that stand there, the node first. */
export function tipWords(cells: PreviewEmbedding["cells"], names: readonly string[], node: number): string {
  const key = cells[node]!.join();
  const beside = names.filter((_, other) => other !== node && cells[other]!.join() === key);
  return `${listOf([names[node]!, ...beside])} at ${cellWords(cells[node]!)}`;
}

/** An embedding as a sentence. */
export function embeddingWords(
  diagram: PreviewDiagram,
  answer: PreviewEmbeddings,
  embedding: PreviewEmbedding,
  number: bigint,
): string {
  const places = embedding.cells.map((cell, node) => `${nameOf(diagram, node)} at ${cellWords(cell)}`);
  const facts = [
    `embedding ${countWords(String(number + 1n))} of ${countWords(answer.total)}: ${places.join(", ")}`,
    `|Aut_f| = ${embedding.automorphisms.toLocaleString("en-US")}`,
  ];
  if (embedding.contribution !== undefined) {
    facts.push(`contribution ${valueWords(embedding.contribution)}`);
  }
  return facts.join("; ");
}

/** What gaps of a grid stand for, in a line; empty where there are none. */
export function leftOutWords(
  { N, T }: Pick<PreviewEmbeddings, "N" | "T">,
  rows: number,
  columns: number,
): string {
  const part = (count: number, all: string, sign: string): readonly string[] =>
    count === 0 ? [] : [`${count.toLocaleString("en-US")} of ${all} (${sign})`];
  const parts = [
    ...part(rows, counted(N, "training point"), "⋮"),
    ...part(columns, counted(T, "update"), "⋯"),
  ];
  return parts.length === 0 ? "" : `${parts.join(" and ")}, at which no node is`;
}

/** What a grid is, in a line. */
export function gridWords({ N, T, B }: PreviewEmbeddings): string {
  const number = (value: number) => value.toLocaleString("en-US");
  return `${counted(N, "training point")} × ${counted(T, "update")}, ${B === N ? "all points in each batch" : `${number(B)} in each batch`}`;
}
