import { type LoweredProgram, lowerToLoops, type OutputTarget } from "../../../loops/index.js";
import type {
  KnownRows,
  LaneArithmetic,
  LaneNumbers,
  LanePass,
  PassTarget,
} from "../../../simulate/tensors/index.js";
import { sizeOf, type TensorProgram } from "../../../tensors/index.js";
import { type Arena, arenaOf } from "./arena.js";
import { fusedTextOf } from "./body-text.js";
import { commonText } from "./common-text.js";
import { LoopText } from "./loop-text.js";
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

interface Planned {
  readonly program: TensorProgram;
  readonly lowered: LoweredProgram;
  /** Of the buffers that are there: each a tensor, or how far a weight has moved. */
  readonly given: readonly number[];
  readonly arena: Arena;
}

/** Hears which tensors and programs a kernel makes, and writes a module for them. It carries nothing out. */
export class PlannedLanes implements LaneArithmetic<PlacedTensor> {
  readonly lanes = 4;
  private readonly image = new MemoryImage();
  private readonly tensors: PlacedTensor[] = [];
  private readonly passes: Planned[] = [];

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
    const given: number[] = [];
    const sizes: number[] = [];
    const bufferAt = (address: number, length: number): number => {
      const known = given.indexOf(address);
      if (known >= 0) {
        return known;
      }
      sizes.push(length);
      return given.push(address) - 1;
    };
    const buffers = inputs.map((input) => (input === undefined ? -1 : bufferAt(input.address, input.length)));
    const goes = targets.map((target): OutputTarget => {
      if (target.kind === "add") {
        return { kind: "add", buffer: bufferAt(target.sum.address, target.sum.length), factor: 1 };
      }
      const { address, length, weight } = target.weight;
      return {
        kind: "descend",
        weight: bufferAt(address, length),
        moved: bufferAt(weight!.moved, length),
        start: weight!.start,
        factor: target.share,
      };
    });
    const lowered = lowerToLoops(
      program,
      sizes,
      buffers,
      program.outputs.map((_, output) => goes[output]),
    );
    const kept = lowered.outputs.filter((buffer) => buffer !== undefined);
    this.passes.push({ program, lowered, given, arena: arenaOf(lowered, given.length, kept) });
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
  addNumber(): void {}
  addProduct(): void {}
  putRow(): void {}
  put(): void {}
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
