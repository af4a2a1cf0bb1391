import { existsSync } from "node:fs";
import { machineFuses } from "../../../src/compile/fused.js";
import type { Engine } from "../../../src/engines/index.js";
import { findCompiler } from "../../../src/engines/native/compiler.js";
import { openNativeEngine } from "../../../src/engines/native/engine.js";
import { WasmKernel } from "../../../src/engines/wasm/kernel.js";
import { buildKernelModule } from "../../../src/engines/wasm/module.js";
import { openWebGpuEngine } from "../../../src/engines/webgpu/engine.js";
import { shaderOf } from "../../../src/engines/webgpu/shader.js";
import { type ElementaryFunction, elementaryFunctions } from "../../../src/landscape/expression.js";
import type { Expression, Landscape } from "../../../src/landscape/index.js";
import { fusePlan } from "../../../src/simulate/fuse-plan.js";
import type { SimulationRequest } from "../../../src/simulate/index.js";
import { simulateTrials } from "../../../src/simulate/kernel.js";
import { planSimulation } from "../../../src/simulate/plan.js";
import { TwinKernel } from "../../../src/simulate/twin.js";
import { within } from "../../engine/function-ranges.js";
import { roundingOf } from "../../engine/rounding.js";
import {
  call,
  divide,
  number,
  power,
  product,
  requestOf,
  sgd,
  sum,
  symbol,
} from "../../engine/simulate-landscapes.js";
import { softwareGpu } from "../../engine/software-gpu.js";
import type { Random } from "../../language/generated/random.js";
import { check, target } from "../target.js";

// Expressions of all that a loss may have, at random: the reference interpreter and WebAssembly say the same bits; so does a
// compiled program, now and then, where there is a compiler; a shader is within what single precision leaves, where there is a
// GPU, and its text is made in any case; and all are near the same expression in slow arithmetic of another kind.

interface Input {
  readonly several: readonly Expression[];
  readonly seed: number;
  /** Whether the dear ones have their turn. */
  readonly isCompiled: boolean;
  readonly isOnGpu: boolean;
}

function tree(random: Random, depth: number): Expression {
  const inner = (): Expression => tree(random, depth - 1);
  if (depth === 0 || random.chance(0.1)) {
    return random.chance(0.75) ? symbol(random.of(["x", "y"])) : number((random.below(1999) - 999) / 300);
  }
  return random.of<() => Expression>([
    () => ofFunction(random, random.of(elementaryFunctions), depth),
    () => ofFunction(random, random.of(elementaryFunctions), depth),
    () => sum(...random.several(2, 3, inner)),
    () => product(inner(), inner()),
    () => divide(inner(), sum(number(0.5), power(inner(), 2))),
    () => power(inner(), 2 + random.below(4)),
    () => power(sum(number(0.4), power(inner(), 2)), random.of([0.5, -0.5, 1.7, -2.3])),
    () => ({ kind: "negate", operand: inner() }),
  ])();
}

function ofFunction(random: Random, name: ElementaryFunction, depth: number): Expression {
  return call(name, within(name, tree(random, depth - 1)));
}

/** Expressions as the displacements of as many weights after one step; data are those of two more. */
function landscapeOf(several: readonly Expression[]): Landscape {
  const all = [...several, symbol("x"), symbol("y")];
  const weights = all.map((_, index) => ({ name: `w${index}`, start: 0 }));
  return {
    name: "expressions",
    weights,
    data: [
      { kind: "continuous", name: "x", distribution: "uniform", parameters: [-2, 2] },
      { kind: "continuous", name: "y", distribution: "normal", parameters: [0.3, 1] },
    ],
    loss: sum(...weights.map(({ name }, index) => product(symbol(name), all[index]!))),
  };
}

const trials = 8;
const lanes = 8;

async function kernelValues(request: SimulationRequest, kind: "js" | "wasm"): Promise<Float64Array[]> {
  const plain = planSimulation(request);
  const plan = machineFuses() ? fusePlan(plain) : plain;
  const kernel =
    kind === "js"
      ? new TwinKernel(plan, request.seed, lanes)
      : new WasmKernel(await buildKernelModule(plan, lanes), plan, request.seed);
  simulateTrials(kernel, plan, 0, trials, () => false);
  return plan.columns.map((_, column) => Float64Array.from(kernel.values(column, 0, trials)));
}

/** Beside what single precision leaves, double precision leaves so much; functions have their own few units. */
const double = 2 ** -29;

let folder = "";
let compiled: Engine | undefined;
let gpu: Engine | undefined;

export default target<Input>({
  outcomes: ["same bits"],
  rare: ["same bits, also compiled", "also on a GPU"],
  async begin(own) {
    folder = own;
    compiled = await findCompiler().then(
      () => openNativeEngine({ workers: 1, programs: folder }),
      () => undefined,
    );
    const isBuilt = existsSync(new URL("./gpu-device.js", import.meta.url));
    gpu = isBuilt && softwareGpu.lacks === undefined ? await openWebGpuEngine(softwareGpu) : undefined;
  },
  make(random) {
    return {
      several: random.several(1, 4, () => tree(random, 1 + random.below(3))),
      seed: random.below(2 ** 31),
      isCompiled: random.chance(1 / 200),
      isOnGpu: random.chance(1 / 400),
    };
  },
  async attempt({ several, seed, isCompiled, isOnGpu }) {
    const weights = [...several.keys(), several.length, several.length + 1];
    const observables = [{ name: "displacement" as const, weights }];
    const request = requestOf(landscapeOf(several), sgd(1), { eta: 1, trials, seed, observables });
    const [reference, wasm] = [await kernelValues(request, "js"), await kernelValues(request, "wasm")];
    check(
      JSON.stringify(reference.map((one) => [...one])) === JSON.stringify(wasm.map((one) => [...one])),
      `WebAssembly has other bits: ${JSON.stringify([reference, wasm].map((one) => one.map((c) => [...c])))}`,
    );
    check(shaderOf(request).code.includes("fn "), "the shader has no functions");
    const [xs, ys] = reference.slice(-2);
    for (let trial = 0; trial < trials; trial++) {
      const at = { x: -xs![trial]!, y: -ys![trial]! };
      several.forEach((expression, index) => {
        const { value, error } = roundingOf(expression, at);
        const miss = Math.abs(-reference[index]![trial]! - value);
        check(
          miss <= 4 * double * error + 1e-300,
          `${-reference[index]![trial]!} is off by ${miss} from ${value}, at ${at.x}, ${at.y}: ${JSON.stringify(expression)}`,
        );
      });
    }
    if (isCompiled && compiled !== undefined) {
      const columns = await compiled.trialValues(request);
      columns.forEach((column, index) => {
        check(
          Array.from(column).every((value, trial) => Object.is(value, reference[index]![trial])),
          "a compiled program has other bits",
        );
      });
      return "same bits, also compiled";
    }
    if (isOnGpu && gpu !== undefined) {
      const columns = await gpu.trialValues(request);
      for (let trial = 0; trial < trials; trial++) {
        const [x, y] = columns.slice(-2).map((column) => -column[trial]!) as [number, number];
        several.forEach((expression, index) => {
          const { value, error } = roundingOf(expression, { x, y });
          check(
            Math.abs(-columns[index]![trial]! - value) <= error + 1e-35,
            `a shader is off at ${x}, ${y}: ${JSON.stringify(expression)}`,
          );
        });
      }
      return "also on a GPU";
    }
    return "same bits";
  },
  show: (input) => JSON.stringify(input),
});
