import {
  canonicalForm,
  contractLinks,
  type Diagram,
  degreesOf,
  edgeCount,
  formatShortForm,
  isRootAlone,
  linksOf,
  nodesOfParts,
  pathViolations,
  rootOf,
} from "../../diagram/index.js";
import type { NamedDiagram } from "../../language/semantics/diagram.js";
import { whyItAddsNothing } from "../../language/semantics/embeds.js";
import { codes, namesInWords, namesWithRootCutOff, namesWithRootInPart } from "../../observables/index.js";
import {
  type Descent,
  formatSpaceTime,
  isGradientDescent,
  ruleOf,
  scheduleOf,
  sidesOf,
} from "../../optimisers/index.js";
import { counted } from "../../printable/index.js";
import { couplesOf } from "../../spacetime/index.js";
import type { VerifySpecification } from "../../verify/index.js";
import { splitTop } from "../formulas/abbreviate.js";
import { meaningOfPart, type TensorMeaning } from "../formulas/tensors.js";
import { code, formula, type HoverBlock, readable, text } from "./content.js";
import { type DiagramFacts, mostFormulaEdges } from "./diagram-facts.js";

/** Canonical forms of larger diagrams are not looked for while somebody waits. */
const mostComparedNodes = 40;
const mostListed = 8;

/** Where a diagram is predicted. */
type Predicted = Pick<VerifySpecification, "spacetime" | "sum">;

/**
 * A diagram: what it is worth, its symmetries, and its conditions in words.
 * @param predicted where its sum is to be read there.
 */
export function diagramHover(named: NamedDiagram, facts: DiagramFacts, predicted?: Predicted): HoverBlock[] {
  const { diagram } = named;
  const edges = edgeCount(diagram);
  const automorphisms = facts.automorphisms(diagram);
  const marks = `${named.train ? "train " : ""}${named.multiEpoch ? "multi_epoch " : ""}`;
  const blocks = [
    text(
      [
        `**${marks}diagram** ${code(named.name)}`,
        counted(edges, "edge"),
        ...(automorphisms === undefined ? [] : [automorphisms]),
      ].join(" · "),
    ),
    ...(named.documentation === undefined ? [] : [text(named.documentation)]),
  ];
  const nothing =
    predicted && whyItAddsNothing(code(named.name), diagram, predicted.spacetime, predicted.sum);
  const isDescent = predicted !== undefined && sidesOf(predicted.spacetime).every(isReadInDescent);
  const written = facts.formulas(diagram, isDescent);
  if (nothing !== undefined) {
    blocks.push(text(`${nothing}.`));
    if (written !== undefined && edges > 0) {
      blocks.push(formula("**uvalue**", written.uvalue));
    }
  } else if (written === undefined) {
    blocks.push(
      text(
        `Formulas are shown up to ${mostFormulaEdges} edges; \`diag formula\` writes those of up to 9 edges.`,
      ),
    );
  } else if (edges === 0) {
    blocks.push(formula("**value**, the order-0 term", written.rvalue));
  } else {
    blocks.push(
      formula("**rvalue** of an embedding", written.rvalue),
      formula(
        `**sum** over embeddings, in an eigenbasis of ηH with k = 1 − ηh, read in \`${written.reading}\``,
        written.sum.latex,
      ),
      ...(written.sum.note === undefined
        ? []
        : [text(`${written.sum.note} \`diag formula\` writes them all.`)]),
      ...(written.sum.latex.includes("\\left[1,")
        ? [text("`[1, a, b, …]` before `x^T` is the divided difference of `x^T` at these points.")]
        : []),
      ...(written.limit === undefined
        ? []
        : [formula("**limit** of the sum as `T` goes to infinity, where every |k| < 1", written.limit)]),
      formula("**uvalue**", written.uvalue),
    );
  }
  if (nothing === undefined && predicted !== undefined) {
    blocks.push(...sidesOf(predicted.spacetime).flatMap((side) => sharedCells(named, side)));
  }
  blocks.push(text(conditions(named)));
  return blocks;
}

