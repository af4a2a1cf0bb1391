import { type AnyLandscape, type EstimateCost, isWritten } from "../../evaluate/index.js";
import { componentLabels } from "../../observables/index.js";
import {
  type Descent,
  durationOf,
  formatSpaceTime,
  isDifference,
  isGradientDescent,
  optimiserOf,
  ruleOf,
  type Schedule,
  type SpaceTime,
  scheduleOf,
  sidesOf,
  updates,
} from "../../optimisers/index.js";
import { counted, countedPart } from "../../printable/index.js";
import { measuredText, stoppedNote } from "../../runs/index.js";
import type { Prediction, VerifySpecification } from "../../verify/index.js";
import { formatMetric } from "../../verify/metric-text.js";
import { variantsOf, wordsOfWith } from "../../verify/specification.js";
import type { RunStore } from "../evaluation/runs.js";
import type { EvaluationService } from "../evaluation/service.js";
import type { PredictedRow } from "../evaluation/tasks.js";
import { matrixToLatex } from "../formulas/landscape-latex.js";
import { code, formula, type HoverBlock, predictedText, readable, text } from "./content.js";
import { type Asking, hoverDeadline, unavailable } from "./landscape-hover.js";

const mostRows = 20;
/** Metrics of landscapes with more weights are too large for a hover. */
const mostWeights = 6;
const mostNotes = 3;
const mostReasons = 6;

/** A verification: where it descends, what it predicts for each learning rate, and how its last run ended. */
export async function verifyHover(
  specification: VerifySpecification,
  documentation: string | undefined,
  service: EvaluationService,
  runs: RunStore,
  uri: string,
  asking: Asking,
): Promise<HoverBlock[]> {
  const { name, landscape, spacetime, trials, prediction, sum } = specification;
  const asked =
    prediction === undefined
      ? "Predicts nothing: trials are measured only"
      : `Predicts ${predictionInWords(prediction)}; ${sum === "exact" ? "sums over times are exact" : "sums over times are replaced by integrals"}`;
  return [
    text(
      `**verify** ${code(name)} · ${code(landscape.name)} in ${code(formatSpaceTime(spacetime))} · ${durationOf(spacetime)}`,
    ),
    ...(landscape.metric === undefined
      ? []
      : [text(`Descends by the metric ${code(formatMetric(landscape.metric))}.`)]),
    ...(documentation === undefined ? [] : [text(documentation)]),
    text(`${asked}${trials === undefined ? "" : `; ${counted(trials, "trial")}`}.`),
    ...(await predictionBlocks(specification, service, runs, uri, asking)),
  ];
}

function predictionInWords(prediction: Prediction): string {
  switch (prediction.kind) {
    case "order":
      return `with all irreducible diagrams of at most ${counted(prediction.order, "edge")}, as rvalues`;
    case "series":
      return `with all diagrams of at most ${counted(prediction.order, "edge")}, as uvalues: the Taylor polynomial in \`eta\``;
    case "diagrams": {
      const names = prediction.diagrams.slice(0, 8).map(({ name }) => code(name));
      return `with ${names.join(" + ")}${prediction.diagrams.length > 8 ? " + …" : ""}, as rvalues, and the order-0 term`;
    }
  }
}

