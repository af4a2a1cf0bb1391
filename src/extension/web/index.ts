/** The room of what the extension does in a browser in the places of Node: files by the editor, workers by a script that the editor reads. */
export { filesOfEditor } from "./files.js";
