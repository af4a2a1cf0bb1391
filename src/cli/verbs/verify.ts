import { machineEngines } from "../../engines/index.js";
import type { Evaluator } from "../../evaluate/index.js";
import type { AnalyzedFile, GivenValues } from "../../language/index.js";
import {
  auto,
  type BackendChoice,
  backends,
  choiceNamed,
  choices,
  engineReason,
  type Run,
} from "../../runs/index.js";
import {
  drawingNotes,
  exitStatus,
  folderStore,
  mostSamples,
  mostSeed,
  mostTestPoints,
  mostTrials,
  onMetric,
  runVerification,
  trialsOf,
  type VerifyPhase,
  type VerifySpecification,
  variantsOf,
  wordsOfWith,
} from "../../verify/index.js";
import { clusterOptions, readExecutor, shardsOption } from "../cluster-options.js";
import { estimateTold } from "../estimating.js";
import { analyzeGivenFile, findDeclaration, firstFile, shownPath, tellGuesses } from "../files.js";
import { checkpointFolder } from "../folders.js";
import { metricOption, readMetricFor, readWith } from "../readings.js";
import { formatOrders, formatRuns } from "../results.js";
import { namedPrograms, runtimeOption } from "../runtime-option.js";
import { verifyOnCluster } from "../sending.js";
import { formatDuration, formatNumber, formatRate } from "../table.js";
import { type Arguments, commonOptions, UsageError } from "../usage.js";
import { type ExitStatus, FaultAfterAnswer, printJson, type Terminal, type Verb } from "../verb.js";
import { Keeping } from "./keeping.js";

/** What a verification does, in words before its name. */
const phaseWords: Readonly<Record<VerifyPhase["doing"], string>> = {
  predicting: "predicting",
  estimating: "estimating",
  choosing: "choosing what simulates",
  fitting: "fitting controls of",
  simulating: "simulating",
};

/** The most threads that may be asked for: more than any machine has processors. */
const mostWorkers = 1024;

/** `diag verify FILE [NAME…]`: predictions against simulated SGD. */
export const verify: Verb = {
  name: "verify",
  words: "FILE [NAME…]",
  summary: "compare predictions with simulated SGD",
  example: "diag verify my.diag gauss_excess --trials 200000",
  options: {
    trials: { takes: "value", hint: "a number", help: "how many trials, instead of the file's" },
    seed: { takes: "value", hint: "a number", help: "the seed of the random streams, instead of the file's" },
    "test-points": {
      takes: "value",
      hint: "a number",
      help: "how many points of the data stand for the test loss of a trial on tensors, instead of the file's",
    },
    samples: {
      takes: "value",
      hint: "a number",
      help: "estimate series on tensors from so many rows drawn for each expectation, instead of the file's number",
    },
    backend: {
      takes: "value",
      hint: "a name",
      help: `what simulates: ${auto.name} (default) takes the fastest that works; ${namesOf(backends)}`,
    },
    measure: {
      takes: "value",
      hint: "total",
      help: "measure the observable alone, and compare it with the prediction's total",
    },
    with: {
      takes: "value",
      hint: "H=0.01,0.1",
      help: "a run for each value of a param of the landscape, instead of the file's",
    },
    metric: { ...metricOption, help: `${metricOption.help}, instead of the file's` },
    orders: { takes: "flag", help: "also print each order, predicted beside measured" },
    workers: {
      takes: "value",
      hint: "a number",
      help: "how many threads to use; as many as this process may, by default. On a cluster: how many processors a task has, 1 by default",
    },
    resume: { takes: "flag", help: "go on where an earlier run of the same, with this seed, was stopped" },
    ...clusterOptions,
    ...shardsOption,
    detach: { takes: "flag", help: "end as soon as the run is in the cluster's queue; print its name" },
    ...runtimeOption,
    ...commonOptions,
  },
  async run(given, terminal) {
    const executor = readExecutor(given);
    const over = await readWith(given.value("with"));
    const path = firstFile(given.words, "verify");
    const file = await analyzeGivenFile(path, terminal, over);
    tellGuesses(file, terminal);
    const specifications = chooseSpecifications(file, given.words.slice(1)).map((one) => asGiven(one, given));
    readBackend(given);
    if (readMeasure(given) !== undefined) {
      refuseWithoutPrediction(specifications);
    }
    if (executor !== undefined) {
      const processors = given.whole("workers", 1, mostWorkers);
      return verifyOnCluster(shownPath(path), specifications, given, terminal, processors);
    }
    const runs: Run[] = [];
    const keeping = new Keeping();
    const tellKnown = () =>
      terminal.known({
        json: { runs },
        text: formatRuns(runs, terminal.columns),
        note: keeping.wordsOfStop(),
        status: statusOfStopped(runs),
        endsInOrder: true,
      });
    tellKnown();
    try {
      for (const specification of specifications.flatMap(variantsOf)) {
        if (!terminal.interrupt.aborted) {
          await runOne(specification, given, terminal, { keeping, runs, changed: tellKnown });
        }
      }
    } catch (error) {
      await keeping.settle(true);
      // What is known by then is not lost for what cannot be known.
      if (runs.length > 0 && !given.has("json")) {
        terminal.print(formatRuns(runs, terminal.columns));
      }
      throw new FaultAfterAnswer(error, runs.length > 0 ? { runs } : {});
    }
    const stopped = terminal.interrupt.aborted;
    await keeping.settle(stopped);
    const status = stopped ? statusOfStopped(runs) : exitStatus(runs);
    if (given.has("json")) {
      printJson(terminal, { runs }, status);
    } else if (runs.length > 0) {
      terminal.print(formatRuns(runs, terminal.columns));
      if (given.has("orders")) {
        terminal.print(`\n${formatOrders(runs, terminal.columns)}`);
      }
    }
    if (stopped) {
      terminal.note(keeping.wordsOfStop());
    }
    return status;
  },
};

