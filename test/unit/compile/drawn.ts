import { transformOf, wordHigh } from "../../../src/compile/deviates.js";
import { Interpreter } from "../../../src/compile/interpreter.js";
import type { DataSource } from "../../../src/landscape/landscape.js";

/** What a source makes of words. */
export function drawnFrom(source: DataSource, words: readonly number[]): number[] {
  const made = transformOf(source);
  if (made.kind !== "program") {
    throw new Error("this source looks its data up");
  }
  const interpreter = new Interpreter(made.program, words.length);
  words.forEach((word, lane) => {
    const [low, high] = [0, 1].map((input) => {
      const lanes = interpreter.input(input);
      return lanes && new Uint32Array(lanes.buffer, 8 * lane, 2);
    });
    low!.set([made.folded && word >= 2 ** 31 ? ~word : word, wordHigh]);
    high?.set([0, word < 2 ** 31 ? 0x80000000 : 0]);
  });
  interpreter.run();
  return [...interpreter.output(0)];
}
