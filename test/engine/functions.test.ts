/** Elementary functions as kernels compute them in WebAssembly: the bits that their instructions are measured by. */
import { expect, test } from "vitest";
import { elementary } from "../../src/compile/elementary.js";
import { fuseProducts, machineFuses } from "../../src/compile/fused.js";
import { Interpreter } from "../../src/compile/interpreter.js";
import { finishProgram, ProgramBuilder } from "../../src/compile/program.js";
import { functionAccuracy } from "../../src/engines/accuracy.js";
import { WasmKernel } from "../../src/engines/wasm/kernel.js";
import { buildKernelModule } from "../../src/engines/wasm/module.js";
import { type ElementaryFunction, elementaryFunctions, type Landscape } from "../../src/landscape/index.js";
import { fusePlan } from "../../src/simulate/fuse-plan.js";
import { simulateTrials } from "../../src/simulate/kernel.js";
import { planSimulation } from "../../src/simulate/plan.js";
import { doublesOf } from "../unit/engines/doubles.js";
import { exactly, missFrom } from "../unit/landscape/exact-values.js";
import { call, product, requestOf, sgd, sum, symbol } from "./simulate-landscapes.js";

/** Where a function has finite values of no extreme size. */
function isInside(name: ElementaryFunction, x: number): boolean {
  const size = Math.abs(x);
  switch (name) {
    case "log":
    case "log2":
    case "log10":
    case "sqrt":
      return x > 0;
    case "log1p":
      return x > -1;
    case "asin":
    case "acos":
    case "atanh":
      return size < 1;
    case "acosh":
      return x >= 1;
    case "exp":
    case "expm1":
    case "sinh":
    case "cosh":
    case "sigmoid":
    case "softplus":
      return size < 200;
    default:
      return true;
  }
}

const trials = 256;

/** One step of `l = u f(x) + v x` from 0 at rate 1: what each trial's weights are, but for their signs, is a value and its argument. */
async function pairsOf(
  name: ElementaryFunction,
  points: readonly number[],
): Promise<(readonly [number, number])[]> {
  const landscape: Landscape = {
    name: "values",
    weights: [
      { name: "u", start: 0 },
      { name: "v", start: 0 },
    ],
    data: [{ kind: "rows", names: ["x"], values: points }],
    loss: sum(product(symbol("u"), call(name, symbol("x"))), product(symbol("v"), symbol("x"))),
  };
  const request = requestOf(landscape, sgd(1), {
    observables: [{ name: "displacement", weights: [0, 1] }],
    eta: 1,
    trials,
  });
  const plain = planSimulation(request);
  const plan = machineFuses() ? fusePlan(plain) : plain;
  const kernel = new WasmKernel(await buildKernelModule(plan, trials), plan, request.seed);
  simulateTrials(kernel, plan, 0, request.trials, () => false);
  const [values, places] = [0, 1].map((column) => kernel.values(column, 0, trials));
  return values!.map((value, trial) => [0 - value, 0 - places![trial]!] as const);
}

test.each(elementaryFunctions)("%s", async (name) => {
  const points = doublesOf(name).filter((x) => Math.abs(x) < 1e6 && Math.abs(x) > 1e-9 && isInside(name, x));
  const pairs = await pairsOf(name, points);
  const builder = new ProgramBuilder();
  const program = finishProgram(builder, [elementary[name](builder, builder.input(0))], 1);
  const interpreter = new Interpreter(machineFuses() ? fuseProducts(program) : program, pairs.length);
  interpreter.input(0)!.set(pairs.map(([, x]) => x));
  interpreter.run();
  expect(pairs.map(([value]) => value)).toEqual([...interpreter.output(0)].map((value) => value + 0));
  const judged = pairs.filter((_, place) => place % 8 === 0);
  const units = judged.map(([value, x]) => missFrom(exactly(name, x), value, "double"));
  expect(Math.max(...units)).toBeLessThanOrEqual(functionAccuracy[name].double!);
  expect(new Set(pairs.map(([, x]) => x)).size).toBeGreaterThan(60);
});
