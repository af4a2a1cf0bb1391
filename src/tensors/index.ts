/**
 * Landscapes of tensors: losses whose weights and data have shapes, as checked trees and as programs; their derivatives.
 * Pure: no I/O, no clock, no globals.
 */

export * from "./expression.js";
export * from "./landscape.js";
