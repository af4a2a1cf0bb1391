import type { Observable, WeightFunction } from "../../observables/index.js";
import { formatSpaceTime } from "../../optimisers/index.js";
import type { DirectionalDerivatives, DirectionalLandscape } from "../directional/derivatives.js";
import { exactValuation } from "../directional/valuation.js";
import { mostOperations } from "../directional/work.js";
import {
  type EstimatedOrders,
  type EstimateErrors,
  type Evaluation,
  EvaluationError,
  type EvaluationRequest,
  type EvaluatorOptions,
  type Term,
} from "../evaluation.js";
import { Evaluator } from "../evaluator.js";
import { meanAndError } from "./replications.js";
import { type RowWords, SampledRows } from "./sampled-rows.js";
import { SampledValuation } from "./sampled-valuation.js";

/** How an evaluation is estimated. */
export interface EstimateOptions {
  readonly words: RowWords;
  /** How many rows are drawn for an expectation, over all samples; where absent so many that errors are small, or time is up. */
  readonly samples?: number;
  /** About how many arithmetic operations there may be where the number of rows is left open; a minute's where absent. */
  readonly operations?: number;
  /** Called with samples done and how many there will be. */
  readonly onSample?: (done: number, count: number) => void;
}

/** So many samples there are at least: their spread says how far their mean is off. */
export const fewestSamples = 16;

/** The most rows that a sample has for an expectation. */
const mostRows = 64;

/** The least: three that are centred by their own mean have a cumulant from three rows on. */
const leastRows = 4;

/** The fewest rows that may be asked for. */
export const fewestRows = fewestSamples * leastRows;

/** The error that is aimed at, as a share of an entry. */
const share = 0.01;

/** An entry below this share of its order is as good as nothing beside the others. */
const negligible = 0.01;

/** About so many numbers vectors of rows may have that diagrams share: 256 MiB. */
const mostNumbers = 1 << 25;

/** Branches with a vector a row that diagrams of three edges have. */
const branchesKept = 64;

/** A loss alone takes about so much of what its gradient does. */
const shareOfLoss = 1 / 3;

/** The share of the operations that the first samples' losses may take, and the most rows of each. */
const lossWork = 1 / 4;
const mostOfLoss = 4096;

/** The slot of the rows that the loss itself is estimated from; diagrams have none so high. */
const slotOfLoss = 63;

/**
 * Evaluates series of up to three edges from rows that are drawn: values whose expectation is the exact one, with standard
 * errors. Samples are evaluated like landscapes of their own, and what is asked for is their mean: so errors of sums know how their
 * terms hang together.
 */
export class EstimatingEvaluator extends Evaluator {
  private readonly samples: { readonly evaluator: Evaluator; readonly values: SampledValuation }[] = [];
  private readonly directional: DirectionalLandscape;
  private readonly rows: SampledRows;
  /** For the loss itself, which takes less than what diagrams take. */
  private readonly lossRows: SampledRows;
  private readonly loss: number | undefined;
  private readonly operations: number;
  /** From how many samples requests were answered. */
  private readonly counts = new WeakMap<Observable, Map<string, number>>();

  /** @throws EvaluationError when fewer rows are asked for than samples take. */
  constructor(
    landscape: ConstructorParameters<typeof Evaluator>[0],
    directional: DirectionalLandscape,
    options: EvaluatorOptions,
    private readonly estimate: EstimateOptions,
  ) {
    super(landscape, options, exactValuation(directional, estimate.operations));
    this.directional = withFunctionsKept(directional);
    const { samples } = estimate;
    if (samples !== undefined && samples < fewestRows) {
      throw new EvaluationError(
        `${samples} samples are too few to tell how far their mean is off; ask for ${fewestRows} or more`,
      );
    }
    const { loss } = directional;
    const fitting = Math.floor(mostNumbers / (branchesKept * loss.dimension));
    const most = Math.max(leastRows, Math.min(mostRows, fitting));
    const size = samples === undefined ? most : Math.min(most, Math.floor(samples / fewestSamples));
    this.rows = new SampledRows(loss, estimate.words, size);
    this.operations = estimate.operations ?? mostOperations;
    const many = (lossWork * this.operations) / (fewestSamples * shareOfLoss * loss.operations);
    this.lossRows = new SampledRows(
      loss,
      estimate.words,
      Math.max(size, Math.min(Math.floor(many), mostOfLoss)),
    );
    // Trials start there too, and know it.
    this.loss = shareOfLoss * loss.rows * loss.operations <= this.operations ? loss.value : undefined;
  }

  override get isEstimate(): boolean {
    return true;
  }

  override evaluate(request: EvaluationRequest): Evaluation & { readonly estimate: EstimateErrors } {
    const evaluations = this.evaluated(request);
    const [first] = evaluations;
    const total = meanAndError(evaluations.map((one) => one.total));
    const series = first!.series.map((_, order) =>
      meanAndError(evaluations.map((one) => one.series[order]!)),
    );
    return {
      total: total.mean,
      series: series.map(({ mean }) => mean),
      terms: termsOf(evaluations.map(({ terms }) => terms)),
      estimate: {
        total: total.error,
        series: series.map(({ error }) => error),
        samples: evaluations.length,
        rows: this.rows.size,
      },
    };
  }

