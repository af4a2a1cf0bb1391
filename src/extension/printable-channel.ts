import type * as vscode from "vscode";
import { printableText } from "../printable/index.js";

/** What writes into a log's channel. */
const writers: ReadonlySet<string | symbol> = new Set([
  ...["append", "appendLine", "replace"],
  ...["trace", "debug", "info", "warn", "error"],
]);

/** A log's channel that shows what controls a terminal or hides text, instead of passing it on: paths and errors hold any. */
export function printableChannel(channel: vscode.LogOutputChannel): vscode.LogOutputChannel {
  return new Proxy(channel, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") {
        return value;
      }
      return writers.has(key)
        ? (...words: readonly unknown[]) => value.apply(target, words.map(printableWord))
        : value.bind(target);
    },
  });
}

function printableWord(word: unknown): unknown {
  if (word instanceof Error) {
    return printableText(word.stack ?? word.message);
  }
  return typeof word === "string" ? printableText(word) : word;
}
