import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Client } from "./client.js";
import { trySequence } from "./sequence.js";

// `scripts/rooms/differential.mjs` tries as many sequences as it is told, in as much time.

const sequences = Number(process.env.DIAG_SEQUENCES ?? 60);
const first = Number(process.env.DIAG_SEED ?? 0);
const seconds = Number(process.env.DIAG_SECONDS ?? Number.POSITIVE_INFINITY);
const length = Number(process.env.DIAG_LENGTH ?? 1);
/** At length, memory is looked at after so many sequences. */
const looked = Math.ceil(500 / length);
/** MiB by which what is held may grow from the first look to the last. */
const mostKept = 64;

/** What is held once all is thrown away that can be, in MiB. */
function heldMemory(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

test(
  "a server that was told edits says what one says that is given the final text",
  async () => {
    const [edited, fresh] = [new Client(), new Client()];
    await Promise.all([edited.initialize(), fresh.initialize()]);
    const last = performance.now() + 1000 * seconds;
    let requests = 0;
    let edits = 0;
    let tried = 0;
    const held: number[] = [];
    for (; tried < sequences && performance.now() < last; tried++) {
      const seed = first + tried;
      const outcome = await trySequence(seed, edited, fresh, length);
      requests += outcome.requests;
      edits += outcome.edits;
      expect(outcome.difference, `sequence ${seed}`).toBeUndefined();
      if (tried % looked === looked - 1) {
        held.push(heldMemory());
        console.info(
          `${tried + 1} sequences (seeds ${first} to ${seed}), ${edits} edits, ${requests} requests without a difference; ${held.at(-1)!.toFixed(0)} MiB held`,
        );
      }
    }
    expect(held.at(-1) ?? 0).toBeLessThan((held[0] ?? 0) + mostKept);
    expect([...edited.log, ...fresh.log]).toEqual([]);
    expect(edits).toBeGreaterThan(tried * 2);
    expect(requests).toBeGreaterThan(tried * 2);
    edited.dispose();
    fresh.dispose();
  },
  Math.min(2 ** 31 - 1, Math.max(120_000, 2000 * sequences * length)),
);
