import type { TestProject } from "vitest/node";
import { missingPrograms } from "./slurm/index.js";

declare module "vitest" {
  interface ProvidedContext {
    /** What is missing for a Slurm of the tests' own, in one line; empty when nothing is. */
    slurmLacks: string;
  }
}

/** Finds out whether there can be a Slurm. In CI there must; elsewhere tests are skipped where there is none. */
export function setup(project: TestProject): void {
  const lacks = missingPrograms() ?? "";
  if (lacks !== "" && process.env.CI) {
    throw new Error(lacks);
  }
  if (lacks !== "") {
    console.log(`skipped: ${lacks}`);
  }
  project.provide("slurmLacks", lacks);
}
