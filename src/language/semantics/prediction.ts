import { type Diagram, isIrreducible, largestEnumeration } from "../../diagram/index.js";
import type { SumMode } from "../../evaluate/index.js";
import { type Observable, whyUnseen } from "../../observables/index.js";
import type { SpaceTime } from "../../optimisers/index.js";
import type { Prediction } from "../../verify/specification.js";
import type { DiagramDeclaration, PredictChoice } from "../generated/ast.js";
import { type ProblemList, type Range, rangeOf } from "../problem.js";
import { nearestName, suggestion } from "../spelling.js";
import { comparableForm, type NamedDiagram } from "./diagram.js";
import { whyItAddsNothing } from "./embeds.js";

export interface PredictionContext {
  /** The checked diagram; `usable` when its declaration has no error. */
  diagram(declaration: DiagramDeclaration): { named: NamedDiagram; usable: boolean } | undefined;
  /** Names of visible diagrams, for suggestions. */
  diagramNames(): Iterable<string>;
  /** Which kind of declaration a visible name is. */
  kindOf(name: string): string | undefined;
}

/** The highest order of any prediction: how far it is off is told by the order after it. */
const mostEdges = largestEnumeration({}) - 1;

interface Reading {
  readonly spacetime: SpaceTime | undefined;
  readonly observables: readonly Observable[];
  /** How times are summed over, when that is known. */
  readonly sum: SumMode | undefined;
}

/** A diagram of a sum, under the name or the short form by which it was chosen. */
export interface ChosenDiagram {
  readonly name: string;
  readonly diagram: Diagram;
}

/** The prediction of a verify; `undefined` when it is broken, which is reported here or at its diagrams. */
export function checkPrediction(
  choice: PredictChoice,
  reading: Reading,
  context: PredictionContext,
  problems: ProblemList,
): Prediction | undefined {
  if (choice.kind) {
    const order = Number(choice.order);
    if (Number.isSafeInteger(order) && order >= 0) {
      return { kind: choice.kind, order };
    }
    problems.error(
      "bad-value",
      rangeOf(choice, "order"),
      `${choice.order ?? "this"} is no number of edges; write a whole number from 0 to ${mostEdges}, such as \`predict ${choice.kind} 3\``,
    );
    return undefined;
  }
  const diagrams: ChosenDiagram[] = [];
  let sound = true;
  for (const mention of choice.diagrams) {
    const reference = mention.diagram;
    const range = rangeOf(mention);
    if (!reference?.ref) {
      reportUnresolved(reference?.$refText, range, context, problems);
      sound = false;
      continue;
    }
    const checked = context.diagram(reference.ref);
    if (!checked) {
      sound = false;
      continue;
    }
    const { diagram } = checked.named;
    const name = reference.$refText;
    const problem = predictionFault(name, diagram, reading.observables);
    if (problem) {
      problems.error(problem.code, range, problem.message);
    }
    const repetition = repetitionFault(name, diagram, diagrams);
    if (repetition !== undefined) {
      problems.error("bad-value", range, repetition);
    }
    const nothing =
      reading.spacetime &&
      whyItAddsNothing(`\`${name}\``, diagram, reading.spacetime, reading.sum ?? "exact");
    if (nothing !== undefined) {
      problems.warning("never-embeds", range, nothing);
    }
    sound &&= checked.usable && !problem && repetition === undefined;
    diagrams.push({ name, diagram });
  }
  return sound ? { kind: "diagrams", diagrams } : undefined;
}

/** Why a diagram cannot be in a sum after these ones: a diagram that is there twice counts twice. */
export function repetitionFault(
  name: string,
  diagram: Diagram,
  earlier: readonly ChosenDiagram[],
): string | undefined {
  if (earlier.some((other) => other.name === name)) {
    return `\`${name}\` stands twice in the sum; remove one`;
  }
  const form = comparableForm(diagram);
  const same = form && earlier.find((other) => comparableForm(other.diagram) === form);
  return (
    same && `\`${name}\` is the same diagram as \`${same.name}\`, which is in the sum already; remove one`
  );
}

/**
 * Why a diagram cannot be in the prediction of these observables.
 * @param reducible whether reducible ones are refused, or looked at by themselves.
 */
export function predictionFault(
  name: string,
  diagram: Diagram,
  observables: readonly Observable[],
  reducible: "refused" | "allowed" = "refused",
): { code: "reducible" | "bad-value"; message: string } | undefined {
  if (diagram.parents.length === 1) {
    return {
      code: "bad-value",
      message: `\`${name}\` has no edge: the order-0 term is in every prediction; remove it`,
    };
  }
  if (reducible === "refused" && !isIrreducible(diagram)) {
    return {
      code: "reducible",
      message: `\`${name}\` is reducible, so its rvalue is already inside its contraction's; predict the contraction`,
    };
  }
  for (const observable of observables) {
    const message = whyUnseen(`\`${name}\``, diagram, observable);
    if (message !== undefined) {
      return { code: "bad-value", message };
    }
  }
  return undefined;
}

function reportUnresolved(
  name: string | undefined,
  range: Range,
  context: PredictionContext,
  problems: ProblemList,
): void {
  if (name === undefined) {
    return;
  }
  if (problems.isFull) {
    // Only counted: looking for what was meant takes time.
    problems.error("unresolved", range, "");
    return;
  }
  const other = context.kindOf(name);
  if (other === undefined && (name === "order" || name === "series")) {
    const number = `\`predict ${name} 3\``;
    problems.error("unresolved", range, `\`${name}\` needs a number of edges, such as ${number}`, {
      data: { name },
    });
    return;
  }
  const meant = nearestName(name, context.diagramNames());
  problems.error(
    "unresolved",
    range,
    other === undefined
      ? `there is no diagram \`${name}\`${suggestion(meant) || "; declare it here or import its file"}`
      : `\`${name}\` is a ${other}, not a diagram${suggestion(meant)}`,
    {
      data: {
        name,
        ...(other === undefined ? { kind: "diagram" } : {}),
        ...(meant === undefined ? {} : { suggestion: meant }),
      },
    },
  );
}
