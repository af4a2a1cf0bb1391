import { rowWords } from "../../compile/index.js";
import { isIrreducible, largestEnumeration } from "../../diagram/index.js";
import {
  type AnyLandscape,
  type Criteria,
  type Evaluation,
  EvaluationError,
  evaluatorOn,
  missingNumbers,
  mostSamples,
  placeProblem,
  reachOf,
  type Selection,
  type SumMode,
  wordsOfMissing,
} from "../../evaluate/index.js";
import { withMetric } from "../../landscape/index.js";
import {
  type AnalyzedFile,
  type ChosenDiagram,
  predictionFault,
  repetitionFault,
  whyItAddsNothing,
} from "../../language/index.js";
import {
  componentLabels,
  defaultObservable,
  isGap,
  isListed,
  type Observable,
  titleOf,
  writtenForms,
} from "../../observables/index.js";
import {
  exampleOption,
  exampleValues,
  formatSpaceTime,
  optimisers,
  type SpaceTime,
  stochasticGradientDescent,
} from "../../optimisers/index.js";
import { formatSelection, prepareAsked, seedOfEstimates, wordsOfMetric } from "../../verify/index.js";
import { diagramNames } from "../diagram-names.js";
import { estimateTold } from "../estimating.js";
import { analyzeGivenFile, findDeclaration, onlyFile, shownPath, tellGuesses } from "../files.js";
import { findGivenDiagram } from "../given-diagram.js";
import {
  metricOption,
  minusOption,
  readEta,
  readMetricFor,
  readObserved,
  readSpaceTime,
  readStart,
  readSum,
} from "../readings.js";
import { formatCriteria, formatEvaluation } from "../results.js";
import { type Arguments, commonOptions, UsageError } from "../usage.js";
import { FaultAfterAnswer, printJson, type Verb } from "../verb.js";

