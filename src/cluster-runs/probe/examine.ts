import {
  configurationCommand,
  nodesCommand,
  nodesInService,
  readConfiguration,
  readNodes,
  readRelease,
  type SchedulerLimits,
  versionCommand,
} from "../../cluster/index.js";
import { UnwritableFile } from "../../files/index.js";
import { ClusterFault } from "../fault.js";
import { shown } from "../folder.js";
import { type Clock, machineClock } from "../follow.js";
import { lastLinesOf } from "../logs.js";
import type { ClusterOptions } from "../record.js";
import { slurmFault, slurmScheduler } from "../slurm.js";
import { SlurmCommands, type SlurmOptions } from "../slurm-commands.js";
import { type JobWay, jobOf } from "./job.js";
import { ProbeFolder } from "./probe-folder.js";
import { ownArithmetic, type ProbeReport } from "./report.js";

/** What is found out about a cluster, one after the other. */
export type ClusterFindingName =
  | "commands"
  | "directory"
  | "slurm"
  | "nodes"
  | "job"
  | "files"
  | "node"
  | "arithmetic"
  | "compiler";

export interface ClusterFinding {
  readonly name: ClusterFindingName;
  readonly isWell: boolean;
  /** For people. */
  readonly line: string;
  /** Its numbers and names; times are in seconds. */
  readonly facts: Readonly<Record<string, string | number | null>>;
}

export interface ExamineOptions {
  /** Where runs are. */
  readonly directory: string;
  readonly asked: ClusterOptions;
  readonly slurm?: SlurmOptions;
  /** How long a job may take to start, and then to end. */
  readonly seconds?: number;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly found: (finding: ClusterFinding) => void;
  readonly doing: (what: string) => void;
}

/** How long a small job is waited for. */
const usualSeconds = 60;

/** How long a disk may take to show here what a node has written: as long as NFS keeps what it knows of a folder. */
const showingSeconds = 65;

/** How many of the last lines of a job's log are told. */
const linesOfLog = 3;

/** Finds out whether runs can be sent to Slurm, by one small job's way. All that is made for that is taken away. */
export async function examineCluster(options: ExamineOptions): Promise<void> {
  const { found } = options;
  const missing = slurmFault(options.slurm);
  if (missing !== undefined) {
    found({ name: "commands", isWell: false, line: missing, facts: {} });
    return;
  }
  const folder = await folderIn(options);
  const limits = await limitsOf(options);
  if (folder === undefined) {
    return;
  }
  try {
    if (limits !== undefined && !options.signal?.aborted) {
      await followJob(folder, limits, options);
    }
  } finally {
    const left = await folder.remove();
    if (left !== undefined) {
      found({ name: "directory", isWell: false, line: left, facts: { path: options.directory } });
    }
  }
}

async function folderIn({ directory, found, doing }: ExamineOptions): Promise<ProbeFolder | undefined> {
  const facts = { path: directory };
  doing("making a folder");
  try {
    const folder = await ProbeFolder.make(directory);
    found({ name: "directory", isWell: true, line: `${shown(directory)} can be written`, facts });
    return folder;
  } catch (error) {
    if (!(error instanceof ClusterFault || error instanceof UnwritableFile)) {
      throw error;
    }
    const line = `${error.message}; name another by --directory, which the cluster's nodes share`;
    found({ name: "directory", isWell: false, line, facts });
    return undefined;
  }
}

/** What Slurm says of itself and of its nodes. */
async function limitsOf(options: ExamineOptions): Promise<SchedulerLimits | undefined> {
  const { asked, found, doing, signal } = options;
  const commands = new SlurmCommands(options.slurm);
  doing("asking Slurm about itself");
  const release = readRelease(await commands.say(versionCommand, signal));
  const configuration = readConfiguration(await commands.say(configurationCommand, signal));
  const nodes = readNodes(await commands.say(nodesCommand, signal));
  if (configuration.kind !== "seen" || release.kind !== "seen") {
    const [why] = [release, configuration].flatMap((one) => (one.kind === "seen" ? [] : [one.why]));
    found({ name: "slurm", isWell: false, line: `cannot be asked: ${why}`, facts: {} });
    return undefined;
  }
  const { cluster, maxArraySize, maxJobCount, minJobAge } = configuration;
  const words = [
    `${release.release}${cluster === undefined ? "" : `, cluster ${shown(cluster)}`}`,
    `arrays of up to ${maxArraySize} tasks`,
    ...(maxJobCount === undefined ? [] : [`${maxJobCount} jobs at once`]),
    ...(minJobAge ? [`remembers what has ended for ${minJobAge} s`] : []),
  ];
  found({
    ...{ name: "slurm", isWell: true, line: words.join("; ") },
    facts: {
      ...{ release: release.release, cluster: cluster ?? null, maxArraySize },
      ...{ maxJobCount: maxJobCount ?? null, minJobAge: minJobAge ?? null },
    },
  });
  if (nodes.kind !== "seen") {
    found({ name: "nodes", isWell: false, line: `cannot be asked about: ${nodes.why}`, facts: {} });
  } else {
    const { all, inService } = nodesInService(nodes, asked.partition);
    const where = asked.partition === undefined ? "" : ` of partition ${asked.partition}`;
    const line = all === 0 ? `there are none${where}` : `${inService} of ${all}${where} in service`;
    found({ name: "nodes", isWell: inService > 0, line, facts: { all, inService } });
  }
  return { kind: "seen", maxArraySize, remembers: minJobAge || undefined };
}

