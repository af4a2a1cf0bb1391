import type { AnyLandscape, SumMode } from "../evaluate/index.js";
import { type AnyMetric, weightsByName } from "../landscape/index.js";
import {
  analyzeText,
  createDiagServices,
  type GivenValues,
  metricWeightsOf,
  readMetric,
  TextLoader,
} from "../language/index.js";
import { findObservable, namesTakingOperands, type Observable, writtenForms } from "../observables/index.js";
import {
  type Descent,
  exampleOf,
  exampleOption,
  examplesOfAll,
  exampleValues,
  gradientDescent,
  type OptimiserRecord,
  optimisers,
  optionsOf,
  type Parameter,
  readArguments,
  type SpaceTime,
  stochasticGradientDescent,
} from "../optimisers/index.js";
import { UsageError } from "./usage.js";

/** Reads `N=10,E=1,B=1,shuffle=reshuffled` into names and values. */
function readPairs(text: string, option: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const piece of text.split(",")) {
    const match = /^\s*([^=\s]+)\s*=\s*(\S+)\s*$/u.exec(piece);
    if (!match || pairs.has(match[1]!)) {
      throw new UsageError(`${option} takes name=value pairs between commas, each name once, not "${text}"`);
    }
    pairs.set(match[1]!, match[2]!);
  }
  return pairs;
}

/** The option of an optimiser's descent that is taken off another's. */
export function minusOption({ name }: OptimiserRecord): string {
  return `minus-${name}`;
}

/**
 * The space-time of the option that is called like its optimiser, less the descent of a second one's where there is one.
 * @param given the value of an option.
 */
export function readSpaceTime(given: (option: string) => string | undefined): SpaceTime {
  const first = optimisers.filter(({ name }) => given(name) !== undefined);
  const minus = optimisers.filter((record) => given(minusOption(record)) !== undefined);
  if (first.length !== 1) {
    throw new UsageError(`give one space-time: ${examplesOfAll(exampleOption)}`);
  }
  if (minus.length > 1) {
    const options = minus.map((record) => `--${minusOption(record)}`).join(" and ");
    throw new UsageError(
      `${options} are too many; a difference has two descents, such as ${exampleOfDifference}`,
    );
  }
  const descent = readDescent(first[0]!, first[0]!.name, given);
  return minus.length === 0
    ? descent
    : { first: descent, minus: readDescent(minus[0]!, minusOption(minus[0]!), given) };
}

const exampleOfDifference = `${exampleOption(stochasticGradientDescent)} --minus-${exampleOption(gradientDescent).slice(2)}`;

function readDescent(
  record: OptimiserRecord,
  name: string,
  given: (option: string) => string | undefined,
): Descent {
  const option = `--${name}`;
  const pairs = [...readPairs(given(name)!, option)].map(([name, text]) => ({ name, text }));
  const read = readArguments(record, pairs, "limits");
  if ("value" in read) {
    return read.value;
  }
  const { fault } = read;
  const write = `write ${option} ${exampleValues(record)}${record.parameters.map(othersOf).join("")}`;
  switch (fault.kind) {
    case "argument":
      throw new UsageError(
        `${option} does not take ${"name" in fault.place ? fault.place.name : ""}; ${write}`,
      );
    case "missing":
      throw new UsageError(`${option} lacks ${fault.parameter.name}; ${write}`);
    case "option": {
      const { name } = fault.parameter;
      const options = optionsOf(fault.parameter, " or ", (one) => `${name}=${one}`);
      throw new UsageError(`${name}=${fault.text} is not known; write ${options}`);
    }
    case "problem":
      throw new UsageError(`${option}: ${fault.problem}`);
  }
}

/** What a parameter may be beside its default, as a help writes it. */
function othersOf(parameter: Parameter): string {
  if (parameter.kind !== "choice") {
    return parameter.default === undefined ? "" : `[,${parameter.name}=${parameter.example}]`;
  }
  const others = parameter.options.filter(({ name }) => name !== parameter.default);
  return `[,${parameter.name}=${optionsOf({ options: others }, "|")}]`;
}

