import { AstUtils } from "langium";
import type { AnyLandscape } from "../../evaluate/any-landscape.js";
import { predictionProblem, samplesProblem } from "../../evaluate/estimate/evaluator-on.js";
import type { SumMode } from "../../evaluate/index.js";
import { lastOrderIn, orderProblem, reachOf } from "../../evaluate/limits.js";
import { trainingProblem } from "../../evaluate/training.js";
import type { AnyMetric } from "../../landscape/metric.js";
import { defaultObservable, type Observable } from "../../observables/index.js";
import { exampleOf, type SpaceTime, stochasticGradientDescent } from "../../optimisers/index.js";
import { counted } from "../../printable/index.js";
import {
  mostSamples,
  mostSeed,
  mostTestPoints,
  mostTrials,
  onMetric,
  ordersBeyond,
  type Prediction,
  simulationProblem,
  type VerifySpecification,
} from "../../verify/specification.js";
import { testPointsProblem } from "../../verify/test-points.js";
import {
  type CountChoice,
  type EtaChoice,
  isCountChoice,
  isEtaChoice,
  isLandscapeChoice,
  isMeasureChoice,
  isMetricChoice,
  isObserveChoice,
  isPredictChoice,
  isSpaceTimeChoice,
  isSumChoice,
  isWithChoice,
  type LandscapeChoice,
  type LandscapeDeclaration,
  type MeasureChoice,
  type MetricChoice,
  type ObserveChoice,
  type PredictChoice,
  type SpaceTimeChoice,
  type SumChoice,
  type VerifyDeclaration,
  type VerifyStatement,
} from "../generated/ast.js";
import { type Checked, ProblemList, rangeOf } from "../problem.js";
import { weightNames } from "../references/declared.js";
import { nearestName, nearestWord, suggestion } from "../spelling.js";
import type { ObserveContext } from "./checked-landscape.js";
import { checkDescentOn } from "./descent.js";
import { constantValue, excerpt } from "./expression.js";
import { checkSmoothness, isStatement } from "./function-of-weights.js";
import { checkMetric, type MetricWeights, metricWeightsOf } from "./metric.js";
import { checkObservables } from "./observe.js";
import { checkPrediction, type PredictionContext } from "./prediction.js";
import { warnOfOrder } from "./smoothness.js";
import { checkSpaceTime } from "./space-time.js";
import { isOfTensors } from "./tensors/kind.js";
import { checkOver, type GivenValues, readWithChoice } from "./with.js";

/** What a verify needs of the declarations it names. */
export interface VerifyContext extends PredictionContext, ObserveContext {
  /** What to run over, instead of what the declaration says. */
  readonly over?: GivenValues | undefined;
  /** Names of visible landscapes, for suggestions, and what a name of another kind is. */
  landscapeNames(): Iterable<string>;
}

const sumModes = ["exact", "integral"] as const;

