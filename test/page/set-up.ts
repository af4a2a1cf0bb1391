import { type BrowserServer, chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { setUpChromium } from "../../scripts/workbench.mjs";
import { browserWords } from "./browser.js";
import { type Bundle, bundlePages } from "./bundle.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The browser's program; empty where there is none. */
    chromium: string;
    /** Where it listens when it runs. */
    browser: string;
    /** The preview's script and style, built once for all tests of this room. */
    page: Bundle;
    /** The results page's. */
    resultsPage: Bundle;
  }
}

let server: BrowserServer | undefined;

/** Finds or installs the browser, starts it, and builds the pages. In CI there must be a browser; elsewhere tests are skipped. */
export async function setup(project: TestProject): Promise<void> {
  const { preview, results } = await bundlePages("preview", "results");
  project.provide("page", preview);
  project.provide("resultsPage", results);
  const executablePath = await findChromium();
  project.provide("chromium", executablePath);
  if (executablePath !== "") {
    server = await chromium.launchServer({ executablePath, args: browserWords });
  }
  project.provide("browser", server?.wsEndpoint() ?? "");
}

export async function teardown(): Promise<void> {
  await server?.close();
}

async function findChromium(): Promise<string> {
  try {
    return await setUpChromium((line) => console.log(line));
  } catch (error) {
    if (process.env.CI) {
      throw error;
    }
    console.log(`skipped: ${error instanceof Error ? error.message : error}`);
    return "";
  }
}
