import type { Observable } from "../../observables/index.js";
import { formatSpaceTime } from "../../optimisers/index.js";
import { counted } from "../../printable/index.js";
import type { DirectionalLandscape } from "../directional/derivatives.js";
import { exactValuation } from "../directional/valuation.js";
import { mostEdges, mostOperations } from "../directional/work.js";
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
import { withFunctionsKept } from "./kept-functions.js";
import { FunctionNames, KeptValuation } from "./kept-valuation.js";
import { meanTerms, withRounding } from "./mean-terms.js";
import { meanAndError } from "./replications.js";
import { negligible, sizesOfOrders } from "./rounding.js";
import type { AskedOfSamples, KnownSample, SampleRange } from "./sample-answer.js";
import { SampledPlans } from "./sampled-plans.js";
import { type RowWords, SampledRows } from "./sampled-rows.js";

/** How an evaluation is estimated. */
export interface EstimateOptions {
  readonly words: RowWords;
  /** How many rows are drawn for an expectation, over all samples; where absent so many that errors are small, or time is up. */
  readonly samples?: number;
  /** About how many arithmetic operations there may be where the number of rows is left open; a minute's where absent. */
  readonly operations?: number;
  /** How many samples are held at most where their number is given; 1,024 where absent. */
  readonly held?: number;
}

/** So many samples there are at least: their spread says how far their mean is off. */
export const fewestSamples = 16;

/** The most rows that a sample has for an expectation. */
const mostRows = 64;

/** The least: three that are centred by their own mean have a cumulant from three rows on. */
const leastRows = 4;

/** So many samples are held at most where their number is given: where more rows are asked for a sample is the mean of several draws. */
const mostSamplesHeld = 1024;

/** The fewest rows that may be asked for. */
export const fewestRows = fewestSamples * leastRows;

/** The error that is aimed at, as a share of an entry. */
const share = 0.01;

/** About so many numbers vectors of rows may have that diagrams share: 256 MiB. */
const mostNumbers = 1 << 25;

/** Branches with a vector a row that diagrams of three edges have. */
const branchesKept = 64;

/** A loss alone takes about so much of what its gradient does. */
const shareOfLoss = 1 / 3;

/** The share of the operations that the first samples' losses may take, and the most rows of each. */
const lossWork = 1 / 4;
const mostOfLoss = 4096;

/** Gradients that a row of a sample takes for all diagrams of three edges, about. */
const gradientsOfSample = 40;

/** The slot of the rows that the loss itself is estimated from; diagrams have none so high. */
const slotOfLoss = 63;

interface Sample {
  readonly place: number;
  /** Made when it is asked for: it keeps what the values keep anyway, and samples are many. */
  readonly evaluator: Evaluator;
  readonly values: KeptValuation;
}

/**
 * Evaluates series of up to three edges from rows that are drawn: values whose expectation is the exact one, with standard
 * errors. Samples are evaluated like landscapes of their own, and what is asked for is their mean: so errors of sums know how their
 * terms hang together.
 */
export class EstimatingEvaluator extends Evaluator {
  private samples: Sample[] = [];
  private readonly functionNames = new FunctionNames();
  private readonly directional: DirectionalLandscape;
  private readonly rows: SampledRows;
  /** For the loss itself, which takes less than what diagrams take. */
  private readonly lossRows: SampledRows;
  /** Whether all rows tell what the loss is. */
  private readonly isLossExact: boolean;
  private exactLoss: number | undefined;
  private readonly operations: number;
  private readonly plans: SampledPlans;
  /** Of how many draws of rows each sample is the mean: what is known of a sample is held until all of them are. */
  private readonly draws: number;
  /** How far samples are off that others have worked out in single precision, as a share of terms: it is in all errors. */
  private rounding = 0;
  /** From how many samples requests were answered. */
  private counts = new WeakMap<Observable, Map<string, number>>();
  /** How much work it was to settle that, beyond what was known before. */
  private gradients = new WeakMap<Observable, Map<string, number>>();

