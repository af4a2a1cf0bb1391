import { machineFuses } from "../../../compile/fused.js";
import {
  type MakeCarrier,
  operandsOf,
  sizeOf,
  type TensorCarrier,
  TensorInterpreter,
  type TensorProgram,
} from "../../../tensors/index.js";
import { type Assembler, loadAssembler } from "../assembler.js";
import { type PlacedTensor, PlannedLanes } from "./planned-lanes.js";

const pageBytes = 65_536;

const lanes = 4;

/** So many numbers the interpreter may hold at a time: 8 MiB. */
const mostNumbers = 2 ** 20;

/**
 * Carries programs out by loops in single precision, an item of a batch a lane. Numbers go in and come out as doubles. Each is compiled when it
 * is first run; those that are not written as loops, or are too large, are interpreted in doubles.
 * @param fuses whether the machine rounds a product and a sum at once.
 */
export function carriersInLoops(assembler: Assembler, fuses: boolean): MakeCarrier {
  return (program, varying, batch) => new LoopCarrier(assembler, fuses, program, varying, batch);
}

/** Those of this machine. */
export async function loadCarriers(): Promise<MakeCarrier> {
  return carriersInLoops(await loadAssembler(), machineFuses());
}

/** A program with a memory of its own. */
interface Compiled {
  readonly run: () => void;
  readonly singles: Float32Array;
  readonly inputs: readonly PlacedTensor[];
  readonly outputs: readonly PlacedTensor[];
}

class LoopCarrier implements TensorCarrier {
  readonly isSingle = true;
  readonly varies: readonly boolean[];
  readonly numbers: number;
  private readonly isUsed: readonly boolean[];
  private carriedOutBy: Compiled | InterpretedInPieces | undefined;
  private found: readonly Float64Array[] | undefined;

  constructor(
    private readonly assembler: Assembler,
    private readonly fuses: boolean,
    private readonly program: TensorProgram,
    private readonly varying: readonly boolean[],
    private readonly batch: number,
  ) {
    const { instructions, outputs, inputs } = program;
    const all: boolean[] = [];
    const used = inputs.map(() => false);
    for (const instruction of instructions) {
      if (instruction.op === "input") {
        used[instruction.index] = true;
        all.push(varying[instruction.index]!);
      } else {
        all.push(operandsOf(instruction).some((operand) => all[operand]));
      }
    }
    this.isUsed = used;
    this.varies = outputs.map((output) => all[output]!);
    const sizes = [
      ...inputs.map((shape, input) => (used[input] && varying[input] ? sizeOf(shape) : 0)),
      ...outputs.map((output) => sizeOf(instructions[output]!.shape)),
    ];
    this.numbers = sizes.reduce((sum, size) => sum + size, 0);
  }

  run(inputs: readonly Float64Array[], items: number): readonly Float64Array[] {
    this.carriedOutBy ??= this.compiled() ?? new InterpretedInPieces(this.program, this.varying, this.batch);
    return this.carriedOutBy instanceof InterpretedInPieces
      ? this.carriedOutBy.run(inputs, items)
      : this.runLanes(this.carriedOutBy, inputs, items);
  }

  private runLanes(
    { run, singles, inputs: placed, outputs }: Compiled,
    inputs: readonly Float64Array[],
    items: number,
  ): Float64Array[] {
    const { varying, varies, isUsed } = this;
    // Of the same memory run after run.
    this.found ??= outputs.map(
      ({ length }, output) => new Float64Array(length * (varies[output] ? this.batch : 1)),
    );
    const { found } = this;
    placed.forEach((tensor, input) => {
      if (isUsed[input] && !varying[input]) {
        putAll(singles, tensor, inputs[input]!);
      }
    });
    for (let first = 0; first < items; first += lanes) {
      const here = Math.min(lanes, items - first);
      placed.forEach((tensor, input) => {
        if (isUsed[input] && varying[input]) {
          putItems(singles, tensor, inputs[input]!, first, here);
        }
      });
      run();
      outputs.forEach((tensor, output) => {
        if (varies[output] || first === 0) {
          takeItems(singles, tensor, found[output]!, first, varies[output] ? here : 1);
        }
      });
    }
    return found.map((values, output) =>
      varies[output] ? values.subarray(0, outputs[output]!.length * items) : values,
    );
  }

