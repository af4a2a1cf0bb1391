/**
 * Trials of the paper's convnet on one thread: engines beside the same network written by hand in C (`convnet.c`), in turn, in processor time,
 * and as shares of the multiply-adds that the machine does at most. What each holds in memory is asked of processes of their own.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openCpuEngine } from "../../src/engines/index.js";
import { openNativeEngine } from "../../src/engines/native/engine.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { planTrials } from "../../src/simulate/difference.js";
import type { LargeRequest } from "../../src/simulate/request.js";
import type { Figure } from "../figure.js";
import { ConvnetInC, type Lanes, widestLanes } from "./convnet-in-c.js";
import type { Held, HoldingEngine } from "./held-memory.js";
import { convnetRequest, testPoints, updates } from "./request.js";

const rounds = 5;
/** Of processor time, of each and in each round. */
const seconds = 1;
/** What engines are asked to reach: as multiples of C's speed with 128 bits, of tfjs's, and of C's at the machine's width. */
const goals = { wasm: 0.5, tfjs: 40, native: 0.8 } as const;

/**
 * Multiply-adds of a trial by the network's shapes, of outputs that are read: of the first convolution's 12 by 12 the second one, with kernels of 5
 * and steps of 2, reads 11 by 11. A gradient of weights has as many as its layer; inputs have gradients but for the first layer; and an update has
 * one for each weight. Test points have a loss where trials end; that where they start is known of each image.
 */
const multiplyAdds = (() => {
  const first = 11 * 11 * 25 * 10;
  const others = 4 * 4 * 250 * 10 + 160 * 10 + 10 * 10;
  const weights = 260 + 2510 + 1610 + 110;
  return updates * (2 * first + 3 * others + weights) + testPoints * (first + others);
})();

/** Clock ticks in a second, as /proc counts them. */
const ticks = 100;

/** Processor time of this process and of those that it has started and not ended, in seconds. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + childrenSeconds();
}

function childrenSeconds(): number {
  if (process.platform !== "linux") {
    return 0;
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .reduce((sum, name) => {
      try {
        // What follows the name in brackets: the state, the parent, …
        const [, rest] = readFileSync(`/proc/${name}/stat`, "utf8").split(/\) (?=[A-Z] )/);
        const fields = rest!.split(" ");
        return Number(fields[1]) === process.pid
          ? sum + (Number(fields[11]) + Number(fields[12])) / ticks
          : sum;
      } catch {
        // One that has ended meanwhile.
        return sum;
      }
    }, 0);
}

/** A program that does trials. */
interface Way {
  readonly simulate: (trials: number) => Promise<unknown>;
  readonly close: () => Promise<void> | void;
}

async function waysOf(
  request: LargeRequest,
  programs: string,
): Promise<Readonly<Record<HoldingEngine, Way | string>>> {
  const { engine } = await openBundled("wasm");
  const tensors = new TensorSimulation(engine, { trials: planTrials(request), seed: request.seed });
  const never = new AbortController().signal;
  const processor = openCpuEngine(0);
  let native: Way | string;
  try {
    const opened = await openNativeEngine({ workers: 1, programs });
    native = {
      simulate: (trials) => opened.simulate({ ...request, trials }),
      close: () => opened.close(),
    };
    await native.simulate(1);
  } catch (error) {
    native = (error as Error).message;
  }
  return {
    cpu: {
      simulate: (trials) => processor.simulate({ ...request, trials }),
      close: () => processor.close(),
    },
    native,
    tfjs: {
      simulate: (trials) => tensors.run({ first: 0, trials }, never),
      close: () => tensors.dispose(),
    },
  };
}

/** Trials in a second of processor time. */
async function rate({ simulate }: Way, trials: number): Promise<number> {
  const began = processorSeconds();
  await simulate(trials);
  return trials / (processorSeconds() - began);
}

