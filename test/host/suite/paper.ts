import { deepEqual, ok } from "node:assert/strict";
import type { ListedTest } from "../../../src/extension/tests/index.js";
import { api } from "./runs.js";
import { ask, notes, type Tests, until } from "./testing.js";

/** So many milliseconds without another test that ends: on a busy machine all of them take long. */
const patience = 240_000;

const ofPaper = /\/paper\/[^/]+\.diag$/;

/** The tests of the paper's files: each learning rate in one line, with how its last run ended. */
function linesOf(files: readonly ListedTest[]): string[] {
  return files
    .filter(({ id }) => ofPaper.test(id))
    .flatMap((file) =>
      file.children.flatMap((verify) =>
        verify.children.map(({ label, outcome }) => `${file.label} ${verify.label} ${label} ${outcome}`),
      ),
    );
}

export const paper: Tests = {
  "every verify of the paper agrees in the Test Explorer, in a window where nothing was opened": async () => {
    const { tests } = await api();
    // Ten files, as the examples' README and the command's tests have them.
    await until("the tests of ten files", () => {
      const files = tests.list().filter(({ id }) => ofPaper.test(id));
      return files.length === 10 && files.every(({ children }) => children.length > 0);
    });
    await ask("testing.runAll");
    const isDone = (line: string) => /(passed|failed|skipped|errored)$/.test(line);
    let lines = linesOf(tests.list());
    let ended = 0;
    for (let end = Date.now() + patience; !lines.every(isDone) && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      lines = linesOf(tests.list());
      const now = lines.filter(isDone).length;
      if (now > ended) {
        ended = now;
        end = Date.now() + patience;
      }
    }
    deepEqual(
      lines.filter((line) => !line.endsWith("passed")),
      [],
    );
    ok(lines.length >= 20, `${lines.length} learning rates`);
    notes.push(`${lines.length} tests of the paper passed`);
  },
};
