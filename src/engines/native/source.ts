import { bitsOfDouble } from "../../compile/double-bits.js";
import { machineFuses } from "../../compile/fused.js";
import { noiseWord } from "../../compile/streams.js";
import { type AnyPlan, isOfTensors } from "../../simulate/any-plan.js";
import { isMeasured, isPaired } from "../../simulate/column.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import { addressesOf } from "../wasm/addresses.js";
import { fillMemory } from "../wasm/fill.js";
import { ConstantPool } from "../wasm/text.js";
import { descendTexts } from "./descend-text.js";
import { drawText, philoxText, shuffleText } from "./draw-text.js";
import { driverText, fromProgram, greeting, redoneTogether, toProgram, trialsText } from "./driver-text.js";
import { headerNames, headerOf } from "./header.js";
import type { KernelSource } from "./kernel-source.js";
import { tensorKernelSource } from "./loops/kernel-source.js";
import { singleText } from "./loops/single-text.js";
import type { VectorWidth } from "./machine-text.js";
import { machineText } from "./machine-text.js";
import { measureText } from "./measure-text.js";
import { type Shape, shapeOf } from "./shape.js";
import { sumsText } from "./sums-text.js";

/** A program in C and the data of the kernels in it. */
export interface ProgramSource {
  readonly text: string;
  readonly kernels: readonly Omit<KernelSource, "text">[];
}

/**
 * The program that simulates trials of a plan, or of a difference of two. Its text is made of the plans' programs and of no text; what
 * hangs on the rate, the seed and the number of points is data wherever that changes no program.
 */
export function programSource(
  plans: readonly AnyPlan[],
  width: VectorWidth,
  lanes: number,
  seed: bigint,
): ProgramSource {
  const kernels = plans.map((plan, index) =>
    isOfTensors(plan)
      ? tensorKernelSource(plan, width, index, seed)
      : kernelSource(plan, shapeOf(plan, width, lanes), index, seed),
  );
  const text = [
    machineText(width),
    ...(plans.some(isOfTensors) ? [singleText(width, machineFuses())] : []),
    `#define LANES ${lanes}`,
    definitions,
    sumsText,
    philoxText,
    trialsText,
    ...kernels.map((kernel) => kernel.text),
    `static const struct kernel *const kernels[] = {${plans.map((_, index) => `&k${index}_kernel`).join(", ")}};`,
    `static const int headers[] = {${kernels.map(({ header }) => header.length).join(", ")}};`,
    `#define SIDES ${plans.length}`,
    remakeText(plans[0]!),
    driverText,
  ].join("\n");
  return { text: `${text}\n`, kernels };
}

const definitions = [
  ...headerNames.map((name, index) => `#define H_${name.toUpperCase()} ${index}`),
  "#define KEY(round, half) (*(const uint32_t *)(keys + 32 * (round) + 16 * (half)))",
  `#define REDONE ${redoneTogether}`,
  `enum { LOAD = ${toProgram.load}, RUN = ${toProgram.run}, STOP = ${toProgram.stop} };`,
  `enum { HELLO = ${fromProgram.hello}, LOADED = ${fromProgram.loaded}, DONE = ${fromProgram.done}, ALIVE = ${fromProgram.alive}, FAILED = ${fromProgram.failed} };`,
  `#define GREETING "${greeting}"`,
].join("\n");

function kernelSource(plan: SimulationPlan, shape: Shape, index: number, seed: bigint): KernelSource {
  const addresses = addressesOf(plan, shape.lanes);
  const pool = new ConstantPool(0);
  const texts = [
    ...(plan.data > 0 ? [drawText(plan, shape, pool)] : []),
    ...(plan.reshuffled ? [shuffleText(plan, shape)] : []),
    ...descendTexts(plan, shape, pool),
    measureText(plan, shape, pool),
  ];
  const numbers = (name: string, all: readonly number[]) =>
    `static const int NAME${name}[] = {${all.join(", ")}};`;
  const isChecked = ({ isExpectation }: SimulationPlan["columns"][number]) =>
    plan.check !== undefined && isExpectation ? 1 : 0;
  const parts = [
    numbers("checks", plan.columns.map(isChecked)),
    numbers(
      "centers",
      plan.columns.map(({ center }) => pool.address(...bitsOfDouble(center))),
    ),
    `static const struct kernel NAMEkernel = {${[
      plan.data > 0 ? "NAMEdraw" : "0",
      plan.reshuffled ? "NAMEshuffle" : "0",
      "0",
      "NAMEdescend",
      plan.later === undefined ? "0" : "NAMElater",
      "NAMEmeasure",
      plan.stored ? 1 : 0,
      plan.check === undefined ? 0 : 1,
      plan.columns.length,
      plan.data,
      plan.sources.length,
      8 * (plan.steps?.width ?? 0),
      shape.descended * shape.width,
      plan.states.length,
      "NAMEchecks",
      "NAMEcenters",
    ].join(", ")}};`,
  ];
  const text = [...texts, ...parts].join("\n").replaceAll(/\bNAME(?=[a-z])/g, `k${index}_`);
  const buffer = Math.ceil((addresses.constants + pool.end) / 64) * 64;
  const image = new ArrayBuffer(buffer);
  fillMemory(image, addresses, pool.words, plan, seed);
  plan.states.forEach(({ start }, register) => {
    new Float64Array(image, addresses.states + register * shape.lanes * 8, shape.lanes).fill(start);
  });
  const noise = plan.drawsNoise ? noiseWord(0) : 0;
  return {
    text,
    header: headerOf(plan, addresses, buffer, noise, 0),
    image: new Uint8Array(image),
    shared: new Uint8Array(),
  };
}

/** Columns that are made of others are made anew of what is left of those in a difference. */
function remakeText({ columns }: AnyPlan): string {
  const at = (place: number) => `c[(int64_t)${place} * COLUMN + i]`;
  const product = ([one, other]: readonly [number, number]) => `${at(one)} * ${at(other)}`;
  const cases = columns.flatMap((column, index) => {
    if (isMeasured(column)) {
      return [];
    }
    const added = isPaired(column) && column.added !== undefined ? [at(column.added)] : [];
    const value = isPaired(column)
      ? [...column.pairs.map(product), ...added].reduce((sum, one) => `(${sum} + ${one})`, "0.0")
      : product(column.product);
    return [`case ${index}: for (int64_t i = 0; i < count; i++) ${at(index)} = ${value}; break;`];
  });
  return `static const int MADE[] = {${columns.map((column) => (isMeasured(column) ? 0 : 1)).join(", ")}};
static void remake(double *c, int index, int64_t count) {
(void)c; (void)count;
switch (index) {
${cases.join("\n")}
}
}`;
}