/** As many trials as take about so long as a turn. */
async function trialsOfTurn(way: Way): Promise<number> {
  let trials = 64;
  await way.simulate(trials);
  for (;;) {
    const began = processorSeconds();
    await way.simulate(trials);
    const taken = processorSeconds() - began;
    if (taken > seconds / 8) {
      return Math.ceil((trials * seconds) / taken);
    }
    trials *= 4;
  }
}

/** A quantity, round after round. */
type Rounds = readonly number[];

const median = (values: Rounds): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

function spread(values: Rounds, digits = 2): string {
  const text = (value: number) => value.toFixed(digits);
  return `${text(median(values))} (${text(Math.min(...values))} to ${text(Math.max(...values))})`;
}

const over = (values: Rounds, others: Rounds): Rounds => values.map((value, round) => value / others[round]!);

/** What was measured in each round. */
interface Measured {
  readonly engines: Readonly<Record<HoldingEngine, Rounds | string>>;
  /** Of C with 128 bits and at the machine's width; absent where there is no compiler. */
  readonly c?: {
    readonly narrow: Rounds;
    readonly wide: Rounds;
    readonly lanes: Lanes;
    /** Multiply-adds in a second. */
    readonly peaks: { readonly narrow: Rounds; readonly wide: Rounds };
    readonly held: readonly Held[];
  };
}