  /** @throws EvaluationError when fewer rows are asked for than samples take. */
  constructor(
    landscape: ConstructorParameters<typeof Evaluator>[0],
    directional: DirectionalLandscape,
    readonly options: EvaluatorOptions,
    readonly estimate: EstimateOptions,
  ) {
    super(landscape, options, exactValuation(directional, estimate.operations));
    this.directional = withFunctionsKept(directional);
    this.plans = new SampledPlans(Math.min(options.order, mostEdges));
    const { samples } = estimate;
    if (samples !== undefined && samples < fewestRows) {
      throw new EvaluationError(
        `${counted(samples, "sample is", "samples are")} too few to tell how far their mean is off; ask for ${fewestRows} or more`,
      );
    }
    const { loss } = directional;
    const fitting = Math.floor(mostNumbers / (branchesKept * loss.dimension));
    const most = Math.max(leastRows, Math.min(mostRows, fitting));
    const size = samples === undefined ? most : Math.min(most, Math.floor(samples / fewestSamples));
    this.rows = new SampledRows(loss, estimate.words, size);
    this.draws = Math.ceil((samples ?? size) / (size * (estimate.held ?? mostSamplesHeld)));
    this.operations = estimate.operations ?? mostOperations;
    const many = (lossWork * this.operations) / (fewestSamples * shareOfLoss * loss.operations);
    this.lossRows = new SampledRows(
      loss,
      estimate.words,
      Math.max(size, Math.min(Math.floor(many), mostOfLoss)),
    );
    // Trials start there too, and know it.
    this.isLossExact = shareOfLoss * loss.rows * loss.operations <= this.operations;
  }

  /** How many rows a sample has for an expectation. */
  get rowsOfSample(): number {
    return this.draws * this.rows.size;
  }

  /** About how many arithmetic operations a sample takes, before anything is known of it. */
  get operationsOfSample(): number {
    return gradientsOfSample * this.rowsOfSample * this.directional.loss.operations;
  }

  /** About how many the loss of a row takes. */
  get operationsOfLoss(): number {
    return shareOfLoss * this.directional.loss.operations;
  }

  /** How many samples there are at least. */
  get leastSamples(): number {
    const { samples } = this.estimate;
    return samples === undefined ? fewestSamples : Math.ceil(samples / this.rowsOfSample);
  }

  /** About how many numbers are held at the same time by who works out a sample. */
  get numbersOfSample(): number {
    return branchesKept * this.rows.size * this.directional.loss.dimension;
  }

  /** How many rows the loss is to be found of before samples are; 0 where it is known, or estimated. */
  get rowsOfLoss(): number {
    return this.isLossExact && this.exactLoss === undefined ? this.directional.loss.rows : 0;
  }

  /** The loss of some rows, for {@link takeLosses}. */
  lossesOf({ first, end }: SampleRange): Float64Array {
    return this.directional.loss.rowValues(Int32Array.from({ length: end - first }, (_, row) => first + row));
  }

  /** Takes the losses of all rows. @returns their mean. */
  takeLosses(losses: ArrayLike<number>): number {
    const { loss } = this.directional;
    let sum = 0;
    for (let row = 0; row < losses.length; row++) {
      sum += loss.probability(row) * losses[row]!;
    }
    this.exactLoss = sum;
    return sum;
  }

  /**
   * Which samples have to be there, range after range, before what is asked for is known; none where it is. Others may have worked
   * them out by the time the next range is asked for ({@link workOut}, {@link take}); those that nobody has are worked out then and there.
   */
  *rounds({ request, order }: AskedOfSamples): Generator<SampleRange, void> {
    if (this.countFor(request).known === undefined) {
      yield* this.growing(request);
    }
    const { of, key, known } = this.countFor(request);
    const keyOfOrder = `${key} ${order}`;
    if (order !== undefined && !of.has(keyOfOrder)) {
      yield { first: 0, end: known! };
      of.set(keyOfOrder, known!);
    }
  }

  /** What is known of a sample by now. */
  knownOf(sample: number): KnownSample {
    const own = this.samples[sample];
    return { sample, ...this.lossOf(own), contractions: own?.values.known ?? [], work: 0 };
  }

  /**
   * What a sample says of what is asked for, beyond what is known of it.
   * @param exactLoss of all rows, where that is known.
   */
  workOut({ request, order }: AskedOfSamples, known: KnownSample, exactLoss?: number): KnownSample {
    this.exactLoss ??= exactLoss;
    const one = this.made(known.sample, known.loss);
    one.values.take(known);
    this.said(one, ({ evaluator }) => {
      if (order === undefined) {
        evaluator.evaluate(request);
      } else {
        evaluator.orderTotal(request, order);
      }
    });
    return { sample: known.sample, ...this.lossOf(one), ...one.values.tell() };
  }

