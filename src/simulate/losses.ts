import { type Transform, transformOf } from "../compile/deviates.js";
import type { ElementaryFunctions } from "../compile/elementary.js";
import { SimulationError } from "../compile/error.js";
import { lowerExpression, lowerProgram } from "../compile/lower.js";
import type { Program, ProgramBuilder, Value } from "../compile/program.js";
import {
  constantApart,
  dataNames,
  type Expression,
  expectedLossParts,
  fitRules,
  gradient,
  type Landscape,
  type Metric,
  magnitudeAt,
  type RuleFit,
  type Weight,
} from "../landscape/index.js";
import { expressionExpansion, type LossExpansion } from "./loss-expansion.js";
import type { SampledPart } from "./simulation-plan.js";

/**
 * A landscape, as far as descent on it is simulated: all that plans and columns know of it. Other kinds of landscapes than
 * expressions need only have one of these. Programs take the weights as inputs, then a training point's data.
 */
export interface Losses {
  readonly weights: readonly Weight[];
  /** How a training point's data are drawn, and how many numbers they are. */
  readonly sources: readonly { readonly transform: Transform; readonly firstColumn: number }[];
  readonly data: number;
  /** What makes steps of gradients; they are along them where it is absent. */
  readonly metric: Metric | undefined;
  /** Adds the gradient of the loss of a datum: one value a weight. @param finish makes it of a slope. */
  gradient(
    builder: ProgramBuilder,
    inputs: LossInputs,
    functions: ElementaryFunctions,
    finish: (slope: Value, weight: number) => Value,
  ): Value[];
  /** Adds the second derivatives of the loss of a datum: a row a weight, up to its diagonal. */
  curvature(builder: ProgramBuilder, inputs: LossInputs, functions: ElementaryFunctions): Value[][];
  /** Adds the slopes of the second derivative along one weight, of the loss of a datum: one value a weight. */
  curvatureSlopes(
    builder: ProgramBuilder,
    inputs: LossInputs,
    functions: ElementaryFunctions,
    weight: number,
  ): Value[];
  /** The loss of a datum less its constant. */
  loss(functions: ElementaryFunctions): Program;
  /** @throws LandscapeError when the expectation does not exist at the start, or cannot be found there. */
  expected(): ExpectedLoss;
  /** The landscape about the start. */
  expansion(): LossExpansion;
}

/** The weights and the data of a training point, as values of a program. */
export interface LossInputs {
  readonly weights: readonly Value[];
  readonly data: readonly Value[];
}

/** The expected loss less its constants. */
export interface ExpectedLoss {
  /** The landscape without the constant of its loss. */
  readonly landscape: Landscape;
  /** Whether trials have to be checked: points stand for expectations that they are not exact for. */
  readonly isChecked: boolean;
  /** Which points do where trials end. */
  fit(ends: readonly (readonly number[])[]): RuleFit;
  /** What needs no points, and then what is averaged over points. @param fit where trials are checked. */
  programs(functions: ElementaryFunctions, fit: RuleFit | undefined): ExpectedPrograms;
  /**
   * What is known of losses before any trial.
   * @param units what evaluating may be off by, as a share of what is added up.
   * @throws SimulationError when the loss is not finite at the start.
   */
  atStart(units: number): LossesAtStart;
}

/**
 * The losses where descent starts. What no trial changes is apart, and added once, to the mean: programs of the loss of a
 * datum leave the first constant out, those of its expectation both.
 */
export interface LossesAtStart {
  readonly constant: number;
  readonly testConstant: number;
  /** What programs of the expectation give. */
  readonly expectation: number;
  /** What it may be off by since it is evaluated in doubles. */
  readonly resolution: number;
}

export interface ExpectedPrograms {
  readonly closed: Program;
  readonly sampled: readonly SampledPart[];
}

/** A landscape is asked for again and again, with other trials and learning rates. */
const known = new WeakMap<Landscape, Losses>();

export function lossesOf(landscape: Landscape): Losses {
  let losses = known.get(landscape);
  if (losses === undefined) {
    losses = expressionLosses(landscape);
    known.set(landscape, losses);
  }
  return losses;
}

