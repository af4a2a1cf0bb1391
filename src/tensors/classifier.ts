import type { TensorExpression } from "./expression.js";
import { crossEntropy } from "./functions/classes.js";
import type { TensorLandscape } from "./landscape.js";
import { lowerLandscape, nodesOf } from "./lower.js";
import type { TensorProgram } from "./program.js";

/** What a loss of cross entropy takes: a class is what the largest of its logits says, and its label what it is. */
export interface Classifier {
  /** A last axis with an entry for each class. */
  readonly logits: TensorExpression;
  /** A whole number from 0, or a probability for each class, of which the largest counts; of no weight. */
  readonly label: TensorExpression;
}

/** The classifier in a loss: of the one cross entropy in it whose label has no weights, wherever it stands; undefined where there is none, or several. */
export function classifierOf({ loss }: Pick<TensorLandscape, "loss">): Classifier | undefined {
  const found = [...nodesOf([loss])].flatMap((node): Classifier[] => {
    if (node.kind !== "call" || node.name !== crossEntropy.name) {
      return [];
    }
    const [logits, label] = node.arguments as [TensorExpression, TensorExpression];
    return hasWeights(label) || !hasWeights(logits) ? [] : [{ logits, label }];
  });
  return found.length === 1 ? found[0] : undefined;
}

function hasWeights(expression: TensorExpression): boolean {
  return [...nodesOf([expression])].some(({ kind }) => kind === "weight");
}

/** Logits and labels of a datum as a program of a landscape's inputs: an output each. */
export function classifierProgram(landscape: TensorLandscape, { logits, label }: Classifier): TensorProgram {
  return lowerLandscape(landscape, [logits, label]);
}
