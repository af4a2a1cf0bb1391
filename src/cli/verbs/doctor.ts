import { type EngineFinding, engineCandidates, examine } from "../../simulate/index.js";
import { unlessAborted } from "../../simulate/signals.js";
import { formatFinding } from "../findings.js";
import { commonOptions, UsageError } from "../usage.js";
import { printJson, type Verb } from "../verb.js";

/** `diag doctor`: what each engine finds on this machine, and why one does not work. */
export const doctor: Verb = {
  name: "doctor",
  words: "",
  summary: "say which simulation engines work on this machine, and why others do not",
  example: "diag doctor",
  options: commonOptions,
  async run(given, terminal) {
    if (given.words.length > 0) throw new UsageError("doctor takes no words");
    const findings: EngineFinding[] = [];
    for (const candidate of engineCandidates()) {
      if (terminal.interrupt.aborted) break;
      terminal.progress(`looking at ${candidate.name}`);
      const finding = await unlessAborted(examine(candidate), terminal.interrupt);
      if (finding === undefined) break;
      terminal.progress("");
      findings.push(finding);
      if (!given.has("json")) terminal.print(formatFinding(finding));
    }
    terminal.progress("");
    if (given.has("json")) {
      printJson(terminal, {
        engines: findings.map(({ facts, ...rest }) => ({ ...rest, facts: Object.fromEntries(facts) })),
      });
    }
    return findings.some(({ engine, works }) => engine === "cpu" && works) ? 0 : 1;
  },
};
