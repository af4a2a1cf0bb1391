import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatShortForm } from "../../diagram/index.js";
import { componentLabels, formatObservable, formulaOf, missingNumbers } from "../../evaluate/index.js";
import type { AnalyzedFile } from "../../language/index.js";
import { formatSpaceTime } from "../../spacetime/index.js";
import { evaluatorFor, exitStatus, type VerifyRun, type VerifySpecification } from "../../verify/index.js";
import { analyzeGivenFile, onlyFile, shownPath } from "../files.js";
import { formatEvaluation, formatRuns } from "../results.js";
import { commonOptions } from "../usage.js";
import { printJson, type Verb } from "../verb.js";
import { formatDiagnostic } from "./check.js";
import { withNames } from "./evaluate.js";
import { writeDrawings } from "./render.js";
import { Keeping, runOne, verify } from "./verify.js";

/** Diagrams with more edges get a drawing but no formula in the report. */
const mostEdgesWithFormula = 6;

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
    const folder = given.value("output") ?? "out";
    const drawings = await writeDrawings([...file.diagrams.values()], "svg", folder);

    const sections: string[] = [`# ${shownPath(path)}`, diagramsSection(file)];
    const runs: VerifyRun[] = [];
    const keeping = new Keeping();
    for (const [name, specification] of file.verifies) {
      if (terminal.interrupt.aborted || !file.ownNames.has(name)) {
        continue;
      }
      const evaluated = evaluationText(specification, file);
      say(`${evaluated}\n`);
      const own = await runOne(specification, given, terminal, keeping);
      terminal.progress("");
      say(`${formatRuns(own)}\n`);
      runs.push(...own);
      sections.push(`## ${specification.name}\n\n${fenced(evaluated)}\n\n${fenced(formatRuns(own))}`);
    }
    const stopped = terminal.interrupt.aborted;
    await keeping.settle(stopped);
    const reportPath = join(folder, "report.md");
    await writeFile(reportPath, `${sections.join("\n\n")}\n`);
    const status = exitStatus(runs);
    if (given.has("json")) {
      printJson(terminal, { report: reportPath, drawings, runs });
    } else {
      const drawn = drawings.length === 0 ? "no diagrams to draw" : `drawings: ${drawings.join(", ")}`;
      terminal.print(`${drawn}; report: ${reportPath}`);
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
