import { type Diagram, edgeCount } from "../../diagram/index.js";
import { type AnyLandscape, type EstimateCost, Evaluator } from "../../evaluate/index.js";
import { expandLandscape, type Landscape } from "../../landscape/index.js";
import { componentLabels, type Observable } from "../../observables/index.js";
import type { Descent } from "../../optimisers/index.js";
import type { Embedding } from "../../spacetime/index.js";
import type { VerifySpecification } from "../../verify/index.js";
import { landscapeDigest } from "../../verify/landscape-digest.js";
import { evaluatorFor, predict, requestOf } from "../../verify/predict.js";
import { variantsOf, wordsOfWith } from "../../verify/specification.js";

/** The first tensors of a landscape at its start, in the order of its weights (THEORY §2). */
export interface LandscapeTensors {
  /** The expected loss. */
  readonly loss: number;
  /** `G`, of shape `[p]`. */
  readonly gradient: readonly number[];
  /** `H`, of shape `[p][p]`. */
  readonly hessian: readonly (readonly number[])[];
  /** `C`, of shape `[p][p]`. */
  readonly covariance: readonly (readonly number[])[];
}

/** What a verify predicts for one number at one learning rate. */
export interface PredictedRow {
  readonly eta: number;
  /** As in the output of `diag verify`. */
  readonly observable: string;
  readonly predicted: number;
  /** Where it is estimated from rows that were drawn. */
  readonly standardError?: number;
  /** Of an estimate: from what it is. */
  readonly cost?: EstimateCost;
  /** Of an estimate: what descent changes by it, whose share the error is. */
  readonly change?: number;
  /** `τ`, the magnitude of the next order's total. */
  readonly truncation: number;
  /** One line, when descent diverges at this learning rate. */
  readonly note?: string;
}

/** What some embeddings of a diagram add to its sum. */
export interface EmbeddingsQuestion {
  readonly landscape: AnyLandscape;
  readonly diagram: Diagram;
  /** `|Aut(D)|`. */
  readonly automorphisms: number;
  readonly spacetime: Descent;
  readonly eta: number;
  readonly observable: Observable;
  readonly embeddings: readonly Pick<Embedding, "times">[];
}

export interface EmbeddingValues {
  /** In the order of the embeddings. */
  readonly contributions: readonly number[];
  /** Over all embeddings; absent, with the reason, when that sum is too intricate. */
  readonly sum?: number;
  readonly noSum?: string;
}

/** What the worker can be asked; plain data throughout. */
export type Task =
  | { readonly kind: "tensors"; readonly landscape: Landscape }
  | { readonly kind: "predict"; readonly specification: VerifySpecification }
  | { readonly kind: "embeddings"; readonly question: EmbeddingsQuestion };

/** What the worker answers a task; a message of one line is thrown for the user. */
export function resultOf(task: Task): unknown {
  switch (task.kind) {
    case "tensors":
      return tensorsOf(task.landscape);
    case "predict":
      return predictionsOf(task.specification);
    case "embeddings":
      return embeddingValuesOf(task.question);
  }
}

/** @throws LandscapeError when a derivative is not finite at the start. */
export function tensorsOf(landscape: Landscape): LandscapeTensors {
  const expansion = expandLandscape(landscape, { order: 2, partSize: 2 });
  const axes = landscape.weights.map((_, axis) => axis);
  const cumulant = (...derivatives: (readonly number[])[]) =>
    expansion.cumulant(derivatives.map((indices) => expansion.derivative(indices)));
  return {
    loss: expansion.loss,
    gradient: axes.map((i) => cumulant([i])),
    hessian: axes.map((i) => axes.map((j) => cumulant([i, j]))),
    covariance: axes.map((i) => axes.map((j) => cumulant([i], [j]))),
  };
}

/** @throws EvaluationError, LandscapeError with one line for the user. */
export function predictionsOf(specification: VerifySpecification): PredictedRow[] {
  return variantsOf(specification).flatMap((one) =>
    rowsOf(one).map((row) => ({ ...row, observable: `${row.observable}${wordsOfWith(one.with)}` })),
  );
}

/** Whoever reads waits for it: some seconds. */
const operationsOfHint = 3e9;

function rowsOf(specification: VerifySpecification): PredictedRow[] {
  if (specification.prediction === undefined) {
    return [];
  }
  const evaluator = evaluatorFor(specification, operationsOfHint);
  const { etas, observables, landscape } = specification;
  return etas.flatMap((eta) => {
    const note = evaluator.divergence(eta, specification.spacetime);
    return observables.flatMap((observable) => {
      const labels = componentLabels(observable, landscape);
      const predictions = predict(evaluator, specification, observable, eta);
      const estimated = evaluator.errorsOfOrders(requestOf(specification, observable, eta));
      const cost = estimated && {
        samples: estimated.samples,
        rows: estimated.rows,
        gradients: estimated.gradients,
      };
      return predictions.map(({ predicted, standardError, truncation, change }, index) => ({
        eta,
        observable: labels[index]!,
        predicted,
        ...(standardError === undefined ? {} : { standardError }),
        ...(cost && { cost }),
        ...(cost && change !== undefined ? { change } : {}),
        truncation,
        ...(note === undefined ? {} : { note }),
      }));
    });
  });
}

/** The evaluator of the last embeddings: whoever steps through them asks for the next ones soon. */
let lastEvaluator: { readonly key: string; readonly evaluator: Evaluator } | undefined;

/** @throws EvaluationError, LandscapeError with one line for the user. */
export function embeddingValuesOf(question: EmbeddingsQuestion): EmbeddingValues {
  const { landscape, diagram, automorphisms, spacetime, eta, embeddings } = question;
  const order = edgeCount(diagram);
  const key = `${order} ${landscapeDigest(landscape)} ${landscape.name}`;
  if (lastEvaluator?.key !== key) {
    lastEvaluator = { key, evaluator: new Evaluator(landscape, { order, named: 1 }) };
  }
  const { evaluator } = lastEvaluator;
  const request = { spacetime, eta, observable: question.observable };
  const values = evaluator.contributions(diagram, automorphisms, embeddings, request);
  const contributions = values.map(([value]) => value!);
  const selection = { kind: "diagrams", diagrams: [{ name: "", diagram }] } as const;
  try {
    // The term of no edge comes first; a diagram of no edge has no other.
    const terms = evaluator.terms({ ...request, selection, sum: "exact" });
    return { contributions, sum: terms.at(-1)!.value[0]! };
  } catch (reason) {
    return { contributions, noSum: reason instanceof Error ? reason.message : String(reason) };
  }
}
