import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DataSource, openData } from "../../../src/data/index.js";
import { testFolder } from "./folder.js";
import {
  cifarBytes,
  elements,
  type IdxName,
  idxBytes,
  type NpyName,
  npyBytes,
  npyNames,
  numberBytes,
} from "./writers.js";

const folder = testFolder();

/** Reads data, and holds what is said of them against the numbers. */
async function opened(source: DataSource) {
  const table = await openData(source);
  const { columns } = table;
  for (const { shape, values, minimum, maximum, isWhole } of columns) {
    expect(values).toHaveLength(table.rows * shape.reduce((product, length) => product * length, 1));
    const numbers = Array.from(values as ArrayLike<number>);
    expect(minimum).toBe(numbers.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY));
    expect(maximum).toBe(numbers.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
    expect(isWhole).toBe(numbers.every(Number.isInteger));
  }
  return {
    ...table,
    values: columns.map(({ values }) => Array.from(values as ArrayLike<number>)),
    arrays: columns.map(({ values }) => values.constructor.name),
  };
}

const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest("hex");

/** Numbers that a kind holds exactly, its ends among them. */
const exact: Readonly<Record<NpyName, readonly number[]>> = {
  bool: [0, 1, 1, 0, 0, 1],
  uint8: [0, 1, 127, 128, 254, 255],
  int8: [-128, -1, 0, 1, 126, 127],
  uint16: [0, 1, 255, 256, 65534, 65535],
  int16: [-32768, -256, -1, 0, 255, 32767],
  uint32: [0, 1, 65536, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1],
  int32: [-(2 ** 31), -65537, -1, 0, 65536, 2 ** 31 - 1],
  uint64: [0, 1, 2 ** 32, 2 ** 40 + 1, 2 ** 53 - 2, 2 ** 53 - 1],
  int64: [-(2 ** 53) + 1, -(2 ** 32) - 1, -1, 0, 2 ** 32, 2 ** 53 - 1],
  float16: [-65504, -(2 ** -24), 0, 2 ** -14, 1 + 2 ** -10, 0.333251953125],
  float32: [-(2 ** 127) * (2 - 2 ** -23), -(2 ** -149), 0, 0.5, Math.fround(0.1), 2 ** -126],
  float64: [-Number.MAX_VALUE, -Number.MIN_VALUE, 0, 0.1, 1 / 3, Math.PI],
};

const arrays: Readonly<Record<NpyName, string>> = {
  bool: "Uint8Array",
  uint8: "Uint8Array",
  int8: "Int8Array",
  uint16: "Uint16Array",
  int16: "Int16Array",
  uint32: "Uint32Array",
  int32: "Int32Array",
  uint64: "Float64Array",
  int64: "Float64Array",
  float16: "Float32Array",
  float32: "Float32Array",
  float64: "Float64Array",
};

describe("IDX", () => {
  const names: IdxName[] = ["uint8", "int8", "int16", "int32", "float32", "float64"];

  test.each(names)("images of %s and their labels are what was written", async (name) => {
    const images = idxBytes(name, [3, 2, 1], exact[name]);
    const labels = idxBytes("uint8", [3], [9, 0, 255]);
    const files = [folder.write(`${name}-images`, images), folder.write(`${name}-labels`, labels)];
    const columns = [
      { name: "image", shape: [2, 1] },
      { name: "label", shape: [] },
    ];
    const read = await opened({ format: "idx", files, columns });
    expect(read).toMatchObject({
      rows: 3,
      values: [exact[name], [9, 0, 255]],
      arrays: [arrays[name], "Uint8Array"],
    });
    expect(read.digest).toBe(sha256(images, labels));
  });

  test("axes of length 1 may lack, or be there", async () => {
    const files = [
      folder.write("ones-images", idxBytes("uint8", [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])),
      folder.write("ones-labels", idxBytes("int32", [2, 1], [3, 4])),
    ];
    for (const shape of [
      [2, 2],
      [2, 2, 1],
      [1, 2, 2],
    ]) {
      const columns = [
        { name: "image", shape },
        { name: "label", shape: [] },
      ];
      const { values } = await opened({ format: "idx", files, columns });
      expect(values).toEqual([
        [1, 2, 3, 4, 5, 6, 7, 8],
        [3, 4],
      ]);
    }
  });

  test("some rows are the first, and packed files the same as others", async () => {
    const images = idxBytes("int16", [4, 2], [1, -2, 3, -4, 5, -6, 7, -8]);
    const labels = idxBytes("uint8", [4], [1, 2, 3, 4]);
    const members = (bytes: Buffer) =>
      Buffer.concat([0, 5, 11].map((start, index) => gzipSync(bytes.subarray(start, [5, 11][index]))));
    const columns = [
      { name: "x", shape: [2] },
      { name: "y", shape: [] },
    ];
    for (const pack of [(bytes: Buffer) => bytes, gzipSync, members]) {
      const files = [folder.write("take-images", pack(images)), folder.write("take-labels", pack(labels))];
      const all = await opened({ format: "idx", files, columns });
      expect(all.digest).toBe(sha256(images, labels));
      expect(all.values[0]).toEqual([1, -2, 3, -4, 5, -6, 7, -8]);
      const some = await opened({ format: "idx", files, columns, take: 3 });
      expect(some).toMatchObject({
        rows: 3,
        values: [
          [1, -2, 3, -4, 5, -6],
          [1, 2, 3],
        ],
      });
      expect(some.digest).toBe(sha256(images.subarray(0, 12 + 12), labels.subarray(0, 8 + 3)));
    }
  });
});

