/** How results are written for others to read: tables as CSV and LaTeX, records as JSON, and the slope of residuals. */
export * from "./csv.js";
export * from "./json.js";
export * from "./latex.js";
export * from "./slope.js";
export * from "./tables.js";
