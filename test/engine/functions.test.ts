/** Elementary functions as kernels compute them, in WebAssembly and in C: the bits that their instructions are measured by. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { elementary } from "../../src/compile/elementary.js";
import { fuseProducts, machineFuses } from "../../src/compile/fused.js";
import { Interpreter } from "../../src/compile/interpreter.js";
import { finishProgram, ProgramBuilder } from "../../src/compile/program.js";
import { functionAccuracy } from "../../src/engines/accuracy.js";
import { compile, findCompiler } from "../../src/engines/native/compiler.js";
import { bodyText as bodyInC } from "../../src/engines/native/loops/body-text.js";
import { singleText } from "../../src/engines/native/loops/single-text.js";
import { machineText, type VectorWidth } from "../../src/engines/native/machine-text.js";
import { assemble } from "../../src/engines/wasm/assembler.js";
import { WasmKernel } from "../../src/engines/wasm/kernel.js";
import { bodyText, fusedTextOf } from "../../src/engines/wasm/loops/body-text.js";
import { MemoryImage } from "../../src/engines/wasm/loops/memory-image.js";
import { buildKernelModule } from "../../src/engines/wasm/module.js";
import { type ElementaryFunction, elementaryFunctions, type Landscape } from "../../src/landscape/index.js";
import { Body, entrywise } from "../../src/loops/index.js";
import { fusePlan } from "../../src/simulate/fuse-plan.js";
import { simulateTrials } from "../../src/simulate/kernel.js";
import { planSimulation } from "../../src/simulate/plan.js";
import type { EntrywiseFunction } from "../../src/tensors/index.js";
import { doublesOf } from "../unit/engines/doubles.js";
import { exactly, missFrom } from "../unit/landscape/exact-values.js";
import { evaluateBody } from "../unit/loops/evaluate-body.js";
import { lacksCompiler, ownFolder, titled } from "./native-machine.js";
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

test.each(elementaryFunctions)("%s in double precision", async (name) => {
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

/** Functions of single precision, each a loop over vectors from one address to another, which writes behind them. */
async function singleFunctions(names: readonly EntrywiseFunction[], fused: boolean, xs: Float32Array) {
  const image = new MemoryImage();
  const functions = names.map((name) => {
    const body = new Body();
    const result = entrywise(body, name, body.load(0));
    const load = "(v128.load (local.get $at))";
    const text = bodyText(body.instructions, [load], image, "$v", fusedTextOf(fused));
    return `(func (export "${name}") (param $at i32) (param $end i32) (param $to i32)
${text.locals.map((local) => `(local ${local} v128)`).join(" ")}
(loop $next
${text.statements.join("\n")}
(v128.store (local.get $to) ${text.values[result]})
(local.set $to (i32.add (local.get $to) (i32.const 16)))
(br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end)))))`;
  });
  const at = image.vectors(xs.length / 4);
  const to = image.vectors(xs.length / 4);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(image.length / 65536) });
  image.fill(memory.buffer);
  new Float32Array(memory.buffer, at, xs.length).set(xs);
  const text = `(module (import "host" "memory" (memory 1)) ${functions.join("\n")})`;
  const { instance } = await WebAssembly.instantiate(await assemble(text), { host: { memory } });
  return (name: EntrywiseFunction): Float32Array => {
    (instance.exports[name] as (at: number, end: number, to: number) => void)(at, at + 4 * xs.length, to);
    return new Float32Array(memory.buffer.slice(to, to + 4 * xs.length));
  };
}

test.each(machineFuses() ? ([true, false] as const) : ([false] as const))(
  "in single precision have the bits of their instructions in WebAssembly, products and sums joined: %s",
  async (fused) => {
    const xs = manyNumbers(6000);
    const valuesOf = await singleFunctions(names, fused, xs);
    for (const name of names) {
      expect(bitsOf(valuesOf(name)), name).toEqual(bitsOf(valuesByInstructions(name, xs, fused)));
    }
  },
);

/** A program that answers numbers of single precision with each function's values of them, one function after the other. */
function programText(names: readonly EntrywiseFunction[], width: VectorWidth, count: number): string {
  const functions = names.map((name) => {
    const body = new Body();
    const result = entrywise(body, name, body.load(0));
    const { statements, values } = bodyInC(body.instructions, ["in[i]"]);
    return `static __attribute__((noinline)) void apply_${name}(const F *in, F *out, int count) {
for (int i = 0; i < count; i++) { ${statements.join("\n")} out[i] = ${values[result]}; }
}`;
  });
  return `${machineText(width)}${singleText(width, machineFuses())}
#include <stdio.h>
${functions.join("\n")}
static F in[${count} / L], out[${count} / L];
int main(void) {
  if (fread(in, sizeof in, 1, stdin) != 1) return 1;
${names.map((name) => `  apply_${name}(in, out, ${count} / L); fwrite(out, sizeof out, 1, stdout);`).join("\n")}
  return 0;
}
`;
}

test.skipIf(lacksCompiler !== undefined)(
  titled("in single precision have the same bits in C, with vectors of any width"),
  async () => {
    const folder = ownFolder();
    try {
      const widest = await findCompiler();
      const xs = manyNumbers(2048);
      for (const width of new Set<VectorWidth>([2, widest.width])) {
        const compiler = await findCompiler({ width });
        const program = join(folder.path, `functions${width}`);
        await compile(compiler, programText(names, width, xs.length), program, {});
        const output = execFileSync(program, { input: new Uint8Array(xs.buffer), maxBuffer: 2 ** 24 });
        const values = new Float32Array(Uint8Array.from(output).buffer);
        names.forEach((name, place) => {
          const found = values.slice(place * xs.length, (place + 1) * xs.length);
          expect(bitsOf(found), `${name}, ${width}`).toEqual(
            bitsOf(valuesByInstructions(name, xs, machineFuses())),
          );
        });
      }
    } finally {
      folder.remove();
    }
  },
);

const names: readonly EntrywiseFunction[] = [...elementaryFunctions, "tanhSlope"];

/** Numbers of all kinds, the same ones each time. */
function manyNumbers(count: number): Float32Array<ArrayBuffer> {
  const words = Uint32Array.from({ length: count }, (_, k) => Math.imul(k, 715_827_883));
  words.set([0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 1, 0x3f800000]);
  return new Float32Array(words.buffer);
}

function valuesByInstructions(name: EntrywiseFunction, xs: Float32Array, fused: boolean): Float32Array {
  const body = new Body();
  return evaluateBody(body, entrywise(body, name, body.load(0)), [xs], fused ? "once" : "twice");
}

/** Bits of numbers; what is none is alike. */
const bitsOf = (values: Float32Array): Uint32Array =>
  new Uint32Array(values.map((value) => (Number.isNaN(value) ? Number.NaN : value)).buffer);