describe("CIFAR-10", () => {
  const image = (seed: number) =>
    Array.from({ length: 3072 }, (_, at) => (seed * 31 + at * 7 + (at % 13)) % 256);
  const columns = [
    { name: "image", shape: [32, 32, 3] },
    { name: "label", shape: [] },
  ];

  test("batches go on one behind the other, with colours last", async () => {
    const images = [0, 1, 2, 3, 4].map(image);
    const batches = [
      cifarBytes([0, 9], images.slice(0, 2)),
      cifarBytes([5], images.slice(2, 3)),
      cifarBytes([1, 2], images.slice(3)),
    ];
    for (const pack of [(bytes: Buffer) => bytes, gzipSync]) {
      const files = batches.map((bytes, index) => folder.write(`batch_${index}.bin`, pack(bytes)));
      const read = await opened({ format: "cifar10", files, columns });
      expect(read).toMatchObject({ rows: 5, values: [images.flat(), [0, 9, 5, 1, 2]] });
      expect(read.digest).toBe(sha256(...batches));
      for (const take of [1, 2, 3, 4, 5]) {
        const some = await opened({ format: "cifar10", files, columns, take });
        expect(some).toMatchObject({
          rows: take,
          values: [images.slice(0, take).flat(), [0, 9, 5, 1, 2].slice(0, take)],
        });
        expect(some.digest).toBe(sha256(Buffer.concat(batches).subarray(0, take * 3073)));
      }
    }
  });
});

describe("NPY", () => {
  test.each(npyNames)(
    "arrays of %s are what was written, in every version, order and order of bytes",
    async (name) => {
      const values = exact[name];
      for (const version of [1, 2, 3] as const) {
        for (const lowestFirst of [true, false]) {
          for (const isFortran of [true, false]) {
            const bytes = npyBytes(name, [3, 2], values, { version, lowestFirst, isFortran });
            const file = folder.write("array.npy", bytes);
            const columns = [{ name: "x", shape: [2] }];
            const read = await opened({ format: "npy", files: [file], columns });
            expect(read).toMatchObject({ rows: 3, values: [values], arrays: [arrays[name]] });
            expect(read.digest).toBe(sha256(bytes));
            const some = await opened({ format: "npy", files: [file], columns, take: 2 });
            expect(some).toMatchObject({ rows: 2, values: [values.slice(0, 4)] });
          }
        }
      }
    },
  );

  test("long whole numbers are kept as short as they are", async () => {
    const kinds = {
      Int8Array: [-3, 100],
      Uint8Array: [0, 255],
      Int16Array: [-129, 0],
      Uint16Array: [0, 65535],
    };
    const more = { Int32Array: [-1, 65536], Uint32Array: [0, 2 ** 31], Float64Array: [-1, 2 ** 31] };
    for (const [kind, values] of Object.entries({ ...kinds, ...more })) {
      const file = folder.write("long.npy", npyBytes("int64", [2], values));
      const { arrays, values: read } = await opened({
        format: "npy",
        files: [file],
        columns: [{ name: "n", shape: [] }],
      });
      expect([arrays, read]).toEqual([[kind], [values]]);
    }
  });

  test("arrays of any axes are what was written, in either order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        fc.nat(),
        async (shape, isFortran, taken) => {
          const count = shape.reduce((product, length) => product * length, 1);
          const values = Array.from({ length: count }, (_, at) => at);
          const file = folder.write("any.npy", npyBytes("int16", shape, values, { isFortran }));
          const take = 1 + (taken % shape[0]!);
          const columns = [{ name: "x", shape: shape.slice(1) }];
          const read = await opened({ format: "npy", files: [file], columns, take });
          expect(read.values).toEqual([values.slice(0, (count / shape[0]!) * take)]);
        },
      ),
    );
  });

  test("a file a name, each of its shape", async () => {
    const files = [
      folder.write("x.npy", npyBytes("float32", [2, 2], [1, 2, 3, 4.5])),
      folder.write("y.npy.gz", gzipSync(npyBytes("bool", [2], [1, 0]))),
      folder.write("z.npy", npyBytes("float64", [2, 1], [0.1, 0.2])),
    ];
    const columns = [
      { name: "x", shape: [2] },
      { name: "y", shape: [] },
      { name: "z", shape: [] },
    ];
    const { values } = await opened({ format: "npy", files, columns });
    expect(values).toEqual([
      [1, 2, 3, 4.5],
      [1, 0],
      [0.1, 0.2],
    ]);
  });

  test("arrays longer than what is decoded at once are whole", async () => {
    const values = Array.from({ length: 3 * 70_001 }, (_, at) => at / 2);
    for (const isFortran of [false, true]) {
      const file = folder.write(
        "long.npy",
        npyBytes("float64", [70_001, 3], values, { isFortran, lowestFirst: false }),
      );
      const { columns } = await openData({
        format: "npy",
        files: [file],
        columns: [{ name: "x", shape: [3] }],
      });
      expect(Buffer.from(columns[0]!.values.buffer).equals(numberBytes("float64", values))).toBe(true);
    }
  });
});

