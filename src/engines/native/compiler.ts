import { delimiter, isAbsolute } from "node:path";
import { SimulationError } from "../../compile/error.js";
import { machineFuses } from "../../compile/fused.js";
import { findProgram, isProgram, type ProgramEnd, programFolders, runOther } from "../../work/index.js";
import { trustedFolder } from "../package-folders.js";
import type { VectorWidth } from "./machine-text.js";

/** Which compiler is asked for, and of which environment. */
export interface CompilerOptions {
  /** A compiler that the user has named, absolute; else it is looked for on the PATH. */
  readonly compiler?: string;
  /** This process's when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Lanes of a vector; as many as the machine takes at once when absent. */
  readonly width?: VectorWidth;
  /** After how many seconds a compiler is given up. */
  readonly deadline?: number;
}

/** A compiler of C of this machine, and how it is to compile for it. */
export interface Compiler {
  /** Absolute. */
  readonly path: string;
  /** What it calls itself, in a line. */
  readonly version: string;
  readonly flags: readonly string[];
  readonly width: VectorWidth;
  /** What it says of the machine that it compiles for, which tells machines apart. */
  readonly machine: string;
}

/** In the order in which they are looked for. */
const names = ["cc", "gcc", "clang"] as const;

/** Seconds for a question, and for a program. */
const deadlines = { question: 20, program: 120 } as const;

/** Every rounding stays where the text has it; nothing is assumed of numbers that IEEE 754 does not say. */
const flagsOfArithmetic = [
  "-std=gnu11",
  "-O2",
  "-ffp-contract=off",
  "-fno-strict-aliasing",
  "-pthread",
  "-w",
];

/**
 * The compiler of C that this machine has.
 * @param fuses whether WebAssembly rounds products and sums at once, as compiled programs then have to.
 * @throws SimulationError of one line when there is none that can be used, and what to do.
 */
export async function findCompiler(
  options: CompilerOptions = {},
  signal?: AbortSignal,
  fuses = machineFuses(),
): Promise<Compiler> {
  if (process.platform === "win32") {
    throw new SimulationError("programs are not compiled on Windows; use the Windows Subsystem for Linux");
  }
  const path = compilerPath(options);
  const ask = async (words: readonly string[]): Promise<string> => {
    const end = await run({ path }, words, "", { seconds: deadlines.question, ...options }, signal);
    if (!end.isWell) {
      throw new SimulationError(`the compiler ${path} ${reasonIn(end)}`);
    }
    return end.output;
  };
  const version = (await ask(["--version"])).split("\n")[0]!.trim().slice(0, 200);
  const machineFlags = process.arch === "arm64" ? ["-mcpu=native"] : ["-march=native"];
  const defined = definitionsIn(await ask([...machineFlags, "-dM", "-E", "-x", "c", "-"]));
  if (version === "" || !defined.has("__SIZEOF_POINTER__")) {
    throw new SimulationError(
      `the compiler ${path} answers something else than a compiler of C; name another one`,
    );
  }
  const widest = widthOf(defined, fuses);
  if (widest === undefined) {
    throw new SimulationError(
      `this machine does not round products and sums at once, as far as the compiler ${path} knows, but WebAssembly does; name another compiler`,
    );
  }
  const width = options.width ?? widest;
  const wide = width === 8 && defined.has("__GNUC__") ? ["-mprefer-vector-width=512"] : [];
  const machine = [...defined]
    .filter(([name]) => /^__[A-Z0-9_]+__$/.test(name))
    .sort()
    .join(" ");
  return { path, version, flags: [...flagsOfArithmetic, ...machineFlags, ...wide], width, machine };
}

/**
 * Compiles a text to a program.
 * @param place where the program is written.
 * @throws SimulationError of one line.
 */
export async function compile(
  compiler: Compiler,
  text: string,
  place: string,
  options: CompilerOptions,
  signal?: AbortSignal,
): Promise<void> {
  const words = [...compiler.flags, "-x", "c", "-", "-o", place];
  const seconds = options.deadline ?? deadlines.program;
  const end = await run(compiler, words, text, { ...options, seconds }, signal);
  if (!end.isWell) {
    throw new SimulationError(`the compiler ${compiler.path} ${reasonIn(end)}`);
  }
}

function run(
  { path }: Pick<Compiler, "path">,
  words: readonly string[],
  input: string,
  { seconds, environment = process.env, deadline }: CompilerOptions & { readonly seconds: number },
  signal: AbortSignal | undefined,
): Promise<ProgramEnd> {
  return runOther({
    ...{ program: path, words, input },
    seconds: Math.min(seconds, deadline ?? seconds),
    folder: trustedFolder(),
    // What it starts is looked for where it was found itself: in no folder that somebody works in.
    environment: { ...environment, PATH: programFolders(environment).join(delimiter), LC_ALL: "C" },
    ...(signal === undefined ? {} : { signal }),
  });
}

function compilerPath({ compiler, environment = process.env }: CompilerOptions): string {
  if (compiler !== undefined) {
    if (!isAbsolute(compiler) || !isProgram(compiler)) {
      throw new SimulationError(`${compiler} is no program with its full path; name a compiler of C`);
    }
    return compiler;
  }
  for (const name of names) {
    const found = findProgram(name, environment);
    if (found !== undefined) {
      return found;
    }
  }
  throw new SimulationError(
    `there is no compiler of C on the PATH (${names.join(", ")}); install one, such as gcc`,
  );
}

/** What `-dM` prints: `#define NAME VALUE` a line. */
function definitionsIn(output: string): ReadonlyMap<string, string> {
  const lines = output.split("\n").map((line) => /^#define (\w+)(?: (.*))?$/.exec(line));
  return new Map(lines.flatMap((line) => (line === null ? [] : [[line[1]!, line[2] ?? ""] as const])));
}

/** Lanes of the machine's widest vectors; undefined where it does not round as WebAssembly does. */
function widthOf(defined: ReadonlyMap<string, string>, fuses: boolean): VectorWidth | undefined {
  if (defined.has("__aarch64__")) {
    return 2;
  }
  if (!defined.has("__x86_64__") || (fuses && !defined.has("__FMA__"))) {
    return undefined;
  }
  if (!defined.has("__AVX2__")) {
    return 2;
  }
  return defined.has("__AVX512F__") && defined.has("__AVX512DQ__") ? 8 : 4;
}

/** Why a compiler failed, from what it says. */
function reasonIn({ words, errors }: ProgramEnd): string {
  const lines = errors.split("\n").map((line) => line.trim());
  const told =
    lines.find((line) => /error|fatal|No space|cannot/i.test(line)) ?? lines.find((line) => line !== "");
  return told === undefined ? words : `${words}: ${told.slice(0, 200)}`;
}
