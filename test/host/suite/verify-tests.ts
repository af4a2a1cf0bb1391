import { deepEqual, equal, match } from "node:assert/strict";
import * as vscode from "vscode";
import type { ListedTest } from "../../../src/extension/tests/index.js";
import { ask, filesAreWatched, openFile, replaceText, type Tests, until } from "./testing.js";

// The mean test loss after one update from t = 1 is 1 − η + η², for which order 2 is exact. The order-0 term and
// `pair` alone give 1 + η²/2, which is far from it. Twenty trials cannot tell order 2 from order 1.
const verify = (name: string, eta: string, predict: string, trials: number): string => `verify ${name} {
  landscape bowl
  sgd(N = 1, E = 1, B = 1)
  eta = ${eta}
  observe test_loss
  predict ${predict}
  trials = ${trials}
}
`;
const text = `landscape bowl {
  weights t = 1
  data x ~ normal(0, 1)
  loss (t - x)^2 / 2
}
diagram pair = (01-2)(02-12)
${verify("sure", "1/20, 0.1", "order 2", 20000)}${verify("wrong", "0.1", "pair", 20000)}${verify("unsure", "0.1", "order 2", 20)}`;

interface Exports {
  readonly tests: { list(): readonly ListedTest[] };
}

/** The tests of a file, as the explorer has them. */
function testsOf({ uri }: vscode.TextDocument): readonly ListedTest[] {
  const { exports } = vscode.extensions.getExtension<Exports>("descent-diagrams.descent-diagrams")!;
  return exports.tests.list().find(({ id }) => id === uri.toString())?.children ?? [];
}

/** Each learning rate in one line: how its last run ended, and what is written beside it. */
const linesOf = (document: vscode.TextDocument): string[] =>
  testsOf(document).flatMap(({ label: name, children }) =>
    children.map(({ label, outcome, description }) =>
      [name, label, outcome, description].filter(Boolean).join(" "),
    ),
  );

const once = (document: vscode.TextDocument, what: string, holds: (lines: string[]) => boolean) =>
  until(what, () => {
    const lines = linesOf(document);
    return lines.length > 0 && holds(lines) && lines;
  });

const hasRun = (lines: readonly string[]) =>
  lines.every((line) => /passed|failed|skipped|errored/.test(line));

/** Runs the tests of the file in the editor. The window hears of tests a moment after the extension has them. */
async function runFile(document: vscode.TextDocument): Promise<string[]> {
  return until("the results", async () => {
    await ask("testing.runCurrentFile");
    const lines = linesOf(document);
    return hasRun(lines) && lines;
  });
}

export const verifyTests: Tests = {
  "verify blocks are tests, with a child for each learning rate": async () => {
    const document = await openFile("tests.diag", text);
    const lines = await once(document, "the tests", ({ length }) => length === 4);
    deepEqual(lines, ["sure eta = 0.05", "sure eta = 0.1", "wrong eta = 0.1", "unsure eta = 0.1"]);
    await replaceText(document, "eta = 1/20, 0.1", "eta = 1/20, 0.1, 0.2");
    await once(document, "a new learning rate", (now) => now.includes("sure eta = 0.2"));
    await replaceText(document, "predict order 2", "predict nobody");
    const broken = await until("the error of the block", () => testsOf(document)[0]?.error);
    match(broken, /nobody/);
    equal(testsOf(document)[0]!.children.length, 3);
    await document.save();
  },

  "tests pass, fail and are inconclusive": async () => {
    const document = await openFile("tests.diag", text);
    await once(document, "the tests", ({ length }) => length === 4);
    const lines = await runFile(document);
    deepEqual(lines.slice(0, 3), [
      "sure eta = 0.05 passed",
      "sure eta = 0.1 passed",
      "wrong eta = 0.1 failed",
    ]);
    match(lines[3]!, /^unsure eta = 0\.1 skipped inconclusive: about \d+ trials would decide$/);
  },

  "an inconclusive test is decided by enough trials": async () => {
    const document = await openFile("enough.diag", text);
    await once(document, "the tests", ({ length }) => length === 4);
    await runFile(document);
    await ask("diag.runWithEnoughTrials");
    const lines = await once(document, "the decision", (now) => hasRun(now) && !/skipped/.test(now.join()));
    equal(lines[3], "unsure eta = 0.1 passed");
  },

  "the tests of a file go with it": async () => {
    const document = await openFile("going.diag", text);
    await once(document, "the tests", ({ length }) => length === 4);
    await ask("workbench.action.closeActiveEditor");
    await filesAreWatched();
    await vscode.workspace.fs.delete(document.uri);
    await until("their end", () => testsOf(document).length === 0);
  },
};