describe("tables of text", () => {
  const columns = [
    { name: "x", shape: [2, 2] },
    { name: "y", shape: [] },
  ];
  const rows = [
    [1.25, 2, 3, 4, 0],
    [5.5, 6, 7, 8, 1],
    [-1, 1e-3, 0, 12, 2],
  ];
  const lines = rows.map((row) => `${row.join(",")}\n`).join("");
  const values = [rows.flatMap((row) => row.slice(0, 4)), rows.map((row) => row[4])];

  test.each([
    ["without a header", lines],
    ["with a header", `a,b,c,d,label\n${lines}`],
    ["with a header that names columns twice", `a,a,x,y,y\n${lines}`],
    ["of pandas, with an index", `,a,b,c,d,y\n${rows.map((row, at) => `${at},${row.join(",")}\n`).join("")}`],
    ["with separators of its own", lines.replaceAll(",", "; ").replaceAll(".", ",")],
    ["with spaces and a comment", `# made by hand\n${lines.replaceAll(",", "  ")}`],
    ["with a mark of the byte order", `\ufeff${lines}`],
    ["with a line of counts and classes", `3,4,setosa,versicolor,virginica\n${lines}`],
  ])("%s give their columns by place", async (_, text) => {
    for (const pack of [(bytes: Buffer) => bytes, gzipSync]) {
      const files = [folder.write("table.csv", pack(Buffer.from(text)))];
      const read = await opened({ format: "csv", files, columns });
      expect(read).toMatchObject({ rows: 3, values, arrays: ["Float64Array", "Int8Array"], remarks: [] });
      expect(read.digest).toBe(sha256(Buffer.from(text.replace("\ufeff", ""))));
      const some = await opened({ format: "csv", files, columns, take: 2 });
      expect(some.values).toEqual([values[0]!.slice(0, 8), [0, 1]]);
    }
  });

  test("whose first row may be a header of numbers are remarked on", async () => {
    const files = [folder.write("doubtful.csv", "0,1,2,3,4\n1,2,3,4,5\n")];
    const { values: read, remarks } = await opened({ format: "csv", files, columns });
    expect(read).toEqual([
      [0, 1, 2, 3, 1, 2, 3, 4],
      [4, 5],
    ]);
    expect(remarks).toEqual([
      "row 1 (0, 1, 2, 3, 4) is taken for a row; if it is one, write 0.0, 1.0, 2.0, 3....; if it is a header, remove it or name the columns",
    ]);
    const headed = [folder.write("headed.csv", "0,1,2,3,4\n1.5,2.5,3.5,4.5,5.5\n2.5,3.5,4.5,5.5,6.5\n")];
    const numbered = await opened({ format: "csv", files: headed, columns });
    expect(numbered.values).toEqual([
      [1.5, 2.5, 3.5, 4.5, 2.5, 3.5, 4.5, 5.5],
      [5.5, 6.5],
    ]);
    expect(numbered.remarks).toHaveLength(1);
  });
});

test("the writers' halves are what their bits say", () => {
  // 5 bits of exponent, 10 of fraction: 1 is 0x3c00, the next 0x3c01, the largest 0x7bff, the least 0x0001.
  const bits = numberBytes("float16", [1, 1 + 2 ** -10, 65504, 2 ** -24, -2]);
  expect(Array.from(new Uint16Array(bits.buffer, bits.byteOffset, 5))).toEqual([
    0x3c00, 0x3c01, 0x7bff, 1, 0xc000,
  ]);
  expect(elements.float16.size).toBe(2);
});
