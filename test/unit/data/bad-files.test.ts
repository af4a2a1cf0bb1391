import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type DataSource, openData, readTensor, UnreadableData } from "../../../src/data/index.js";
import { testFolder } from "./folder.js";
import {
  cifarBytes,
  idxBytes,
  npyBytes,
  npyHeader,
  numberBytes,
  safetensorsBytes,
  safetensorsFile,
} from "./writers.js";

const folder = testFolder();

/** A user of the system without rights. */
const nobody = 65_534;

/** What a reading is refused with: the file, the byte if there is one, and the words behind the file's name. */
async function refusal(reading: () => Promise<unknown>) {
  const error = await reading().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UnreadableData);
  const { file, offset, message } = error as UnreadableData;
  expect(message).toMatch(/^[ -~]+$/);
  return { file, offset, message };
}

const refused = (source: DataSource) => refusal(() => openData(source));

const pair = [
  { name: "image", shape: [2, 2] },
  { name: "label", shape: [] },
];
const images = idxBytes("uint8", [3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
const labels = idxBytes("uint8", [3], [0, 1, 2]);

function changed(bytes: Buffer, at: number, ...values: number[]): Buffer {
  const other = Buffer.from(bytes);
  other.set(values, at);
  return other;
}

function cut(bytes: Buffer, count = 1): Buffer {
  return bytes.subarray(0, bytes.length - count);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.from([0])]);
}

describe("an IDX file is refused", () => {
  const cases: [string, Buffer, number, number | undefined, string][] = [
    ["of no bytes", Buffer.alloc(0), 0, 0, "its header is cut: the file ends here; copy it again"],
    [
      "cut in its header",
      images.subarray(0, 9),
      0,
      9,
      "its header is cut: the file ends here; copy it again",
    ],
    [
      "cut",
      cut(images, 5),
      0,
      23,
      "the file is cut: it ends here, and 5 bytes more should come; copy it again",
    ],
    [
      "with only its header",
      images.subarray(0, 16),
      0,
      16,
      "the file is cut: it ends here, and 12 bytes more should come; copy it again",
    ],
    ["padded", padded(images), 0, 28, "the file should end here and goes on; copy it again"],
    [
      "of another kind",
      Buffer.from("P5 28 28 255\n"),
      0,
      0,
      "it is no IDX file: it begins with 50 35 20 32, not with 00 00",
    ],
    [
      "of a kind of number that there is not",
      changed(images, 2, 0x0a),
      0,
      2,
      "it is no IDX file: 0a is none of its kinds of number",
    ],
    ["without axes", changed(images, 3, 0), 0, 3, "it has no axis, and rows are asked for"],
    [
      "of other images",
      idxBytes("uint8", [2, 3, 2], [...Array(12).keys()]),
      0,
      4,
      "its rows are of shape [3, 2] each, and [2, 2] is asked for",
    ],
    ["of images without labels", labels, 0, 4, "its rows are a number each, and [2, 2] is asked for"],
    [
      "of axes that no file holds",
      changed(images, 4, ...Array(12).fill(255)),
      0,
      4,
      "its axes are too long for any file",
    ],
    [
      "of axes that this file does not hold",
      changed(images, 4, 0, 255, 255, 255),
      0,
      28,
      "the file is cut: it ends here, and 67,108,848 bytes more should come; copy it again",
    ],
    ["without rows", idxBytes("uint8", [0, 2, 2], []), 0, 4, "it holds no number: its shape is [0, 2, 2]"],
    [
      "with NaN",
      idxBytes("float32", [3, 2, 2], [0, 1, 2, 3, 4, 5, Number.NaN, 7, 8, 9, 10, 11]),
      0,
      40,
      "entry [1, 1, 0] is NaN, and only finite numbers are data",
    ],
    ["with labels of images", images, 1, 4, "its rows are of shape [2, 2] each, and a number is asked for"],
    [
      "with labels in floating point",
      idxBytes("float32", [3], [0, 1, 2]),
      1,
      2,
      "labels are whole numbers, and these are float32",
    ],
    [
      "with negative labels",
      idxBytes("int16", [3], [0, 1, -2]),
      1,
      12,
      "entry [2] is -2, and labels are whole numbers from 0",
    ],
    [
      "with other rows than images",
      idxBytes("uint8", [2], [0, 1]),
      1,
      undefined,
      "has 2 rows, and images has 3",
    ],
    [
      "with cut labels",
      cut(labels),
      1,
      10,
      "the file is cut: it ends here, and 1 byte more should come; copy it again",
    ],
  ];

  test.each(cases)("%s", async (_, bytes, which, offset, reason) => {
    const files = [
      folder.write("images", which === 0 ? bytes : images),
      folder.write("labels", which === 1 ? bytes : labels),
    ];
    const place = offset === undefined ? "" : `byte ${offset}: `;
    const source = { format: "idx", files, columns: pair };
    expect(await refused(source)).toEqual({ file: files[which], offset, message: place + reason });
    // The same is wrong with it when it is packed, and of what is too short it may be known earlier.
    files[which] = folder.write(`packed-${which}`, gzipSync(bytes));
    const packed = await refused(source);
    expect(packed.file).toBe(files[which]);
    if (!/more should come|no axis|no IDX file/.test(reason)) {
      expect(packed.message.replace("packed-0", "images")).toBe(
        (offset === undefined ? "" : "unpacked ") + place + reason,
      );
    }
  });

  test("when rows are asked for that it lacks, or none", async () => {
    const files = [folder.write("images", images), folder.write("labels", labels)];
    const source = { format: "idx", files, columns: pair };
    expect(await refused({ ...source, take: 4 })).toMatchObject({
      message: "has 3 rows, and `take 4` asks for more",
    });
    for (const take of [0, -1, 1.5, Number.NaN]) {
      expect((await refused({ ...source, take })).message).toMatch(
        /^`take` keeps the first rows, a whole number from 1/,
      );
    }
  });

  test("when the length of the whole is wrong though few rows are taken", async () => {
    for (const pack of [(bytes: Buffer) => bytes, gzipSync]) {
      for (const [bytes, offset] of [
        [cut(images), 27],
        [padded(images), 28],
      ] as const) {
        const files = [folder.write("images", pack(bytes)), folder.write("labels", labels)];
        expect(await refused({ format: "idx", files, columns: pair, take: 1 })).toMatchObject({ offset });
      }
    }
  });
});

