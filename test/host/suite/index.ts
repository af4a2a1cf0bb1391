import { appendFileSync } from "node:fs";
import { activation } from "./activation.js";
import { commands } from "./commands.js";
import { editing } from "./editing.js";
import { engines } from "./engines.js";
import { gpuTab } from "./gpu-tab.js";
import { idle } from "./idle.js";
import { paper } from "./paper.js";
import { reading } from "./reading.js";
import { recovery } from "./recovery.js";
import { runs } from "./runs.js";
import { notes, type Tests } from "./testing.js";
import { verifyTests } from "./verify-tests.js";
import { virtual } from "./virtual.js";

/** Tests of one window, in the order in which they run. */
export const windows = {
  /** Of the examples, as they come, in a browser whose GPU is a program. */
  paper: { ...paper, ...gpuTab },
  /** Of an empty folder, where nothing is active at first, and of files that the tests write there. */
  main: {
    ...idle,
    ...activation,
    ...reading,
    ...editing,
    ...commands,
    ...runs,
    ...engines,
    ...verifyTests,
    ...virtual,
    ...recovery,
  },
} satisfies Record<string, Tests>;

export type WindowName = keyof typeof windows;

/** How a test ended, as a line of the file that the environment names. */
export interface Outcome {
  readonly name: string;
  readonly error?: string;
  readonly milliseconds: number;
  readonly notes?: readonly string[];
}

/** Milliseconds for one test. */
const longest: Readonly<Record<WindowName, number>> = { paper: 900_000, main: 240_000 };

/** Called by VS Code, inside the extension host. */
export async function run(): Promise<void> {
  const file = process.env.DIAG_HOST_RESULTS;
  if (!file) {
    throw new Error("DIAG_HOST_RESULTS does not name the file for the results");
  }
  const name = (process.env.DIAG_HOST_WINDOW ?? "main") as WindowName;
  await runTests(windows[name], file, longest[name]);
}

async function runTests(tests: Tests, file: string, limitOfEach: number): Promise<void> {
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    const began = performance.now();
    let error: string | undefined;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      const late = new Error(`took longer than ${limitOfEach / 1000} s`);
      timer = setTimeout(() => reject(late), limitOfEach);
    });
    try {
      await Promise.race([test(), limit]);
    } catch (thrown) {
      failed++;
      error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    }
    clearTimeout(timer);
    const outcome: Outcome = {
      name,
      milliseconds: Math.round(performance.now() - began),
      ...(error === undefined ? {} : { error }),
      ...(notes.length === 0 ? {} : { notes: notes.splice(0) }),
    };
    appendFileSync(file, `${JSON.stringify(outcome)}\n`);
  }
  if (failed > 0) {
    throw new Error(`${failed} tests failed`);
  }
}
