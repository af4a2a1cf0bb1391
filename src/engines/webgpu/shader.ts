import { SimulationError } from "../../compile/error.js";
import { keyOfSeed } from "../../compile/philox.js";
import { type ShaderJob, unsettledMark } from "../../device/index.js";
import { type Arithmetic, combined, type Quantity } from "../../observables/index.js";
import { processor } from "../../runs/backends.js";
import { type MeasuredColumn, measuredOf, productsOf } from "../../simulate/column.js";
import { planSimulation, type SampledPart, type SimulationPlan } from "../../simulate/plan.js";
import { readingOf } from "../../simulate/reading.js";
import type { SimulationRequest } from "../../simulate/request.js";
import { drawText, Table } from "./draw-text.js";
import { libraryText } from "./library.js";
import { literal, singleOrZero, split } from "./numbers.js";
import { programText, sizeOf } from "./program-text.js";
import { reduceText } from "./reduce-text.js";

/** Larger programs are written once, in a loop over a block's points, instead of four times. */
const largestUnrolled = 120;

/** A block's points are numbered in 32 bits. */
const mostPoints = 2 ** 32 - 4;

/** About how many operations a datum is made with, and a weight updated, where code must not grow. */
const datumSize = 15;
const updateSize = 5;

/**
 * A request as a shader. One invocation simulates one trial: its weights stay in registers for a dispatch, data are
 * drawn where they are used. A weight is kept in two numbers of single precision, so that steps which are small beside it
 * are not lost; the gradient sees the first.
 *
 * A trial's numbers between dispatches are, one after the other: weights, what they miss, sums of the batch under
 * way, and the sum of train losses with what it misses.
 * @throws SimulationError when the request is wrong, or has numbers that single precision does not reach.
 */
export function shaderOf(request: SimulationRequest): ShaderJob {
  const plan = planSimulation(request, "calls");
  if (plan.points > mostPoints) {
    throw new SimulationError(`N = ${plan.points} is too large for a GPU; use --backend ${processor.name}`);
  }
  const columns = measuredOf(plan.columns);
  const products = productsOf(plan.columns).map(({ product: [one, other] }): [number, number] => [
    one,
    other,
  ]);
  const table = new Table();
  const draw = drawText(request.landscape, table);
  const weights = plan.weights;
  const summed = plan.batch > 1;
  const state = weights * (summed ? 3 : 2) + (plan.loss === undefined ? 0 : 2);
  const calls = new Set<string>(["exactly", "is_finite", "philox", "high_product", ...draw.calls]);
  const parts = [
    frame(plan),
    draw.functions,
    isKept(plan) ? storing(plan, draw.data) : "",
    descent(plan, draw.data, calls),
    measuring(plan, request.landscape.data.length, draw.data, table, calls),
    reduceText(columns.length, products),
  ];
  const blocks = Math.ceil(plan.points / 4);
  return {
    kind: "shader",
    code: [declarations, libraryText(calls), ...parts].join("\n"),
    table: table.words.length === 0 ? [0] : table.words,
    state,
    stored: isKept(plan) ? plan.points * plan.data : 0,
    columns: columns.length,
    products,
    blocks,
    descentBlocks: isKept(plan) ? 2 * blocks : blocks,
    epochs: plan.epochs,
    extraVisits: plan.sampled.reduce((sum, { count }) => sum + count, 0),
    checked: plan.check === undefined ? 0 : weights,
    trainLoss: plan.loss !== undefined,
    seed: keyOfSeed(request.seed),
  };
}

/** Whether a trial's training data are kept; otherwise they are drawn anew where they are used. */
function isKept({ reshuffled, epochs, data }: SimulationPlan): boolean {
  return reshuffled && epochs > 1 && data > 0;
}