describe("what gzip has packed is refused", () => {
  const packed = gzipSync(images);

  test.each([
    ["cut", cut(packed, 3), /^packed byte \d+: the file is cut here; copy it again$/],
    [
      "cut in a second member",
      Buffer.concat([gzipSync(images.subarray(0, 20)), cut(gzipSync(images.subarray(20)), 9)]),
      /^packed byte \d+: the file is cut here; copy it again$/,
    ],
    [
      "with zeros behind it",
      Buffer.concat([packed, Buffer.alloc(512)]),
      new RegExp(
        `^packed byte ${packed.length}: what gzip has packed ends here and the file goes on; copy it again$`,
      ),
    ],
    [
      "with zeros between members",
      Buffer.concat([gzipSync(images.subarray(0, 20)), Buffer.alloc(4), gzipSync(images.subarray(20))]),
      /^(?:packed byte \d+: what gzip has packed ends here|unpacked byte 20: the file is cut)/,
    ],
    [
      "with words behind it",
      Buffer.concat([packed, Buffer.from("end")]),
      /^packed byte \d+: what gzip has packed is damaged near here \(incorrect header check\); copy it again$/,
    ],
    [
      "with another check sum",
      changed(packed, packed.length - 6, 1, 2),
      /^packed byte \d+: what gzip has packed is damaged near here \(incorrect data check\); copy it again$/,
    ],
    [
      "with another byte",
      changed(packed, 12, packed[12]! ^ 0xff),
      /^packed byte \d+: what gzip has packed is damaged near here/,
    ],
  ])("%s", async (_, bytes, message) => {
    const files = [folder.write("images.gz", bytes), folder.write("labels", labels)];
    expect((await refused({ format: "idx", files, columns: pair })).message).toMatch(message);
  });

  test("when its header says more than can be packed", async () => {
    const bytes = gzipSync(changed(images, 4, 0, 255, 255, 255));
    const files = [folder.write("images.gz", bytes), folder.write("labels", labels)];
    expect((await refused({ format: "idx", files, columns: pair })).message).toMatch(
      /^unpacked byte 16: the file is cut or wrong: by its header 67,108,876 bytes are packed in it, and it holds \d+ at most; copy it again$/,
    );
  });
});

