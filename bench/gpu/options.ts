import { cases } from "./cases.js";

export interface GpuOptions {
  /** By how much to multiply the trials; absent: 1 on a GPU, 0.01 without one. */
  readonly trialsScale: number | undefined;
  /** Runs of each, of which the best counts. */
  readonly rounds: number;
  /** The Python that has JAX and PyTorch. */
  readonly python: string;
  readonly landscapes: readonly string[];
  /** How long each variant of a rival may look for its fastest settings. */
  readonly tuningSeconds: number;
}

const names = cases.map(({ name }) => name as string);

/**
 * The bench's options from the words of its command: `--trials-scale 0.001`, say.
 * @throws Error of one line that says what is wrong with them.
 */
export function gpuOptions(words: readonly string[]): GpuOptions {
  const given = new Map<string, string>();
  for (let index = 0; index < words.length; index += 2) {
    const [name, value] = [words[index]!, words[index + 1]];
    if (!["--trials-scale", "--rounds", "--python", "--landscape", "--tuning-seconds"].includes(name)) {
      throw new Error(`the bench of GPUs has no option "${name}"; bench/gpu/README.md lists those it has`);
    }
    if (value === undefined) {
      throw new Error(`${name} needs a value`);
    }
    given.set(name, value);
  }
  const positive = (name: string): number | undefined => {
    const text = given.get(name);
    if (text === undefined) {
      return undefined;
    }
    const value = Number(text);
    if (!(value > 0) || !Number.isFinite(value)) {
      throw new Error(`${name} ${text} is not a positive number`);
    }
    return value;
  };
  const landscape = given.get("--landscape");
  if (landscape !== undefined && !names.includes(landscape)) {
    throw new Error(`--landscape ${landscape} is not known; write ${names.join(" or ")}`);
  }
  return {
    trialsScale: positive("--trials-scale"),
    rounds: Math.max(1, Math.round(positive("--rounds") ?? 5)),
    python: given.get("--python") ?? "python3",
    landscapes: landscape === undefined ? names : [landscape],
    tuningSeconds: positive("--tuning-seconds") ?? 60,
  };
}
