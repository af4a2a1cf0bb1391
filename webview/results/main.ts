/** The results page: it makes itself from the editor's messages. */

import type { FromResultsPage } from "../../src/runs/index.js";
import { registerControls } from "../kit/controls.js";
import type { EditorApi } from "../kit/editor.js";
import { endLinesWell } from "../kit/line-ends.js";
import { ResultsPage } from "./results-page.js";

declare function acquireVsCodeApi(): EditorApi<FromResultsPage>;

// After the task in which this script was read.
setTimeout(() => {
  registerControls();
  endLinesWell(document.body);
  const page = new ResultsPage(document.getElementById("app")!, acquireVsCodeApi());
  setTimeout(() => page.begin());
});
