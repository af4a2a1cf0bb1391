import { describe, expect, test } from "vitest";
import type { Shape, TensorProgramBuilder, TensorValue } from "../../../src/tensors/index.js";
import { exactCase, expectAsInterpreted, kindsOf, type LoopCase, programOf, singles } from "./carry-out.js";

const sizes = [1, 2, 5, 7, 11];

test("sums and products entry by entry have the interpreter's entries, however operands are broadcast", async () => {
  const pairs: readonly (readonly [Shape, Shape])[] = [
    [[], []],
    [[5], []],
    [[], [7]],
    [
      [2, 5],
      [2, 5],
    ],
    [[2, 5], [5]],
    [[5], [2, 5]],
    [
      [2, 1],
      [1, 5],
    ],
    [
      [2, 3, 4],
      [3, 1],
    ],
    [
      [2, 1, 4],
      [3, 4],
    ],
    [
      [1, 1, 1],
      [2, 3, 4],
    ],
  ];
  await expectAsInterpreted(
    pairs.flatMap((shapes) => [
      exactCase(`sum of ${JSON.stringify(shapes)}`, shapes, (b, x, y) => b.add(x!, y!)),
      exactCase(`difference of ${JSON.stringify(shapes)}`, shapes, (b, x, y) => b.subtract(x!, y!)),
      exactCase(`product of ${JSON.stringify(shapes)}`, shapes, (b, x, y) => b.multiply(x!, y!)),
      exactCase(`product and sum of ${JSON.stringify(shapes)}`, shapes, (b, x, y) =>
        b.add(b.multiply(x!, y!), b.subtract(y!, b.multiply(x!, x!))),
      ),
      {
        name: `quotient of ${JSON.stringify(shapes)}`,
        program: programOf(shapes, (b, x, y) => b.divide(x!, y!)),
        inputs: singles(shapes, 1, 2),
        off: 1e-7,
      },
    ]),
  );
});

test("entries are placed by reshapes, transposes and tables, with zeros where a table has none", async () => {
  const shapes: readonly Shape[] = [[3, 4], [5]];
  const table = (...entries: number[]) => Int32Array.from(entries);
  await expectAsInterpreted([
    exactCase("a reshape", shapes, (b, x) => b.reshape(x!, [2, 6])),
    exactCase("a transpose", shapes, (b, x) =>
      b.gather(
        x!,
        Int32Array.from({ length: 12 }, (_, i) => (i % 3) * 4 + Math.floor(i / 3)),
        [4, 3],
      ),
    ),
    exactCase("backwards", shapes, (b, _, y) => b.gather(y!, table(4, 3, 2, 1, 0), [5])),
    exactCase("backwards to a zero", shapes, (b, _, y) => [
      b.gather(y!, table(2, 1, 0, -1), [4]),
      b.add(b.gather(y!, table(0, -1), [2]), b.gather(y!, table(4, -1), [2])),
      b.gather(y!, table(-1), [1]),
    ]),
    exactCase("every other", shapes, (b, x) => b.gather(x!, table(1, 3, 5, 7, 9, 11), [6])),
    exactCase("one with a zero", shapes, (b, _, y) => b.gather(y!, table(-1, 2, 2, -1, 0, 4, -1), [7])),
    exactCase("of one of another", shapes, (b, x) =>
      b.gather(
        b.add(x!, b.gather(x!, table(0, -1, 1, 5, 4, 3, 2, -1, 8, 9, 10, 11), [3, 4])),
        table(2, -1, 11),
        [3],
      ),
    ),
    exactCase("of a broadcast", shapes, (b, _, y) =>
      b.gather(b.broadcast(y!, 0, 3), table(14, 13, -1, 4, 0, 7), [6]),
    ),
    exactCase("of a constant with zeros", shapes, (b, _, y) =>
      b.add(y!, b.gather(b.constant(3, [2]), table(0, -1, 1, 1, -1), [5])),
    ),
    exactCase("of a sum", shapes, (b, x) => b.gather(b.sum(x!, 0), table(3, -1, 0, 0), [4])),
    exactCase("of a product of matrices", shapes, (b, x) =>
      b.gather(b.matmul(x!, x!, true, false), table(15, -1, 4, 1, 0), [5]),
    ),
  ]);
});