/** Checks a declaration whose syntax is sound, and makes its specification. */
export function checkVerify(
  declaration: VerifyDeclaration,
  context: VerifyContext,
): Checked<VerifySpecification> {
  const problems = new ProblemList();
  const statements = new Statements(declaration, problems);
  const landscapeChoice = statements.one("a landscape", "landscape gauss", isLandscapeChoice);
  const spaceTimeExample = exampleOf(stochasticGradientDescent);
  const spaceTimeChoice = statements.one("a space-time", spaceTimeExample, isSpaceTimeChoice);
  // A rate among the observables is told there.
  const isAmongObservables = declaration.statements.some(
    (statement) =>
      isObserveChoice(statement) &&
      statement.observables.some((one) => one.name === "eta" && isStatement(one)),
  );
  const etaChoice = isAmongObservables
    ? undefined
    : statements.one("a learning rate", "eta = 0.1", isEtaChoice);
  const observeChoice = statements.one("an observable", `observe ${defaultObservable.name}`, isObserveChoice);
  const predictChoice = statements.optional("predict", isPredictChoice);
  const sumChoice = statements.optional("sum", isSumChoice);
  const measureChoice = statements.optional("measure", isMeasureChoice);
  const trialsChoice = statements.optional(
    "trials",
    (node): node is CountChoice => isCountChoice(node) && node.kind === "trials",
  );
  const seedChoice = statements.optional(
    "seed",
    (node): node is CountChoice => isCountChoice(node) && node.kind === "seed",
  );

  const testPointsChoice = statements.optional(
    "test_points",
    (node): node is CountChoice => isCountChoice(node) && node.kind === "test_points",
  );
  const samplesChoice = statements.optional(
    "samples",
    (node): node is CountChoice => isCountChoice(node) && node.kind === "samples",
  );

  const landscape = landscapeChoice && checkLandscapeChoice(landscapeChoice, context, problems);
  const source = landscapeChoice?.landscape?.ref;
  const spacetime = spaceTimeChoice && checkSpaceTime(spaceTimeChoice, problems);
  const etas = etaChoice && checkEtas(etaChoice, problems);
  const observables = observeChoice && checkObservables(observeChoice, source, context, problems);
  if (spacetime && observables) {
    observables.forEach((observable, index) => {
      const problem = trainingProblem(observable, spacetime);
      if (problem !== undefined) {
        problems.error("bad-value", rangeOf(observeChoice!.observables[index]!), problem);
      }
    });
  }
  checkDescentOn({ landscape, spacetime, spaceTimeChoice, predictChoice }, problems);
  const sum = sumChoice ? checkSum(sumChoice, problems) : "exact";
  const measure = measureChoice && checkMeasure(measureChoice, problems);
  if (!predictChoice) {
    for (const choice of [sumChoice, measureChoice]) {
      if (choice) {
        problems.error(
          "bad-value",
          rangeOf(choice),
          "this is about a prediction, and this verify has none; add a line such as `predict order 3`, or remove this one",
        );
      }
    }
  }
  const prediction =
    predictChoice &&
    checkPrediction(predictChoice, { spacetime, observables: observables ?? [], sum }, context, problems);
  if (landscape && spacetime && !predictChoice) {
    checkTrials(spaceTimeChoice!, { landscape, spacetime }, problems);
  }
  const isInReach =
    landscape &&
    predictChoice &&
    prediction &&
    checkReach(
      predictChoice,
      { prediction, spacetime, ...(measure === undefined ? {} : { measure }) },
      landscape,
      problems,
    );
  // Derivatives of an order that is refused are never taken, and may be more than can be looked at.
  const order = prediction && isInReach ? orderOf(prediction, measure) : 1;
  if (landscape && (!predictChoice || prediction)) {
    checkFunctions(observeChoice, observables ?? [], landscape, order, problems);
  }
  if (isInReach) {
    const isElsewhere =
      source !== undefined && AstUtils.getDocument(source) !== AstUtils.getDocument(declaration);
    warnOfOrder(predictChoice, landscape, { order, isElsewhere }, problems);
  }
  const metricChoice = statements.optional("metric", isMetricChoice);
  const metric = metricChoice && checkMetricOf(metricChoice, source, context, problems);
  const withChoice = statements.optional("with", isWithChoice);
  const written = withChoice && readWithChoice(withChoice, problems);
  const asked = context.over && {
    parameter: context.over.parameter,
    values: context.over.values.map((value) => ({ value, range: rangeOf(declaration, "name") })),
    isGiven: true,
  };
  const runs = asked ?? written;
  const over =
    runs && source && landscape && observables && observeChoice
      ? checkOver(
          runs,
          source,
          asked || !withChoice ? rangeOf(declaration, "name") : rangeOf(withChoice, "parameter"),
          {
            predicts: predictChoice !== undefined,
            landscape: (given) => context.landscapeWith(source, given),
            observables: (given, there) => {
              const own = new ProblemList();
              const value = checkObservables(observeChoice, source, context, own, given);
              checkFunctions(observeChoice, value ?? [], there, order, own);
              const problem = own.problems.find(({ severity }) => severity === "error")?.message;
              return problem === undefined && value !== undefined
                ? { value }
                : problem === undefined
                  ? {}
                  : { problem };
            },
          },
          problems,
        )
      : undefined;
  const trials = trialsChoice && checkCount(trialsChoice, 1, problems);
  const seed = seedChoice && checkCount(seedChoice, 0, problems);
  const testPoints = testPointsChoice && checkCount(testPointsChoice, 1, problems);
  if (testPointsChoice && landscape && spacetime && observables) {
    const problem = testPointsProblem({ landscape, spacetime, observables });
    if (problem !== undefined) {
      problems.error("bad-value", rangeOf(testPointsChoice), problem, { data: { removable: "test_points" } });
    }
  }
  const samples = samplesChoice && checkCount(samplesChoice, 1, problems);
  if (samplesChoice && samples !== undefined && landscape) {
    const problem = prediction
      ? samplesProblem(landscape, prediction, samples, measure === "total" ? ordersBeyond({ measure }) : 0)
      : predictChoice === undefined
        ? "nothing is predicted, and so nothing estimated; leave samples out"
        : undefined;
    if (problem !== undefined) {
      problems.error("bad-value", rangeOf(samplesChoice), problem, { data: { removable: "samples" } });
    }
  }
  const isRead = prediction !== undefined || !predictChoice;
  if (!landscape || !spacetime || !etas || !observables || !isRead || !sum || problems.hasErrors) {
    return { problems: problems.problems };
  }
  return {
    value: onMetric(
      {
        name: declaration.name,
        landscape,
        spacetime,
        etas,
        observables,
        ...(prediction === undefined ? {} : { prediction }),
        sum,
        ...(measure === undefined ? {} : { measure }),
        ...(over === undefined ? {} : { over }),
        ...(trials === undefined ? {} : { trials }),
        ...(seed === undefined ? {} : { seed }),
        ...(testPoints === undefined ? {} : { testPoints }),
        ...(samples === undefined ? {} : { samples }),
      },
      landscape.tensors === undefined || !metricChoice
        ? metric
        : (one) => checkMetric(metricChoice, metricWeightsOf(one), new ProblemList()),
    ),
    problems: problems.problems,
  };
}