describe("a file of CIFAR-10 is refused", () => {
  const columns = [
    { name: "image", shape: [32, 32, 3] },
    { name: "label", shape: [] },
  ];
  const batch = cifarBytes([3, 9], [Array(3072).fill(1), Array(3072).fill(2)]);

  test.each([
    ["cut", cut(batch), 6145, "it ends in row 2, at byte 3072 of the 3073 that a row has; copy it again"],
    ["padded", padded(batch), 6147, "it ends in row 3, at byte 1 of the 3073 that a row has; copy it again"],
    ["empty", Buffer.alloc(0), 0, "it is empty"],
    [
      "with a label out of range",
      changed(batch, 3073, 10),
      3073,
      "row 2 has the label 10, and those of CIFAR-10 are 0 to 9",
    ],
  ])("%s, packed or not, whichever it is", async (_, bytes, offset, reason) => {
    for (const [pack, word] of [
      [(one: Buffer) => one, "byte"],
      [gzipSync, "unpacked byte"],
    ] as const) {
      const files = [folder.write("one.bin", batch), folder.write("two.bin", pack(bytes))];
      const found = await refused({ format: "cifar10", files, columns });
      expect(found).toEqual({ file: files[1], offset, message: `${word} ${offset}: ${reason}` });
    }
  });

  test("when more rows are asked for than all have", async () => {
    const files = [folder.write("one.bin", batch), folder.write("two.bin", batch)];
    expect(await refused({ format: "cifar10", files, columns, take: 5 })).toEqual({
      file: files[1],
      offset: undefined,
      message: "has 4 rows together with the files before it, and `take 5` asks for more",
    });
  });
});

