import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/** A folder for the files of a file of tests. */
export function testFolder() {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "diag-data-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    path: (name: string) => join(folder, name),
    write(name: string, bytes: string | Uint8Array): string {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      return path;
    },
  };
}