  override terms(request: EvaluationRequest): Term[] {
    return termsOf(this.evaluated(request).map(({ terms }) => [...terms]));
  }

  override errorsOfOrders(request: EvaluationRequest): EstimatedOrders {
    const { series, total, samples } = this.evaluate(request).estimate;
    return {
      errors: series.map((own, order) => own.map((error) => error * request.eta ** order)),
      total,
      samples,
    };
  }

  override orderTotal(request: EvaluationRequest, order: number): number[] {
    return meanAndError(this.overSamples(({ evaluator }) => evaluator.orderTotal(request, order))).mean;
  }

  override orderTerms(request: EvaluationRequest, order: number): Term[] {
    return termsOf(this.overSamples(({ evaluator }) => evaluator.orderTerms(request, order)));
  }

  override contributions(): number[][] {
    throw new EvaluationError(
      "contributions of single embeddings are exact, and there are too many rows for that; take fewer rows",
    );
  }

  /** What is asked for by each sample, of which there are enough then. */
  private evaluated(request: EvaluationRequest): readonly Evaluation[] {
    if (request.selection.kind !== "series") {
      throw new EvaluationError(
        "what is estimated from samples of rows has no propagators; use series instead of order or diagrams",
      );
    }
    const find = ({ evaluator }: { evaluator: Evaluator }) => evaluator.evaluate(request);
    const { samples } = this.estimate;
    // Whoever asks again is told the same, whatever others have asked for since.
    const counts = this.counts.get(request.observable) ?? new Map<string, number>();
    this.counts.set(request.observable, counts);
    const key = `${request.selection.order} ${formatSpaceTime(request.spacetime)}`;
    const known = counts.get(key);
    if (known !== undefined) {
      return this.overSamples(find, 0, known);
    }
    this.grow(samples === undefined ? fewestSamples : Math.ceil(samples / this.rows.size));
    let found = this.overSamples(find);
    // The number that is needed is itself an estimate, and the better the more samples there are.
    for (let round = 0; samples === undefined && round < roundsOfGrowth; round++) {
      const wanted = Math.min(this.affordable(), this.neededFor(found));
      if (wanted <= found.length) {
        break;
      }
      this.grow(wanted);
      found = [...found, ...this.overSamples(find, found.length)];
    }
    counts.set(key, found.length);
    return found;
  }

  private overSamples<Found>(
    find: (sample: { readonly evaluator: Evaluator }) => Found,
    first = 0,
    end = this.samples.length,
  ): Found[] {
    return this.samples.slice(first, end).map((sample, index) => {
      const found = find(sample);
      sample.values.forget();
      this.estimate.onSample?.(first + index + 1, end);
      return found;
    });
  }

  private grow(count: number): void {
    const { directional, rows, lossRows } = this;
    while (this.samples.length < count) {
      const sample = this.samples.length;
      const loss = this.loss ?? mean(directional.loss.rowValues(lossRows.of(sample, slotOfLoss)));
      const values = new SampledValuation(
        directional,
        rows,
        sample,
        loss,
        (observed) => directional.functionOf(observed).value,
      );
      this.samples.push({ evaluator: this.beside(values), values });
    }
  }

  /** How many samples there may be for their work. */
  private affordable(): number {
    const work = this.samples.reduce((sum, { values }) => sum + values.work, 0) / this.samples.length;
    return Math.max(fewestSamples, Math.floor(this.operations / (work * this.directional.loss.operations)));
  }

  /** How many samples it takes for all entries to be known as well as is aimed at. */
  private neededFor(evaluations: readonly Evaluation[]): number {
    const terms = termsOf(evaluations.map((one) => one.terms));
    const sizes = new Map<number, number>();
    for (const { edges, value } of terms) {
      sizes.set(edges, (sizes.get(edges) ?? 0) + value.reduce((sum, one) => sum + Math.abs(one), 0));
    }
    const ratios = terms.flatMap(({ edges, value, standardError }) =>
      value.map((one, index) => {
        const aim = share * Math.max(Math.abs(one), negligible * sizes.get(edges)!);
        return aim === 0 ? 0 : standardError![index]! / aim;
      }),
    );
    return Math.ceil(evaluations.length * Math.max(...ratios) ** 2);
  }
}

/** Functions of the weights are the same for all samples. */
function withFunctionsKept(landscape: DirectionalLandscape): DirectionalLandscape {
  const known = new WeakMap<WeightFunction["value"], DirectionalDerivatives>();
  return {
    ...landscape,
    functionOf(observed) {
      const found = known.get(observed.value) ?? landscape.functionOf(observed);
      known.set(observed.value, found);
      return found;
    },
  };
}

/** So often more samples are asked for. */
const roundsOfGrowth = 3;

/** The means of terms over samples, which have the same ones, with their errors. */
function termsOf(samples: readonly (readonly Term[])[]): Term[] {
  return samples[0]!.map((term, index) => {
    const { mean: value, error: standardError } = meanAndError(samples.map((terms) => terms[index]!.value));
    const magnitude = term.magnitude && meanAndError(samples.map((terms) => terms[index]!.magnitude!)).mean;
    return { ...term, value, standardError, ...(magnitude && { magnitude }) };
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