test("entries are added up along each axis", async () => {
  const cases: LoopCase[] = [];
  for (const outer of sizes) {
    for (const inner of [1, 2, 9, 17]) {
      const shapes: readonly Shape[] = [[outer, 3, inner]];
      for (const axis of [0, 1, 2]) {
        cases.push(exactCase(`axis ${axis} of ${outer} 3 ${inner}`, shapes, (b, x) => b.sum(x!, axis)));
      }
      cases.push(
        exactCase(`all of ${outer} 3 ${inner}`, shapes, (b, x) => b.total(x!)),
        exactCase(`rows of ${outer} 3 ${inner} and squares`, shapes, (b, x) => b.sum(b.multiply(x!, x!), 1)),
        exactCase(`places of ${outer} 3 ${inner}`, shapes, (b, x) => {
          const size = outer * 3 * inner;
          const table = Int32Array.from({ length: size }, (_, i) => (i % 4 === 3 ? -1 : size - 1 - i));
          return b.sum(b.gather(x!, table, [outer, 3, inner]), 1);
        }),
      );
    }
  }
  await expectAsInterpreted(cases);
});

describe("products of matrices", () => {
  test("are right for all rests of blocks, however factors are stored", async () => {
    const cases: LoopCase[] = [];
    for (const [place, rows] of sizes.entries()) {
      for (const columns of sizes) {
        for (const inner of [1, 3, 8]) {
          const [transposeA, transposeB] = [(place + inner) % 2 === 0, (columns + rows) % 3 === 0];
          const shapes: readonly Shape[] = [
            transposeA ? [inner, rows] : [rows, inner],
            transposeB ? [columns, inner] : [inner, columns],
          ];
          cases.push(
            exactCase(`${rows} ${inner} ${columns}`, shapes, (b, x, y) =>
              b.matmul(x!, y!, transposeA, transposeB),
            ),
          );
        }
      }
    }
    await expectAsInterpreted(cases);
  });

  test("and of stacks, in all four ways", async () => {
    const cases: LoopCase[] = [];
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const a = transposeA ? [5, 7] : [7, 5];
        const b = transposeB ? [6, 5] : [5, 6];
        cases.push(
          exactCase(`${transposeA} ${transposeB}`, [a, b], (builder, x, y) =>
            builder.matmul(x!, y!, transposeA, transposeB),
          ),
          exactCase(
            `stacks ${transposeA} ${transposeB}`,
            [
              [3, ...a],
              [3, ...b],
            ],
            (builder, x, y) => builder.matmul(x!, y!, transposeA, transposeB),
          ),
        );
      }
    }
    await expectAsInterpreted(cases);
    expect(kindsOf(cases[1]!)).toEqual(["product", "product", "product"]);
  });

  test("of one matrix with itself, of what is placed, and of numbers that all entries share", async () => {
    const shapes: readonly Shape[] = [
      [6, 4],
      [4, 6],
    ];
    await expectAsInterpreted([
      exactCase("itself", shapes, (b, x) => b.matmul(x!, x!, false, true)),
      exactCase("a broadcast row", shapes, (b, x, y) => b.matmul(b.broadcast(b.sum(x!, 0), 0, 5), y!)),
      exactCase("a constant", shapes, (b, x) => b.matmul(b.constant(2, [3, 6]), x!)),
      exactCase("a placed constant", shapes, (b, x) =>
        b.matmul(b.gather(b.constant(2, [3]), Int32Array.from([0, -1, 1, 2, -1, 0]), [1, 6]), x!),
      ),
      exactCase("a scaled and turned one", shapes, (b, x, y) =>
        b.matmul(
          b.scale(-3, x!),
          b.gather(
            b.scale(0.5, y!),
            Int32Array.from({ length: 24 }, (_, i) => 23 - i),
            [4, 6],
          ),
        ),
      ),
      exactCase("sums", shapes, (b, x, y) => b.matmul(b.add(x!, b.constant(1, [6, 4])), b.multiply(y!, y!))),
    ]);
  });

  test("of large stacks are loops over all their entries, in all four ways, with the bits of small stacks", async () => {
    const cases: LoopCase[] = [];
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const a = transposeA ? [33, 2] : [2, 33];
        const b = transposeB ? [3, 33] : [33, 3];
        const shapes: readonly Shape[] = [
          [65, ...a],
          [65, ...b],
        ];
        cases.push(
          exactCase(`large stacks ${transposeA} ${transposeB}`, shapes, (builder, x, y) =>
            builder.matmul(x!, y!, transposeA, transposeB),
          ),
        );
      }
    }
    const shapes: readonly Shape[] = [
      [65, 2, 33],
      [65, 33, 3],
    ];
    const first = (b: TensorProgramBuilder, x: TensorValue, shape: Shape) =>
      b.gather(
        x,
        Int32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => i),
        shape,
      );
    const lessAlone = programOf(shapes, (b, x, y) =>
      b.add(
        first(b, b.matmul(x!, y!), [1, 2, 3]),
        b.scale(-1, b.matmul(first(b, x!, [1, 2, 33]), first(b, y!, [1, 33, 3]))),
      ),
    );
    cases.push({ name: "less the first alone", program: lessAlone, inputs: singles(shapes) });
    await expectAsInterpreted(cases);
    expect(kindsOf(cases[0]!)).toEqual(["entrywise", "entrywise", "entrywise"]);
  });

  test("of large stacks go where they are to go, of what is placed and scaled too", async () => {
    const shapes: readonly Shape[] = [
      [70, 2, 2],
      [70, 2, 2],
    ];
    const product = (b: TensorProgramBuilder, x: TensorValue, y: TensorValue) => {
      const places = Int32Array.from({ length: 280 }, (_, i) => (i % 5 === 0 ? -1 : 279 - i));
      return b.matmul(b.scale(-3, x), b.gather(y, places, [70, 2, 2]));
    };
    await expectAsInterpreted([
      exactCase("stored", shapes, (b, x, y) => product(b, x!, y!)),
      { ...exactCase("added", shapes, (b, x, y) => product(b, x!, y!)), goes: ["add"] },
      {
        ...exactCase("descended along", shapes, (b, x, y) => product(b, x!, y!)),
        ...{ weights: 1, goes: [{ weight: 0, share: 0.5 }] },
      },
    ]);
  });

  test("are refused in large stacks of many numbers", () => {
    const shapes: readonly Shape[] = [
      [65, 17, 17],
      [65, 17, 17],
    ];
    expect(() => kindsOf(exactCase("many", shapes, (b, x, y) => b.matmul(x!, y!)))).toThrow(
      "a stack of 65 products of matrices is not written as loops",
    );
  });

  test("have what is made of each number done as it is made, unless the numbers are wanted too", async () => {
    const shapes: readonly Shape[] = [[7, 5], [5, 6], [6], [7, 6]];
    const product = (b: TensorProgramBuilder, x: TensorValue, y: TensorValue) => b.matmul(x, y);
    const made = (b: TensorProgramBuilder, [x, y, z, u]: readonly TensorValue[]) =>
      b.multiply(b.call("abs", b.add(product(b, x!, y!), b.broadcast(z!, 0, 7))), u!);
    const alone = exactCase("alone", shapes, (b, ...inputs) => made(b, inputs));
    const both = exactCase("both", shapes, (b, ...inputs) => {
      const [x, y, z] = inputs;
      const own = product(b, x!, y!);
      return [own, b.call("abs", b.add(own, b.broadcast(z!, 0, 7)))];
    });
    await expectAsInterpreted([alone, both]);
    expect(kindsOf(alone)).toEqual(["product"]);
    expect(kindsOf(both)).toEqual(["product", "entrywise"]);
  });
});

