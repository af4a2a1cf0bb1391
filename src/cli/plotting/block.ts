import { setImmediate as nextTurn } from "node:timers/promises";
import type { EngineSource } from "../../engines/index.js";
import { EvaluationError, type Evaluator } from "../../evaluate/index.js";
import { LandscapeError } from "../../landscape/index.js";
import type { AnalyzedFile, GivenValues } from "../../language/index.js";
import { componentLabels } from "../../observables/index.js";
import type { PlottedRun, Series } from "../../plots/index.js";
import type { Curves, PointTerms, Run } from "../../runs/index.js";
import {
  type AskedOfRun,
  criteriaAlong,
  curvesOf,
  describedSpecification,
  type EstimatesOptions,
  evaluatorFor,
  intervalAlong,
  labelledWith,
  type PredictedPoint,
  pointOf,
  predictedAt,
  predictionOrder,
  prepareSpecification,
  refuseBeforeEstimate,
  simulationProblem,
  spread,
  termsOf,
  type VerifySpecification,
  variantsOf,
  wordsOfWith,
} from "../../verify/index.js";
import { namedTerms } from "../diagram-names.js";
import { estimateTold } from "../estimating.js";
import type { Terminal } from "../verb.js";
import type { PlotChoice } from "./choice.js";

/** Values of a param on a curve, those of the block besides. */
const valuesOnCurve = 24;

/** What a block stands for, with what evaluates it: predictions, plots and trials share that. */
export interface PreparedRun {
  readonly one: VerifySpecification;
  /** Absent where nothing is predicted. */
  readonly evaluator: Evaluator | undefined;
}

/** What estimates are worked out with, and who hears of them. */
export interface PreparedWith {
  readonly terminal: Pick<Terminal, "doing" | "progress" | "note" | "interrupt">;
  readonly estimates: Pick<EstimatesOptions, "backend" | "workers"> & { readonly engines: EngineSource };
  /** Where there will be trials of it, too, which are refused before an estimate. */
  readonly asked?: AskedOfRun;
}

/**
 * What evaluates a block, estimates worked out: not all of them when that is interrupted.
 * @throws EvaluationError, LandscapeError.
 */
export async function prepareBlock(
  specification: VerifySpecification,
  prepared: PreparedWith,
): Promise<PreparedRun[]> {
  const runs: PreparedRun[] = [];
  const { asked, estimates, terminal } = prepared;
  for (const one of variantsOf(specification)) {
    const evaluator = one.prediction === undefined ? undefined : evaluatorFor(one);
    if (asked !== undefined && simulationProblem(one) === undefined) {
      await refuseBeforeEstimate(evaluator, one, estimates.engines, asked, terminal.interrupt);
    }
    if (!(await estimatesOf(evaluator, one, prepared))) {
      break;
    }
    runs.push({ one, evaluator });
  }
  return runs;
}

function estimatesOf(
  evaluator: Evaluator | undefined,
  one: VerifySpecification,
  { terminal, estimates }: PreparedWith,
): Promise<boolean> {
  const title = `${one.name}${wordsOfWith(one.with)}`;
  return prepareSpecification(evaluator, one, {
    ...estimates,
    signal: terminal.interrupt,
    onEstimate: estimateTold(terminal, title),
    onNote: (line) => terminal.note(`note: ${title}: ${line}`),
  });
}

/** What is predicted of a block before its trials, as its plots need it. */
export interface Predicted {
  readonly terms: readonly PointTerms[];
  readonly curves: readonly Curves[];
}

/** A `verify` block that has run, as plots need it. */
export interface PlottedBlock {
  readonly verify: string;
  readonly record: PlottedRun;
  /** Its numbers, by their names in the record. */
  readonly observables: readonly string[];
  /** The same over the values of a param, where plots are asked for that. */
  readonly over?: readonly OverParameter[];
}

/** One number over the values of a param, at one learning rate. */
export interface OverParameter {
  readonly parameter: string;
  readonly observable: string;
  readonly eta: number;
  readonly series: Series;
}

/** The terms and curves of a block, before its trials. Evaluations take as long as they take, so that numbers are the same each time. */
export async function predictBlock(
  prepared: readonly PreparedRun[],
  terminal: Pick<Terminal, "doing" | "interrupt">,
  file: Pick<AnalyzedFile, "diagrams">,
): Promise<Predicted> {
  const terms: PointTerms[] = [];
  const curves: Curves[] = [];
  for (const { one, evaluator } of prepared) {
    if (evaluator === undefined || terminal.interrupt.aborted) {
      continue;
    }
    terminal.doing(`predicting the curves of ${one.name}`);
    terms.push(...labelledWith(one.with, await termsOf(evaluator, one, nextTurn)));
    curves.push(
      ...labelledWith(one.with, await curvesOf(evaluator, one, nextTurn, Number.POSITIVE_INFINITY)),
    );
  }
  return { terms: namedTerms(terms, file), curves };
}

/**
 * A block with what its trials have told.
 * @param reread the block as it was run, with other values of a param; `undefined` where it cannot have them.
 */
