/**
 * The room of the `diag` command: reading its words, running its verbs, printing for people and for
 * programs. Everything it computes comes from the rooms below.
 */
export { runCommand } from "./command.js";
