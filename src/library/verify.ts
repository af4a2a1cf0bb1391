import { setMaxListeners } from "node:events";
import { analyzeGivenFile, tellGuesses } from "../cli/files.js";
import { readWith } from "../cli/readings.js";
import {
  asGiven,
  chooseSpecifications,
  estimatesWith,
  readMeasure,
  refuseWithoutPrediction,
  verify as verb,
} from "../cli/verbs/verify.js";
import {
  drawingNotes,
  mostSeed,
  mostTrials,
  runVerification,
  variantsOf,
  wordsOfWith,
} from "../verify/index.js";
import {
  argumentsOf,
  checkKnown,
  checkShapes,
  type Given,
  optionsGiven,
  workingShapes,
} from "./arguments.js";
import { answered, asPrinted, checkText, pathOfText, terminalOf, theirs } from "./asked.js";
import type * as published from "./interface.js";

/** Options that are called as the command's are. */
const own = ["trials", "seed", "samples", "metric", "measure", "backend", "workers"];
const others = ["file", "signal", "onNote", "onProgress", "onRun", "names", "testPoints", "with"];
const shapes = {
  ...workingShapes,
  onProgress: "function",
  onRun: "function",
  names: "texts",
  with: "lists of numbers",
} as const;

export const verify: typeof published.verify = (text, options) =>
  answered(async () => {
    checkText(text);
    const asked = optionsGiven(options);
    checkKnown(asked, [...own, ...others]);
    checkShapes(asked, shapes);
    const { file: named, signal, onNote, onProgress, onRun, names, testPoints, with: over, ...plain } = asked;
    const path = pathOfText(named);
    const { terminal } = terminalOf(new Map([[path, text]]), signal, theirs(onNote));
    setMaxListeners(0, terminal.interrupt);
    const given = argumentsOf([], verb.options, {
      ...(plain as Readonly<Record<string, Given>>),
      "test-points": testPoints,
      with:
        over &&
        Object.entries(over)
          .map(([name, values]) => `${name}=${values.join(",")}`)
          .join(" "),
    });
    const trials = given.whole("trials", 1, mostTrials);
    const seed = given.whole("seed", 0, mostSeed);
    const file = await analyzeGivenFile(path, terminal, await readWith(given.value("with")));
    tellGuesses(file, terminal);
    const specifications = chooseSpecifications(file, names ?? []).map((one) => asGiven(one, given));
    if (readMeasure(given) !== undefined) {
      refuseWithoutPrediction(specifications);
    }
    const runs: published.Run[] = [];
    const tellProgress = theirs(onProgress);
    const tellRun = theirs(onRun);
    for (const specification of specifications.flatMap(variantsOf)) {
      const title = `${specification.name}${wordsOfWith(specification.with)}`;
      for (const line of drawingNotes(specification)) {
        terminal.note(`${title}: ${line}`);
      }
      if (!terminal.interrupt.aborted) {
        await runVerification(specification, {
          ...(trials === undefined ? {} : { trials }),
          ...(seed === undefined ? {} : { seed }),
          ...estimatesWith(given),
          signal: terminal.interrupt,
          onEstimateNote: (line) => terminal.note(`${title}: ${line}`),
          onProgress: (progress) => tellProgress?.({ verify: specification.name, ...progress }),
          onRun: (run) => {
            const row: published.Run = asPrinted(run);
            runs.push(row);
            tellRun?.(row);
          },
        });
      }
    }
    return { runs, stopped: terminal.interrupt.aborted };
  });
