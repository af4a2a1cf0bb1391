/**
 * The room of VS Code: activation, commands and panels. The only folder that imports `vscode`.
 * It hands out the two functions by which VS Code starts and stops the extension.
 */
export { activate, type DiagApi, deactivate } from "./extension.js";