describe("an NPY file is refused", () => {
  const array = npyBytes("float64", [3, 2], [1, 2, 3, 4, 5, 6]);
  const columns = [{ name: "x", shape: [2] }];
  const file = (header: string, bytes: Buffer = numberBytes("float64", [1, 2, 3, 4, 5, 6])) =>
    Buffer.concat([npyHeader(header, 1, false), bytes]);
  const good = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }";
  const nan = (index: number, value: number) =>
    changed(array, array.length - 48 + 8 * index, ...numberBytes("float64", [value]));

  test.each([
    [
      "of no bytes",
      Buffer.alloc(0),
      "byte 0: it is no NPY file: it begins with nothing, not with \\x93NUMPY",
    ],
    [
      "of another kind",
      Buffer.from("P5 28 28 255"),
      "byte 0: it is no NPY file: it begins with 50 35 20 32 38 20, not with \\x93NUMPY",
    ],
    [
      "that is an archive",
      Buffer.from("PK\x03\x04abcdef"),
      "byte 0: it is an archive of arrays (NPZ); save the one array with numpy.save",
    ],
    [
      "of a later version",
      changed(array, 6, 4),
      "byte 6: it is of version 4.0 of NPY; versions 1.0, 2.0 and 3.0 are read",
    ],
    [
      "cut in its header",
      array.subarray(0, 60),
      "byte 60: its header is cut: the file ends here; copy it again",
    ],
    [
      "with a huge header",
      changed(npyBytes("int8", [3, 2], [0, 0, 0, 0, 0, 0], { version: 2 }), 8, 255, 255, 255, 255),
      "byte 8: its header has 4294967295 bytes; up to 10000 are read",
    ],
    [
      "cut",
      cut(array, 8),
      `byte ${array.length - 8}: the file is cut: it ends here, and 8 bytes more should come; copy it again`,
    ],
    ["padded", padded(array), `byte ${array.length}: the file should end here and goes on; copy it again`],
    [
      "of another shape",
      npyBytes("float64", [3, 3], Array(9).fill(0)),
      "byte 10: its rows are of shape [3] each, and [2] is asked for",
    ],
    [
      "of one number",
      npyBytes("float64", [], [1]),
      "byte 10: it holds a single number, and rows are asked for",
    ],
    ["without a number", npyBytes("float64", [0, 2], []), "byte 10: it holds no number: its shape is [0, 2]"],
    [
      "with NaN",
      nan(3, Number.NaN),
      `byte ${array.length - 24}: entry [1, 1] is NaN, and only finite numbers are data`,
    ],
    [
      "with an infinity",
      nan(0, Number.NEGATIVE_INFINITY),
      `byte ${array.length - 48}: entry [0, 0] is negative infinity, and only finite numbers are data`,
    ],
    [
      "with an infinity in Fortran's order",
      npyBytes("float16", [3, 2], [0, 1, 2, Number.POSITIVE_INFINITY, 4, 5], { isFortran: true }),
      "byte 136: entry [1, 1] is infinity, and only finite numbers are data",
    ],
    [
      "with truth values that are none",
      changed(npyBytes("bool", [3, 2], [0, 1, 0, 1, 0, 1]), 130, 2),
      "byte 130: 2 is no truth value, which is 0 or 1",
    ],
    [
      "with whole numbers that are not exact",
      npyBytes("int64", [3, 2], [0, 0, 0, 0, -(2 ** 53), 0]),
      "byte 160: -9007199254740992 is beyond the whole numbers that double precision holds",
    ],
    [
      "of complex numbers",
      file(good.replace("<f8", "<c16")),
      'byte 11: "descr" in its header is "<c16" (complex numbers); whole numbers, truth values and floating point of up to 64 bits are read',
    ],
    [
      "of objects",
      file(good.replace("<f8", "|O")),
      'byte 11: "descr" in its header is "|O" (objects of Python); whole numbers, truth values and floating point of up to 64 bits are read',
    ],
    [
      "of texts",
      file(good.replace("<f8", "<U3")),
      'byte 11: "descr" in its header is "<U3" (texts); whole numbers, truth values and floating point of up to 64 bits are read',
    ],
    [
      "without an order of bytes",
      file(good.replace("<f8", "|f8")),
      'byte 11: "descr" in its header is "|f8"; whole numbers, truth values and floating point of up to 64 bits are read',
    ],
    [
      "of records",
      file(good.replace("'<f8'", "[('a', '<f8')]")),
      "byte 21: its header describes records here; save an array of numbers",
    ],
    [
      "with a header that is a call",
      file(good.replace("False", "exit()")),
      "byte 44: its header has nothing here that belongs there",
    ],
    ["with a header that is no dictionary", file("(3, 2)"), "byte 10: its header does not begin with {"],
    [
      "without a shape",
      file("{'descr': '<f8', 'fortran_order': False}"),
      'byte 10: its header has no "shape"',
    ],
    [
      "with two shapes",
      file(good.replace(", }", ", 'shape': (1,)}")),
      'byte 75: its header has "shape" twice',
    ],
    [
      "with more in its header",
      file(good.replace(", }", ", 'x\x1b\x85': True}")),
      'byte 68: "x\\u001b\\x85" in its header is none of the three that belong there',
    ],
    [
      "with a shape that is a number",
      file(good.replace("(3, 2)", "(3)")),
      "byte 62: its header has no , here",
    ],
    [
      "with a shape of decimals",
      file(good.replace("(3, 2)", "(3.0, 2)")),
      "byte 62: its header has no , here",
    ],
    [
      "with a negative shape",
      file(good.replace("(3, 2)", "(-3, 2)")),
      "byte 61: its header has no whole number of up to 16 digits here",
    ],
    [
      "with a huge shape",
      file(good.replace("(3, 2)", "(9999999999999999, 2)")),
      'byte 51: "shape" in its header is too large for any file',
    ],
    [
      "with many axes",
      file(good.replace("(3, 2)", `(${"1, ".repeat(33)})`)),
      'byte 51: "shape" in its header has 33 axes; up to 32 are read',
    ],
    [
      "with a text for its order",
      file(good.replace("False", "'False'")),
      'byte 27: "fortran_order" in its header is neither True nor False',
    ],
    ["with more behind its header", file(`${good} x`), "byte 70: its header goes on behind its }"],
  ])("%s", async (_, bytes, message) => {
    const files = [folder.write("x.npy", bytes)];
    expect((await refused({ format: "npy", files, columns })).message).toBe(message);
  });

  test("that a start is read from, alike", async () => {
    const path = folder.write("w.npy", cut(array));
    expect((await refusal(() => readTensor(path))).message).toBe(
      `byte ${array.length - 1}: the file is cut: it ends here, and 1 byte more should come; copy it again`,
    );
    expect((await refusal(() => readTensor(folder.write("w.npy", padded(array))))).message).toBe(
      `byte ${array.length}: the file should end here and goes on; copy it again`,
    );
    expect((await refusal(() => readTensor(folder.write("w.npy", nan(2, Number.NaN))))).message).toBe(
      `byte ${array.length - 32}: entry [1, 0] is NaN, and only finite numbers are data`,
    );
    expect((await refusal(() => readTensor(folder.write("w.npy", array), "w"))).message).toBe(
      'byte 0: it is an NPY file, which holds one array without a name; leave "w" out',
    );
    expect(
      (await refusal(() => readTensor(folder.write("w.npy", npyBytes("float32", [2, 0], []))))).message,
    ).toBe("byte 10: it holds no number: its shape is [2, 0]");
  });

  test("when there are other files than names, or files of other rows", async () => {
    const files = [folder.write("x.npy", array), folder.write("y.npy", npyBytes("int8", [2], [0, 1]))];
    expect((await refused({ format: "npy", files, columns })).message).toBe(
      "`npy` reads one file for each name: 2 files and 1 name are given",
    );
    const both = [...columns, { name: "y", shape: [] }];
    expect(await refused({ format: "npy", files, columns: both })).toMatchObject({
      file: files[1],
      message: "has 2 rows, and x.npy has 3",
    });
  });
});

