import {
  HostLanes,
  type LaneArithmetic,
  type LaneNumbers,
  type LanePass,
  type Share,
  shareIn,
} from "../../../simulate/tensors/index.js";
import type { TensorProgram } from "../../../tensors/index.js";
import type { CommonExports } from "./common-text.js";
import type { LanesModule } from "./module.js";
import type { PlacedTensor } from "./planned-lanes.js";

const pageBytes = 65_536;

/** Rows of fewer entries are put in their lanes one by one: they are copied no sooner. */
const fewestTurned = 16;

/** Trials in single precision, four side by side, by a module that was written for the plan. */
export class WasmLanes extends HostLanes<PlacedTensor> implements LaneArithmetic<PlacedTensor> {
  private readonly exports: CommonExports & Readonly<Record<string, () => void>>;
  private readonly singles: Float32Array;
  private readonly bytes: Uint8Array;
  private tensors = 0;
  private passes = 0;

  constructor(private readonly module: LanesModule) {
    super(4);
    // The last vector is for what is told of all lanes.
    const memory = new WebAssembly.Memory({
      initial: Math.ceil((module.bytes + 64) / pageBytes),
      maximum: pageBytes,
    });
    for (const { at, bytes } of module.filled) {
      new Uint8Array(memory.buffer).set(bytes, at);
    }
    const { exports } = new WebAssembly.Instance(module.module, { host: { memory } });
    this.exports = exports as unknown as CommonExports & Readonly<Record<string, () => void>>;
    this.singles = new Float32Array(memory.buffer);
    this.bytes = new Uint8Array(memory.buffer);
  }

  tensor(length: number): PlacedTensor {
    const tensor = this.module.tensors[this.tensors++];
    if (tensor?.length !== length) {
      throw new Error("the module is not this plan's");
    }
    return tensor;
  }

  shared(length: number): PlacedTensor {
    return this.tensor(length);
  }

  weight({ length }: Float64Array): PlacedTensor {
    return this.tensor(length);
  }

  pass(_program: TensorProgram): LanePass<PlacedTensor> {
    const { name, outputs } = this.module.passes[this.passes++]!;
    return { outputs, run: this.exports[name]! };
  }

  clear({ address, length }: PlacedTensor): void {
    this.exports.clear(address, length);
  }

  restart({ address, length, weight }: PlacedTensor): void {
    this.exports.restart(address, weight!.moved, weight!.start, length);
  }

  descend({ address, length, weight }: PlacedTensor, along: PlacedTensor, share: number): void {
    this.exports.descend(address, weight!.moved, weight!.start, along.address, length, share);
  }

  add(sum: PlacedTensor, value: PlacedTensor, share: number): void {
    this.exports.add(sum.address, value.address, sum.length, share);
  }

  scale(into: PlacedTensor, value: PlacedTensor, share: number): void {
    this.exports.scale(into.address, value.address, into.length, share);
  }

  distance(into: PlacedTensor, weight: PlacedTensor, place: PlacedTensor): void {
    this.exports.distance(into.address, weight.address, place.address, into.length);
  }

  addNumber({ values: sums }: LaneNumbers, { address }: PlacedTensor, share: Share): void {
    const at = address / 4;
    for (let lane = 0; lane < 4; lane++) {
      sums[lane]! += shareIn(share, lane) * this.singles[at + lane]!;
    }
  }

  addProduct(
    { values: sums }: LaneNumbers,
    { address, length }: PlacedTensor,
    vector: Float64Array,
    share: number,
  ): void {
    const at = address / 4;
    for (let lane = 0; lane < 4; lane++) {
      let sum = 0;
      for (let entry = 0; entry < length; entry++) {
        sum += vector[entry]! * this.singles[at + 4 * entry + lane]!;
      }
      sums[lane]! += share * sum;
    }
  }

  areFinite(tensors: readonly PlacedTensor[]): readonly boolean[] {
    const told = Math.ceil(this.module.bytes / 16) * 16;
    const are = [true, true, true, true];
    for (const { address, length } of tensors) {
      this.exports.spread(address, length, told);
      are.forEach((isSo, lane) => {
        are[lane] = isSo && this.singles[told / 4 + lane] === 0;
      });
    }
    return are;
  }

  moved({ weight }: PlacedTensor, lane: number, entry: number): number {
    return this.singles[weight!.moved / 4 + 4 * entry + lane]!;
  }

  read({ address }: PlacedTensor, lane: number, entry: number): number {
    return this.singles[address / 4 + 4 * entry + lane]!;
  }

  putRow(tensor: PlacedTensor, lane: number, values: ArrayLike<number>, first: number): void {
    const { singles } = this;
    const at = tensor.address / 4 + lane;
    for (let entry = 0; entry < tensor.length; entry++) {
      singles[at + 4 * entry] = values[first + entry]!;
    }
  }

  protected override putRows(
    tensor: PlacedTensor,
    values: ArrayLike<number>,
    size: number,
    rows: Float64Array,
  ): void {
    const own =
      values instanceof Uint8Array ? this.bytes : values instanceof Float32Array ? this.singles : undefined;
    if (own === undefined || size < fewestTurned) {
      super.putRows(tensor, values, size, rows);
      return;
    }
    const { exports, module } = this;
    const apart = Math.ceil(size / 4) * 4;
    const first = module.rows / own.BYTES_PER_ELEMENT;
    for (let lane = 0; lane < rows.length; lane++) {
      const row = rows[lane]!;
      own.set((values as Uint8Array).subarray(row * size, (row + 1) * size), first + lane * apart);
    }
    const whole = size - (size % 4);
    const turn = own === this.bytes ? exports.turnBytes : exports.turnSingles;
    turn(module.rows, apart * own.BYTES_PER_ELEMENT, tensor.address, whole);
    for (let entry = whole; entry < size; entry++) {
      rows.forEach((row, lane) => {
        this.put(tensor, lane, entry, values[row * size + entry]!);
      });
    }
  }

  /** The same in all lanes. */
  putShared(tensor: PlacedTensor, values: ArrayLike<number>): void {
    for (let lane = 0; lane < 4; lane++) {
      this.putRow(tensor, lane, values, 0);
    }
  }

  put({ address }: PlacedTensor, lane: number, entry: number, value: number): void {
    this.singles[address / 4 + 4 * entry + lane] = value;
  }
}
