/**
 * CPU simulation against the same loop in C, compiled on the spot. Both use all cores, run in turn
 * several times, and draw the same streams; the statistics of both must agree.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { availableThreads, openSimulator } from "../../src/engines/index.js";
import { defaultObservable, numbersOf } from "../../src/observables/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { archimedes, gauss } from "./landscapes.js";

export interface Row {
  readonly what: string;
  /** Millions of updates a second: ours and C's, medians. */
  readonly ours: number;
  readonly c: number;
  /** The median of ours / C, run by run. */
  readonly ratio: number;
  readonly leastRatio: number;
  readonly mostRatio: number;
  /** Milliseconds of a first run in a fresh simulator: assembling, starting workers and all. */
  readonly cold: number;
  /** Ours and C's mean excess loss, and how far they are apart in standard errors. */
  readonly means: readonly [number, number];
  readonly apart: number;
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
] as const;

const compileFlags = ["-Ofast", "-march=native", "-fopenmp-simd", "-pthread"];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Beside this file, or, when this is bundled elsewhere, in the project that the command runs in. */
function baselineSource(): string {
  const beside = fileURLToPath(new URL("./baseline.c", import.meta.url));
  return existsSync(beside) ? beside : resolve("bench/simulate/baseline.c");
}

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
  try {
    const began = performance.now();
    let result = await simulator.simulate(request);
    const cold = performance.now() - began;
    await simulator.simulate(request);
    const ours: number[] = [];
    const theirs: number[] = [];
    let baseline: Baseline | undefined;
    for (let repeat = 0; repeat < repeats; repeat++) {
      result = await simulator.simulate(request);
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
      cold,
      means: [mean, baseline!.mean],
      apart: Math.abs(mean - baseline!.mean) / statistics!.standardError,
    };
  } finally {
    await simulator.close();
  }
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
  return [heads, ...cells]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