/** The table of what is predicted, with the verdicts that are known; or why there is none. */
export async function predictionBlocks(
  specification: VerifySpecification,
  service: EvaluationService,
  runs: RunStore,
  uri: string,
  asking: Asking,
): Promise<HoverBlock[]> {
  if (specification.prediction === undefined) {
    return [];
  }
  const answer = await service.predict(specification, {
    deadline: hoverDeadline,
    subject: { uri, name: specification.name },
    ...asking,
  });
  const isKnown = answer.state === "done";
  const rows = isKnown ? answer.value : expectedRows(specification);
  const known = rows.map(({ eta, observable }) => runs.find(uri, specification.name, eta, observable));
  const blocks: HoverBlock[] = [];
  if (answer.state !== "done") {
    blocks.push(text(unavailable("the predicted totals", answer)));
    if (known.every((run) => run === undefined)) {
      return blocks;
    }
  }
  const hasRuns = known.some((run) => run !== undefined);
  const lines = rows.slice(0, mostRows).map((row, index) => {
    const run = known[index];
    const verdict =
      run === undefined
        ? "–"
        : `**${run.verdict}**${stoppedNote(run)}${run.measured === null ? "" : `: ${measuredText(run.measured, run.standardError).replace("-", "−")}`}`;
    const cells = [
      readable(row.eta),
      code(row.observable),
      isKnown ? predictedText(row) : "–",
      isKnown && Number.isFinite(row.truncation) ? readable(Number(row.truncation.toPrecision(2))) : "–",
      ...(hasRuns ? [verdict] : []),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  // What tells the size of the rest before anything is measured.
  const rest = specification.measure === "total" ? "τ, the next two orders" : "next order";
  const head = ["eta", "observable", "predicted", rest, ...(hasRuns ? ["last run"] : [])];
  blocks.push(
    text(
      [
        `| ${head.join(" | ")} |`,
        `|${head.map((_, column) => (column === 1 ? ":--" : "--:")).join("|")}|`,
        ...lines,
      ].join("\n"),
    ),
  );
  const estimate = isKnown ? estimateText(rows, specification.samples !== undefined) : undefined;
  if (estimate !== undefined) {
    blocks.push(text(estimate));
  }
  if (rows.length > mostRows) {
    blocks.push(text(`and ${rows.length - mostRows} more`));
  }
  const reasons = rows.slice(0, mostRows).flatMap(({ eta, observable }, index) => {
    const run = known[index];
    return run === undefined || run.reason === ""
      ? []
      : [`${code(observable)} at ${code(`eta = ${eta}`)} ${run.verdict}${stoppedNote(run)}: ${run.reason}.`];
  });
  blocks.push(...reasons.slice(0, mostReasons).map(text));
  const notes = rows.flatMap(({ eta, note }) =>
    note === undefined ? [] : [`At ${code(`eta = ${eta}`)} ${note}.`],
  );
  blocks.push(...[...new Set(notes)].slice(0, mostNotes).map(text));
  return blocks;
}

/** The rows of a prediction whose numbers are not known. */
function expectedRows(specification: VerifySpecification): PredictedRow[] {
  return variantsOf(specification).flatMap(({ etas, observables, landscape, with: chosen }) =>
    etas.flatMap((eta) =>
      observables
        .flatMap((observable) => componentLabels(observable, landscape))
        .map((label) => ({
          eta,
          observable: `${label}${wordsOfWith(chosen)}`,
          predicted: Number.NaN,
          truncation: Number.NaN,
        })),
    ),
  );
}

/** An inverse metric, as a formula where it is small. */
export function metricHover(landscape: AnyLandscape): HoverBlock[] {
  if (!isWritten(landscape) || landscape.metric === undefined || landscape.weights.length > mostWeights) {
    return [];
  }
  const { weights, metric } = landscape;
  const order = weights.map(({ name }) => code(name)).join(", ");
  return [
    formula(
      `**inverse metric**, in the order ${order}`,
      `\\eta^{\\mu\\nu} = \\eta\\,${matrixToLatex(metric)}`,
    ),
  ];
}

/** A space-time: how many updates, and which cells of the grid are shaded; of a difference both, one after the other. */
export function spaceTimeHover(spacetime: SpaceTime): HoverBlock[] {
  const blocks = sidesOf(spacetime).map(descentHover);
  return isDifference(spacetime)
    ? [
        text(`${code(formatSpaceTime(spacetime))} · ${durationOf(spacetime)}`),
        text(
          "What the first descent has beyond the second, with the same training points as far as both have them.",
        ),
        ...blocks.flat(),
      ]
    : blocks.flat();
}

function descentHover(spacetime: Descent): HoverBlock[] {
  const schedule = scheduleOf(spacetime);
  const { points: N, epochs, order } = schedule;
  const T = updates(schedule);
  const number = (value: number) => value.toLocaleString("en-US");
  const grid = `a grid of N = ${counted(N, "training point")} by T = ${counted(T, "update")}`;
  const title = `*${optimiserOf(spacetime).title(spacetime.parameters)}*`;
  const { rate, gapPenalty } = ruleOf(spacetime);
  const cells = optimiserOf(spacetime).cells?.(spacetime.parameters);
  if (cells !== undefined) {
    return [
      text(`${code(formatSpaceTime(spacetime))} · ${durationOf(spacetime)}`),
      text(`${title}: ${cells.join(" ")}`),
    ];
  }
  const sentences = isGradientDescent(schedule)
    ? [
        `${title}: ${grid}. Every cell is shaded, since each update uses every training point.`,
        "Nodes of one part may stand at different times of their row, so diagrams that break the path condition add too.",
      ]
    : [
        `${title}: ${grid}. ${shadedCells(schedule)}`,
        epochs === 1
          ? "Each training point is used once, so only diagrams that keep the path condition add."
          : order === "same"
            ? "Every epoch visits the batches in the same order. Diagrams that break the path condition add too."
            : "Each epoch shuffles the points anew, and numbers are expectations over the shuffles. Diagrams that break the path condition add too.",
      ];
  return [
    text(`${code(formatSpaceTime(spacetime))} · T = ${number(T)}`),
    text(sentences.join(" ")),
    ...(schedule.sharedCells === undefined
      ? []
      : [text("Nodes of the penalty's gradient share a cell, a node and its child of one part.")]),
    ...(rate === 1 ? [] : [text(`Each update goes ${readable(rate)} of the way that \`eta\` says.`)]),
    ...(gapPenalty === undefined
      ? []
      : [text("Its penalty adds to every update what no diagram tells, so that nothing is predicted.")]),
    text(`In all ${countedPart(N * epochs, N * T, "cell")} shaded.`),
  ];
}

function shadedCells({ batch: B, epochs }: Schedule): string {
  const column = B === 1 ? "one shaded cell" : `${B.toLocaleString("en-US")} shaded cells, its batch`;
  const row =
    epochs === 1 ? "one shaded cell" : `${epochs.toLocaleString("en-US")} shaded cells, one an epoch`;
  return `Each column has ${column}; each row has ${row}.`;
}

/** The error, as a share of what descent changes, for which a sentence says what it would take. */
const goodShare = 0.01;

/** What estimates are made of and cost, and what a verification does beyond them; nothing where nothing is estimated. */
function estimateText(
  rows: readonly Pick<PredictedRow, "standardError" | "change" | "cost">[],
  isOfGivenRows: boolean,
): string | undefined {
  const dearest = rows
    .flatMap(({ cost }) => cost ?? [])
    .reduce<EstimateCost | undefined>(
      (most, one) => (most === undefined || one.gradients > most.gradients ? one : most),
      undefined,
    );
  if (dearest === undefined) {
    return undefined;
  }
  const { samples, rows: own, gradients } = dearest;
  const shares = rows.flatMap(({ standardError = 0, change = 0 }) =>
    change === 0 ? [] : [standardError / Math.abs(change)],
  );
  const times = (Math.max(0, ...shares) / goodShare) ** 2;
  const more =
    times <= 1
      ? ""
      : ` For errors of ${goodShare * 100} % of what descent changes it would be about ${readable(Number(times.toPrecision(2)))} times as much.`;
  return `Estimated from ${counted(samples, "sample")} of ${counted(own, "row")} for each expectation: ${readable(Number(gradients.toPrecision(2)))} gradients of a row.${more}${isOfGivenRows ? "" : " A verification takes a minute of them, or as many rows as `samples` says."}`;
}
