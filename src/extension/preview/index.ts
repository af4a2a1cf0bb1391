/**
 * The previews: panels whose page (`webview/preview`) shows a file's diagrams beside the text, and the commands
 * around them. The page is told and asked by messages (`src/preview`); all that is known of texts comes from the
 * language server.
 */
export { Previews } from "./previews.js";
