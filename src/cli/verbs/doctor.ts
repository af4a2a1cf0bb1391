import { type EngineFinding, engineCandidates, examine } from "../../engines/index.js";
import { processor } from "../../runs/index.js";
import { clusterOptions, readExecutor } from "../cluster-options.js";
import { formatFinding } from "../findings.js";
import { namedPrograms, runtimeOption } from "../runtime-option.js";
import { doctorStopped } from "../stopped.js";
import { commonOptions, UsageError } from "../usage.js";
import { printJson, type Verb } from "../verb.js";
import { examineExecutor } from "./doctor-cluster.js";

/** `diag doctor`: what each engine finds on this machine, and why one does not work; of a cluster, one small job's way. */
export const doctor: Verb = {
  name: "doctor",
  words: "",
  summary:
    "say which simulation engines work on this machine, and why others do not; with --executor slurm, whether runs can be sent to a cluster",
  example: "diag doctor",
  options: { ...runtimeOption, ...clusterOptions, ...commonOptions },
  async run(given, terminal) {
    if (given.words.length > 0) {
      throw new UsageError(`diag doctor takes no words; leave out "${given.words[0]}"`);
    }
    if (readExecutor(given) !== undefined) {
      return examineExecutor(given, terminal);
    }
    const findings: EngineFinding[] = [];
    const answer = (stopped: boolean) => ({
      ...(stopped ? { stopped } : {}),
      engines: findings.map(({ facts, ...rest }) => ({ ...rest, facts: Object.fromEntries(facts) })),
    });
    // What drives a device ends with this process.
    const tellKnown = () =>
      terminal.known({ json: answer(true), note: doctorStopped, status: 3, endsInOrder: false });
    tellKnown();
    for (const candidate of engineCandidates(namedPrograms(given))) {
      if (terminal.interrupt.aborted) {
        break;
      }
      terminal.doing(`looking at ${candidate.name}`);
      const finding = await examine(candidate, terminal.interrupt);
      if (terminal.interrupt.aborted) {
        break;
      }
      findings.push(finding);
      tellKnown();
      if (!given.has("json")) {
        terminal.print(formatFinding(finding));
      }
    }
    const stopped = terminal.interrupt.aborted;
    if (given.has("json")) {
      printJson(terminal, answer(stopped));
    }
    if (stopped) {
      terminal.note(doctorStopped);
      return 3;
    }
    return findings.some(({ engine, works }) => engine === processor.name && works) ? 0 : 1;
  },
};
