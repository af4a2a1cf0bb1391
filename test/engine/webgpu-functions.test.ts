/** The shader library's functions over their whole ranges, against double precision. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CalledFunction, calledFunctions } from "../../src/compile/program.js";
import type { DeviceLink } from "../../src/device/index.js";
import { functionAccuracy } from "../../src/engines/accuracy.js";
import { elementaryName, takesAngle } from "../../src/engines/webgpu/library.js";
import { normalOfWord } from "../unit/compile/normal-oracle.js";
import { exactValue } from "../unit/landscape/exact-values.js";
import { describeOnGpu, softwareGpu } from "./software-gpu.js";
import { evaluateOnGpu, startGpu } from "./webgpu-probe.js";

let link: DeviceLink;

beforeAll(async () => {
  if (softwareGpu.lacks !== undefined) {
    return;
  }
  link = startGpu();
  await link.ask("open", {});
});

afterAll(() => link?.close());

const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);
const wordOf = (value: number): number => {
  single[0] = value;
  return word[0]!;
};

/** Numbers that look random, the same ones each time, from 0 to 1. */
function* randoms(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 32;
  }
}

const largest = (2 - 2 ** -23) * 2 ** 127;

/** Where a function's way of working changes, its value overflows, or its argument gets out of its range. */
const corners = [
  0,
  2 ** -149,
  2 ** -126,
  1e-20,
  2 ** -13,
  2 ** -12,
  0.29,
  0.41,
  0.5,
  1,
  2,
  10,
  20,
  40,
  80,
  2048,
  3e7,
  1e9,
  1e30,
  Math.SQRT1_2,
  Math.SQRT2,
  Math.tan(Math.PI / 8),
  Math.tan((3 * Math.PI) / 8),
  Math.LN2 / 2,
  // Logarithms of the largest number and of the smallest ones; the first of twice the largest, too.
  88.72283,
  89.41598,
  103.97208,
  87.33655,
  largest,
];

const count = 2 ** 13;

/** Words of numbers over all that a function may be given; infinities and not-a-numbers are among them. */
function argumentsOf(name: CalledFunction): Uint32Array {
  const words = new Set<number>([0x7f800000, 0xff800000, 0x7fc00000, 0xffffffff, 0x7f800001]);
  const near = (value: number, steps: number): void => {
    for (let step = -steps; step <= steps; step++) {
      for (const sign of [0, 0x80000000]) {
        words.add(((Math.max(0, wordOf(value) + step) & 0x7fffffff) | sign) >>> 0);
      }
    }
  };
  for (const corner of corners) {
    near(corner, 12);
  }
  if (takesAngle(name)) {
    // All quarter turns for which angles are reduced in the simple way, and some farther out.
    for (let turn = 1; turn <= 1304; turn++) {
      near((turn * Math.PI) / 2, 0);
    }
    for (let turn = 1305; turn < 1e9; turn = Math.ceil(turn * 1.07)) {
      near((turn * Math.PI) / 2, 0);
    }
    // The numbers of single precision that are nearest to a quarter turn, by exponent.
    for (const value of [16367173 * 2 ** 72, 1.0e30, 8.6e37, 5.3e35]) {
      near(value, 1);
    }
  }
  const random = randoms(calledFunctions.indexOf(name) + 1);
  const next = () => random.next().value as number;
  const ranges = [
    [-1, 1],
    [-100, 100],
    [-4, 4],
    [0.9, 1.1],
    [-1.01, -0.99],
    [-3000, 3000],
  ] as const;
  while (words.size < (count * 3) / 4) {
    const [low, high] = ranges[Math.floor(next() * ranges.length)]!;
    words.add(wordOf(low + (high - low) * next()));
  }
  while (words.size < count) {
    words.add(Math.floor(next() * 2 ** 32));
  }
  return Uint32Array.from(words);
}

/** A unit in the last place of single precision. */
const unit = (value: number) => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(value)))) - 23);

