import { formatShortForm } from "../../diagram/index.js";
import { formulaOf, missingNumbers } from "../../evaluate/index.js";
import type { AnalyzedFile } from "../../language/index.js";
import { asCodeBlock, harmlessLine } from "../../markdown/index.js";
import { formatObservable } from "../../observables/format.js";
import { componentLabels, isGap } from "../../observables/index.js";
import { formatSpaceTime } from "../../optimisers/index.js";
import { printableLine } from "../../printable/index.js";
import type { Run } from "../../runs/index.js";
import {
  evaluatorFor,
  exitStatus,
  type VerifySpecification,
  variantsOf,
  wordsOfMetric,
  wordsOfWith,
} from "../../verify/index.js";
import { analyzeGivenFile, onlyFile, shownPath } from "../files.js";
import { OutputFolder } from "../output.js";
import { formatCriteria, formatEvaluation, formatOrders, formatRuns } from "../results.js";
import { commonOptions } from "../usage.js";
import { FaultAfterAnswer, printJson, type Verb } from "../verb.js";
import { formatDiagnostic } from "./check.js";
import { withNames } from "./evaluate.js";
import { Keeping } from "./keeping.js";
import { writeDrawings } from "./render.js";
import { onGivenMetric, runOne, statusOfStopped, verify } from "./verify.js";

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
    const file = await analyzeGivenFile(path, terminal);
    const say = (text: string) => {
      if (!given.has("json")) {
        return terminal.print(text);
      }
      for (const line of text.split("\n")) {
        terminal.note(line);
      }
    };
    for (const diagnostic of file.diagnostics) {
      say(formatDiagnostic(diagnostic));
    }
    const errors = file.diagnostics.filter((one) => one.severity === "error").length;
    say(`${shownPath(path)}: ${errors === 0 ? "no errors" : `${errors} errors`}\n`);
    if (errors > 0) {
      return 1;
    }
    const specifications = [...file.verifies]
      .filter(([name]) => file.ownNames.has(name))
      .map(([, one]) => onGivenMetric(one, given));
    const output = await OutputFolder.open(given.value("output"));
    await output.check([reportName]);
    const drawings = await writeDrawings([...file.diagrams.values()], "svg", output, terminal);

    const sections: string[] = [`# ${harmlessLine(shownPath(path))}`, diagramsSection(file)];
    const runs: Run[] = [];
    const keeping = new Keeping();
    const known: { report?: string; drawings: readonly string[]; runs: readonly Run[] } = {
      drawings,
      runs,
    };
    const tellKnown = () =>
      terminal.known({
        json: known,
        note: keeping.wordsOfStop(),
        status: statusOfStopped(runs),
        endsInOrder: true,
      });
    // Written anew with each block, so that one that is ended in the middle of another is there.
    const write = async () => {
      terminal.doing("writing the report");
      known.report = await output.write(reportName, `${sections.join("\n\n")}\n`);
      tellKnown();
    };
    let fault: unknown;
    tellKnown();
    for (const specification of specifications) {
      if (terminal.interrupt.aborted || fault !== undefined) {
        continue;
      }
      let evaluated = "";
      const before = runs.length;
      try {
        terminal.doing(`predicting ${specification.name}: diagram by diagram`);
        evaluated = evaluationText(specification, file);
        say(`${evaluated}\n`);
        for (const one of variantsOf(specification)) {
          await runOne(one, given, terminal, { keeping, runs, changed: tellKnown });
        }
      } catch (error) {
        fault = error;
      }
      // What is known by then is not lost for what cannot be known.
      const own = runs.slice(before);
      if (own.length === 0) {
        continue;
      }
      say(`${formatRuns(own)}\n`);
      const orders = own.some((run) => run.orders != null) ? formatOrders(own) : undefined;
      if (given.has("orders")) {
        say(`${orders ?? formatOrders(own)}\n`);
      }
      const blocks = [evaluated, formatRuns(own), ...(orders === undefined ? [] : [orders])];
      sections.push(
        [`## ${specification.name}`, ...blocks.map((text) => asCodeBlock(text, "text"))].join("\n\n"),
      );
      try {
        await write();
      } catch (error) {
        fault ??= error;
      }
    }
    const stopped = terminal.interrupt.aborted;
    if (fault === undefined && runs.length === 0) {
      try {
        await write();
      } catch (error) {
        fault = error;
      }
    }
    // Trials are forgotten only when what they tell is written.
    await keeping.settle(stopped || fault !== undefined);
    if (fault !== undefined) {
      const kept = keeping.wordsOfKept();
      if (kept !== undefined) {
        terminal.note(kept);
      }
      throw new FaultAfterAnswer(fault, known);
    }
    const status = stopped ? statusOfStopped(runs) : exitStatus(runs);
    if (given.has("json")) {
      printJson(terminal, known, status);
    } else {
      const drawn = drawings.length === 0 ? "no diagrams to draw" : `drawings: ${drawings.join(", ")}`;
      terminal.print(printableLine(`${drawn}; report: ${known.report}`));
    }
    if (stopped) {
      terminal.note(keeping.wordsOfStop());
    }
    return status;
  },
};

/** What there is of a report before its blocks. */
function diagramsSection(file: AnalyzedFile): string {
  return [...file.diagrams.values()]
    .map((named) => {
      const { diagram } = named;
      const head = `## ${named.name}\n\n![${named.name}](${encodeURI(named.name)}.svg)\n\n\`${formatShortForm(diagram)}\``;
      if (diagram.parents.length - 1 > mostEdgesWithFormula) {
        return head;
      }
      const { sum, limit, rvalue, reading } = formulaOf(diagram);
      const text = `${head}\n\n$$${rvalue}$$\n\nSummed over embeddings, read in \`${reading}\`:\n\n$$${sum}$$`;
      return limit === sum ? text : `${text}\n\nAs \`T\` goes to infinity:\n\n$$${limit}$$`;
    })
    .join("\n\n");
}

/** What the block predicts at its first learning rate, diagram by diagram. */
function evaluationText(specification: VerifySpecification, file: AnalyzedFile): string {
  return variantsOf(specification)
    .map((one) => evaluationOf(one, file))
    .join("\n\n");
}

function evaluationOf(specification: VerifySpecification, file: AnalyzedFile): string {
  const { landscape, spacetime, observables, etas, prediction, sum } = specification;
  if (prediction === undefined) {
    return "Nothing is predicted: trials are measured only.";
  }
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
      const own = isGap(observable) ? evaluator.criteria(etas[0]!, spacetime) : undefined;
      const criteria = own === undefined ? "" : `\n\n${formatCriteria(own).join("\n")}`;
      const remarks = [divergence, total, ...others].filter((line) => line !== undefined);
      return (
        `${formatObservable(observable, landscape)} of ${landscape.name}${wordsOfWith(specification.with)} in ` +
        `${formatSpaceTime(spacetime)}${wordsOfMetric(landscape.metric)} ` +
        `at eta = ${etas[0]}\n\n${formatEvaluation(withNames(evaluation, file), remarks)}${criteria}`
      );
    })
    .join("\n\n");
}