describe("a safetensors file is refused", () => {
  const two = { dtype: "F32", shape: [2], bytes: numberBytes("float32", [1, 2]) };
  const good = safetensorsBytes({ a: two, b: two });
  const parts = [two.bytes, two.bytes];
  const header = (a: object, b: object = { dtype: "F32", shape: [2], data_offsets: [8, 16] }) =>
    safetensorsFile(
      JSON.stringify({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...a }, b }),
      parts,
    );
  const start = good.length - 16;

  test.each([
    ["of no bytes", Buffer.alloc(0), "byte 0: its header is cut: the file ends here; copy it again"],
    [
      "with a header cut",
      good.subarray(0, 20),
      "byte 20: its header is cut: the file ends here; copy it again",
    ],
    [
      "with a huge header",
      changed(good, 4, 1),
      /^byte 0: it is no safetensors file, or its header is too long: it has \d+ bytes, and 2 to 4194304 are read$/,
    ],
    [
      "of another kind",
      Buffer.from("\x89PNG\r\n\x1a\nabc", "latin1"),
      /^byte 0: it is no safetensors file, or its header is too long/,
    ],
    [
      "that is packed",
      gzipSync(good),
      "byte 0: it is packed by gzip, and safetensors files are read as they are; unpack it",
    ],
    [
      "that is cut",
      cut(good),
      `byte ${good.length - 1}: the file is cut: it ends here, and 1 byte more should come; copy it again`,
    ],
    [
      "that is padded",
      padded(good),
      `byte ${good.length}: the file should end here and goes on; copy it again`,
    ],
    [
      "without JSON",
      safetensorsFile("{'a': 1}", parts),
      "byte 8: it is no safetensors file: its header is no JSON in UTF-8",
    ],
    [
      "with a list",
      safetensorsFile("[1, 2]", parts),
      "byte 8: it is no safetensors file: its header is no JSON object",
    ],
    [
      "nested deeply",
      safetensorsFile(`{"a":${"[".repeat(100_000)}`, parts),
      "byte 8: it is no safetensors file: its header is no JSON in UTF-8",
    ],
    [
      "with tensors that share bytes",
      header({}, { dtype: "F32", shape: [2], data_offsets: [4, 12] }),
      /^byte \d+: the tensor "b" shares bytes with another one$/,
    ],
    [
      "with bytes of no tensor",
      header({}, { dtype: "F32", shape: [1], data_offsets: [12, 16] }),
      /^byte \d+: the tensor "b" leaves bytes before it to no tensor$/,
    ],
    [
      "with a name twice",
      safetensorsFile(
        '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}',
        parts,
      ),
      /leaves bytes before it to no tensor$/,
    ],
    [
      "with a shape of other bytes",
      header({ shape: [3] }),
      'byte 8: the tensor "a" is [3] of "F32", and by the header it has 8 bytes',
    ],
    [
      "with offsets that run back",
      header({ data_offsets: [8, 0] }),
      'byte 8: the tensor "a" is [2] of "F32", and by the header it has -8 bytes',
    ],
    [
      "with offsets that are no numbers",
      header({ data_offsets: ["0", 8] }),
      'byte 8: the header does not say of "a" its dtype, its shape and where its bytes begin and end',
    ],
    [
      "with a negative shape",
      header({ shape: [-2] }),
      'byte 8: the header does not say of "a" its dtype, its shape and where its bytes begin and end',
    ],
    [
      "with a huge shape",
      header({ shape: Array(33).fill(1) }),
      'byte 8: the header does not say of "a" its dtype, its shape and where its bytes begin and end',
    ],
    [
      "with a prototype",
      safetensorsFile('{"__proto__":{"dtype":"F32"}}', parts),
      'byte 8: the header does not say of "__proto__" its dtype, its shape and where its bytes begin and end',
    ],
    [
      "with whole numbers",
      safetensorsBytes({ a: { dtype: "I32", shape: [1], bytes: numberBytes("int32", [1]) } }),
      /^byte \d+: the tensor "a" is of "I32"; F16, BF16, F32, F64 are read$/,
    ],
    [
      "with NaN",
      changed(good, start + 4, ...numberBytes("float32", [Number.NaN])),
      `byte ${start + 4}: entry [1] is NaN, and only finite numbers are data`,
    ],
  ])("%s", async (_, bytes, message) => {
    const path = folder.write("w.safetensors", bytes);
    const found = await refusal(() => readTensor(path, "a"));
    expect(found.file).toBe(path);
    expect(found.message).toEqual(message instanceof RegExp ? expect.stringMatching(message) : message);
  });

  test("when its name is not said, or is none of it: with those that there are", async () => {
    const path = folder.write("w.safetensors", good);
    expect((await refusal(() => readTensor(path))).message).toBe(
      'write the name of a tensor behind the file; it has "a", "b"',
    );
    expect((await refusal(() => readTensor(path, "c"))).message).toBe('has no tensor "c"; it has "a", "b"');
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`layer${at}`, two]));
    const other = folder.write("many.safetensors", safetensorsBytes(many));
    expect((await refusal(() => readTensor(other, "c"))).message).toMatch(/"layer9" and 20 more$/);
    const empty = folder.write("empty.safetensors", safetensorsBytes({}));
    expect((await refusal(() => readTensor(empty, "c"))).message).toBe('has no tensor "c"; it has none');
  });
});

