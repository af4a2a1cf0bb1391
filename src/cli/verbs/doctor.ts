import { type EngineFinding, engineCandidates, examine } from "../../simulate/index.js";
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
      const finding = await examine(candidate, terminal.interrupt);
      if (terminal.interrupt.aborted) break;
      terminal.progress("");
      findings.push(finding);
      if (!given.has("json")) terminal.print(formatFinding(finding));
    }
    terminal.progress("");
    const stopped = terminal.interrupt.aborted;
    if (given.has("json")) {
      printJson(terminal, {
        ...(stopped ? { stopped } : {}),
        engines: findings.map(({ facts, ...rest }) => ({ ...rest, facts: Object.fromEntries(facts) })),
      });
    }
    if (stopped) {
      terminal.note("stopped; what is printed is what was known by then");
      return 3;
    }
    return findings.some(({ engine, works }) => engine === "cpu" && works) ? 0 : 1;
  },
};