/** Which pixel each pixel of each window is, window by window; −1 beyond the border. */
function windows(
  { height, width, channels }: { height: number; width: number; channels: number },
  { taps, stride, padding }: { taps: number; stride: number; padding: number },
): { readonly table: Int32Array; readonly shape: Shape } {
  const places = (length: number) => Math.floor((length + 2 * padding - taps) / stride) + 1;
  const [down, along] = [places(height), places(width)];
  const table: number[] = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < along; column++) {
      for (let channel = 0; channel < channels; channel++) {
        for (let tapRow = 0; tapRow < taps; tapRow++) {
          for (let tapColumn = 0; tapColumn < taps; tapColumn++) {
            const y = row * stride + tapRow - padding;
            const x = column * stride + tapColumn - padding;
            const isInside = y >= 0 && y < height && x >= 0 && x < width;
            table.push(isInside ? (channel * height + y) * width + x : -1);
          }
        }
      }
    }
  }
  return { table: Int32Array.from(table), shape: [down * along, channels * taps * taps] };
}

describe("windows of an image", () => {
  const image = { height: 7, width: 6, channels: 2 };
  const kinds = [
    { taps: 3, stride: 1, padding: 0 },
    { taps: 3, stride: 1, padding: 1 },
    { taps: 3, stride: 2, padding: 1 },
    { taps: 2, stride: 2, padding: 0 },
    { taps: 5, stride: 3, padding: 2 },
  ];
  const cases = kinds.map((kind): LoopCase => {
    const { table, shape } = windows(image, kind);
    return exactCase(
      JSON.stringify(kind),
      [
        [2, 7, 6],
        [shape[1]!, 5],
      ],
      (b, pixels, taps) => b.matmul(b.gather(pixels!, table, shape), taps!),
    );
  });

  test("are multiplied where they lie", async () => {
    await expectAsInterpreted(cases);
    for (const one of cases) {
      expect(kindsOf(one)).toEqual(["product"]);
    }
  });

  test("have their gradients by taps multiplied where they lie too", async () => {
    const own = kinds.map((kind): LoopCase => {
      const { table, shape } = windows(image, kind);
      return exactCase(
        JSON.stringify(kind),
        [
          [2, 7, 6],
          [shape[0]!, 5],
        ],
        (b, pixels, slopes) => b.matmul(b.gather(pixels!, table, shape), slopes!, true, false),
      );
    });
    await expectAsInterpreted(own);
    for (const one of own) {
      expect(kindsOf(one)).toEqual(["product"]);
    }
  });

  test("have products that are added up where they belong, without being kept where each belongs somewhere", async () => {
    const own = kinds.map(({ taps, stride, padding }): LoopCase & { readonly becomes: string[] } => {
      const { table, shape } = windows(image, { taps, stride, padding });
      const [count, size] = shape as readonly [number, number];
      // Of each pixel the places among products that are added up to its slope.
      const places: number[][] = Array.from({ length: 84 }, () => []);
      table.forEach((pixel, place) => {
        if (pixel >= 0) {
          places[pixel]!.push(place);
        }
      });
      const most = Math.max(...places.map(({ length }) => length));
      const gathered = Int32Array.from(
        { length: 84 * most },
        (_, i) => places[Math.floor(i / most)]![i % most] ?? -1,
      );
      return {
        ...exactCase(
          JSON.stringify(table.length),
          [
            [count, 5],
            [size, 5],
          ],
          (b, slopes, weights) =>
            b.sum(b.gather(b.matmul(slopes!, weights!, false, true), gathered, [84, most]), 1),
        ),
        becomes:
          most === 1 ? ["product", "entrywise"] : padding === 0 ? ["transposed"] : ["product", "gatherSum"],
      };
    });
    await expectAsInterpreted(own);
    for (const one of own) {
      expect(kindsOf(one)).toEqual(one.becomes);
    }
  });

  test.each([
    ["stride 2, entries by two kinds of sums", { size: 7, channels: 3, taps: 3, stride: 2 }, ["transposed"]],
    ["kinds of which there are not as many", { size: 8, channels: 2, taps: 5, stride: 3 }, ["transposed"]],
    ["one kind", { size: 8, channels: 2, taps: 4, stride: 2 }, ["transposed"]],
    ["the paper's second convolution", { size: 11, channels: 4, taps: 5, stride: 2 }, ["transposed"]],
    ["rows too long for registers", { size: 15, channels: 1, taps: 3, stride: 1 }, ["clear", "product"]],
    [
      "pixels at the border that are in no window",
      { size: 8, channels: 2, taps: 3, stride: 2 },
      ["clear", "product"],
    ],
  ] as const)(
    "with channels last, %s, are added up row by row where these are whole",
    async (name, kind, becomes) => {
      const { size, channels, taps, stride } = kind;
      const along = Math.floor((size - taps) / stride) + 1;
      const every = Array.from(
        { length: along ** 2 },
        (_, at) => [Math.floor(at / along), at % along] as const,
      );
      const ofTap = Array.from({ length: taps ** 2 * channels }, (_, tap) => {
        const [y, x] = [Math.floor(tap / channels / taps), Math.floor(tap / channels) % taps];
        return (y * size + x) * channels + (tap % channels);
      });
      const table = every.flatMap(([y, x]) => ofTap.map((own) => (y * size + x) * stride * channels + own));
      const pixels = size ** 2 * channels;
      const places: number[][] = Array.from({ length: pixels }, () => []);
      table.forEach((pixel, place) => {
        places[pixel]!.push(place);
      });
      const most = Math.max(...places.map(({ length }) => length));
      const gathered = Int32Array.from(
        { length: pixels * most },
        (_, i) => places[Math.floor(i / most)]![i % most] ?? -1,
      );
      const one = exactCase(
        name,
        [
          [every.length, 3],
          [ofTap.length, 3],
        ],
        (b, slopes, weights) =>
          b.sum(b.gather(b.matmul(slopes!, weights!, false, true), gathered, [pixels, most]), 1),
      );
      await expectAsInterpreted([one]);
      expect(kindsOf(one)).toEqual(becomes);
    },
  );

  test("scattered ones go on to sums and weights too", async () => {
    const { table, shape } = windows(image, kinds[0]!);
    const [count, size] = shape as readonly [number, number];
    const places: number[][] = Array.from({ length: 84 }, () => []);
    table.forEach((pixel, place) => {
      places[pixel]!.push(place);
    });
    const most = Math.max(...places.map(({ length }) => length));
    const gathered = Int32Array.from(
      { length: 84 * most },
      (_, i) => places[Math.floor(i / most)]![i % most] ?? -1,
    );
    const shapes: readonly Shape[] = [
      [2, 7, 6],
      [count, 5],
      [size, 5],
    ];
    const slope = (
      b: Parameters<Parameters<typeof programOf>[1]>[0],
      slopes: TensorValue,
      weights: TensorValue,
    ) =>
      b.reshape(
        b.sum(b.gather(b.scale(2, b.matmul(slopes, weights, false, true)), gathered, [84, most]), 1),
        [2, 7, 6],
      );
    const one = exactCase("scattered", shapes, (b, _, slopes, weights) => slope(b, slopes!, weights!));
    await expectAsInterpreted([
      { ...one, goes: ["add"] },
      { ...one, weights: 1, goes: [{ weight: 0, share: -0.5 }] },
      {
        ...exactCase("scattered and read", shapes, (b, pixels, slopes, weights) => [
          slope(b, slopes!, weights!),
          b.total(b.multiply(pixels!, slope(b, slopes!, weights!))),
        ]),
        goes: ["add"],
      },
    ]);
  });
});
