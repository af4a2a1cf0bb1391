import { counted } from "../../printable/index.js";
import type { Shape } from "../expression.js";
import { describeShape, refuseLarge } from "../shapes.js";
import { ShapeError, type TensorFunction } from "./record.js";
import { applied, factor } from "./tex.js";

/** How many places a window of so many entries has along an axis; none where it does not fit. */
function places(length: number, window: number, stride: number, padding: number): number {
  return Math.floor((length + 2 * padding - window) / stride) + 1;
}

/**
 * Where the entries of windows are in an image `[height, width, channels]`: for each place of the window its entries `[kh, kw, channels]`,
 * row-major; −1 where it is outside.
 */
function windows(
  [height, width, channels]: readonly [number, number, number],
  [high, wide]: readonly [number, number],
  stride: number,
  padding: number,
): Int32Array {
  const rows = places(height, high, stride, padding);
  const columns = places(width, wide, stride, padding);
  const size = rows * columns * high * wide * channels;
  refuseLarge(size, `the windows of an image ${describeShape([height, width, channels])} have`);
  const table = new Int32Array(size);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let i = 0; i < high; i++) {
        const y = row * stride + i - padding;
        for (let j = 0; j < wide; j++) {
          const x = column * stride + j - padding;
          const isInside = y >= 0 && y < height && x >= 0 && x < width;
          for (let channel = 0; channel < channels; channel++) {
            table[at++] = isInside ? (y * width + x) * channels + channel : -1;
          }
        }
      }
    }
  }
  return table;
}

export const conv: TensorFunction = {
  name: "conv",
  documentation:
    "Convolves an image `x[h, w, in]` with a kernel `K[kh, kw, in, out]`, which is not flipped: `y[i, j, o] = Σ x[i·stride + a − padding, j·stride + b − padding, c] K[a, b, c, o]`, where `x` is 0 outside.",
  tensors: ["x", "K"],
  constants: [
    { name: "stride", documentation: "how far the kernel moves from place to place", least: 1, otherwise: 1 },
    { name: "padding", documentation: "how many zeros are put around the image", least: 0, otherwise: 0 },
  ],
  shapeOf([x, kernel], [stride = 1, padding = 0]) {
    const what = `conv(x, K) of ${describeShape(x!)} and ${describeShape(kernel!)}`;
    if (x!.length !== 3 || kernel!.length !== 4) {
      throw new ShapeError(
        `${what}: an image is [height, width, channels] and a kernel [height, width, channels in, channels out]; reshape what has other axes`,
      );
    }
    const [height, width, channels] = x as [number, number, number];
    const [high, wide, input, output] = kernel as [number, number, number, number];
    if (channels !== input) {
      throw new ShapeError(
        `${what}: the image has ${counted(channels, "channel")} and the kernel takes ${input}; make both equal`,
      );
    }
    const shape: Shape = [
      places(height, high, stride, padding),
      places(width, wide, stride, padding),
      output,
    ];
    if (shape[0]! < 1 || shape[1]! < 1) {
      throw new ShapeError(
        `${what}: the kernel is larger than the image with ${padding} zeros around it; take a smaller kernel or more padding`,
      );
    }
    return shape;
  },
  lower(builder, [x, kernel], [stride = 1, padding = 0]) {
    const image = builder.shapeOf(x!) as [number, number, number];
    const [high, wide, input, output] = builder.shapeOf(kernel!) as [number, number, number, number];
    const rows = places(image[0], high, stride, padding);
    const columns = places(image[1], wide, stride, padding);
    const size = high * wide * input;
    const seen = builder.gather(x!, windows(image, [high, wide], stride, padding), [rows * columns, size]);
    return builder.reshape(builder.matmul(seen, builder.reshape(kernel!, [size, output])), [
      rows,
      columns,
      output,
    ]);
  },
  latex: ([x, kernel], [stride = 1, padding = 0]) => {
    const index = [...(stride === 1 ? [] : [`s=${stride}`]), ...(padding === 0 ? [] : [`p=${padding}`])].join(
      ",\\,",
    );
    return `${factor(x!)} \\ast${index === "" ? "" : `_{${index}}`} ${factor(kernel!)}`;
  },
};

export const averagePool: TensorFunction = {
  name: "avg_pool",
  documentation:
    "The means of an image `x[h, w, channels]` over windows of `size × size`, which are `stride` apart, channel by channel.",
  tensors: ["x"],
  constants: [
    { name: "size", documentation: "height and width of a window", least: 1 },
    {
      name: "stride",
      documentation: "how far apart windows are; `size` where left out",
      least: 1,
      otherwise: "nothing",
    },
  ],
  shapeOf([x], [size, stride = size]) {
    if (x!.length !== 3) {
      throw new ShapeError(
        `avg_pool(x) of ${describeShape(x!)}: an image is [height, width, channels]; reshape it`,
      );
    }
    const [height, width, channels] = x as [number, number, number];
    const shape = [places(height, size!, stride!, 0), places(width, size!, stride!, 0), channels];
    if (shape[0]! < 1 || shape[1]! < 1) {
      throw new ShapeError(
        `avg_pool(x, ${size}) of ${describeShape(x!)}: windows of [${size}, ${size}] are larger than the image; take a smaller size`,
      );
    }
    return shape;
  },
  lower(builder, [x], [size, stride = size]) {
    const image = builder.shapeOf(x!) as [number, number, number];
    const shape = averagePool.shapeOf([image], [size, stride]) as [number, number, number];
    const area = size! * size!;
    const seen = builder.gather(x!, windows(image, [size!, size!], stride!, 0), [
      shape[0] * shape[1],
      area,
      image[2],
    ]);
    return builder.reshape(builder.divide(builder.sum(seen, 1), builder.constant(area)), shape);
  },
  latex: (tensors, constants) => applied("avgpool", tensors, constants),
};