async function measure(request: LargeRequest, c: ConvnetInC | undefined, lanes: Lanes): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "descent-diagrams-programs-"));
  const ways = await waysOf(request, folder);
  const names = Object.keys(ways) as HoldingEngine[];
  try {
    const lots = new Map<HoldingEngine, number>();
    for (const name of names) {
      const way = ways[name];
      if (typeof way !== "string") {
        lots.set(name, await trialsOfTurn(way));
      }
    }
    const found: Record<HoldingEngine, number[]> = { cpu: [], native: [], tfjs: [] };
    const [narrow, wide, narrowPeaks, widePeaks]: number[][] = [[], [], [], []];
    let held: readonly Held[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const [name, trials] of lots) {
        found[name].push(await rate(ways[name] as Way, trials));
      }
      if (c !== undefined) {
        const both = [c.run(4, seconds, round + 1), c.run(lanes, seconds, round + 1)] as const;
        narrow!.push(both[0].rate);
        wide!.push(both[1].rate);
        narrowPeaks!.push(c.peak(4, seconds / 4));
        widePeaks!.push(c.peak(lanes, seconds / 4));
        held = both.map((one) => ({ bytes: one.held, trials: one.lanes }));
      }
    }
    const engines = Object.fromEntries(
      names.map((name) => [name, typeof ways[name] === "string" ? ways[name] : found[name]]),
    ) as Record<HoldingEngine, Rounds | string>;
    const peaks = { narrow: narrowPeaks!, wide: widePeaks! };
    return { engines, ...(c && { c: { narrow: narrow!, wide: wide!, lanes, peaks, held } }) };
  } finally {
    for (const name of names) {
      const way = ways[name];
      if (typeof way !== "string") {
        await way.close();
      }
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What an engine's trials hold, in a process of its own, which the bench's script puts beside this one. */
function heldBy(engine: HoldingEngine): Held | string {
  const program = fileURLToPath(new URL("./held-memory.js", import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [program, engine], { encoding: "utf8" })) as Held | string;
}

function memoryFigure(what: string, held: Held | string): Figure {
  const measured =
    typeof held === "string"
      ? `not there: ${held}`
      : held.trials === undefined
        ? `${(held.bytes / 2 ** 20).toFixed(1)} MiB`
        : `${(held.bytes / held.trials / 2 ** 10).toFixed(0)} KiB (${(held.bytes / 2 ** 20).toFixed(1)} MiB for ${held.trials} at a time)`;
  return { what: `    memory of a trial, ${what}`, measured };
}

const engineTitles: Readonly<Record<HoldingEngine, string>> = {
  cpu: "WebAssembly (cpu)",
  native: "compiled (native)",
  tfjs: "tfjs on WebAssembly",
};

function engineFigures({ engines, c }: Measured): Figure[] {
  return (Object.keys(engineTitles) as HoldingEngine[]).map((name) => {
    const rates = engines[name];
    const what = `    ${engineTitles[name]}, trials/s`;
    if (typeof rates === "string") {
      return { what, measured: `not there: ${rates}` };
    }
    const share =
      c === undefined || name !== "native"
        ? ""
        : `; ${spread(shares(rates, c.peaks.wide))} of the most multiply-adds`;
    return { what, measured: `${spread(rates, 0)}${share}` };
  });
}

/** Of the most multiply-adds in a second. */
const shares = (rates: Rounds, peaks: Rounds): Rounds =>
  over(rates, peaks).map((trials) => trials * multiplyAdds);

function ratioFigure(
  what: string,
  rates: Rounds | string,
  others: Rounds | string | undefined,
  goal: number,
): Figure {
  if (typeof rates === "string" || others === undefined || typeof others === "string") {
    return { what: `    ${what}`, measured: "not measured" };
  }
  const ratios = over(rates, others);
  return { what: `    ${what}`, measured: spread(ratios), goal: `≥ ${goal}`, met: median(ratios) >= goal };
}

/** The machine's widest vectors, or why C is not measured. */
function compilerHere(): Lanes | string {
  try {
    return widestLanes();
  } catch {
    return "there is no gcc that knows this machine";
  }
}

export async function benchConvnetTrials(): Promise<Figure[]> {
  const request = await convnetRequest();
  const lanes = compilerHere();
  const c = typeof lanes === "string" ? undefined : new ConvnetInC(request, [4, lanes]);
  try {
    const measured = await measure(request, c, typeof lanes === "string" ? 4 : lanes);
    // Afterwards, since kernels of another kind in one process slow each other.
    c?.check();
    const { engines } = measured;
    const own = measured.c;
    const title = `networks: trials of the paper's convnet, T = ${updates}, ${testPoints} test points, one thread`;
    const cFigures =
      own === undefined
        ? [{ what: "    C by hand", measured: `not measured: ${lanes}` }]
        : [
            {
              what: "    C by hand, 4 lanes (128 bits), trials/s",
              measured: `${spread(own.narrow, 0)}; ${spread(shares(own.narrow, own.peaks.narrow))} of the most multiply-adds, ${(median(own.peaks.narrow) / 1e9).toFixed(1)}·10⁹/s`,
            },
            {
              what: `    C by hand, ${own.lanes} lanes (${32 * own.lanes} bits), trials/s`,
              measured: `${spread(own.wide, 0)}; ${spread(shares(own.wide, own.peaks.wide))} of the most multiply-adds, ${(median(own.peaks.wide) / 1e9).toFixed(1)}·10⁹/s`,
            },
          ];
    const [narrowHeld, wideHeld] = own?.held ?? [];
    return [
      { what: title, measured: `${(multiplyAdds / 1e6).toFixed(2)} million multiply-adds a trial` },
      ...cFigures,
      ...engineFigures(measured),
      ratioFigure(
        "WebAssembly as a multiple of C's speed with 4 lanes",
        engines.cpu,
        own?.narrow,
        goals.wasm,
      ),
      ratioFigure("WebAssembly as a multiple of tfjs's speed", engines.cpu, engines.tfjs, goals.tfjs),
      ratioFigure(
        "compiled as a multiple of C's speed at the machine's width",
        engines.native,
        own?.wide,
        goals.native,
      ),
      ...(narrowHeld === undefined ? [] : [memoryFigure("C by hand, 4 lanes", narrowHeld)]),
      ...(wideHeld === undefined ? [] : [memoryFigure(`C by hand, ${own!.lanes} lanes`, wideHeld)]),
      ...(Object.keys(engineTitles) as HoldingEngine[]).map((name) =>
        memoryFigure(engineTitles[name], heldBy(name)),
      ),
    ];
  } finally {
    c?.close();
  }
}
