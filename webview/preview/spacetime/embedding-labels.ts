import type { PreviewDiagram, PreviewEmbedding, PreviewEmbeddings } from "../../../src/preview/index.js";
import { counted, superscript } from "../../kit/text.js";
import { nameOf } from "../element-labels.js";

/** Numbers of more digits are shown rounded. */
const mostDigits = 15;

/** A whole number in groups of digits, or rounded where it is long. */
export function countWords(digits: string): string {
  if (digits.length <= mostDigits) {
    return BigInt(digits).toLocaleString("en-US");
  }
  return `≈ ${digits[0]}.${digits.slice(1, 4)}·10${superscript(digits.length - 1)}`;
}

/** A contribution or a sum, to four digits; an array for several weights. */
export function valueWords(value: number | readonly number[]): string {
  if (typeof value !== "number") {
    return value.map(valueWords).join(", ");
  }
  if (value === 0) {
    return "0";
  }
  const size = Math.abs(value);
  const text =
    size >= 1e-3 && size < 1e5
      ? String(Number(value.toPrecision(4)))
      : value.toExponential(3).replace("e+", "e");
  return text.replace("-", "−").replace("e-", "e−");
}

/** Where a node is, as `(n = 0, t = 1)`; a root has no point when it is alone in its part. */
export function cellWords([n, t]: readonly [number, number]): string {
  return n < 0
    ? `t = ${t.toLocaleString("en-US")}`
    : `(n = ${n.toLocaleString("en-US")}, t = ${t.toLocaleString("en-US")})`;
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

/** What a grid is, in a line. */
export function gridWords({ N, T, B }: PreviewEmbeddings): string {
  const number = (value: number) => value.toLocaleString("en-US");
  return `${counted(N, "training point")} × ${counted(T, "update")}, ${B === N ? "all points in each batch" : `${number(B)} in each batch`}`;
}
