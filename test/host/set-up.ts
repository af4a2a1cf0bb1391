import type { TestProject } from "vitest/node";
import { setUpNeovim, setUpWorkbench } from "../../scripts/workbench.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** What is missing for the tests in the workbench, in one line; empty when nothing is. */
    workbenchLacks: string;
    /** The same for the tests in Neovim. */
    neovimLacks: string;
  }
}

/** Sets up what the tests of this room need. In CI that must be possible; elsewhere tests are skipped. */
export async function setup(project: TestProject): Promise<void> {
  // One after the other: there is one lock on the system's packages.
  project.provide("workbenchLacks", await lackOf(setUpWorkbench));
  project.provide("neovimLacks", await lackOf(setUpNeovim));
}

async function lackOf(setUp: (say: (line: string) => void) => Promise<void>): Promise<string> {
  try {
    await setUp((line) => console.log(line));
    return "";
  } catch (error) {
    if (process.env.CI) throw error;
    const lacks = error instanceof Error ? error.message : String(error);
    console.log(`skipped: ${lacks}`);
    return lacks;
  }
}
