/** The preview's page: it makes itself from the editor's messages. */

import type { FromPage } from "../../src/preview/index.js";
import { registerControls } from "../kit/controls.js";
import type { EditorApi } from "../kit/editor.js";
import { endLinesWell } from "../kit/line-ends.js";
import { mountExportMenu } from "./export-menu.js";
import { mountGestures } from "./gestures.js";
import { mountHoverCard } from "./hover-card.js";
import { mountImportForm } from "./import-form.js";
import { PreviewPage } from "./preview-page.js";
import { mountSpaceTime } from "./spacetime/index.js";

declare function acquireVsCodeApi(): EditorApi<FromPage>;

/** Lets the browser show and hear what there is between two pieces of work. */
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function begin(): Promise<void> {
  registerControls();
  endLinesWell(document.body);
  await rest();
  const uri = document.querySelector<HTMLMetaElement>('meta[name="diag-uri"]')?.content ?? "";
  const page = new PreviewPage(document.getElementById("app")!, acquireVsCodeApi(), uri);
  await rest();
  mountGestures(page);
  mountHoverCard(page);
  mountImportForm(page, page.toolbar.importSlot);
  mountExportMenu(page, page.toolbar.exportSlot);
  await rest();
  mountSpaceTime(page, page.aside);
  page.begin();
}

// After the task in which this script was read.
setTimeout(() => void begin());
