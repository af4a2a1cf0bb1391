import {
  automorphismCount,
  childrenOf,
  type Diagram,
  edgeCount,
  isIrreducible,
  nodesOfParts,
  rootOf,
  satisfiesPathCondition,
} from "../diagram/index.js";
import { gradientDescent, type Schedule, stochasticGradientDescent } from "../optimisers/index.js";
import { planEmbeddings, type Transfer } from "../spacetime/index.js";
import { EvaluationError } from "./evaluation.js";

/** A diagram's values as LaTeX, ready to be typeset in mathematics mode. */
export interface DiagramFormula {
  readonly edges: number;
  readonly automorphisms: number;
  readonly irreducible: boolean;
  readonly pathCondition: boolean;
  /** Cumulants contracted with plain `η`. */
  readonly uvalue: string;
  /** Cumulants contracted with `K^{Δt−1} η` (THEORY §3). */
  readonly rvalue: string;
  /**
   * In closed form (or, for hundreds of orders in time, with a sum over embeddings `f` left):
   * the sum over all embeddings with sign and symmetry factor, in an eigenbasis of `ηH` with
   * `k = 1 − ηh` (THEORY §4).
   */
  readonly sum: string;
  /**
   * What `sum` comes to as `T` goes to infinity (the paper's Theorem 2), which it does where `h > 0` and `|k| < 1` in every
   * direction that is contracted.
   */
  readonly limit: string;
  /** The space-time in which `sum` is read. */
  readonly reading: string;
}

/** Diagrams with more edges have no formula one could read. */
const mostEdges = 9;

/** Beyond so many orders in time nobody reads a closed form; the sum over embeddings stays a sum. */
const mostOrders = 600;

const letters = [
  ..."\\mu \\nu \\lambda \\rho \\sigma \\pi \\alpha \\beta \\gamma \\delta \\epsilon \\zeta \\xi \\tau".split(
    " ",
  ),
  ..."\\phi \\chi \\psi \\omega".split(" "),
];

/**
 * The formulas of a diagram. Diagrams that keep the path condition are read in one epoch of single
 * points (`E = B = 1`); those that break it in gradient descent.
 * @param inDescent whether all are read in gradient descent.
 * @throws EvaluationError for more than nine edges.
 */
export function formulaOf(diagram: Diagram, inDescent = false): DiagramFormula {
  const edges = edgeCount(diagram);
  const automorphisms = automorphismCount(diagram);
  if (edges > mostEdges) {
    throw new EvaluationError(
      `the diagram has ${edges} edges; formulas are written for up to ${mostEdges} edges`,
    );
  }
  if (automorphisms === undefined) {
    throw new EvaluationError("the symmetries of the diagram are too many to be counted; choose another");
  }
  const pathCondition = satisfiesPathCondition(diagram);
  const oneEpoch = planEmbeddings(diagram, pointsOnce(edges + 1));
  // Parts may block each other's order even where no path meets one twice.
  const fitsOneEpoch =
    !inDescent && pathCondition && oneEpoch.factors.every((factor) => factor.transfer !== undefined);
  return {
    edges,
    automorphisms,
    irreducible: isIrreducible(diagram),
    pathCondition,
    ...contractions(diagram, fitsOneEpoch),
    sum: closedForm(diagram, automorphisms, fitsOneEpoch, gapSum),
    limit: closedForm(diagram, automorphisms, fitsOneEpoch, gapLimit),
    reading: fitsOneEpoch
      ? `${stochasticGradientDescent.name}(N = T, E = 1, B = 1)`
      : `${gradientDescent.name}(N, T)`,
  };
}

/** One epoch of single points. */
function pointsOnce(points: number): Schedule {
  return { points, batch: 1, epochs: 1, order: "same" };
}

/** The edges at each node: those from its children, then its own. */
function incidentEdges(diagram: Diagram): number[][] {
  const children = childrenOf(diagram);
  const root = rootOf(diagram);
  return children.map((list, node) => (node === root ? list : [...list, node]));
}

