import { appendFileSync } from "node:fs";
import { activation } from "./activation.js";
import { commands } from "./commands.js";
import { editing } from "./editing.js";
import { reading } from "./reading.js";
import { recovery } from "./recovery.js";
import { notes, type Tests } from "./testing.js";
import { virtual } from "./virtual.js";

/** All tests, in the order in which they run: activation first, while nothing is open. */
export const tests: Tests = { ...activation, ...reading, ...editing, ...commands, ...virtual, ...recovery };

/** How a test ended, as a line of the file that the environment names. */
export interface Outcome {
  readonly name: string;
  readonly error?: string;
  readonly milliseconds: number;
  readonly notes?: readonly string[];
}

const longest = 45_000; // milliseconds for one test

/** Called by VS Code, inside the extension host. */
export async function run(): Promise<void> {
  const file = process.env.DIAG_HOST_RESULTS;
  if (!file) throw new Error("DIAG_HOST_RESULTS does not name the file for the results");
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    const began = performance.now();
    let error: string | undefined;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`took longer than ${longest / 1000} s`)), longest);
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
  if (failed > 0) throw new Error(`${failed} tests failed`);
}