describe("a table of text is refused", () => {
  const columns = [
    { name: "x", shape: [2] },
    { name: "y", shape: [] },
  ];

  test.each([
    ["with more columns", "1,2,3,4\n5,6,7,8\n", "has 4 columns, and 3 are asked for"],
    ["with fewer columns", "a,b\n5,6\n", "has 2 columns, and 3 are asked for"],
    ["with a text in it", "a,b,c\n5,6,7\n8,x,9\n", "row 3, column b: `x` is no finite number"],
    ["with NaN", "5,6,7.5\n8,nan,9\n", "row 2, column 2: `nan` is no finite number"],
    [
      "without rows",
      "a,b,c\n",
      "has no row of numbers: it has a header and no row; write a line for each row",
    ],
    ["with a short row", "1.5,2,3\n4,5\n", "row 2 has 2 columns, and the first row has 3"],
    [
      "of zeros",
      Buffer.alloc(100),
      "is not a text file in UTF-8: row 1 has a NUL character; save the table as CSV in UTF-8",
    ],
    ["of no text", Buffer.from([0xff, 0xfe, 0x31]), "is not text in UTF-8; save it as UTF-8"],
  ])("%s", async (_, bytes, message) => {
    for (const pack of [Buffer.from, gzipSync] as ((bytes: Uint8Array) => Buffer)[]) {
      const files = [folder.write("t.csv", pack(Buffer.from(bytes as string)))];
      expect(await refused({ format: "csv", files, columns })).toEqual({
        file: files[0],
        offset: undefined,
        message,
      });
    }
  });

  test("when more rows are asked for than it has, or more files are given", async () => {
    const path = folder.write("t.csv", "1.5,2,3\n");
    expect((await refused({ format: "csv", files: [path], columns, take: 2 })).message).toBe(
      "has 1 row, and `take 2` asks for more",
    );
    expect((await refused({ format: "csv", files: [path, path], columns })).message).toBe(
      "one table is read, and 2 are given",
    );
  });
});

