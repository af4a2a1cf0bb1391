import { describe } from "vitest";
import { softwareVulkan } from "../../scripts/lavapipe.mjs";

/** Compiling takes most of a test's time: as little as possible is spent on it, and numbers stay what they are. */
const quickly = { GALLIVM_PERF: "nopt", LP_NATIVE_VECTOR_WIDTH: "128" };

export interface SoftwareGpu {
  /** For the process that drives it. */
  readonly environment: Readonly<Record<string, string>>;
  /** What is missing, in one line; undefined when nothing is. */
  readonly lacks: string | undefined;
}

/** A GPU in software. In CI there must be one; elsewhere tests that need it are skipped, and it is said why. */
export const softwareGpu = await provide();

async function provide(): Promise<SoftwareGpu> {
  try {
    const { environment } = await softwareVulkan((line: string) => console.log(line));
    return { environment: { ...environment, ...quickly }, lacks: undefined };
  } catch (error) {
    if (process.env.CI) {
      throw error;
    }
    const lacks = error instanceof Error ? error.message : String(error);
    console.log(`skipped: ${lacks}`);
    return { environment: {}, lacks };
  }
}

/** Tests that need the GPU; where there is none they are skipped, and their name says why. */
export function describeOnGpu(name: string, tests: () => void): void {
  const { lacks } = softwareGpu;
  const title = lacks === undefined ? name : `${name} (skipped: ${lacks})`;
  describe.skipIf(lacks !== undefined)(title, tests);
}
