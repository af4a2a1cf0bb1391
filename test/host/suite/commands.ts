import { deepEqual, equal, match, ok } from "node:assert/strict";
import * as vscode from "vscode";
import { ask, openFile, replaceText, type Tests, until } from "./testing.js";

// After one update from t = 1 with learning rate η, t = (1 − η) + ηx, so that the expected test loss is
// ((1 − η)² + η² + 1) / 2: 0.91 at η = 0.1. The loss is quadratic, for which order 2 is exact.
const quadratic = `landscape bowl {
  weights t = 1
  data x ~ normal(0, 1)
  loss (t - x)^2 / 2
}
diagram pair = (01-2)(02-12)
verify once {
  landscape bowl
  sgd(N = 1, E = 1, B = 1)
  eta = 0.1
  observe test_loss
  predict order 2
  trials = 20000
}
`;
const exact = 0.91;

interface Term {
  readonly value: number;
}

const near = (one: number, other: number, margin: number): void =>
  ok(Math.abs(one - other) < margin, `${one} is not ${other} within ${margin}`);

const lensesOf = async (document: vscode.TextDocument, count: number): Promise<vscode.CodeLens[]> =>
  until(`${count} code lenses`, async () => {
    const found = await ask<vscode.CodeLens[]>("vscode.executeCodeLensProvider", document.uri, 100);
    return found.length === count && found;
  });

const lens = (lenses: readonly vscode.CodeLens[], command: string, name: string): vscode.Command => {
  const found = lenses.find(
    (one) => one.command?.command === command && (one.command.arguments ?? []).includes(name),
  );
  if (!found?.command) throw new Error(`no lens ${command} for ${name}`);
  return found.command;
};

const resultText = (title: string): Promise<string> =>
  until(`the result ${title}`, () =>
    vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme === "diag-result" && uri.path === `/${title}`,
    ),
  ).then((document) => document.getText());

export const commands: Tests = {
  "code lenses stand above declarations, and each command is known": async () => {
    const document = await openFile("lenses.diag", quadratic);
    const lenses = await lensesOf(document, 4);
    deepEqual(
      lenses
        .map(
          ({ range, command }) => `${range.start.line}: ${command!.title.replace(/^\$\([\w~-]+\)\s*/, "")}`,
        )
        .sort(),
      ["5: Evaluate", "5: Preview", "6: Evaluate", "6: Verify"],
    );
    const known = await vscode.commands.getCommands(true);
    for (const { command } of lenses) ok(known.includes(command!.command), command!.command);
  },

  "Preview shows the drawing, and draws anew when the text changes": async () => {
    const document = await openFile("preview.diag", quadratic);
    const { command, arguments: words } = lens(await lensesOf(document, 4), "diag.preview", "pair");
    equal(await ask<boolean>(command, ...words!), true);
    await until("the panel", () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(
          ({ input, label }) =>
            input instanceof vscode.TabInputWebview &&
            input.viewType.includes("diag.preview") &&
            /pair/.test(label),
        ),
    );
    await replaceText(document, "(01-2)(02-12)", "(0-1-2)(02-12)");
    equal(await ask<boolean>(command, ...words!), true);
    equal(document.isDirty, true, "drawing does not save");
    // A broken diagram is drawn as far as it goes; one that is not there is not.
    await replaceText(document, "(0-1-2)(02-12)", "(0-1-2)(02-1");
    equal(await ask<boolean>(command, ...words!), true);
    equal(await ask<boolean>(command, words![0], "nobody"), false);
    await document.save();
    await ask("workbench.action.closeEditorsInOtherGroups");
  },

  "Evaluate shows the terms of a prediction": async () => {
    const document = await openFile("evaluate.diag", quadratic);
    const { command, arguments: words } = lens(await lensesOf(document, 4), "diag.evaluate", "once");
    const [evaluation] = await ask<{ total: number; terms: Term[] }[]>(command, ...words!);
    near(evaluation!.total, exact, 1e-12);
    near(
      evaluation!.terms.reduce((sum, { value }) => sum + value, 0),
      exact,
      1e-12,
    );
    const text = await resultText("once evaluated");
    match(text, /test_loss at eta = 0.1/);
    match(text, /total +0\.91/);
  },

  "Evaluate takes a diagram where the file's verify block is": async () => {
    const document = await openFile("evaluate-diagram.diag", quadratic);
    const { command, arguments: words } = lens(await lensesOf(document, 4), "diag.evaluate", "pair");
    const [evaluation] = await ask<{ total: number; terms: Term[] }[]>(command, ...words!);
    // The noise of one point, η²C/2 with C = 1, beside the order-0 term l(1) = 1.
    near(evaluation!.total, 1 + 0.005, 1e-12);
    match(await resultText("pair evaluated"), /pair/);
  },

  "Verify simulates, and says the verdict": async () => {
    const document = await openFile("verify.diag", quadratic);
    const { command, arguments: words } = lens(await lensesOf(document, 4), "diag.verify", "once");
    const [run] = await ask<
      { verdict: string; measured: number; standardError: number; predicted: number; trials: number }[]
    >(command, ...words!);
    equal(run!.verdict, "agrees");
    equal(run!.trials, 20000);
    near(run!.predicted, exact, 1e-12);
    near(run!.measured, exact, 4 * run!.standardError);
  },

  "the hover of a verify block shows the last verdict": async () => {
    const document = await openFile("verdict.diag", quadratic);
    await ask("diag.verify", document.uri.toString(), "once");
    await until("the verdict in the hover", async () => {
      const position = document.positionAt(document.getText().indexOf("once"));
      const hovers = await ask<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, position);
      return hovers
        .flatMap(({ contents }) => contents as vscode.MarkdownString[])
        .some(({ value }) => value.includes("agrees"));
    });
  },

  "commands work on a changed file as it is shown": async () => {
    const document = await openFile("changed.diag", quadratic);
    await replaceText(document, "eta = 0.1", "eta = 0.5");
    const [evaluation] = await ask<{ total: number }[]>("diag.evaluate", document.uri.toString(), "once");
    near(evaluation!.total, (0.25 + 0.25 + 1) / 2, 1e-12);
  },

  "commands say what is wrong instead of failing": async () => {
    const document = await openFile("wrong.diag", quadratic.replace("(t - x)^2", "(t - y)^2"));
    equal(await ask("diag.evaluate", document.uri.toString(), "once"), undefined);
    equal(await ask("diag.verify", document.uri.toString(), "once"), undefined);
    equal(await ask("diag.preview", document.uri.toString(), "gone"), false);
  },
};
