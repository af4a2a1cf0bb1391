import type { DeclaredExpressions } from "../../language/semantics/tensors/declared.js";
import { partsOf } from "../../language/semantics/tensors/parts.js";
import { counted } from "../../printable/index.js";
import {
  describeShape,
  type Shape,
  sizeOf,
  type TensorColumn,
  type TensorExpression,
  type TensorLandscape,
  type TensorSource,
  type TensorWeight,
} from "../../tensors/index.js";
import { sourceToLatex } from "../formulas/landscape-latex.js";
import { tensorLetToLatex, tensorToLatex } from "../formulas/tensor-latex.js";
import { code, formula, type HoverBlock, nameOrNone, readable, text } from "./content.js";

/** So many weights, sources and lets are listed. */
const mostListed = 8;
/** Starts of tensors with more entries are told by their range. */
const mostEntries = 6;

/** A name with its shape: `A[3, 2]`. */
function shaped(name: string, shape: Shape): string {
  return shape.length === 0 ? name : `${name}${describeShape(shape)}`;
}

/**
 * A landscape of tensors: its sizes, its loss with the lets it is made of, its data and its start.
 * @param unwritten why it is not written with scalars.
 */
export function tensorLandscapeHover(
  { name, weights, data }: TensorLandscape,
  declared: DeclaredExpressions,
  documentation: string | undefined,
  unwritten: string | undefined,
): HoverBlock[] {
  const numbers = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const listed = weights.slice(0, mostListed).map(({ name: own, shape }) => code(shaped(own, shape)));
  return [
    text(
      `**landscape** ${code(name)} · ${counted(numbers, "weight")} in ${listed.join(", ")}${weights.length > mostListed ? ", …" : ""}`,
    ),
    ...(documentation === undefined ? [] : [text(documentation)]),
    ...tensorLossHover(declared),
    ...(data.length === 0
      ? [text("It has no data: every step is the same.")]
      : data.slice(0, mostListed).flatMap(sourceBlocks)),
    text(
      `Start: ${weights
        .slice(0, mostListed)
        .map((weight) => code(startOf(weight)))
        .join(", ")}${weights.length > mostListed ? ", …" : ""}`,
    ),
    ...(unwritten === undefined ? [] : [text(`Evaluated along directions: ${unwritten}.`)]),
  ];
}

/** The loss of one datum, typeset, with the lets it is made of. */
export function tensorLossHover(declared: DeclaredExpressions): HoverBlock[] {
  const loss = declared.loss();
  if (loss === undefined) {
    return [];
  }
  const lets = letsIn(loss);
  return [
    formula("**loss** of one datum", `l_x(\\theta) = ${tensorToLatex(loss)}`),
    ...lets
      .slice(0, mostListed)
      .map(({ name, value }) => formula(`where, ${described(value.shape)}`, tensorLetToLatex(name, value))),
    ...(lets.length > mostListed ? [text(`and ${counted(lets.length - mostListed, "other let")}`)] : []),
  ];
}

type Let = Extract<TensorExpression, { kind: "let" }>;

/** The lets that an expression is made of, those that others are made of first. */
function letsIn(expression: TensorExpression, found = new Set<Let>()): Let[] {
  const visited = new Set<TensorExpression>();
  const visit = (node: TensorExpression): void => {
    if (visited.has(node)) {
      return;
    }
    visited.add(node);
    for (const part of partsOf(node)) {
      visit(part);
    }
    if (node.kind === "let") {
      found.add(node);
    }
  };
  visit(expression);
  return [...found];
}

/** `a scalar`, or `of shape [3, 2]`. */
function described(shape: Shape): string {
  return shape.length === 0 ? describeShape(shape) : `of shape ${code(describeShape(shape))}`;
}

/** A weight, a datum or a let of a landscape of tensors. */
export function tensorNameHover(
  kind: "weight" | "datum" | "let",
  name: string,
  landscape: string | undefined,
  expression: TensorExpression | undefined,
): HoverBlock[] {
  if (expression === undefined) {
    return [text(`**${kind}** ${code(name)} of ${nameOrNone("landscape", landscape)}`)];
  }
  const { shape } = expression;
  const size = shape.length === 0 ? "" : `, ${counted(sizeOf(shape), "number")}`;
  return [
    text(
      `**${kind}** ${code(shaped(name, shape))} of ${nameOrNone("landscape", landscape)} · ${described(shape)}${size}`,
    ),
    ...(expression.kind === "let" ? [formula("stands for", tensorLetToLatex(name, expression.value))] : []),
  ];
}

/** Where a tensor starts. */
export function tensorStartHover(weight: TensorWeight | undefined, written: string): HoverBlock[] {
  if (weight === undefined) {
    return [text(`Descent starts at ${code(`${written}`)}`)];
  }
  return [text(`Descent starts at ${code(startOf(weight))}${written === "" ? "" : `, ${code(written)}`}`)];
}

/** How a datum of a landscape of tensors is drawn. */
export function tensorSourceHover(name: string, { data }: TensorLandscape): HoverBlock[] {
  const source = data.find((one) =>
    one.kind === "rows" ? one.columns.some((column) => column.name === name) : one.name === name,
  );
  return source === undefined ? [] : sourceBlocks(source);
}

function sourceBlocks(source: TensorSource): HoverBlock[] {
  if (source.kind === "rows") {
    const names = source.columns.map(({ name, shape }) => code(shaped(name, shape)));
    return [
      text(
        `**data** ${names.join(", ")}: the ${counted(source.rows, "row")} that were read, each with the same probability`,
      ),
      ...rangesOf(source.columns),
      text(`SHA-256 of what was read, unpacked: ${code(source.digest)}`),
    ];
  }
  const { name, shape, entry } = source;
  return [
    formula(
      shape.length === 0 ? "**datum**" : `**datum** ${code(shaped(name, shape))}, each entry by itself`,
      sourceToLatex({ ...entry, name }),
    ),
  ];
}

/** From where to where the entries of columns go, as far as that is known. */
function rangesOf(columns: readonly TensorColumn[]): HoverBlock[] {
  const ranges = columns.flatMap(({ name, range }) =>
    range === undefined ? [] : [`${code(name)} from ${readable(range[0])} to ${readable(range[1])}`],
  );
  return ranges.length === 0 ? [] : [text(`Entries of ${ranges.join(", of ")}`)];
}

function startOf({ name, shape, start }: TensorWeight): string {
  if (start.every((entry) => entry === start[0])) {
    return `${shaped(name, shape)} = ${readable(start[0]!)}`;
  }
  if (start.length <= mostEntries) {
    return `${shaped(name, shape)} = ${Array.from(start, readable).join(", ")}`;
  }
  const [least, most] = start.reduce(
    ([low, high], entry) => [Math.min(low, entry), Math.max(high, entry)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return `${shaped(name, shape)} from ${readable(least)} to ${readable(most)}`;
}
