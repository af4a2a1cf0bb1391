import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A folder for the files of a file of tests, which may be written before the first of them begins. */
export function testFolder() {
  let folder: string | undefined;
  const path = (name: string): string => {
    folder ??= mkdtempSync(join(tmpdir(), "diag-data-"));
    return join(folder, name);
  };
  afterAll(() => {
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
      folder = undefined;
    }
  });
  return {
    path,
    write(name: string, bytes: string | Uint8Array): string {
      writeFileSync(path(name), bytes);
      return path(name);
    },
  };
}