/** Tensors of the parts, given a letter for each end of each edge. */
function tensors(diagram: Diagram, letterAt: (node: number, edge: number) => string): string[] {
  const incident = incidentEdges(diagram);
  return nodesOfParts(diagram).map((nodes) =>
    tensorOf(nodes.map((node) => incident[node]!.map((edge) => letterAt(node, edge)))),
  );
}

/** The name of a part's cumulant (the table of THEORY §2), from the indices of its nodes. */
function tensorOf(nodes: readonly (readonly string[])[]): string {
  const indices = nodes.flat().join("");
  const derivative = (list: readonly string[]) => `${list.map((one) => `\\nabla_{${one}}`).join("")} l`;
  if (nodes.length === 1) {
    const degree = nodes[0]!.length;
    if (degree === 0) {
      return "l";
    }
    const letter = "GHJQ"[degree - 1];
    return letter ? `${letter}_{${indices}}` : `\\mathbb{E}[\\nabla^{${degree}} l]_{${indices}}`;
  }
  if (nodes.every((list) => list.length === 1) && nodes.length <= 3) {
    return `${nodes.length === 2 ? "C" : "S"}_{${indices}}`;
  }
  const name = nodes.length === 2 ? "\\operatorname{Cov}" : "\\kappa";
  return `${name}(${nodes.map((list) => (list.length === 0 ? "l" : derivative(list))).join(",\\, ")})`;
}

/** `uvalue` and `rvalue` in index notation, with a letter at each end of each edge. */
function contractions(diagram: Diagram, byParts: boolean): { uvalue: string; rvalue: string } {
  const root = rootOf(diagram);
  const letter = (place: number) =>
    letters[place] ?? `${letters[place % letters.length]}_{${Math.floor(place / letters.length)}}`;
  const parts = tensors(diagram, (node, edge) => letter(node === edge ? edge : root + edge));
  const durations = durationsOf(diagram, byParts);
  const between = diagram.parents.slice(0, -1).map((_, edge) => ({
    indices: `{${letter(edge)}${letter(root + edge)}}`,
    duration: durations[edge]!,
  }));
  const [last, first] = [parts[parts.length - 1]!, parts.slice(0, -1)];
  const join = (edges: readonly string[]) => [...first, ...edges, last].join("\\,");
  return {
    uvalue: join(between.map(({ indices }) => `\\eta^${indices}`)),
    rvalue: join(between.map(({ indices, duration }) => `(K^{${duration}-1}\\eta)^${indices}`)),
  };
}

/** Names for the time between the ends of each edge; edges between the same two times share one. */
function durationsOf(diagram: Diagram, byParts: boolean): string[] {
  const keys = diagram.parents
    .slice(0, -1)
    .map((parent, node) =>
      byParts ? `${diagram.parts[node]} ${diagram.parts[parent]}` : `${node} ${parent}`,
    );
  const distinct = [...new Set(keys)];
  return keys.map((key) =>
    distinct.length === 1 ? "\\Delta t" : `\\Delta t_{${distinct.indexOf(key) + 1}}`,
  );
}

