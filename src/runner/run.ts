import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { formatSelection } from "../cli/verbs/describe.js";
import { version } from "../cli/version.js";
import type { EngineSource } from "../engines/index.js";
import type { Evaluator } from "../evaluate/index.js";
import { type AnalyzedFile, addressOf } from "../language/index.js";
import { componentLabels } from "../observables/index.js";
import { formatSpaceTime } from "../optimisers/index.js";
import {
  auto,
  type Curves,
  defaultSeed,
  type PointTerms,
  type Run,
  type RunEvent,
  type RunHeader,
  type RunInput,
  type RunPoint,
} from "../runs/index.js";
import {
  drawingNotes,
  evaluatorFor,
  folderStore,
  formatMetric,
  measurementsOf,
  predictionOrder,
  runVerification,
  trialsOf,
  type VerifySpecification,
  variantsOf,
  wordsOfWith,
} from "../verify/index.js";
import { curvesOf, notesOf, termsOf } from "./curves.js";
import type { RunParameters, RunSource } from "./protocol.js";
import { analyzeSource, RunnerRefusal, textOf } from "./sources.js";
import { specify } from "./specify.js";

export interface RunContext {
  readonly signal: AbortSignal;
  readonly engines: EngineSource;
  readonly tell: (event: RunEvent) => void;
  /** Notes for whoever looks into the log. */
  readonly note: (line: string) => void;
}

/**
 * Runs an evaluation or a verification and tells how it goes. Once its `started` event is told it ends with an
 * `ended` event, whatever happens.
 * @throws in one line, before `started`: what is wrong with what was asked.
 */
export async function runTarget(parameters: RunParameters, context: RunContext): Promise<void> {
  const file = await analyzeSource(parameters.source);
  const specification = specify(parameters, file);
  const header = await headerOf(parameters, specification, file);
  const { mostTrials } = parameters;
  if (mostTrials !== undefined && header.trials > mostTrials) {
    throw new RunnerRefusal(
      `${header.trials} trials are more than diag.engine.maximumTrials allows (${mostTrials}); lower them or raise it`,
    );
  }
  context.tell({ type: "started", header });
  const end = (state: "done" | "cancelled" | "failed", message?: string) =>
    context.tell({
      type: "ended",
      state,
      finished: Date.now(),
      ...(message === undefined ? {} : { message }),
    });
  try {
    await perform(parameters, specification, context);
    end(context.signal.aborted ? "cancelled" : "done");
  } catch (error) {
    if (context.signal.aborted) {
      end("cancelled");
    } else {
      end("failed", oneLine(error));
    }
  }
}

async function perform(
  parameters: RunParameters,
  specification: VerifySpecification,
  { signal, engines, tell, note }: RunContext,
): Promise<void> {
  const rest = async () => {
    await nextTurn();
    signal.throwIfAborted();
  };
  await rest();
  const terms: PointTerms[] = [];
  const curves: Curves[] = [];
  const lines = new Set<string>();
  const variants: { readonly one: VerifySpecification; readonly evaluator: Evaluator | undefined }[] = [];
  for (const one of variantsOf(specification)) {
    const evaluator = one.prediction && evaluatorFor(one);
    variants.push({ one, evaluator });
    if (evaluator !== undefined) {
      const own = named(one, await termsOf(evaluator, one, rest));
      terms.push(...own);
      curves.push(...named(one, await curvesOf(evaluator, one, rest)));
      for (const line of notesOf(evaluator, one, own)) {
        lines.add(one.with === undefined ? line : `${line}${wordsOfWith(one.with)}`);
      }
    }
    for (const line of parameters.kind === "evaluation" ? [] : drawingNotes(one)) {
      lines.add(line);
    }
  }
  const notes = [...lines];
  tell({ type: "predicted", curves, terms, ...(notes.length === 0 ? {} : { notes }) });
  if (parameters.kind === "evaluation") {
    return;
  }
  for (const { one, evaluator } of variants) {
    if (!signal.aborted) {
      await simulate(parameters, one, evaluator, { signal, engines, tell, note });
    }
  }
}

