import { type ByteReader, withBytes } from "../tensors/byte-reader.js";
import { uint8 } from "../tensors/elements.js";
import { Fault } from "../tensors/fault.js";
import type { Asked, TensorFormat } from "../tensors/format.js";
import { isSameShape } from "../tensors/shape.js";

const [height, width, channels] = [32, 32, 3];
const pixels = height * width;

/** A label, then the red pixels row by row, the green and the blue. */
const rowBytes = 1 + channels * pixels;

const largestLabel = 9;

export const cifar10: TensorFormat = {
  name: "cifar10",
  title: "CIFAR-10",
  documentation:
    "Images of 32 by 32 pixels and three colours, and their labels, from files of CIFAR-10's binary version, one behind the other.",
  parameters: ["batch"],
  repeats: true,
  extensions: [".bin", ".bin.gz"],
  holds: "rows",
  needsLength: true,
  problem(columns, files) {
    if (columns.length !== 2 || files === 0) {
      return "`cifar10` reads files for two names, of images and of labels";
    }
    const [image, label] = columns;
    if (image!.shape.length !== channels || !isSameShape(image!.shape, [height, width, channels])) {
      return `images of CIFAR-10 are \`${image!.name}[${height}, ${width}, ${channels}]\``;
    }
    return label!.shape.length > 0 ? `labels are numbers; write ${label!.name} without a shape` : undefined;
  },
  read: (file, asked) => withBytes(file, (bytes) => readBatch(bytes, asked)),
};

async function readBatch(
  bytes: ByteReader,
  { file, columns, most, whole }: Asked,
): Promise<{ rows: number }> {
  const length = bytes.length!;
  const rows = Math.floor(length / rowBytes);
  if (length === 0 || length % rowBytes > 0) {
    throw new Fault(
      length === 0
        ? "it is empty"
        : `it ends in row ${rows + 1}, at byte ${length % rowBytes} of the ${rowBytes} that a row has; copy it again`,
      length,
    );
  }
  const [image, label] = columns;
  const taken = Math.min(rows, most);
  if (file === 0) {
    const all = Math.min(Math.floor(whole / rowBytes), most);
    label!.begin(uint8, all);
    image!.begin(uint8, all);
  }
  let row = 0;
  for await (const block of bytes.blocks(taken * rowBytes, rowBytes)) {
    const count = block.length / rowBytes;
    const labels = new Uint8Array(count);
    const images = new Uint8Array(count * channels * pixels);
    for (let at = 0; at < count; at++) {
      const start = at * rowBytes;
      labels[at] = block[start]!;
      if (labels[at]! > largestLabel) {
        throw new Fault(
          `row ${row + at + 1} has the label ${labels[at]}, and those of CIFAR-10 are 0 to ${largestLabel}`,
          (row + at) * rowBytes,
        );
      }
      toChannelsLast(block.subarray(start + 1, start + rowBytes), images.subarray(at * channels * pixels));
    }
    label!.append(labels);
    image!.append(images);
    row += count;
  }
  return { rows };
}

function toChannelsLast(planes: Uint8Array, image: Uint8Array): void {
  for (let channel = 0; channel < channels; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      image[channels * pixel + channel] = planes[channel * pixels + pixel]!;
    }
  }
}