  /** Takes what others have worked out of a sample; samples may come in any order. */
  take(answer: KnownSample): void {
    const { sample, loss } = answer;
    this.samples[sample] ??= this.made(sample, loss);
    this.samples[sample].values.take(answer);
  }

  /** The loss of all rows, once it is known. */
  get lossOfRows(): number | undefined {
    return this.exactLoss;
  }

  /**
   * What a draw of rows says of what is asked for, term by term.
   * @param draw its number: the same rows for the same number, whatever carries programs out.
   */
  termsOfDraw({ request, order }: AskedOfSamples, draw: number): Term[] {
    // Of the loss itself, which is worked out in doubles, nothing is asked here.
    const { evaluator } = this.drawn(draw, 0, false);
    return order === undefined ? evaluator.terms(request) : evaluator.orderTerms(request, order);
  }

  /** Takes how far samples of others are off, as a share of terms. */
  takeRounding(share: number): void {
    this.rounding = share;
  }

  /** Lets go of all samples, so that everything is worked out anew. */
  forgetSamples(): void {
    this.samples = [];
    this.rounding = 0;
    this.counts = new WeakMap();
    this.gradients = new WeakMap();
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
    const terms = this.meansOf(evaluations.map((one) => one.terms));
    const errors = { total: total.error, series: series.map(({ error }) => error) };
    return {
      total: total.mean,
      series: series.map(({ mean }) => mean),
      terms,
      estimate: {
        ...withRounding(errors, terms, this.rounding, request.eta),
        samples: evaluations.length,
        rows: this.rowsOfSample,
        gradients: this.gradients.get(request.observable)!.get(keyOf(request))!,
      },
    };
  }

  override terms(request: EvaluationRequest): Term[] {
    return this.meansOf(this.evaluated(request).map(({ terms }) => [...terms]));
  }

  override errorsOfOrders(request: EvaluationRequest): EstimatedOrders {
    const { series, ...estimate } = this.evaluate(request).estimate;
    return {
      ...estimate,
      errors: series.map((own, order) => own.map((error) => error * request.eta ** order)),
    };
  }

  override orderTotal(request: EvaluationRequest, order: number): number[] {
    return meanAndError(this.overSamples(request, ({ evaluator }) => evaluator.orderTotal(request, order)))
      .mean;
  }

  override orderTerms(request: EvaluationRequest, order: number): Term[] {
    return this.meansOf(this.overSamples(request, ({ evaluator }) => evaluator.orderTerms(request, order)));
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
    for (const _ of this.rounds({ request })) {
      // Worked out when the next is asked for.
    }
    return this.overSamples(request, ({ evaluator }) => evaluator.evaluate(request));
  }

  /** From how many samples a request is answered, where that is settled, and where such numbers are kept. */
  private countFor(request: EvaluationRequest): {
    readonly of: Map<string, number>;
    readonly key: string;
    readonly known: number | undefined;
  } {
    // Whoever asks again is told the same, whatever others have asked for since.
    const of = numbersOf(this.counts, request);
    const key = keyOf(request);
    return { of, key, known: of.get(key) };
  }

  private *growing(request: EvaluationRequest): Generator<SampleRange, void> {
    const isOpen = this.estimate.samples === undefined;
    const found: Evaluation[] = [];
    const find = (end: number): void => {
      while (found.length < end) {
        const one = this.sampleAt(found.length);
        found.push(this.said(one, ({ evaluator }) => evaluator.evaluate(request)));
        one.values.forget();
      }
    };
    const before = this.workDone();
    // Those that are there tell for nothing more.
    let end = Math.max(this.leastSamples, this.samples.length);
    yield { first: 0, end };
    find(end);
    // The number that is needed is itself an estimate, and the better the more samples there are.
    for (let round = 0; isOpen && round < roundsOfGrowth; round++) {
      const wanted = Math.min(this.affordable(), this.neededFor(found));
      if (wanted <= end) {
        break;
      }
      yield { first: end, end: wanted };
      find(wanted);
      end = wanted;
    }
    const { of, key } = this.countFor(request);
    of.set(key, end);
    numbersOf(this.gradients, request).set(key, this.workDone() - before);
  }

