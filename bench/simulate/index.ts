/**
 * CPU simulation in WebAssembly and by a compiled program against the same loop in C, compiled on the spot. All use all cores, run in
 * turn several times, and draw the same streams; the statistics must agree.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { availableThreads, openSimulator } from "../../src/engines/index.js";
import { openNativeEngine } from "../../src/engines/native/engine.js";
import { defaultObservable, numbersOf } from "../../src/observables/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { archimedes, gauss } from "./landscapes.js";
import { processorSeconds } from "./processor-time.js";

export interface Row {
  readonly what: string;
  /** Millions of updates a second: ours and C's, medians. */
  readonly ours: number;
  readonly c: number;
  /** The median of ours / C, run by run. */
  readonly ratio: number;
  readonly leastRatio: number;
  readonly mostRatio: number;
  /** Of the program that our own engine compiles; absent where it cannot be used, and then why. */
  readonly native: NativeRow | string;
  /** Milliseconds of a first run in a fresh simulator: assembling, starting workers and all. */
  readonly cold: number;
  /** Ours and C's mean excess loss, and how far they are apart in standard errors. */
  readonly means: readonly [number, number];
  readonly apart: number;
}

export interface NativeRow {
  /** Millions of updates a second: the median. */
  readonly speed: number;
  /** Its speed over C's and over WebAssembly's, run by run: the median, the least and the most. */
  readonly overC: readonly [number, number, number];
  readonly overWasm: readonly [number, number, number];
  /** Its speed over WebAssembly's in processor time; absent where that cannot be told. */
  readonly overWasmInTime?: readonly [number, number, number];
  /** Milliseconds of a first run, with its compiler's time. */
  readonly cold: number;
}

const seed = 1;
const repeats = 9;

const cases = [
  { what: "Gauss, T = 100", landscape: gauss, start: 0.5, N: 100, trials: 200_000, eta: 0.1 },
  { what: "Archimedes, T = 10^4", landscape: archimedes, start: 0, N: 10_000, trials: 16_000, eta: 0.1 },
] as const;

/** gcc's own choices and wider or narrower vectors: the fastest on this machine is the baseline. */
const builds = [
  { lanes: 16, flags: [] },
  { lanes: 32, flags: [] },
  { lanes: 64, flags: [] },
  { lanes: 64, flags: ["-mprefer-vector-width=256"] },
  // Where native tuning shuns gathers, others may not.
  { lanes: 32, flags: ["-mtune=haswell"] },
  { lanes: 64, flags: ["-mtune=haswell"] },
  { lanes: 32, flags: ["-mprefer-vector-width=512"] },
  { lanes: 64, flags: ["-mprefer-vector-width=512"] },
] as const;

const compileFlags = ["-Ofast", "-march=native", "-fopenmp-simd", "-pthread"];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Beside this file, or, when this is bundled elsewhere, in the project that the command runs in. */
function baselineSource(): string {
  const beside = fileURLToPath(new URL("./baseline.c", import.meta.url));
  return existsSync(beside) ? beside : resolve("bench/simulate/baseline.c");
}

/** The median, the least and the most. */
const spread = (values: readonly number[]): readonly [number, number, number] => [
  median(values),
  Math.min(...values),
  Math.max(...values),
];

interface Baseline {
  readonly seconds: number;
  readonly mean: number;
}

