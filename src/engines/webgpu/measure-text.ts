import type { Program } from "../../compile/program.js";
import { unsettledMark } from "../../device/index.js";
import { type Arithmetic, combined, type Quantity } from "../../observables/index.js";
import { foundOf, isPaired, type MeasuredColumn, type PairedColumn } from "../../simulate/column.js";
import type { SampledPart, SimulationPlan } from "../../simulate/plan.js";
import { readingOf } from "../../simulate/reading.js";
import type { Table } from "./draw-text.js";
import { literal, singleOrZero, split } from "./numbers.js";
import { type ProgramText, programText, sizeOf } from "./program-text.js";
import { range, visitBlock } from "./visit-text.js";

/**
 * How far the two rules of a sampled part may be apart in single precision, as a share of the mean magnitude. Points are
 * fitted in double precision; this finds the trials that end where they do not hold.
 */
const singleAgreement = 1e-5;

/** Training data as a shader has them. */
interface Drawn {
  readonly sources: number;
  /** An expression for each datum of a point. */
  readonly data: readonly string[];
  /** The place of the first of a trial's numbers that is a sum over training points. */
  readonly first: number;
}

/** What is averaged over a trial's training points: the names of the means, and the program that has them as outputs. */
interface Means {
  readonly names: readonly string[];
  readonly program: Program;
  readonly registers: number;
  readonly prefix: string;
}

function programsOfMeans({ loss, weights, states, orders }: SimulationPlan): readonly Means[] {
  const training = orders?.training;
  return [
    ...(loss === undefined ? [] : [{ names: ["train"], program: loss, registers: weights, prefix: "t" }]),
    ...(training === undefined
      ? []
      : [
          {
            names: training.outputs.map((_, order) => trainingOrder(order)),
            program: training,
            registers: states.length,
            prefix: "o",
          },
        ]),
  ];
}

const trainingOrder = (order: number) => `train${order}`;

/** The names of all means over a trial's training points. */
export function meansOf(plan: SimulationPlan): readonly string[] {
  return programsOfMeans(plan).flatMap(({ names }) => names);
}

/** What a trial is measured by: train losses in as many dispatches as it takes, then the rest. */
export function measuring(plan: SimulationPlan, drawn: Drawn, table: Table, calls: Set<string>): string {
  const weights = range(plan.weights).map((weight) => `w${weight}`);
  const means = meansOf(plan);
  const train = means.length === 0 ? "" : trainText(plan, drawn, calls);
  const test = testText(plan, weights, table, calls);
  const ofState = stateText(plan, calls);
  const at = (column: number) => `measured[${column}u * parameters.stride + trial]`;
  const columns = foundOf(plan.columns);
  const values = columns.map((column) =>
    isPaired(column) ? pairedValue(column) : measuredValue(column, plan, ofState.outputs),
  );
  const mean = means.map(
    (name) => `  let ${name} = (${name}_sum - ${name}_rest) * ${literal(1 / plan.points)};`,
  );
  return `${train}
@compute @workgroup_size(64)
fn measure(@builtin(global_invocation_id) id: vec3<u32>) {
  if (!take_trial(id.x)) { return; }
  load_trial();
${means.length === 0 ? "" : `  load_train();\n${mean.join("\n")}`}
${[...test, ...ofState.statements].map((line) => `  ${line}`).join("\n")}
  var sound = ${weights.map((weight) => `is_finite(${weight})`).join(" & ")};
${values.map((value, column) => `  let value${column} = ${value};\n  sound = sound & is_finite(value${column});\n  ${at(column)} = value${column};`).join("\n")}
  ${at(columns.length)} = select(0f, ${plan.check === undefined ? "1f" : `select(${literal(unsettledMark)}, 1f, holds)`}, sound);
}`;
}

/** Statements, and then an expression for each quantity that hangs on the state alone. */
function stateText(plan: SimulationPlan, calls: Set<string>): Omit<ProgramText, "calls"> {
  if (plan.ofState === undefined) {
    return { statements: [], outputs: [] };
  }
  const text = programText(
    plan.ofState.program,
    plan.states.map((_, register) => `w${register}`),
    "e",
  );
  for (const name of text.calls) {
    calls.add(name);
  }
  return text;
}

/** Of values that stand before, each less its center. */
function pairedValue({ pairs, added }: PairedColumn): string {
  const products = pairs.map(([one, other]) => `value${one} * value${other}`);
  const summands = added === undefined ? products : [...products, `value${added}`];
  return summands.length === 0 ? "0f" : summands.join(" + ");
}

function measuredValue(column: MeasuredColumn, plan: SimulationPlan, ofState: readonly string[]): string {
  const measured = combined(
    column.combination,
    (quantity) => quantityText(quantity, plan, ofState),
    arithmetic,
  );
  return `${measured} - ${literal(singleOrZero(column.center))}`;
}

const arithmetic: Arithmetic<string> = {
  scaled: (factor, value) => `(${literal(factor)} * ${value})`,
  negated: (value) => `(-${value})`,
  sum: (one, other) => `(${one} + ${other})`,
  difference: (one, other) => `(${one} - ${other})`,
};

function quantityText(quantity: Quantity, plan: SimulationPlan, ofState: readonly string[]): string {
  const reading = readingOf(plan, quantity);
  switch (reading.from) {
    case "expected loss":
      return "test";
    case "training loss":
      return "train";
    case "register": {
      const { register, start } = reading;
      const { high, low } = split(start ?? 0);
      return `((w${register} - ${literal(high)}) + (rest${register} - ${literal(low)}))`;
    }
    case "state":
      return ofState[reading.output]!;
    case "training orders":
      return trainingOrder(reading.output);
    case "nothing":
      return "0f";
  }
}

