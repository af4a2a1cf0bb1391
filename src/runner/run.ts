import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { namedTerms } from "../cli/diagram-names.js";
import { version } from "../cli/version.js";
import { digestOfFile } from "../data/index.js";
import type { EngineSource } from "../engines/index.js";
import type { Evaluator } from "../evaluate/index.js";
import { type AnalyzedFile, addressOf, pathOfAddress } from "../language/index.js";
import { counted } from "../printable/index.js";
import {
  auto,
  type Curves,
  engineReason,
  mostHashed,
  type PointTerms,
  type RunEstimating,
  type RunEvent,
  type RunHeader,
  type RunInput,
  textOfLarge,
} from "../runs/index.js";
import {
  curvesOf,
  describedSpecification,
  drawingNotes,
  evaluatorFor,
  evaluatorOfGap,
  folderStore,
  gapNotes,
  labelledWith,
  meaningOf,
  measurementsOf,
  notesOf,
  pointOf,
  prepareSpecification,
  refuseBeforeEstimate,
  runVerification,
  termsOf,
  trialsOf,
  type VerifySpecification,
  variantsOf,
  wordsOfWith,
} from "../verify/index.js";
import type { RunOrder, RunParameters, RunSource } from "./protocol.js";
import { analyzeSource, RunnerRefusal, textOf } from "./sources.js";
import { specify } from "./specify.js";

export interface RunContext {
  readonly signal: AbortSignal;
  readonly engines: EngineSource;
  readonly tell: (event: RunEvent) => void;
  /** Notes for whoever looks into the log. */
  readonly note: (line: string) => void;
}

/** What is verified for one value of a param, with what predicts it. */
export interface Variant {
  readonly one: VerifySpecification;
  readonly evaluator: Evaluator | undefined;
}

/**
 * Runs an evaluation or a verification and tells how it goes. Once its `started` event is told it ends with an
 * `ended` event, whatever happens.
 * @throws in one line, before `started`: what is wrong with what was asked.
 */
export async function runTarget(parameters: RunParameters, context: RunContext): Promise<void> {
  const { signal, tell } = context;
  await beginTarget(parameters, context, async (variants) => {
    for (const { one, evaluator } of parameters.kind === "evaluation" ? [] : variants) {
      if (!signal.aborted) {
        await simulate(parameters, one, evaluator, context);
      }
    }
    tell({ type: "ended", state: signal.aborted ? "cancelled" : "done", finished: Date.now() });
  });
}

/**
 * Tells what a run is and what is predicted, and has the rest of it done. What is thrown then ends it.
 * @throws in one line, before `started`: what is wrong with what was asked.
 */
export async function beginTarget<Rest>(
  order: RunParameters,
  context: RunContext,
  rest: (variants: readonly Variant[]) => Promise<Rest>,
): Promise<Rest | undefined> {
  // Read once: what is run is what the record says, also of a file that somebody replaces meanwhile.
  const parameters = { ...order, source: { ...order.source, text: await textOf(order.source) } };
  const file = await analyzeSource(parameters.source);
  const specification = specify(parameters, file);
  const header = await headerOf(parameters, specification, file);
  const { mostTrials } = parameters;
  if (mostTrials !== undefined && header.trials > mostTrials) {
    throw new RunnerRefusal(
      `${counted(header.trials, "trial is", "trials are")} more than diag.engine.maximumTrials allows (${mostTrials}); lower them or raise it`,
    );
  }
  context.tell({ type: "started", header });
  const end = (state: "cancelled" | "failed", message?: string) =>
    context.tell({
      type: "ended",
      state,
      finished: Date.now(),
      ...(message === undefined ? {} : { message }),
    });
  try {
    return await rest(await predict(parameters, specification, file, context));
  } catch (error) {
    if (context.signal.aborted) {
      end("cancelled");
    } else {
      end("failed", oneLine(error));
    }
    return undefined;
  }
}

async function predict(
  parameters: RunParameters,
  specification: VerifySpecification,
  file: AnalyzedFile,
  { signal, engines, tell, note }: RunContext,
): Promise<readonly Variant[]> {
  const rest = async () => {
    await nextTurn();
    signal.throwIfAborted();
  };
  await rest();
  const terms: PointTerms[] = [];
  const curves: Curves[] = [];
  const lines = new Set<string>();
  const variants: Variant[] = [];
  const all = variantsOf(specification);
  const count = all.length;
  for (const one of all) {
    const evaluator = one.prediction && evaluatorFor(one);
    if (parameters.kind === "verification") {
      await refuseBeforeEstimate(evaluator, one, engines, parameters, signal);
    }
    await prepareSpecification(evaluator, one, {
      ...{ backend: parameters.backend, engines, signal },
      onEstimate: toldSeldom(tell, variants.length, count),
      onNote: (line) => note(`${one.name}: ${line}`),
    });
    signal.throwIfAborted();
    variants.push({ one, evaluator });
    const ofGap = evaluator === undefined ? evaluatorOfGap(one) : undefined;
    const said = ofGap === undefined ? [] : gapNotes(ofGap, one);
    if (evaluator !== undefined) {
      const own = labelledWith(one.with, namedTerms(await termsOf(evaluator, one, rest), file));
      terms.push(...own);
      curves.push(...labelledWith(one.with, await curvesOf(evaluator, one, rest)));
      said.push(...notesOf(evaluator, one, own));
    }
    for (const line of said) {
      lines.add(one.with === undefined ? line : `${line}${wordsOfWith(one.with)}`);
    }
    for (const line of parameters.kind === "evaluation" ? [] : drawingNotes(one)) {
      lines.add(line);
    }
  }
  const notes = [...lines];
  tell({ type: "predicted", curves, terms, ...(notes.length === 0 ? {} : { notes }) });
  return variants;
}