/** Runs every case; a machine without gcc is an error that says so. */
export async function benchSimulation(): Promise<Row[]> {
  const source = baselineSource();
  const folder = mkdtempSync(join(tmpdir(), "descent-diagrams-bench-"));
  try {
    const programs = builds.map(({ lanes, flags }, index) => {
      const program = join(folder, `baseline${index}`);
      execFileSync("gcc", [...compileFlags, ...flags, `-DLANES=${lanes}`, source, "-o", program, "-lm"], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      return program;
    });
    const rows: Row[] = [];
    for (const entry of cases) {
      rows.push(await benchCase(entry, programs));
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchCase(entry: (typeof cases)[number], programs: readonly string[]): Promise<Row> {
  const { threads } = availableThreads();
  const request: SimulationRequest = {
    landscape: entry.landscape,
    spacetime: { optimiser: "sgd", parameters: { N: entry.N, E: 1, B: 1, shuffle: "same" } },
    eta: entry.eta,
    numbers: numbersOf(defaultObservable, entry.landscape),
    trials: entry.trials,
    seed,
  };
  const runBaseline = (program: string, trials: number): Baseline => {
    const settings = [entry.landscape.name, entry.N, trials, entry.eta, seed, threads, 1].map(String);
    const [seconds, statistics] = execFileSync(program, settings, { encoding: "utf8" }).trim().split("\n");
    return { seconds: Number(seconds), mean: Number(statistics!.split(" ")[0]) };
  };
  const trial = Math.ceil(entry.trials / 8);
  const best = (program: string) =>
    Math.min(...Array.from({ length: 5 }, () => runBaseline(program, trial).seconds));
  const speeds = programs.map(best);
  const program = programs[speeds.indexOf(Math.min(...speeds))]!;
  const simulator = openSimulator(threads);
  const programsFolder = mkdtempSync(join(tmpdir(), "descent-diagrams-programs-"));
  const native = await openNativeEngine({ workers: threads, programs: programsFolder }).catch(
    (error: Error) => error.message,
  );
  try {
    const began = performance.now();
    let result = await simulator.simulate(request);
    const cold = performance.now() - began;
    await simulator.simulate(request);
    const compiling = performance.now();
    const compiled: number[] = [];
    const inTime: number[] = [];
    if (typeof native !== "string") {
      await native.simulate(request);
    }
    const nativeCold = performance.now() - compiling;
    const ours: number[] = [];
    const theirs: number[] = [];
    let baseline: Baseline | undefined;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const times = [processorSeconds()];
      result = await simulator.simulate(request);
      times.push(processorSeconds());
      if (typeof native !== "string") {
        const own = await native.simulate(request);
        times.push(processorSeconds());
        inTime.push(ratioOfTimes(times));
        if (own.statistics[0]!.moments.sum !== result.statistics[0]!.moments.sum) {
          throw new Error("compiled trials differ from WebAssembly's");
        }
        compiled.push(own.seconds);
      }
      baseline = runBaseline(program, entry.trials);
      ours.push(result.seconds);
      theirs.push(baseline.seconds);
    }
    const ratios = ours.map((seconds, index) => theirs[index]! / seconds);
    const [statistics] = result.statistics;
    const mean = statistics!.mean - entry.start;
    return {
      what: `${entry.what}, ${entry.trials} trials, ${threads} threads`,
      ours: result.steps / median(ours) / 1e6,
      c: result.steps / median(theirs) / 1e6,
      ratio: median(ratios),
      leastRatio: Math.min(...ratios),
      mostRatio: Math.max(...ratios),
      native:
        typeof native === "string"
          ? native
          : {
              speed: result.steps / median(compiled) / 1e6,
              overC: spread(compiled.map((seconds, index) => theirs[index]! / seconds)),
              overWasm: spread(compiled.map((seconds, index) => ours[index]! / seconds)),
              ...(inTime.some(Number.isNaN) ? {} : { overWasmInTime: spread(inTime) }),
              cold: nativeCold,
            },
      cold,
      means: [mean, baseline!.mean],
      apart: Math.abs(mean - baseline!.mean) / statistics!.standardError,
    };
  } finally {
    await simulator.close();
    if (typeof native !== "string") {
      await native.close();
    }
    rmSync(programsFolder, { recursive: true, force: true });
  }
}

/** What came between the first two times over what came between the last two. */
function ratioOfTimes([begun, between, done]: readonly (number | undefined)[]): number {
  return (between! - begun!) / (done! - between!);
}

/** The rows as a table to read. */
export function formatRows(rows: readonly Row[]): string {
  const heads = ["simulation", "ours M/s", "C M/s", "ours / C", "range", "first run", "mean excess", "apart"];
  const cells = rows.map((row) => [
    row.what,
    row.ours.toFixed(0),
    row.c.toFixed(0),
    row.ratio.toFixed(2),
    `${row.leastRatio.toFixed(2)} – ${row.mostRatio.toFixed(2)}`,
    `${row.cold.toFixed(0)} ms`,
    row.means[0].toPrecision(8),
    `${row.apart.toExponential(0)} se`,
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...cells.map((line) => line[column]!.length)),
  );
  const table = [heads, ...cells].map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  return [...table, "", ...rows.map(nativeLine)].join("\n");
}

function nativeLine({ what, native }: Row): string {
  if (typeof native === "string") {
    return `compiled, ${what}: not measured, since ${native}`;
  }
  const { speed, overC, overWasm, overWasmInTime, cold } = native;
  const ratio = ([middle, least, most]: readonly [number, number, number]) =>
    `${middle.toFixed(2)} (${least.toFixed(2)} – ${most.toFixed(2)})`;
  return `compiled, ${what}: ${speed.toFixed(0)} M/s, over C ${ratio(overC)}, over WebAssembly ${ratio(overWasm)}${overWasmInTime === undefined ? "" : `, in processor time ${ratio(overWasmInTime)}`}, first run ${cold.toFixed(0)} ms`;
}