  /** In gradients of one row. */
  private workDone(): number {
    return this.samples.reduce((sum, { values }) => sum + values.workOfAll, 0);
  }

  /** What the samples of a request say, which are settled. */
  private overSamples<Found>(request: EvaluationRequest, find: (sample: Sample) => Found): Found[] {
    const count = this.countFor(request).known ?? this.evaluated(request).length;
    return Array.from({ length: count }, (_, place) => {
      const sample = this.sampleAt(place);
      const found = this.said(sample, find);
      sample.values.forget();
      return found;
    });
  }

  private sampleAt(place: number): Sample {
    this.samples[place] ??= this.made(place);
    return this.samples[place];
  }

  /** What a sample says; where it is the mean of draws, these are asked first for what is not known of them. */
  private said<Found>(sample: Sample, find: (sample: Sample) => Found): Found {
    const found = find(sample);
    if (!sample.values.takeLacking()) {
      return found;
    }
    sample.values.takeMean(this.drawsOf(sample, find));
    return find(sample);
  }

  /** What the draws of a sample find beyond what is known of it, one after the other. */
  private *drawsOf(
    sample: Sample,
    find: (sample: Sample) => unknown,
  ): Generator<Pick<KnownSample, "contractions" | "work">, void> {
    const known = { contractions: sample.values.known, work: 0 };
    for (let draw = 0; draw < this.draws; draw++) {
      const one = this.drawn(this.draws * sample.place + draw, sample.values.loss, false);
      one.values.take(known);
      find(one);
      yield one.values.tell();
    }
  }

  /** A sample of which nothing is known, but for an estimate of the loss that others have found. */
  private made(sample: number, lossOfSample?: number): Sample {
    const { directional, lossRows } = this;
    if (this.isLossExact) {
      this.exactLoss ??= directional.loss.value;
    }
    const loss =
      this.exactLoss ?? lossOfSample ?? mean(directional.loss.rowValues(lossRows.of(sample, slotOfLoss)));
    return this.drawn(sample, loss, this.draws > 1);
  }

  /** What rows of a place say. @param isMean whether the place is a sample's that is the mean of draws. */
  private drawn(place: number, loss: number, isMean: boolean): Sample {
    const { directional } = this;
    const values = new KeptValuation(
      this.functionNames,
      isMean,
      directional,
      this.rows,
      place,
      loss,
      (observed) => directional.functionOf(observed).value,
      this.plans,
    );
    const beside = () => this.beside(values);
    return {
      place,
      values,
      get evaluator() {
        return beside();
      },
    };
  }

  private lossOf(sample: Sample | undefined): Pick<KnownSample, "loss"> {
    return sample === undefined || this.isLossExact ? {} : { loss: sample.values.loss };
  }

  /** How many samples there may be for their work. */
  private affordable(): number {
    const work = this.workDone() / this.samples.length;
    return Math.max(fewestSamples, Math.floor(this.operations / (work * this.directional.loss.operations)));
  }

  /** How many samples it takes for all entries to be known as well as is aimed at. */
  private neededFor(evaluations: readonly Evaluation[]): number {
    const terms = this.meansOf(evaluations.map((one) => one.terms));
    const sizes = sizesOfOrders(terms);
    const ratios = terms.flatMap(({ edges, value, standardError }) =>
      value.map((one, index) => {
        const aim = share * Math.max(Math.abs(one), negligible * sizes.get(edges)!);
        return aim === 0 ? 0 : standardError![index]! / aim;
      }),
    );
    return Math.ceil(evaluations.length * Math.max(...ratios) ** 2);
  }

  private meansOf(samples: readonly (readonly Term[])[]): Term[] {
    return meanTerms(samples, this.rounding);
  }
}

/** A request among those with the same observable. */
function keyOf({ selection, spacetime }: EvaluationRequest): string {
  return `${selection.kind === "series" ? selection.order : ""} ${formatSpaceTime(spacetime)}`;
}

/** What is kept of requests with the observable of one. */
function numbersOf(
  all: WeakMap<Observable, Map<string, number>>,
  { observable }: EvaluationRequest,
): Map<string, number> {
  const of = all.get(observable) ?? new Map<string, number>();
  all.set(observable, of);
  return of;
}

/** So often more samples are asked for. */
const roundsOfGrowth = 3;

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
