// Tables of numbers in text files, as CSV: what is meant is read where that is certain, and otherwise the
// cause is named. How cells are set apart is a library's work; here it is found which sign separates them,
// which line is the header, and what counts as a number.

export { type MissingColumns, readTable, type Table, TableReader } from "./read.js";
export type { Numbers } from "./store.js";
export { type TextFacts, TextSurvey } from "./survey.js";
export { largestTable } from "./text.js";
