import {
  followRun,
  Gathered,
  makeRun,
  type RunFolder,
  rememberDirectory,
  slurmFault,
  slurmScheduler,
} from "../cluster-runs/index.js";
import { machineEngines } from "../engines/index.js";
import { counted } from "../printable/index.js";
import { auto, native, processor } from "../runs/index.js";
import {
  drawingNotes,
  mostSeed,
  mostTrials,
  type PreparedVerification,
  prepareVerification,
  type VerifySpecification,
  variantsOf,
  wordsOfWith,
} from "../verify/index.js";
import { readClusterDirectory, readClusterOptions, readShards } from "./cluster-options.js";
import { estimateTold } from "./estimating.js";
import { directoryNotes } from "./folders.js";
import { followAndTell } from "./following.js";
import { formatNumber } from "./table.js";
import { type Arguments, UsageError } from "./usage.js";
import { type ExitStatus, printJson, type Terminal } from "./verb.js";
import { version } from "./version.js";

/** The engines that nodes of a cluster may choose from. */
const enginesOfNodes: readonly string[] = [auto.name, processor.name, native.name];

/** Sends the trials of verify blocks to a cluster, and waits for them unless that is not wanted. */
export async function verifyOnCluster(
  file: string,
  specifications: readonly VerifySpecification[],
  given: Arguments,
  terminal: Terminal,
  processors: number | undefined,
): Promise<ExitStatus> {
  const engine = readEngine(given);
  const options = readClusterOptions(given, processors ?? 1);
  const directory = readClusterDirectory(given);
  const shards = readShards(given);
  const fault = slurmFault();
  if (fault !== undefined) {
    throw new UsageError(fault);
  }
  const scheduler = slurmScheduler();
  const limits = await scheduler.limits(terminal.interrupt);
  if (limits.kind === "could not ask") {
    throw new UsageError(
      `the cluster cannot be asked: ${limits.why}; \`diag doctor --executor slurm\` says more`,
    );
  }
  const work: PreparedVerification[] = [];
  for (const specification of specifications.flatMap(variantsOf)) {
    const prepared = await prepareGiven(specification, given, terminal);
    if (prepared === undefined) {
      terminal.note("stopped before anything was sent");
      return 3;
    }
    work.push(prepared);
  }
  terminal.doing("making the run's folder");
  const folder = await makeRun(work, {
    ...{ directory, file, release: version, shards, options, signal: terminal.interrupt },
    ...(engine === undefined ? {} : { engine }),
  });
  if (folder === undefined) {
    terminal.note("stopped before anything was sent");
    return 3;
  }
  await rememberDirectory(directoryNotes(), directory);
  if (!given.has("detach")) {
    terminal.note(`run ${folder.run.id} is in ${folder.path}`);
    return followAndTell(folder, scheduler, given, terminal);
  }
  return detach(folder, work, scheduler, given, terminal);
}

async function detach(
  folder: RunFolder,
  work: readonly PreparedVerification[],
  scheduler: ReturnType<typeof slurmScheduler>,
  given: Arguments,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { id } = folder.run;
  let tasks = 0;
  const end = await followRun(new Gathered(folder, work), {
    scheduler,
    signal: terminal.interrupt,
    isOnlySubmitted: true,
    onNote: (line) => terminal.note(`note: ${line}`),
    onSubmitted: (_, count) => {
      tasks += count;
    },
  });
  const [refusal] = end.givenUp.values();
  if (end.state === "over" && refusal !== undefined) {
    throw new UsageError(`${refusal}; the run is ready, and \`diag runs wait ${id}\` tries again`);
  }
  if (given.has("json")) {
    printJson(terminal, { run: id, folder: folder.path, tasks });
  } else {
    terminal.print(id);
    terminal.note(
      `${counted(tasks, "task is", "tasks are")} in the queue; \`diag runs wait ${id}\` waits for them and judges`,
    );
  }
  return 0;
}

function prepareGiven(specification: VerifySpecification, given: Arguments, terminal: Terminal) {
  const trials = given.whole("trials", 1, mostTrials);
  const seed = given.whole("seed", 0, mostSeed);
  const title = `${specification.name}${wordsOfWith(specification.with)}`;
  for (const line of drawingNotes(specification)) {
    terminal.note(`note: ${title}: ${line}`);
  }
  return prepareVerification(specification, {
    ...(trials === undefined ? {} : { trials }),
    ...(seed === undefined ? {} : { seed }),
    engines: machineEngines(),
    signal: terminal.interrupt,
    onEstimate: estimateTold(terminal, title),
    onEstimateNote: (line) => terminal.note(`note: ${title}: ${line}`),
    onPhase: ({ doing, eta }) =>
      terminal.doing(`${doing} ${title}${eta === undefined ? "" : `: eta = ${formatNumber(eta)}`}`),
  });
}

/** The only engine that nodes may take. @throws UsageError of one whose bits hang on a device, and of what a run on a cluster has no use for. */
function readEngine(given: Arguments): string | undefined {
  const backend = given.value("backend") ?? auto.name;
  if (!enginesOfNodes.includes(backend)) {
    throw new UsageError(
      `--backend ${backend} has bits of its own device, which nodes of a cluster do not share; it takes ${enginesOfNodes.join(", ")} with --executor`,
    );
  }
  if (given.has("resume")) {
    throw new UsageError(
      "--resume is for runs on this machine; a run on a cluster goes on by `diag runs wait`, which lists show by `diag runs`",
    );
  }
  return backend === auto.name ? undefined : backend;
}
