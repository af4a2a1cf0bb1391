import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
