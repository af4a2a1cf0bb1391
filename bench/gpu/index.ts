/**
 * Simulation on a GPU against JAX and PyTorch on the same card, and against what its arithmetic allows.
 * Without a card it is a software adapter against WebAssembly, which proves the bench. README.md says how.
 */
import { type Engine, openCpuEngine } from "../../src/engines/index.js";
import { planSimulation } from "../../src/simulate/plan.js";
import type { Figure } from "../figure.js";
import { cardOf, driverReport } from "./cards.js";
import { type Case, cases, requestOf } from "./cases.js";
import { convnetFigures } from "./convnet.js";
import { limitOf, NoLimit, updateOperations } from "./limit.js";
import type { GpuOptions } from "./options.js";
import { Rival } from "./rival.js";

export { type GpuOptions, gpuOptions } from "./options.js";

/** Ways to engines behind WebGPU. Each throws one line when there is none. */
export interface GpuOpeners {
  /** On whatever adapter the machine has. */
  gpu(): Promise<Engine>;
  /** On a program that imitates a GPU; asked for when there is no other. */
  software(): Promise<Engine>;
}

/** How far a mean may be from the expected value, in standard errors. */
const farthest = 4;
/** How many times JAX's speed ours should be, and how many times ours the limit may be. */
const goals = { jax: 5, limit: 3 };
/** What share of the trials is run when there is no GPU and nothing else is asked for. */
const softwareScale = 0.01;

/** One who races. */
interface Racer {
  readonly who: "ours" | "JAX" | "PyTorch";
  readonly label: string;
  readonly device: string;
  readonly place: "gpu" | "software" | "cpu";
  /** Updates a second in the fastest run. */
  readonly speed: number;
  readonly mean: number;
  readonly standardError: number;
  readonly diverged: number;
}

/** One who does not. */
interface Absent {
  readonly label: string;
  readonly why: string;
}

type Result = Racer | Absent;

const raced = (result: Result): result is Racer => "speed" in result;

export async function benchGpu(openers: GpuOpeners, options: GpuOptions): Promise<Figure[]> {
  const { engine, missing } = await openEngine(openers);
  const cpu = openCpuEngine();
  const scale = options.trialsScale ?? (missing.length === 0 ? 1 : softwareScale);
  const figures: Figure[] = [];
  try {
    for (const entry of cases) {
      if (!options.landscapes.includes(entry.name)) {
        continue;
      }
      const trials = Math.max(1, Math.round(entry.trials * scale));
      const results = await race(entry, trials, engine, cpu, options);
      figures.push(
        {
          what: `${entry.title}, T = ${entry.updates}, ${trials} trials, best of ${options.rounds}`,
          measured: "",
        },
        ...[...missing, ...results].map((result) => resultFigure(entry, result)),
        ...ratioFigures(results),
        limitFigure(entry, trials, results),
      );
    }
    figures.push(...(await convnetFigures(options)));
  } finally {
    await engine?.close();
    await cpu.close();
  }
  return figures;
}

/** The engine to race, and what is to be said of those that are missing. */
async function openEngine(openers: GpuOpeners): Promise<{ engine?: Engine; missing: Absent[] }> {
  const missing: Absent[] = [];
  for (const [open, label] of [
    [openers.gpu, "ours on a GPU"],
    [openers.software, "ours on a software adapter"],
  ] as const) {
    try {
      const engine = await open();
      if (engine.software && missing.length === 0) {
        missing.push({ label, why: `the machine's adapter is a program (${engine.device})` });
      }
      return { engine, missing };
    } catch (error) {
      missing.push({ label, why: lineOf(error) });
    }
  }
  return { missing };
}

/** All run once to warm up, then in turn. */
async function race(
  entry: Case,
  trials: number,
  engine: Engine | undefined,
  cpu: Engine,
  options: GpuOptions,
): Promise<Result[]> {
  const note = (line: string) => console.error(`gpu: ${entry.title}: ${line}`);
  const ours = [...(engine === undefined ? [] : [engine]), cpu].map((each) => new Ours(each, entry, trials));
  const rivals: Rival[] = [];
  try {
    for (const name of ["JAX", "PyTorch"] as const) {
      note(`${name} compiles and tunes`);
      const { name: landscape, updates } = entry;
      const rival = new Rival({ ...options, name, landscape, trials, updates });
      rivals.push(rival);
      await rival.prepare();
    }
    note("our engines warm up");
    for (const each of ours) {
      await each.round();
    }
    for (const each of ours) {
      each.forget();
    }
    for (let round = 1; round <= options.rounds; round++) {
      note(`round ${round} of ${options.rounds}`);
      for (const racer of [...ours, ...rivals]) {
        await racer.round();
      }
    }
  } finally {
    for (const rival of rivals) {
      await rival.close();
    }
  }
  return [...ours.map((each) => each.result()), ...rivals.flatMap((rival) => rivalResults(rival, entry))];
}

/** An engine of ours in the race. Seconds are its own: from the first trial's start to the last one's end. */
class Ours {
  private readonly engine: Engine;
  private readonly entry: Case;
  private readonly trials: number;
  private failure: string | undefined;
  private best: Racer | undefined;

  constructor(engine: Engine, entry: Case, trials: number) {
    this.engine = engine;
    this.entry = entry;
    this.trials = trials;
  }

  private get label(): string {
    if (this.engine.name === "cpu") {
      return "ours, WebAssembly";
    }
    return this.engine.software ? "ours, WebGPU on a software adapter" : "ours, WebGPU";
  }

