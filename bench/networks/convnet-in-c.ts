/** The paper's convnet in C (`convnet.c`): compiled for this machine, compared with the interpreter in double precision, and timed. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultObservable, numbersOf } from "../../src/observables/index.js";
import { layoutOf, simulateTrials } from "../../src/simulate/kernel.js";
import type { LargeRequest } from "../../src/simulate/request.js";
import {
  DoubleLanes,
  planTensors,
  TensorKernel,
  type TensorPlan,
  testDataOf,
} from "../../src/simulate/tensors/index.js";
import { TrainingData } from "../../src/simulate/training-data.js";

/** Single numbers in a vector: of 128, 256 or 512 bits. */
export type Lanes = 4 | 8 | 16;

/** Its trials in some seconds. */
export interface TrialsInC {
  /** In a second of processor time. */
  readonly rate: number;
  /** Bytes that its trials take. */
  readonly held: number;
  readonly lanes: number;
}

/** Sums that gcc puts in another order no longer fit the registers; -Ofast may do so else. */
const builds = [
  ["-Ofast", "-fno-associative-math"],
  ["-O3", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math"],
] as const;

/** What single precision may be off: of a weight, as a share of the largest change, and of a mean of ten changes of losses. */
const tolerance = { weights: 1e-4, loss: 1e-5 } as const;

/** A text of this folder: beside this file, or, when this is bundled elsewhere, in the project that the command runs in. */
function text(name: string): string {
  const beside = fileURLToPath(new URL(`./${name}`, import.meta.url));
  return existsSync(beside) ? beside : resolve("bench/networks", name);
}

/** The widest vectors of this machine as gcc knows it. @throws where there is no gcc. */
export function widestLanes(): Lanes {
  const words = ["-march=native", "-dM", "-E", "-x", "c", "-"];
  const defined = execFileSync("gcc", words, {
    input: "",
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
  });
  return /__AVX512DQ__/.test(defined) ? 16 : /__AVX__/.test(defined) ? 8 : 4;
}

/** Writes the network's images, labels and starts as `convnet.c` reads them. */
export function writeConvnet({ landscape }: LargeRequest, file: string): void {
  const [images, labels] = landscape.whole.data.flatMap((one) => (one.kind === "rows" ? one.columns : []));
  const starts = landscape.whole.weights.flatMap(({ start }) => Array.from(start));
  writeFileSync(
    file,
    Buffer.concat([
      Buffer.from(Int32Array.of(labels!.values.length).buffer),
      Buffer.from(Float32Array.from(starts).buffer),
      Buffer.from(images!.values),
      Buffer.from(labels!.values),
    ]),
  );
}

/** The program at some widths. */
export class ConvnetInC {
  private readonly folder = mkdtempSync(join(tmpdir(), "descent-diagrams-bench-"));
  private readonly data = join(this.folder, "convnet.bin");
  private readonly programs = new Map<Lanes, readonly string[]>();
  private readonly peaks = new Map<Lanes, string>();

  constructor(
    private readonly request: LargeRequest,
    widths: readonly Lanes[],
  ) {
    writeConvnet(request, this.data);
    for (const lanes of new Set(widths)) {
      const programs = builds.map((flags, number) =>
        this.compiled("convnet.c", `convnet${lanes}-${number}`, lanes, flags),
      );
      this.programs.set(lanes, programs);
      this.peaks.set(lanes, this.compiled("peak.c", `peak${lanes}`, lanes, ["-O3", "-ffp-contract=fast"]));
    }
  }

  /** @throws where trials are not the interpreter's to single precision. */
  check(): void {
    const { landscape } = this.request;
    const displacement = { name: "displacement", weights: landscape.weights.map((_, weight) => weight) };
    const numbers = [defaultObservable, displacement].flatMap((one) => numbersOf(one, landscape));
    for (const [lanes, programs] of this.programs) {
      const request = { ...this.request, numbers, trials: lanes };
      const plan = planTensors(request);
      const expected = trialsInDoubles(plan, request);
      const { points, test } = plan;
      const testPoints = test !== undefined && "points" in test ? test.points : 0;
      const atStart = test !== undefined && "points" in test ? test.atStart : 0;
      const input = rowsOf(plan, request)
        .map((rows) => rows.join(" "))
        .join("\n");
      const starts = plan.starts.flatMap((start) => Array.from(start));
      for (const program of programs) {
        const words = [this.data, "check", request.eta, points, testPoints].map(String);
        const output = execFileSync(program, words, { input, encoding: "utf8", maxBuffer: 1 << 26 });
        output
          .trim()
          .split("\n")
          .forEach((line, lane) => {
            const [moved, ...ends] = line.split(" ").map(Number);
            const [loss, ...displacements] = expected.map((column) => column[lane]!);
            const largest = Math.max(...displacements.map(Math.abs));
            const off = displacements.map((one, place) => Math.abs(ends[place]! - starts[place]! - one));
            if (!(Math.abs(atStart + moved! - loss!) <= tolerance.loss)) {
              throw new Error(
                `the loss of a convnet in C with ${lanes} lanes is ${atStart + moved!}, not ${loss}`,
              );
            }
            if (!(Math.max(...off) <= tolerance.weights * largest)) {
              throw new Error(`weights of a convnet in C with ${lanes} lanes are ${Math.max(...off)} off`);
            }
          });
      }
    }
  }

  /** The fastest of its builds. @param seconds for each. */
  run(lanes: Lanes, seconds: number, seed: number): TrialsInC {
    const { eta, testPoints = 0 } = this.request;
    const { points } = planTensors(this.request);
    const words = [this.data, "run", eta, points, testPoints, seconds, seed].map(String);
    const runs = this.programs.get(lanes)!.map((program) => {
      const output = execFileSync(program, words, { encoding: "utf8" });
      const [trials, taken, , , held, own] = output.trim().split(" ").map(Number);
      return { rate: trials! / taken!, held: held!, lanes: own! };
    });
    return runs.reduce((best, one) => (one.rate > best.rate ? one : best));
  }

  /** Multiply-adds of single numbers in a second of processor time, of chains that wait for nothing. */
  peak(lanes: Lanes, seconds: number): number {
    return Number(execFileSync(this.peaks.get(lanes)!, [String(seconds)], { encoding: "utf8" }));
  }

  private compiled(name: string, program: string, lanes: Lanes, flags: readonly string[]): string {
    const place = join(this.folder, program);
    const words = [...flags, "-march=native", `-mprefer-vector-width=${32 * lanes}`, `-DLANES=${lanes}`];
    execFileSync("gcc", [...words, text(name), "-o", place, "-lm"], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    return place;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Columns of the first trials by the interpreter. */
function trialsInDoubles(plan: TensorPlan, { seed, trials }: LargeRequest): readonly (readonly number[])[] {
  const kernel = new TensorKernel(plan, seed, new DoubleLanes(trials));
  simulateTrials(kernel, plan, 0, trials, () => false);
  return plan.columns.map((_, column) => kernel.values(column, 0, trials));
}

/** The rows that each of the first trials visits: training points, then test points. */
function rowsOf(plan: TensorPlan, { seed, trials }: LargeRequest): number[][] {
  const rows = Array.from({ length: trials }, (): number[] => []);
  const row = plan.drawn.find((datum) => datum.kind === "row");
  const take = (source: TrainingData, place: number) => {
    source.values(place, row!.column).forEach((value, lane) => {
      rows[lane]!.push(value);
    });
  };
  const training = new TrainingData(plan, seed, trials, layoutOf(plan).places);
  training.begin(0, 0);
  training.draw(0, Math.ceil(plan.points / 4), 0);
  for (let point = 0; point < plan.points; point++) {
    take(training, point);
  }
  const test = testDataOf(plan.test!, plan, seed, new DoubleLanes(trials));
  test.begin(0, 0);
  for (const _ of test.inTurn()) {
    take(test.drawn!.source, test.drawn!.place);
  }
  return rows;
}