/** What all parts refer to; `src/device/webgpu/parameters.ts` writes the same. */
export const declarations = `
struct Parameters {
  keys: array<vec4<u32>, 5>,
  first_low: u32, first_high: u32, from_trial: u32, to_trial: u32,
  stride: u32, first_epoch: u32, end_epoch: u32, first_block: u32,
  end_block: u32, begin: u32, zero: u32, infinity: u32,
}
@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> table: array<u32>;
@group(0) @binding(2) var<storage, read_write> state: array<f32>;
@group(0) @binding(3) var<storage, read_write> stored: array<f32>;
@group(0) @binding(4) var<storage, read_write> measured: array<f32>;
@group(0) @binding(5) var<storage, read_write> digits: array<atomic<i32>>;
var<private> trial: u32;
var<private> trial_low: u32;
var<private> trial_high: u32;
// Takes up the trial of an invocation, and says whether it has one.
fn take_trial(invocation: u32) -> bool {
  trial = parameters.from_trial + invocation;
  trial_low = parameters.first_low + trial;
  trial_high = parameters.first_high + select(0u, 1u, trial_low < trial);
  return trial < parameters.to_trial;
}`;

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Weights, what they miss and the batch's sums, with how they are loaded and kept. */
function frame({ states, batch }: SimulationPlan): string {
  const starts = states.map(({ start }) => start);
  const weights = range(starts.length);
  const summed = batch > 1;
  const names = [
    ...weights.map((weight) => `w${weight}`),
    ...weights.map((weight) => `rest${weight}`),
    ...(summed ? weights.map((weight) => `sum${weight}`) : []),
  ];
  const at = (place: number) => `state[${place}u * parameters.stride + trial]`;
  const first = [
    ...starts.map((start) => split(start).high),
    ...starts.map((start) => split(start).low),
    ...(summed ? starts.map(() => 0) : []),
  ];
  return `
${names.map((name) => `var<private> ${name}: f32;`).join("\n")}
fn begin_trial() {
${names.map((name, place) => `  ${name} = ${literal(first[place]!)};`).join("\n")}
}
fn load_trial() {
${names.map((name, place) => `  ${name} = ${at(place)};`).join("\n")}
}
fn keep_trial() {
${names.map((name, place) => `  ${at(place)} = ${name};`).join("\n")}
}`;
}

/** A point's words, and a call with its data; `k` is the place in the block, a number or a variable. */
function visit(name: string, sources: number, data: readonly string[], k: string): string {
  const words = range(sources).map((source) => `let word_${source} = words_${source}[${k}];`);
  return `{ ${words.join(" ")} ${name}(${data.join(", ")}); }`;
}

/** The words of block `block` of each source. */
function blockWords(sources: number): string[] {
  return range(sources).map(
    (source) => `let words_${source} = philox(block * ${sources}u + ${source}u, 0u, trial_low, trial_high);`,
  );
}

/** Calls `name` with the data of a block's points. */
function visitBlock(
  name: string,
  plan: SimulationPlan,
  sources: number,
  data: readonly string[],
  size: number,
): string {
  const whole = plan.points % 4 === 0;
  const inside = (k: string) => (whole ? "" : `if (4u * block + ${k} < ${plan.points}u) `);
  const drawn = data.length * datumSize;
  const calls =
    size + drawn <= largestUnrolled
      ? range(4).map((k) => `${inside(`${k}u`)}${visit(name, sources, data, `${k}`)}`)
      : [
          `for (var k = 0u; k < 4u + parameters.zero; k++) { ${inside("k")}${visit(name, sources, data, "k")} }`,
        ];
  return [...blockWords(sources), ...calls].map((line) => `      ${line}`).join("\n");
}

