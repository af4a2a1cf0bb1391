/** The page that lends its GPU to simulations. */
import type { FromGpuPage } from "../../src/device/index.js";
import type { EditorApi } from "../kit/editor.js";
import { endLinesWell } from "../kit/line-ends.js";
import { GpuPage } from "./gpu-page.js";

declare function acquireVsCodeApi(): EditorApi<FromGpuPage>;

const editor = acquireVsCodeApi();
endLinesWell(document.body);
const page = new GpuPage(document.getElementById("app")!, (message) => editor.postMessage(message));
page.begin();
