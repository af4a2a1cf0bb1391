/**
 * The room of the preview's contract: what is known of a file's diagrams and their elements, what the language
 * server answers, and what the preview's page and the editor say to each other. Types, schemas of what comes
 * from the page, and which element stands where in the text.
 */
export * from "./edit-refusals.js";
export * from "./edits.js";
export * from "./element-at.js";
export * from "./embeddings.js";
export * from "./messages.js";
export * from "./model.js";
export * from "./requests.js";
