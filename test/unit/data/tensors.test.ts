import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readTensor, tensorsOf } from "../../../src/data/index.js";
import { testFolder } from "./folder.js";
import { npyBytes, numberBytes, safetensorsBytes } from "./writers.js";

const folder = testFolder();

async function tensor(path: string, name?: string) {
  const { shape, values, digest } = await readTensor(path, name);
  return { shape, values: Array.from(values as ArrayLike<number>), kind: values.constructor.name, digest };
}

const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest("hex");

describe("an array of NPY", () => {
  test.each([
    [[], [0.5]],
    [[3], [1, -2, 3]],
    [
      [2, 3],
      [1, 2, 3, 4, 5, 6.5],
    ],
    [
      [2, 1, 2, 2],
      [1, 2, 3, 4, 5, 6, 7, 8],
    ],
  ])("of shape [%s] is read in either order", async (shape, values) => {
    for (const name of ["float16", "float32", "float64"] as const) {
      for (const isFortran of [false, true]) {
        const bytes = npyBytes(name, shape, values, { isFortran });
        const kind = name === "float64" ? "Float64Array" : "Float32Array";
        expect(await tensor(folder.write("a.npy", bytes))).toEqual({
          shape,
          values,
          kind,
          digest: sha256(bytes),
        });
      }
    }
  });
});

describe("tensors of a safetensors file", () => {
  const kinds = { F16: "float16", BF16: "bfloat16", F32: "float32", F64: "float64" } as const;
  // Each kind holds them.
  const values = [1, -0.5, 0, 2 ** -14, 240, -1.9921875];
  const parts = Object.entries(kinds).map(([dtype, name]) => ({
    dtype,
    shape: [2, 3],
    bytes: numberBytes(name, values),
  }));
  const [half, brain, single, double] = parts;
  const all = {
    half: half!,
    "layers.0.weight": brain!,
    count: { dtype: "I64", shape: [], bytes: numberBytes("int64", [7]) },
    none: { dtype: "F32", shape: [0, 3], bytes: Buffer.alloc(0) },
    single: single!,
    "ünï 😀": double!,
    number: { dtype: "F32", shape: [], bytes: numberBytes("float32", [0.25]) },
    unknown: { dtype: "F4", shape: [3], bytes: Buffer.from([1, 2]) },
  };

  test("are read by their names", async () => {
    const bytes = safetensorsBytes(all, { format: "pt" });
    const path = folder.write("all.safetensors", bytes);
    const header = bytes.subarray(0, 8 + Number(bytes.readBigUInt64LE()));
    for (const name of ["half", "layers.0.weight", "single", "ünï 😀"] as const) {
      const kind = name === "ünï 😀" ? "Float64Array" : "Float32Array";
      const digest = sha256(header, all[name].bytes);
      expect(await tensor(path, name)).toEqual({ shape: [2, 3], values, kind, digest });
    }
    expect(await tensor(path, "number")).toMatchObject({ shape: [], values: [0.25] });
    expect(await tensorsOf(path)).toMatchObject([
      { name: "half", dtype: "F16", shape: [2, 3] },
      { name: "layers.0.weight", dtype: "BF16", shape: [2, 3] },
      { name: "count", dtype: "I64", shape: [] },
      { name: "none", dtype: "F32", shape: [0, 3] },
      { name: "single", dtype: "F32", shape: [2, 3] },
      { name: "ünï 😀", dtype: "F64", shape: [2, 3] },
      { name: "number", dtype: "F32", shape: [] },
      { name: "unknown", dtype: "F4", shape: [3] },
    ]);
  });

  test("lie anywhere, in whatever order the header names them, behind whatever else", async () => {
    const large = Buffer.alloc(1_000_000, 1);
    const last = numberBytes("float64", [1.5, 2.5]);
    const whole = safetensorsBytes({
      b: { dtype: "F64", shape: [2], bytes: last, offsets: [1_000_000, 1_000_016] },
      a: { dtype: "U8", shape: [1000, 1000], bytes: large, offsets: [0, 1_000_000] },
    });
    const header = whole.subarray(0, -1_000_016);
    const path = folder.write("order.safetensors", Buffer.concat([header, large, last]));
    expect(await tensor(path, "b")).toMatchObject({ shape: [2], values: [1.5, 2.5] });
  });
});

test("every finite number of 16 bits is the one that is written so", async () => {
  for (const [dtype, name] of [
    ["F16", "float16"],
    ["BF16", "bfloat16"],
  ] as const) {
    const largest = dtype === "F16" ? 0x7bff : 0x7f7f;
    const patterns = Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7fff) <= largest,
    );
    const bytes = numberBytes("uint16", patterns);
    const path = folder.write(
      "all.safetensors",
      safetensorsBytes({ a: { dtype, shape: [patterns.length], bytes } }),
    );
    const { values } = await tensor(path, "a");
    // Written again, a number has the bits that it had.
    expect(numberBytes(name, values).equals(bytes)).toBe(true);
  }
});
