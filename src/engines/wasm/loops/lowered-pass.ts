import { type LoweredProgram, lowerToLoops, type OutputTarget } from "../../../loops/index.js";
import type { LaneTensor, PassTarget } from "../../../simulate/tensors/index.js";
import type { TensorProgram } from "../../../tensors/index.js";
import { type Arena, arenaOf } from "./arena.js";

/** A tensor with a place in memory; of a weight also how far it has gone, and where that begins. */
export interface TensorInPlace extends LaneTensor {
  readonly weight?: { readonly moved: number; readonly start: number };
}

/** A program as loops over buffers that are there, and others of its own. */
export interface LoweredPass {
  readonly program: TensorProgram;
  readonly lowered: LoweredProgram;
  /** Where each buffer is that is there: tensors, and how far weights have gone. */
  readonly given: readonly number[];
  readonly arena: Arena;
}

/** @param at where a tensor is. @throws RangeError for a program that is not written as loops. */
export function loweredPass<T extends TensorInPlace>(
  program: TensorProgram,
  inputs: readonly (T | undefined)[],
  targets: readonly PassTarget<T>[],
  at: (tensor: T) => number,
): LoweredPass {
  const given: number[] = [];
  const sizes: number[] = [];
  const bufferAt = (place: number, length: number): number => {
    const known = given.indexOf(place);
    if (known >= 0) {
      return known;
    }
    sizes.push(length);
    return given.push(place) - 1;
  };
  const buffers = inputs.map((input) => (input === undefined ? -1 : bufferAt(at(input), input.length)));
  const goes = targets.map((target): OutputTarget => {
    if (target.kind === "add") {
      return { kind: "add", buffer: bufferAt(at(target.sum), target.sum.length), factor: 1 };
    }
    const { length, weight } = target.weight;
    return {
      kind: "descend",
      weight: bufferAt(at(target.weight), length),
      moved: bufferAt(weight!.moved, length),
      start: weight!.start,
      factor: target.share,
    };
  });
  const outputs = program.outputs.map((_, output) => goes[output]);
  const lowered = lowerToLoops(program, sizes, buffers, outputs);
  const kept = lowered.outputs.filter((buffer) => buffer !== undefined);
  return { program, lowered, given, arena: arenaOf(lowered, given.length, kept) };
}
