/**
 * The room of results: what a run of an evaluation or a verification is, from its start to its end (`model`, judged by `model-check` where it comes from elsewhere, and
 * by `agreement` where it was kept), how it grows by events (`events`), what the results page and the editor say to each other (`messages`), and how
 * results are written for others to read (`formats`). Types and pure functions; the engine fills records, the
 * editor keeps them, the page shows them.
 */
export { contradictionIn } from "./agreement.js";
export * from "./backends.js";
export * from "./events.js";
export * from "./messages.js";
export * from "./messages-check.js";
export * from "./model.js";
export * from "./model-check.js";
export * from "./student.js";