function expressionLosses(landscape: Landscape): Losses {
  const { weights, data } = landscape;
  const names = [...weights.map(({ name }) => name), ...data.flatMap(dataNames)];
  let width = 0;
  const firstColumns = data.map((source) => {
    const first = width;
    width += dataNames(source).length;
    return first;
  });
  let sources: Losses["sources"] | undefined;
  let expected: ExpectedLoss | undefined;
  let expansion: LossExpansion | undefined;
  let slopes: readonly Expression[] | undefined;
  const gradientOf = (): readonly Expression[] => {
    slopes ??= gradient(landscape);
    return slopes;
  };
  let bends: readonly (readonly Expression[])[] | undefined;
  const curvatureOf = (): readonly (readonly Expression[])[] => {
    bends ??= gradientOf().map((slope, weight) =>
      gradient({ ...landscape, weights: weights.slice(0, weight + 1), loss: slope }),
    );
    return bends;
  };
  const symbolsOf = (inputs: LossInputs) =>
    new Map(
      names.map((name, index) => [
        name,
        index < weights.length ? inputs.weights[index]! : inputs.data[index - weights.length]!,
      ]),
    );
  return {
    weights,
    metric: landscape.metric,
    get sources() {
      sources ??= data.map((source, index) => ({
        transform: transformOf(source),
        firstColumn: firstColumns[index]!,
      }));
      return sources;
    },
    data: width,
    gradient: (builder, inputs, functions, finish) => {
      const symbols = symbolsOf(inputs);
      return gradientOf().map((slope, weight) =>
        finish(lowerExpression(builder, slope, symbols, functions), weight),
      );
    },
    curvature: (builder, inputs, functions) => {
      const symbols = symbolsOf(inputs);
      return curvatureOf().map((row) =>
        row.map((entry) => lowerExpression(builder, entry, symbols, functions)),
      );
    },
    curvatureSlopes: (builder, inputs, functions, weight) => {
      const symbols = symbolsOf(inputs);
      return gradient({ ...landscape, loss: curvatureOf()[weight]![weight]! }).map((slope) =>
        lowerExpression(builder, slope, symbols, functions),
      );
    },
    loss: (functions) => lowerProgram([constantApart(landscape.loss).rest], names, functions),
    expected: () => {
      expected ??= expectedLoss(landscape);
      return expected;
    },
    expansion: () => {
      expansion ??= expressionExpansion(landscape, gradientOf, curvatureOf);
      return expansion;
    },
  };
}

/** How exact expectations are that are sums over points, as a share of them. */
const quadrature = 1e-12;

function expectedLoss(whole: Landscape): ExpectedLoss {
  const { constant, rest } = constantApart(whole.loss);
  const landscape = constant === 0 ? whole : { ...whole, loss: rest };
  const parts = expectedLossParts(landscape);
  const weightNames = landscape.weights.map(({ name }) => name);
  const sampledPart = (part: (typeof parts.sampled)[number], fineness: Fineness | undefined) => {
    const { count, weights, differences, values } = part.points(fineness ?? part.coarsest);
    const first = part.exact ? 1 : 2;
    const width = first + values.length;
    const points = new Float64Array(count * width);
    for (let point = 0; point < count; point++) {
      points[point * width] = weights[point]!;
      if (!part.exact) {
        points[point * width + 1] = differences[point]!;
      }
      values.forEach((column, datum) => {
        points[point * width + first + datum] = column[point]!;
      });
    }
    return { data: part.names.length, checked: !part.exact, points, width, count };
  };
  return {
    landscape,
    isChecked: parts.sampled.some(({ exact }) => !exact),
    fit: (ends) => fitRules(landscape, parts, ends),
    programs: (functions, fit) => ({
      closed: lowerProgram([parts.closed], weightNames, functions),
      sampled: parts.sampled.map((part, index) => ({
        program: lowerProgram([part.expression], [...weightNames, ...part.names], functions),
        ...sampledPart(part, fit?.fineness[index]),
      })),
    }),
    atStart: (units) => {
      const { atStart: expectation, constant: testConstant } = parts;
      if (!Number.isFinite(expectation)) {
        throw new SimulationError(
          `the loss of landscape "${whole.name}" is not finite at its start (it is ${expectation}); start elsewhere`,
        );
      }
      const values = new Map(whole.weights.map(({ name, start }) => [name, start] as const));
      const resolution =
        units * magnitudeAt(parts.closed, values) + quadrature * Math.abs(parts.sampledAtStart);
      return { constant, testConstant, expectation, resolution };
    },
  };
}

type Fineness = RuleFit["fineness"][number];
