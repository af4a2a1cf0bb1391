import { expect, test } from "vitest";
import { Client } from "./client.js";
import { trySequence } from "./sequence.js";

// `scripts/differential.mjs` tries as many sequences as it is told.

const sequences = Number(process.env.DIAG_SEQUENCES ?? 60);
const first = Number(process.env.DIAG_SEED ?? 0);

test(
  "a server that was told edits says what one says that is given the final text",
  async () => {
    const [edited, fresh] = [new Client(), new Client()];
    await Promise.all([edited.initialize(), fresh.initialize()]);
    let requests = 0;
    let edits = 0;
    for (let seed = first; seed < first + sequences; seed++) {
      const outcome = await trySequence(seed, edited, fresh);
      requests += outcome.requests;
      edits += outcome.edits;
      expect(outcome.difference, `sequence ${seed}`).toBeUndefined();
    }
    expect([...edited.log, ...fresh.log]).toEqual([]);
    expect(edits).toBeGreaterThan(sequences * 2);
    expect(requests).toBeGreaterThan(sequences * 2);
    edited.dispose();
    fresh.dispose();
  },
  Math.max(110_000, 2000 * sequences),
);
