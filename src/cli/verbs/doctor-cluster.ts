import { type ClusterFinding, examineCluster } from "../../cluster-runs/index.js";
import { printableLine } from "../../printable/index.js";
import { readClusterDirectory, readClusterOptions } from "../cluster-options.js";
import { doctorStopped } from "../stopped.js";
import { type Arguments, UsageError } from "../usage.js";
import { type ExitStatus, printJson, type Terminal } from "../verb.js";

/** What is of engines of this machine only. */
const ofThisMachine = ["runtime", "compiler"] as const;

/** `diag doctor --executor slurm`: whether runs can be sent to a cluster, by the way of one small job. */
export async function examineExecutor(given: Arguments, terminal: Terminal): Promise<ExitStatus> {
  const stray = ofThisMachine.find((option) => given.has(option));
  if (stray !== undefined) {
    throw new UsageError(`--${stray} is for engines of this machine; leave it out with --executor`);
  }
  const findings: ClusterFinding[] = [];
  const answer = (stopped: boolean) => ({
    executor: "slurm",
    well: !stopped && findings.every(({ isWell }) => isWell),
    ...(stopped ? { stopped } : {}),
    findings: findings.map(({ name, isWell, line, facts }) => ({ name, well: isWell, line, ...facts })),
  });
  // Its job is cancelled and its folder removed before it ends.
  const tellKnown = () =>
    terminal.known({ json: answer(true), note: doctorStopped, status: 3, endsInOrder: true });
  tellKnown();
  await examineCluster({
    directory: readClusterDirectory(given),
    asked: readClusterOptions(given),
    signal: terminal.interrupt,
    doing: (what) => terminal.doing(what),
    found(finding) {
      findings.push(finding);
      tellKnown();
      if (!given.has("json")) {
        terminal.print(printableLine(formatClusterFinding(finding)));
      }
    },
  });
  const stopped = terminal.interrupt.aborted;
  if (given.has("json")) {
    printJson(terminal, answer(stopped));
  }
  if (stopped) {
    terminal.note(doctorStopped);
    return 3;
  }
  return findings.every(({ isWell }) => isWell) ? 0 : 1;
}

/** The longest name of a finding, so that lines stand under each other. */
const widest = "arithmetic".length;

function formatClusterFinding({ name, isWell, line }: ClusterFinding): string {
  return `${name.padEnd(widest)}  ${isWell ? "" : "not well: "}${line}`;
}
