import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { findCompiler } from "../../src/engines/native/compiler.js";

/** Why this machine compiles nothing, in words; absent where it does. */
export const lacksCompiler: string | undefined = await findCompiler().then(
  () => undefined,
  (error: Error) => error.message,
);

const reason = lacksCompiler === undefined ? "" : ` (not tried: ${lacksCompiler})`;

/** A title of tests, with why they are not tried. */
export const titled = (what: string): string => `${what}${reason}`;

/** A folder of a test's own, and what removes it. */
export function ownFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "diag-native-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Lets a deadline pass once something has begun that tells so by a file, however long that takes to begin. */
export async function pastDeadlineOf<Result>(told: string, work: () => Promise<Result>): Promise<Result> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const working = work();
    await expect.poll(() => existsSync(told)).toBe(true);
    await vi.advanceTimersByTimeAsync(120_000);
    return await working;
  } finally {
    vi.useRealTimers();
  }
}

/** Compilers of tests. @param within a folder for all that they make. */
export function compilers(within: string) {
  let places = 0;
  /** A place for a folder of a test's own, where nothing is yet. */
  const folder = () => join(within, `${places++}`);

  /** A shell script with its own folder. */
  function script(lines: string): string {
    const place = folder();
    mkdirSync(place);
    const path = join(place, "cc");
    writeFileSync(path, `#!/bin/sh\n${lines}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** A compiler that answers questions as this machine's, and does something else when it is to make a program. */
  async function compilerThat(does: string): Promise<string> {
    const { path } = await findCompiler();
    return script(`out=""
for word in "$@"; do
  if [ "$previous" = -o ]; then out="$word"; fi
  previous="$word"
done
if [ -z "$out" ]; then exec ${path} "$@"; fi
${does}`);
  }

  /** One that leaves a rounding out of the text that it is given. */
  async function compilerThatRoundsElsewhere(): Promise<string> {
    const { path } = await findCompiler();
    return compilerThat(
      `sed 's/#define FUSEDFROM(a, b, c) .*/#define FUSEDFROM(a, b, c) ((V)((c) - (a) * (b)) + 1e-9)/; s/^V \\(v[0-9]*\\) = \\(.*\\) - K(/V \\1 = 1e-9 + \\2 - K(/' | exec ${path} "$@"`,
    );
  }

  /** One that is at it without end, with a program of its own; at which place it tells the number of that. */
  async function compilerWithoutEnd(): Promise<{ readonly compiler: string; readonly told: string }> {
    const told = folder();
    const compiler = await compilerThat(
      `sh -c 'echo $$ > ${told}.part; mv ${told}.part ${told}; exec sleep 600'`,
    );
    return { compiler, told };
  }

  return { folder, script, compilerThat, compilerThatRoundsElsewhere, compilerWithoutEnd };
}
