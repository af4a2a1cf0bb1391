import type {
  KnownRows,
  LaneArithmetic,
  LaneNumbers,
  LanePass,
  PassTarget,
} from "../../../simulate/tensors/index.js";
import { sizeOf, type TensorProgram } from "../../../tensors/index.js";
import { fusedTextOf } from "./body-text.js";
import { commonText } from "./common-text.js";
import { LoopText } from "./loop-text.js";
import { type LoweredPass, loweredPass } from "./lowered-pass.js";
import { MemoryImage, vectorBytes } from "./memory-image.js";

/** Where a tensor of every lane is. */
export interface PlacedTensor {
  /** Entries. */
  readonly length: number;
  readonly address: number;
  /** Of a weight: how far it is from its start, and where that is, a number of single precision an entry. */
  readonly weight?: { readonly moved: number; readonly start: number };
}

/** A program of a module: the name of its function, and where its outputs are. */
export interface PlacedPass {
  readonly name: string;
  readonly outputs: readonly (PlacedTensor | undefined)[];
}

/** A module as text, and what its memory is. */
export interface PlannedModule {
  readonly text: string;
  readonly image: MemoryImage;
  readonly tensors: readonly PlacedTensor[];
  readonly passes: readonly PlacedPass[];
  /** Where four rows of a table may lie until they are turned into lanes. */
  readonly rows: number;
}

/** Hears which tensors and programs a kernel makes, and writes a module for them. It carries nothing out. */
export class PlannedLanes implements LaneArithmetic<PlacedTensor> {
  readonly lanes = 4;
  private readonly image = new MemoryImage();
  private readonly tensors: PlacedTensor[] = [];
  private readonly passes: LoweredPass[] = [];

  tensor(length: number): PlacedTensor {
    return this.place({ length, address: this.image.vectors(length) });
  }

  shared(length: number): PlacedTensor {
    return this.tensor(length);
  }

  weight(start: Float64Array): PlacedTensor {
    const address = this.image.vectors(start.length);
    const moved = this.image.vectors(start.length);
    return this.place({
      length: start.length,
      address,
      weight: { moved, start: this.image.numbers(start) },
    });
  }

  pass(
    program: TensorProgram,
    inputs: readonly (PlacedTensor | undefined)[],
    targets: readonly PassTarget<PlacedTensor>[] = [],
  ): LanePass<PlacedTensor> {
    const pass = loweredPass(program, inputs, targets, ({ address }) => address);
    const { lowered } = pass;
    this.passes.push(pass);
    return {
      outputs: lowered.outputs.map((buffer) =>
        buffer === undefined ? undefined : { length: 0, address: 0 },
      ),
      run() {},
    };
  }

  /** The module of all that was made. @param fuses whether the machine rounds a product and a sum at once. */
  finished(fuses: boolean): PlannedModule {
    const { image } = this;
    const fusedText = fusedTextOf(fuses);
    const first = image.vectors(Math.max(1, ...this.passes.map(({ arena }) => arena.size)));
    const texts: string[] = [];
    const passes = this.passes.map(({ program, lowered, given, arena }, place): PlacedPass => {
      const name = `pass${place}`;
      const addresses = lowered.sizes.map(
        (_, buffer) => given[buffer] ?? first + vectorBytes * (arena.places.get(buffer) ?? 0),
      );
      texts.push(new LoopText(addresses, image, fusedText).functionText(name, lowered.loops));
      const outputs = lowered.outputs.map((buffer, output) =>
        buffer === undefined
          ? undefined
          : {
              length: sizeOf(program.instructions[program.outputs[output]!]!.shape),
              address: addresses[buffer]!,
            },
      );
      return { name, outputs };
    });
    const text = `(module (import "host" "memory" (memory 1 65536))
${[commonText(fusedText), ...texts].join("\n")})`;
    const largest = Math.max(1, ...this.tensors.map(({ length }) => length));
    return { text, image, tensors: this.tensors, passes, rows: image.vectors(largest) };
  }

  numbers(): LaneNumbers {
    return { values: new Float64Array(0) };
  }

  knownRows(): KnownRows {
    return { values: new Float64Array(0) };
  }

  fill(): void {}
  addKnown(): void {}
  divide(): void {}
  addOfRow(): void {}
  loop(): void {}
  drawNext(): void {}
  takeRow(): void {}
  clear(): void {}
  restart(): void {}
  descend(): void {}
  add(): void {}
  scale(): void {}
  takePoint(): void {}
  distance(): void {}
  bend(): void {}
  addNumber(): void {}
  addProduct(): void {}
  addMissed(): void {}
  putShared(): void {}

  areFinite(): readonly boolean[] {
    return [];
  }

  moved(): number {
    return 0;
  }

  read(): number {
    return 0;
  }

  private place(tensor: PlacedTensor): PlacedTensor {
    this.tensors.push(tensor);
    return tensor;
  }
}
