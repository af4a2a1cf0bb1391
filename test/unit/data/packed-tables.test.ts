import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { openData, readTableFile } from "../../../src/data/index.js";
import { UnreadableFile } from "../../../src/files/index.js";
import { testFolder } from "./folder.js";

const folder = testFolder();
const text = Buffer.from("a,b\n1,2.5\n-3,4\n");

test("a table that gzip has packed is the table", async () => {
  const plain = await readTableFile(folder.write("t.csv", text), ["b", "a"]);
  expect(plain.table).toMatchObject({ values: Float32Array.of(2.5, 1, 4, -3) });
  for (const bytes of [
    gzipSync(text),
    Buffer.concat([gzipSync(text.subarray(0, 7)), gzipSync(text.subarray(7))]),
  ]) {
    for (const name of ["t.csv.gz", "t.csv", "t"]) {
      const { table, digest } = await readTableFile(folder.write(name, bytes), ["b", "a"]);
      expect({ table, digest }).toEqual({ table: plain.table, digest: plain.digest });
    }
  }
});

test("one that is cut or too large is refused", async () => {
  const reading = (bytes: Uint8Array) => readTableFile(folder.write("t.csv.gz", bytes), ["a"]);
  await expect(reading(gzipSync(text).subarray(0, -4))).rejects.toThrow(
    "the file is cut here; copy it again",
  );
  const mebibyte = gzipSync(Buffer.alloc(2 ** 20, "1\n"));
  const refusal = await reading(Buffer.concat(Array<Buffer>(65).fill(mebibyte))).catch((error) => error);
  expect(refusal).toBeInstanceOf(UnreadableFile);
  expect(refusal.message).toBe("has more than 64 MiB unpacked; make it smaller");
});

test.each([
  [
    "points.npy",
    Buffer.from("\x93NUMPY\x01\0v\0{'descr': '<f8'}", "latin1"),
    "is a file of NPY; write npy(…) around its name",
  ],
  [
    "train-images-idx3-ubyte",
    Buffer.from([0, 0, 8, 1, 0, 0, 0, 0]),
    "is a file of IDX; write idx(…) around its name",
  ],
  ["batch.bin.gz", gzipSync(Buffer.alloc(3073)), "is a file of CIFAR-10; write cifar10(…) around its name"],
  [
    "sheet.xlsx",
    Buffer.from("PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0\xff\xfe", "latin1"),
    "is a workbook or an archive (ZIP) and no table of text; save the table as CSV",
  ],
  [
    "table.parquet",
    Buffer.from("PAR1\x15\x04\x15\x20\xff", "latin1"),
    "is a file of Parquet and no table of text; save the table as CSV",
  ],
  [
    "table.feather",
    Buffer.from("ARROW1\0\0\xff\xff\xff\xff", "latin1"),
    "is a file of Arrow or Feather and no table of text; save the table as CSV",
  ],
  [
    "table.h5",
    Buffer.from("\x89HDF\r\n\x1a\n\0", "latin1"),
    "is a file of HDF5 and no table of text; save the table as CSV",
  ],
  [
    "table.db",
    Buffer.from("SQLite format 3\0\x10\0\x01\x01", "latin1"),
    "is a database of SQLite and no table of text; save the table as CSV",
  ],
  [
    "table.pkl.gz",
    gzipSync(Buffer.from("\x80\x04\x95\x10\0\0\0\0\0\0\0]", "latin1")),
    "is a pickle of Python and no table of text; save the table as CSV",
  ],
  [
    "weights.safetensors",
    Buffer.from('\x40\0\0\0\0\0\0\0{"w":{"dtype":"F32"', "latin1"),
    "is a file of safetensors, which weights start from, and no table of text; save the table as CSV",
  ],
])("of %s, which is no table, it is said what reads it", async (name, bytes, refusal) => {
  await expect(readTableFile(folder.write(name, bytes), ["x"])).rejects.toThrow(refusal);
});

test("so is it where columns are taken by their places", async () => {
  const path = folder.write("table.csv", Buffer.from("PAR1\x15\x04\x15\x20\xff", "latin1"));
  const columns = [{ name: "x", shape: [] }];
  await expect(openData({ format: "csv", files: [path], columns })).rejects.toThrow(
    "is a file of Parquet and no",
  );
});

test("a table that is called like another format is a table", async () => {
  const { table } = await readTableFile(folder.write("table.bin", text), ["b"]);
  expect(table).toMatchObject({ values: Float32Array.of(2.5, 4) });
});
