import { expect, test } from "vitest";
import { Client } from "./client.js";
import { trySequence } from "./sequence.js";

// `scripts/rooms/differential.mjs` tries as many sequences as it is told, in as much time.

const sequences = Number(process.env.DIAG_SEQUENCES ?? 60);
const first = Number(process.env.DIAG_SEED ?? 0);
const seconds = Number(process.env.DIAG_SECONDS ?? Number.POSITIVE_INFINITY);

test(
  "a server that was told edits says what one says that is given the final text",
  async () => {
    const [edited, fresh] = [new Client(), new Client()];
    await Promise.all([edited.initialize(), fresh.initialize()]);
    const last = performance.now() + 1000 * seconds;
    let requests = 0;
    let edits = 0;
    let tried = 0;
    for (; tried < sequences && performance.now() < last; tried++) {
      const seed = first + tried;
      const outcome = await trySequence(seed, edited, fresh);
      requests += outcome.requests;
      edits += outcome.edits;
      expect(outcome.difference, `sequence ${seed}`).toBeUndefined();
    }
    expect([...edited.log, ...fresh.log]).toEqual([]);
    expect(edits).toBeGreaterThan(tried * 2);
    expect(requests).toBeGreaterThan(tried * 2);
    edited.dispose();
    fresh.dispose();
  },
  Math.max(120_000, 2000 * sequences),
);
