/**
 * The room of data: files of numbers as tables, a format a record. Which format a file is of is asked of the list, by how it
 * begins and what it is called; what is no table is refused with the place and the reason. Tables are remembered as long as
 * their files are the same.
 */
export { dataExtensions } from "./extensions.js";
export type { DataFile, DataFormat, MissingColumns, Numbers, Table } from "./format.js";
export { dataFormats } from "./formats.js";
export { largestFile, type ReadTable, readTable, readTableFile, TableFiles } from "./tables.js";
