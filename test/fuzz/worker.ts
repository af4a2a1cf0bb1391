import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Random } from "../language/generated/random.js";
import type { Target } from "./target.js";

// Tries inputs of one target, one after the other, for `scripts/rooms/fuzz.mjs`: it is sent seeds, says which input it is at, and
// tells what became of each that is not as it should be.

/** Seconds of the processor that an input may take, and MiB by which the most memory ever used may grow with one. */
const most = { seconds: 2, growth: 256 };

const [, , module, isShown] = process.argv;
const { default: given } = (await import(pathToFileURL(module!).href)) as { default: Target<unknown> };
const folder = mkdtempSync(join(tmpdir(), "diag-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
process.on("disconnect", () => process.exit());
await given.begin?.(folder);

const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** A stranger's error is told by its first lines. */
function wordsOf(thrown: unknown): string {
  const words = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return words.split("\n").slice(0, 6).join("\n      ").slice(0, 2000);
}

let stray: unknown;
process.on("uncaughtException", (error) => {
  stray ??= error;
});
process.on("unhandledRejection", (error) => {
  stray ??= error;
});

async function attempt(seed: number): Promise<{ outcome?: string; finding?: string; input?: string }> {
  const random = new Random(seed);
  const before = { seconds: used(), memory: process.resourceUsage().maxRSS };
  const input = given.make(random);
  const shown = (): string => given.show(input).slice(0, 4000);
  if (isShown === "shown") {
    console.log(shown());
  }
  try {
    stray = undefined;
    const outcome = await given.attempt(input, random);
    if (stray !== undefined) {
      throw stray;
    }
    if (!given.outcomes.includes(outcome) && !given.rare?.includes(outcome)) {
      throw new Error(`an outcome that is none: ${outcome}`);
    }
    const seconds = used() - before.seconds;
    const growth = (process.resourceUsage().maxRSS - before.memory) / 1024;
    if (seconds > most.seconds) {
      return {
        finding: `takes ${seconds.toFixed(1)} s of the processor, more than ${most.seconds}`,
        input: shown(),
      };
    }
    if (growth > most.growth) {
      return { finding: `takes ${Math.round(growth)} MiB, more than ${most.growth}`, input: shown() };
    }
    return { outcome };
  } catch (thrown) {
    return { finding: `throws ${wordsOf(thrown)}`, input: shown() };
  }
}

/** Tries some seeds in a row, and says with which it begins: a process that hangs or ends has said where. */
async function attemptAll({ from, count }: { from: number; count: number }): Promise<void> {
  const outcomes: Record<string, number> = {};
  for (let seed = from; seed < from + count; seed++) {
    process.send!({ seed });
    const { outcome, finding, input } = await attempt(seed);
    if (outcome === undefined) {
      process.send!({ seed, finding, input });
    } else {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  }
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send!({
    done: true,
    outcomes,
    held: (heapUsed + external) / 2 ** 20,
    most: process.resourceUsage().maxRSS / 1024,
  });
}

process.on("message", (asked: { from: number; count: number }) => {
  attemptAll(asked).catch((error: unknown) => {
    process.stderr.write(`${wordsOf(error)}\n`);
    process.exit(70);
  });
});
process.send!({ ready: true });