/** The last order that is evaluated. */
function orderOf(prediction: Prediction, measure: "total" | undefined): number {
  const { order, beyond } = reachOf(prediction, ordersBeyond(measure === undefined ? {} : { measure }));
  return order + beyond;
}

/** @param order the last of the derivatives that are taken of functions of the weights. */
function checkFunctions(
  choice: ObserveChoice | undefined,
  observables: readonly Observable[],
  landscape: AnyLandscape,
  order: number,
  problems: ProblemList,
): void {
  for (const [index, observable] of observables.entries()) {
    if (observable.value !== undefined) {
      checkSmoothness(choice!.observables[index]!, observable, landscape, order, problems);
    }
  }
}

/** Refuses what only trials would tell, where there are none. */
function checkTrials(
  choice: SpaceTimeChoice,
  descent: Pick<VerifySpecification, "landscape" | "spacetime">,
  problems: ProblemList,
): void {
  const problem = simulationProblem(descent);
  if (problem !== undefined) {
    problems.error("bad-value", rangeOf(choice), problem);
  }
}

/** Refuses at once what evaluation would refuse for its size; whether it would not. */
function checkReach(
  choice: PredictChoice,
  asked: {
    readonly prediction: Prediction;
    readonly spacetime: SpaceTime | undefined;
    readonly measure?: "total";
  },
  landscape: AnyLandscape,
  problems: ProblemList,
): boolean {
  const problem =
    (asked.spacetime && knownProblem(asked.prediction, asked.spacetime, asked.measure)) ??
    predictionProblem(landscape, asked.prediction, ordersBeyond(asked));
  if (problem === undefined) {
    return true;
  }
  const place = choice.kind ? rangeOf(choice, "order") : rangeOf(choice);
  problems.error("bad-value", place, problem);
  return false;
}

/** Refuses orders of which nothing is known in the space-time. */
function knownProblem(
  prediction: Prediction,
  spacetime: SpaceTime,
  measure: "total" | undefined,
): string | undefined {
  const { order } = reachOf(prediction, 0);
  const beyond = measure === "total" ? ordersBeyond({ measure }) : 0;
  const problem = orderProblem(prediction, spacetime);
  return problem === undefined && order + beyond > lastOrderIn(spacetime)
    ? `\`measure = total\` takes ${counted(beyond, "order")} beyond order ${order}, of which nothing is known; leave it out`
    : problem;
}

/** The statements of a verify, of which most kinds stand exactly once. */
class Statements {
  constructor(
    private readonly declaration: VerifyDeclaration,
    private readonly problems: ProblemList,
  ) {}

  one<T extends VerifyStatement>(
    what: string,
    example: string,
    is: (node: unknown) => node is T,
  ): T | undefined {
    const found = this.first(what, is);
    if (!found) {
      this.problems.error(
        "bad-value",
        rangeOf(this.declaration, "name"),
        `\`${this.declaration.name}\` lacks ${what}; add a line such as \`${example}\``,
        { data: { example } },
      );
    }
    return found;
  }