/** Training data that are shuffled, and so must be kept: the datum `d` at place `n` is number `n · data + d`. */
function storing(plan: SimulationPlan, data: readonly string[]): string {
  const { points, sources } = plan;
  const at = (place: string, column: string) =>
    `stored[(${place} * ${plan.data}u + ${column}) * parameters.stride + trial]`;
  const words = sources.map((_, source) => `let word_${source} = words_${source}[k];`).join(" ");
  const writes = data.map((value, column) => `${at("place", `${column}u`)} = ${value};`).join(" ");
  return `
fn fill(first: u32, end: u32) {
  for (var block = first; block < end; block++) {
${blockWords(sources.length)
  .map((line) => `    ${line}`)
  .join("\n")}
    for (var k = 0u; k < 4u + parameters.zero; k++) {
      let place = 4u * block + k;
      if (place < ${points}u) { ${words} ${writes} }
    }
  }
}
// Fisher and Yates's exchanges, each with a word of its own, four a block.
fn shuffle(epoch: u32, first: u32, end: u32) {
  for (var block = first; block < end; block++) {
    let words = philox(block, epoch, trial_low, trial_high);
    for (var k = 0u; k < 4u + parameters.zero; k++) {
      let done = 4u * block + k;
      if (done >= ${points - 1}u) { return; }
      let last = ${points - 1}u - done;
      let other = high_product(words[k], last + 1u);
      for (var column = 0u; column < ${plan.data}u; column++) {
        let kept = ${at("last", "column")};
        ${at("last", "column")} = ${at("other", "column")};
        ${at("other", "column")} = kept;
      }
    }
  }
}
// Points are put in order in the first half of an epoch's blocks, and visited in the second.
fn put_in_order(epoch: u32) {
  let end = min(parameters.end_block, ${Math.ceil(points / 4)}u);
  if (epoch == 0u) { fill(parameters.first_block, end); } else { shuffle(epoch, parameters.first_block, end); }
}`;
}

/** The updates of some epochs' blocks. */
function descent(plan: SimulationPlan, data: readonly string[], calls: Set<string>): string {
  const { batch, points, sources, descent: program } = plan;
  const weights = range(plan.weights);
  const inputs = [...weights.map((weight) => `w${weight}`), ...data.map((_, column) => `x${column}`)];
  const { statements, outputs, calls: called } = programText(program, inputs, "d");
  for (const name of called) {
    calls.add(name);
  }
  const parameters = data.map((_, column) => `x${column}: f32`).join(", ");
  const summed = batch > 1;
  const shares = outputs.map((output, weight) =>
    summed ? `sum${weight} += ${output};` : `let share${weight} = ${output};`,
  );
  const update = weights.flatMap((weight) => [
    `let step${weight} = rest${weight} - ${summed ? `sum${weight}` : `share${weight}`};`,
    `let moved${weight} = exactly(w${weight} + step${weight});`,
    `rest${weight} = step${weight} - exactly(moved${weight} - w${weight});`,
    `w${weight} = moved${weight};`,
    ...(summed ? [`sum${weight} = 0f;`] : []),
  ]);
  const updated = summed
    ? ["left -= 1u;", `if (left == 0u) { left = ${batch}u; ${update.join(" ")} }`]
    : update;
  const kept = isKept(plan);
  const visiting = kept
    ? storedVisits(plan)
    : `    for (var block = first; block < end; block++) {
${visitBlock("descend_point", plan, sources.length, data, sizeOf(program) + updateSize * weights.length)}
    }`;
  const half = Math.ceil(points / 4);
  const block = (name: string) =>
    kept ? `max(parameters.${name}, ${half}u) - ${half}u` : `parameters.${name}`;
  return `
${summed ? "var<private> left: u32;" : ""}
fn descend_point(${parameters}) {
${[...statements, ...shares, ...updated].map((line) => `  ${line}`).join("\n")}
}
@compute @workgroup_size(64)
fn descend(@builtin(global_invocation_id) id: vec3<u32>) {
  if (!take_trial(id.x)) { return; }
  if (parameters.begin == 1u) { begin_trial(); } else { load_trial(); }
  let first = ${block("first_block")};
  let end = ${block("end_block")};
  ${summed ? `left = ${batch}u - (4u * first) % ${batch}u;` : ""}
  for (var epoch = parameters.first_epoch; epoch < parameters.end_epoch; epoch++) {
${kept ? "    put_in_order(epoch);" : ""}
${visiting}
  }
  keep_trial();
}
// ${points} points an epoch`;
}

function storedVisits({ points, data }: SimulationPlan): string {
  const values = range(data).map(
    (column) => `stored[(place * ${data}u + ${column}u) * parameters.stride + trial]`,
  );
  return `    for (var place = 4u * first; place < min(4u * end, ${points}u); place++) { descend_point(${values.join(", ")}); }`;
}

