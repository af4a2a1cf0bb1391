import { basename } from "node:path";
import { formatShortForm } from "../../diagram/index.js";
import { type Evaluator, formulaOf, missingNumbers } from "../../evaluate/index.js";
import type { AnalyzedFile } from "../../language/index.js";
import { asCodeBlock, harmlessLine } from "../../markdown/index.js";
import { formatObservable } from "../../observables/format.js";
import { componentLabels, isGap } from "../../observables/index.js";
import { formatSpaceTime } from "../../optimisers/index.js";
import { counted, printableLine } from "../../printable/index.js";
import { conclusionOf, conclusionText, type Run } from "../../runs/index.js";
import {
  describedSpecification,
  evaluatorOfGap,
  exitStatus,
  mostSeed,
  mostTrials,
  pointOf,
  simulationProblem,
  trialsOf,
  type VerifySpecification,
  wordsOfMetric,
  wordsOfWith,
} from "../../verify/index.js";
import { analyzeGivenFile, onlyFile, shownPath } from "../files.js";
import { OutputFolder } from "../output.js";
import { type PreparedRun, plottedBlock, predictBlock, prepareBlock } from "../plotting/block.js";
import { choiceOf, filesOf, Plans, plotTitles } from "../plotting/choice.js";
import { type WrittenPlot, writePlots } from "../plotting/files.js";
import { formatCriteria, formatEvaluation, formatOrders, formatRuns } from "../results.js";
import { commonOptions } from "../usage.js";
import { FaultAfterAnswer, printJson, type Verb } from "../verb.js";
import { formatDiagnostic } from "./check.js";
import { withNames } from "./evaluate.js";
import { Keeping } from "./keeping.js";
import { writeDrawings } from "./render.js";
import { asGiven, estimatesWith, rereading, runOne, statusOfStopped, verify } from "./verify.js";

/** Diagrams with more edges get a drawing but no formula in the report. */
const mostEdgesWithFormula = 6;

/** What the report itself is called, in the folder of the drawings. */
const reportName = "report.md";

