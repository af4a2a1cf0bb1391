/** What a vector of lanes does in compiled programs, of any width that the machine has: tails of words and rows of tables, against docs/streams.md. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile, findCompiler } from "../../src/engines/native/compiler.js";
import { machineText, type VectorWidth } from "../../src/engines/native/machine-text.js";
import { lacksCompiler, ownFolder, titled } from "./native-machine.js";

/** Words whose tails are the least and the largest, at both ends of binades, and others. */
const words = Uint32Array.from([
  ...[0, 1, 2, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffd, 0xfffffffe, 0xffffffff],
  ...Array.from({ length: 31 }, (_, binade) => [2 ** binade - 1, 2 ** binade, ~(2 ** binade)]).flat(),
  ...Array.from({ length: 921 }, (_, k) => Math.imul(k + 1, 2_654_435_761)),
]);

const rows = 2048;

/** Reads a table and words, with other bits in the upper halves; prints tails, signs and the four numbers of the rows that the words' last bits name. */
const programText = (width: VectorWidth): string => `${machineText(width)}
#define COUNT ${words.length}
#include <stdio.h>
static double table[4 * ${rows}] __attribute__((aligned(64)));
static uint64_t in[COUNT] __attribute__((aligned(64)));
static double out[6][COUNT] __attribute__((aligned(64)));
int main(void) {
  if (fread(table, sizeof table, 1, stdin) != 1 || fread(in, sizeof in, 1, stdin) != 1) return 1;
  for (int i = 0; i < COUNT; i += W) {
    U word = *(U *)(in + i);
    V tail, sign, a = NOTHING, b, c, d;
    FOLD(word, tail, sign);
    U offset = ((word & EVERY(${rows - 1})) << 5) | (word & EVERY(0xffffffff00000000));
    ROWS((const char *)table, (V)offset, a, b, c, d);
    AT(out[0] + i) = tail; AT(out[1] + i) = sign; AT(out[2] + i) = a; AT(out[3] + i) = b; AT(out[4] + i) = c; AT(out[5] + i) = d;
  }
  return fwrite(out, sizeof out, 1, stdout) != 1;
}
`;

test.skipIf(lacksCompiler !== undefined)(
  titled("words have their tails and signs, and offsets their rows, with vectors of any width"),
  async () => {
    const folder = ownFolder();
    try {
      const table = Float64Array.from({ length: 4 * rows }, (_, k) => 0.5 + k);
      const given = new Uint32Array(2 * words.length);
      words.forEach((word, k) => {
        given.set([word, ~Math.imul(word, 40_503)], 2 * k);
      });
      const input = Buffer.concat([new Uint8Array(table.buffer), new Uint8Array(given.buffer)]);
      const { width: widest } = await findCompiler();
      for (const width of ([2, 4, 8] as const).filter((one) => one <= widest)) {
        const program = join(folder.path, `vectors${width}`);
        await compile(await findCompiler({ width }), programText(width), program, {});
        const output = Uint8Array.from(execFileSync(program, { input }));
        const column = (index: number) =>
          new Float64Array(output.buffer).subarray(index * words.length, (index + 1) * words.length);
        const isBelow = Array.from(words, (word) => word < 2 ** 31);
        expect([...column(0)], `tails, ${width}`).toEqual(
          Array.from(words, (word, k) => (isBelow[k] ? word : 2 ** 32 - 1 - word) + 0.5),
        );
        expect([...column(1)], `signs, ${width}`).toEqual(isBelow.map((below) => (below ? -0 : 0)));
        for (const place of [0, 1, 2, 3]) {
          expect([...column(2 + place)], `rows, ${width}`).toEqual(
            Array.from(words, (word) => table[4 * (word % rows) + place]),
          );
        }
      }
    } finally {
      folder.remove();
    }
  },
);
