/** Programs of tensors as loops over their entries, a trial a lane, in single precision: what engines write as text. */

export * from "./body.js";
export * from "./functions.js";
export * from "./loop.js";
export { type LoweredProgram, lowerToLoops, type OutputTarget } from "./lower.js";
export { type ClassesOfRow, classesOf } from "./transposed.js";
