import { expect, test } from "vitest";
import { type Loop, lowerToLoops } from "../../../src/loops/index.js";
import { gradientProgram, type Shape, type TensorProgram } from "../../../src/tensors/index.js";
import { exactCase, expectAsInterpreted, type LoopCase, programOf, singles } from "./carry-out.js";

/** Which entry of a square image each tap of each window reads, a window a row, and how many windows go along a side. */
function windows(side: number, channels: number, taps: number, stride: number) {
  const along = Math.floor((side - taps) / stride) + 1;
  const table: number[] = [];
  for (let window = 0; window < along ** 2; window++) {
    for (let tap = 0; tap < taps ** 2; tap++) {
      const y = stride * Math.floor(window / along) + Math.floor(tap / taps);
      const x = stride * (window % along) + (tap % taps);
      for (let channel = 0; channel < channels; channel++) {
        table.push((y * side + x) * channels + channel);
      }
    }
  }
  return { along, table: Int32Array.from(table), shape: [along ** 2, taps ** 2 * channels] as const };
}

const shapesOf = (side: number): readonly Shape[] => [
  [9, 2],
  [18, 3],
  [side, side],
];

/** The loss of two convolutions with steps of 2. */
const lossOf = (side: number): TensorProgram =>
  programOf(shapesOf(side), (b, first, second, image) => {
    const below = windows(side, 1, 3, 2);
    const above = windows(below.along, 2, 3, 2);
    const hidden = b.call("tanh", b.matmul(b.gather(image!, below.table, below.shape), first!));
    const out = b.matmul(b.gather(hidden, above.table, above.shape), second!);
    return b.total(b.multiply(out, out));
  });

const gradientOf = (side: number): TensorProgram => {
  const whole = gradientProgram(lossOf(side), [0, 1]);
  return { ...whole, outputs: whole.outputs.slice(1) };
};

/** Of the first one's 4 by 4 positions the second one reads 3 by 3. */
const shapes = shapesOf(9);
const gradient = gradientOf(9);

function loopsOf(program: TensorProgram, given: readonly number[]): readonly Loop[] {
  const inputs = given.map((_, input) => input);
  return lowerToLoops(
    program,
    given,
    inputs,
    program.outputs.map(() => undefined),
  ).loops;
}

test("positions between the steps of a convolution are not worked out, nor are their slopes", () => {
  const loops = loopsOf(gradient, [18, 54, 81]);
  const products = loops.flatMap((loop) =>
    loop.kind === "product" ? [[loop.rows, loop.inner, loop.columns]] : [],
  );
  // Forward, the second one's inputs' slopes, and its weights' and the first one's, whichever comes first.
  expect(products).toContainEqual([9, 9, 2]);
  expect(products.filter(([rows, inner]) => rows === 9 && inner === 9)).toHaveLength(2);
  expect(products.flat()).not.toContain(16);
  const counts = loops.flatMap((loop) =>
    loop.kind === "entrywise" || loop.kind === "clear" ? [loop.count] : [],
  );
  expect(Math.max(...counts)).toBe(18);
});

test("what is left has the interpreter's numbers", async () => {
  const one: LoopCase = { name: "two convolutions", program: gradient, inputs: singles(shapes), off: 1e-6 };
  const goes = [
    { weight: 0, share: -0.25 },
    { weight: 1, share: -0.25 },
  ] as const;
  await expectAsInterpreted([one, { ...one, weights: 2, goes }, { ...one, goes: ["add", "add"] }]);
});

/** Of products of three rows by two columns which fall together at each of six places. */
const fallen = Int32Array.from([0, -1, -1, -1, 1, 2, 4, -1, 3, -1, 5, -1]);

test("entries that cannot be closed up stay, and zeros among them are zero", async () => {
  const given: readonly Shape[] = [[3, 4], [4, 2], [6]];
  const one = exactCase("places that are no sums of two when closed up", given, (b, x, y, z) => {
    const sums = b.sum(b.gather(b.matmul(x!, y!), fallen, [6, 2]), 1);
    return b.total(b.multiply(sums, z!));
  });
  await expectAsInterpreted([one]);
  const loops = loopsOf(one.program, [12, 8, 6]);
  expect(loops.flatMap((loop) => (loop.kind === "clear" ? [loop.count] : []))).toEqual([6]);
});

test("sums leave out what is zero, along an axis or one by one", async () => {
  const given: readonly Shape[] = [[8], [8]];
  const rest = (table: readonly number[]) =>
    exactCase(`${table}`, given, (b, x, y) => {
      const product = b.multiply(b.gather(b.multiply(x!, x!), Int32Array.from(table), [8]), y!);
      return b.sum(b.reshape(b.multiply(product, product), [4, 2]), 1);
    });
  const [along, single] = [rest([0, 1, 2, 3, -1, -1, -1, -1]), rest([0, -1, 2, 3, -1, 5, -1, -1])];
  await expectAsInterpreted([along, single]);
  const summed = ({ program }: LoopCase) => loopsOf(program, [8, 8]).map(({ kind }) => kind);
  expect(summed(along)).toContain("gatherSum");
  expect(summed(single)).toContain("gatherSum");
});

test("of what nothing reads no loop is left", async () => {
  const given: readonly Shape[] = [[3, 2], [2]];
  const one = exactCase("a row of a product", given, (b, x, y) => {
    const product = b.matmul(x!, b.reshape(y!, [2, 1]));
    return b.gather(b.multiply(b.reshape(product, [3]), b.reshape(product, [3])), Int32Array.from([1]), [1]);
  });
  await expectAsInterpreted([one]);
  const [product] = loopsOf(one.program, [6, 2]);
  expect(product).toMatchObject({ kind: "product", rows: 1, inner: 2, columns: 1 });
});

test("slopes of a convolution go back to what it read row by row, also where that is less than there is", () => {
  const kinds = (side: number) => loopsOf(gradientOf(side), [18, 54, side ** 2]).map(({ kind }) => kind);
  for (const side of [11, 13]) {
    expect(kinds(side)).toContain("transposed");
    expect(kinds(side)).not.toContain("clear");
  }
});