/** `diag evaluate`: what diagrams add up to on a landscape. */
export const evaluate: Verb = {
  name: "evaluate",
  words: "FILE",
  summary: "sum diagrams on a landscape in a space-time",
  example: `diag evaluate my.diag --landscape gauss --order 3 ${exampleOption(stochasticGradientDescent)} --eta 0.1`,
  options: {
    landscape: {
      takes: "value",
      hint: "NAME",
      help: "the landscape; may be left out when the file has one",
    },
    order: { takes: "value", hint: "D", help: "all irreducible diagrams of at most D edges, as rvalues" },
    series: { takes: "value", hint: "D", help: "all diagrams of at most D edges, as uvalues" },
    diagram: { takes: "words", hint: "NAME", help: "these diagrams, by name or short form, as rvalues" },
    ...Object.fromEntries(
      optimisers.map((record) => [
        record.name,
        { takes: "value" as const, hint: exampleValues(record), help: record.optionHelp },
      ]),
    ),
    ...Object.fromEntries(
      optimisers.map((record) => [
        minusOption(record),
        {
          takes: "value" as const,
          hint: exampleValues(record),
          help: `take off what this descent has: --${record.name}, as the other side of a difference`,
        },
      ]),
    ),
    eta: { takes: "value", hint: "a number", help: "the learning rate" },
    metric: metricOption,
    observe: {
      takes: "value",
      hint: "an observable",
      help: writtenForms(" (default)"),
    },
    sum: { takes: "value", hint: "exact or integral", help: "exact sums over times (default), or integrals" },
    at: { takes: "value", hint: "'u=0.1,v=0'", help: "start these weights elsewhere" },
    samples: {
      takes: "value",
      hint: "a whole number",
      help: "estimate a series of tensors from so many rows drawn for each expectation; exact by default where that is cheap",
    },
    ...commonOptions,
  },
  async run(given, terminal) {
    const file = await analyzeGivenFile(onlyFile(given.words, "evaluate"), terminal);
    tellGuesses(file, terminal);
    const chosen = chooseLandscape(given.value("landscape"), file);
    const landscape = withMetric(chosen, readMetricFor(chosen, given.value("metric")));
    const spacetime = readSpaceTime((name) => given.value(name));
    const unfit = placeProblem(landscape, spacetime);
    if (unfit !== undefined && landscape.tensors !== undefined) {
      throw new UsageError(unfit);
    }
    const eta = await readEta(given.value("eta"));
    const at = await readStart(given.value("at"), landscape);
    const observable = await readObserved(
      given.value("observe") ?? defaultObservable.name,
      { ...landscape, weights: landscape.weights.map((weight, index) => ({ ...weight, start: at[index]! })) },
      file.symbols.get(landscape.name),
    );
    const sum = readSum(given.value("sum"));
    const selection = readSelection(given, file);
    const notes = selection.kind === "diagrams" ? checkChosen(selection.diagrams, observable) : [];
    if (selection.kind === "diagrams") {
      notes.push(...addingNothing(selection.diagrams, spacetime, sum));
    }
    const { order, named } = reachOf(selection, 0);
    const label = titleOf(observable, landscape);
    const where = `${label} of ${landscape.name} in ${formatSpaceTime(spacetime)}${wordsOfMetric(landscape.metric)}`;
    terminal.doing(`summing ${formatSelection(selection)} for ${where}`);
    const samples = given.whole("samples", 1, mostSamples);
    const evaluator = evaluatorOn(
      landscape,
      { order, ...(named === undefined ? {} : { named }), at },
      selection,
      {
        words: rowWords(seedOfEstimates),
        ...(samples === undefined ? {} : { samples }),
      },
    );
    const request = { spacetime, eta, observable, selection, sum };
    await prepareAsked(evaluator, [{ request }], {
      signal: terminal.interrupt,
      onEstimate: estimateTold(terminal, where),
      onNote: (line) => terminal.note(`note: ${line}`),
    });
    terminal.interrupt.throwIfAborted();
    const evaluation = withNames(evaluator.evaluate(request), file);
    const divergence = evaluator.divergence(eta, spacetime);
    const missing = wordsOfMissing(missingNumbers(evaluation, componentLabels(observable, landscape)));
    const remarks = divergence === undefined ? [] : [divergence];

    const criteria = evaluator.criteria(eta, spacetime);
    const plain = (value: readonly number[]) => (isListed(observable) ? value : value[0]!);
    // JSON knows no infinity.
    const counted = (count: number) => (evaluation.isLimit && !Number.isFinite(count) ? null : count);
    const { estimate } = evaluation;
    const errors = estimate && {
      totalError: plain(estimate.total),
      seriesError: estimate.series.map(plain),
      samples: estimate.samples * estimate.rows,
    };
    const answer = {
      observable: label,
      eta,
      ...(landscape.metric === undefined ? {} : { metric: landscape.metric }),
      total: plain(evaluation.total),
      series: evaluation.series.map(plain),
      ...errors,
      criteria: criteriaInJson(criteria),
      terms: evaluation.terms.map(({ magnitude: _, ...term }) => ({
        ...term,
        embeddings: counted(term.embeddings),
        ...(term.minusEmbeddings === undefined ? {} : { minusEmbeddings: counted(term.minusEmbeddings) }),
        value: plain(term.value),
        ...(term.standardError && { standardError: plain(term.standardError) }),
      })),
      ...(notes.length + remarks.length === 0 ? {} : { notes: [...notes, ...remarks] }),
    };
    for (const note of given.has("json") ? [...notes, ...remarks] : notes) {
      terminal.note(`note: ${note}`);
    }
    if (!given.has("json")) {
      const order = wordsOfNumbers(componentLabels(observable, landscape));
      terminal.print(`${where} at eta = ${eta}${order}\n`);
      terminal.print(formatEvaluation({ ...evaluation, ...errors }, remarks, terminal.columns));
      if (isGap(observable) && criteria !== undefined) {
        terminal.print(`\n${formatCriteria(criteria).join("\n")}`);
      }
    }
    if (missing !== undefined) {
      throw new FaultAfterAnswer(new EvaluationError(missing), answer);
    }
    if (given.has("json")) {
      printJson(terminal, answer);
    }
    return 0;
  },
};

