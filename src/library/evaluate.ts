import { setMaxListeners } from "node:events";
import { FaultAfterAnswer } from "../cli/verb.js";
import { evaluate as verb } from "../cli/verbs/evaluate.js";
import { optimisers } from "../optimisers/index.js";
import { argumentsOf, checkKnown, type Given, pairsOf } from "./arguments.js";
import { answered, checkText, pathOfText, terminalOf } from "./asked.js";
import type * as published from "./interface.js";

/** Options that are called as the command's are. */
const own = ["landscape", "order", "series", "diagram", "eta", "metric", "observe", "sum", "samples"];
const others = ["file", "signal", "onNote", "descent", "minus", "at"];

export const evaluate: typeof published.evaluate = (text, options) =>
  answered(async () => {
    checkText(text);
    checkKnown(options ?? {}, [...own, ...others]);
    const { file, signal, onNote, descent, minus, at, ...plain } = options ?? {};
    const path = pathOfText(file);
    const { terminal, printed } = terminalOf(new Map([[path, text]]), signal, onNote);
    setMaxListeners(0, terminal.interrupt);
    const given = argumentsOf([path], verb.options, {
      ...(plain as Readonly<Record<string, Given>>),
      ...optionsOf(descent, ""),
      ...optionsOf(minus, "minus-"),
      at: at && pairsOf(at),
      json: true,
    });
    try {
      await verb.run(given, terminal);
    } catch (thrown) {
      throw thrown instanceof FaultAfterAnswer ? thrown.fault : thrown;
    }
    return JSON.parse(printed.join("\n")) as published.Evaluated;
  }, options?.signal);

/** A descent as the options that are called like its optimiser. */
function optionsOf(descent: published.Descent | undefined, before: string): Record<string, string> {
  const known = optimisers.map(({ name }) => name);
  const named = Object.entries(descent ?? {});
  checkKnown(descent ?? {}, known);
  return Object.fromEntries(named.map(([name, values]) => [`${before}${name}`, pairsOf(values)]));
}
