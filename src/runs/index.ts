/**
 * The room of results: what a run of an evaluation or a verification is, from its start to its end (`model`, and `agreement` of
 * what was kept), how it grows by events (`events`), what it says to whoever asked (`conclusion`), what the results page and the editor say to each other (`messages`), and
 * how results are written for others to read (`formats`). Types with their schemas, and pure functions; the runner fills
 * records, the editor keeps them, the page shows them.
 */
export { contradictionIn } from "./agreement.js";
export * from "./backends.js";
export * from "./cluster.js";
export * from "./conclusion.js";
export * from "./defaults.js";
export * from "./engine-reason.js";
export * from "./events.js";
export * from "./large-inputs.js";
export * from "./messages.js";
export * from "./model.js";
export * from "./remedies.js";
export * from "./student.js";
export * from "./written.js";