/** Sums over training points, each with what it misses. */
function trainText(plan: SimulationPlan, { sources, data, first }: Drawn, calls: Set<string>): string {
  const parameters = data.map((_, column) => `x${column}`);
  const programs = programsOfMeans(plan);
  const lines = programs.flatMap(({ program, registers, prefix, names }) => {
    const inputs = range(registers).map((register) => `w${register}`);
    const { statements, outputs, calls: called } = programText(program, [...inputs, ...parameters], prefix);
    for (const name of called) {
      calls.add(name);
    }
    return [
      ...statements,
      ...names.flatMap((name, output) => [
        `let ${name}_term = ${outputs[output]} - ${name}_rest;`,
        `let ${name}_next = exactly(${name}_sum + ${name}_term);`,
        `${name}_rest = exactly(${name}_next - ${name}_sum) - ${name}_term;`,
        `${name}_sum = ${name}_next;`,
      ]),
    ];
  });
  const kept = meansOf(plan).flatMap((name) => [`${name}_sum`, `${name}_rest`]);
  const at = (place: number) => `state[${first + place}u * parameters.stride + trial]`;
  const size = programs.reduce((sum, { program }) => sum + sizeOf(program), 0);
  return `
${kept.map((name) => `var<private> ${name}: f32;`).join("\n")}
fn load_train() {
${kept.map((name, place) => `  ${name} = ${at(place)};`).join("\n")}
}
fn train_point(${parameters.map((name) => `${name}: f32`).join(", ")}) {
${lines.map((line) => `  ${line}`).join("\n")}
}
@compute @workgroup_size(64)
fn train(@builtin(global_invocation_id) id: vec3<u32>) {
  if (!take_trial(id.x)) { return; }
  load_trial();
  if (parameters.begin == 1u) {
${kept.map((name) => `    ${name} = 0f;`).join("\n")}
  } else {
    load_train();
  }
  for (var block = parameters.first_block; block < parameters.end_block; block++) {
${visitBlock("train_point", plan, sources, data, size)}
  }
${kept.map((name, place) => `  ${at(place)} = ${name};`).join("\n")}
}`;
}

/** Statements that end with `test`, the expected loss, and, when it is checked, `holds`; where that is false `test` is 0. */
function testText(
  plan: SimulationPlan,
  weights: readonly string[],
  table: Table,
  calls: Set<string>,
): string[] {
  if (plan.closed === undefined) {
    return [];
  }
  const closed = programText(plan.closed, weights, "c");
  for (const name of closed.calls) {
    calls.add(name);
  }
  const lines = [...closed.statements, `var test = ${closed.outputs[0]};`];
  if (plan.check !== undefined) {
    const inside = plan.check.box.map(
      ({ low, high }, weight) =>
        `(${literal(boundOf(low))} <= ${weights[weight]}) & (${weights[weight]} <= ${literal(boundOf(high))})`,
    );
    lines.push(`var holds = ${inside.join(" & ")};`);
  }
  plan.sampled.forEach((part, index) => {
    lines.push(...sampledText(part, `s${index}_`, weights, table, calls));
  });
  if (plan.check !== undefined) {
    lines.push("holds = holds & is_finite(test);", "if (!holds) { test = 0f; }");
  }
  return lines;
}

/** A bound of a box as single precision has it. */
function boundOf(value: number): number {
  const most = 2 ** 127;
  return Math.fround(Math.min(most, Math.max(-most, value)));
}

/** Adds a sampled part to `test`. */
function sampledText(
  part: SampledPart,
  prefix: string,
  weights: readonly string[],
  table: Table,
  calls: Set<string>,
): string[] {
  const { width, data, count, checked, points } = part;
  const numbers = width - data;
  // Weights far out are too small to matter, whatever their size; data are not.
  const first = table.addNumbers(
    [...points].map((value, at) => (at % width < numbers ? singleOrZero(value) : value)),
  );
  const number = (offset: number) => `bitcast<f32>(table[at + ${offset}u])`;
  const {
    statements,
    outputs,
    calls: called,
  } = programText(part.program, [...weights, ...range(data).map((datum) => `x${datum}`)], prefix);
  for (const name of called) {
    calls.add(name);
  }
  const sums = checked ? ["sum", "difference", "scale"] : ["sum"];
  const terms = ["term", `${number(1)} * value`, "abs(term)"];
  return [
    "{",
    ...sums.flatMap((name) => [`  var ${name} = 0f;`, `  var ${name}_rest = 0f;`]),
    `  for (var point = 0u; point < ${count}u; point++) {`,
    `    let at = ${first}u + point * ${width}u;`,
    ...range(data).map((datum) => `    let x${datum} = ${number(datum + numbers)};`),
    ...statements.map((line) => `    ${line}`),
    `    let value = ${outputs[0]};`,
    `    let term = ${number(0)} * value;`,
    ...sums.flatMap((name, index) => [
      `    let ${name}_term = ${terms[index]} - ${name}_rest;`,
      `    let ${name}_next = exactly(${name} + ${name}_term);`,
      `    ${name}_rest = exactly(${name}_next - ${name}) - ${name}_term;`,
      `    ${name} = ${name}_next;`,
    ]),
    "  }",
    "  test += sum - sum_rest;",
    ...(checked
      ? [
          `  holds = holds & is_finite(difference) & is_finite(scale) & (abs(difference) < ${literal(singleAgreement)} * scale);`,
        ]
      : []),
    "}",
  ];
}