export async function plottedBlock(
  specification: VerifySpecification,
  choice: Pick<PlotChoice, "parameter">,
  seed: number | undefined,
  { terms, curves }: Predicted,
  runs: readonly Run[],
  reread: (over: GivenValues) => Promise<VerifySpecification | undefined>,
  prepared: PreparedWith,
): Promise<PlottedBlock> {
  const { observables, ...described } = describedSpecification(specification, seed);
  return {
    ...(await overOf(specification, choice, runs, reread, prepared)),
    verify: specification.name,
    observables,
    record: {
      ...described,
      ...{ kind: "verification", title: specification.name, state: "done" },
      ...{ points: runs.map(pointOf), partial: [], terms: [...terms], curves: [...curves] },
    },
  };
}

/**
 * The numbers of a block over the values of its param, with curves between them.
 * @param reread the block with other values of its param; `undefined` where it cannot have them.
 */
async function overParameter(
  specification: VerifySpecification,
  runs: readonly Run[],
  reread: (values: readonly number[]) => Promise<VerifySpecification | undefined>,
  prepared: PreparedWith,
): Promise<OverParameter[]> {
  const { terminal } = prepared;
  const { over, etas, name, prediction } = specification;
  if (over === undefined) {
    return [];
  }
  const { parameter } = over;
  const values = over.variants.map(({ value }) => value);
  const between = valuesBetween(values);
  terminal.doing(`predicting the curves of ${name} over ${parameter}`);
  const variants =
    prediction === undefined
      ? []
      : variantsOf((await reread(between)) ?? specification).toSorted(byValue(parameter));
  const labels = variantsOf(specification)[0]!;
  const predictions: PredictedValue[] = [];
  for (const one of variants) {
    await nextTurn();
    terminal.interrupt.throwIfAborted();
    const predicted = await predictedValue(one, parameter, prepared);
    if (predicted !== undefined) {
      predictions.push(predicted);
    }
  }
  const found: OverParameter[] = [];
  for (const [place, observable] of labels.observables.entries()) {
    for (const eta of etas) {
      const points = predictions.map(({ x, of }) => ({ x, ...of[place]!.get(eta)! }));
      componentLabels(observable, labels.landscape).forEach((label, component) => {
        found.push({
          ...{ parameter, observable: label, eta },
          series: {
            title: name,
            order: predictionOrder(specification),
            isRunning: false,
            ...{ symbol: parameter, axis: parameter, xs: values },
            points: runs
              .filter((run) => run.eta === eta && run.observable === label && run.with !== undefined)
              .map((run) => ({ ...pointOf(run), x: run.with![parameter]! }))
              .toSorted((one, other) => one.x - other.x),
            partial: [],
            curves:
              points.length === 0
                ? undefined
                : {
                    xs: points.map(({ x }) => x),
                    orders: points[0]!.totals.map((_, order) =>
                      points.map(({ totals }) => finite(totals[order]![component]!)),
                    ),
                    truncation: points.map(({ truncation }) => finite(Math.abs(truncation[component]!))),
                    ...intervalAlong(points, component),
                    ...criteriaAlong(points),
                  },
          },
        });
      });
    }
  }
  return found;
}

/** What plots over a param need beside that, if they are over one. */
async function overOf(
  specification: VerifySpecification,
  { parameter }: Pick<PlotChoice, "parameter">,
  runs: readonly Run[],
  reread: (over: GivenValues) => Promise<VerifySpecification | undefined>,
  prepared: PreparedWith,
): Promise<Pick<PlottedBlock, "over">> {
  if (parameter === undefined) {
    return {};
  }
  const between = (values: readonly number[]) => reread({ parameter, values });
  return { over: await overParameter(specification, runs, between, prepared) };
}

/** Values between the least and the largest, these and the given among them: evenly apart, by ratios where those are. */
export function valuesBetween(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (least > 0) {
    return spread(values, valuesOnCurve + values.length).filter((value) => value >= least && value <= most);
  }
  const between = Array.from(
    { length: valuesOnCurve + 1 },
    (_, step) => least + ((most - least) * step) / valuesOnCurve,
  );
  return [...new Set([...between, ...values])].toSorted((one, other) => one - other);
}

/** What is predicted at one value of a param: of each observable, at each learning rate. */
interface PredictedValue {
  readonly x: number;
  readonly of: readonly ReadonlyMap<number, PredictedPoint>[];
}

/** @returns `undefined` where nothing can be predicted, as between values at which everything can. */
async function predictedValue(
  one: VerifySpecification,
  parameter: string,
  prepared: PreparedWith,
): Promise<PredictedValue | undefined> {
  try {
    const evaluator = evaluatorFor(one);
    await estimatesOf(evaluator, one, prepared);
    prepared.terminal.interrupt.throwIfAborted();
    const of = one.observables.map(
      (observable) =>
        new Map(one.etas.map((eta) => [eta, predictedAt(evaluator, one, observable, eta)] as const)),
    );
    return { x: one.with![parameter]!, of };
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof LandscapeError) {
      return undefined;
    }
    throw error;
  }
}

const byValue = (parameter: string) => (one: VerifySpecification, other: VerifySpecification) =>
  one.with![parameter]! - other.with![parameter]!;

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
