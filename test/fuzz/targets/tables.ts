import { gzipSync } from "node:zlib";
import { readTable } from "../../../src/data/index.js";
import { UnreadableFile } from "../../../src/files/index.js";
import { printableLine } from "../../../src/printable/index.js";
import type { Random } from "../../language/generated/random.js";
import { mutatedBytes, mutatedText } from "../mutations.js";
import { check, checkLine, checkRefusal, target } from "../target.js";

// Texts as tables of numbers, packed or not: a table of finite numbers, or a line that says where what is wrong.

interface File {
  readonly name: string;
  readonly bytes: Buffer;
  readonly names: readonly string[];
  /** Where bytes are cut into chunks. */
  readonly chunk: number;
}

const cell = (random: Random): string =>
  random.of([
    () => String(Math.round(random.next() * 2000 - 1000) / 100),
    () => `${random.below(10)}e${random.below(400) - 200}`,
    () =>
      random.of([
        "",
        " ",
        "NaN",
        "inf",
        "-",
        "1,5",
        "0x10",
        "1_000",
        '"3"',
        '"a""b"',
        "1e999",
        "٣",
        "５",
        "+4",
        ".5",
        "5.",
        "'1",
        "=1+1",
      ]),
    () => String(random.below(1000)),
  ])();

function table(random: Random): string {
  const separator = random.of([",", ",", ";", "\t", " ", "|", "::"]);
  const end = random.of(["\n", "\n", "\r\n", "\r"]);
  const width = 1 + random.upTo(5);
  const isSound = random.chance(0.5);
  const rows = random.several(0, 8, () =>
    Array.from({ length: isSound || random.chance(0.9) ? width : width + 1 }, () =>
      isSound ? String(random.below(10_000) / 16) : cell(random),
    ).join(separator),
  );
  const header = random.chance(0.6) ? [["a", "b", "c", "d", "e", "f"].slice(0, width).join(separator)] : [];
  return (
    (random.chance(0.1) ? "\ufeff" : "") + [...header, ...rows].join(end) + (random.chance(0.7) ? end : "")
  );
}

export default target<File>({
  outcomes: ["read", "said no", "refused"],
  make(random) {
    const text = table(random);
    let bytes: Buffer = Buffer.from(random.chance(0.4) ? mutatedText(random, text) : text);
    bytes = random.chance(0.2) ? mutatedBytes(random, bytes) : bytes;
    if (random.chance(0.15)) {
      bytes = gzipSync(bytes, { level: 1 });
      bytes = random.chance(0.5) ? mutatedBytes(random, bytes) : bytes;
    }
    return {
      bytes,
      name: random.of(["t.csv", "t.tsv", "t.txt", "t.csv.gz", "t", "t.npy"]),
      names: ["a", "b", "c", "d"].slice(0, 1 + random.upTo(4)),
      chunk: random.of([1, 3, 7, 4096]),
    };
  },
  async attempt({ name, bytes, names, chunk }) {
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += chunk) {
        yield bytes.subarray(at, at + chunk);
      }
    }
    try {
      const { table: read } = await readTable({ size: bytes.length, chunks }, name, names);
      if ("values" in read) {
        check(
          read.values.every(Number.isFinite) && read.values.length % names.length === 0,
          "a number is not finite, or missing",
        );
        for (const remark of read.remarks) {
          checkLine(printableLine(remark));
        }
        return "read";
      }
      if ("problem" in read) {
        // Whoever prints it shows the signs of its cells.
        checkLine(printableLine(read.problem));
      }
      return "said no";
    } catch (error) {
      return checkRefusal(error, UnreadableFile);
    }
  },
  show: ({ name, bytes, names }) => `${name} ${names.join()} ${bytes.toString("latin1")}`,
});
