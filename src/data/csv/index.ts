// Tables of numbers in text files, as CSV: what is meant is read where that is certain, and otherwise the
// cause is named. How cells are set apart is a library's work; here it is found which sign separates them,
// which line is the header, and what counts as a number.

export { TableReader } from "./read.js";
export { type TextFacts, TextSurvey } from "./survey.js";
