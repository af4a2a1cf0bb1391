import { copyFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type RunFolder, readCheckpoint, readResult, writeShard } from "../../../src/cluster-runs/index.js";
import { mergeResults } from "../../../src/simulate/index.js";
import { arithmetic, OwnDirectory, termsOf, trialsOf } from "./made.js";

const directory = new OwnDirectory();
const none = new Map<string, never>();

afterAll(() => directory.remove());

/** A run of which a shard's result is written: the third of four trials each. */
async function written(): Promise<{
  readonly folder: RunFolder;
  readonly path: string;
  readonly text: string;
}> {
  const folder = await directory.run({ points: [{ ...points[0]! }] });
  await writeShard(folder, termsOf(folder, 2), trialsOf(4), none);
  const path = folder.at("results", "2");
  return { folder, path, text: readFileSync(path, "utf8") };
}

const points = [{ verify: "excess", eta: 0.1, trials: 12, shards: 3, arithmetic }];

describe("a result", () => {
  test("is read as it was written, and its checkpoint is gone", async () => {
    const folder = await directory.run({ points });
    const terms = termsOf(folder, 2);
    expect(await readResult(folder, terms)).toEqual({ kind: "none" });
    await writeShard(folder, terms, trialsOf(3), none);
    expect(await readCheckpoint(folder, terms)).toMatchObject({
      kind: "trials",
      known: { result: trialsOf(3) },
    });
    expect(await readResult(folder, terms)).toEqual({ kind: "none" });
    await writeShard(folder, terms, trialsOf(4), none);
    expect(await readResult(folder, terms)).toMatchObject({
      ...{ kind: "trials", known: { result: trialsOf(4), engines: [arithmetic] } },
    });
    expect(existsSync(folder.at("checkpoints", "2"))).toBe(false);
  });

  test("is none where any of its characters is another", async () => {
    const { folder, path, text } = await written();
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom(...'0179afx"} '), async (at, character) => {
        fc.pre(text[at] !== character);
        writeFileSync(path, text.slice(0, at) + character + text.slice(at + 1));
        expect((await readResult(folder, termsOf(folder, 2))).kind).toBe("invalid");
      }),
    );
  });

  test("is none where it is cut, wherever that is", async () => {
    const { folder, path, text } = await written();
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), async (length) => {
        writeFileSync(path, text.slice(0, length));
        expect((await readResult(folder, termsOf(folder, 2))).kind).toBe("invalid");
      }),
      { numRuns: 50 },
    );
  });

  test("is of one shard of one run", async () => {
    const { folder, path } = await written();
    copyFileSync(path, folder.at("results", "1"));
    expect((await readResult(folder, termsOf(folder, 1))).kind).toBe("invalid");
    const other = await directory.run({ points, seed: 8 });
    copyFileSync(path, other.at("results", "2"));
    // The work of both runs is the same here, so that both results are.
    expect((await readResult(other, termsOf(other, 2))).kind).toBe("trials");
    const cut = await directory.run({ points: [{ ...points[0]!, shards: 4, trials: 16 }] });
    copyFileSync(path, cut.at("results", "3"));
    expect((await readResult(cut, termsOf(cut, 3))).kind).toBe("invalid");
  });

  test("is none with fewer trials, which may be a checkpoint", async () => {
    const folder = await directory.run({ points });
    const terms = termsOf(folder, 0);
    await writeShard(folder, terms, trialsOf(2), none);
    copyFileSync(folder.at("checkpoints", "0"), folder.at("results", "0"));
    expect(await readResult(folder, terms)).toEqual({ kind: "invalid", why: "has 2 of 4 trials" });
    expect((await readCheckpoint(folder, terms)).kind).toBe("trials");
  });

  test("is none of trials of other bits, of another learning rate, or of something else", async () => {
    const { folder } = await written();
    const kind = (own: Parameters<typeof termsOf>[2]) => readResult(folder, termsOf(folder, 2, own));
    expect(await kind({ arithmetic: "cpu rounding twice" })).toEqual({
      ...{ kind: "invalid", why: `has trials of other bits: ${arithmetic}` },
    });
    expect((await kind({ eta: 0.2 })).kind).toBe("invalid");
    const { kind: own } = termsOf(folder, 2);
    expect((await kind({ kind: { ...own, updates: 5 } })).kind).toBe("invalid");
    const columns = own.columns.map((column) => ({ ...column, label: "train_loss" }));
    expect((await kind({ kind: { ...own, columns } })).kind).toBe("invalid");
  });

  test("of single precision is none without its floors, and of double precision none with any", async () => {
    const folder = await directory.run({ points });
    const floors = new Map([["test_loss", { floor: 1e-9, deviation: 1, diverges: false }]]);
    const single = termsOf(folder, 0, { arithmetic: "cpu single rounding once" });
    await writeShard(folder, single, trialsOf(4), floors);
    expect(await readResult(folder, single)).toMatchObject({ kind: "trials", known: { floors } });
    await writeShard(folder, single, trialsOf(4), none);
    expect((await readResult(folder, single)).kind).toBe("invalid");
    await writeShard(folder, termsOf(folder, 1), trialsOf(4), floors);
    expect((await readResult(folder, termsOf(folder, 1))).kind).toBe("invalid");
  });

  test("is none where there is a folder, or more than any result", async () => {
    const folder = await directory.run({ points });
    mkdirSync(folder.at("results", "0"));
    writeFileSync(folder.at("results", "1"), "");
    truncateSync(folder.at("results", "1"), 64 * 2 ** 20 + 1);
    expect((await readResult(folder, termsOf(folder, 0))).kind).toBe("invalid");
    expect((await readResult(folder, termsOf(folder, 1))).kind).toBe("invalid");
  });

  test("tells which trials' losses were not found by their numbers in the whole, in whatever shard", async () => {
    const folder = await directory.run({ points });
    const reason = "landscape l: the expectation does not exist";
    const part = (first: number) => trialsOf(4, 3n, { unfound: { trials: 1, first, reason } });
    for (const [number, first] of [
      [0, 1],
      [1, 7],
      [2, 8],
    ] as const) {
      await writeShard(folder, termsOf(folder, number), part(first), none);
    }
    const found = await Promise.all([2, 0, 1].map((number) => readResult(folder, termsOf(folder, number))));
    const results = found.map((one) => (one.kind === "trials" ? one.known.result : trialsOf(1)));
    expect(results.map(({ unfound }) => unfound?.first)).toEqual([8, 1, 7]);
    expect(results.reduce(mergeResults)).toMatchObject({
      trials: 12,
      unfound: { trials: 3, first: 1, reason },
    });
  });

  test("is the same from two copies of a task that write at the same time", async () => {
    const folder = await directory.run({ points });
    const terms = termsOf(folder, 1);
    await Promise.all(
      Array.from({ length: 6 }, (_, seconds) =>
        writeShard(folder, terms, trialsOf(4, 5n, { seconds }), none),
      ),
    );
    const found = await readResult(folder, terms);
    expect(found).toMatchObject({
      kind: "trials",
      known: { result: { statistics: trialsOf(4, 5n).statistics } },
    });
  });
});