/** Numbers as a record has them, in which those of several values of a param stand beside each other. */
function named<Item extends { readonly observable: string }>(
  { with: chosen }: VerifySpecification,
  items: readonly Item[],
): Item[] {
  return items.map((item) => ({ ...item, observable: `${item.observable}${wordsOfWith(chosen)}` }));
}

async function simulate(
  parameters: RunParameters,
  specification: VerifySpecification,
  evaluator: Evaluator | undefined,
  { signal, engines, tell, note }: RunContext,
): Promise<void> {
  const { trials, seed, backend, checkpoints, resume } = parameters;
  await runVerification(specification, {
    ...(evaluator === undefined ? {} : { evaluator }),
    engines,
    signal,
    ...(backend === undefined ? {} : { backend }),
    ...(trials === undefined ? {} : { trials }),
    ...(seed === undefined ? {} : { seed }),
    ...(checkpoints === undefined ? {} : { checkpoints: folderStore(checkpoints) }),
    resume: resume ?? false,
    onResume: (eta, done) => note(`${specification.name} eta = ${eta}: going on after ${done} trials`),
    onSetAside: (eta, reason) => note(`${specification.name} eta = ${eta}: ${reason}`),
    onEngine: ({ backend: name, device, why, fallback }) => {
      note(`${specification.name}: ${name} (${device}), since ${why}`);
      tell({ type: "engine", backend: name, device, why, ...(fallback ? { fallback } : {}) });
    },
    onFault: note,
    onUnreadable: note,
    onKept: (eta, result) =>
      tell({ type: "kept", kept: named(specification, measurementsOf(specification, eta, result)) }),
    onProgress: (progress, partial) =>
      tell({ type: "progress", progress, partial: named(specification, partial) }),
    onRun: (run) => tell({ type: "point", point: named(specification, [pointOf(run)])[0]! }),
  });
}

function pointOf(run: Run): RunPoint {
  const { verify: _, device: __, seed: ___, with: ____, metric: _____, predicted, truncation, ...rest } = run;
  return { ...rest, predicted: finite(predicted), truncation: finite(truncation) };
}

async function headerOf(
  { id, kind, source, target, trials, seed, backend }: RunParameters,
  specification: VerifySpecification,
  file: AnalyzedFile,
): Promise<RunHeader> {
  const { landscape, spacetime, prediction, sum, measure, etas, name } = specification;
  const measures = kind === "verification";
  return {
    id,
    kind,
    title: target.kind === "verify" ? target.name : name,
    uri: source.uri,
    file: source.path.split(/[\\/]/).at(-1)!,
    textHash: hashOf(await textOf(source)),
    inputs: inputsOf(source, file),
    started: Date.now(),
    landscape: landscape.name,
    spacetime: formatSpaceTime(spacetime),
    ...(landscape.metric === undefined ? {} : { metric: formatMetric(landscape.metric) }),
    prediction: prediction === undefined ? "" : formatSelection(prediction),
    sum,
    ...(measure === undefined ? {} : { measure }),
    order: predictionOrder(specification),
    observables: variantsOf(specification).flatMap((one) =>
      one.observables
        .flatMap((observable) => componentLabels(observable, one.landscape))
        .map((label) => `${label}${wordsOfWith(one.with)}`),
    ),
    etas,
    trials: measures ? trialsOf(specification, trials) : 0,
    seed: seed ?? specification.seed ?? defaultSeed,
    // What `auto` takes is told when it is known.
    backend: measures ? (backend ?? auto.name) : "",
    version,
  };
}

/** Every other file that the run was made from. */
function inputsOf(source: RunSource, { used }: AnalyzedFile): RunInput[] {
  const inputs = new Map(
    used
      .filter(({ uri, kind }) => kind === "data" || uri !== addressOf(source.uri))
      .map(({ uri, kind, digest }) => [`${kind} ${uri}`, { uri, kind, hash: digest ?? null }]),
  );
  return [...inputs.values()];
}

/** SHA-256, in hexadecimal. */
function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/** An error as one line for the user. */
export function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
