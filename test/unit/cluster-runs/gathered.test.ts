import { mkdir, writeFile } from "node:fs/promises";
import { afterAll, describe, expect, test } from "vitest";
import { Gathered, lastLines, logOf, writeShard } from "../../../src/cluster-runs/index.js";
import { madeUpTerms, noFloors, RunsDirectory, trialsOfShard, wrongSums } from "./made-up-run.js";

const directory = new RunsDirectory();
afterAll(() => directory.remove());

describe("what is gathered of a run", () => {
  async function begun() {
    const { folder, work } = await directory.run([
      { trials: 10, shards: 3 },
      { trials: 5, shards: 1 },
    ]);
    const write = (number: number, done?: number) => {
      const terms = madeUpTerms(folder, number);
      return writeShard(folder, terms, trialsOfShard(terms.shard, done), noFloors);
    };
    return { folder, work, write, gathered: new Gathered(folder, work) };
  }

  test("is counted once, in any order, and is partial until all is there", async () => {
    const { folder, work, write, gathered } = await begun();
    expect(await gathered.refresh()).toBe(0);
    expect(gathered.resultOf(0)).toBeUndefined();
    await write(2);
    expect(await gathered.refresh()).toBe(1);
    expect(await gathered.refresh()).toBe(0);
    expect(gathered.resultOf(0)).toMatchObject({ trials: 3, cancelled: true, scattered: true });
    await write(0);
    await write(2);
    expect(await gathered.refresh()).toBe(1);
    expect(gathered.trials).toBe(7);
    await write(1);
    await gathered.refresh();
    expect([0, 1].map((point) => gathered.isDone(point))).toEqual([true, false]);
    await write(3);
    await gathered.refresh();
    expect(wrongSums(gathered)).toEqual([]);
    // Whoever begins anew reads the same.
    const anew = new Gathered(folder, work);
    expect(await anew.refresh()).toBe(4);
    expect(wrongSums(anew)).toEqual([]);
  });

  test("is no scattered result while the first shards are there", async () => {
    const { write, gathered } = await begun();
    await write(0);
    await write(1);
    await gathered.refresh();
    expect(gathered.resultOf(0)).toMatchObject({ trials: 7, cancelled: true });
    expect(gathered.resultOf(0)).not.toHaveProperty("scattered");
  });

  test("has none of what is damaged, says why, and takes it when it is done again", async () => {
    const { folder, write, gathered } = await begun();
    await write(0);
    await writeFile(folder.at("results", "1"), "{");
    await writeFile(folder.at("results", "4"), "no shard has this number");
    await writeFile(folder.at("results", ".diag-0.new"), "half of a result");
    await mkdir(folder.at("results", "2"));
    expect(await gathered.refresh()).toBe(1);
    expect([...gathered.invalid.keys()].sort()).toEqual([1, 2]);
    expect([...gathered.invalid.values()].every((why) => !why.includes("\n"))).toBe(true);
    await write(1);
    expect(await gathered.refresh()).toBe(1);
    expect([...gathered.invalid.keys()]).toEqual([2]);
  });

  test("counts how far shards have come that are not done", async () => {
    const { write, gathered } = await begun();
    await write(0, 2);
    await gathered.look([1, 2]);
    expect(gathered.trials).toBe(0);
    await gathered.look([0, 1, 2, 3]);
    expect([gathered.trials, gathered.trialsOf(0), gathered.trialsOf(1)]).toEqual([2, 2, 0]);
    await write(0);
    await gathered.refresh();
    expect([gathered.trials, gathered.trialsOf(0)]).toEqual([4, 4]);
  });

  test("is read no further when it is stopped", async () => {
    const { write, gathered } = await begun();
    await write(0);
    expect(await gathered.refresh(AbortSignal.abort())).toBe(0);
    expect(gathered.done.size).toBe(0);
  });
});

describe("the last lines of a task", () => {
  test("are the last that say something, without what a terminal would take for more", async () => {
    const { folder } = await directory.run([{ trials: 1, shards: 1 }]);
    expect(await lastLines(folder, 5, 0)).toEqual([]);
    const log = logOf(folder, 5, 0);
    await writeFile(log, `${"x".repeat(9000)}\nfirst\nsecond\u001b[31m\n\n${"y".repeat(900)}\n  \n`);
    const lines = await lastLines(folder, 5, 0);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe("first");
    expect(lines[1]).not.toContain("\u001b");
    expect(lines[2]!.length).toBeLessThanOrEqual(200);
    expect(await lastLines(folder, 5, 0, 1)).toEqual([lines[2]]);
    // What is no file is none.
    await mkdir(logOf(folder, 6, 0));
    expect(await lastLines(folder, 6, 0)).toEqual([]);
  });
});