describeOnGpu("functions of the shader library", () => {
  const results = new Map<CalledFunction, { readonly words: Uint32Array; readonly values: Float32Array }>();

  test("are all known", async () => {
    const questions = calledFunctions.map((name) => ({
      expression: `${elementaryName(name)}(${takesAngle(name) ? "reduce_angle(x)" : "x"})`,
      calls: [name],
      words: argumentsOf(name),
    }));
    const values = await evaluateOnGpu(link, questions);
    calledFunctions.forEach((name, index) => {
      results.set(name, { words: questions[index]!.words, values: values[index]! });
    });
    expect(results.size).toBe(calledFunctions.length);
  });

  test.each(calledFunctions)("%s", (name) => {
    const { words, values } = results.get(name)!;
    const xs = new Float32Array(words.buffer);
    let worst = 0;
    let at = Number.NaN;
    let judged = 0;
    for (const [index, x] of xs.entries()) {
      const exact = exactValue(name, x);
      const nearest = Math.fround(exact);
      const value = values[index]!;
      // A rounding decides whether it is infinite.
      if (Math.abs(Math.abs(exact) / largest - 1) < 1e-6) {
        continue;
      }
      // What has no value in single precision must be infinite, or not a number, alike.
      if (!Number.isFinite(nearest)) {
        expect(value, `${name}(${x})`).toBe(nearest);
        continue;
      }
      expect(Number.isFinite(value), `${name}(${x}) = ${value}`).toBe(true);
      // A device may take a tiny number for zero, given or found.
      const tiny = Math.abs(x) < 2 ** -126 || Math.abs(exact) < 2 ** -126;
      const units = Math.abs(value - exact) / unit(exact);
      if (tiny && name !== "log") {
        const miss = Math.min(Math.abs(value - exact), Math.abs(value - exactValue(name, 0)));
        expect(miss <= 2 ** -126 || units < 2, `${name}(${x}) = ${value}`).toBe(true);
      } else {
        judged++;
        if (!(units <= worst)) {
          [worst, at] = [units, x];
        }
      }
    }
    expect(worst, `at ${at}`).toBeLessThan(functionAccuracy[name].shader!);
    expect(judged).toBeGreaterThan(count / 8);
  });
});

describeOnGpu("a word", () => {
  /** Words from both ends and the middle, where signs and ways of working change, and in between. */
  const words = (() => {
    const found = new Set<number>();
    for (let k = 0; k < 300; k++) {
      for (const end of [k, 2 ** 31 - 1 - k]) {
        found.add(end);
      }
    }
    for (let power = 1; power < 31; power++) {
      for (let k = -9; k < 9; k++) {
        found.add(Math.max(0, 2 ** power + k));
      }
    }
    // Quantiles change their polynomial where 4p(1 − p) is e^-5.
    const change = Math.round(2 ** 31 * (1 - Math.sqrt(1 - Math.exp(-5))));
    for (let k = -300; k < 300; k++) {
      found.add(change + k);
    }
    const random = randoms(99);
    while (found.size < 2 ** 13) {
      found.add(Math.floor((random.next().value as number) * 2 ** 31));
    }
    return Uint32Array.from([...found, ...Array.from(found, (one) => 2 ** 32 - 1 - one)]);
  })();

  test("stands for its normal, to 10^-6 out to the farthest tails", async () => {
    const [values] = await evaluateOnGpu(link, [{ expression: "deviate(word)", calls: ["deviate"], words }]);
    let worst = 0;
    words.forEach((one, index) => {
      const exact = normalOfWord(one);
      expect(Math.sign(values![index]!), `${one}`).toBe(Math.sign(exact));
      const miss = Math.abs(values![index]! - exact) / Math.max(1, Math.abs(exact));
      if (!(miss <= worst)) {
        worst = miss;
      }
    });
    expect(worst).toBeLessThan(4e-7);
    // Both signs mirror each other to the bit.
    const half = words.length / 2;
    expect(values!.slice(half)).toEqual(values!.slice(0, half).map((value) => -value));
  });

  test("stands for its number between 0 and 1", async () => {
    const [values] = await evaluateOnGpu(link, [{ expression: "unit(word)", calls: ["unit"], words }]);
    words.forEach((one, index) => {
      const exact = (one + 0.5) / 2 ** 32;
      expect(Math.abs(values![index]! - exact) / exact, `${one}`).toBeLessThan(2 ** -22);
    });
  });
});
