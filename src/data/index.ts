/**
 * The room of data: files of numbers as tables, a format a record. Which format a file is of is asked of the list, by how it
 * begins and what it is called; what is no table is refused with the place and the reason. Tables are remembered as long as
 * their files are the same.
 */

export { dataExtensions, fileExtensions } from "./extensions.js";
export { digestOfFile } from "./file-digest.js";
export type { DataFile, DataFormat, MissingColumns, Numbers, Table } from "./format.js";
export { dataFormats, tensorFormats } from "./formats.js";
export { largestFile, type ReadTable, readTable, readTableFile, TableFiles } from "./tables.js";
export type { AskedColumn, ReadColumn } from "./tensors/column.js";
export type { Entries } from "./tensors/elements.js";
export { UnreadableData } from "./tensors/fault.js";
export type { TensorFormat } from "./tensors/format.js";
export type { Shape } from "./tensors/shape.js";
export {
  type DataSource,
  type DataTable,
  largestData,
  openData,
  sourceProblem,
} from "./tensors/source.js";
export {
  readTensor,
  type Tensor,
  tensorExtensions,
  tensorsOf,
} from "./tensors/start.js";