  optional<T extends VerifyStatement>(what: string, is: (node: unknown) => node is T): T | undefined {
    return this.first(`\`${what}\``, is);
  }

  private first<T extends VerifyStatement>(what: string, is: (node: unknown) => node is T): T | undefined {
    const [first, ...more] = this.declaration.statements.filter(is);
    for (const extra of more) {
      this.problems.error("bad-value", rangeOf(extra), `this verify has ${what} already; remove one`, {
        related: [{ range: rangeOf(first!), message: "the first one" }],
      });
    }
    return first;
  }
}

function checkLandscapeChoice(
  choice: LandscapeChoice,
  context: VerifyContext,
  problems: ProblemList,
): AnyLandscape | undefined {
  const declaration = choice.landscape?.ref;
  if (declaration) {
    return context.landscape(declaration).value;
  }
  const name = choice.landscape?.$refText;
  if (name !== undefined) {
    const meant = nearestName(name, context.landscapeNames());
    const other = context.kindOf(name);
    problems.error(
      "unresolved",
      rangeOf(choice, "landscape"),
      other === undefined
        ? `there is no landscape \`${name}\`${suggestion(meant) || "; declare it here or import its file"}`
        : `\`${name}\` is a ${other}, not a landscape${suggestion(meant)}`,
      {
        data: {
          name,
          ...(other === undefined ? { kind: "landscape" } : {}),
          ...(meant === undefined ? {} : { suggestion: meant }),
        },
      },
    );
  }
  return undefined;
}

function checkEtas(choice: EtaChoice, problems: ProblemList): number[] | undefined {
  const etas = new Set<number>();
  for (const expression of choice.values) {
    const eta = constantValue(expression, () => undefined, problems);
    if (eta === undefined) {
      continue;
    }
    const range = rangeOf(expression);
    if (eta <= 0) {
      problems.error("bad-value", range, `eta = ${eta} is not positive; a learning rate is, such as 0.1`);
    } else if (etas.has(eta)) {
      problems.error("bad-value", range, `eta = ${eta} stands twice; remove one`);
    } else {
      etas.add(eta);
    }
  }
  return etas.size === choice.values.length ? [...etas] : undefined;
}

/** Nothing of a landscape of tensors that is broken. */
function metricWeights(landscape: LandscapeDeclaration, context: VerifyContext): MetricWeights | undefined {
  if (!isOfTensors(landscape)) {
    return { name: landscape.name, weights: weightNames(landscape) };
  }
  const { value } = context.landscape(landscape);
  return value && metricWeightsOf(value);
}

function checkMetricOf(
  choice: MetricChoice,
  landscape: LandscapeDeclaration | undefined,
  context: VerifyContext,
  problems: ProblemList,
): AnyMetric | undefined {
  // Which weights a landscape with a syntax error has is not known.
  const over = landscape && context.isKnown(landscape) ? metricWeights(landscape, context) : undefined;
  return over && checkMetric(choice, over, problems);
}

function checkSum(choice: SumChoice, problems: ProblemList): SumMode | undefined {
  const mode = sumModes.find((known) => known === choice.mode);
  if (!mode) {
    problems.error(
      "bad-value",
      rangeOf(choice, "mode"),
      `\`sum\` is \`exact\` or \`integral\`${suggestion(nearestWord(choice.mode, sumModes))}`,
    );
  }
  return mode;
}

function checkMeasure(choice: MeasureChoice, problems: ProblemList): "total" | undefined {
  if (choice.mode === "total") {
    return "total";
  }
  problems.error(
    "bad-value",
    rangeOf(choice, "mode"),
    `\`measure\` is \`total\`, or left out${suggestion(nearestWord(choice.mode, ["total"]))}`,
  );
  return undefined;
}

function checkCount(choice: CountChoice, least: number, problems: ProblemList): number | undefined {
  const value = constantValue(choice.value, () => undefined, problems);
  if (value === undefined) {
    return undefined;
  }
  const most = { trials: mostTrials, seed: mostSeed, test_points: mostTestPoints, samples: mostSamples }[
    choice.kind
  ];
  if (!Number.isInteger(value) || value < least || value > most) {
    problems.error(
      "bad-value",
      rangeOf(choice, "value"),
      `${choice.kind} = ${excerpt(choice.value)} is not a whole number from ${least} to ${most}`,
    );
    return undefined;
  }
  return value;
}
