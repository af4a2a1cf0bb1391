/**
 * The `verify` blocks of all files in the editor's Test Explorer. `verify-tests` is the whole of it: `test-tree`
 * keeps the items as the language server says (`nodes`), `selection` says which of them a request is for,
 * `verify-runner` runs them and tells how each ended (`follow-run`, `messages`), `continuous` does so on save,
 * and `inconclusive` remembers what more trials would decide.
 */
export { type ListedTest, VerifyTests } from "./verify-tests.js";
