/**
 * The results panel: its page (`webview/results`) shows the kept runs and those under way, and is told and asked by
 * messages (`src/runs`). What the page asks for is done here: runs are loaded, repeated, cancelled and deleted,
 * places are shown, and files are saved.
 */
export { ChangedFiles } from "./changed-files.js";
export { Results } from "./results.js";
