import { SimulationError } from "../../compile/error.js";
import { keyOfSeed } from "../../compile/philox.js";
import type { ShaderJob } from "../../device/index.js";
import type { Landscape } from "../../landscape/index.js";
import { processor } from "../../runs/backends.js";
import { foundOf, productsOf } from "../../simulate/column.js";
import { planSimulation, type SimulationPlan } from "../../simulate/plan.js";
import type { SimulationRequest } from "../../simulate/request.js";
import { drawText, Table } from "./draw-text.js";
import { libraryText } from "./library.js";
import { meansOf, measuring } from "./measure-text.js";
import { literal, split } from "./numbers.js";
import { type ProgramText, programText, sizeOf } from "./program-text.js";
import { reduceText } from "./reduce-text.js";
import { blockWords, range, visitBlock } from "./visit-text.js";

/** A block's points are numbered in 32 bits. */
const mostPoints = 2 ** 32 - 4;

/** About how many operations a register is updated with, where code must not grow. */
const updateSize = 5;

/**
 * A request as a shader. One invocation simulates one trial: its state stays in registers for a dispatch, data are
 * drawn where they are used. A register of the state is kept in two numbers of single precision, so that steps which are
 * small beside it are not lost; programs see the first.
 *
 * A trial's numbers between dispatches are, one after the other: weights, what they miss, the state's other registers, what
 * those miss, sums of the batch under way, and the sum of train losses, and of each of their orders, with what it misses.
 * @throws SimulationError when the request is wrong, or has numbers that single precision does not reach.
 */
export function shaderOf(request: SimulationRequest): ShaderJob {
  return shaderOfPlan(planSimulation(request, "calls"), request);
}

/** A plan with calls as a shader; it has no programs for later passes, and no step constants. */
export function shaderOfPlan(
  plan: SimulationPlan,
  { landscape, seed }: { readonly landscape: Landscape; readonly seed: bigint | number },
): ShaderJob {
  if (plan.points > mostPoints) {
    throw new SimulationError(`N = ${plan.points} is too large for a GPU; use --backend ${processor.name}`);
  }
  const columns = foundOf(plan.columns);
  const products = productsOf(plan.columns).map(({ product: [one, other] }): [number, number] => [
    one,
    other,
  ]);
  const table = new Table();
  const draw = drawText(landscape, table);
  const means = meansOf(plan).length;
  const calls = new Set<string>(["exactly", "is_finite", "philox", "high_product", ...draw.calls]);
  const parts = [
    frame(plan),
    draw.functions,
    isKept(plan) ? storing(plan, draw.data) : "",
    descent(plan, draw.data, calls),
    measuring(
      plan,
      { sources: landscape.data.length, data: draw.data, first: statePlaces(plan) },
      table,
      calls,
    ),
    reduceText(columns.length, products),
  ];
  const blocks = Math.ceil(plan.points / 4);
  return {
    kind: "shader",
    code: [declarations, libraryText(calls), ...parts].join("\n"),
    table: table.words.length === 0 ? [0] : table.words,
    state: statePlaces(plan) + 2 * means,
    stored: isKept(plan) ? plan.points * plan.data : 0,
    columns: columns.length,
    products,
    blocks,
    descentBlocks: isKept(plan) ? 2 * blocks : blocks,
    epochs: plan.epochs,
    extraVisits: plan.sampled.reduce((sum, { count }) => sum + count, 0),
    checked: plan.check === undefined ? 0 : plan.weights,
    trainLoss: means > 0,
    seed: keyOfSeed(seed),
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

/** How many numbers a batch adds up. */
function sumsOf({ batch, descent }: SimulationPlan): number {
  return batch > 1 ? descent.outputs.length : 0;
}

/** How many of a trial's numbers come before the sums of its measurement. */
function statePlaces(plan: SimulationPlan): number {
  return 2 * plan.states.length + sumsOf(plan);
}

/** The state's registers, what they miss and the batch's sums, with how they are loaded and kept. */
function frame(plan: SimulationPlan): string {
  const registers = range(plan.states.length);
  const weights = registers.slice(0, plan.weights);
  const others = registers.slice(plan.weights);
  const start = (register: number) => split(plan.states[register]!.start);
  const numbers = [weights, others].flatMap((some) => [
    ...some.map((register) => ({ name: `w${register}`, first: start(register).high })),
    ...some.map((register) => ({ name: `rest${register}`, first: start(register).low })),
  ]);
  numbers.push(...range(sumsOf(plan)).map((sum) => ({ name: `sum${sum}`, first: 0 })));
  const names = numbers.map(({ name }) => name);
  const at = (place: number) => `state[${place}u * parameters.stride + trial]`;
  return `
${names.map((name) => `var<private> ${name}: f32;`).join("\n")}
fn begin_trial() {
${names.map((name, place) => `  ${name} = ${literal(numbers[place]!.first)};`).join("\n")}
}
fn load_trial() {
${names.map((name, place) => `  ${name} = ${at(place)};`).join("\n")}
}
fn keep_trial() {
${names.map((name, place) => `  ${at(place)} = ${name};`).join("\n")}
}`;
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
  const registers = range(plan.states.length).map((register) => `w${register}`);
  const inputs = [...registers, ...data.map((_, column) => `x${column}`)];
  const { statements, outputs, calls: called } = programText(program, inputs, "d");
  for (const name of called) {
    calls.add(name);
  }
  const parameters = data.map((_, column) => `x${column}: f32`).join(", ");
  const summed = batch > 1;
  const shares = outputs.map((output, register) =>
    summed ? `sum${register} += ${output};` : `let share${register} = ${output};`,
  );
  const taken = afterBatch(plan, registers, calls);
  const update = [
    ...taken.statements,
    ...taken.outputs.flatMap((output, register) => [
      `let step${register} = rest${register} - ${output};`,
      `let moved${register} = exactly(w${register} + step${register});`,
      `rest${register} = step${register} - exactly(moved${register} - w${register});`,
      `w${register} = moved${register};`,
    ]),
    ...range(sumsOf(plan)).map((sum) => `sum${sum} = 0f;`),
  ];
  const updated = summed
    ? ["left -= 1u;", `if (left == 0u) { left = ${batch}u; ${update.join(" ")} }`]
    : update;
  const kept = isKept(plan);
  const visiting = kept
    ? storedVisits(plan)
    : `    for (var block = first; block < end; block++) {
${visitBlock("descend_point", plan, sources.length, data, sizeOf(program) + updateSize * taken.outputs.length)}
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

/** Statements, and then what an update takes off each register. */
function afterBatch(
  { batch, descent, update }: SimulationPlan,
  registers: readonly string[],
  calls: Set<string>,
): Omit<ProgramText, "calls"> {
  const shares = descent.outputs.map((_, register) => `${batch > 1 ? "sum" : "share"}${register}`);
  if (batch === 1 || update === undefined) {
    return { statements: [], outputs: shares };
  }
  const text = programText(update, [...registers, ...shares], "u");
  for (const name of text.calls) {
    calls.add(name);
  }
  const taken = text.outputs.map((output, register) => `let taken${register} = ${output};`);
  return {
    statements: [...text.statements, ...taken],
    outputs: text.outputs.map((_, register) => `taken${register}`),
  };
}

function storedVisits({ points, data }: SimulationPlan): string {
  const values = range(data).map(
    (column) => `stored[(place * ${data}u + ${column}u) * parameters.stride + trial]`,
  );
  return `    for (var place = 4u * first; place < min(4u * end, ${points}u); place++) { descend_point(${values.join(", ")}); }`;
}
