import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DataSource, openData, readTensor } from "../../../src/data/index.js";
import { ServedTables, smallTable } from "../../../src/server/tables/index.js";
import { idxBytes, npyBytes } from "../../unit/data/writers.js";
import { FakeWorkers } from "./fake-worker.js";

// Images and arrays that take long to read: a worker reads them.

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "diag-images-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a file that was done with long ago. */
function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  utimesSync(path, new Date(2020, 0, 1), new Date(2020, 0, 1));
  return path;
}

const rows = Math.ceil(smallTable / 64) + 1;
const images = idxBytes("uint8", [rows, 8, 8], Array(64 * rows).fill(3));
const labels = idxBytes("uint8", [rows], Array(rows).fill(9));
const wanted = () => true;

function sourceOf(bytes: Uint8Array): DataSource {
  const columns = [
    { name: "image", shape: [8, 8, 1] },
    { name: "label", shape: [] },
  ];
  return { format: "idx", files: [write("images", bytes), write("labels", labels)], columns };
}

test("a worker reads them as they are read here, and says which file is wrong and where", async () => {
  const served = new ServedTables();
  const source = sourceOf(images);
  expect(await served.readData(source, wanted)).toEqual(await openData(source));
  const weights = write("w.npy", npyBytes("float64", [200, 200], Array(40_000).fill(0.5)));
  expect(await served.readTensor(weights, undefined, wanted)).toEqual(await readTensor(weights));
  const cut = sourceOf(images.subarray(0, -1));
  const refusal = await openData(cut).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ name: "UnreadableFile", file: cut.files[0], offset: images.length - 1 });
  await expect(served.readData(cut, wanted)).rejects.toEqual(refusal);
  await expect(served.readTensor(weights, "w", wanted)).rejects.toMatchObject({ file: weights, offset: 0 });
  rmSync(weights);
  await expect(served.readTensor(weights, undefined, wanted)).rejects.toMatchObject({
    message: "no such file",
    code: "ENOENT",
  });
});

test("what is small is read without a worker", async () => {
  const workers = new FakeWorkers();
  const served = new ServedTables(workers.start);
  const small = write("s.npy", npyBytes("int8", [2], [1, 2]));
  expect(await served.readTensor(small, undefined, wanted)).toMatchObject({ shape: [2], maximum: 2 });
  expect(workers.all).toHaveLength(0);
  const large = served.readData(sourceOf(images), wanted);
  await expect.poll(() => workers.all.length).toBe(1);
  const read = await openData(sourceOf(images));
  workers.all[0]!.ready().say(read);
  expect(await large).toEqual(read);
});
