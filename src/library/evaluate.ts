import { setMaxListeners } from "node:events";
import { FaultAfterAnswer } from "../cli/verb.js";
import { evaluate as verb } from "../cli/verbs/evaluate.js";
import { optimisers } from "../optimisers/index.js";
import {
  argumentsOf,
  checkKnown,
  checkShapes,
  type Given,
  optionsGiven,
  pairsOf,
  workingShapes,
} from "./arguments.js";
import { answered, checkText, pathOfText, terminalOf, theirs } from "./asked.js";
import type * as published from "./interface.js";

/** Options that are called as the command's are. */
const own = ["landscape", "order", "series", "diagram", "eta", "metric", "observe", "sum", "samples"];
const others = ["file", "signal", "onNote", "descent", "minus", "at"];
const shapes = { ...workingShapes, descent: "object", minus: "object", at: "object" } as const;

export const evaluate: typeof published.evaluate = (text, options) =>
  answered(async () => {
    checkText(text);
    const asked = optionsGiven(options);
    checkKnown(asked, [...own, ...others]);
    checkShapes(asked, shapes);
    const { file, signal, onNote, descent, minus, at, ...plain } = asked;
    const path = pathOfText(file);
    const { terminal, printed } = terminalOf(new Map([[path, text]]), signal, theirs(onNote));
    setMaxListeners(0, terminal.interrupt);
    const given = argumentsOf([path], verb.options, {
      ...(plain as Readonly<Record<string, Given>>),
      ...optionsOf(descent, ""),
      ...optionsOf(minus, "minus-"),
      at: at && pairsOf("at", at),
      json: true,
    });
    try {
      await verb.run(given, terminal);
    } catch (thrown) {
      throw thrown instanceof FaultAfterAnswer ? thrown.fault : thrown;
    }
    // Whether an observable is a number or a list its author knows: where none is named it is a number.
    return JSON.parse(printed.join("\n")) as published.Evaluated<number>;
  }, signalOf(options));

/** What is given as one, before it is known whether it is. */
function signalOf(options: published.EvaluateOptions | undefined): AbortSignal | undefined {
  const signal: unknown = (options as Partial<published.EvaluateOptions> | null | undefined)?.signal;
  return signal instanceof AbortSignal ? signal : undefined;
}

/** A descent as the options that are called like its optimiser. */
function optionsOf(descent: published.Descent | undefined, before: string): Record<string, string> {
  const known = optimisers.map(({ name }) => name);
  const named = Object.entries(descent ?? {});
  checkKnown(descent ?? {}, known);
  return Object.fromEntries(named.map(([name, values]) => [`${before}${name}`, pairsOf(name, values)]));
}