describe("what is no file is refused", () => {
  const reading = (path: string): [string, () => Promise<unknown>][] => [
    ["idx", () => openData({ format: "idx", files: [folder.path("images"), path], columns: pair })],
    [
      "cifar10",
      () =>
        openData({
          format: "cifar10",
          files: [path],
          columns: [
            { name: "image", shape: [32, 32, 3] },
            { name: "label", shape: [] },
          ],
        }),
    ],
    ["npy", () => openData({ format: "npy", files: [path], columns: [{ name: "x", shape: [] }] })],
    ["csv", () => openData({ format: "csv", files: [path], columns: [{ name: "x", shape: [] }] })],
    ["start", () => readTensor(path)],
  ];

  async function each(path: string, message: string) {
    for (const [, read] of reading(path)) {
      expect(await refusal(read)).toEqual({ file: path, offset: undefined, message });
    }
  }

  test("a folder, and a file that is not there", async () => {
    folder.write("images", images);
    mkdirSync(folder.path("folder"));
    await each(folder.path("folder"), "is a directory; name a file");
    await each(folder.path("absent"), "no such file");
  });

  test.skipIf(process.platform === "win32")("a pipe, which is not waited for", async () => {
    folder.write("images", images);
    spawnSync("mkfifo", [folder.path("pipe")]);
    await each(folder.path("pipe"), "is not a regular file but a named pipe; name a file");
  });

  test.skipIf(process.platform === "win32")("one that may not be read", async () => {
    const path = folder.write("secret", images);
    chmodSync(path, 0);
    folder.write("images", images);
    const isRoot = process.getuid?.() === 0;
    try {
      if (isRoot) {
        // Who may read everything becomes somebody who may not.
        process.seteuid?.(nobody);
      }
      for (const [name, read] of reading(path)) {
        // Somebody else may not look into the folder, which is why the first of two files is named.
        const file = isRoot && name === "idx" ? folder.path("images") : path;
        const message = "may not be read: there is no permission to; permit it, or name another";
        expect(await refusal(read)).toEqual({ file, offset: undefined, message });
      }
    } finally {
      if (isRoot) {
        process.seteuid?.(0);
      }
    }
  });
});

test("columns of another number or shape than a format has are refused before a file is opened", async () => {
  const files = [folder.path("absent"), folder.path("absent")];
  const [image, label] = pair as [(typeof pair)[0], (typeof pair)[1]];
  const one = [image];
  const problem = async (format: string, columns: DataSource["columns"], count = 2) =>
    (await refused({ format, files: files.slice(0, count), columns })).message;
  expect(await problem("idx", one)).toBe("`idx` reads two files, of images and of labels, for two names");
  expect(await problem("idx", [image, { name: "label", shape: [10] }])).toBe(
    "labels are numbers; write label without a shape",
  );
  expect(await problem("cifar10", pair)).toBe("images of CIFAR-10 are `image[32, 32, 3]`");
  expect(await problem("cifar10", [label, image])).toBe("images of CIFAR-10 are `label[32, 32, 3]`");
  expect(await problem("cifar10", one)).toBe("`cifar10` reads files for two names, of images and of labels");
  expect(await problem("npy", pair, 1)).toBe(
    "`npy` reads one file for each name: 1 file and 2 names are given",
  );
});
