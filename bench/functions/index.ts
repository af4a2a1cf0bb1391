/**
 * Elementary functions of compiled programs beside those of the vector math library of C (libmvec): the same arrays, in turn in one
 * program, on one thread. Double precision by the text that compiled programs are written in, single precision by the bodies of loops.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Compiler, findCompiler } from "../../src/engines/native/compiler.js";
import type { Figure } from "../figure.js";
import { doubleText, singleText } from "./text.js";

/** Functions that libmvec has, and the numbers of which they are taken: from and to. */
const cases = [
  ["exp", -20, 20],
  ["expm1", -2, 2],
  ["log", 1e-3, 1e3],
  ["log1p", -0.9, 9],
  ["sin", -10, 10],
  ["cos", -10, 10],
  ["tan", -1.5, 1.5],
  ["atan", -10, 10],
  ["sinh", -10, 10],
  ["cosh", -10, 10],
  ["tanh", -5, 5],
  ["cbrt", -10, 10],
  ["erf", -3, 3],
] as const;

type Name = (typeof cases)[number][0];
const precisions = ["double", "single"] as const;
type Precision = (typeof precisions)[number];

const names = cases.map(([name]) => name);
const repeats = 15;

/** Values may differ by this much, relative to each other: both are good to some units. */
const mostApart: Readonly<Record<Precision, number>> = { double: 1e-14, single: 1e-5 };

/** Beside this file, or, when this is bundled elsewhere, in the project that the command runs in. */
function theirSource(): string {
  const beside = fileURLToPath(new URL("./theirs.c", import.meta.url));
  return existsSync(beside) ? beside : resolve("bench/functions/theirs.c");
}

export async function benchFunctions(): Promise<Figure[]> {
  let compiler: Compiler;
  try {
    compiler = await findCompiler();
  } catch (error) {
    return [{ what: "functions", measured: `not measured: ${(error as Error).message}` }];
  }
  const folder = mkdtempSync(join(tmpdir(), "diag-functions-"));
  try {
    return precisions.flatMap((precision) => timesOf(compiler, folder, precision));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timesOf({ path, flags, width }: Compiler, folder: string, precision: Precision): Figure[] {
  const ours = precision === "double" ? doubleText(names, width) : singleText(names, width);
  const of = (name: string) => join(folder, `${precision}-${name}`);
  writeFileSync(of("ours.c"), ours);
  writeFileSync(of("main.c"), mainText(precision));
  execFileSync(path, [...flags, "-c", of("ours.c"), "-o", of("ours.o")]);
  // Widths that the compiler prefers by itself, and the widest: theirs is the faster.
  const theirs = [[], ["-mprefer-vector-width=512"]].map((more, place) => {
    const words = ["-Ofast", "-march=native", ...more, theirSource(), "-c", "-o", of(`theirs${place}.o`)];
    execFileSync(path, words);
    const program = of(`program${place}`);
    execFileSync(path, [
      "-O2",
      of("main.c"),
      of("ours.o"),
      of(`theirs${place}.o`),
      "-o",
      program,
      "-lmvec",
      "-lm",
    ]);
    return readTimes(execFileSync(program, { encoding: "utf8" }));
  });
  return names.map((name) =>
    figureOf(
      name,
      precision,
      width,
      theirs.map((times) => times.get(name)!),
    ),
  );
}

interface Times {
  /** Nanoseconds of the processor a value, of each repeat: other programs are no part of it. */
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** The largest difference, relative to the value. */
  readonly apart: number;
}

/** Lines of a name, how far values are apart, and times in turn. */
function readTimes(output: string): ReadonlyMap<string, Times> {
  return new Map(
    output
      .trim()
      .split("\n")
      .map((line) => {
        const [name = "", apart, ...times] = line.split(" ");
        const numbers = times.map(Number);
        return [
          name,
          {
            apart: Number(apart),
            ours: numbers.filter((_, place) => place % 2 === 0),
            theirs: numbers.filter((_, place) => place % 2 === 1),
          },
        ] as const;
      }),
  );
}

/** What so large a part of numbers is below. */
const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(part * values.length)]!;
const median = (values: readonly number[]): number => quantile(values, 0.5);

function figureOf(name: Name, precision: Precision, width: number, builds: readonly Times[]): Figure {
  const fastest = builds.reduce((one, other) => (median(other.theirs) < median(one.theirs) ? other : one));
  if (!(fastest.apart < mostApart[precision])) {
    throw new Error(`${name} in ${precision} precision is ${fastest.apart} from libmvec's`);
  }
  const ratios = fastest.theirs.map((time, place) => time / fastest.ours[place]!);
  const [low, high] = [quantile(ratios, 0.25), quantile(ratios, 0.75)];
  const lanes = precision === "double" ? width : 2 * width;
  return {
    what: `functions: ${name}, ${precision} precision, ${lanes} lanes, as a multiple of libmvec's speed`,
    measured: `${median(ratios).toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}); ${median(fastest.ours).toPrecision(2)} ns a value, libmvec ${median(fastest.theirs).toPrecision(2)} ns`,
  };
}

/** A program that times all in turn, on arrays that stay in the nearest cache. */
function mainText(precision: Precision): string {
  const type = precision === "double" ? "double" : "float";
  const declared = names.map(
    (name) => `int ours_${name}_${precision}(const ${type} *, ${type} *, long);
void theirs_${name}_${precision}(const ${type} *, ${type} *, long);`,
  );
  const rows = cases.map(
    ([name, low, high]) =>
      `{"${name}", ours_${name}_${precision}, theirs_${name}_${precision}, ${low}, ${high}},`,
  );
  return `#include <math.h>
#include <stdio.h>
#include <time.h>
#define COUNT 1024
#define ROUNDS 400
${declared.join("\n")}
static const struct { const char *name; int (*ours)(const ${type} *, ${type} *, long); void (*theirs)(const ${type} *, ${type} *, long); double low, high; } cases[] = {
${rows.join("\n")}
};
static ${type} in[COUNT] __attribute__((aligned(64))), a[COUNT] __attribute__((aligned(64))), b[COUNT] __attribute__((aligned(64)));
static double now(void) { struct timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return t.tv_sec * 1e9 + t.tv_nsec; }
int main(void) {
  for (unsigned c = 0; c < sizeof cases / sizeof *cases; c++) {
    for (int i = 0; i < COUNT; i++) in[i] = cases[c].low + (cases[c].high - cases[c].low) * ((i * 389 % COUNT + 0.5) / COUNT);
    int outside = cases[c].ours(in, a, COUNT);
    cases[c].theirs(in, b, COUNT);
    double apart = outside ? HUGE_VAL : 0;
    for (int i = 0; i < COUNT; i++) {
      apart = fmax(apart, fabs((double)a[i] - (double)b[i]) / fmax(fabs((double)b[i]), 1e-3));
    }
    printf("%s %g", cases[c].name, apart);
    for (int repeat = 0; repeat < ${repeats}; repeat++) {
      double began = now();
      for (int round = 0; round < ROUNDS; round++) { cases[c].ours(in, a, COUNT); __asm__ volatile("" ::: "memory"); }
      double between = now();
      for (int round = 0; round < ROUNDS; round++) { cases[c].theirs(in, b, COUNT); __asm__ volatile("" ::: "memory"); }
      double ended = now();
      printf(" %g %g", (between - began) / ROUNDS / COUNT, (ended - between) / ROUNDS / COUNT);
    }
    printf("\\n");
  }
}
`;
}