/** Whether every update of a descent uses each of its training points, at whole times. */
function isReadInDescent(descent: Descent): boolean {
  const schedule = scheduleOf(descent);
  return isGradientDescent(schedule) && !schedule.isContinuous && ruleOf(descent).noise === undefined;
}

/** What a penalty adds to the sum over embeddings of gradient descent. */
function sharedCells({ diagram, nodeNames }: NamedDiagram, descent: Descent): HoverBlock[] {
  const schedule = scheduleOf(descent);
  const name = (node: number) => code(nodeNames[node]!);
  return couplesOf(diagram, schedule).map(({ child, parent }) =>
    text(
      `In ${code(formatSpaceTime(descent))} the sum has also embeddings in which ${name(child)} and ${name(parent)} share a cell, each with the weight ${readable(schedule.sharedCells!)}.`,
    ),
  );
}

/** The path condition, irreducibility, what observes the diagram, and its canonical short form. */
function conditions(named: NamedDiagram): string {
  const { diagram } = named;
  const sentences: string[] = [];
  const violations = pathViolations(diagram);
  const name = (node: number) => code(named.nodeNames[node]!);
  if (violations.length === 0) {
    sentences.push("*Keeps the path condition*: no path from a leaf to the root meets a part twice.");
  } else {
    const { path } = violations[0]!;
    const more = violations.length > 1 ? ` (and ${counted(violations.length - 1, "more such pair")})` : "";
    sentences.push(
      `*Breaks the path condition*: ${name(path[0]!)} and ${name(path.at(-1)!)} are in one part and on one path to the root${more}, so it embeds only over several epochs or in gradient descent.`,
    );
  }
  const links = linksOf(diagram);
  if (links.length === 0) {
    sentences.push("*Irreducible*: it has no link.");
  } else {
    const shown = links.slice(0, mostListed).map(name).join(", ");
    const contraction = shortForm(contractLinks(diagram, links).diagram);
    sentences.push(
      `*Reducible*: ${shown}${links.length > mostListed ? " and more" : ""} ${links.length === 1 ? "is a link" : "are links"}; its rvalue is already inside that of its contraction ${contraction}.`,
    );
  }
  if (!isRootAlone(diagram)) {
    const names = namesInWords(codes(namesWithRootInPart()), "and");
    sentences.push(`The root shares a part: only ${names} have this diagram.`);
  } else if (degreesOf(diagram)[rootOf(diagram)] === 1) {
    const names = namesWithRootCutOff();
    sentences.push(
      `The root has one edge, so ${namesInWords(codes(names), "and")} ${names.length === 1 ? "sees" : "see"} this diagram too.`,
    );
  }
  sentences.push(`Short form: ${shortForm(diagram)}`);
  return sentences.join("  \n");
}

/** The canonical short form, or where that takes too long the diagram's own. */
function shortForm(diagram: Diagram): string {
  const canonical = diagram.parents.length <= mostComparedNodes ? canonicalForm(diagram) : undefined;
  const form = canonical ?? formatShortForm(diagram);
  return code(form.length > 200 ? `${form.slice(0, 199)}…` : form);
}

