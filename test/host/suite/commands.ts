import { deepEqual, equal, match, ok } from "node:assert/strict";
import * as vscode from "vscode";
import type { DiagApi } from "../../../src/extension/index.js";
import type { RunRecord } from "../../../src/runs/index.js";
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

const api = (): DiagApi => {
  const extension = vscode.extensions.getExtension<DiagApi>("descent-diagrams.descent-diagrams");
  if (!extension?.isActive) {
    throw new Error("the extension is not active");
  }
  return extension.exports;
};

/** What the terms of a run add up to, at its first learning rate. */
const totalOf = ({ terms }: RunRecord): number => terms[0]!.terms.reduce((sum, { value }) => sum + value!, 0);

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
  if (!found?.command) {
    throw new Error(`no lens ${command} for ${name}`);
  }
  return found.command;
};

const resultsPanel = (): Promise<vscode.Tab> =>
  until("the results panel", () =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .find(
        ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes("diag.results"),
      ),
  );

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
    for (const { command } of lenses) {
      ok(known.includes(command!.command), command!.command);
    }
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

  "Evaluate takes a prediction whole, and shows its terms": async () => {
    const document = await openFile("evaluate.diag", quadratic);
    const { command, arguments: words } = lens(await lensesOf(document, 4), "diag.evaluate", "once");
    const run = await ask<RunRecord>(command, ...words!);
    equal(`${run.kind} ${run.title} ${run.state}`, "evaluation once done");
    near(totalOf(run), exact, 1e-12);
    equal((await resultsPanel()).label, "Diag Results");
  },

  "Evaluate takes a diagram where the file's verify block is": async () => {
    const document = await openFile("evaluate-diagram.diag", quadratic);
    const { command, arguments: words } = lens(await lensesOf(document, 4), "diag.evaluate", "pair");
    const run = await ask<RunRecord>(command, ...words!);
    equal(run.title, "pair");
    // The noise of one point, η²C/2 with C = 1, beside the order-0 term l(1) = 1.
    near(totalOf(run), 1 + 0.005, 1e-12);
  },

  "Verify simulates, and the run is kept with its verdict": async () => {
    const document = await openFile("verify.diag", quadratic);
    const { command, arguments: words } = lens(await lensesOf(document, 4), "diag.verify", "once");
    const run = await ask<RunRecord>(command, ...words!);
    const [point] = run.points;
    equal(point!.verdict, "agrees");
    equal(point!.trials, 20000);
    near(point!.predicted!, exact, 1e-12);
    near(point!.measured!, exact, 4 * point!.standardError! + 1e-12);
    const { history } = api();
    deepEqual(await history.get(run.id), run);
    const order = await history.order(run.id);
    deepEqual(order?.target, { kind: "verify", name: "once" });
    equal(order?.source.text, undefined);
  },

  "Evaluate writes a verify block into a file that has none, and evaluates where it is": async () => {
    const two = `diagram pair = (01-2)(02-12)\n${quadratic.slice(0, quadratic.indexOf("verify"))}`.replace(
      "diagram pair",
      "diagram first",
    );
    const document = await openFile("ask.diag", two);
    const accept = async (work: Promise<RunRecord>): Promise<RunRecord> => {
      let run: RunRecord | undefined;
      void work.then((done) => {
        run = done;
      });
      return until("the evaluation", async () => {
        // The diagrams, as offered: the one at the cursor.
        await ask("workbench.action.acceptSelectedQuickOpenItem");
        return run;
      });
    };
    const run = await accept(ask<RunRecord>("diag.evaluate"));
    equal(`${run.title} ${run.landscape} ${run.spacetime}`, "first bowl sgd(N = 10, E = 1, B = 1)");
    deepEqual([run.etas, run.observables, run.state], [[0.1], ["test_loss"], "done"]);
    deepEqual((await api().history.order(run.id))?.target, {
      kind: "diagrams",
      names: ["first"],
      verify: "first_verified",
    });
    match(
      document.getText(),
      /\nverify first_verified \{\n\s+landscape bowl\n\s+sgd\(N = 10, E = 1, B = 1\)\n/,
    );
    equal(document.isDirty, true, "evaluating does not save");
  },

  "Verify File simulates all verifications of a file, in their order": async () => {
    const second = quadratic.slice(quadratic.indexOf("verify")).replace("once", "again");
    const document = await openFile("verify-file.diag", `${quadratic}${second}`);
    const runs = await ask<RunRecord[]>("diag.verifyFile", document.uri);
    deepEqual(
      runs.map(({ title, state }) => `${title} ${state}`),
      ["once done", "again done"],
    );
    deepEqual(
      (await api().history.list()).slice(0, 2).map(({ title }) => title),
      ["again", "once"],
    );
  },

  "Enumerate opens the diagrams as a file that has no errors": async () => {
    const wanted = { edges: 3, irreducible: true, pathCondition: true };
    // Six, as test/unit/diagram counts them.
    equal(await ask("diag.enumerate", wanted), 6);
    const { document } = vscode.window.activeTextEditor!;
    equal(`${document.isUntitled} ${document.languageId}`, "true diag");
    match(document.getText(), /^\/\/ All 6 diagrams of 3 edges, irreducible.*\n\ndiagram d1 = \(/);
    await ask("workbench.action.revertAndCloseActiveEditor");
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
    const run = await ask<RunRecord>("diag.evaluate", document.uri.toString(), "once");
    near(totalOf(run), (0.25 + 0.25 + 1) / 2, 1e-12);
    equal(document.isDirty, true, "evaluating does not save");
  },

  "commands say what is wrong instead of failing": async () => {
    const document = await openFile("wrong.diag", quadratic.replace("(t - x)^2", "(t - y)^2"));
    equal(await ask("diag.evaluate", document.uri.toString(), "once"), undefined);
    equal(await ask("diag.verify", document.uri.toString(), "once"), undefined);
    equal(await ask("diag.preview", document.uri.toString(), "gone"), false);
  },
};
