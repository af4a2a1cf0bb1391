import { Cancellation, interruptAndCheck, type LangiumDocument } from "langium";
import { isIrreducible, isRootAlone } from "../../diagram/index.js";
import { type AnyLandscape, isWritten, selectionProblem } from "../../evaluate/index.js";
import { withMetric } from "../../landscape/index.js";
import { type DiagFile, isLandscapeDeclaration } from "../../language/generated/ast.js";
import type { NamedDiagram } from "../../language/semantics/diagram.js";
import { whyNoEmbedding, whyNoPart } from "../../language/semantics/embeds.js";
import { metricWeightsOf } from "../../language/semantics/metric.js";
import { readMetric } from "../../language/semantics/metric-text.js";
import { readSpaceTime } from "../../language/semantics/space-time-text.js";
import { nearestName, suggestion } from "../../language/spelling.js";
import { observableFor, sampleOf } from "../../observables/index.js";
import {
  type Descent,
  formatSpaceTime,
  isDifference,
  isGradientDescent,
  optimiserOf,
  type Schedule,
  scheduleOf,
  sidesOf,
  updates,
} from "../../optimisers/index.js";
import type {
  EmbeddingsParameters,
  PreviewEmbedding,
  PreviewEmbeddings,
  Problem,
} from "../../preview/index.js";
import {
  type Embedding,
  type EmbeddingList,
  isShaded,
  listEmbeddings,
  symmetriesKeeping,
} from "../../spacetime/index.js";
import { formatMetric } from "../../verify/metric-text.js";
import type { DiagLspServices } from "../services.js";
import { findPreviewDiagram } from "./listed-diagrams.js";
import { readDocument } from "./reading.js";

/** Embeddings in one answer. */
const mostEmbeddings = 64;
/** Grids with more cells are told without their shaded cells, which the page then knows from `N`, `T` and `B`. */
const mostCells = 4096;
/** Digits of a number of an embedding. */
const mostDigits = 400;
/** Milliseconds to wait for contributions; they go on and are found by asking again. */
const patience = 8000;

/** A question that could be read, in values that hold although the text changes. */
interface Reading {
  readonly named: NamedDiagram;
  readonly spacetime: Descent;
  readonly isOfDifference: boolean;
  readonly landscape?: AnyLandscape;
}

/**
 * A stretch of the labelled embeddings of a diagram in a space-time, with their contributions when a landscape and a
 * learning rate are chosen. Nothing is evaluated in an untrusted workspace.
 */
export async function answerEmbeddings(
  services: DiagLspServices,
  parameters: EmbeddingsParameters,
  token: Cancellation.CancellationToken = Cancellation.CancellationToken.None,
): Promise<PreviewEmbeddings | Problem> {
  const wrong = wrongWith(parameters);
  if (wrong !== undefined) {
    return { problem: wrong };
  }
  const reading = await readDocument<Reading | Problem>(services, parameters.uri, (document) =>
    read(services, parameters, document),
  );
  if ("problem" in reading) {
    return reading;
  }
  await interruptAndCheck(token);
  const { named, spacetime } = reading;
  const large = whyNoPart(named.diagram, spacetime);
  if (large !== undefined) {
    return { problem: `there is no embedding: ${large}` };
  }
  const schedule = scheduleOf(spacetime);
  if (schedule.isContinuous) {
    return {
      problem: `times of ${spacetime.optimiser} are continuous: embeddings are integrated over, and none can be listed`,
    };
  }
  let list: EmbeddingList;
  try {
    list = listEmbeddings(named.diagram, schedule);
  } catch (reason) {
    return { problem: reason instanceof Error ? reason.message : String(reason) };
  }
  const { first, embeddings } = stretchOf(list, parameters);
  const automorphisms = symmetriesKeeping(named.diagram);
  const numbers = await numbersOf(services, parameters, reading, automorphisms, embeddings, token);
  await interruptAndCheck(token);
  const notes = [...notesOn(reading, list.total, automorphisms), ...numbers.notes];
  const { points: N, batch: B } = schedule;
  const T = updates(schedule);
  return {
    spacetime: formatSpaceTime(spacetime),
    ...(reading.isOfDifference ? { isOfDifference: true as const } : {}),
    N,
    T,
    B,
    shaded: shadedCells(schedule, T),
    total: String(list.total),
    first: String(first),
    automorphisms,
    embeddings: embeddings.map((embedding, index): PreviewEmbedding => {
      const contribution = numbers.contributions?.[index];
      return {
        cells: embedding.rows.map((n, node) => [n, embedding.times[node]!] as const),
        automorphisms: symmetriesKeeping(named.diagram, embedding),
        ...(contribution === undefined ? {} : { contribution: sent(contribution) }),
      };
    }),
    ...(numbers.sum === undefined ? {} : { sum: sent(numbers.sum) }),
    ...(reading.landscape ? { observable: observableFor(named.diagram).name } : {}),
    ...(numbers.pending ? { pending: true } : {}),
    ...(notes.length > 0 ? { note: notes.join(" ") } : {}),
  };
}

