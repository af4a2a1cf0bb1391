import { cifar10 } from "./cifar10/format.js";
import { csv } from "./csv/format.js";
import { csvColumns } from "./csv/tensor-format.js";
import type { DataFormat } from "./format.js";
import { idx } from "./idx/format.js";
import { npy } from "./npy/format.js";
import type { TensorFormat } from "./tensors/format.js";

/** All formats of tables of numbers by name. The last is the one of files that are like none. */
export const dataFormats: readonly DataFormat[] = [csv];

/** All formats of data with shapes. */
export const tensorFormats: readonly TensorFormat[] = [idx, cifar10, npy, csvColumns];