  private compiled(): Compiled | undefined {
    const { program, isUsed, fuses } = this;
    const planned = new PlannedLanes();
    const inputs = program.inputs.map((shape, input) => planned.tensor(isUsed[input] ? sizeOf(shape) : 0));
    try {
      planned.pass(program, inputs);
      const { text, image, passes } = planned.finished(fuses);
      const memory = new WebAssembly.Memory({
        initial: Math.ceil((image.length + 64) / pageBytes),
        maximum: pageBytes,
      });
      image.fill(memory.buffer);
      const module = new WebAssembly.Module(this.assembler(text));
      const { exports } = new WebAssembly.Instance(module, { host: { memory } });
      const [{ name, outputs }] = passes as [(typeof passes)[number]];
      return {
        run: exports[name] as () => void,
        singles: new Float32Array(memory.buffer),
        inputs,
        outputs: outputs.map((output) => output!),
      };
    } catch (error) {
      if (error instanceof RangeError) {
        return undefined;
      }
      throw error;
    }
  }
}

/** What is not written as loops, in doubles: the interpreter holds far more numbers an item than loops do, and takes fewer at a time. */
class InterpretedInPieces {
  private readonly interpreter: TensorInterpreter;
  private readonly most: number;

  /** @throws TensorSizeError when one item would take too much memory. */
  constructor(
    program: TensorProgram,
    private readonly varying: readonly boolean[],
    batch: number,
  ) {
    const { numbers } = new TensorInterpreter(program, varying, 1);
    this.most = Math.max(1, Math.min(batch, Math.floor(mostNumbers / Math.max(1, numbers))));
    this.interpreter = new TensorInterpreter(program, varying, this.most);
  }

  run(inputs: readonly Float64Array[], items: number): readonly Float64Array[] {
    const { interpreter, varying, most } = this;
    const found: Float64Array[] = [];
    for (let first = 0; first < items; first += most) {
      const here = Math.min(most, items - first);
      const own = inputs.map((values, input) => {
        const size = values.length / items;
        return varying[input] ? values.subarray(first * size, (first + here) * size) : values;
      });
      interpreter.run(own, here).forEach((values, output) => {
        const size = values.length / (interpreter.varies[output] ? here : 1);
        found[output] ??= new Float64Array(interpreter.varies[output] ? items * size : size);
        found[output].set(values, interpreter.varies[output] ? first * size : 0);
      });
    }
    return found;
  }
}

/** The same entries in all lanes. */
function putAll(singles: Float32Array, { address, length }: PlacedTensor, values: Float64Array): void {
  const at = address / 4;
  for (let entry = 0; entry < length; entry++) {
    singles.fill(values[entry]!, at + lanes * entry, at + lanes * (entry + 1));
  }
}

/** An item's entries in each lane; lanes beyond them have the first one's. */
function putItems(
  singles: Float32Array,
  { address, length }: PlacedTensor,
  values: Float64Array,
  first: number,
  items: number,
): void {
  for (let lane = 0; lane < lanes; lane++) {
    const at = address / 4 + lane;
    const from = (first + (lane < items ? lane : 0)) * length;
    for (let entry = 0; entry < length; entry++) {
      singles[at + lanes * entry] = values[from + entry]!;
    }
  }
}

function takeItems(
  singles: Float32Array,
  { address, length }: PlacedTensor,
  found: Float64Array,
  first: number,
  items: number,
): void {
  for (let lane = 0; lane < items; lane++) {
    const at = address / 4 + lane;
    const to = (first + lane) * length;
    for (let entry = 0; entry < length; entry++) {
      found[to + entry] = singles[at + lanes * entry]!;
    }
  }
}
