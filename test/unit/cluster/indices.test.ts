import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexText, indicesOf, readTaskList, splitIndices } from "../../../src/cluster/index.js";
import { times } from "../../times.js";

/** The tasks of a list that reads well. */
function tasks(text: string): number[] {
  const read = readTaskList(text);
  if (read === undefined) {
    throw new Error(`${text} cannot be read`);
  }
  return indicesOf(read.ranges);
}

describe("lists of tasks", () => {
  test.each([
    ["0-9%2", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 2, false],
    ["0,3,6", [0, 3, 6], undefined, false],
    ["0-8:2", [0, 2, 4, 6, 8], undefined, false],
    ["0-8:3", [0, 3, 6], undefined, false],
    ["7", [7], undefined, false],
    ["1-2,2-3%0", [1, 2, 3], undefined, false],
    ["0-1,4,289,32...", [0, 1, 4, 289], undefined, true],
    ["0-3,7-1...", [0, 1, 2, 3], undefined, true],
    ["0-3,...%4", [0, 1, 2, 3], 4, true],
    ["12...", [], undefined, true],
  ])("are read: %s", (text, indices, atOnce, isCut) => {
    expect(readTaskList(text)).toMatchObject({ atOnce, isCut });
    expect(tasks(text)).toEqual(indices);
  });

  test("that name more tasks than there may be are none, however that is written", () => {
    const whole = "0-3999999";
    expect(tasks(whole)).toHaveLength(4_000_000);
    for (const many of [
      `${whole},0-1`,
      new Array(3000).fill(whole).join(","),
      new Array(3000).fill("1-3999999:2").join(","),
    ]) {
      expect(readTaskList(many)).toBeUndefined();
    }
  });

  test.each([
    "",
    "a",
    "3-1",
    "0-",
    "-3",
    "0--3",
    "0-9%",
    "1:2",
    "0-9:0",
    "4000001",
    "0-99999999",
    "0 - 3",
    "%2",
    "0,,1",
  ])("are refused: %j", (text) => {
    expect(readTaskList(text)).toBeUndefined();
  });

  test("are written so that they are read as what was written, in ascending order and without steps", () => {
    const indices = fc.array(fc.nat(4_000_000), { minLength: 1, maxLength: 60 });
    const near = fc.array(fc.nat(40), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.oneof(indices, near), (list) => {
        const text = indexText(list);
        expect(text).not.toContain(":");
        expect(tasks(text)).toEqual([...new Set(list)].sort((a, b) => a - b));
      }),
      { numRuns: times(200) },
    );
  });

  test("are the shortest of ranges", () => {
    expect(indexText([9, 0, 1, 2, 3, 7, 10, 2])).toBe("0-3,7,9-10");
    expect(() => indexText([])).toThrow("an array without tasks");
  });

  test("that are cut never name a task that is not of them, wherever they are cut", () => {
    const ranges = fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(ranges, fc.nat(200), (list, at) => {
        const text = indexText(list);
        const read = readTaskList(`${text.slice(0, at % text.length)}...`);
        expect(read?.isCut).toBe(true);
        const wanted = new Set(list);
        expect(indicesOf(read!.ranges).filter((index) => !wanted.has(index))).toEqual([]);
      }),
      { numRuns: times(200) },
    );
  });
});

describe("tasks in arrays", () => {
  test("are all of them, once, each array as large as it may be but the last", () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 1200 }), (count, size) => {
        const parts = splitIndices(count, size);
        const all = parts.flatMap((part) =>
          Array.from({ length: part.count }, (_, index) => part.first + index),
        );
        expect(all).toEqual(Array.from({ length: count }, (_, index) => index));
        expect(parts.slice(0, -1).every((part) => part.count === size)).toBe(true);
        expect(parts.every((part) => part.count >= 1 && part.count <= size)).toBe(true);
      }),
      { numRuns: times(200) },
    );
  });

  test("are none for none, and are not split at nothing", () => {
    expect(splitIndices(0, 11)).toEqual([]);
    expect(splitIndices(12, 11)).toEqual([
      { first: 0, count: 11 },
      { first: 11, count: 1 },
    ]);
    expect(() => splitIndices(5, 0)).toThrow("cannot be split");
    expect(() => splitIndices(-1, 5)).toThrow("cannot be split");
  });
});
