import type wabt from "wabt";
import { SimulationError } from "../../compile/error.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import { type Addresses, addressesOf } from "./addresses.js";
import { collectFunctions } from "./collect.js";
import { descendFunctions, descendVectors } from "./descend.js";
import { drawFunction, lookUpFunctions, shuffleFunction } from "./draw.js";
import { measureFunctions } from "./measure.js";
import { ConstantPool } from "./text.js";

/** A compiled kernel and what its memory must hold; it can be posted to a worker. */
export interface KernelModule {
  readonly module: WebAssembly.Module;
  readonly addresses: Addresses;
  readonly constants: Uint32Array;
  /** Where the buffer of training data begins. */
  readonly buffer: number;
  /** Pairs of lanes that one call of `descend` takes. */
  readonly vectors: number;
}

type Assembler = Awaited<ReturnType<typeof wabt>>;

/** It takes long to read, which who does not simulate need not wait for. */
let assembler: Promise<Assembler> | undefined;

/** The kernel's text, in WebAssembly's text format. */
export function kernelText(plan: SimulationPlan, addresses: Addresses, pool: ConstantPool): string {
  return `(module
(import "host" "memory" (memory 1 65536))
(import "host" "elementary" (func $elementary (param i32) (param f64) (result f64)))
${[
  collectFunctions,
  ...lookUpFunctions(plan, addresses),
  ...(plan.data > 0 ? [drawFunction(plan, addresses, pool)] : []),
  shuffleFunction(plan, addresses),
  ...descendFunctions(plan, addresses, pool),
  ...measureFunctions(plan, addresses, pool),
].join("\n")})`;
}

/**
 * Generates, assembles and compiles a plan's kernel. Compiled kernels are kept in `known` under their
 * text; kernels of one text may still differ in their constants.
 */
export async function buildKernelModule(
  plan: SimulationPlan,
  lanes: number,
  known: Map<string, WebAssembly.Module>,
): Promise<KernelModule> {
  const addresses = addressesOf(plan, lanes);
  const pool = new ConstantPool(addresses.constants);
  const text = kernelText(plan, addresses, pool);
  let module = known.get(text);
  if (module === undefined) {
    try {
      module = await WebAssembly.compile(await assemble(text));
    } catch (error) {
      const operations = plan.descent.instructions.length;
      throw new SimulationError(
        `a kernel of ${operations} operations cannot be compiled; use fewer weights or a shorter loss`,
        { cause: error },
      );
    }
    known.set(text, module);
  }
  return {
    module,
    addresses,
    constants: pool.words,
    buffer: Math.ceil(pool.end / 64) * 64,
    vectors: descendVectors(plan, lanes),
  };
}

async function assemble(text: string): Promise<Uint8Array<ArrayBuffer>> {
  assembler ??= import("wabt").then(({ default: load }) => load());
  const parsed = (await assembler).parseWat("kernel.wat", text, { simd: true, relaxed_simd: true });
  try {
    return new Uint8Array(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}
