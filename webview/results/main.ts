/** The results page: it makes itself from the editor's messages. */
import { registerControls } from "../toolkit.js";
import type { ResultsEditor } from "./kept-state.js";
import { ResultsPage } from "./results-page.js";

declare function acquireVsCodeApi(): ResultsEditor;

// After the task in which this script was read.
setTimeout(() => {
  registerControls();
  const page = new ResultsPage(document.getElementById("app")!, acquireVsCodeApi());
  setTimeout(() => page.begin());
});
