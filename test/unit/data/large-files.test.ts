import { truncateSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { openData, readTensor, UnreadableData } from "../../../src/data/index.js";
import { countedBytes } from "./counted-bytes.js";
import { testFolder } from "./folder.js";
import { npyHeader, numberBytes } from "./writers.js";

const folder = testFolder();
const counted = countedBytes();

/** A mebibyte of zeros, packed. */
const mebibyte = gzipSync(Buffer.alloc(2 ** 20));

/** A gibibyte of zeros behind some bytes, packed in a mebibyte. */
function zerosBehind(...first: Uint8Array[]): Buffer {
  return Buffer.concat([gzipSync(Buffer.concat(first)), ...Array<Buffer>(1024).fill(mebibyte)]);
}

const idxHeader = (...shape: number[]) =>
  Buffer.concat([Buffer.from([0, 0, 8, shape.length]), numberBytes("uint32", shape, false)]);
const npyOf = (descr: string, shape: string) =>
  npyHeader(`{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`);

const images = [
  { name: "image", shape: [28, 28, 1] },
  { name: "label", shape: [] },
];
const colours = [
  { name: "image", shape: [32, 32, 3] },
  { name: "label", shape: [] },
];

/** What reads and what unpacks may each be so many chunks ahead of whoever asks for bytes, and begin anew once. */
const fewChunks = { read: 4 * 2 ** 16, unpacked: 4 * 2 ** 18 };

/** What is counted once so many bytes were unpacked, or as soon as the beginning of a file that is not packed was read. */
function expectFewBytes(unpacked?: number) {
  const read = ((unpacked ?? 0) / 2 ** 20) * mebibyte.length;
  expect(counted.read).toBeGreaterThan(0);
  expect(counted.read).toBeLessThanOrEqual(read + fewChunks.read);
  expect(counted.unpacked).toBeGreaterThanOrEqual(unpacked ?? 0);
  expect(counted.unpacked).toBeLessThanOrEqual(unpacked === undefined ? 0 : unpacked + fewChunks.unpacked);
}

/** Refused in little memory, and once so many bytes have been unpacked, if it is packed. */
async function refused(read: () => Promise<unknown>, message: string, unpacked?: number) {
  const memory = process.resourceUsage().maxRSS;
  Object.assign(counted, { read: 0, unpacked: 0 });
  const error = await read().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnreadableData);
  expect((error as UnreadableData).message).toMatch(new RegExp(message));
  expectFewBytes(unpacked);
  expect((process.resourceUsage().maxRSS - memory) / 1024).toBeLessThan(450);
}

test.each([
  ["nothing", [], "it is no IDX file: 00 is none of its kinds of number", 4],
  [
    "a header of fewer",
    [idxHeader(60_000, 28, 28)],
    "^unpacked byte 47040016: the file should end here and goes on",
    47_040_016,
  ],
  [
    "a header of as many",
    [idxHeader(2 ** 30 / 784, 28, 28)],
    "take 1024 MiB, and there is room for 256 MiB; take up to 342392 rows",
    16,
  ],
])("a gibibyte of zeros behind %s is no IDX file", async (_, first, message, unpacked) => {
  const files = [folder.write("images.gz", zerosBehind(...first)), folder.path("labels")];
  await refused(() => openData({ format: "idx", files, columns: images }), message, unpacked);
});

test("some rows of a packed file that is too large to be read to its end are refused", async () => {
  const files = [
    folder.write("images.gz", zerosBehind(idxHeader(2 ** 30 / 784, 28, 28))),
    folder.path("labels"),
  ];
  await refused(
    () => openData({ format: "idx", files, columns: images, take: 10 }),
    "^has more than 256 MiB unpacked, which are read of a packed file; unpack it$",
    2 ** 28,
  );
});

test("a gibibyte of zeros is neither a batch of CIFAR-10, nor a table, nor an array", async () => {
  const path = folder.write("zeros.gz", zerosBehind());
  await refused(
    () => openData({ format: "cifar10", files: [path], columns: colours }),
    "^has more than 256 MiB unpacked",
    2 ** 28,
  );
  await refused(
    () => openData({ format: "csv", files: [path], columns: [{ name: "x", shape: [] }] }),
    "^has more than 64 MiB of text; make it smaller, or an NPY file$",
    2 ** 26,
  );
  await refused(
    () => openData({ format: "npy", files: [path], columns: [{ name: "x", shape: [] }] }),
    "it is no NPY file: it begins with 00 00 00 00 00 00",
    6,
  );
  const array = folder.write("array.npy.gz", zerosBehind(npyOf("<f4", "(10, 2)")));
  await refused(() => readTensor(array), "^unpacked byte 208: the file should end here and goes on", 208);
});

test("a plain file of zeros of any size is refused by its header and its length", async () => {
  const large = (name: string, first: Uint8Array) => {
    const path = folder.write(name, first);
    truncateSync(path, 2 ** 34);
    return path;
  };
  await refused(
    () => readTensor(large("zeros.safetensors", new Uint8Array())),
    "^byte 0: it is no safetensors file, or its header is too long: it has 0 bytes",
  );
  await refused(
    () => readTensor(large("w.npy", npyOf("<f8", "(3,)"))),
    "^byte 152: the file should end here and goes on",
  );
  await refused(
    () => readTensor(large("x.npy", npyOf("|u1", `(${2 ** 34 - 128},)`))),
    "take 16384 MiB, and there is room for 256 MiB",
  );
});

test("of a plain file no more is read than the rows that are taken", async () => {
  const path = folder.write(
    "whole.npy",
    Buffer.concat([npyOf("|u1", `(${2 ** 24}, 1024)`), Buffer.alloc(1024, 7)]),
  );
  truncateSync(path, 128 + 2 ** 34);
  const columns = [{ name: "x", shape: [1024] }];
  Object.assign(counted, { read: 0, unpacked: 0 });
  const { values } = (await openData({ format: "npy", files: [path], columns, take: 2 })).columns[0]!;
  expect(values).toEqual(new Uint8Array(2048).fill(7, 0, 1024));
  expectFewBytes();
});
