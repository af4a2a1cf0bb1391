/**
 * The room where formulas become what machines do: losses and steps as linear programs (`program`, `lower`), also in
 * truncated power series (`series`), the elementary
 * functions and how far they are from the truth (`elementary`, `tables`), products joined with the sums they go into
 * (`fused`), and the random numbers of docs/streams.md (`philox`, `streams`, `deviates`, `normal-table`). Data in, data out: what runs
 * programs on a machine is in `engines`.
 */
export { SimulationError } from "./error.js";
export { exactInteger, nearestDouble } from "./exact-double.js";
export { machineRounding } from "./fused.js";
export { rowWords } from "./row-words.js";