/**
 * How far the two rules of a sampled part may be apart in single precision, as a share of the mean magnitude. Points are
 * fitted in double precision; this finds the trials that end where they do not hold.
 */
const singleAgreement = 1e-5;

/** What a trial is measured by: train losses in as many dispatches as it takes, then the rest. */
function measuring(
  plan: SimulationPlan,
  sources: number,
  data: readonly string[],
  table: Table,
  calls: Set<string>,
): string {
  const weights = range(plan.weights).map((weight) => `w${weight}`);
  const train = plan.loss === undefined ? "" : trainText(plan, sources, data, calls);
  const test = testText(plan, weights, table, calls);
  const at = (column: number) => `measured[${column}u * parameters.stride + trial]`;
  const columns = measuredOf(plan.columns);
  const values = columns.map((column) => measuredValue(column, plan));
  const mean = `let train = (train_sum - train_rest) * ${literal(1 / plan.points)};`;
  return `${train}
@compute @workgroup_size(64)
fn measure(@builtin(global_invocation_id) id: vec3<u32>) {
  if (!take_trial(id.x)) { return; }
  load_trial();
${plan.loss === undefined ? "" : `  load_train();\n  ${mean}`}
${test.map((line) => `  ${line}`).join("\n")}
  var sound = ${weights.map((weight) => `is_finite(${weight})`).join(" & ")};
${values.map((value, column) => `  let value${column} = ${value};\n  sound = sound & is_finite(value${column});\n  ${at(column)} = value${column};`).join("\n")}
  ${at(columns.length)} = select(0f, ${plan.check === undefined ? "1f" : `select(${literal(unsettledMark)}, 1f, holds)`}, sound);
}`;
}

function measuredValue(column: MeasuredColumn, plan: SimulationPlan): string {
  const measured = combined(column.combination, (quantity) => quantityText(quantity, plan), arithmetic);
  return `${measured} - ${literal(singleOrZero(column.center))}`;
}

const arithmetic: Arithmetic<string> = {
  scaled: (factor, value) => `(${literal(factor)} * ${value})`,
  negated: (value) => `(-${value})`,
  sum: (one, other) => `(${one} + ${other})`,
  difference: (one, other) => `(${one} - ${other})`,
};

function quantityText(quantity: Quantity, plan: SimulationPlan): string {
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
    default:
      throw new Error(`shaders do not measure ${reading.from}`);
  }
}

function trainText(
  plan: SimulationPlan,
  sources: number,
  data: readonly string[],
  calls: Set<string>,
): string {
  const loss = plan.loss!;
  const weights = range(plan.weights).map((weight) => `w${weight}`);
  const {
    statements,
    outputs,
    calls: called,
  } = programText(loss, [...weights, ...data.map((_, column) => `x${column}`)], "t");
  for (const name of called) {
    calls.add(name);
  }
  const first = plan.weights * (plan.batch > 1 ? 3 : 2);
  const at = (place: number) => `state[${first + place}u * parameters.stride + trial]`;
  return `
var<private> train_sum: f32;
var<private> train_rest: f32;
fn load_train() {
  train_sum = ${at(0)};
  train_rest = ${at(1)};
}
fn train_point(${data.map((_, column) => `x${column}: f32`).join(", ")}) {
${statements.map((line) => `  ${line}`).join("\n")}
  let term = ${outputs[0]} - train_rest;
  let sum = exactly(train_sum + term);
  train_rest = exactly(sum - train_sum) - term;
  train_sum = sum;
}
@compute @workgroup_size(64)
fn train(@builtin(global_invocation_id) id: vec3<u32>) {
  if (!take_trial(id.x)) { return; }
  load_trial();
  if (parameters.begin == 1u) {
    train_sum = 0f;
    train_rest = 0f;
  } else {
    load_train();
  }
  for (var block = parameters.first_block; block < parameters.end_block; block++) {
${visitBlock("train_point", plan, sources, data, sizeOf(loss))}
  }
  ${at(0)} = train_sum;
  ${at(1)} = train_rest;
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
