import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import {
  ClusterFault,
  claimSubmission,
  findIntent,
  type Intent,
  readSubmissions,
  readUnfitNodes,
  recordEnding,
  recordOutcome,
  recordUnfitNode,
} from "../../../src/cluster-runs/index.js";
import { OwnDirectory } from "./made.js";

const directory = new OwnDirectory();

afterAll(() => directory.remove());

const intentOf = (token: string): Intent => ({ token, tasks: [[0, 1], [2]], before: [0, 0] });

describe("submissions", () => {
  test("are claimed by one of all who try at the same time, whose intent it is", async () => {
    const folder = await directory.run();
    const claims = Array.from({ length: 12 }, (_, place) => intentOf(`run-1-${place}`));
    const won = await Promise.all(claims.map((intent) => claimSubmission(folder, 1, intent)));
    expect(won.filter((isOwn) => isOwn)).toHaveLength(1);
    const [seen] = await readSubmissions(folder);
    expect(seen!.intent).toEqual(claims[won.indexOf(true)]);
    expect(readdirSync(folder.at("submissions"))).toEqual(["1.json"]);
    expect(await claimSubmission(folder, 1, intentOf("late"))).toBe(false);
    expect(await claimSubmission(folder, 2, intentOf("run-1-2"))).toBe(true);
  });

  test("have one outcome, and a task one ending: what was written first stands", async () => {
    const folder = await directory.run();
    await claimSubmission(folder, 1, intentOf("t-1"));
    await claimSubmission(folder, 2, intentOf("t-2"));
    await recordOutcome(folder, 1, { array: 77 });
    await recordOutcome(folder, 1, { refused: "no" });
    const ending = { line: "took longer than its time limit", by: "itself", isFurther: true } as const;
    await recordEnding(folder, 1, 1, ending);
    await recordEnding(folder, 1, 1, { ...ending, by: "a person" });
    const [first, second] = await readSubmissions(folder);
    expect(first).toMatchObject({ number: 1, outcome: { array: 77 } });
    expect([...first!.endings]).toEqual([[1, ending]]);
    expect(second).not.toHaveProperty("outcome");
    expect(second!.endings.size).toBe(0);
  });

  test("come in the order of their numbers, with their age by the disk's clock", async () => {
    const folder = await directory.run();
    for (const number of [10, 9, 1]) {
      await claimSubmission(folder, number, intentOf(`t-${number}`));
    }
    writeFileSync(folder.at("submissions", "notes.txt"), "");
    const hourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(folder.at("submissions", "9.json"), hourAgo, hourAgo);
    const seen = await readSubmissions(folder);
    expect(seen.map(({ number }) => number)).toEqual([1, 9, 10]);
    expect(seen.every(({ age }) => age >= 0)).toBe(true);
    expect(seen[1]!.age).toBeGreaterThan(3590);
  });

  test("of a damaged intent are a fault, since what it submitted may live", async () => {
    const folder = await directory.run();
    await claimSubmission(folder, 1, intentOf("t-1"));
    const path = folder.at("submissions", "1.json");
    for (const text of [
      "",
      readFileSync(path, "utf8").slice(0, -4),
      '{"token":"a b","tasks":[],"before":[]}',
    ]) {
      writeFileSync(path, text);
      await expect(readSubmissions(folder)).rejects.toThrow(ClusterFault);
      await expect(findIntent(folder, "t-1")).rejects.toThrow(/1\.json cannot be read, or is damaged; /);
    }
  });

  test("of a damaged outcome are as those of which nobody knows", async () => {
    const folder = await directory.run();
    await claimSubmission(folder, 1, intentOf("t-1"));
    writeFileSync(folder.at("submissions", "1.job"), '{"array":-1}');
    writeFileSync(folder.at("endings", "1-0.json"), "{");
    const [seen] = await readSubmissions(folder);
    expect(seen).not.toHaveProperty("outcome");
    expect(seen!.endings.size).toBe(0);
  });

  test("are found by their tokens, whatever their numbers", async () => {
    const folder = await directory.run();
    for (const [number, token] of [
      [1, "run-1-1"],
      [2, "run-1-2"],
      [3, "odd"],
      [4, "run-1-9"],
    ] as const) {
      await claimSubmission(folder, number, { ...intentOf(token), tasks: [[number]] });
    }
    for (const [number, token] of [
      [1, "run-1-1"],
      [2, "run-1-2"],
      [3, "odd"],
      [4, "run-1-9"],
    ] as const) {
      expect((await findIntent(folder, token))?.tasks).toEqual([[number]]);
    }
    expect(await findIntent(folder, "run-1-4")).toBeUndefined();
  });

  test("that cannot be written down are claimed by nobody, with a line that says why", async () => {
    const folder = await directory.run();
    rmSync(folder.at("submissions"), { recursive: true });
    writeFileSync(folder.at("submissions"), "");
    await expect(claimSubmission(folder, 1, intentOf("t-1"))).rejects.toThrow(
      /1\.json cannot be written: a file is where a folder is needed; move it away$/,
    );
  });
});

describe("nodes without a run's arithmetic", () => {
  test("are told by name with the reason, once each", async () => {
    const folder = await directory.run();
    await recordUnfitNode(folder, "node-1", "rounds twice");
    await recordUnfitNode(folder, "node-1", "rounds otherwise");
    await recordUnfitNode(folder, "n2.cluster", "has no compiler");
    expect(new Map(await readUnfitNodes(folder))).toEqual(
      new Map([
        ["node-1", "rounds twice"],
        ["n2.cluster", "has no compiler"],
      ]),
    );
  });

  test("are not what somebody else has put there under no node's name", async () => {
    const folder = await directory.run();
    writeFileSync(folder.at("nodes", "node-1~"), "");
    writeFileSync(folder.at("nodes", "a b"), "");
    expect((await readUnfitNodes(folder)).size).toBe(0);
  });
});
