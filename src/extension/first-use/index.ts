/**
 * What helps somebody who has just installed the extension: a new file that has an answer, copies of the examples, and the
 * walkthrough's steps, each of which is done as soon as it has happened.
 */
export { newFile, openExample } from "./files.js";
export { FirstSteps, showWalkthrough } from "./steps.js";