/** The observable of `--observe`. */
export function readObservable(given: string, landscape: AnyLandscape): Observable {
  const text = given.trim();
  const [, name = "", list] = /^([^\s(]+)\s*(?:\((.*)\))?$/u.exec(text) ?? [];
  const record = findObservable(name);
  if (record === undefined || (record.weights === undefined && text !== name)) {
    const several = text.split(",");
    if (several.length > 1 && several.every((one) => findObservable(one.trim()) !== undefined)) {
      throw new UsageError(
        `--observe takes one observable, not ${several.length}; ask for each by itself, such as --observe ${several[0]!.trim()}`,
      );
    }
    throw new UsageError(`--observe ${text === "" ? '""' : text} is not known; it takes ${writtenForms()}`);
  }
  if (record.weights === undefined) {
    return { name, weights: [] };
  }
  const places = weightsByName(landscape);
  const names = [...places.keys()];
  if (list === undefined) {
    return { name, weights: [...places.values()].flat() };
  }
  const written = list.split(",").map((weight) => weight.trim());
  const gap = written.indexOf("");
  if (gap >= 0) {
    const where =
      written.length === 1
        ? "has no weight between its parentheses"
        : gap === 0
          ? "has no weight before its first comma"
          : `has no weight behind ${written[gap - 1]}, after the comma`;
    throw new UsageError(
      `--observe ${text} ${where}; write ${name} for all weights, or name some of ${names.join(", ")}`,
    );
  }
  const weights = written.map((weight) => placesOf(weight, landscape, places, "--observe"));
  const repeated = written.find((weight, index) => written.indexOf(weight) !== index);
  if (repeated !== undefined) {
    throw new UsageError(`--observe ${text} names ${repeated} twice; name it once`);
  }
  return { name, weights: weights.flat() };
}

/**
 * The observable of `--observe`, functions of the weights and covariances among them: these are read as a file would have them.
 * @param landscape its weights start where descent does.
 * @param symbols params and lets that may stand in it, as they are written.
 */
export async function readObserved(
  given: string,
  landscape: AnyLandscape,
  symbols = "",
): Promise<Observable> {
  const isOfOperands = namesTakingOperands().includes(/^\s*([^\s(]+)/u.exec(given)?.[1] ?? "");
  if (!/[=[]/.test(given) && !isOfOperands) {
    return readObservable(given, landscape);
  }
  const { text, loader } = declaredWeights(landscape);
  // What may stand once stands here, so that nothing but observables may stand in what is given.
  const others = `${exampleOf(gradientDescent)} eta = 1 predict order 0 sum = exact trials = 1 seed = 0`;
  const file = await analyzeText(
    [
      `landscape ${landscape.name} {`,
      `${text}`,
      symbols,
      `loss ${landscape.weights[0]!.name} }`,
      `verify observed { landscape ${landscape.name} ${others} observe`,
      `${given}`,
      "}",
    ].join("\n"),
    { loader },
  );
  const fault = file.diagnostics.find(({ severity }) => severity === "error");
  if (fault !== undefined) {
    throw new UsageError(`--observe ${given.trim()}: ${fault.message}`);
  }
  const read = file.verifies.get("observed");
  const [observable, ...more] = read?.observables ?? [];
  if (observable === undefined || more.length > 0 || read?.measure || file.ownNames.size !== 2) {
    throw new UsageError(`--observe ${given.trim()} is not one observable; give ${writtenForms()}`);
  }
  return observable;
}

/** The weights of a landscape as a text declares them; where tensors start is in files that the loader makes up. */
function declaredWeights(landscape: AnyLandscape): { readonly text: string; readonly loader: TextLoader } {
  const { weights, tensors } = landscape;
  if (tensors === undefined) {
    const declared = weights.map(({ name, start }) => `weights ${name} = ${start}`);
    return { text: declared.join(" "), loader: new TextLoader(undefined) };
  }
  const places = weightsByName(landscape);
  const starts = new Map(
    tensors.map(({ name, shape }) => {
      const values = Float64Array.from(places.get(name)!, (place) => weights[place]!.start);
      return [name, { shape, values, digest: "" }];
    }),
  );
  const declared = tensors.map(
    ({ name, shape }) =>
      `weights ${name}${shape.length === 0 ? "" : `[${shape.join(", ")}]`} = from "starts" "${name}"`,
  );
  const reader = {
    readText: async () => "",
    readTensor: async (_: string, name = "") => starts.get(name)!,
  };
  return { text: declared.join(" "), loader: new TextLoader(reader) };
}

/** The places of a weight: of a tensor those of its entries. */
function placesOf(
  name: string,
  { name: landscape }: AnyLandscape,
  places: ReadonlyMap<string, readonly number[]>,
  option: string,
): readonly number[] {
  const found = places.get(name);
  if (found === undefined) {
    const names = [...places.keys()].join(", ");
    throw new UsageError(`${option}: landscape ${landscape} has no weight ${name}; it has ${names}`);
  }
  return found;
}

/**
 * A constant expression, as a file would write it: `0.1`, `1/3`, `log(2)`.
 * @returns `NaN` when it is none.
 */
async function readConstant(text: string): Promise<number> {
  const file = await analyzeText(`landscape constant { weights value = ${text} loss value }`);
  const landscape = file.diagnostics.length === 0 ? file.landscapes.get("constant") : undefined;
  return landscape?.weights.length === 1 ? landscape.weights[0]!.start : Number.NaN;
}

/** The start of `--at`: the landscape's, but for the weights named. */
export async function readStart(text: string | undefined, landscape: AnyLandscape): Promise<number[]> {
  const start = landscape.weights.map((weight) => weight.start);
  if (text !== undefined) {
    for (const [name, value] of readPairs(text, "--at")) {
      const number = await readConstant(value);
      if (!Number.isFinite(number)) {
        throw new UsageError(`--at ${name}=${value} is not a finite number`);
      }
      for (const place of placesOf(name, landscape, weightsByName(landscape), "--at")) {
        start[place] = number;
      }
    }
  }
  return start;
}

/** The values of a param, of `--with`. */
export async function readWith(text: string | undefined): Promise<GivenValues | undefined> {
  if (text === undefined) {
    return undefined;
  }
  const [, parameter, list] = /^\s*([^=\s]+)\s*=(.*)$/u.exec(text) ?? [];
  if (parameter === undefined) {
    throw new UsageError(
      `--with ${text} is not known; write a param and its values, such as --with H=0.01,0.1`,
    );
  }
  const values: number[] = [];
  for (const one of list!.split(",")) {
    const value = await readConstant(one);
    if (!Number.isFinite(value)) {
      throw new UsageError(`--with ${text}: "${one.trim()}" is not a finite number`);
    }
    if (values.includes(value)) {
      throw new UsageError(`--with ${text}: ${parameter} = ${value} stands twice; give it once`);
    }
    values.push(value);
  }
  return { parameter, values };
}

/** What `--metric` says, for a landscape; undefined where it is not given. */
export function readMetricFor(landscape: AnyLandscape, text: string | undefined): AnyMetric | undefined {
  if (text === undefined) {
    return undefined;
  }
  const read = readMetric(createDiagServices().diag, text, metricWeightsOf(landscape));
  if ("problem" in read) {
    throw new UsageError(`--metric ${text.trim() || '""'}: ${read.problem}`);
  }
  return read.metric;
}

/** What `diag`'s verbs say of the option. */
export const metricOption = {
  takes: "value",
  hint: "'diag(2, 1)'",
  help: "the inverse metric, also as '[2, 1/4; 1/4, 1]' or 'u: 2'",
} as const;

/** A learning rate. */
export async function readEta(text: string | undefined): Promise<number> {
  if (text === undefined) {
    throw new UsageError("give a learning rate: --eta 0.1");
  }
  const eta = await readConstant(text);
  if (!Number.isFinite(eta) || eta <= 0) {
    throw new UsageError(`--eta ${text} is not a positive number that is finite; write one, such as 0.1`);
  }
  return eta;
}

/** How to sum over embeddings. */
export function readSum(text: string | undefined): SumMode {
  if (text === undefined || text === "exact" || text === "integral") {
    return text ?? "exact";
  }
  throw new UsageError(`--sum ${text} is not known; it takes exact or integral`);
}

/** What `--to` says. */
export function readFormat<Format extends string>(
  text: string | undefined,
  formats: readonly Format[],
): Format {
  const format = formats.find((one) => one === text);
  if (format === undefined) {
    const given = text === undefined ? "" : `--to ${text} is no format that there is; `;
    throw new UsageError(`${given}choose a format: --to ${formats.join(", --to ")}`);
  }
  return format;
}