/** A number as JSON can hold it. */
function sent(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** What comes from a page is checked like any other text. */
function wrongWith({ first, count, eta }: EmbeddingsParameters): string | undefined {
  if (typeof first !== "string" || first.length > mostDigits || !/^\d+$/.test(first)) {
    return `the number of an embedding is a whole number from 0, of at most ${mostDigits} digits; write one such as 0`;
  }
  if (!Number.isInteger(count) || count < 1 || count > mostEmbeddings) {
    return `ask for 1 to ${mostEmbeddings} embeddings at once`;
  }
  if (eta !== undefined && !(typeof eta === "number" && Number.isFinite(eta) && eta > 0)) {
    return "eta is not a positive number; a learning rate is, such as 0.1";
  }
  return undefined;
}

function read(
  services: DiagLspServices,
  { id, spacetime: written, side, landscape: name, metric: text }: EmbeddingsParameters,
  document: LangiumDocument<DiagFile>,
): Reading | Problem {
  const found = findPreviewDiagram(services, document.uri, id);
  if (!found) {
    return { problem: `there is no diagram \`${id}\` any more; choose another` };
  }
  if (!found.named) {
    return { problem: "the diagram is broken; mend it to see its embeddings" };
  }
  const whole = readSpaceTime(services, written);
  if ("problem" in whole) {
    return whole;
  }
  const spacetime = sidesOf(whole)[side ?? 0];
  if (spacetime === undefined) {
    return { problem: `\`${formatSpaceTime(whole)}\` is no difference; it has one descent` };
  }
  const isOfDifference = isDifference(whole);
  const { named } = found;
  if (name === undefined) {
    return { named, spacetime, isOfDifference };
  }
  const visible = services.references.DeclarationFinder.visible(document.parseResult.value);
  const declaration = visible.get(name);
  if (!declaration || !isLandscapeDeclaration(declaration)) {
    const names = [...visible].flatMap(([known, one]) => (isLandscapeDeclaration(one) ? [known] : []));
    const meant = suggestion(nearestName(name, names)) || "; choose another";
    return { problem: `there is no landscape \`${name}\`${meant}` };
  }
  const { value, problems, isUnread } = services.validation.DeclarationChecker.landscape(declaration);
  if (isUnread) {
    return { problem: `the data of the landscape \`${name}\` are still being read` };
  }
  if (!value || problems.some(({ severity }) => severity === "error")) {
    return { problem: `the landscape \`${name}\` has errors; mend them, or choose another` };
  }
  const selection = { kind: "diagrams", diagrams: [{ name: id, diagram: named.diagram }] } as const;
  const large = isWritten(value) ? undefined : selectionProblem(value, selection, 0);
  if (large !== undefined) {
    return { problem: large };
  }
  const metric = text === undefined ? undefined : readMetric(services, text, metricWeightsOf(value));
  if (metric && "problem" in metric) {
    return { problem: `the metric does not fit \`${name}\`: ${metric.problem}` };
  }
  return { named, spacetime, isOfDifference, landscape: withMetric(value, metric?.metric) };
}

/** As many embeddings as are asked for; a number behind the last one, as after an edit, gives the last. */
function stretchOf(
  list: EmbeddingList,
  { first: digits, count }: EmbeddingsParameters,
): { first: bigint; embeddings: Embedding[] } {
  const asked = BigInt(digits);
  const first = asked < list.total ? asked : list.total > 0n ? list.total - 1n : 0n;
  const embeddings: Embedding[] = [];
  for (let index = first; index < list.total && embeddings.length < count; index++) {
    embeddings.push(list.at(index));
  }
  return { first, embeddings };
}

interface Numbers {
  readonly contributions?: readonly number[];
  readonly sum?: number;
  readonly pending?: boolean;
  readonly notes: readonly string[];
}

async function numbersOf(
  services: DiagLspServices,
  { uri, id, eta }: EmbeddingsParameters,
  { named, spacetime, landscape }: Reading,
  automorphisms: number,
  embeddings: readonly Embedding[],
  token: Cancellation.CancellationToken,
): Promise<Numbers> {
  if (!landscape || embeddings.length === 0) {
    return { notes: [] };
  }
  if (eta === undefined) {
    return { notes: ["Contributions need a learning rate eta."] };
  }
  const { diagram } = named;
  const answer = await services.editor.EvaluationService.embeddings(
    {
      landscape,
      diagram,
      automorphisms,
      spacetime,
      eta,
      observable: sampleOf(observableFor(diagram)),
      embeddings: embeddings.map(({ times }) => ({ times })),
    },
    { deadline: patience, subject: { uri, name: id }, token },
  );
  switch (answer.state) {
    case "computing":
      return { pending: true, notes: [] };
    case "untrusted":
      return { notes: ["Contributions are not computed, since this workspace is not trusted."] };
    case "failed":
      return { notes: [`There are no contributions: ${answer.problem}.`] };
    case "done": {
      const { contributions, sum, noSum } = answer.value;
      return sum === undefined
        ? { contributions, notes: [`There is no sum: ${noSum}.`] }
        : { contributions, sum, notes: [] };
    }
  }
}

/** What must be known to read the embeddings. */
function notesOn({ named, spacetime, landscape }: Reading, total: bigint, automorphisms: number): string[] {
  const { diagram } = named;
  const schedule = scheduleOf(spacetime);
  const metric = landscape?.metric;
  const notes: string[] = [...(optimiserOf(spacetime).cells?.(spacetime.parameters) ?? [])];
  if (metric !== undefined) {
    notes.push(`Edges are contracted with eta times the metric ${formatMetric(metric)}.`);
  }
  if (total === 0n) {
    const reason = whyNoEmbedding(diagram, spacetime);
    notes.push(`There is no embedding${reason === undefined ? "" : `: ${reason}`}.`);
  } else if (automorphisms > 1) {
    notes.push(
      `Nodes that a symmetry exchanges are told apart: an embedding occurs |Aut| / |Aut_f| times, with |Aut| = ${automorphisms.toLocaleString("en-US")}, and each time adds 1/|Aut| of its rvalue.`,
    );
  }
  if (schedule.order === "reshuffled" && !isGradientDescent(schedule)) {
    notes.push(
      schedule.epochs === 1
        ? "The order is drawn at random; in a single epoch every order gives the same sum, and the unshuffled one is shown."
        : `Each epoch is shuffled anew; embeddings into the unshuffled order are shown${landscape ? ", while the sum is the expectation over all shuffles" : ""}.`,
    );
  }
  if (!isRootAlone(diagram)) {
    notes.push(
      "The root shares the row of its part and is measured on one of the N training points: each has weight 1/N.",
    );
  }
  if (landscape && !isIrreducible(diagram)) {
    notes.push("The diagram is reducible: a sum of rvalues counts this in its contraction already.");
  }
  return notes;
}

function shadedCells(schedule: Schedule, T: number): [n: number, t: number][] {
  const { points: N } = schedule;
  if (N * T > mostCells) {
    return [];
  }
  return Array.from({ length: N * T }, (_, cell): [number, number] => [
    Math.floor(cell / T),
    cell % T,
  ]).filter(([n, t]) => isShaded(schedule, n, t));
}
