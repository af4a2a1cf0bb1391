import * as v from "valibot";
import { rowWords } from "../../compile/row-words.js";
import {
  type AnyLandscape,
  type AskedOfSamples,
  type EstimateOptions,
  EstimatingEvaluator,
  EvaluationError,
  type EvaluatorOptions,
  fewestRows,
  type KnownSample,
  roundingBetween,
  type SampleRange,
} from "../../evaluate/index.js";
import { directionalOn } from "../../evaluate/valuation-on.js";
import { LandscapeError } from "../../landscape/index.js";
import { count, maybe, number, numbers } from "../../shape/index.js";
import { shared } from "../../simulate/tensors/drawn.js";
import type { MakeCarrier } from "../../tensors/index.js";

/** What whoever works out samples has to know; it can be posted. */
export interface EstimateJob {
  readonly landscape: Pick<AnyLandscape, "name" | "weights" | "tensors" | "metric" | "whole">;
  readonly options: EvaluatorOptions;
  /** As the one who asks has it: it says how many rows a sample has. */
  readonly how: Omit<EstimateOptions, "words">;
  /** That rows are drawn by. */
  readonly seed: number;
  readonly asked: readonly AskedOfSamples[];
}

/** A piece of the work; no piece hangs on another one. */
export type EstimateTask =
  /** The loss of some rows. */
  | ({ readonly kind: "losses" } & SampleRange)
  /** What a sample says of one of the things that are asked for. */
  | {
      readonly kind: "sample";
      readonly asked: number;
      readonly known: KnownSample;
      readonly exactLoss: number | undefined;
    }
  /** How far what is asked for is off, by a few rows, where programs are not carried out in doubles. */
  | { readonly kind: "rounding" };

export const answerSchema = v.variant("kind", [
  v.object({ kind: v.literal("losses"), losses: numbers }),
  v.object({
    kind: v.literal("sample"),
    sample: v.object({
      sample: count,
      loss: maybe(number),
      contractions: v.custom<KnownSample["contractions"]>(areContractions),
      work: number,
    }),
  }),
  v.object({ kind: v.literal("rounding"), share: number }),
  /** One line. */
  v.object({ kind: v.literal("refused"), message: v.string() }),
]);
export type EstimateAnswer =
  | { readonly kind: "losses"; readonly losses: readonly number[] }
  | { readonly kind: "sample"; readonly sample: KnownSample }
  | { readonly kind: "rounding"; readonly share: number }
  | { readonly kind: "refused"; readonly message: string };

function areContractions(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (one: unknown) =>
        Array.isArray(one) && one.length === 2 && typeof one[0] === "string" && v.is(numbers, one[1]),
    )
  );
}

/** Tables of so many bytes are shared among threads rather than copied. */
const sharedBytes = 2 ** 16;

/**
 * The job of an evaluator; `undefined` where the landscape is no landscape of tensors.
 * @param isShared whether tables are to be in memory that threads share.
 */
export function jobOf(
  evaluator: EstimatingEvaluator,
  seed: number,
  asked: readonly AskedOfSamples[],
  isShared: boolean,
): EstimateJob | undefined {
  const { name, weights, tensors, metric, whole } = evaluator.landscape as AnyLandscape;
  if (whole === undefined) {
    return undefined;
  }
  const { words: _, ...how } = evaluator.estimate;
  return {
    landscape: {
      name,
      weights,
      ...(tensors && { tensors }),
      ...(metric && { metric }),
      whole: isShared ? withSharedTables(whole) : whole,
    },
    options: evaluator.options,
    how,
    seed,
    asked,
  };
}

type Whole = NonNullable<AnyLandscape["whole"]>;

function withSharedTables(whole: Whole): Whole {
  return {
    ...whole,
    data: whole.data.map((source) =>
      source.kind === "rows"
        ? {
            ...source,
            columns: source.columns.map((column) => {
              const { values } = column;
              const isLarge = ArrayBuffer.isView(values) && values.byteLength > sharedBytes;
              return isLarge ? { ...column, values: shared(values) } : column;
            }),
          }
        : source,
    ),
  };
}

/**
 * The evaluator that works out a job's samples.
 * @param carrierOf what carries out the programs of the loss; the interpreter in doubles where it is left out.
 */
export function evaluatorOfJob(
  { landscape, options, how, seed }: EstimateJob,
  carrierOf?: MakeCarrier,
): EstimatingEvaluator {
  return new EstimatingEvaluator(
    landscape,
    directionalOn(landscape.whole!, landscape, options.at, carrierOf),
    options,
    { ...how, words: rowWords(seed) },
  );
}

/** Carries out a piece of the work. What is wrong with what is asked is answered in one line. @param rounding tells how far it is off; not at all where absent. */
export function carryOut(
  evaluator: EstimatingEvaluator,
  asked: readonly AskedOfSamples[],
  task: EstimateTask,
  rounding: () => number = () => 0,
): EstimateAnswer {
  try {
    switch (task.kind) {
      case "losses":
        return { kind: "losses", losses: [...evaluator.lossesOf(task)] };
      case "sample":
        return {
          kind: "sample",
          sample: evaluator.workOut(asked[task.asked]!, task.known, task.exactLoss),
        };
      case "rounding":
        return { kind: "rounding", share: rounding() };
    }
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof LandscapeError) {
      return { kind: "refused", message: error.message };
    }
    throw error;
  }
}

/** How far off what a job asks for is where something else than the interpreter carries programs out: as a share, by a few rows. */
export function roundingOf(job: EstimateJob, carrierOf: MakeCarrier): number {
  const few = { ...job, how: { ...job.how, samples: fewestRows } };
  const [single, double] = [evaluatorOfJob(few, carrierOf), evaluatorOfJob(few)];
  return Math.max(
    0,
    ...job.asked.map((one) => roundingBetween(single.termsOfDraw(one, 0), double.termsOfDraw(one, 0))),
  );
}