/** The exit status of runs of which some are missing. */
export function statusOfStopped(runs: readonly Run[]): ExitStatus {
  const status = exitStatus(runs);
  return status === 0 ? 3 : status;
}

/** What runs of blocks come to. */
export interface RunsTaken {
  readonly keeping: Keeping;
  /** Takes each result as soon as there is one. */
  readonly runs: Run[];
  /** Called when one of both has changed. */
  readonly changed: () => void;
  /** Of the block, where there is one already. */
  readonly evaluator?: Evaluator | undefined;
}

/** Least time between two times of telling what is known, which takes as long as there are numbers, in milliseconds. */
const tellEvery = 100;

/** Does it at once, or where it was done just now, when the numbers that come together are there. */
function seldom(tell: () => void): () => void {
  let told = Number.NEGATIVE_INFINITY;
  let isWaiting = false;
  const now = () => {
    isWaiting = false;
    tell();
    told = performance.now();
  };
  return () => {
    if (performance.now() - told > tellEvery) {
      now();
    } else if (!isWaiting) {
      isWaiting = true;
      queueMicrotask(now);
    }
  };
}

/** Runs one `verify` block, as {@link asGiven} makes it, with the command line's options, and shows progress. */
export async function runOne(
  specification: VerifySpecification,
  given: Arguments,
  terminal: Terminal,
  { keeping, runs, changed: tell, evaluator }: RunsTaken,
): Promise<void> {
  const changed = seldom(tell);
  const trials = given.whole("trials", 1, mostTrials);
  const seed = given.whole("seed", 0, mostSeed);
  const title = `${specification.name}${wordsOfWith(specification.with)}`;
  for (const line of drawingNotes(specification)) {
    terminal.note(`note: ${title}: ${line}`);
  }
  await runVerification(specification, {
    ...(trials === undefined ? {} : { trials }),
    ...(seed === undefined ? {} : { seed }),
    ...(evaluator === undefined ? {} : { evaluator }),
    ...estimatesWith(given),
    signal: terminal.interrupt,
    checkpoints: folderStore(checkpointFolder()),
    resume: given.has("resume"),
    onSettle: (settle) => keeping.add(settle),
    onKept: (eta, _, kept) => {
      keeping.keep(title, eta, kept, trialsOf(specification, trials));
      changed();
    },
    onResume: (eta, done) =>
      terminal.note(`${title} eta = ${formatNumber(eta)}: going on after ${done} trials`),
    onSetAside: (eta, reason) => terminal.note(`note: ${title} eta = ${formatNumber(eta)}: ${reason}`),
    onRun: (run) => {
      runs.push(run);
      changed();
    },
    onEstimate: estimateTold(terminal, title),
    onEstimateNote: (line) => terminal.note(`note: ${title}: ${line}`),
    onPhase: ({ doing, eta }) => {
      const whole = doing === "choosing" ? "all learning rates" : "the landscape's expansion";
      const at = eta === undefined ? whole : `eta = ${formatNumber(eta)}`;
      terminal.doing(`${phaseWords[doing]} ${title}: ${at}`);
    },
    onEngine: ({ eta, backend, device, why, fallback }) => {
      const where = fallback ? `going on with ${backend}` : backend;
      const { sentence, details } = engineReason(why);
      const more = details.length === 0 ? "" : "; `diag doctor` says more of the engines";
      terminal.note(`${title} eta = ${formatNumber(eta)}: ${where} (${device}), since ${sentence}${more}`);
    },
    onFault: (reason) => {
      keeping.hasFailed = true;
      changed();
      terminal.note(`note: ${reason}`);
    },
    onUnreadable: (line) => terminal.note(`note: ${line}`),
    onProgress: ({ eta, trials: known, totalTrials, stepsPerSecond }, _, secondsHere) => {
      const done = Math.floor((100 * known) / totalTrials);
      terminal.progress(
        `${title} eta = ${formatNumber(eta)}: ${done}% of ${totalTrials} trials, ` +
          `${formatRate(stepsPerSecond)} steps/s, ${formatDuration(secondsHere)} left`,
      );
    },
  });
}

