import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type DataSource, openData, readTensor, UnreadableData } from "../../../src/data/index.js";
import { times } from "../../times.js";
import { testFolder } from "./folder.js";
import { cifarBytes, idxBytes, npyBytes, numberBytes, safetensorsBytes } from "./writers.js";

const folder = testFolder();

const image = Array.from({ length: 3072 }, (_, at) => at % 256);
const numbers = Array.from({ length: 24 }, (_, at) => at / 4);
const tensor = { dtype: "F32", shape: [2, 3], bytes: numberBytes("float32", [1, 2, 3, 4, 5, 6]) };

/** Sound files, and how one is read. */
const kinds: readonly { name: string; bytes: Buffer; read: (path: string) => Promise<unknown> }[] = [
  {
    name: "images-ubyte",
    bytes: idxBytes("float32", [4, 3, 2], numbers),
    read: (path) => open("idx", [path, labels()], [3, 2], 2),
  },
  {
    name: "batch.bin",
    bytes: cifarBytes([1, 2], [image, image]),
    read: (path) => open("cifar10", [path], [32, 32, 3], 2),
  },
  {
    name: "c.npy",
    bytes: npyBytes("float64", [4, 3, 2], numbers),
    read: (path) => open("npy", [path], [3, 2]),
  },
  {
    name: "f.npy",
    bytes: npyBytes("float16", [4, 3, 2], numbers, { isFortran: true, version: 3, lowestFirst: false }),
    read: (path) => open("npy", [path], [3, 2]),
  },
  {
    name: "w.npy",
    bytes: npyBytes("int64", [4, 6], numbers.map(Math.floor)),
    read: (path) => readTensor(path),
  },
  {
    name: "w.safetensors",
    bytes: safetensorsBytes({ a: tensor, b: tensor }, { format: "pt" }),
    read: (path) => readTensor(path, "b"),
  },
  {
    name: "t.csv",
    bytes: Buffer.from("a,b,c\n1,2,3\n4.5,5,6\n"),
    read: (path) => open("csv", [path], [2], 2),
  },
];

function labels(): string {
  return folder.write("labels", idxBytes("uint8", [4], [0, 1, 2, 3]));
}

function open(format: string, files: string[], shape: number[], names = 1) {
  const columns: DataSource["columns"] = [
    { name: "x", shape },
    { name: "y", shape: [] },
  ];
  return openData({ format, files, columns: columns.slice(0, names) });
}

/** What may happen to a file, most of it to its beginning, where headers are. */
const damage = fc.oneof(
  fc.record({ cut: fc.nat(7000) }),
  fc.record({ keep: fc.nat(200) }),
  fc.record({ pad: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  fc.record({ at: fc.nat(140), byte: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ at: fc.nat(20), byte: fc.constantFrom(0, 1, 2, 127, 128, 255) }),
  fc.record({ from: fc.nat(140), insert: fc.uint8Array({ minLength: 1, maxLength: 8 }) }),
);

type Damage = typeof damage extends fc.Arbitrary<infer One> ? One : never;

function damaged(bytes: Buffer, one: Damage): Buffer {
  if ("cut" in one) {
    return bytes.subarray(0, bytes.length - (one.cut % (bytes.length + 1)));
  }
  if ("keep" in one) {
    return bytes.subarray(0, one.keep);
  }
  if ("pad" in one) {
    return Buffer.concat([bytes, one.pad]);
  }
  if ("insert" in one) {
    return Buffer.concat([bytes.subarray(0, one.from), one.insert, bytes.subarray(one.from)]);
  }
  const other = Buffer.from(bytes);
  if (other.length > 0) {
    other[one.at % other.length] = one.byte;
  }
  return other;
}

test("a file that is damaged in any way is read or refused in a line, and nothing else happens", async () => {
  let [refused, read] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...kinds),
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.option(damage),
      async (kind, damages, isPacked, after) => {
        let bytes = damages.reduce<Buffer>(damaged, kind.bytes);
        if (isPacked) {
          bytes = gzipSync(bytes);
          bytes = after === null ? bytes : damaged(bytes, after);
        }
        const path = folder.write(kind.name, bytes);
        await kind.read(path).then(
          () => read++,
          (error: unknown) => {
            refused++;
            expect(error).toBeInstanceOf(UnreadableData);
            const { message, file } = error as UnreadableData;
            expect(file).toBe(path);
            expect(message).toMatch(/^(?:[^\n\r\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|[\u200c\u200d])+$/u);
          },
        );
      },
    ),
    { numRuns: times(400) },
  );
  expect(refused).toBeGreaterThan(100);
  expect(read).toBeGreaterThan(5);
});

test("a file that is cut or goes on is never taken for a whole one", async () => {
  // A table of text says nowhere how long it is.
  for (const { name, bytes, read } of kinds.filter((kind) => kind.name !== "t.csv")) {
    for (const pack of [(one: Buffer) => one, gzipSync] as ((one: Buffer) => Buffer)[]) {
      if (name === "w.safetensors" && pack === gzipSync) {
        continue;
      }
      await read(folder.write(name, pack(bytes)));
      const lengths = new Set([
        0,
        1,
        7,
        8,
        15,
        16,
        60,
        bytes.length - 20,
        bytes.length - 2,
        bytes.length - 1,
      ]);
      for (const length of lengths) {
        await expect(read(folder.write(name, pack(bytes.subarray(0, length))))).rejects.toThrow(
          UnreadableData,
        );
      }
      for (const more of [1, 2, 8, 4096]) {
        for (const fill of [0, 0xff]) {
          const other = Buffer.concat([bytes, Buffer.alloc(more, fill)]);
          await expect(read(folder.write(name, pack(other)))).rejects.toThrow(UnreadableData);
          if (pack === gzipSync) {
            const behind = Buffer.concat([pack(bytes), Buffer.alloc(more, fill)]);
            await expect(read(folder.write(name, behind))).rejects.toThrow(UnreadableData);
          }
        }
      }
    }
  }
});
