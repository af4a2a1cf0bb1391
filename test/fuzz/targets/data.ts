import { unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type DataSource, openData, readTensor, tensorsOf, UnreadableData } from "../../../src/data/index.js";
import type { Random } from "../../language/generated/random.js";
import { cifarBytes, idxBytes, npyBytes, numberBytes, safetensorsBytes } from "../../unit/data/writers.js";
import { mutatedBytes } from "../mutations.js";
import { check, checkRefusal, target } from "../target.js";

// Files of images and arrays that were damaged in any way, packed or not: read as numbers, or refused in a line.

const image = Array.from({ length: 3072 }, (_, at) => at % 256);
const numbers = Array.from({ length: 24 }, (_, at) => at / 4);
const tensor = { dtype: "F32", shape: [2, 3], bytes: numberBytes("float32", [1, 2, 3, 4, 5, 6]) };
const elements = [
  "float32",
  "float64",
  "float16",
  "int8",
  "uint8",
  "int16",
  "int32",
  "int64",
  "bool",
] as const;

interface File {
  readonly name: string;
  readonly bytes: Buffer;
  readonly source?: Omit<DataSource, "files">;
  readonly tensor?: string;
}

const columnsOf = (random: Random, names: number): DataSource["columns"] =>
  Array.from({ length: names }, (_, at) => ({
    name: `x${at}`,
    shape: random.of([[], [2], [3, 2], [24], [32, 32, 3], [3, 32, 32], [1], [1000, 1000], [6]]),
  }));

const makers: readonly ((random: Random) => Omit<File, "source"> & { source?: string })[] = [
  (random) => ({
    name: "f-ubyte",
    bytes: idxBytes(random.of(["float32", "uint8", "int16"] as const), [4, 3, 2], numbers.map(Math.floor)),
    source: "idx",
  }),
  (random) => ({
    name: "f.bin",
    bytes: cifarBytes([1, random.below(12)], [image, image]),
    source: "cifar10",
  }),
  (random) => ({
    name: "f.npy",
    bytes: npyBytes(
      random.of(elements.filter((one) => one !== "bool")),
      random.of([[4, 3, 2], [24], [4, 6]]),
      numbers.map(Math.floor),
      {
        isFortran: random.chance(0.3),
        version: random.of([1, 2, 3] as const),
        lowestFirst: random.chance(0.7),
      },
    ),
    source: "npy",
  }),
  (random) => ({
    name: "w.npy",
    bytes: npyBytes(random.of(["float32", "int64", "float64"] as const), [4, 6], numbers.map(Math.floor)),
  }),
  () => ({
    name: "w.safetensors",
    bytes: safetensorsBytes({ a: tensor, b: tensor }, { format: "pt" }),
    tensor: "b",
  }),
  () => ({ name: "f.csv", bytes: Buffer.from("a,b,c\n1,2,3\n4.5,5,6\n"), source: "csv" }),
];

let folder = "";
let number = 0;

export default target<File>({
  outcomes: ["read", "refused"],
  begin(own) {
    folder = own;
  },
  make(random) {
    const { source, ...file } = random.of(makers)(random);
    let bytes = random.chance(0.1) ? file.bytes : mutatedBytes(random, file.bytes);
    if (random.chance(0.3)) {
      bytes = gzipSync(bytes, { level: random.of([0, 1, 9]) });
      bytes = random.chance(0.5) ? mutatedBytes(random, bytes) : bytes;
    }
    const asked = {
      columns: columnsOf(random, 1 + random.upTo(3)),
      ...(random.chance(0.3) ? { take: 1 + random.below(5) } : {}),
    };
    return { ...file, bytes, ...(source === undefined ? {} : { source: { format: source, ...asked } }) };
  },
  async attempt({ name, bytes, source, tensor: wanted }) {
    number++;
    const path = join(folder, `${number}${name}`);
    writeFileSync(path, bytes);
    try {
      if (source !== undefined) {
        const { columns, rows } = await openData({ ...source, files: [path] });
        check(
          rows >= 1 && columns.length === source.columns.length,
          "a table has no rows, or not its columns",
        );
      } else {
        const { values } = await readTensor(path, wanted);
        check(values.every(Number.isFinite), "a number is not finite");
        if (name.endsWith("safetensors")) {
          await tensorsOf(path);
        }
      }
      return "read";
    } catch (error) {
      return checkRefusal(error, UnreadableData);
    } finally {
      unlinkSync(path);
    }
  },
  show: ({ name, bytes, source }) => `${name} ${JSON.stringify(source)} ${bytes.toString("latin1")}`,
});