/** Least time between two times of telling how far an estimate has come, in milliseconds. */
const tellEvery = 200;

/**
 * Tells how far the estimates of a run have come, unless that was told just now.
 * @param before how many of its variants are done, of `count`.
 */
function toldSeldom(
  tell: RunContext["tell"],
  before: number,
  count: number,
): (estimating: RunEstimating) => void {
  let last: { readonly at: number; readonly total: number } | undefined;
  return (estimating) => {
    const { samples, totalSamples, share } = estimating;
    const now = performance.now();
    const isSame = last !== undefined && last.total === totalSamples && samples < totalSamples;
    if (isSame && now - last!.at < tellEvery) {
      return;
    }
    last = { at: now, total: totalSamples };
    tell({ type: "estimating", estimating: { ...estimating, share: (before + share) / count } });
  };
}

async function simulate(
  parameters: RunParameters,
  specification: VerifySpecification,
  evaluator: Evaluator | undefined,
  { signal, engines, tell, note }: RunContext,
): Promise<void> {
  const { trials, seed, backend, checkpoints, resume } = parameters;
  const title = `${specification.name}${wordsOfWith(specification.with)}`;
  await runVerification(specification, {
    ...(evaluator === undefined ? {} : { evaluator }),
    engines,
    signal,
    ...(backend === undefined ? {} : { backend }),
    ...(trials === undefined ? {} : { trials }),
    ...(seed === undefined ? {} : { seed }),
    ...(checkpoints === undefined ? {} : { checkpoints: folderStore(checkpoints) }),
    resume: resume ?? false,
    onResume: (eta, done) => note(`${title} eta = ${eta}: going on after ${done} trials`),
    onSetAside: (eta, reason) => note(`${title} eta = ${eta}: ${reason}`),
    onEngine: ({ backend: name, device, why, fallback }) => {
      const { sentence, details } = engineReason(why);
      note(`${title}: ${name} (${device}), since ${sentence}`);
      for (const line of details) {
        note(`  ${line}`);
      }
      tell({ type: "engine", backend: name, device, why, ...(fallback ? { fallback } : {}) });
    },
    onFault: note,
    onUnreadable: note,
    onKept: (eta, result) =>
      tell({
        type: "kept",
        kept: labelledWith(specification.with, measurementsOf(specification, eta, result)),
      }),
    onProgress: (progress, partial) =>
      tell({ type: "progress", progress, partial: labelledWith(specification.with, partial) }),
    onRun: (run) => tell({ type: "point", point: pointOf(run) }),
  });
}

/**
 * A digest of what would be run now.
 * @throws in one line: why nothing would be.
 */
export async function meaningNow({ kind, source, target, trials, seed }: RunOrder): Promise<string> {
  const file = await analyzeSource(source);
  return meaningOf(specify({ target, kind }, file), { trials, seed });
}

async function headerOf(
  { id, kind, source, target, trials, seed, backend }: RunParameters,
  specification: VerifySpecification,
  file: AnalyzedFile,
): Promise<RunHeader> {
  const measures = kind === "verification";
  return {
    id,
    kind,
    title: target.kind === "verify" ? target.name : specification.name,
    uri: source.uri,
    file: source.path.split(/[\\/]/).at(-1)!,
    textHash: hashOf(await textOf(source)),
    inputs: await inputsOf(source, file),
    meaning: meaningOf(specification, { trials, seed }),
    started: Date.now(),
    ...describedSpecification(specification, seed),
    trials: measures ? trialsOf(specification, trials) : 0,
    // What `auto` takes is told when it is known.
    backend: measures ? (backend ?? auto.name) : "",
    version,
  };
}

/** Every other file that the run was made from. */
async function inputsOf(source: RunSource, { used }: AnalyzedFile): Promise<RunInput[]> {
  const inputs = new Map<string, RunInput>();
  for (const { uri, kind, digest } of used) {
    if (kind === "data" || uri !== addressOf(source.uri)) {
      const hash = digest ?? (kind === "data" ? await hashOfData(uri) : null);
      inputs.set(`${kind} ${uri}`, { uri, kind, hash });
    }
  }
  return [...inputs.values()];
}

/** As whoever looks for changes finds it; `null` of what cannot be read. */
async function hashOfData(uri: string): Promise<string | null> {
  try {
    return await digestOfFile(pathOfAddress(uri), mostHashed, textOfLarge);
  } catch {
    return null;
  }
}

/** SHA-256, in hexadecimal. */
function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** An error as one line for the user. */
export function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
