import { formatShortForm } from "../../diagram/index.js";
import { componentLabels, formatObservable, formulaOf, missingNumbers } from "../../evaluate/index.js";
import type { AnalyzedFile } from "../../language/index.js";
import { formatSpaceTime } from "../../spacetime/index.js";
import { evaluatorFor, exitStatus, type VerifyRun, type VerifySpecification } from "../../verify/index.js";
import { analyzeGivenFile, onlyFile, shownPath } from "../files.js";
import { OutputFolder } from "../output.js";
import { formatEvaluation, formatRuns } from "../results.js";
import { commonOptions } from "../usage.js";
import { FaultAfterAnswer, printJson, type Verb } from "../verb.js";
import { formatDiagnostic } from "./check.js";
import { withNames } from "./evaluate.js";
import { Keeping } from "./keeping.js";
import { writeDrawings } from "./render.js";
import { runOne, verify } from "./verify.js";

/** Diagrams with more edges get a drawing but no formula in the report. */
const mostEdgesWithFormula = 6;

/** What the report itself is called, in the folder of the drawings. */
const reportName = "report.md";

/** `diag report FILE`: everything at once: check, evaluate, verify, draw. */
export const report: Verb = {
  name: "report",
  words: "FILE",
  summary: "check, evaluate and verify a file, and write its drawings and a report",
  example: "diag report examples/gauss.diag --output out",
  options: {
    output: { takes: "value", hint: "a folder", help: "where the files go; out by default" },
    ...Object.fromEntries(Object.entries(verify.options)),
    ...commonOptions,
  },
  async run(given, terminal) {
    const path = onlyFile(given.words, "report");
    const file = await analyzeGivenFile(path);
    const say = (text: string) => (given.has("json") ? terminal.note(text) : terminal.print(text));
    for (const diagnostic of file.diagnostics) {
      say(formatDiagnostic(diagnostic));
    }
    const errors = file.diagnostics.filter((one) => one.severity === "error").length;
    say(`${shownPath(path)}: ${errors === 0 ? "no errors" : `${errors} errors`}\n`);
    if (errors > 0) {
      return 1;
    }
    const output = await OutputFolder.open(given.value("output"));
    await output.check([reportName]);
    const drawings = await writeDrawings([...file.diagrams.values()], "svg", output);

    const sections: string[] = [`# ${shownPath(path)}`, diagramsSection(file)];
    const runs: VerifyRun[] = [];
    const keeping = new Keeping();
    const known: { report?: string; drawings: readonly string[]; runs: readonly VerifyRun[] } = {
      drawings,
      runs,
    };
    let fault: unknown;
    for (const [name, specification] of file.verifies) {
      if (terminal.interrupt.aborted || fault !== undefined || !file.ownNames.has(name)) continue;
      let evaluated = "";
      const own: VerifyRun[] = [];
      try {
        evaluated = evaluationText(specification, file);
        say(`${evaluated}\n`);
        await runOne(specification, given, terminal, keeping, own);
      } catch (error) {
        fault = error;
      }
      terminal.progress("");
      // What is known by then is not lost for what cannot be known.
      if (own.length === 0) continue;
      say(`${formatRuns(own)}\n`);
      runs.push(...own);
      sections.push(`## ${specification.name}\n\n${fenced(evaluated)}\n\n${fenced(formatRuns(own))}`);
    }
    const stopped = terminal.interrupt.aborted;
    if (fault === undefined || runs.length > 0)
      try {
        known.report = await output.write(reportName, `${sections.join("\n\n")}\n`);
      } catch (error) {
        fault ??= error;
      }
    // Trials are forgotten only when what they tell is written.
    await keeping.settle(stopped || fault !== undefined);
    if (fault !== undefined) {
      const kept = keeping.wordsOfKept();
      if (kept !== undefined) terminal.note(kept);
      throw new FaultAfterAnswer(fault, known);
    }
    const status = exitStatus(runs);
    if (given.has("json")) {
      printJson(terminal, known);
    } else {
      const drawn = drawings.length === 0 ? "no diagrams to draw" : `drawings: ${drawings.join(", ")}`;
      terminal.print(`${drawn}; report: ${known.report}`);
    }
    if (stopped) terminal.note(keeping.wordsOfStop());
    return stopped && status === 0 ? 3 : status;
  },
};

function diagramsSection(file: AnalyzedFile): string {
  return [...file.diagrams.values()]
    .map((named) => {
      const { diagram } = named;
      const head = `## ${named.name}\n\n![${named.name}](${encodeURI(named.name)}.svg)\n\n\`${formatShortForm(diagram)}\``;
      if (diagram.parents.length - 1 > mostEdgesWithFormula) {
        return head;
      }
      const { sum, rvalue, reading } = formulaOf(diagram);
      return `${head}\n\n$$${rvalue}$$\n\nSummed over embeddings, read in \`${reading}\`:\n\n$$${sum}$$`;
    })
    .join("\n\n");
}

/** What the block predicts at its first learning rate, diagram by diagram. */
function evaluationText(specification: VerifySpecification, file: AnalyzedFile): string {
  const { landscape, spacetime, observables, etas, prediction, sum } = specification;
  const evaluator = evaluatorFor(specification);
  return observables
    .map((observable) => {
      const evaluation = evaluator.evaluate({
        spacetime,
        eta: etas[0]!,
        observable,
        selection: prediction,
        sum,
      });
      const divergence = evaluator.divergence(etas[0]!, spacetime);
      const { total, others } = missingNumbers(evaluation, componentLabels(observable, landscape));
      const remarks = [divergence, total, ...others].filter((line) => line !== undefined);
      return (
        `${formatObservable(observable, landscape)} of ${landscape.name} in ${formatSpaceTime(spacetime)} ` +
        `at eta = ${etas[0]}\n\n${formatEvaluation(withNames(evaluation, file), remarks)}`
      );
    })
    .join("\n\n");
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
