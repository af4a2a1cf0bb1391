import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { setUpNeovim, setUpWorkbench } from "../../scripts/workbench.mjs";
import { type Installation, installExtension } from "./workbench.js";

declare module "vitest" {
  interface ProvidedContext {
    /** What is missing for the tests in the workbench, in one line; empty when nothing is. */
    workbenchLacks: string;
    /** The extension for all tests in the workbench; of no use where that is lacking. */
    installation: Installation;
    /** The same for the tests in Neovim. */
    neovimLacks: string;
  }
}

let folder: string | undefined;

/** Sets up what the tests of this room need. In CI that must be possible; elsewhere tests are skipped. */
export async function setup(project: TestProject): Promise<void> {
  // One after the other: there is one lock on the system's packages.
  const lacks = await lackOf(setUpWorkbench);
  project.provide("workbenchLacks", lacks);
  project.provide("neovimLacks", await lackOf(setUpNeovim));
  folder = await mkdtemp(join(tmpdir(), "diag-installed-"));
  project.provide(
    "installation",
    lacks === "" ? await installExtension(folder) : { extensions: "", extension: "", builtIn: undefined },
  );
}

export async function teardown(): Promise<void> {
  if (folder !== undefined) {
    await rm(folder, { recursive: true, force: true });
  }
}

async function lackOf(setUp: (say: (line: string) => void) => Promise<void>): Promise<string> {
  try {
    await setUp((line) => console.log(line));
    return "";
  } catch (error) {
    if (process.env.CI) {
      throw error;
    }
    const lacks = error instanceof Error ? error.message : String(error);
    console.log(`skipped: ${lacks}`);
    return lacks;
  }
}
