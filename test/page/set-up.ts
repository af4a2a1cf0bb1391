import type { TestProject } from "vitest/node";
import { setUpChromium } from "../../scripts/workbench.mjs";
import { type Bundle, bundlePage } from "./bundle.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The browser's program; empty where there is none. */
    chromium: string;
    /** The page's script and style, built once for all tests of this room. */
    page: Bundle;
  }
}

/** Finds or installs the browser and builds the page. In CI there must be a browser; elsewhere tests are skipped. */
export async function setup(project: TestProject): Promise<void> {
  project.provide("page", await bundlePage("preview"));
  try {
    project.provide("chromium", await setUpChromium((line) => console.log(line)));
  } catch (error) {
    if (process.env.CI) {
      throw error;
    }
    console.log(`skipped: ${error instanceof Error ? error.message : error}`);
    project.provide("chromium", "");
  }
}
