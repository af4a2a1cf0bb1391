import * as v from "valibot";

/** An engine as far as it is told without anything that simulates: `src/engines` has the rest of its record, by its name. */
export interface Backend {
  /** As a user writes it. */
  readonly name: string;
  /** For people, in a word: the label of a profile of tests. */
  readonly title: string;
  /** What it is and what it takes to have it, as docs/engines.md lists it. */
  readonly summary: string;
  /** What the editor's setting says of it: a sentence. */
  readonly documentation: string;
  /** What is said of a user who asked for it: `the processor simulates`. */
  readonly asked: string;
  /** In which its trials are simulated; with single precision what rounding does is measured and stated. */
  readonly precision: "double" | "single";
}

/** What every machine has, and what others are compared with. */
export const processor = {
  name: "cpu",
  title: "CPU",
  summary: "WebAssembly on all of the processor's threads; always there",
  documentation: "The processor, in double precision; trials of tensors are in single precision.",
  asked: "the processor simulates",
  precision: "double",
} as const satisfies Backend;

export const native = {
  name: "native",
  title: "compiled",
  summary:
    "C made by this machine's compiler, with vectors as wide as its own; the processor's trials to the bit",
  documentation:
    "The processor, by a program that this machine's compiler of C makes, with the same numbers as the processor has: for long runs.",
  asked: "a compiled program simulates",
  precision: "double",
} as const satisfies Backend;

export const gpu = {
  name: "webgpu",
  title: "GPU",
  summary: "a shader on a GPU, through Vulkan, Metal or Direct3D 12",
  documentation:
    "A GPU, in single precision, by WebGPU: in a process of its own with the npm package webgpu, else in a tab of this window.",
  asked: "a GPU simulates, by WebGPU",
  precision: "single",
} as const satisfies Backend;

export const tensorFlow = {
  name: "tfjs",
  title: "TensorFlow",
  summary: "TensorFlow.js: tensor programs, for losses that are not small expressions",
  documentation:
    "TensorFlow.js, in single precision: with its native GPU runtime where that is installed, else on what it has.",
  asked: "TensorFlow simulates",
  precision: "single",
} as const satisfies Backend;

/** All engines, in the order in which they are listed. */
export const backends = [processor, native, gpu, tensorFlow] as const;

export type EngineName = (typeof backends)[number]["name"];

/** The choice that is no engine: it takes the fastest that works. */
export const auto = {
  name: "auto",
  documentation:
    "The fastest that works: a GPU or a compiled program where the run is long enough to be worth it, the processor otherwise, and no GPU where rounding would decide.",
  asked: "the fastest of these that works simulates, and no GPU where rounding would decide",
} as const satisfies Partial<Backend>;

/** What a user may ask for. */
export type BackendChoice = typeof auto.name | EngineName;

/** All that a user may ask for, in the order in which it is listed. */
export function choices(): readonly (typeof auto | (typeof backends)[number])[] {
  return [auto, ...backends];
}

/** By its name. */
export const choiceSchema = v.custom<BackendChoice>((word) => choiceNamed(word) !== undefined);

/** What a word asks for; `undefined` when it asks for nothing that there is. */
export function choiceNamed(word: unknown): ReturnType<typeof choices>[number] | undefined {
  return choices().find(({ name }) => name === word);
}

/** The engine of a name; `undefined` when there is none. */
export function backendNamed(word: string): (typeof backends)[number] | undefined {
  return backends.find(({ name }) => name === word);
}

/** Names of engines together, each once: `webgpu+cpu`. */
export function backendsOf(...names: readonly string[]): string {
  return [...new Set(names.flatMap((name) => name.split("+")))].filter((name) => name !== "").join("+");
}

/** As what engines of the editor's pages are examined. */
export const gpuOfPage = `${gpu.name} in a page` as const;