/** The summed contribution: sign, symmetry, a sum over one index an edge, tensors, sums over times. */
function closedForm(
  diagram: Diagram,
  automorphisms: number,
  oneEpoch: boolean,
  sumOfGaps: (gaps: readonly string[]) => string,
): string {
  const edges = edgeCount(diagram);
  if (edges === 0) {
    return "l";
  }
  const letter = (edge: number) => letters[edge]!;
  const schedule: Schedule = oneEpoch
    ? pointsOnce(edges + 1)
    : { points: 1, batch: 1, epochs: edges + 1, order: "same" };
  const root = rootOf(diagram);
  const joined = !diagram.parts.every((part, node) => node === root || part !== diagram.parts[root]);
  const sums = planEmbeddings(diagram, schedule).factors.map((factor) =>
    timeSum(factor.transfer!, factor.edges, letter, sumOfGaps),
  );
  // Each part has N rows to stand in, but for the root's, which is averaged; each edge brings 1/N.
  const rows = new Set(diagram.parts).size - 1 - edges;
  const factor = oneEpoch ? (joined ? "\\frac{1}{N}" : "") : rows === 0 ? "" : `N^{${rows}}`;
  const power = edges === 1 ? "\\eta" : `\\eta^{${edges}}`;
  const prefactor = automorphisms === 1 ? power : `\\frac{${power}}{${symmetry(automorphisms)}}`;
  const indices = diagram.parents.slice(0, -1).map((_, edge) => letter(edge));
  return [
    `${edges % 2 === 1 ? "-" : ""}${prefactor}${factor}`,
    `\\sum_{${indices.join("")}}`,
    tensors(diagram, (_, edge) => letter(edge)).join("\\,"),
    ...sums,
  ].join("\\,");
}

/** `|Aut|` as a factorial where it is one. */
function symmetry(count: number): string {
  for (let base = 3, product = 6; product <= count; base++, product *= base) {
    if (product === count) {
      return `${base}!`;
    }
  }
  return String(count);
}

/**
 * The sum over times of one piece: for each order of its events a product of the propagators that
 * pass an event, and the sum over the gaps between events, which is a divided difference of `x^T`
 * at the propagators of the gaps.
 */
function timeSum(
  transfer: Transfer,
  edges: readonly number[],
  letter: (edge: number) => string,
  sumOfGaps: (gaps: readonly string[]) => string,
): string {
  if (orderCount(transfer) > mostOrders) {
    return `\\sum_{f}${edges.map((edge) => `k_{${letter(edge)}}^{\\Delta t_{${letter(edge)}}-1}`).join("")}`;
  }
  const product = (edges: readonly number[]) => edges.map((edge) => `k_{${letter(edge)}}`).join("");
  const orders: string[] = [];
  const walk = (state: number, passed: string, gaps: readonly string[]): void => {
    if (state === transfer.size - 1) {
      orders.push([...(passed === "" ? [] : [passed]), sumOfGaps(gaps)].join("\\,"));
      return;
    }
    for (const move of transfer.moves) {
      if (move.from === state) {
        walk(move.to, passed + product(move.passing), [...gaps, product(transfer.passing[move.to]!)]);
      }
    }
  };
  walk(0, "", []);
  return orders.length === 1 ? orders[0]! : `\\left(${orders.join("+")}\\right)`;
}

/** In how many orders the events can happen. */
function orderCount(transfer: Transfer): number {
  const count = new Array<number>(transfer.size).fill(0);
  count[0] = 1;
  for (const move of [...transfer.moves].sort((a, b) => a.from - b.from)) {
    count[move.to]! += count[move.from]!;
  }
  return count[transfer.size - 1]!;
}

/** The sum over gaps with propagators `1` and these, between `0` and `T`. */
function gapSum(gaps: readonly string[]): string {
  const power = (gap: string) => (gap.split("k_").length > 2 ? `(${gap})^{T}` : `${gap}^{T}`);
  if (gaps.length === 1) {
    return `\\frac{1-${power(gaps[0]!)}}{1-${gaps[0]}}`;
  }
  if (gaps.length === 2) {
    const [a, b] = gaps as [string, string];
    return (
      `\\left(\\frac{1}{(1-${a})(1-${b})}+\\frac{${power(a)}}{(${a}-1)(${a}-${b})}` +
      `+\\frac{${power(b)}}{(${b}-1)(${b}-${a})}\\right)`
    );
  }
  return `\\left[1,${gaps.join(",")}\\right]x^{T}`;
}

/** {@link gapSum} as `T` goes to infinity. */
function gapLimit(gaps: readonly string[]): string {
  const [first] = gaps;
  return gaps.length === 1
    ? `\\frac{1}{1-${first}}`
    : `\\frac{1}{${gaps.map((gap) => `(1-${gap})`).join("")}}`;
}
