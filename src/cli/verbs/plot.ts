import { printableLine } from "../../printable/index.js";
import type { Run } from "../../runs/index.js";
import { exitStatus, mostSeed } from "../../verify/index.js";
import { analyzeGivenFile, firstFile, tellGuesses } from "../files.js";
import { OutputFolder } from "../output.js";
import { plottedBlock, predictBlock, prepareBlock } from "../plotting/block.js";
import {
  type AskedPlots,
  choiceOf,
  filesOf,
  Plans,
  type PlotName,
  plotFormats,
  plotNames,
} from "../plotting/choice.js";
import { type WrittenPlot, writePlots } from "../plotting/files.js";
import { readEta, readFormat, readWith } from "../readings.js";
import { formatRuns } from "../results.js";
import { type Arguments, type OptionRules, UsageError } from "../usage.js";
import { FaultAfterAnswer, printJson, type Verb } from "../verb.js";
import { Keeping } from "./keeping.js";
import {
  asGiven,
  chooseSpecifications,
  estimatesWith,
  readBackend,
  readMeasure,
  refuseWithoutPrediction,
  rereading,
  runOne,
  statusOfStopped,
  verify,
} from "./verify.js";

const { orders: _, ...optionsOfRuns } = verify.options;

/** What says which plots there are, for all verbs that draw them. */
const optionsOfPlots: OptionRules = {
  x: {
    takes: "value",
    hint: "a name",
    help: "what measured values are drawn over: eta, or the param that a block runs over; the param where there is one learning rate",
  },
  only: {
    takes: "value",
    hint: plotNames.slice(0, 2).join(","),
    help: `which plots, between commas: ${plotNames.join(", ")}; all by default, over a param the measured values`,
  },
  eta: {
    takes: "value",
    hint: "a number",
    help: "the learning rate of the plots of orders and contributions; the largest by default",
  },
};

/** `diag plot FILE [NAME…] --to FORMAT`: what was measured on what was predicted, as pictures for a paper or as their numbers. */
export const plot: Verb = {
  name: "plot",
  words: "FILE [NAME…]",
  summary: "run verify blocks, and draw what was measured on what was predicted",
  example: "diag plot my.diag gauss_excess --to svg --output out",
  options: {
    to: {
      takes: "value",
      hint: plotFormats.join("|"),
      help: "svg, png: pictures of a paper's column, 3.3 inches wide, black on white; csv: their numbers",
    },
    output: { takes: "value", hint: "a folder", help: "where the files go; out by default" },
    ...optionsOfPlots,
    ...optionsOfRuns,
  },
  async run(given, terminal) {
    const path = firstFile(given.words, "plot");
    const format = readFormat(given.value("to"), plotFormats);
    const asked = await readPlots(given);
    const seed = given.whole("seed", 0, mostSeed);
    readBackend(given);
    const over = await readWith(given.value("with"));
    const file = await analyzeGivenFile(path, terminal, over);
    tellGuesses(file, terminal);
    const specifications = chooseSpecifications(file, given.words.slice(1)).map((one) => asGiven(one, given));
    if (readMeasure(given) !== undefined) {
      refuseWithoutPrediction(specifications);
    }
    const plans = new Plans();
    const blocks = specifications.map((specification) => {
      const choice = choiceOf(specification, asked);
      return { specification, choice, planned: plans.of(specification, choice) };
    });
    const output = await OutputFolder.open(given.value("output"));
    await output.check(blocks.flatMap(({ planned }) => planned.flatMap((one) => filesOf(one, format))));

    const files: WrittenPlot[] = [];
    const runs: Run[] = [];
    const keeping = new Keeping();
    const known = { format, files, runs };
    const tellKnown = () =>
      terminal.known({
        json: known,
        text: textOf(runs, files, terminal.columns),
        note: keeping.wordsOfStop(),
        status: statusOfStopped(runs),
        endsInOrder: true,
      });
    tellKnown();
    try {
      for (const { specification, choice, planned } of blocks) {
        terminal.doing(`predicting ${specification.name}`);
        const preparedWith = { terminal, estimates: estimatesWith(given) };
        const prepared = await prepareBlock(specification, preparedWith);
        const predicted = await predictBlock(prepared, terminal, file);
        const before = runs.length;
        for (const { one, evaluator } of prepared) {
          if (!terminal.interrupt.aborted) {
            await runOne(one, given, terminal, { keeping, runs, changed: tellKnown, evaluator });
          }
        }
        // A plot of a part would look like one of the whole.
        if (terminal.interrupt.aborted) {
          break;
        }
        const own = runs.slice(before);
        const reread = rereading(path, specification.name, given, terminal);
        const block = await plottedBlock(specification, choice, seed, predicted, own, reread, preparedWith);
        files.push(
          ...(await writePlots(block, planned, choice, specification, { format, output, terminal })),
        );
        tellKnown();
      }
    } catch (fault) {
      await keeping.settle(true);
      if (terminal.interrupt.aborted) {
        return ended(statusOfStopped(runs));
      }
      if (runs.length > 0 && !given.has("json")) {
        terminal.print(textOf(runs, files, terminal.columns));
      }
      const kept = keeping.wordsOfKept();
      if (kept !== undefined) {
        terminal.note(kept);
      }
      throw new FaultAfterAnswer(fault, runs.length > 0 ? known : {});
    }
    const stopped = terminal.interrupt.aborted;
    await keeping.settle(stopped);
    return ended(stopped ? statusOfStopped(runs) : exitStatus(runs));

    function ended(status: 0 | 1 | 2 | 3) {
      if (given.has("json")) {
        printJson(terminal, known, status);
      } else if (runs.length > 0) {
        terminal.print(textOf(runs, files, terminal.columns));
      }
      if (terminal.interrupt.aborted) {
        terminal.note(keeping.wordsOfStop());
      }
      return status;
    }
  },
};

/** What people are shown: the runs, and the files. */
function textOf(runs: readonly Run[], files: readonly WrittenPlot[], room?: number): string {
  const lines = files.map(({ file }) => printableLine(file));
  return (runs.length === 0 ? lines : [formatRuns(runs, room), ...lines]).join("\n");
}

/** Which plots were asked for. */
async function readPlots(given: Arguments): Promise<AskedPlots> {
  const only = given.value("only");
  const plots = only?.split(",").map((text) => {
    const name = plotNames.find((one) => one === text.trim());
    if (name === undefined) {
      throw new UsageError(`--only ${only} is not known; it takes ${plotNames.join(", ")} between commas`);
    }
    return name;
  });
  const x = given.value("x")?.trim();
  const eta = given.value("eta");
  return {
    ...(x === undefined ? {} : { x }),
    ...(plots === undefined ? {} : { plots: [...new Set<PlotName>(plots)] }),
    ...(eta === undefined ? {} : { eta: await readEta(eta) }),
  };
}