/** `diag report FILE`: everything at once: check, evaluate, verify, draw. */
export const report: Verb = {
  name: "report",
  words: "FILE",
  summary: "check, evaluate and verify a file, and write its drawings, plots and a report",
  example: "diag report my.diag --output out",
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
    say(`${shownPath(path)}: ${errors === 0 ? "no errors" : counted(errors, "error")}\n`);
    if (errors > 0) {
      return 1;
    }
    const output = await OutputFolder.open(given.value("output"));
    const seed = given.whole("seed", 0, mostSeed);
    const plans = new Plans();
    const blocks = [...file.verifies]
      .filter(([name]) => file.ownNames.has(name))
      .map(([, one]) => {
        const specification = asGiven(one, given);
        const choice = choiceOf(specification, {});
        return { specification, choice, planned: plans.of(specification, choice) };
      });
    await output.check([
      reportName,
      ...blocks.flatMap(({ planned }) => planned.flatMap((one) => filesOf(one, "svg"))),
    ]);
    const drawings = await writeDrawings([...file.diagrams.values()], "svg", output, terminal);

    const sections: string[] = [`# ${harmlessLine(shownPath(path))}`, diagramsSection(file)];
    const runs: Run[] = [];
    const keeping = new Keeping();
    const plots: string[] = [];
    const known: {
      report?: string;
      drawings: readonly string[];
      plots: readonly string[];
      runs: readonly Run[];
    } = { drawings, plots, runs };
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
    for (const { specification, choice, planned } of blocks) {
      if (terminal.interrupt.aborted || fault !== undefined) {
        continue;
      }
      let evaluated = "";
      let drawn: readonly WrittenPlot[] = [];
      const before = runs.length;
      try {
        terminal.doing(`predicting ${specification.name}: diagram by diagram`);
        const estimates = estimatesWith(given);
        const trials = given.whole("trials", 1, mostTrials);
        const preparedWith = { terminal, estimates, asked: { backend: estimates.backend, trials, seed } };
        const prepared = await prepareBlock(specification, preparedWith);
        if (terminal.interrupt.aborted) {
          continue;
        }
        evaluated = prepared.map((one) => evaluationOf(one, file)).join("\n\n");
        say(`${evaluated}\n`);
        const predicted = await predictBlock(prepared, terminal, file);
        const untried = simulationProblem(specification);
        if (untried !== undefined) {
          say(`No trials: ${untried}.\n`);
          sections.push(sectionOf(specification.name, [evaluated, `No trials: ${untried}.`], []));
          await write();
          continue;
        }
        for (const { one, evaluator } of prepared) {
          await runOne(one, given, terminal, { keeping, runs, changed: tellKnown, evaluator });
        }
        // A plot of a part would look like one of the whole.
        if (!terminal.interrupt.aborted) {
          const own = runs.slice(before);
          const reread = rereading(path, specification.name, given, terminal);
          const block = await plottedBlock(specification, choice, seed, predicted, own, reread, preparedWith);
          drawn = await writePlots(block, planned, choice, specification, {
            ...{ format: "svg", output, terminal },
          });
          plots.push(...drawn.map(({ file }) => file));
          tellKnown();
        }
      } catch (error) {
        fault = error;
      }
      // What is known by then is not lost for what cannot be known.
      const own = runs.slice(before);
      if (own.length === 0) {
        continue;
      }
      const wanted = trialsOf(specification, given.whole("trials", 1, mostTrials));
      const conclusion = concluded(own, specification, wanted, terminal.interrupt.aborted);
      say(`${conclusion}\n`);
      say(`${formatRuns(own, terminal.columns)}\n`);
      const orders = own.some((run) => run.orders != null) ? formatOrders(own) : undefined;
      if (given.has("orders")) {
        say(`${formatOrders(own, terminal.columns)}\n`);
      }
      const blocks = [evaluated, formatRuns(own), ...(orders === undefined ? [] : [orders])];
      sections.push(sectionOf(specification.name, blocks, drawn, conclusion));
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
      const words = drawings.length === 0 ? "no diagrams to draw" : `drawings: ${drawings.join(", ")}`;
      const others = plots.length === 0 ? "" : `; plots: ${plots.join(", ")}`;
      terminal.print(printableLine(`${words}${others}; report: ${known.report}`));
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

/** What a report says of a block. */
function sectionOf(
  name: string,
  texts: readonly string[],
  plots: readonly WrittenPlot[],
  conclusion = "",
): string {
  const said = conclusion === "" ? [] : [harmlessLine(conclusion)];
  return [
    `## ${name}`,
    ...said,
    ...texts.map((text) => asCodeBlock(text, "text")),
    ...plots.map(imageOf),
  ].join("\n\n");
}

/** Whether a block's prediction holds, how well, and what to do next. */
function concluded(
  runs: readonly Run[],
  specification: VerifySpecification,
  trials: number,
  isStopped: boolean,
): string {
  const { observables, etas, prediction } = describedSpecification(specification, undefined);
  return conclusionText(
    conclusionOf({
      ...{ kind: "verification", state: isStopped ? "cancelled" : "done", partial: [], terms: [] },
      ...{ observables, etas, prediction, points: runs.map(pointOf), trials },
    }),
  );
}

/** A plot as a report shows it. */
function imageOf({ observable, plot, file }: WrittenPlot): string {
  return `![${plotTitles[plot]} of ${harmlessLine(observable)}](${encodeURI(basename(file))})`;
}

/** What a block predicts at its first learning rate, diagram by diagram. */
function evaluationOf({ one: specification, evaluator }: PreparedRun, file: AnalyzedFile): string {
  const { landscape, spacetime, observables, etas, prediction, sum } = specification;
  const criteriaOf = (known: Evaluator | undefined): string => {
    const criteria = known?.criteria(etas[0]!, spacetime);
    return criteria === undefined ? "" : `\n\n${formatCriteria(criteria).join("\n")}`;
  };
  if (prediction === undefined || evaluator === undefined) {
    return `Nothing is predicted: trials are measured only.${criteriaOf(evaluatorOfGap(specification))}`;
  }
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
      const criteria = isGap(observable) ? criteriaOf(evaluator) : "";
      const remarks = [divergence, total, ...others].filter((line) => line !== undefined);
      return (
        `${formatObservable(observable, landscape)} of ${landscape.name}${wordsOfWith(specification.with)} in ` +
        `${formatSpaceTime(spacetime)}${wordsOfMetric(landscape.metric)} ` +
        `at eta = ${etas[0]}\n\n${formatEvaluation(withNames(evaluation, file), remarks)}${criteria}`
      );
    })
    .join("\n\n");
}
