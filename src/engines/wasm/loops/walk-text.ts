import type { Walk } from "../../../loops/index.js";
import { type MemoryImage, vectorBytes } from "./memory-image.js";

/** An address: what is added up at run time, if anything, and a number that is known. */
export interface AddressText {
  readonly index: string;
  readonly offset: number;
}

const nowhere = "(i32.const 0)";

/** The address of the entry of a buffer. @param i a local that counts by 1. @param behind so many entries further on. */
export function walkText(walk: Walk, base: number, i: string, image: MemoryImage, behind = 0): AddressText {
  if (walk.kind === "even") {
    const address = {
      index: scaledText(i, walk.step * vectorBytes),
      offset: base + (walk.first + behind * walk.step) * vectorBytes,
    };
    return walk.step < 0 ? wrapped(address) : address;
  }
  const hasZeros = walk.entries.some((entry) => entry < 0);
  // Where there are zeros, addresses are whole ones: 0 is where zeros are.
  const table = image.table(
    walk.entries.map((entry) => (entry < 0 ? 0 : (hasZeros ? base : 0) + entry * vectorBytes)),
  );
  return {
    index: `(i32.load offset=${table + 4 * behind} ${scaledText(i, 4)})`,
    offset: hasZeros ? 0 : base,
  };
}

/** How far an index moves an address, of which the rest is known. Distances may be negative. */
export function distanceText(walk: Walk, i: string, image: MemoryImage): AddressText {
  if (walk.kind === "even") {
    return { index: scaledText(i, walk.step * vectorBytes), offset: walk.first * vectorBytes };
  }
  const table = image.table(walk.entries.map((entry) => entry * vectorBytes));
  return { index: `(i32.load offset=${table} ${scaledText(i, 4)})`, offset: 0 };
}

/** The same with nothing left to add to the index, which may be less than 0 until it is. */
export function wrapped({ index, offset }: AddressText): AddressText {
  return { index: `(i32.add ${index} (i32.const ${offset}))`, offset: 0 };
}

/** Whether any place of a walk is before where it begins. */
export function goesBack(walk: Walk): boolean {
  return walk.kind === "even" ? walk.step < 0 : walk.entries.some((entry) => entry < 0);
}

function scaledText(i: string, bytes: number): string {
  if (bytes === 0) {
    return nowhere;
  }
  const shift = Math.log2(bytes);
  return Number.isInteger(shift)
    ? `(i32.shl (local.get ${i}) (i32.const ${shift}))`
    : `(i32.mul (local.get ${i}) (i32.const ${bytes}))`;
}

/** Both, added up. */
export function sumText(one: string, other: string): string {
  return one === nowhere ? other : other === nowhere ? one : `(i32.add ${one} ${other})`;
}
