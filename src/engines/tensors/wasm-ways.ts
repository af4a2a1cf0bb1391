import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "./namespace.js";
import type { TensorWays } from "./tensor-program.js";

/** Kernels of ours, in the memory of tfjs's WebAssembly. */
const gatherName = "GatherPlaces";
const repeatName = "RepeatAlong";

/** Below so many products of numbers a trial, making a matrix's transpose is not worth it. */
const fewProducts = 4096;

/**
 * What tfjs's WebAssembly does in a tenth of the time when it is asked otherwise. Its own gather and its own broadcasting find each entry's place anew,
 * by divisions. Its products are fast for matrices as they lie, which it packs anew for each trial, and plain loops for others.
 */
export function wasmWays(): TensorWays {
  register(gatherName, (x, { places }: { readonly places: Int32Array }) => {
    const [items, size] = x.shape as [number, number];
    return {
      shape: [items, places.length],
      fill: (from, to) => {
        for (let item = 0, place = 0; item < items; item++) {
          const first = item * size;
          for (let entry = 0; entry < places.length; entry++) {
            const at = places[entry]!;
            to[place++] = at < 0 ? 0 : from[first + at]!;
          }
        }
      },
    };
  });
  register(repeatName, (x, { length }: { readonly length: number }) => {
    const [items, outer, inner] = x.shape as [number, number, number];
    return {
      shape: [items, outer, length, inner],
      fill: (from, to) => {
        for (let row = 0, place = 0; row < items * outer; row++) {
          for (let time = 0; time < length; time++) {
            for (let entry = row * inner; entry < (row + 1) * inner; entry++) {
              to[place++] = from[entry]!;
            }
          }
        }
      },
    };
  });
  return {
    gather: (x, places) => tf.engine().runKernel(gatherName, { x }, { places } as never),
    repeat: (x, length) => tf.engine().runKernel(repeatName, { x }, { length }),
    product: (a, b, transposeA, transposeB) => {
      const [rows, inner] = transposeA
        ? [a.shape.at(-1)!, a.shape.at(-2)!]
        : [a.shape.at(-2)!, a.shape.at(-1)!];
      const columns = b.shape.at(transposeB ? -2 : -1)!;
      if (columns === 1 && !transposeB) {
        return tf.matMul(a, tf.reshape(b, [...b.shape.slice(0, -2), 1, inner]), transposeA, true);
      }
      return rows * inner * columns < fewProducts
        ? tf.matMul(a, b, transposeA, transposeB)
        : tf.matMul(transposeA ? turned(a) : a, transposeB ? turned(b) : b);
    },
  };
}

function turned(matrices: Tensor): Tensor {
  const axes = matrices.shape.map((_, axis) => axis);
  return tf.transpose(matrices, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
}

/** What a kernel makes of a tensor. */
interface Made {
  readonly shape: number[];
  readonly fill: (from: Float32Array, to: Float32Array) => void;
}

function register<Attributes>(name: string, make: (x: Tensor, attributes: Attributes) => Made): void {
  tf.registerKernel({
    kernelName: name,
    backendName: "wasm",
    kernelFunc: ({ inputs, backend, attrs }) => {
      const heap = backend as BackendWasm;
      const { x } = inputs as { readonly x: Tensor };
      const { shape, fill } = make(x, attrs as Attributes);
      const out = heap.makeOutput(shape, "float32");
      // memory may move when an output is made
      fill(heap.typedArrayFromHeap(x) as Float32Array, heap.typedArrayFromHeap(out) as Float32Array);
      return out;
    },
  });
}