/** A node: its degree and tensor, its part, and what being the root means. */
export function nodeHover(named: NamedDiagram, node: number): HoverBlock[] {
  const { diagram, nodeNames } = named;
  const degree = degreesOf(diagram)[node]!;
  const root = rootOf(diagram);
  const tensor = meaningOfPart([degree]);
  const companions = nodesOfParts(diagram)[diagram.parts[node]!]!;
  const blocks = [
    text(
      `**${node === root ? "root" : "node"}** ${code(nodeNames[node]!)} of ${code(named.name)} · degree ${degree}`,
    ),
    formula(`stands for ${inName(tensor)}${tensor.words}`, tensor.definition),
  ];
  const isLink = linksOf(diagram).includes(node);
  if (node === root) {
    blocks.push(
      text(
        `The root is the test measurement, taken after the last update. In ${namesInWords(codes(namesWithRootCutOff()), "and")} it is amputated: its end of the edge is the free index.`,
      ),
    );
  } else if (isLink) {
    blocks.push(
      text("It is a *link*, one edge in, one out and alone in its part: `K` already sums over such nodes."),
    );
  }
  if (companions.length > 1) {
    blocks.push(...partBlocks(named, diagram.parts[node]!, "Its part"));
  } else if (node !== root) {
    blocks.push(text("It is alone in its part, so its value is its mean over the data."));
  }
  return blocks;
}

/** A part: its cumulant. */
export function partHover(named: NamedDiagram, part: number, facts: DiagramFacts): HoverBlock[] {
  const name = named.partNames[part];
  const blocks = [
    text(`**part**${name === undefined ? "" : ` ${code(name)}`} of ${code(named.name)}`),
    ...partBlocks(named, part, "It"),
  ];
  const factor = factorsOf(named.diagram, facts)?.parts[part];
  return factor === undefined ? blocks : [...blocks, formula("in the rvalue", factor)];
}

function partBlocks(named: NamedDiagram, part: number, subject: string): HoverBlock[] {
  const nodes = nodesOfParts(named.diagram)[part]!;
  const degrees = degreesOf(named.diagram);
  const meaning = meaningOfPart(nodes.map((node) => degrees[node]!));
  const names = nodes.slice(0, mostListed).map((node) => code(named.nodeNames[node]!));
  const listed = `${names.join(", ")}${nodes.length > mostListed ? ", …" : ""}`;
  return [
    text(`${subject} joins ${listed}, which see the same training point.`),
    formula(`stands for ${inName(meaning)}${meaning.words}`, meaning.definition),
  ];
}

function inName({ name }: TensorMeaning): string {
  return `\`${name}\`, `;
}

/** Edges from children to a parent, as an arrow writes them: the propagator of each. */
export function arrowHover(
  named: NamedDiagram,
  children: readonly number[],
  parent: number,
  facts: DiagramFacts,
): HoverBlock[] {
  const factors = factorsOf(named.diagram, facts)?.edges;
  const shown = children.slice(0, 4);
  const parentName = named.nodeNames[parent]!;
  return [
    text(
      `**${children.length === 1 ? "edge" : counted(children.length, "edge")}** of ${code(named.name)}: what happens at the child's time reaches ${code(parentName)}`,
    ),
    ...(factors === undefined
      ? [formula("**propagator**", "(K^{\\Delta t-1}\\eta)^{\\mu\\nu}")]
      : shown.map((child) =>
          formula(`${code(named.nodeNames[child]!)} → ${code(parentName)}`, factors[child]!),
        )),
    ...(children.length > shown.length ? [text(`and ${children.length - shown.length} more`)] : []),
    text(
      "`η` is the step that the child's update makes. `K = 1 − ηH` is what each of the `Δt − 1` updates in between leaves of a displacement, where `Δt` is the time from the child to the parent. In a uvalue the edge is `η` alone.",
    ),
  ];
}

/** The rvalue's factors: one a part, and one an edge, numbered by the edge's child. */
function factorsOf(
  diagram: Diagram,
  facts: DiagramFacts,
): { parts: readonly string[]; edges: readonly string[] } | undefined {
  const written = facts.formulas(diagram);
  const parts = new Set(diagram.parts).size;
  const edges = edgeCount(diagram);
  const factors = written === undefined ? [] : splitTop(written.rvalue, "\\,");
  // The parts, but for the last, come first; then the edges; then the last part.
  return factors.length !== parts + edges
    ? undefined
    : {
        parts: [...factors.slice(0, parts - 1), factors.at(-1)!],
        edges: factors.slice(parts - 1, -1),
      };
}
