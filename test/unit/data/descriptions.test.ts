import { utimesSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  DataDescriptions,
  type DataSource,
  describeData,
  describeTensor,
  readTensor,
} from "../../../src/data/index.js";
import { testFolder } from "./folder.js";
import { npyBytes } from "./writers.js";

const folder = testFolder();
let hours = 0;

/** Writes a file that was done with long ago, another time whenever it is written. */
function write(name: string, values: readonly number[]): string {
  const path = folder.write(name, npyBytes("int16", [values.length], values));
  const then = new Date(2020, 0, 1, hours++);
  utimesSync(path, then, then);
  return path;
}

/** Describes, and counts how often it was asked to. */
class Counted extends DataDescriptions {
  readonly sizes: number[] = [];

  constructor() {
    super({
      data: (source, size) => {
        this.sizes.push(size);
        return describeData(source);
      },
      tensor: (path, name, size) => {
        this.sizes.push(size);
        return describeTensor(path, name);
      },
    });
  }
}

const columns: DataSource["columns"] = [
  { name: "x", shape: [] },
  { name: "y", shape: [] },
];

describe("descriptions are made once", () => {
  test("as long as every file is the same, for whoever asks meanwhile", async () => {
    const files = [write("x.npy", [1, 2, 3]), write("y.npy", [4, 5, 6])];
    const source = { format: "npy", files, columns };
    const known = new Counted();
    const [first, second] = await Promise.all([known.data(source), known.data(source)]);
    expect(first).toEqual(await describeData(source));
    expect(second).toBe(first);
    expect(await known.data({ ...source, files: [...files] })).toBe(first);
    expect(known.sizes).toEqual([2 * (128 + 6)]);
    expect((await known.data({ ...source, take: 2 })).columns[0]!.maximum).toBe(2);
    expect(known.sizes).toHaveLength(2);
    write("y.npy", [7, 8, 9]);
    expect((await known.data(source)).columns[1]).toMatchObject({ minimum: 7, maximum: 9 });
    expect(known.sizes).toHaveLength(3);
  });

  test("and again of a file that was written just now, since it may change unnoticed", async () => {
    const path = folder.write("new.npy", npyBytes("int16", [2], [1, 2]));
    const known = new Counted();
    await known.tensor(path, undefined);
    await known.tensor(path, undefined);
    expect(known.sizes).toHaveLength(2);
  });

  test("of arrays as of data, and a refusal is not remembered", async () => {
    const path = write("w.npy", [5, -6]);
    const known = new Counted();
    const described = await known.tensor(path, undefined);
    const { values, ...rest } = await readTensor(path);
    expect(described).toEqual(rest);
    expect(described).toMatchObject({ shape: [2], minimum: -6, maximum: 5 });
    expect(Array.from(values)).toEqual([5, -6]);
    expect(await known.tensor(path, undefined)).toBe(described);
    await expect(known.tensor(path, "w")).rejects.toThrow("without a name");
    await expect(known.tensor(path, "w")).rejects.toThrow("without a name");
    expect(known.sizes).toHaveLength(3);
  });
});
