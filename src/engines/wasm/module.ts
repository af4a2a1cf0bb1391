import { SimulationError } from "../../compile/error.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import { type Addresses, addressesOf } from "./addresses.js";
import { assemble } from "./assembler.js";
import { collectFunctions } from "./collect.js";
import { descendFunctions, descendVectors } from "./descend.js";
import { drawFunction, lookUpFunctions, shuffleFunction } from "./draw.js";
import { measureFunctions } from "./measure.js";
import { Recent } from "./recent.js";
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

/** Compiled kernels by their texts; kernels of one text may still differ in their constants. */
const compiled = new Recent<WebAssembly.Module>(32);

/** What draws data is most of a text, and the same for all rates, seeds and numbers of trials. */
const drawn = new Recent<{ readonly text: string; readonly pool: ConstantPool }>(16);

function drawOf(plan: SimulationPlan, addresses: Addresses): { text: string; pool: ConstantPool } {
  // All that the text is made of; tables are looked up by functions of their own.
  const programs = plan.sources.map(({ transform, firstColumn }) =>
    transform.kind === "program" ? { transform, firstColumn } : { kind: transform.kind, firstColumn },
  );
  const name = `${plan.data} ${JSON.stringify([addresses, programs])}`;
  let known = drawn.get(name);
  if (known === undefined) {
    const pool = new ConstantPool(addresses.constants);
    known = { text: plan.data > 0 ? drawFunction(plan, addresses, pool) : "", pool };
    drawn.set(name, known);
  }
  return { text: known.text, pool: known.pool.copy() };
}

/** The kernel's text, in WebAssembly's text format, and its constants. */
function kernelText(plan: SimulationPlan, addresses: Addresses): { text: string; pool: ConstantPool } {
  const { text: draw, pool } = drawOf(plan, addresses);
  const text = `(module
(import "host" "memory" (memory 1 65536))
(import "host" "elementary" (func $elementary (param i32) (param f64) (result f64)))
${[
  collectFunctions,
  ...lookUpFunctions(plan, addresses),
  draw,
  shuffleFunction(plan, addresses),
  ...descendFunctions(plan, addresses, pool),
  ...measureFunctions(plan, addresses, pool),
].join("\n")})`;
  return { text, pool };
}

/** Generates, assembles and compiles a plan's kernel; those that were compiled last are known. */
export async function buildKernelModule(plan: SimulationPlan, lanes: number): Promise<KernelModule> {
  const addresses = addressesOf(plan, lanes);
  const { text, pool } = kernelText(plan, addresses);
  let module = compiled.get(text);
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
    compiled.set(text, module);
  }
  return {
    module,
    addresses,
    constants: pool.words,
    buffer: Math.ceil(pool.end / 64) * 64,
    vectors: descendVectors(plan, lanes),
  };
}