  async round(): Promise<void> {
    if (this.failure !== undefined) {
      return;
    }
    try {
      const engine = this.engine;
      const result = await engine.simulate(requestOf(this.entry, this.trials));
      const speed = result.steps / result.seconds;
      if (this.best !== undefined && this.best.speed >= speed) {
        return;
      }
      const { mean, standardError } = result.statistics[0]!;
      this.best = {
        who: "ours",
        label: this.label,
        device: engine.device,
        place: engine.name === "cpu" ? "cpu" : engine.software ? "software" : "gpu",
        speed,
        mean,
        standardError,
        diverged: result.diverged,
      };
    } catch (error) {
      this.failure = lineOf(error);
    }
  }

  forget(): void {
    this.best = undefined;
  }

  result(): Result {
    return this.best ?? { label: this.label, why: this.failure ?? "no round was run" };
  }
}

function rivalResults({ name, rows, missing }: Rival, { updates }: Case): Result[] {
  const racers = [...rows.values()].map((row): Racer => {
    const { variant, settings, device, gpu, versions, trials, seconds, mean, standardError } = row;
    return {
      who: name,
      label: `${name} ${variant} (${[versions, settings].filter((part) => part !== "").join("; ")})`,
      device,
      place: gpu ? "gpu" : "cpu",
      speed: (trials * updates) / Math.min(...seconds),
      mean,
      standardError,
      diverged: 0,
    };
  });
  const absent = [...missing].map(([variant, why]): Absent => ({ label: `${name} ${variant}`.trim(), why }));
  return [...racers, ...absent];
}

function resultFigure(entry: Case, result: Result): Figure {
  const what = `    ${result.label}`;
  if (!raced(result)) {
    return { what, measured: `not measured: ${result.why}` };
  }
  const { device, speed, mean, standardError, diverged } = result;
  const apart = Math.abs(mean - entry.expected) / standardError;
  const digits = Math.max(1, 1 - Math.floor(Math.log10(standardError)));
  const loss = `mean ${mean.toFixed(digits)} ± ${standardError.toFixed(digits)}`;
  const lost = diverged === 0 ? "" : `, ${diverged} diverged`;
  return {
    what,
    measured: `${speedText(speed)} on ${device}; ${loss}${lost}`,
    goal: `${entry.expected} within ${farthest} standard errors`,
    met: apart <= farthest,
  };
}

/** Ours by the best of each rival's variants, on a GPU; without one, only to see that the bench works. */
function ratioFigures(results: readonly Result[]): Figure[] {
  const racers = results.filter(raced);
  const ours = racers.find(({ who, place }) => who === "ours" && place !== "cpu");
  const cpu = racers.find(({ who, place }) => who === "ours" && place === "cpu");
  const figures = (["JAX", "PyTorch"] as const).map((name): Figure => {
    const what = `    ours / ${name}`;
    const best = fastest(racers.filter(({ who }) => who === name));
    if (ours === undefined || best === undefined) {
      return {
        what,
        measured: `not measured: no run of ${ours === undefined ? "ours behind WebGPU" : name}`,
      };
    }
    const ratio = ours.speed / best.speed;
    if (ours.place === "gpu" && best.place === "gpu") {
      const goal = name === "JAX" ? { goal: `≥ ${goals.jax}`, met: ratio >= goals.jax } : {};
      return { what, measured: ratio.toFixed(2), ...goal };
    }
    if (ours.place === "gpu") {
      return { what, measured: `not measured: ${name} ran on the CPU` };
    }
    if (best.place === "gpu") {
      return { what, measured: "not measured: ours ran on a software adapter" };
    }
    return { what, measured: `${ratio.toFixed(2)}, without a GPU` };
  });
  if (ours === undefined || cpu === undefined) {
    return figures;
  }
  return [...figures, { what: "    WebGPU / WebAssembly", measured: (ours.speed / cpu.speed).toFixed(2) }];
}

function fastest(racers: readonly Racer[]): Racer | undefined {
  return racers.reduce<Racer | undefined>(
    (best, racer) => (best === undefined || racer.speed > best.speed ? racer : best),
    undefined,
  );
}

function limitFigure(entry: Case, trials: number, results: readonly Result[]): Figure {
  const what = "    arithmetic limit / ours";
  const ours = results.filter(raced).find(({ who, place }) => who === "ours" && place === "gpu");
  const counted = operationsText(entry, trials);
  if (ours === undefined) {
    return { what, measured: `not measured: no GPU; ${counted}` };
  }
  const card = cardOf(ours.device, driverReport());
  if (typeof card === "string") {
    return { what, measured: `limit unknown: ${card}; ${counted}` };
  }
  try {
    const limit = limitOf(updateOperations(planSimulation(requestOf(entry, trials), "calls")), card);
    const ratio = limit.speed / ours.speed;
    return {
      what,
      measured: `${ratio.toFixed(2)}, limit ${speedText(limit.speed)} by ${limit.scarce}; ${counted}`,
      goal: `≤ ${goals.limit}`,
      met: ratio <= goals.limit,
    };
  } catch (error) {
    if (error instanceof NoLimit) {
      return { what, measured: `limit unknown: ${error.message}` };
    }
    throw error;
  }
}

/** An update's instructions, for the reader. */
function operationsText(entry: Case, trials: number): string {
  try {
    const { float, product, logic, special } = updateOperations(
      planSimulation(requestOf(entry, trials), "calls"),
    );
    return `an update is ${float} float, ${product} product, ${logic} logic, ${special} special`;
  } catch (error) {
    if (error instanceof NoLimit) {
      return `an update has ${error.message}`;
    }
    throw error;
  }
}

function speedText(speed: number): string {
  return speed >= 1e9
    ? `${(speed / 1e9).toPrecision(3)} G steps/s`
    : `${(speed / 1e6).toPrecision(3)} M steps/s`;
}

function lineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