async function followJob(
  folder: ProbeFolder,
  limits: SchedulerLimits,
  options: ExamineOptions,
): Promise<void> {
  const { asked, found, doing, signal, seconds = usualSeconds, clock = machineClock } = options;
  const scheduler = slurmScheduler({ ...options.slurm, patience: 0 });
  const way = await jobOf(folder, {
    ...{ scheduler, limits, asked, seconds, clock, doing },
    ...(signal === undefined ? {} : { signal }),
  });
  found({ name: "job", ...(await told(way, folder)) });
  if (way.fault !== undefined) {
    return;
  }
  doing("waiting for what the job wrote");
  const ended = clock.now();
  let report: ProbeReport | undefined;
  try {
    for (report = await folder.report(); report === undefined; report = await folder.report()) {
      if (signal?.aborted || clock.now() - ended > showingSeconds) {
        break;
      }
      await clock.wait(0.2, signal);
    }
  } catch (error) {
    found({
      name: "files",
      isWell: false,
      line: error instanceof Error ? error.message : String(error),
      facts: {},
    });
    return;
  }
  const after = clock.now() - ended;
  if (report === undefined) {
    const line = `what the node wrote is not seen here ${after.toFixed(0)} s after its end; the directory must be one that nodes share`;
    found({ name: "files", isWell: false, line, facts: {} });
    return;
  }
  found({
    ...{ name: "files", isWell: true },
    line: `the node read what was written here, and what it wrote was seen here ${after.toFixed(1)} s after its end`,
    facts: { seenAfter: after },
  });
  tellNode(report, found);
}

/** What a job's way was, with the end of its log where it failed. */
async function told(
  { array, submitted, started, ended, nodes, fault }: JobWay,
  folder: ProbeFolder,
): Promise<Omit<ClusterFinding, "name">> {
  const facts = {
    ...{ array: array ?? null, submittedAfter: submitted ?? null, startedAfter: started ?? null },
    ...{ endedAfter: ended ?? null, nodes },
  };
  const times = [
    ...(submitted === undefined ? [] : [`submitted after ${submitted.toFixed(1)} s`]),
    ...(started === undefined
      ? []
      : [`started after ${started.toFixed(1)} s${nodes === "" ? "" : ` on ${shown(nodes)}`}`]),
    ...(ended === undefined ? [] : [`ended after ${ended.toFixed(1)} s`]),
  ].join(", ");
  if (fault === undefined) {
    return { isWell: true, line: times, facts };
  }
  const log = array === undefined ? [] : await lastLinesOf(`${folder.path}/logs/${array}_0.log`, linesOfLog);
  const where = nodes === "" ? "" : ` (${shown(nodes)})`;
  const line = [
    `${fault}${where}`,
    ...(log.length === 0 ? [] : [`its log ends with: ${log.join(" | ")}`]),
    ...(times === "" ? [] : [times]),
  ].join("; ");
  return { isWell: false, line, facts };
}

function tellNode(report: ProbeReport, found: ExamineOptions["found"]): void {
  const { node, version, program, arithmetic, compiler, problem } = report;
  const same = version === process.version ? "as here" : `here it is ${process.version}`;
  found({
    ...{ name: "node", isWell: true, line: `Node ${version} at ${shown(program)}; ${same}` },
    facts: { node, version, program },
  });
  const own = ownArithmetic();
  found({
    ...{ name: "arithmetic", isWell: arithmetic === own },
    line:
      arithmetic === own
        ? `${shown(arithmetic)}, as here`
        : `${shown(arithmetic)} on ${shown(node)}, and ${own} here: such a node has no tasks of runs that are sent from here; name a partition without it by --partition`,
    facts: { arithmetic, own },
  });
  found({
    ...{ name: "compiler", isWell: true },
    line:
      compiler === undefined
        ? `tasks run in WebAssembly: ${shown(problem ?? "there is no compiler")}`
        : `${shown(compiler)}: long tasks run as compiled programs`,
    facts: { compiler: compiler ?? null, problem: problem ?? null },
  });
}