/** Infinite ones are `null`. */
function criteriaInJson(criteria: Criteria | undefined): Record<keyof Criteria, number | null> {
  const none = { aic: Number.NaN, tic: Number.NaN, stic: Number.NaN };
  const { aic, tic, stic } = criteria ?? none;
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return { aic: finite(aic), tic: finite(tic), stic: finite(stic) };
}

/**
 * Refuses what a `verify` refuses to predict with, but for reducible diagrams, at which one may look.
 * @returns what is to be said of those.
 */
function checkChosen(diagrams: readonly ChosenDiagram[], observable: Observable): string[] {
  for (const [index, { name, diagram }] of diagrams.entries()) {
    const fault =
      predictionFault(name, diagram, [observable], "allowed")?.message ??
      repetitionFault(name, diagram, diagrams.slice(0, index));
    if (fault !== undefined) {
      throw new UsageError(`--diagram: ${fault}`);
    }
  }
  return diagrams
    .filter(({ diagram }) => !isIrreducible(diagram))
    .map(({ name }) => `${name} is reducible; its value is already inside its contraction's`);
}

function addingNothing(diagrams: readonly ChosenDiagram[], spacetime: SpaceTime, sum: SumMode): string[] {
  return diagrams.flatMap(({ name, diagram }) => whyItAddsNothing(name, diagram, spacetime, sum) ?? []);
}

/** An evaluation whose terms carry the names that the file gives to their diagrams. */
export function withNames(evaluation: Evaluation, file: AnalyzedFile): Evaluation {
  const largest = Math.max(0, ...evaluation.terms.map(({ edges }) => edges));
  const names = diagramNames(file, largest);
  const terms = evaluation.terms.map((term) => {
    const name = term.name ?? names.get(term.diagram);
    return name === undefined ? term : { ...term, name };
  });
  return { ...evaluation, terms };
}

function chooseLandscape(name: string | undefined, file: AnalyzedFile): AnyLandscape {
  const names = [...file.landscapes.keys()];
  if (name === undefined && names.length === 1) {
    return file.landscapes.get(names[0]!)!;
  }
  if (name === undefined && names.length > 1) {
    throw new UsageError(`choose a landscape: --landscape ${names.join(" or ")}`);
  }
  if (name === undefined) {
    const error = file.diagnostics.find(({ severity }) => severity === "error");
    throw new UsageError(
      error === undefined
        ? `${shownPath(file.file)} has no landscape to evaluate on; write one, or import it`
        : `${shownPath(error.file)}:${error.range.start.line + 1}:${error.range.start.character + 1}: ${error.message} (there is no landscape to evaluate on without it)`,
    );
  }
  return findDeclaration(file.landscapes, name, "landscape", file);
}

/** Which of several numbers is which, behind the line above a table; of many the first and the last. */
function wordsOfNumbers(labels: readonly string[]): string {
  const shown = labels.length > 4 ? [labels[0], labels[1], "…", labels.at(-1)] : labels;
  return labels.length > 1 ? `\nnumbers in this order: ${shown.join(", ")}` : "";
}

function readSelection(given: Arguments, file: AnalyzedFile): Selection {
  const chosen = ["order", "series", "diagram"].filter((option) => given.has(option));
  if (chosen.length !== 1) {
    throw new UsageError("choose what to sum: one of --order D, --series D and --diagram NAME…");
  }
  if (given.has("diagram")) {
    const diagrams = given
      .list("diagram")
      .map((name) => ({ name, diagram: findGivenDiagram(name, file, "--diagram") }));
    return { kind: "diagrams", diagrams };
  }
  const kind = given.has("order") ? "order" : "series";
  // More is refused with how much work it would be.
  return { kind, order: given.whole(kind, 0, largestEnumeration({}), Number.MAX_SAFE_INTEGER)! };
}
