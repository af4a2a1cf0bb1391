/**
 * The room of what other programs may import: the verbs of the command as functions, text in and values out, without files
 * of answers and checkpoints. Its types are `interface`, which is published as it stands.
 */
export { DiagError } from "./asked.js";
export { enumerate } from "./enumerate.js";
export { evaluate } from "./evaluate.js";
export { parse } from "./parse.js";
export { verify } from "./verify.js";