/** What simulates and estimates, as the command line says. */
export function estimatesWith(given: Arguments) {
  const threads = given.whole("workers", 1, mostWorkers);
  return {
    engines: machineEngines({
      ...(threads === undefined ? {} : { workers: threads }),
      ...namedPrograms(given),
    }),
    backend: readBackend(given),
    threads,
  };
}

/** A block as the command line has it measured. */
export function asGiven(specification: VerifySpecification, given: Arguments): VerifySpecification {
  const measure = readMeasure(given);
  const testPoints = given.whole("test-points", 1, mostTestPoints);
  const samples = given.whole("samples", 1, mostSamples);
  const one = onGivenMetric(specification, given);
  return {
    ...one,
    ...(measure === undefined ? {} : { measure }),
    ...(testPoints === undefined ? {} : { testPoints }),
    ...(samples === undefined ? {} : { samples }),
  };
}

/** How a block is read again, with other values of a param. */
export function rereading(path: string, name: string, given: Arguments, terminal: Pick<Terminal, "doing">) {
  return async (over: GivenValues): Promise<VerifySpecification | undefined> => {
    const found = (await analyzeGivenFile(path, terminal, over)).verifies.get(name);
    return found && asGiven(found, given);
  };
}

/** A block with the metric of `--metric`, where that is given. */
function onGivenMetric(specification: VerifySpecification, given: Arguments): VerifySpecification {
  const text = given.value("metric");
  return text === undefined
    ? specification
    : onMetric(specification, (landscape) => readMetricFor(landscape, text));
}

/** The blocks of these names, each once; without names all that the file itself has. */
export function chooseSpecifications(file: AnalyzedFile, names: readonly string[]): VerifySpecification[] {
  if (names.length > 0) {
    return [...new Set(names)].map((name) => findDeclaration(file.verifies, name, "verify", file));
  }
  const error = file.diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (error) {
    const { line, character } = error.range.start;
    throw new UsageError(
      `${shownPath(error.file)}:${line + 1}:${character + 1}: ${error.message} ` +
        "(mend it, or name the verify blocks to run)",
    );
  }
  const own = [...file.verifies].filter(([name]) => file.ownNames.has(name));
  if (own.length === 0) {
    throw new UsageError(`${shownPath(file.file)} has no verify block; write one, or name another file`);
  }
  return own.map(([, specification]) => specification);
}

function namesOf(named: readonly { readonly name: string }[]): string {
  return named.map(({ name }) => name).join(", ");
}

export function readMeasure(given: Arguments): "total" | undefined {
  const measure = given.value("measure");
  if (measure !== undefined && measure !== "total") {
    throw new UsageError(`--measure takes total, not "${measure}"`);
  }
  return measure;
}

export function refuseWithoutPrediction(specifications: readonly VerifySpecification[]): void {
  const one = specifications.find(({ prediction }) => prediction === undefined);
  if (one !== undefined) {
    throw new UsageError(
      `verify ${one.name} predicts nothing, so --measure has nothing to compare; leave it out, or write a predict`,
    );
  }
}

export function readBackend(given: Arguments): BackendChoice {
  const backend = given.value("backend") ?? auto.name;
  const known = choiceNamed(backend);
  if (known === undefined) {
    throw new UsageError(`--backend ${backend} is not known; it takes ${namesOf(choices())}`);
  }
  return known.name;
}
